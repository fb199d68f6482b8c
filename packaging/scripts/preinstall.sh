#!/bin/sh
# The account of the service, before the files that belong to it are unpacked.
set -e
getent group valence >/dev/null || groupadd --system valence
getent passwd valence >/dev/null ||
	useradd --system --gid valence --home-dir /var/lib/valence --no-create-home --shell /usr/sbin/nologin \
		--comment "Valence service" valence
