"""Texts that somebody has reviewed: a change of one is made on purpose, by `make snapshots`."""

from __future__ import annotations

import os
from pathlib import Path


def check_reviewed(path: Path, text: str) -> None:
    """The text is the one in the file; with UPDATE_SNAPSHOTS=1 it is written there, to be reviewed anew."""
    if os.environ.get("UPDATE_SNAPSHOTS"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")
