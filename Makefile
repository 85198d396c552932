# The one list of workflows: README, CONTRIBUTING, .ci/run and the workflows of .github call these. `make` lists them.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
# What is installed beside slaclock: a group of pyproject.toml, and its extras. `make setup GROUP=test EXTRAS=cli`
GROUP ?= dev
EXTRAS ?= all
# Versions that are known to do, where the newest are not wanted: `make setup CONSTRAINTS=constraints.txt`
CONSTRAINTS ?=
# `FROM=wheel` installs and tests the one of dist/, which `make dist` builds, in place of the sources.
FROM ?= sources
SLACLOCK = $(if $(filter wheel,$(FROM)),$(wildcard dist/*.whl),-e .)
TESTED = $(if $(filter wheel,$(FROM)),tests docs README.md --pyargs slaclock)
# What pytest is given besides, such as `make test ARGS='tests/test_policy.py -k terms'`.
ARGS ?=
MINUTES ?= 10
# How many mutants are asked about, drawn by which seed: none is all of them.
SAMPLE ?=
SEED ?= 1
# Tests that share what is slow to start, such as a Spark, are a group, which one process does.
PYTEST = $(BIN)/python -m pytest -q -n auto --dist loadgroup
# The tests that need nothing but the core, pytest and Hypothesis.
CORE_TESTS = $(addprefix tests/,$(addsuffix .py,test_allowances test_bounds test_recurrence test_render \
  test_reported_faults test_seasons test_strategies test_targets test_timeline properties/test_algebra_laws \
  properties/test_assessment_laws properties/test_chain_laws properties/test_clock_laws properties/test_cycle_laws \
  properties/test_edge_laws properties/test_navigation_laws properties/test_ticket_oracle))
# The rooms that the project exists for, whose branches are all tested.
CORE = src/slaclock/temporal/*,src/slaclock/calendar/*,src/slaclock/timetable/*,src/slaclock/clock/*,src/slaclock/policy/*,src/slaclock/tickets/*

.DEFAULT_GOAL := help
.PHONY: help setup test test-core check format docs pictures snapshots coverage lowest bench bench-check fuzz mutants constraints changelog workflows dist release-check

help:  ## this list
	@sed -n 's/^\([a-z-]*\):  *## \(.*\)/\1\t\2/p' Makefile | expand -t 16

setup:  ## a virtual environment with what a developer needs: VENV=.venv PYTHON=python3
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q -U pip
	$(BIN)/python -m pip install -q $(if $(CONSTRAINTS),-c $(CONSTRAINTS)) $(SLACLOCK)[$(EXTRAS)] --group $(GROUP)

test:  ## the tests, with the examples of every page and docstring
	$(PYTEST) $(TESTED) $(ARGS)

test-core:  ## the tests that need nothing but the core, such as on a free-threaded Python
	$(PYTEST) $(CORE_TESTS) $(ARGS)

check:  ## lint, format, floors and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/codespell
	$(BIN)/mypy
	$(BIN)/basedpyright --level error --pythonpath $(BIN)/python

format:  ## the code in the shape that `make check` asks for
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs:  ## the site, built strictly into site/, with what the next version brings in its changelog
	mkdir -p build
	$(BIN)/towncrier build --draft --version 'The next version' --date 'not released yet' > build/unreleased.md
	$(BIN)/zensical build --clean --strict

pictures:  ## the packaged example's files, the pages' pictures and the pages that come from the code anew
	$(BIN)/python examples/generate.py
	$(BIN)/python examples/pictures.py
	$(BIN)/python examples/reference.py

snapshots:  ## the reviewed texts of tests/snapshots anew: read what changed before you keep it
	UPDATE_SNAPSHOTS=1 $(PYTEST) tests $(ARGS)

# With few draws, so that a branch has a fact of its own and needs no luck.
coverage:  ## the tests under branch coverage: 100 % of the rooms that the project exists for, 95 % of the others
	HYPOTHESIS_PROFILE=brief $(PYTEST) --cov --cov-report= $(ARGS)
	$(BIN)/coverage report --include='$(CORE)' --skip-covered --fail-under=100
	$(BIN)/coverage report --omit='$(CORE)' --skip-covered --fail-under=95

lowest:  ## the tests with the lowest versions that pyproject.toml allows, in .venv-lowest
	$(PYTHON) -m venv .venv-lowest
	.venv-lowest/bin/python -m pip install -q uv
	.venv-lowest/bin/uv pip install -q -p .venv-lowest/bin/python --resolution lowest-direct -e '.[all]' --group test
	.venv-lowest/bin/python -m pytest -q -n auto --dist loadgroup -W default $(ARGS)

bench:  ## speed beside peers, as ratios of one run: pip installs the peers
	$(BIN)/python -m pip install -q --group bench
	for bench in peers columns tickets logs files engines; do $(BIN)/python benchmarks/$$bench.py || exit 1; done

bench-check:  ## whether anything became much slower than benchmarks/baseline.json has it
	$(BIN)/python benchmarks/ratios.py

fuzz:  ## any bytes at the readers of files: MINUTES=10
	$(BIN)/python fuzz/files.py --minutes $(MINUTES)

mutants:  ## the score of mutants of the rooms that the project exists for, at least 97 %: SAMPLE=300 SEED=1, or all in a day
	$(BIN)/python -m pip install -q --group mutants
	HYPOTHESIS_PROFILE=brief $(BIN)/python mutation/score.py $(if $(SAMPLE),--sample $(SAMPLE)) --seed $(SEED) $(ARGS)

constraints:  ## constraints.txt anew, from what the environment has: names and versions alone
	echo "# Versions of one day with which everything passes: make setup CONSTRAINTS=constraints.txt" > constraints.txt
	$(BIN)/python -m pip freeze --exclude-editable --exclude pip >> constraints.txt

changelog:  ## the fragments of changelog.d into CHANGELOG.md, under VERSION
	$(BIN)/towncrier build --yes --version $(VERSION)

workflows:  ## the workflows of .github and the action, by their schemas and by zizmor
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-actions action.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml
	$(BIN)/zizmor --offline --quiet .

dist:  ## the wheel and the sources, in dist/
	rm -rf dist
	$(BIN)/python -m build -q

release-check:  ## a built wheel, alone in a fresh environment, answers; with TAG=v1.2.3 its version is the tag's
	bash .ci/release-check $(BIN)/python $(TAG)
