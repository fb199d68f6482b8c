# A thin skin: each target is one obvious command or one script.

VERSION  ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS  := -s -w -X main.version=$(VERSION)
FAMILIES := $(notdir $(wildcard plugins/*))
FUZZTIME ?= 10s
BIN      ?= bin
SITE     ?= dist/docs

.PHONY: build docs packages packages-check demo demo-stop test lint bench fuzz generate clean

# Without cgo the binaries are static and start a fifth sooner.
build: export CGO_ENABLED = 0
build: ## all binaries to $(BIN)/, the plugins to $(BIN)/plugins/
	go build -trimpath -ldflags '$(LDFLAGS)' -o '$(BIN)/' ./cmd/...
	@for f in $(FAMILIES); do \
		echo "go build -o $(BIN)/plugins/valence-plugin-$$f ./plugins/$$f"; \
		go build -trimpath -ldflags '$(LDFLAGS)' -o "$(BIN)/plugins/valence-plugin-$$f" ./plugins/$$f || exit 1; \
	done

docs: ## the documentation as a site, to $(SITE)/
	scripts/needs.sh mkdocs python3-pymdownx
	mkdocs build --strict --site-dir '$(abspath $(SITE))'

packages: ## deb, rpm and tar.gz of amd64 and arm64 to dist/, with checksums and bills of materials
	VERSION='$(VERSION)' scripts/packages.sh

packages-check: ## build the packages of this commit in two other folders and compare every byte
	scripts/packages-check.sh

demo: build ## compose a machine on a simulated pod; KEEP=1 leaves it running
	@KEEP=$(KEEP) scripts/demo.sh

demo-stop: ## end a demo that was kept
	@scripts/demo-stop.sh

test: lint ## everything, with the race detector
	scripts/needs.sh gcc strace dash zsh fish openstack lintian rpm man groff curl jq mkdocs python3-pymdownx debootstrap ip
	scripts/needs-keystone.sh
	scripts/needs-ironic.sh
	scripts/needs-redfish-clients.sh
	go test -race -timeout 30m $$(go list ./... | grep -Ev "/test(/packages)?$$")
	go test -race -timeout 45m -count=1 ./test # builds binaries, which the test cache does not know of
	go test -timeout 30m -count=1 ./test/packages # the same, and packages

lint: ## formatting, vet, linters and the import rules between the rooms
	scripts/lint.sh

bench: build ## start-up times and the service, as ratios within one run
	go test -run "^$$" -bench . -benchtime 1x -timeout 30m ./test/bench

fuzz: ## each fuzz target for FUZZTIME
	FUZZTIME=$(FUZZTIME) scripts/fuzz.sh

generate: ## the code that is generated
	scripts/generate.sh

clean:
	rm -rf bin dist
