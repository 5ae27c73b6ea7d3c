# Parley. `make run` tries it, `make test` tests all of it, `make help` lists the rest.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory

step := scripts/step
packages := ui/node_modules/.installed
ui := .cache/ui-built

# The servers of a whole run are started once, by whichever target is outermost.
testenv = $(if $(PARLEY_TEST_POSTGRES),,bin/testenv)

# Everything that the UI is made from.
ui_sources := $(shell find ui -name node_modules -prune -o -path ui/dist -prune -o -path ui/e2e -prune \
	-o -path ui/test-results -prune -o -path ui/playwright-report -prune -o -type f -print 2>/dev/null)
# Half a build is no build: a missing page means to make it again.
ifeq ($(wildcard ui/dist/index.html),)
$(shell rm -f $(ui))
endif

##@ Use

.PHONY: run
run: build ## build everything and start it with demo data on http://localhost:8080
	exec bin/parley serve --demo

.PHONY: build
build: $(ui) ## leave bin/parley, with the UI inside
	@$(MAKE) go-build

##@ Test

.PHONY: test
test: ## every test: Go, UI, browser; installs or names what it needs
	@scripts/install-deps
	@$(MAKE) -j2 bin/testenv $(packages)
	@$(testenv) $(MAKE) test-all
	@echo "make test: all passed"

# The order is by what tells most, soonest; two cores want two things at a time
# where neither measures time.
.PHONY: test-all
test-all:
	@$(MAKE) -j2 test-static test-ui
	@$(MAKE) test-go
	@$(MAKE) test-browser

.PHONY: test-go
test-go: $(ui) bin/testenv ## Go tests on SQLite, embedded Redis, PostgreSQL and Redis
	$(testenv) go test -timeout 15m ./...

.PHONY: test-race
test-race: $(ui) bin/testenv ## the same with the race detector
	$(testenv) go test -race -timeout 30m ./...

# Each run has a seed of its own and prints it; FAULT_SEED=… takes that one again.
.PHONY: test-faults
test-faults: $(ui) ## 11 minutes of every fault on real servers, with figures; FAULT_SEED=n takes a seed again
	@scripts/install-deps
	cd faults && go test -count=1 -timeout 15m -run 'SeveralNodes|DefaultMode|Cluster|Sentinel|TakesOver|ClocksJump|LagsIsPromoted|DiskIsFull' -faults.for=9m

.PHONY: test-mutants
test-mutants: $(ui) ## servers with one bug on purpose, which the fault suite must notice
	@scripts/install-deps
	cd faults && go test -count=1 -timeout 15m -run Mutants -faults.mutants

.PHONY: test-static
test-static: $(ui) ## gofmt, go vet, staticcheck
	@$(step) "go: format" scripts/format
	@$(step) "go: vet" go vet ./...
	@$(step) "go: staticcheck" go tool staticcheck ./...

.PHONY: test-ui
test-ui: $(ui) ## UI: lint, types, unit tests, sizes, types of the API
	@$(step) "ui: types of the API" scripts/check-api-types
	@$(step) "ui: lint" npm --prefix ui run lint
	@$(step) "ui: types" npm --prefix ui run typecheck
	@$(step) "ui: unit tests" npm --prefix ui run test
	@$(step) "ui: sizes" npm --prefix ui run size

.PHONY: test-browser
test-browser: build bin/testenv ## the console and the widget in Chromium
	$(testenv) npm --prefix ui run e2e

# Other flags of `parley bench`: make bench BENCH="--mode production --rate 5000".
BENCH ?= --find-knee

.PHONY: bench
bench: build ## the load test: figures as ratios to this machine's ceilings
	@scripts/install-deps
	bin/parley bench $(BENCH)

.PHONY: bench-go
bench-go: bin/testenv ## the Go benchmarks
	$(testenv) go test -run '^$$' -bench . -benchmem ./...

##@ Keep

.PHONY: fmt
fmt: $(packages) ## format Go, and fix what the UI's linter can
	@scripts/format -w
	@npm --prefix ui run lint -- --fix

.PHONY: clean
clean: ## remove what was built
	rm -rf bin .cache ui/test-results ui/playwright-report
	find ui/dist -mindepth 1 ! -name .keep -delete

.PHONY: help
help: ## this list
	@awk 'BEGIN { FS = ":.*## " } /^##@/ { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

##@ Parts

# The version control stamp is left out: it fails in a clone that another user owns.
# No -trimpath: everything would be compiled twice, for the tests and for this.
.PHONY: go-build
go-build: | tools
	@$(step) "go: build" go build -buildvcs=false -ldflags='-s -w' -o bin/parley ./cmd/parley

.PHONY: bin/testenv
bin/testenv: | tools
	@go build -buildvcs=false -o bin/testenv ./testenv/cmd/testenv

.PHONY: tools
tools:
	@command -v go >/dev/null || { echo "Go is not installed: see https://go.dev/dl" >&2; exit 1; }

$(packages): ui/package.json ui/package-lock.json
	@command -v npm >/dev/null || { echo "Node is not installed (20.19 or later): see https://nodejs.org" >&2; exit 1; }
	@$(step) "ui: packages (about 20 s)" npm --prefix ui ci --no-audit --no-fund --loglevel=error
	@touch $@

$(ui): $(packages) $(ui_sources)
	@$(step) "ui: build" npm --prefix ui run build
	@mkdir -p $(@D) && touch $@
