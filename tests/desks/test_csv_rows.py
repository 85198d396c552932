"""CSV as Arrow reads it, beside Python's own reader: the same cells, in rows of the same numbers."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slaclock.desks import csv_tables
from slaclock.desks.table_files import open_table

CELLS = st.sampled_from(["", "a", " b ", "two\nlines", "thr\r\nee", 'q"q', "x,y", "é" * 30])
ROWS = st.lists(st.lists(CELLS, min_size=0, max_size=5), max_size=12)


def read(text: str, block: int) -> tuple[list[tuple[int, list[str]]], list[int]]:
    """The rows, stripped, with their numbers, and the numbers of those that have not three cells."""
    rows: list[tuple[int, list[str]]] = []
    misfits: list[int] = []
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_tables, "_BLOCK", block)
        file = Path(folder, "t.csv")
        file.write_bytes(text.encode())
        with open_table(str(file)) as table:
            for part in table.read([0, 1, 2]):
                cells = [[cell.strip() for cell in column.to_pylist()] for column in part.columns]
                rows += zip(part.numbers.tolist(), map(list, zip(*cells, strict=True)), strict=True)
                misfits += [misfit.number for misfit in part.misfits]
    return rows, misfits


@given(ROWS, st.sampled_from([200, 256, 1 << 16]))
def test_rows_have_the_numbers_that_a_spreadsheet_gives_them(rows, block):
    out = io.StringIO()
    csv.writer(out).writerows([["x", "y", "z"], *rows])
    expected, wrong = [], []
    for number, row in enumerate(csv.reader(io.StringIO(out.getvalue(), newline="")), start=1):
        cells = [cell.strip() for cell in row]
        if number == 1 or not any(cells):
            continue
        if len(cells) == 3 or (len(cells) > 3 and not any(cells[3:])):
            expected.append((number, cells[:3]))
        else:
            wrong.append(number)
    assert read(out.getvalue(), block) == (expected, wrong)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|", "^", "~", ":", "#"])
def test_any_sign_may_separate_where_the_header_is_known(tmp_path, separator):
    file = tmp_path / "t.csv"
    file.write_text(separator.join(["id", "opened", "a note"]) + "\n")
    with open_table(str(file), known=lambda header: header in ("id", "opened")) as table:
        assert table.header == ["id", "opened", "a note"]


def test_whoever_stops_midway_is_not_kept_by_who_reads_ahead(tmp_path):
    """Arrow reads in a thread of its own: it is at work no longer as Python ends, which would wait for it for ever."""
    file = tmp_path / "t.csv"
    file.write_text("x,y,z\n" + "1,2,3\n" * 100_000)
    program = f"""
import sys, time
from slaclock.desks import byte_streams, csv_tables
from slaclock.desks.table_files import open_table
csv_tables._BLOCK = 1000
at_once = byte_streams.Utf8.read
byte_streams.Utf8.read = lambda text, size=-1: time.sleep(0.3) or at_once(text, size)
with open_table({str(file)!r}) as table:
    rows = table.read([0, 1, 2])
    next(rows)
"""
    assert subprocess.run([sys.executable, "-c", program], check=False, timeout=60).returncode == 0
