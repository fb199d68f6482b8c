#!/bin/sh
# Stops the service when the package goes, not when another version comes:
# dpkg says "remove" then, rpm 0.
set -e
case ${1:-} in
remove | 0)
	if [ -d /run/systemd/system ]; then
		systemctl stop valence-api.service
		systemctl disable valence-api.service
	fi
	;;
esac
