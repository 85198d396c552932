"""The rows of a log, read into columns by its mapping."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar, cast

from slaclock.errors import EventError, ModelError, SlaClockError
from slaclock.formats.models import short_repr
from slaclock.policy.attributes import FIELDS

from .log_cells import CellReader, Cells, State
from .log_times import Moment
from .mappings import BY_AUTHOR, IGNORE, REASON, STATE, EventMapping

T = TypeVar("T")
_ROWS_OF_FRAMES = {"to_dicts": "to_dicts()", "to_pylist": "to_pylist()", "to_dict": "to_dict('records')"}
"""What makes rows of a frame of Polars, of Arrow and of pandas."""
_AT_ONCE = 8192


class Changed(NamedTuple):
    """What a row says of one field: what it was and is, as a `State` or as a word, the empty one for none."""

    field: str
    old: Any
    new: Any


@dataclass
class LogRows:
    """The rows of a log as columns; what it has no column for is empty.

    A log with a row a state has `states` and the `words` of fields by name, one with a row a changed field `changes`.
    """

    first: int
    tickets: list[str] = field(default_factory=list)
    moments: list[Moment] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    opened: list[Moment | None] = field(default_factory=list)
    responded: list[Moment | None] = field(default_factory=list)
    events: list[str | None] = field(default_factory=list)
    states: list[State | None] = field(default_factory=list)
    reasons: list[str | None] = field(default_factory=list)
    changes: list[Changed | None] = field(default_factory=list)
    words: dict[str, list[str | None]] = field(default_factory=dict)

    def place(self, row: int) -> str:
        """Where a row stands, as errors say it."""
        return f"row {self.first + row}"


def read_rows(rows: Iterable[Mapping[str, Any]], mapping: EventMapping, first_row: int) -> LogRows:
    """The rows as columns; the first bad one is an `EventError`, what is no list of rows a `ModelError`."""
    if isinstance(rows, (str, bytes, Mapping)) or not isinstance(rows, Iterable):
        raise _no_rows(rows)
    reader = _RowReader(mapping, first_row)
    for chunk in _chunks(rows):
        reader.read(chunk, rows)
    return reader.log


def _chunks(rows: Iterable[T]) -> Iterator[list[T]]:
    """The rows, so many at once; where no more can be read, those before that are given first."""
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


class _RowReader:
    """Reads rows, a column at once; of several errors the first row's is said, and of that the first column's."""

    def __init__(self, mapping: EventMapping, first_row: int) -> None:
        self.log = log = LogRows(first_row)
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
        self._add(columns.sequence, read.number, log.numbers)
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

    def read(self, chunk: Sequence[Any], whole: object) -> None:
        """Read some rows after those before."""
        start = len(self.log.tickets)
        rows, bad = (chunk, None) if set(map(type, chunk)) <= {dict} else _mappings(chunk, whole)
        errors: list[SlaClockError] = [] if bad is None else [bad]
        for column, cells, into in self._columns:
            given, absent = _column(rows, column)
            if absent is not None:
                errors.append(absent)
            try:
                into += cells.column(given)
            except SlaClockError as error:
                errors.append(_in_column(error, column, error.row))
        if not errors:
            errors += self._together(start)
        if errors:
            first = min(errors, key=lambda error: error.row or 0)
            where = ", ".join([self.log.place(start + (first.row or 0)), *map(str, first.path)])
            raise EventError(first.problem, first.remedy, where, value=first.value)

    def _together(self, start: int) -> list[SlaClockError]:
        """Read what takes more than one cell of a row; the error of the first row that has one."""
        log, columns = self.log, self._mapping.columns
        row, column = start, ""
        try:
            if columns.field is not None:
                for row in range(start, len(log.tickets)):
                    column = columns.field if self._fields[row] is None else columns.new or ""
                    log.changes.append(self._changed(row))
            elif None in log.states[start:]:
                column = columns.state or ""
                for row in range(start, len(log.tickets)):
                    if log.states[row] is None and not (log.events and log.events[row]):
                        raise self._read.unknown(None, self._mapping.states, "state", "states")
            if self._authors:
                column = columns.author or ""
                for row in range(start, len(log.tickets)):
                    if log.events[row] == BY_AUTHOR:
                        log.events[row] = self._author_cells[self._authors[row]]
        except SlaClockError as error:
            return [_in_column(error, column, row - start)]
        return []

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
        old, new = cells[self._old[row]] if self._old else None, cells[self._new[row]]
        if name == STATE:
            if new is None:
                raise self._read.unknown(None, self._mapping.states, "state", "states")
            return Changed(name, old, new)
        return Changed(name, (old or "") if self._old else None, new or "")


def _as_it_is(cell: object) -> object:
    return cell


def _column(rows: Sequence[Mapping[str, Any]], column: str) -> tuple[list[object], EventError | None]:
    """The cells of a column, and the error for the first row that has none, up to which they go."""
    try:
        return [row[column] for row in rows], None
    except KeyError:
        number, row = next((number, row) for number, row in enumerate(rows) if column not in row)
        error = EventError(f"there is no column {column!r}", "use one of: " + ", ".join(map(str, row)), value=column)
        error.row = number
        return [row[column] for row in rows[:number]], error


def _in_column(error: SlaClockError, column: str, row: int | None) -> SlaClockError:
    placed = EventError(error.problem, error.remedy, f"column {column!r}", value=error.value)
    placed.row = row
    return placed


def _mappings(rows: Sequence[Any], whole: object) -> tuple[list[Mapping[str, Any]], EventError | None]:
    """Rows as dictionaries, and the error for the first that is no row, up to which they go."""
    tables: list[Mapping[str, Any]] = []
    for row in rows:
        keys = getattr(row, "keys", None)  # as a row of SQLite and one of pandas have
        if not isinstance(row, Mapping) and keys is None:
            if any(hasattr(whole, name) for name in _ROWS_OF_FRAMES):
                raise _no_rows(whole)
            error = EventError(f"{short_repr(row)} is no row of a log", "give a mapping of columns to cells", value=row)
            error.row = len(tables)
            return tables, error
        tables.append({name: cast(Any, row)[name] for name in (row if keys is None else keys())})
    return tables, None


def _no_rows(rows: object) -> ModelError:
    call = next((call for name, call in _ROWS_OF_FRAMES.items() if hasattr(rows, name)), None)
    if call is not None:
        return ModelError(f"a {type(rows).__name__} is no list of rows", f"give its rows, .{call}", "rows", value=rows)
    remedy = "give a list of rows, or csv.DictReader(file)"
    return ModelError(f"{short_repr(rows)} is no list of rows", remedy, "rows", value=rows)
