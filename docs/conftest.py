"""Every page runs in a folder of its own, since some of them write files; the page on Spark where there is a Java."""

from __future__ import annotations

import shutil
import warnings
from pathlib import Path

import pytest

collect_ignore = ["conftest.py"]  # it has no examples, and shares its name with that of the tests


@pytest.fixture(autouse=True)
def _own_folder(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    if request.node.name == "spark.md":
        if shutil.which("java") is None:
            pytest.skip("Spark needs Java 17 or newer, and there is none here")
        warnings.simplefilter("ignore")  # Spark's own, of the libraries that it does not know yet
