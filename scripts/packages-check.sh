#!/bin/sh
# Builds the packages of the last commit twice and compares every byte of what
# comes out: in two clones, in folders with names of different lengths, with
# another umask, and with nothing in Go's cache the second time.
set -eu
cd "$(dirname "$0")/.."
dir=$(mktemp -d "${TMPDIR:-/tmp}/packages-check.XXXXXX")
trap 'rm -rf "$dir"' EXIT
unset VERSION DIST

commit=$(git rev-parse HEAD) # somebody may go on committing meanwhile
check() { # UMASK CLONE
	(umask "$1" && git clone -q . "$dir/$2" && git -C "$dir/$2" checkout -q "$commit" && "$dir/$2/scripts/packages.sh")
	cp "$dir/$2/dist/SHA256SUMS" "$dir/SHA256SUMS.$2"
}
check 022 a
GOCACHE=$dir/cache
export GOCACHE
check 077 another
diff "$dir/SHA256SUMS.a" "$dir/SHA256SUMS.another"
echo "the same bytes twice:"
cat "$dir/SHA256SUMS.a"
