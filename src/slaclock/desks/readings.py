"""How files are read: the zone and the form of their times, what becomes of bad rows, and what is said on the way."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from glob import glob
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from slaclock.errors import InputError, SlaClockError

from .byte_streams import STANDARD
from .cells import Cells, instant_cells, number_cells, plain_cell, text_cells
from .faults import BadRow, Faults, Place
from .headers import Wanted, check_headers, columns_of, unread, unread_text, without_ignored
from .table_files import open_table
from .tables import Rows, Table
from .ticket_mappings import TicketMapping
from .words import translated, without_words


@dataclass(frozen=True)
class Reading:
    """How files are read.

    Times without an offset are in `zone`, and in one of the `forms` where these are given. `columns` says of tickets
    which header is whose; it goes before what `mapping` says. With `strict` a column that no one reads is an error,
    else it is told to `note`. `attributes` of tickets, and more `instants`, are read where a file has their columns,
    whoever asks for them.
    """

    zone: ZoneInfo
    forms: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    strict: bool = False
    faults: Faults = field(default_factory=Faults)
    note: Callable[[str], None] = lambda text: None
    mapping: TicketMapping = field(default_factory=TicketMapping)
    attributes: tuple[str, ...] = ()
    instants: tuple[str, ...] = ()

    def headers(self, what: str) -> dict[str, str]:
        """The headers that are named for the columns of tickets, or of a table beside them."""
        return self.mapping.columns(what) | (dict(self.columns) if what == "tickets" else {})


@dataclass(frozen=True)
class Batch:
    """Some rows of a file: a table of texts, of instants in the zone and of numbers, and the rows' own numbers.

    `headers` are what the file calls the columns.
    """

    file: str
    numbers: NDArray[np.int64]
    table: pa.Table
    headers: Mapping[str, str]

    def place(self, row: int, column: str | None = None) -> Place:
        """Where a row stands."""
        return Place(self.file, int(self.numbers[row]), column, self.headers)

    def row(self, row: int) -> dict[str, Any]:
        """What a row says."""
        return {name: plain_cell(self.table[name][row]) for name in self.table.column_names}

    def bad(self, row: int, column: str | None, error: SlaClockError) -> BadRow:
        """A row as one that is wrong."""
        value = plain_cell(self.table[column][row]) if column in self.table.column_names else None
        return BadRow.of(error, self.place(row, column), value)

    def take(self, rows: NDArray[Any]) -> Batch:
        """Some of the rows, by their numbers or by whether they are meant."""
        if rows.dtype == bool:
            return self if rows.all() else self.take(np.flatnonzero(rows))
        return Batch(self.file, self.numbers[rows], self.table.take(pa.array(rows)), self.headers)

    def without(self, bad: Mapping[int, BadRow], faults: Faults | None) -> Batch:
        """The batch without some rows, which are told to `faults` unless that is done."""
        if not bad:
            return self
        if faults is not None:
            faults.add(bad[row] for row in sorted(bad))
        good = np.ones(len(self.table), bool)
        good[[*bad]] = False
        return self.take(good)


def batches(
    source: Any,
    what: str,
    wanted: Wanted,
    reading: Reading,
    progress: Callable[[float], None] = lambda share: None,
) -> Iterator[Batch]:
    """The rows of a file, of the files of a pattern, or of a frame, whose cells are what their columns are to hold.

    There is one batch at least of each, whatever it has.
    """
    for one in files_of(source) if isinstance(source, str) else (source,):
        yield from _batches(one, what, wanted, reading, progress)


def files_of(path: str) -> list[str]:
    """The files that a path names: itself, or those of a pattern, in order."""
    if path == STANDARD or os.path.lexists(path):
        return [path]
    return sorted(glob(path, recursive=True)) or [path]


def _batches(
    source: Any, what: str, wanted: Wanted, reading: Reading, progress: Callable[[float], None]
) -> Iterator[Batch]:
    named = reading.headers(what)
    check_headers(named, wanted)
    by_name = Wanted((*named.values(),), (), ())
    with open_table(source, what, lambda header: wanted.knows(header) or by_name.knows(header)) as table:
        header = without_ignored(table.header, reading.mapping.ignore, named.values())
        columns = columns_of(header, wanted, table.header_place, named)
        tell(table, header, columns, wanted, reading)
        headers = {name: table.header[column] for name, column in columns.items()}
        empty = True
        numbers = [*dict.fromkeys(columns.values())]  # one header may be named for two columns
        for rows in table.read(numbers):
            empty = False
            progress(table.share())
            rows = rows._replace(columns=[rows.columns[numbers.index(number)] for number in columns.values()])
            yield _batch(table.name, headers, rows, wanted, reading)
        if empty:
            none = Rows(np.zeros(0, np.int64), [pa.chunked_array([pa.array([], pa.string())]) for _ in columns])
            yield _batch(table.name, headers, none, wanted, reading)


def tell(table: Table, header: Sequence[str], columns: Mapping[str, int], wanted: Wanted, reading: Reading) -> None:
    """Tell of the file what whoever reads it should know."""
    for note in table.notes:
        reading.note(note)
    if others := unread(header, columns, wanted):
        text = unread_text(others)
        if reading.strict:
            raise InputError(text, "rename or remove them, or leave out --strict", table.header_place)
        reading.note(f"{table.name}: {text}")


def _batch(file: str, headers: Mapping[str, str], rows: Rows, wanted: Wanted, reading: Reading) -> Batch:
    arrays: dict[str, Any] = {}
    bad: dict[int, BadRow] = {}
    misfits = [BadRow(Place(file, misfit.number), None, misfit.problem, misfit.remedy) for misfit in rows.misfits]
    for name, column in zip(headers, rows.columns, strict=True):
        try:
            cells = _cells(name, column, wanted, reading)
        except InputError as error:
            valid = np.flatnonzero(column.is_valid().to_numpy())  # of an empty column any type is right
            place = Place(file, int(rows.numbers[valid[0]]) if len(valid) else None, name, headers)
            raise InputError(error.problem, error.remedy, str(place)) from None
        arrays[name] = cells.array
        for row, wrong in cells.wrong.items():
            bad.setdefault(
                row, BadRow.of(wrong, Place(file, int(rows.numbers[row]), name, headers), plain_cell(column[row]))
            )
    batch = Batch(file, rows.numbers, pa.table(arrays), headers)
    reading.faults.add(sorted((*bad.values(), *misfits), key=lambda row: row.place.number or 0))
    return batch.without(bad, None)


def _cells(name: str, column: Any, wanted: Wanted, reading: Reading) -> Cells:
    column = without_words(column, reading.mapping.missing)
    if name in wanted.instants:
        return instant_cells(column, reading.zone, reading.forms)
    if name in wanted.numbers:
        return number_cells(column)
    cells = text_cells(column)
    return cells._replace(array=translated(cells.array, reading.mapping.words(name)))
