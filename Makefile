# The few commands of this project. Each works on a fresh machine with Python 3.11 or newer.
.DEFAULT_GOAL := help
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin

.PHONY: help demo test check bench lock shots clean

help: ## show this
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

.venv/.runtime: requirements.lock pyproject.toml
	@echo "Installing what the service needs into .venv ..."
	@test -x $(BIN)/python || $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make demo PYTHON=/path/to/python3.11"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

.venv/.tools: .venv/.runtime tests/requirements.lock
	@echo "Installing the test tools ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r tests/requirements.lock
	@touch $@

demo: .venv/.runtime ## fill a demo conference and serve it at http://127.0.0.1:8000 (PORT=)
	@$(BIN)/eventsvc demo --port $(PORT)

test: .venv/.tools ## every test, on SQLite and on PostgreSQL side by side, in a real browser
	@$(BIN)/python -m tests.browser
	$(BIN)/python -m tests.both

check: .venv/.tools ## lint, types, contracts, drift
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest tests/architecture
	cd frontend && npm ci --silent --no-audit --no-fund && npm run --silent types && npm test --silent

bench: .venv/.tools ## benchmarks, each as a ratio to a limit measured in the same run
	$(BIN)/python -m tests.benchmarks

lock: .venv/.tools ## refresh the locked versions
	$(BIN)/pip-compile --quiet --strip-extras --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-header --upgrade --output-file requirements.lock pyproject.toml
	$(BIN)/pip-compile --quiet --strip-extras --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-header --upgrade --extra test --extra check --constraint requirements.lock --output-file tests/requirements.lock pyproject.toml

shots: .venv/.tools ## take the README's screenshots again
	$(BIN)/python -m tests.shots

clean: ## remove what the commands above made, but not var/
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache frontend/node_modules dist
