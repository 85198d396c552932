"""The tutorial notebook runs from its first cell to its last, and shows what it is to show."""

from __future__ import annotations

from pathlib import Path

import pytest

NOTEBOOK = Path(__file__).resolve().parent.parent / "docs" / "tutorial.ipynb"


@pytest.mark.filterwarnings("ignore")  # of the machinery that runs notebooks
def test_the_tutorial_runs(tmp_path):
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(NOTEBOOK, as_version=4)
    assert not any(cell.get("outputs") for cell in notebook.cells)  # it is kept without its answers
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()
    shown = [output.get("data", {}) for cell in notebook.cells for output in cell.get("outputs", [])]
    pages = [data["text/html"] for data in shown if "text/html" in data]
    assert any("Working calendar" in page for page in pages)
    assert any("89.9 % of 149 decided tickets" in page for page in pages)
    assert any("<svg" in page and "third_party" in page for page in pages)
    drawn = [data["image/svg+xml"] for data in shown if "image/svg+xml" in data]
    assert len(drawn) == 5
    assert any("T0128 was resolved in time; 2 of 7 updates were late" in picture for picture in drawn)
    assert (tmp_path / "report.html").stat().st_size > 10_000
