#!/bin/sh
# Runs every fuzz target for FUZZTIME, one after another. Making an input smaller is kept short: where the order of a map
# decides which lines run, it would take up all of the time.
set -eu
grep -rl --include='*_test.go' '^func Fuzz' . | xargs -n1 dirname | sort -u | while read -r dir; do
	grep -ho '^func Fuzz[A-Za-z0-9_]*' "$dir"/*_test.go | sed 's/^func //' | sort -u | while read -r target; do
		echo "$dir $target"
		go test -run '^$' -fuzz "^$target\$" -fuzztime "${FUZZTIME:-10s}" -fuzzminimizetime 10x "$dir" </dev/null
	done
done
