#!/bin/sh
# Generates the code that is generated, with the pinned generators of tools/.
set -eu
cd "$(dirname "$0")/.."
scripts/needs.sh protoc
bin=$(mktemp -d)
trap 'rm -rf "$bin"' EXIT
(cd tools && GOBIN=$bin go install google.golang.org/protobuf/cmd/protoc-gen-go google.golang.org/grpc/cmd/protoc-gen-go-grpc)
PATH=$bin:$PATH go generate ./...
