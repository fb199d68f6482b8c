#!/bin/sh
# Removal keeps the configuration, the data and the log. Only dpkg has a purge,
# which takes them.
set -e
if [ "${1:-}" = purge ]; then
	rm -rf /etc/valence /var/lib/valence /var/log/valence
fi
if [ -d /run/systemd/system ]; then
	systemctl daemon-reload
fi
