#!/bin/sh
# Makes sure that programs are there, installing them from Debian's packages
# where that is possible and needed: scripts/needs.sh PROGRAM…
set -eu
for program in "$@"; do
	command -v "$program" >/dev/null 2>&1 && continue
	case $program in
	gcc) packages="gcc libc6-dev" ;;
	protoc) packages="protobuf-compiler" ;;
	openstack) packages="python3-openstackclient" ;;
	man) packages="man-db" ;;
	*) packages=$program ;;
	esac
	if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
		echo "$program is needed: install $packages" >&2
		exit 1
	fi
	apt-get update -qq
	# shellcheck disable=SC2086 # several packages
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages >/dev/null
done
