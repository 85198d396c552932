"""Whatever form a table has, it holds the same tickets; and any bytes give tickets or an error of ours."""

from __future__ import annotations

import csv
import gzip
import io
import json
import tempfile
import warnings
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

import slaclock as sc
from desks.made_files import MADE, feather, parquet, stream, workbook
from slaclock.desks import read_frames, read_tickets

ZONE = "Europe/London"
NAMES = ("id", "priority", "opened", "resolved")
WORDS = st.text(
    st.characters(exclude_categories=["C", "Z"]) | st.sampled_from(" ,;\t|\"'"), min_size=1, max_size=8
).map(str.strip)
INSTANTS = st.datetimes(datetime(1901, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC)).map(
    lambda at: at.replace(microsecond=0)
)


@st.composite
def tables(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Rows of tickets, each with its own id."""
    ids = draw(st.lists(WORDS.filter(bool), min_size=1, max_size=6, unique=True))
    rows = []
    for key in ids:
        opened, resolved = sorted(draw(st.tuples(INSTANTS, INSTANTS)))
        priority = draw(st.none() | WORDS.filter(bool))
        resolved = draw(st.sampled_from([None, resolved]))
        rows.append({"id": key, "priority": priority, "opened": opened, "resolved": resolved})
    return rows


def texts_of(rows: list[dict[str, Any]]) -> list[dict[str, str]]:
    """The rows as texts."""
    return [
        {
            name: "" if value is None else value.isoformat() if isinstance(value, datetime) else value
            for name, value in row.items()
        }
        for row in rows
    ]


def shown(row: dict[str, str]) -> dict[str, dict[str, str]]:
    """A row of which each value stands beside how a person sees it."""
    return {name: {"value": value, "display_value": value.upper()} for name, value in row.items()}


def csv_of(rows: list[dict[str, Any]], separator: str) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, NAMES, delimiter=separator)
    writer.writeheader()
    writer.writerows(texts_of(rows))
    return out.getvalue()


def arrow_of(rows: list[dict[str, Any]]) -> pa.Table:
    instant = pa.timestamp("us", "UTC")
    return pa.Table.from_pylist(rows, pa.schema(list(zip(NAMES, (pa.string(),) * 2 + (instant,) * 2, strict=True))))


FORMS = {
    "csv": lambda rows: csv_of(rows, ",").encode(),
    "semicolons": lambda rows: csv_of(rows, ";").encode("utf-8-sig"),
    "tabs": lambda rows: csv_of(rows, "\t").encode("utf-16"),
    "gzip": lambda rows: gzip.compress(csv_of(rows, "|").encode()),
    "lines": lambda rows: "\n".join(json.dumps(row) for row in texts_of(rows)).encode(),
    "array": lambda rows: json.dumps(texts_of(rows), ensure_ascii=False).encode(),
    "document": lambda rows: json.dumps({"count": len(rows), "tickets": texts_of(rows), "users": [{"id": 1}]}).encode(),
    "shown": lambda rows: json.dumps({"result": [shown(row) for row in texts_of(rows)]}, indent=1).encode(),
    "parquet": lambda rows: parquet(arrow_of(rows)),
    "feather": lambda rows: feather(arrow_of(rows)),
    "stream": lambda rows: stream(arrow_of(rows)),
    "workbook": lambda rows: workbook([list(NAMES), *([*row.values()] for row in texts_of(rows))]),
}


@given(tables(), st.sampled_from(sorted(FORMS)))
def test_a_table_of_any_form_holds_the_same_tickets(rows, form):
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        file = Path(folder, "tickets")
        file.write_bytes(FORMS[form](rows))
        warnings.simplefilter("ignore", sc.errors.UnreadColumnsWarning)
        read = read_frames(file, timezone=ZONE, library="arrow").tickets
        expected = arrow_of(rows).cast(read.schema)
        assert read.to_pylist() == expected.to_pylist()
        tickets = read_tickets(file, timezone=ZONE)
    assert [(one.id, one.priority, one.opened, one.resolved) for one in tickets] == [(*row.values(),) for row in rows]


@given(tables())
def test_a_frame_of_any_library_holds_the_same_tickets(rows):
    table = arrow_of(rows)
    for frame in (table, table.to_pandas(), pl.from_arrow(table), pd.DataFrame(rows, columns=NAMES)):
        read = read_frames(frame, timezone=ZONE, library="arrow").tickets
        assert read.to_pylist() == table.cast(read.schema).to_pylist()


def changed(name: str, at: int, byte: int) -> bytes:
    """A good file of which one byte is another."""
    data = bytearray(MADE[name]())
    data[at % len(data)] = byte
    return bytes(data)


BEGINNINGS = st.sampled_from(
    [b"id,opened\n", b"id;opened\n", b"[", b"{", b"\x1f\x8b", b"\xff\xfe", b"PAR1", b"ARROW1\0\0"]
)
KEYS = st.sampled_from(["id", "opened", "tickets", "value", "display_value", "a", "a.b", ""])
DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["2018-04-09T10:00Z", "x", ""]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
BYTES = st.one_of(
    DOCUMENTS.map(lambda document: json.dumps(document).encode()),
    st.binary(max_size=200),
    st.tuples(BEGINNINGS, st.binary()).map(b"".join),
    st.builds(changed, st.sampled_from(sorted(MADE)), st.integers(0, 100_000), st.integers(0, 255)),
)


@given(BYTES)
def test_any_bytes_give_tickets_or_an_error_of_ours(data):
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        file = Path(folder, "tickets")
        file.write_bytes(data)
        try:
            tickets = read_tickets(file, timezone=ZONE)
        except sc.SlaClockError as error:
            assert isinstance(error, sc.errors.InputError)
            assert str(error)
        else:
            assert all(isinstance(ticket, sc.Ticket) for ticket in tickets)
