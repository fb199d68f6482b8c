#!/bin/sh
# Makes sure that a real Keystone can be run by the tests (test/keystone). Only
# Debian's packages know how to install one; elsewhere those tests are skipped.
set -eu
if [ -e /usr/bin/keystone-manage ] && [ -e /usr/lib/uwsgi/plugins/python3_plugin.so ]; then
	exit 0
fi
packages="keystone uwsgi-core uwsgi-plugin-python3"
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
	echo "a real Keystone is needed for some tests, which are skipped without: install $packages" >&2
	exit 0
fi
apt-get update -qq
# shellcheck disable=SC2086 # several packages
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages >/dev/null
