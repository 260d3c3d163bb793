# The two commands of the README are `make demo` and `make test`; each sets up what it needs.

SHELL := /usr/bin/env bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:

VENV  := .venv
STAMP := $(VENV)/.set-up

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

clean:
	rm -rf build dist $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
