#!/bin/sh
# Formatting, vet, linters and the import rules between the rooms. The linter
# is built from the versions pinned in tools/go.mod.
set -eu
cd "$(dirname "$0")/.."
unformatted=$(gofmt -l $(git ls-files -co --exclude-standard '*.go'))
if [ -n "$unformatted" ]; then
	echo "not formatted (gofmt -w):" "$unformatted" >&2
	exit 1
fi
go vet ./...
go build -C tools -o ../bin/golangci-lint github.com/golangci/golangci-lint/v2/cmd/golangci-lint
bin/golangci-lint run ./...
# An example is a module of its own, as a stranger's plugin is.
for module in examples/*/go.mod; do
	(cd "${module%/go.mod}" && ../../bin/golangci-lint run ./...)
done
