# Needs make, Python 3.11 or newer with venv, and a network. `make help` lists the targets.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PORT ?= 8000
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3 || echo python3)
VENV := .venv
PY := $(VENV)/bin/python
STAMPS := $(VENV)/.stamps
export PIP_DISABLE_PIP_VERSION_CHECK := 1
.PHONY: help dev test lint types format check migrations-check bench honesty mutants requirements clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

dev: $(STAMPS)/dev $(STAMPS)/front ## Set up, migrate, seed and start everything; PORT=8000
	@bash scripts/build_help.sh
	@exec $(PY) manage.py dev --port $(PORT)

test: $(STAMPS)/test $(STAMPS)/front-test $(STAMPS)/docs ## Set up and run all tests: SQLite, PostgreSQL, Redis, browser
	@exec $(PY) -m tests.run $(ARGS)

lint: $(STAMPS)/test $(STAMPS)/docs ## Check style of Python and templates, and links of documents
	@$(VENV)/bin/ruff check . && $(VENV)/bin/ruff format --check .
	@$(VENV)/bin/djlint templates --lint --quiet && $(PY) scripts/check_templates.py
	@$(PY) manage.py build_help --check

types: $(STAMPS)/test ## Check types
	@$(VENV)/bin/mypy .

format: $(STAMPS)/test ## Format Python in place
	@$(VENV)/bin/ruff check --fix . ; $(VENV)/bin/ruff format .

migrations-check: $(STAMPS)/test ## Fail when a model has changed without its migration
	@$(PY) manage.py makemigrations --check --dry-run

check: ## What CI runs: lint, types, migrations and all tests
	@$(MAKE) --no-print-directory lint
	@$(MAKE) --no-print-directory types
	@$(MAKE) --no-print-directory migrations-check
	@$(MAKE) --no-print-directory test

bench: $(STAMPS)/test $(STAMPS)/front-test $(STAMPS)/bench ## Run the benchmarks; results under bench/results/
	@exec $(PY) -m bench $(ARGS)

honesty: $(STAMPS)/test ## Prove by simulation that the evidence shown is honest; writes docs/proofs.md
	@exec $(PY) -m bench.honesty

mutants: $(STAMPS)/test ## Change every kernel a little and see a test fail (long); ARGS="walk.exits"
	@$(PY) -m strategies.engine.tests.mutants $(ARGS)

requirements: $(STAMPS)/test ## Pin requirements/*.in anew into requirements/*.txt
	@$(PY) scripts/compile_requirements.py

clean: ## Remove what the targets made, the local database included
	rm -rf $(VENV) node_modules static/vendor var .mypy_cache .ruff_cache .pytest_cache

# Each step leaves a stamp, so the second run only compares dates.
$(STAMPS)/venv:
	@$(PYTHON) scripts/check_python.py
	@$(PYTHON) -m venv $(VENV) || { echo "Could not create $(VENV): install the venv module of Python (python3-venv)." >&2; exit 1; }
	@mkdir -p $(STAMPS) && touch $@

# The engine compiles while the rest is installed.
$(STAMPS)/engine: requirements/engine.txt $(STAMPS)/venv
	@bash scripts/install.sh engine
	@bash scripts/prepare_engine.sh
	@touch $@

$(STAMPS)/dev: requirements/dev.txt $(STAMPS)/engine
	@bash scripts/install.sh dev
	@touch $@

$(STAMPS)/test: requirements/test.txt $(STAMPS)/engine
	@bash scripts/install.sh test
	@touch $@ $(STAMPS)/dev

$(STAMPS)/bench: requirements/bench.txt $(STAMPS)/test
	@bash scripts/install.sh bench
	@touch $@

$(STAMPS)/docs: requirements/docs.txt $(STAMPS)/venv
	@bash scripts/install.sh docs
	@touch $@

$(STAMPS)/front: package.json package-lock.json scripts/vendor.mjs $(STAMPS)/venv
	@bash scripts/front.sh
	@touch $@

# With axe and Lighthouse, which nobody needs who only runs it.
$(STAMPS)/front-test: package.json package-lock.json scripts/vendor.mjs $(STAMPS)/venv
	@bash scripts/front.sh test
	@touch $@ $(STAMPS)/front
