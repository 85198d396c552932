"""The tutorial notebook runs from its first cell to its last, and is kept with what it shows."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest

NOTEBOOK = Path(__file__).resolve().parent.parent / "docs" / "tutorial.ipynb"
OURS = '<div class="sla cell slaclock">'


def shown(notebook: Any) -> list[list[object]]:
    """What each cell says: texts, and the words of slaclock's own cells; of what others draw only the kinds."""
    return [[stable(output) for output in cell.get("outputs", [])] for cell in notebook.cells]


def stable(output: Any) -> object:
    if output["output_type"] == "stream":
        return output["text"]
    data = output["data"]
    if not data.get("text/html", "").startswith(OURS):
        return sorted(data)
    return re.sub(r"<style>.*?</style>|<[^>]*>", " ", data["text/html"], flags=re.DOTALL).split()


@pytest.mark.filterwarnings("ignore")  # of the machinery that runs notebooks
def test_the_tutorial_runs_and_is_kept_with_what_it_shows(tmp_path):
    import nbformat
    from nbclient import NotebookClient

    kept, notebook = (nbformat.read(NOTEBOOK, as_version=4) for _ in range(2))
    folder = {"metadata": {"path": str(tmp_path)}}
    NotebookClient(notebook, timeout=120, record_timing=False, resources=folder).execute()
    if os.environ.get("UPDATE_SNAPSHOTS"):
        notebook.metadata = kept.metadata
        nbformat.write(notebook, NOTEBOOK)
        kept = notebook
    assert shown(notebook) == shown(kept)
    data = [output.get("data", {}) for cell in notebook.cells for output in cell.get("outputs", [])]
    pages = [kinds["text/html"] for kinds in data if "text/html" in kinds]
    assert sum(page.startswith(OURS) for page in pages) == 4
    assert any("Working calendar" in page for page in pages)
    assert any("89.9 % of 149 decided tickets" in page for page in pages)
    assert any("<svg" in page and "third_party" in page for page in pages)
    drawn = [kinds["image/svg+xml"] for kinds in data if "image/svg+xml" in kinds]
    assert len(drawn) == 5
    assert any("T0128 was resolved in time; 2 of 7 updates were late" in picture for picture in drawn)
    assert (tmp_path / "report.html").stat().st_size > 10_000
    # Nothing that it shows asks another host for anything.
    for text in (*pages, *drawn):
        assert "src=" not in text
        assert "url(" not in text.replace("url(#", "")
        assert "<script" not in text
