"""Every public name has a page of the reference and an example that runs; the pages from the code are not stale."""

from __future__ import annotations

import inspect
import re
import sys
from collections import Counter
from importlib import import_module
from pathlib import Path

import reference

import slaclock as sc
from slaclock import errors

REFERENCE = Path(__file__).parent.parent / "docs" / "reference"
MODULES = (
    "slaclock", "slaclock.columns", "slaclock.checking", "slaclock.desks", "slaclock.engines.duckdb",
    "slaclock.engines.spark", "slaclock.charts", "slaclock.strategies", "slaclock.errors", "slaclock.typing",
)  # fmt: skip


def public(module: str) -> list[tuple[str, object]]:
    values = import_module(module)
    return [(f"{module}.{name}", getattr(values, name)) for name in values.__all__]


NAMES = [pair for module in MODULES for pair in public(module) if not inspect.ismodule(pair[1])]


def test_every_public_name_has_its_place_in_the_reference():
    shown = Counter(
        name
        for page in REFERENCE.glob("*.md")
        for name in re.findall(r"^::: (\S+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    )
    assert [name for name, count in shown.items() if count > 1] == []
    values = []
    for name in shown:
        module, _, own = name.rpartition(".")
        values.append(getattr(import_module(module), own))
        assert name not in sys.modules, f"{name} is a file too: name what is in it"
    assert [name for name, value in NAMES if not any(value is there for there in values)] == []


def test_every_public_name_says_what_it_is_and_shows_it():
    coded = (REFERENCE.parent / "errors.md").read_text(encoding="utf-8")
    for name, value in NAMES:
        if name.startswith("slaclock.typing."):
            continue  # what a type is its annotation says
        text = inspect.getdoc(value) or ""
        assert text.split(".")[0], name
        code = value.code if isinstance(value, type) and issubclass(value, sc.SlaClockError) else None
        if code is not None:
            assert f"`{code}`" in coded, name  # its page shows how each comes about
        elif value not in (errors.BadRowsWarning, errors.UnreadColumnsWarning):
            assert ">>>" in text, name


def test_every_function_says_what_it_raises():
    for name, value in NAMES:
        if inspect.isfunction(inspect.unwrap(value)) and not name.startswith("slaclock.strategies."):
            assert re.search("[Rr]aise|[Ee]rror|fails?", inspect.getdoc(value) or ""), name


def test_the_pages_from_the_code_are_as_it_is():
    for name, text in reference.pages().items():
        assert (REFERENCE / name).read_text(encoding="utf-8") == text, f"{name} is stale: make pictures"
