# Everything a day's work needs; `make` alone prints the list. Variables of the environment are passed on:
#   DATABASE_URL=postgresql+psycopg://... make run        NPROC=4 make test        PYTHON=python3.12 make run

.DEFAULT_GOAL := help
.SUFFIXES:
.DELETE_ON_ERROR:
.PHONY: help run test coverage browser lint docs pictures messages bench trust clean

VENV  ?= .venv
NPROC ?= 2
PYTHON ?= python3

# Modules are run with -m: the scripts in the environment's bin/ hold its absolute path, and a checkout may be moved.
PY      := $(VENV)/bin/python
PIP     := $(PY) -m pip install --quiet --disable-pip-version-check
RUNTIME := $(VENV)/.installed-runtime
TOOLS   := $(VENV)/.installed-tools

help: ## print this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

run: $(RUNTIME) ## set up the examples the first time, then serve the pages
	@$(PY) -m assessment run $(ARGS)

test: lint ## check the style, then run every test (NPROC=2 at a time)
	@$(PY) -m pytest -n $(NPROC) $(ARGS)

# What judges, and what guards: every branch of it is to be run by some test.
JUDGES := assessment/*/rules.py,assessment/*/rules/*,assessment/foundation/workflow.py,assessment/foundation/audit.py,$\
assessment/foundation/trail_verifier.py,assessment/organisations/recusal.py,assessment/faces/web/kit/scopes.py

coverage: $(TOOLS) ## run every test and count branches; fails under 95 % of all, 100 % of what judges and guards
	@$(PY) -m coverage erase
	@$(PY) -m coverage run -m pytest -q -n $(NPROC) $(ARGS)
	@$(PY) -m coverage combine -q
	@$(PY) -m coverage report --include='$(JUDGES)' --fail-under=100; judges=$$?; \
	$(PY) -m coverage report --fail-under=95 && exit $$judges

browser: $(TOOLS) ## every page and the journeys of people in a chromium: axe, widths, weights (needs chromium)
	@$(PY) -m pytest -m "face or browser" -n $(NPROC) tests/browser tests/journeys $(ARGS)

lint: $(TOOLS) ## style, types, and the floors of docs/building.md
	@$(PY) -m ruff check
	@$(PY) -m mypy
	@$(PY) -c 'from importlinter.cli import lint_imports_command as lint; lint()'

docs: $(RUNTIME) ## rewrite docs/processes/ from the transition tables
	@$(PY) -m assessment docs

pictures: $(TOOLS) ## take the README's pictures anew (needs chromium and pdftoppm)
	@PYTHONPATH=.:tests $(PY) tests/browser/pictures.py

messages: $(RUNTIME) ## print the messages that still lack a Chinese translation, room by room
	@$(PY) -m assessment messages

bench: $(TOOLS) ## measure; the figures belong into docs/benchmarks.md
	@$(PY) -m pytest -m bench -s tests/bench $(ARGS)

trust: $(TOOLS) ## try every promise of docs/trust.md at its full size and write the figures there (hours)
	@$(PY) -m pytest -m trust -s -q --figures=docs/trust.md tests $(ARGS); sqlite=$$?; \
	$(PY) -m pytest -m trust -s -q --figures=docs/trust.md --database=postgresql tests $(ARGS) && exit $$sqlite

clean: ## remove the environment and what tools left behind; never instance/
	@rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage htmlcov
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A stamp is newer than the files it was made from, so nothing is asked of the network while they stay as they are.
$(RUNTIME): requirements.txt constraints.txt requirements-fonts.txt | $(PY)
	@echo "Installing what the software needs (once; this takes a minute and the network)."
	@$(PIP) -r requirements.txt
	@$(PIP) --no-deps -r requirements-fonts.txt
	@touch $@

$(TOOLS): requirements-dev.txt $(RUNTIME)
	@echo "Installing the tools for tests and checks (once)."
	@$(PIP) -r requirements-dev.txt
	@touch $@

$(PY):
	@for candidate in $(PYTHON) python3.13 python3.12 python3.11; do \
	    if "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found=$$candidate; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	    echo "Five Measures needs Python 3.11 or newer, and '$(PYTHON)' is none (or is not there)." >&2; \
	    echo "Install one, or name it: make PYTHON=/path/to/python3.11" >&2; exit 1; \
	fi; \
	"$$found" -m venv $(VENV) || { rm -rf $(VENV); \
	    echo "$$found could not make an environment in $(VENV). On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
