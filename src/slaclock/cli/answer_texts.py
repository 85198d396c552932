"""Columns of answers as texts, a whole column at a time: ISO 8601, numbers of seconds, and safe cells of CSV."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as _compute

from slaclock.columns.zones import zone_table
from slaclock.formats.safe_texts import FORMULA, shown
from slaclock.temporal.durations import Unit
from slaclock.temporal.instants import find_zone

from .answer_rows import LENGTHS, length_name

pc: Any = _compute  # whose functions are made when it is imported, so that no type checker knows them
OF_TICKETS = ("id", "kind", "priority")
"""The columns whose words are the tickets' own."""
_QUOTED = '[",\r\n]|^::'
"""What a cell of CSV is quoted for: a build server takes a line that begins with `::` for a command."""
_COMMAND = r"([\r\n]\s*):(:)"
_FORMULAS = f"^[{''.join(map(re.escape, FORMULA))}]"


def plain_table(table: pa.Table, unit: Unit | None = None) -> pa.Table:
    """Answers with instants as texts in their own zone, and lengths as seconds, or the numbers they are."""
    columns: dict[str, Any] = {}
    for name, column in zip(table.column_names, table.columns, strict=True):
        if pa.types.is_timestamp(column.type):
            columns[name] = iso_texts(column)
        elif name in LENGTHS:
            columns[length_name(name, unit)] = lengths(column)
        else:
            columns[name] = column
    return pa.table(columns)


def lengths(column: Any) -> Any:
    """Lengths as numbers: of seconds, unless they are numbers already."""
    if pa.types.is_floating(column.type):
        return column
    return pc.divide(column.cast(pa.int64()).cast(pa.float64()), 1e6)


def iso_texts(column: Any) -> Any:
    """Instants as `datetime.isoformat` writes them in the zone of the column."""
    missing = np.asarray(column.is_null())
    micros = np.where(missing, 0, column.cast(pa.int64()).fill_null(0).to_numpy())
    zone = find_zone(column.type.tz)
    # Arrow's own zones know no clock changes after 2037.
    walls = zone_table(zone, micros).to_wall(micros)
    texts = pa.array(walls // 1_000_000, mask=missing).cast(pa.timestamp("s")).cast(pa.string())
    texts = pc.binary_replace_slice(texts, 10, 11, "T")
    parts = walls % 1_000_000
    if parts.any():
        fractions = pa.array([f".{part:06d}" if part else "" for part in parts.tolist()])
        texts = pc.binary_join_element_wise(texts, fractions, "")
    offsets, number = np.unique(walls - micros, return_inverse=True)
    names = pa.array([_offset(int(offset) // 1_000_000) for offset in offsets], pa.string())
    return pc.binary_join_element_wise(texts, names.take(pa.array(number)), "")


def _offset(seconds: int) -> str:
    minutes, second = divmod(abs(seconds), 60)
    text = f"{'-' if seconds < 0 else '+'}{minutes // 60:02d}:{minutes % 60:02d}"
    return f"{text}:{second:02d}" if second else text


def safe_cells(table: pa.Table) -> tuple[pa.Table, bool]:
    """A table of which no text of the tickets' own is a formula to a spreadsheet, and whether any has to be quoted."""
    quoted = False
    for name in OF_TICKETS:
        column = table[name]
        suspects = pc.match_substring_regex(column, f"{_FORMULAS}|{_QUOTED}")
        if pc.any(suspects).as_py():
            quoted = True
            formulas = pc.match_substring_regex(column, _FORMULAS)
            cells = pc.if_else(formulas, pc.binary_join_element_wise("'", column, ""), column)
            table = table.set_column(table.column_names.index(name), name, cells)
    return table, quoted


def harmless_cells(table: pa.Table) -> pa.Table:
    """A table of which no text has a line that is a command to a build server."""
    for name in OF_TICKETS:
        texts = pc.replace_substring_regex(table[name], _COMMAND, r"\1\\x3a\2")
        table = table.set_column(table.column_names.index(name), name, texts)
    return table


def shown_cells(table: pa.Table) -> pa.Table:
    """A table of which each text may be shown in a terminal."""
    for name in OF_TICKETS:
        texts = [None if text is None else shown(text) for text in table[name].to_pylist()]
        table = table.set_column(table.column_names.index(name), name, pa.array(texts, pa.string()))
    return table
