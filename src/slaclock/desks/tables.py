"""A table as every form of file gives it: a header, and rows that have their numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from slaclock.formats.extras import pyarrow

_Row = TypeVar("_Row")
BATCH = 1 << 18
"""Rows in a batch."""
_TITLES = 20  # so many rows at most stand above a header


class Misfit(NamedTuple):
    """A row that has not a cell for each column of the header."""

    number: int
    problem: str
    remedy: str


class Rows(NamedTuple):
    """Some rows of a table: the columns that were asked for, as chunked arrays of Arrow, and the rows' numbers."""

    numbers: NDArray[np.int64]
    columns: Sequence[Any]
    misfits: Sequence[Misfit] = ()


@dataclass
class Table:
    """A table that is open.

    `read` gives the rows of some of its columns, which are named by their numbers, once. `header_row` is the number of
    the header where it is a row of its own, `notes` what whoever reads it should know.
    """

    name: str
    header: Sequence[str]
    read: Callable[[Sequence[int]], Iterator[Rows]]
    header_row: int | None = None
    share: Callable[[], float] = lambda: 0.0
    notes: list[str] = field(default_factory=list)

    @property
    def header_place(self) -> str:
        """Where the header stands, for an error."""
        return self.name if self.header_row is None else f"{self.name}, row {self.header_row}"


class Header(NamedTuple):
    """The header of a table: the number of its row, its cells, and whether other rows stand above it."""

    row: int
    cells: list[str]
    below: bool = False

    def notes(self, name: str) -> list[str]:
        """What whoever reads the table should know of it."""
        return [f"{name}: the header is row {self.row}; what stands above it is not read"] if self.below else []


def header_among(rows: Iterable[tuple[int, list[str]]], known: Callable[[str], bool]) -> Header:
    """The header among the first rows: the first that is not empty, unless that is a title.

    It is one where nothing in it is `known`, and one of the next rows has two known headers or more.
    """
    filled = ((number, cells) for number, cells in rows if any(cells))
    number, cells = first = next(filled, (1, []))
    if not any(map(known, cells)):
        more = (row for row in islice(filled, _TITLES) if sum(map(known, {*row[1]})) > 1)
        number, cells = next(more, first)
    return Header(number, cells, number > first[0])


def of_cells(
    name: str,
    header: Sequence[str],
    rows: Sequence[tuple[int, _Row]],
    header_row: int | None = None,
    *,
    cell: Callable[[_Row, int], Any],
) -> Table:
    """A table of Python's own values, each row with its number; what is no text is written as one.

    `cell` gives what a row has in a column.
    """

    def read(columns: Sequence[int]) -> Iterator[Rows]:
        pa = pyarrow()
        for start in range(0, len(rows), BATCH):
            part = rows[start : start + BATCH]
            cells = [pa.chunked_array([_texts(pa, [cell(row, column) for _, row in part])]) for column in columns]
            yield Rows(np.array([number for number, _ in part], np.int64), cells)

    return Table(name, header, read, header_row)


def _texts(pa: Any, cells: Iterable[Any]) -> Any:
    """Cells as texts; cells that hold several values stay what they are, for no one can read them."""
    values = list(cells)
    if any(isinstance(value, (list, dict)) for value in values):
        return pa.array([[str(value)] if value is not None else None for value in values])
    # A column of days alone has no times; beside times a day is its midnight, as a spreadsheet writes it.
    timed = any(isinstance(value, datetime) for value in values)
    return pa.array([_text(value, timed) for value in values], pa.string())


def _text(value: Any, timed: bool) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else str(value)
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, date) and timed:
        return f"{value.isoformat()} 00:00"
    return str(value)
