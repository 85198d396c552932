"""Files that cannot be read in an editor, made for the tests."""

from __future__ import annotations

import codecs
import gzip
import io
from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
import xlsxwriter

TEXT = "id,priority,opened,resolved,name\nT1,P1,2018-04-09 10:00,2018-04-09 11:00,Zoë\nT2,P3,2018-04-09 12:00,,\n"
TENS = datetime(2018, 4, 9, 10, 0)
LONDON = ZoneInfo("Europe/London")
PLAIN = pa.table({"id": ["T1", "T2"], "priority": ["P1", "P3"], "opened": [TENS, TENS]})


def parquet(table: pa.Table) -> bytes:
    """A table as Parquet."""
    out = io.BytesIO()
    pq.write_table(table, out)
    return out.getvalue()


def feather(table: pa.Table, compression: str = "lz4") -> bytes:
    """A table as Feather."""
    out = io.BytesIO()
    pyarrow.feather.write_feather(table, out, compression=compression)
    return out.getvalue()


def stream(table: pa.Table) -> bytes:
    """A table as Arrow's stream."""
    out = io.BytesIO()
    with pa.ipc.new_stream(out, table.schema) as writer:
        writer.write_table(table)
    return out.getvalue()


def workbook(*sheets: list[list[object]], hidden: int | None = None) -> bytes:
    """A workbook of such sheets, of which one may be hidden."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        day, minute = (book.add_format({"num_format": form}) for form in ("yyyy-mm-dd", "yyyy-mm-dd hh:mm"))
        for number, sheet in enumerate(sheets):
            page = book.add_worksheet()
            if number == hidden:
                page.hide()
            elif hidden is not None:
                page.activate()
            for row, cells in enumerate(sheet):
                for column, cell in enumerate(cells):
                    if isinstance(cell, datetime):
                        page.write_datetime(row, column, cell, minute)
                    elif isinstance(cell, date):
                        page.write_datetime(row, column, datetime(cell.year, cell.month, cell.day), day)
                    elif cell is not None:
                        page.write(row, column, cell)
    return out.getvalue()


def _changed(**columns: object) -> pa.Table:
    table = PLAIN
    for name, values in columns.items():
        table = table.drop_columns([name]) if name in table.column_names else table
        table = table.append_column(name, values if isinstance(values, pa.Array) else pa.array(values))
    return table


_HEADER = ["ID", "Priority", "Opened", "Resolved"]
MADE: dict[str, Callable[[], bytes]] = {
    "bom.csv": lambda: TEXT.encode("utf-8-sig"),
    "utf16.csv": lambda: TEXT.encode("utf-16"),
    "utf16-be.csv": lambda: codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
    "utf16-tabs.txt": lambda: TEXT.replace(",", "\t").encode("utf-16"),
    "utf16-unmarked.csv": lambda: TEXT.encode("utf-16-le"),
    "utf16-be-unmarked.csv": lambda: TEXT.encode("utf-16-be"),
    "utf32.csv": lambda: TEXT.encode("utf-32"),
    "utf16-odd.csv": lambda: TEXT.encode("utf-16")[:-1],
    "cp1252.csv": lambda: TEXT.encode("cp1252"),
    "mixed.csv": lambda: TEXT.encode() + "T3,P1,2018-04-09 10:00,,Zoë\n".encode("cp1252"),
    "neither.csv": lambda: TEXT.encode("cp1252") + b"T3,P1,2018-04-09 10:00,,\x81\n",
    "old-mac.csv": lambda: TEXT.replace("\n", "\r").encode(),
    "zipped.csv.gz": lambda: gzip.compress(TEXT.encode(), mtime=0),
    "zipped-parquet.gz": lambda: gzip.compress(parquet(PLAIN), mtime=0),
    "zipped-cut.csv.gz": lambda: gzip.compress(TEXT.encode() * 50, mtime=0)[:-20],
    "deep.json": lambda: b"[" * 200_000,  # more than any Python reads
    "archive.zip": lambda: b"PK\x03\x04" + b"\0" * 40,
    "packed.csv.bz2": lambda: b"BZh91AY&SY" + b"\0" * 20,
    "picture.png": lambda: b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\x81\x8d",
    "plain.parquet": lambda: parquet(PLAIN),
    "aware.parquet": lambda: parquet(_changed(opened=[TENS.replace(tzinfo=LONDON)] * 2)),
    "texts.parquet": lambda: parquet(_changed(opened=["2018-04-09 10:00", "2018-04-09T10:00Z"])),
    "text-bad.parquet": lambda: parquet(_changed(opened=["2018-04-09 10:00", "soon"])),
    "days.parquet": lambda: parquet(_changed(opened=[TENS.date()] * 2)),
    "whole-ids.parquet": lambda: parquet(_changed(id=[1, 2])),
    "float-ids.parquet": lambda: parquet(_changed(id=[1.0, 2.0])),
    "nan-id.parquet": lambda: parquet(_changed(id=[1.0, float("nan")])),
    "nan-words.parquet": lambda: parquet(_changed(impact=[float("nan"), 2.0], urgency=[float("nan"), 2.5])),
    "categories.parquet": lambda: parquet(_changed(priority=pa.array(["P1", "P3"]).dictionary_encode())),
    "seconds.parquet": lambda: parquet(_changed(opened=[1523264400, None])),
    "numbers.parquet": lambda: parquet(_changed(opened=[1.5, 2.5])),
    "lists.parquet": lambda: parquet(_changed(priority=[["P1"], ["P3"]])),
    "structs.parquet": lambda: parquet(_changed(id=[{"a": 1}, {"a": 2}])),
    "bytes.parquet": lambda: parquet(_changed(priority=pa.array([b"P1", b"\xff"]))),
    "two-ids.parquet": lambda: parquet(pa.table([PLAIN["id"], *PLAIN.columns], names=["id", *PLAIN.column_names])),
    "nothing.parquet": lambda: parquet(PLAIN.slice(0, 0)),
    "far.parquet": lambda: parquet(_changed(opened=pa.array([1 << 62, 0]).cast(pa.timestamp("us", "UTC")))),
    "cut.parquet": lambda: parquet(PLAIN)[:-30],
    "corrupt.parquet": lambda: bytes(255 - byte if 20 <= at < 60 else byte for at, byte in enumerate(parquet(PLAIN))),
    "odd-name.parquet": lambda: parquet(PLAIN).replace(b"priority", b"prio\xfaity"),
    "odd-text.feather": lambda: feather(PLAIN, "uncompressed").replace(b"T1T2", b"T\xfaT2"),
    "plain.feather": lambda: feather(PLAIN),
    "cut.feather": lambda: feather(PLAIN)[:200],
    "stream.arrow": lambda: stream(PLAIN),
    "plain.xlsx": lambda: workbook([_HEADER, [1001, "P1", TENS, None], ["T2", "P3", TENS, TENS.replace(hour=11)]]),
    "midnight.xlsx": lambda: workbook([_HEADER, ["T1", "P1", TENS.date(), None], ["T2", "P1", TENS, None]]),
    "cover.xlsx": lambda: workbook([["Tickets of April"], ["by Jo"]], [_HEADER, ["T1", "P1", TENS, None]]),
    "hidden.xlsx": lambda: workbook([_HEADER, ["T9", "P1", TENS, None]], [_HEADER, ["T1", "P1", TENS, None]], hidden=0),
    "days.xlsx": lambda: workbook([_HEADER, ["T1", "P1", TENS.date(), None]]),
    "serials.xlsx": lambda: workbook([_HEADER, ["T1", "P1", 43199.5, None]]),
    "title.xlsx": lambda: workbook([["Tickets of May"], [], _HEADER, ["T1", "P1", TENS, None]]),
    "below.xlsx": lambda: workbook([[], [], _HEADER, ["T1", "P1", "soon", None]]),
    "two-sheets.xlsx": lambda: workbook([_HEADER, ["T1", "P1", TENS, None]], [["notes"]]),
    "empty-first.xlsx": lambda: workbook([], [_HEADER, ["T1", "P1", TENS, None]]),
    "empty.xlsx": lambda: workbook([]),
    "cut.xlsx": lambda: workbook([_HEADER, ["T1", "P1", TENS, None]])[:2000],
    "old.xls": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
}  # fmt: skip
"""What each file holds."""
