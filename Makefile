# Firstline. `make help` lists what there is.
.DEFAULT_GOAL := help
.PHONY: help setup demo test long test-postgres machines containers check lint types bench screens man sbom audit dist lock clean

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
CORPUS := $(wildcard classify/corpus/*.jsonl)

# The first interpreter that runs and is new enough: macOS' own python3 is too old, and some machines
# have names on the PATH that do not start.
define FIND_PYTHON
for p in $${PYTHON:-python3.13 python3.12 python3.11 python3 python3.14}; do \
  if $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo $$p; exit 0; fi; \
done; \
echo "Firstline needs Python 3.11 or newer; install it, or name one: make PYTHON=/path/to/python3.12" >&2; exit 1
endef

help: ## Show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | awk -F'\t' '{printf "  make %-13s %s\n", $$1, $$2}'

$(STAMP): requirements.lock pyproject.toml
	@python=$$($(FIND_PYTHON)) && \
	if ! $$python -c 'import ensurepip, venv' 2>/dev/null; then \
	  echo "this Python cannot make virtual environments; on Debian or Ubuntu: apt-get install python3-venv" >&2; exit 1; fi && \
	echo "making $(VENV) with $$($$python --version)" && \
	$$python -m venv $(VENV)
	@echo "installing the pinned dependencies (a minute or two the first time)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary=:all: \
	  --no-binary=dkimpy,pyspf -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index --editable .
	@touch $(STAMP)

$(VENV)/.model: $(STAMP) $(CORPUS) $(wildcard classify/*.py classify/training/* classify/components/*.py)
	@$(BIN)/firstline train --base
	@touch $@

setup: $(VENV)/.model ## Make .venv with everything pinned, and build the classifier

demo: setup ## Play reports from fixtures/ through a running Firstline (EXIT=1: end with a verdict)
	@$(BIN)/python -m workers.demo $(if $(filter 1,$(EXIT)),--exit)

test: setup ## Run the tests but the long ones; servers they need are started by them
	@$(BIN)/python -m pytest -m "not long"

long: setup ## Run the long tests: processes and servers killed, browsers, simulated weeks
	@$(BIN)/python -m pytest -m long

test-postgres: setup ## Run the tests that else have SQLite over a PostgreSQL that is started for them
	@$(BIN)/python -m pytest --database postgresql

machines: setup ## Run the tests over several machines in network namespaces (needs root and iproute2)
	@$(BIN)/python -m pytest -n 0 tests/machines

containers: setup ## Build the images, run them and the systemd units (needs root, buildah, podman, runc, debootstrap)
	@$(BIN)/python -m pytest -n 0 tests/containers

lint: $(STAMP) ## Format and lint check, import rules
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/lint-imports

types: $(STAMP) ## Type check
	@$(BIN)/mypy

check: lint types test long ## Everything that has to pass before a commit

bench: setup ## Measure beside others in one run, and write a report (KEEP=1: into docs, too)
	@$(BIN)/python -m bench $(if $(filter 1,$(KEEP)),--keep)

screens: setup ## Take the pictures of the staff's pages in docs/screens anew (needs chromium)
	@$(BIN)/python -m tests.screens

man: setup ## Write the manual pages in docs/man anew from what --help says
	@$(BIN)/python -m release.manpages

sbom: $(STAMP) ## Print the bill of materials (CycloneDX) of what is installed with Firstline
	@$(BIN)/python -m release.sbom

audit: $(STAMP) ## Ask for known vulnerabilities of everything in requirements.lock (needs the network)
	@$(BIN)/pip-audit --requirement requirements.lock --disable-pip --strict --progress-spinner off

dist: $(STAMP) ## Build what is given out into dist/ from the last commit: wheel, source, bill of materials, checksums
	@$(BIN)/python -m release.dist

lock: ## Resolve the dependencies anew into requirements.lock (needs uv)
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --output-file requirements.lock

clean: ## Remove what was built and the demo's data
	rm -rf $(VENV) var .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
