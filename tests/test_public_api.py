"""What outside programs may call: a name or a signature changes only on purpose, by `make snapshots`."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from reviewed import check_reviewed

SNAPSHOT = Path(__file__).parent / "snapshots" / "public_api.txt"
MODULES = [
    "slaclock", "slaclock.columns", "slaclock.checking", "slaclock.desks", "slaclock.desks.ical",
    "slaclock.engines.duckdb", "slaclock.engines.spark", "slaclock.charts", "slaclock.strategies", "slaclock.errors",
    "slaclock.typing", "slaclock.pandas", "slaclock.polars",
]  # fmt: skip


def public_names(module: ModuleType) -> list[str]:
    """Those it lists, or those that it makes itself, none with an underscore before it."""
    listed = getattr(module, "__all__", None)
    if listed is not None:
        return sorted(listed)
    return sorted(
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and getattr(value, "__module__", None) == module.__name__
    )


def described(name: str, value: object) -> Iterator[str]:
    if inspect.isclass(value):
        yield f"class {name}"
        own: dict[str, object] = {}
        for base in reversed([cls for cls in value.__mro__ if cls.__module__.startswith("slaclock")]):
            own |= dict.fromkeys(inspect.get_annotations(base)) | vars(base)
        for key in sorted(own):
            member = own[key]
            if key.startswith("_"):
                continue
            if isinstance(member, classmethod | staticmethod):
                member = member.__func__
            if inspect.isfunction(member):
                yield f"    {key}{inspect.signature(member)}"
            else:
                yield f"    {key}"
    elif inspect.isroutine(value):
        yield f"{name}{inspect.signature(value)}"
    else:
        yield name


def test_names_and_signatures_are_those_that_were_reviewed():
    pytest.importorskip("pyspark")
    lines = []
    for module_name in MODULES:
        module = import_module(module_name)
        lines += [f"# {module_name}", *(line for name in public_names(module)
                                        for line in described(name, getattr(module, name))), ""]  # fmt: skip
    text = re.sub(r" at 0x[0-9a-f]+>", ">", "\n".join(lines))  # a default that is a function
    check_reviewed(SNAPSHOT, text)
