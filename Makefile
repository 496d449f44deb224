# Needs only git, make and Python 3.11+ (Node is installed from PyPI when the machine has none that fits).
# Stamps inside .venv remember what was installed from which lock file, so nothing is installed twice.

SHELL := /bin/sh
.DEFAULT_GOAL := help

PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/.stamps
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
ARGS ?=

export POSTSALE_HOME ?= $(CURDIR)/.postsale
# A run is many processes: what one compiled the next reads.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help setup setup-dev browser run test docs dev lint format lock clean

help: ## Explain the targets
	@echo "Postsale: what happens after a SaaS sale, measured."
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo "  ARGS='…' passes options on: make run ARGS='--no-site', make test ARGS='-k renewal'"
	@echo "  POSTSALE_CONFIG=path/postsale.toml points run and dev at your own company."

run: setup ## Install what is needed and build the sample company (or POSTSALE_CONFIG)
	@$(BIN)/postsale run $(ARGS)

test: setup-dev browser ## Run every test
	@$(BIN)/python -m pytest -n 2 --dist loadfile -q $(ARGS)

docs: setup ## Build dbt's documentation of the last build and report what is described and tested
	@test -e $(POSTSALE_HOME)/current || { echo "nothing is published in $(POSTSALE_HOME): make run first"; exit 1; }
	@POSTSALE_WAREHOUSE=$$(readlink -f $(POSTSALE_HOME)/current)/warehouse.duckdb POSTSALE_READ_ONLY=1 \
		DBT_TARGET_PATH=$(POSTSALE_HOME)/dbt/docs DBT_LOG_PATH=$(POSTSALE_HOME)/dbt/docs/logs \
		$(BIN)/dbt --quiet docs generate --project-dir dbt_project --profiles-dir dbt_project
	@echo "Documentation: $(POSTSALE_HOME)/dbt/docs/index.html"
	@$(BIN)/python -m orchestration.lib.dbt.coverage $(POSTSALE_HOME)/dbt/docs/manifest.json

dev: setup-dev ## Open the Dagster UI and Evidence's dev server on loopback
	@$(BIN)/python -m orchestration.cli.dev $(ARGS)

lint: setup-dev ## Check Python, SQL, YAML and the layer rules
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/python .ci/lint-sql $(ARGS)

format: setup-dev ## Format the Python code
	@$(BIN)/ruff check --fix-only -q .
	@$(BIN)/ruff format -q .

clean: ## Remove what make built: the environment, installed packages and the sample's state
	rm -rf $(VENV) .postsale .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info
	rm -rf reports/node_modules reports/.evidence reports/build dbt_project/target dbt_project/logs
	find orchestration tests -name __pycache__ -type d -prune -exec rm -rf {} +

lock: setup-dev ## Compile the lock files anew
	@for f in requirements-dev requirements-node; do $(COMPILE) $$f.in -o $$f.lock; done
	@$(COMPILE) -c requirements-dev.lock requirements.in -o requirements.lock
COMPILE := $(BIN)/uv pip compile -q --generate-hashes --no-strip-extras --universal --python-version 3.11 --no-header --no-annotate

setup: $(STAMPS)/project $(STAMPS)/node
setup-dev: $(STAMPS)/dev setup

# The browser tests never skip: a Chromium or Chrome that is here, else Playwright's, else the system's package.
browser: setup-dev
	@test -n "$$POSTSALE_CHROMIUM" || command -v chromium >/dev/null || command -v chromium-browser >/dev/null \
		|| command -v google-chrome >/dev/null || test -f $(STAMPS)/browser \
		|| { echo "· Chromium for the browser tests"; \
			{ $(BIN)/playwright install chromium >/dev/null 2>&1 && touch $(STAMPS)/browser; } || .ci/install-chromium; }

$(STAMPS)/venv:
	@test -n "$(PYTHON)" || { echo "Postsale needs Python 3.11, 3.12 or 3.13: install one, or pass PYTHON=/path/to/python3"; exit 2; }
	@test -x $(BIN)/python || { echo "· virtual environment in $(VENV) ($$($(PYTHON) --version))"; $(PYTHON) -m venv $(VENV); }
	@mkdir -p $(STAMPS) && touch $@

# Every lock file is complete: without --no-deps pip would resolve again what is already resolved.
$(STAMPS)/runtime: requirements.lock | $(STAMPS)/venv
	@echo "· Python packages (about a minute the first time)"
	@$(PIP) install -q --no-deps --no-compile --require-hashes -r requirements.lock
	@touch $@

$(STAMPS)/package: pyproject.toml $(STAMPS)/runtime
	@$(PIP) install -q --no-deps --no-build-isolation -e .
	@touch $@

# What a run imports is compiled once, for those too who call bin/postsale where PYTHONDONTWRITEBYTECODE is set.
# NumPy is what DuckDB imports for the first parameter of a statement; pandas too, where tests brought it.
$(STAMPS)/bytecode: $(STAMPS)/package
	@$(BIN)/python -c "import numpy, dagster_dbt, dbt.adapters.duckdb, dbt.cli.main, \
		orchestration.defs.transform.assets, orchestration.lib.run.runner, orchestration.lib.semantic.compiler"
	@touch $@

# What every home would read of dbt's project is read once. Where it changes later, the next run reads it again.
$(STAMPS)/project: $(STAMPS)/bytecode
	@echo "· reading the dbt project and compiling the metrics"
	@$(BIN)/python -m orchestration.lib.dbt.keep >/dev/null
	@touch $@

$(STAMPS)/node: requirements-node.lock | $(STAMPS)/package
	@$(BIN)/python -m orchestration.lib.site.node 2>/dev/null || { echo "· Node.js (from PyPI: this machine has none that fits)"; \
		$(PIP) install -q --require-hashes -r requirements-node.lock; }
	@touch $@

$(STAMPS)/dev: requirements-dev.lock $(STAMPS)/runtime
	@echo "· Python packages for tests and development"
	@$(PIP) install -q --no-deps --no-compile --require-hashes -r requirements-dev.lock
	@$(BIN)/python -c "import pandas"
	@touch $@
