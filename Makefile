# The one list of workflows: README, CONTRIBUTING, .ci/run and the workflows of .github call these. `make` lists them.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
# What a run installs beside the newest versions: `make setup CONSTRAINTS=constraints.txt` for those that are known to do.
CONSTRAINTS ?=
GROUP ?= dev
MINUTES ?= 10
# What pytest is given besides, such as `make test ARGS='tests/test_policy.py -k terms'`.
ARGS ?=
PYTEST = $(BIN)/python -m pytest -q -n auto $(ARGS)
# The rooms that the project exists for, whose branches are all tested.
CORE = src/slaclock/temporal/*,src/slaclock/calendar/*,src/slaclock/timetable/*,src/slaclock/clock/*,src/slaclock/policy/*,src/slaclock/tickets/*

.DEFAULT_GOAL := help
.PHONY: help setup test check format docs pictures snapshots coverage lowest bench fuzz mutants constraints release-check

help:  ## this list
	@sed -n 's/^\([a-z-]*\): .*## \(.*\)/\1\t\2/p' Makefile | expand -t 16

setup:  ## a virtual environment with what a developer needs: VENV=.venv PYTHON=python3 GROUP=dev CONSTRAINTS=
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q -U pip
	$(BIN)/python -m pip install -q $(if $(CONSTRAINTS),-c $(CONSTRAINTS)) -e '.[all]' --group $(GROUP)

test:  ## the tests, with the examples of every page and docstring
	$(PYTEST)

check:  ## lint, format, floors and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/basedpyright --level error --pythonpath $(BIN)/python

format:  ## the code in the shape that `make check` asks for
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs:  ## the site, built strictly into site/
	$(BIN)/zensical build --clean --strict

pictures:  ## the packaged example's files, the pages' pictures and the pages that come from the code anew
	$(BIN)/python examples/generate.py
	$(BIN)/python examples/pictures.py
	$(BIN)/python examples/reference.py

snapshots:  ## the reviewed texts of tests/snapshots anew: read what changed before you keep it
	UPDATE_SNAPSHOTS=1 $(PYTEST) tests

coverage:  ## the tests under branch coverage: 100 % of the rooms that the project exists for, 95 % of the others
	$(PYTEST) --cov --cov-branch --cov-report=
	$(BIN)/coverage report --include='$(CORE)' --skip-covered --fail-under=100
	$(BIN)/coverage report --omit='$(CORE)' --skip-covered --fail-under=95

lowest:  ## the tests with the lowest versions that pyproject.toml allows, in .venv-lowest
	$(PYTHON) -m venv .venv-lowest
	.venv-lowest/bin/python -m pip install -q uv
	.venv-lowest/bin/uv pip install -q -p .venv-lowest/bin/python --resolution lowest-direct -e '.[all]' --group test
	.venv-lowest/bin/python -m pytest -q -n auto -W default $(ARGS)

bench:  ## speed beside peers, as ratios of one run: pip installs the peers
	$(BIN)/python -m pip install -q --group bench
	for bench in peers columns tickets logs files engines; do $(BIN)/python benchmarks/$$bench.py || exit 1; done

fuzz:  ## any bytes at the readers of files: MINUTES=10
	$(BIN)/python fuzz/files.py --minutes $(MINUTES)

mutants:  ## mutants of the rooms that the project exists for; an hour or two
	$(BIN)/python -m pip install -q mutmut
	HYPOTHESIS_PROFILE=brief $(BIN)/mutmut run
	$(BIN)/mutmut results

constraints:  ## constraints.txt anew, from what the environment has: names and versions alone
	$(BIN)/python -m pip freeze --exclude-editable --exclude pip > constraints.txt

release-check:  ## a built wheel, alone in a fresh environment, answers; with TAG=v1.2.3 its version is the tag's
	bash .ci/release-check $(BIN)/python $(TAG)
