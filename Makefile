# What people and CI run. Everything is installed into .venv, from lock files with hashes.

# Where Python has another name: make PYTHON=python3.13 test
PYTHON ?= python3

PIP     := .venv/bin/python -m pip -qq --disable-pip-version-check
LOCKED  := $(PIP) install --require-hashes --only-binary :all: -r
COMPILE := .venv-lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
           --no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock' pyproject.toml

# Each process brings servers of its own, unless they are given; the tests of a file stay together, and long ones begin.
SIDE_BY_SIDE := $(if $(TEST_DATABASE_URL),,-n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder)

# The tests start a hundred programs, each of which would compile all its modules where the shell keeps bytecode away.
WITH_BYTECODE := env -u PYTHONDONTWRITEBYTECODE

# One short line for a check that passes, everything it said for one that does not.
define check
@if said=$$($(2) 2>&1); then echo '$(1): ok'; else echo '$(1): failed'; echo "$$said"; exit 1; fi
endef

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help install demo test bench bench-national soak lock clean check-lock

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

install: .venv/.jalon ## make .venv/bin/jalon, with all it needs to run

demo: .venv/.jalon ## import the register of Valenciennes Métropole into a throw-away record, and serve it
	@.venv/bin/jalon demo

test: .venv/.jalon .venv/.dev check-lock ## check everything: locks, format, lint, types, imports, tests
	$(call check,format,.venv/bin/python -m ruff format --check .)
	$(call check,lint,.venv/bin/python -m ruff check .)
	$(call check,types,.venv/bin/python -m mypy)
	$(call check,imports,.venv/bin/lint-imports)
	@$(WITH_BYTECODE) .venv/bin/python -m pytest -q $(SIDE_BY_SIDE)

bench: .venv/.jalon .venv/.dev ## measure how fast it is
	@.venv/bin/python -m benchmarks

bench-national: .venv/.jalon .venv/.dev ## the same at the scale of a country: a million entries
	@.venv/bin/python -m benchmarks national

soak: .venv/.jalon .venv/.dev ## the long tests: load, repeated kills
	@.venv/bin/python -m pytest -q -m soak

lock: ## pin the dependencies of pyproject.toml again (UPGRADE=--upgrade moves the pins)
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/python -m pip install --quiet --disable-pip-version-check uv==0.13.9
	$(COMPILE) -o requirements.lock $(UPGRADE)
	$(COMPILE) --group dev -c requirements.lock -o requirements-dev.lock $(UPGRADE)

clean: ## remove the environments and caches; recorded data stays
	rm -rf .venv .venv-lock .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

# A lock file that names an index or a host would tie everybody to the machine it was made on.
check-lock:
	@test -s requirements.lock && test -s requirements-dev.lock || { echo 'lock: failed, run make lock'; exit 1; }
	@! grep -nE '://|^ *-[^-]|^ *--[^h]' requirements.lock requirements-dev.lock || { echo 'lock: failed'; exit 1; }
	@echo 'lock: ok'

# An environment made by another Python than the one asked for is made again; without PYTHON, any will do.
ifneq ($(origin PYTHON),file)
ifneq ($(shell $(PYTHON) -V 2>&1 || :),$(shell .venv/bin/python -V 2>&1 || :))
.PHONY: .venv/bin/pip
endif
endif

# pip comes last into a new environment: where it is missing, the environment was never finished.
.venv/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo 'Jalon needs Python 3.11 or newer, and $(PYTHON) is not.'; \
	  echo 'If there is one under another name: make PYTHON=python3.13 $(MAKECMDGOALS)'; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo 'This Python cannot make virtual environments. On Debian or Ubuntu: sudo apt install python3-venv'; exit 1; }
	@echo 'Installing into .venv; this takes less than a minute.'
	@rm -rf .venv && $(PYTHON) -m venv .venv

.venv/.runtime: requirements.lock .venv/bin/pip
	@$(LOCKED) requirements.lock || { \
	  echo 'Were wheels missing? Jalon runs on Linux (glibc) and macOS with CPython 3.11 to 3.14;'; \
	  echo 'elsewhere, run it in containers: docker compose up.'; exit 1; }
	@touch $@

.venv/.dev: requirements-dev.lock .venv/.runtime
	@$(LOCKED) requirements-dev.lock
	@touch $@

# Jalon itself, with the build tool of the lock file instead of one fetched for the occasion.
.venv/.jalon: pyproject.toml .venv/.runtime
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@
