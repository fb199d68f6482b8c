#!/bin/sh
# The demo: a simulated pod, the service, and a machine composed through the
# shell. Everything is on ports of its own and ends with the demo, unless
# KEEP=1 leaves it running for you.
set -eu
cd "$(dirname "$0")/.."
root=$PWD
. scripts/stack.sh

if [ "${KEEP:-}" ] && [ -e demo.env ]; then
	echo "a demo is running already: use it with \". ./demo.env\", or end it with \"make demo-stop\"" >&2
	exit 1
fi

for name in $(env | sed -n 's/^\(OS_[A-Z_]*\)=.*/\1/p'); do unset "$name"; done
unset VALENCE_URL
dir=$(mktemp -d "${TMPDIR:-/tmp}/valence-demo.XXXXXX")
trap 'stack_stop "$dir"' EXIT
trap 'exit 130' INT TERM

stack_start "$root/bin" "$dir" --assemble-delay 2s
PATH=$root/bin:$PATH
export PATH OS_CLIENT_CONFIG_FILE="$dir/clouds.yaml" XDG_CACHE_HOME="$dir/cache"

run() {
	printf '\n$ %s\n' "$*"
	"$@"
}
printf 'The simulated pod answers at %s, the service at %s.\n' "$PODSIM_URL" "$VALENCE_API"
run valence --os-cloud rsd podmanager create demo-pod "$PODSIM_URL" --auth username=admin --password-file "$dir/password"
if [ "${KEEP:-}" ]; then
	stack_keep "$dir" "$root/demo.env"
	trap - EXIT
	exit 0
fi
run valence --os-cloud rsd node create web-1
run valence --os-cloud rsd node list
run valence --os-cloud rsd power on web-1
run valence --os-cloud rsd power off web-1
run valence --os-cloud rsd node show web-1
run valence --os-cloud rsd node delete web-1
run valence --os-cloud rsd node list
