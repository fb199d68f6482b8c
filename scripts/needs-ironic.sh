#!/bin/sh
# Makes sure that a real Ironic can be run by the tests (test/ironic). Only
# Debian's packages know how to install one; elsewhere those tests are skipped.
set -eu
if [ -e /usr/bin/ironic-api ] && [ -e /usr/bin/ironic-conductor ]; then
	exit 0
fi
packages="ironic-api ironic-conductor"
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
	echo "a real Ironic is needed for some tests, which are skipped without: install $packages" >&2
	exit 0
fi
apt-get update -qq
# shellcheck disable=SC2086 # several packages
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages >/dev/null
