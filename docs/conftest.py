"""Every page runs in a folder of its own, since some of them write files; the page on Spark where there is a Java.

A page of a product, under `desks`, has its export there.
"""

from __future__ import annotations

import warnings
from importlib.util import find_spec
from pathlib import Path
from shutil import copytree

import pytest

from javas import NO_JAVA, java_for_spark

collect_ignore = [
    "conftest.py",
    "docstrings.py",
]  # they have no examples; the one shares its name with that of the tests

_FRAMEWORKS = ("django", "celery")
"""Frameworks with a page each, whose examples run where they are installed."""


@pytest.fixture(autouse=True)
def _own_folder(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    page = Path(request.node.path)
    export = Path(__file__).parents[1] / "tests" / "desks" / page.stem
    if page.parent.name == "desks" and export.exists():  # a page of a product reads the export that its tests read
        copytree(export, tmp_path / "export")
    if page.parent.name == "how-to" and page.stem in _FRAMEWORKS and find_spec(page.stem) is None:
        pytest.skip(f"the page is read without {page.stem}, which is not installed")
    if request.node.name == "spark.md":
        if not java_for_spark():
            pytest.skip(NO_JAVA)
        warnings.simplefilter("ignore")  # Spark's own, of the libraries that it does not know yet
