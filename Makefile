# The two commands of the README are `make demo` and `make test`; each sets up what it needs, and can be run again and again.

SHELL := /usr/bin/env bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:

VENV  := .venv
STAMP := $(VENV)/.set-up

# The suite has a lake of its own, new in each run, and shares the engine that `lakectl up` builds or has built.
TEST_HOME := $(CURDIR)/build/test-lake
OWN_HOME  := $(or $(LAKE_HOME),$(or $(XDG_DATA_HOME),$(HOME)/.local/share)/datapunk-lake)
TEST_ENV  := LAKE_HOME=$(TEST_HOME) LAKE_ENGINE_KIND=embedded LAKE_ENGINE_CACHE=$(or $(LAKE_ENGINE_CACHE),$(OWN_HOME)/engine)
FREE_PORT := $(VENV)/bin/python -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
# At the end of its time a stage is interrupted, as by Ctrl-C, so that it puts things back in order.
LIMIT     := timeout --foreground --signal=INT --kill-after=60

.PHONY: setup demo test bench lint clean

setup: $(STAMP)

# Python 3.11 or newer, whatever it is called here. Set up again only when pyproject.toml changes.
$(STAMP): pyproject.toml
	@python=; for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	    if "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then python=$$name; break; fi; \
	done; \
	if [ -z "$$python" ]; then echo "Python 3.11 or newer is needed, and there is none on the PATH." >&2; exit 1; fi; \
	if ! "$$python" -c 'import ensurepip, venv' 2>/dev/null; then \
	    if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	        apt-get install -y -qq --no-install-recommends python3-venv >/dev/null || \
	        { apt-get update -qq && apt-get install -y -qq --no-install-recommends python3-venv >/dev/null; }; \
	    else \
	        echo "$$python has no venv module: install python3-venv." >&2; exit 1; \
	    fi; \
	fi; \
	echo "Setting up $(VENV) with $$("$$python" --version)"; \
	[ -x $(VENV)/bin/python ] && $(VENV)/bin/python -c '' 2>/dev/null || "$$python" -m venv --clear $(VENV)
	@$(VENV)/bin/python -m pip install -qq --disable-pip-version-check --editable '.[dev]'
	@touch $@

demo: setup
	@$(VENV)/bin/lakectl demo

lint: setup
	@$(LIMIT) 120 $(VENV)/bin/ruff check .
	@$(LIMIT) 120 $(VENV)/bin/ruff format --check --quiet .
	@$(LIMIT) 300 $(VENV)/bin/mypy

# Each stage has its own limit of time. pytest comes last and runs the rest: pgTAP, the container engine, the plans, the
# attacks. The lake of the tests is stopped whatever happens.
test: lint
	@export $(TEST_ENV) LAKE_ENGINE_PORT=$$($(FREE_PORT)); \
	stop() { $(VENV)/bin/lakectl down >/dev/null 2>&1 || true; }; \
	trap stop EXIT; \
	if [ -d $(TEST_HOME) ]; then stop; rm -rf $(TEST_HOME); fi; \
	$(LIMIT) 420 $(VENV)/bin/lakectl up; \
	$(LIMIT) 180 $(VENV)/bin/lakectl deploy; \
	$(LIMIT) 1500 $(VENV)/bin/python -m pytest

bench: setup
	@$(VENV)/bin/python -m bench.run

clean:
	rm -rf build dist $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
