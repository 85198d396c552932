"""The rows of a log, read into columns by its mapping."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar, cast

from slaclock.errors import EventError, ModelError, SlaClockError
from slaclock.formats.models import short_repr
from slaclock.policy.attributes import FIELDS

from .faults import BadRow, Place
from .log_cells import BadCell, CellReader, Cells, State
from .log_times import Moment
from .mappings import BY_AUTHOR, IGNORE, REASON, STATE, EventMapping

T = TypeVar("T")
_ROWS_OF_FRAMES = {"to_dicts": "to_dicts()", "to_pylist": "to_pylist()", "to_dict": "to_dict('records')"}
"""What makes rows of a frame of Polars, of Arrow and of pandas."""
_AT_ONCE = 8192


class LogPart(NamedTuple):
    """Some rows of a log: their numbers, the cells of each column, and rows that have not a cell for each column.

    `headers` are what the `file` calls the columns, where it calls them otherwise.
    """

    numbers: Sequence[int]
    cells: Callable[[str], Sequence[object]]
    file: str = ""
    headers: Mapping[str, str] = MappingProxyType({})
    misfits: Sequence[BadRow] = ()


class Changed(NamedTuple):
    """What a row says of one field: what it was and is, as a `State` or as a word, the empty one for none."""

    field: str
    old: Any
    new: Any


@dataclass
class LogRows:
    """The rows of a log as columns; what it has no column for is empty.

    A log with a row a state has `states` and the `words` of fields by name, one with a row a changed field `changes`.
    `numbers` are those of the rows in their file, which `parts` know from their first row on.
    """

    tickets: list[str] = field(default_factory=list)
    moments: list[Moment] = field(default_factory=list)
    sequence: list[int] = field(default_factory=list)
    opened: list[Moment | None] = field(default_factory=list)
    responded: list[Moment | None] = field(default_factory=list)
    events: list[str | None] = field(default_factory=list)
    states: list[State | None] = field(default_factory=list)
    reasons: list[str | None] = field(default_factory=list)
    changes: list[Changed | None] = field(default_factory=list)
    words: dict[str, list[str | None]] = field(default_factory=dict)
    numbers: list[int] = field(default_factory=list)
    parts: list[tuple[int, LogPart]] = field(default_factory=list)

    def place(self, row: int) -> Place:
        """Where a row stands."""
        _, part = self.parts[bisect(self.parts, row, key=_start) - 1]
        return Place(part.file, self.numbers[row], headers=part.headers)


def _start(part: tuple[int, LogPart]) -> int:
    return part[0]


class RowReader:
    """Reads the rows of a log, a column at once; where a part has bad rows, row by row.

    Of several errors in a row the first column's is told. `lost` are the tickets that have a bad row, and `unnamed` is
    the number of bad rows of which no one knows whose they are.
    """

    def __init__(self, mapping: EventMapping) -> None:
        self.log = log = LogRows()
        self.lost: set[str] = set()
        self.unnamed = 0
        self._mapping, self._read = mapping, CellReader(mapping)
        read, columns = self._read, mapping.columns
        self._columns: list[tuple[str, Cells[Any], list[Any]]] = []
        self._fields: list[str | None] = []
        self._old: list[object] = []
        self._new: list[object] = []
        self._authors: list[object] = []
        self._add(columns.ticket, read.ticket, log.tickets)
        self._add(columns.state, read.state, log.states)
        self._add(columns.field, read.field, self._fields)
        self._add(columns.event, read.event, log.events)
        self._add(columns.at, read.time, log.moments)
        self._add(columns.opened, read.moment, log.opened)
        self._add(columns.responded, read.moment, log.responded)
        self._add(columns.sequence, read.number, log.sequence)
        self._add(columns.reason, read.word(REASON), log.reasons)
        self._add(columns.author, _as_it_is, self._authors)
        self._add(columns.old, _as_it_is, self._old)
        self._add(columns.new, _as_it_is, self._new)
        own = {name: column for name in FIELDS if (column := getattr(columns, name)) is not None}
        for name, column in (own | dict(mapping.attributes)).items():
            self._add(column, read.word(name), log.words.setdefault(name, []))
        self._author_cells = Cells(read.author)
        self._values: dict[str, Cells[Any]] = {STATE: Cells(read.state)}

    def _add(self, column: str | None, read: Callable[[object], T], into: list[T]) -> None:
        if column is not None:
            self._columns.append((column, Cells(read), into))

    def read(self, part: LogPart) -> list[BadRow]:
        """Read some rows after those before; those that are bad are left out, and given."""
        start = len(self.log.tickets)
        self.log.parts.append((start, part))
        given = [part.cells(column) for column, _, _ in self._columns]
        self.unnamed += len(part.misfits)
        bad: list[BadRow] = []
        if not self._at_once(part, given):
            self._cut(start)
            bad = list(self._one_by_one(part, given))
        return sorted((*bad, *part.misfits), key=lambda row: row.place.number or 0)

    def _at_once(self, part: LogPart, given: Sequence[Sequence[object]]) -> bool:
        """Read the rows a column at once; whether they are all good."""
        log = self.log
        start = len(log.tickets)
        try:
            for (_, cells, into), own in zip(self._columns, given, strict=True):
                into += cells.column(own)
        except SlaClockError:
            return False
        log.numbers += part.numbers
        if self._mapping.columns.field is None and not self._authors and None not in log.states[start:]:
            return True
        return all(self._join(row) is None for row in range(start, len(log.tickets)))

    def _one_by_one(self, part: LogPart, given: Sequence[Sequence[object]]) -> Iterator[BadRow]:
        """Read the rows one by one; the bad ones."""
        log = self.log
        for number, *cells in zip(part.numbers, *given, strict=True):
            row = len(log.numbers)
            bad = self._row(cells) or self._join(row)
            if bad is None:
                log.numbers.append(number)
            else:
                self.lost.update(log.tickets[row:])
                self.unnamed += len(log.tickets) == row
                self._cut(row)
                error, column = bad
                yield BadRow.of(error, Place(part.file, number, column, part.headers))

    def _cut(self, count: int) -> None:
        """Leave out the rows after so many."""
        columns: list[list[Any]] = [self.log.numbers, self.log.changes, *(into for _, _, into in self._columns)]
        for column in columns:
            del column[count:]

    def _row(self, row: Sequence[object]) -> tuple[SlaClockError, str | None] | None:
        """Read the cells of a row; what is wrong with the first bad one, and its column."""
        for (column, cells, into), cell in zip(self._columns, row, strict=True):
            try:
                into.append(cells.one(cell))
            except SlaClockError as error:
                return error, None if type(cell) is BadCell else column
        return None

    def _join(self, row: int) -> tuple[SlaClockError, str | None] | None:
        """Read what takes more than one cell of a row; what is wrong with it, and the column."""
        log, columns = self.log, self._mapping.columns
        column = columns.state
        try:
            if columns.field is not None:
                column = columns.field if self._fields[row] is None else columns.new
                log.changes.append(self._changed(row))
            elif log.states[row] is None and not (log.events and log.events[row]):
                raise self._read.unknown(None, self._mapping.states, "state", "states")
            if self._authors and log.events[row] == BY_AUTHOR:
                column = columns.author
                log.events[row] = self._author_cells.one(self._authors[row])
        except SlaClockError as error:
            return error, column
        return None

    def _changed(self, row: int) -> Changed | None:
        """What a row says of one field; a message need not speak of any."""
        name = self._fields[row]
        if name is None:
            if not (self.log.events and self.log.events[row]):
                raise self._read.unknown(None, self._mapping.fields, "field", "fields")
            return None
        if name == IGNORE:
            return None
        if name not in self._values:
            self._values[name] = Cells(self._read.word(name))
        cells = self._values[name]
        old, new = cells.one(self._old[row]) if self._old else None, cells.one(self._new[row])
        if name == STATE:
            if new is None:
                raise self._read.unknown(None, self._mapping.states, "state", "states")
            return Changed(name, old, new)
        return Changed(name, (old or "") if self._old else None, new or "")


def parts_of_rows(rows: Iterable[Mapping[str, Any]], first_row: int) -> Iterator[LogPart]:
    """Rows that are mappings of columns to cells, some at once; what is no list of rows is a `ModelError`."""
    if isinstance(rows, (str, bytes, Mapping)) or not isinstance(rows, Iterable):
        raise _no_rows(rows)
    for chunk in _chunks(rows):
        own = chunk if set(map(type, chunk)) <= {dict} else [_mapping(row, rows) for row in chunk]
        yield LogPart(range(first_row, first_row + len(own)), _cells_of(own))
        first_row += len(own)


def _chunks(rows: Iterable[T]) -> Iterator[list[T]]:
    """The rows, so many at once; where no more can be read, those before that are given first."""
    if isinstance(rows, list):
        yield from (rows[start : start + _AT_ONCE] for start in range(0, len(rows), _AT_ONCE))
        return
    chunk: list[T] = []
    try:
        for row in rows:
            chunk.append(row)
            if len(chunk) == _AT_ONCE:
                yield chunk
                chunk = []
    except Exception:
        yield chunk
        raise
    yield chunk


def _cells_of(rows: Sequence[Any]) -> Callable[[str], Sequence[object]]:
    def cells(column: str) -> list[object]:
        try:
            return [row[column] for row in rows]
        except (KeyError, TypeError):  # a row without it, and what is no row
            return [_cell(row, column) for row in rows]

    return cells


def _cell(row: Mapping[str, object] | BadCell, column: str) -> object:
    if isinstance(row, BadCell) or column in row:
        return row if isinstance(row, BadCell) else row[column]
    there = ", ".join(map(str, row))
    return BadCell(EventError(f"there is no column {column!r}", f"use one of: {there}", value=column))


def _mapping(row: Any, whole: object) -> Mapping[str, object] | BadCell:
    """A row as a dictionary, or that it is none."""
    keys = getattr(row, "keys", None)  # as a row of SQLite and one of pandas have
    if isinstance(row, Mapping) or keys is not None:
        return {name: cast(Any, row)[name] for name in (row if keys is None else keys())}
    if any(hasattr(whole, name) for name in _ROWS_OF_FRAMES):
        raise _no_rows(whole)
    return BadCell(EventError(f"{short_repr(row)} is no row of a log", "give a mapping of columns to cells", value=row))


def _as_it_is(cell: object) -> object:
    return cell


def _no_rows(rows: object) -> ModelError:
    call = next((call for name, call in _ROWS_OF_FRAMES.items() if hasattr(rows, name)), None)
    if call is not None:
        return ModelError(f"a {type(rows).__name__} is no list of rows", f"give its rows, .{call}", "rows", value=rows)
    remedy = "give a list of rows, or csv.DictReader(file)"
    return ModelError(f"{short_repr(rows)} is no list of rows", remedy, "rows", value=rows)
