#!/bin/sh
# Installs other people's Redfish clients from Debian's packages, for
# test/podsim. Without them its tests are skipped and say so.
set -eu
command -v redfishtool >/dev/null 2>&1 && /usr/bin/python3 -c "import sushy" 2>/dev/null && exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
	echo "redfishtool and python3-sushy cannot be installed here: their tests are skipped" >&2
	exit 0
fi
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends redfishtool python3-sushy >/dev/null ||
	echo "redfishtool and python3-sushy are not to be had: their tests are skipped" >&2
