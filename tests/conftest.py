"""Hypothesis profiles (`quick` by default, another with HYPOTHESIS_PROFILE=deep, say), and what several tests use."""

from __future__ import annotations

import functools
import gc
import os
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

pytest.register_assert_rewrite("questions", "reviewed")

collect_ignore = ["conftest.py"]  # it has no examples, and shares its name with that of the docs

settings.register_profile(
    "quick", max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
settings.register_profile(  # for mutants: that one is noticed is all that counts, not on how small an example
    "brief", settings.get_profile("quick"), max_examples=10, phases=[Phase.explicit, Phase.generate], database=None
)
# For the whole check: the same draws every time, so that a red build is its change's doing; others look for new ones.
settings.register_profile("steady", settings.get_profile("quick"), max_examples=50, derandomize=True, database=None)
settings.register_profile("steady-brief", settings.get_profile("brief"), derandomize=True)
settings.register_profile("middle", settings.get_profile("quick"), max_examples=1_000)
settings.register_profile("deep", settings.get_profile("quick"), max_examples=20_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


def pytest_sessionstart() -> None:
    """In a mutation run each session is forked from one that has run all tests: nothing of it may shield a mutant.

    So the caches start empty, and the tests' modules, with the calendars that they have compiled, are read anew.
    """
    if "MUTANT_UNDER_TEST" in os.environ:
        here = Path(__file__).parent
        for name, module in list(sys.modules.items()):
            file = getattr(module, "__file__", None)
            if file and here in Path(file).parents and name != "conftest":
                del sys.modules[name]
        for each in gc.get_objects():
            if type(each) is functools._lru_cache_wrapper:
                each.cache_clear()


@pytest.fixture(scope="module")
def connection():
    """A DuckDB of one thread, whose clock is UTC's."""
    import duckdb

    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("SET threads = 1")
        yield connection


@pytest.fixture
def far_machine(monkeypatch):
    """The clock of the machine itself is far from every zone that is asked about, where it can be set."""
    if not hasattr(time, "tzset"):
        yield
        return
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "UTC-14")
        time.tzset()
        yield
    time.tzset()
