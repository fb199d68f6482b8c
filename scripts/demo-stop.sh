#!/bin/sh
# Ends a demo that was left running with KEEP=1.
set -eu
cd "$(dirname "$0")/.."
. scripts/stack.sh
if [ ! -e demo.env ]; then
	echo "no demo is running here" >&2
	exit 1
fi
. ./demo.env
stack_stop "$(dirname "$OS_CLIENT_CONFIG_FILE")"
rm -f demo.env
echo "the demo has ended"
