"""Every page runs in a folder of its own, since some of them write files."""

from __future__ import annotations

from pathlib import Path

import pytest

collect_ignore = ["conftest.py"]  # it has no examples, and shares its name with that of the tests


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
