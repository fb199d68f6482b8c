#!/bin/sh
# Makes sure that programs are there, installing them from Debian's packages
# where that is possible and needed: scripts/needs.sh PROGRAM…
# A module of Debian's Python goes by the name of its package, python3-MODULE.
set -eu
there() {
	case $1 in
	python3-*) /usr/bin/python3 -c "import ${1#python3-}" ;;
	*) command -v "$1" ;;
	esac >/dev/null 2>&1
}
for program in "$@"; do
	there "$program" && continue
	case $program in
	gcc) packages="gcc libc6-dev" ;;
	protoc) packages="protobuf-compiler" ;;
	openstack) packages="python3-openstackclient" ;;
	man) packages="man-db" ;;
	ip) packages="iproute2" ;;
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
