"""The rows of a log, read column by column: what each says, in the words of the mapping."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, TypeVar, cast

from slaclock.errors import EventError, ModelError, SlaClockError
from slaclock.formats.models import short_repr
from slaclock.policy.attributes import FIELDS
from slaclock.temporal.instants import is_missing

from .log_times import LogTime, log_time, reader_of
from .mappings import BY_AUTHOR, NO_EVENT, OTHERS, REASON, STATE, EventMapping

_ROWS_OF_FRAMES = {"to_dicts": "to_dicts()", "to_pylist": "to_pylist()", "to_dict": "to_dict('records')"}
"""What makes rows of a frame of Polars, of Arrow and of pandas."""
SILENT: Any = object()
"""What stands for a field of which a row says nothing, as None stands for one that it empties."""
T = TypeVar("T")


class LogRows(NamedTuple):
    """What the rows of a log say, as columns: one entry a row.

    `states` and `befores` are pairs of a state's text and its meaning; `words` is by field of the ticket what a row
    says of it, and `olds` what it says was there before, each SILENT where it says nothing.
    """

    keys: list[str]
    times: list[LogTime]
    states: list[tuple[str, str] | None]
    befores: list[tuple[str, str] | None]
    reasons: list[str | None]
    names: list[str | None]
    opened: list[LogTime | None]
    responded: list[LogTime | None]
    words: dict[str, list[Any]]
    olds: dict[str, list[Any]]
    sequence: list[int] | None
    by_field: bool
    has_befores: bool
    has_responses: bool


def read_rows(rows: object, mapping: EventMapping, first_row: int) -> LogRows:
    """The rows as columns; of several that cannot be read, the first is the error."""
    return _Reader(_listed(rows, first_row), mapping, first_row).read()


class _Reader:
    """Reads the columns of a log, and keeps the first row that cannot be read, and why."""

    def __init__(self, rows: Sequence[Mapping[str, Any]], mapping: EventMapping, first_row: int) -> None:
        self._rows, self._mapping, self._first = rows, mapping, first_row
        self._none: list[Any] = [None] * len(rows)
        self._error: tuple[int, EventError] | None = None
        self._time = reader_of(mapping)

    def read(self) -> LogRows:
        columns, mapping = self._mapping.columns, self._mapping
        keys = self._texts(columns.ticket)
        self._need(keys, columns.ticket, "the ticket's id is missing")
        by_field = columns.field is not None
        words: dict[str, list[Any]] = {}
        olds: dict[str, list[Any]] = {}
        names = self._names()
        old = self._none if columns.old is None else self._texts(columns.old)
        if by_field:
            kinds = [None if text is None else mapping.fields.get(text) for text in self._texts(columns.field)]
            new = self._texts(columns.new)
            states = [text if kind == STATE else None for kind, text in zip(kinds, new, strict=True)]
            befores = [text if kind == STATE else None for kind, text in zip(kinds, old, strict=True)]
            reasons = [text if kind == REASON else SILENT for kind, text in zip(kinds, new, strict=True)]
            for name in FIELDS:
                if name in kinds:
                    words[name], olds[name] = (
                        [
                            self._translations(name).get(text, text) if kind == name else SILENT
                            for kind, text in zip(kinds, texts, strict=True)
                        ]
                        for texts in (new, old if columns.old is not None else [SILENT] * len(new))
                    )
            needed: list[bool] | None = [kind == STATE for kind in kinds]
            state_column = columns.new
        else:
            states, befores = self._texts(columns.state), old
            reasons = self._none if columns.reason is None else self._texts(columns.reason)
            # A message need not repeat the state.
            needed = None if names is self._none else [name is None for name in names]
            state_column = columns.state
        meanings = self._meanings(states, state_column, needed, always=needed is None)
        before_meanings = self._none if columns.old is None else self._meanings(befores, columns.old, None)
        times = self._times(columns.at)
        self._need(times, columns.at, "the time of the event is missing")
        opened = self._none if columns.opened is None else self._times(columns.opened)
        responded = self._none if columns.responded is None else self._times(columns.responded)
        if not by_field:
            for name in FIELDS:
                column = getattr(columns, name)
                if column is not None:
                    words[name] = self._words(column, name)
        if mapping.reasons:
            reasons = [mapping.reasons.get(text, text) if text is not None else None for text in reasons]
        sequence = None if columns.sequence is None else self._sequence(columns.sequence)
        if self._error is not None:
            raise self._error[1]
        return LogRows(
            keys=keys,
            times=times,
            states=meanings,
            befores=before_meanings,
            reasons=reasons,
            names=names,
            opened=opened,
            responded=responded,
            words=words,
            olds=olds,
            sequence=sequence,
            by_field=by_field,
            has_befores=columns.old is not None,
            has_responses=columns.responded is not None,
        )

    def _refuse(self, row: int, error: EventError) -> None:
        if self._error is None or row < self._error[0]:
            self._error = row, error

    def _place(self, row: int, column: str | None = None) -> str:
        return f"row {row + self._first}" + ("" if column is None else f", column {column!r}")

    def _cells(self, column: str) -> list[Any]:
        try:
            return [row[column] for row in self._rows]
        except KeyError:
            pass
        number = next(number for number, row in enumerate(self._rows) if column not in row)
        remedy = "use one of: " + ", ".join(map(str, self._rows[number]))
        self._refuse(number, EventError(f"there is no column {column!r}", remedy, self._place(number), value=column))
        return [row.get(column) for row in self._rows]

    def _texts(self, column: str | None) -> list[Any]:
        """The texts of a column, None where there is none."""
        assert column is not None
        return _each(self._cells(column), self._text)

    def _text(self, value: Any) -> str | None:
        text = "" if is_missing(value) else str(value).strip()
        return None if text in self._mapping.missing or not text else text

    def _words(self, column: str, name: str) -> list[Any]:
        """What the rows say of a field of the ticket, in the policy's words."""
        translations = self._translations(name)

        def read(value: Any) -> Any:
            text = self._text(value)
            return SILENT if text is None else translations.get(text, text)

        return _each(self._cells(column), read)

    def _translations(self, name: str) -> Mapping[Any, str]:
        tables: dict[str, Mapping[Any, str]] = {"kind": self._mapping.kinds, "priority": self._mapping.priorities}
        return tables.get(name, {})

    def _times(self, column: str) -> list[Any]:
        refused = False

        def read(value: Any) -> LogTime | SlaClockError | None:
            nonlocal refused
            try:
                if isinstance(value, datetime) and not is_missing(value):
                    return log_time(value)
                text = self._text(value)
                return None if text is None else self._time(text)
            except SlaClockError as error:
                refused = True
                return error

        times = _each(self._cells(column), read)
        for row, time in enumerate(times if refused else ()):
            if isinstance(time, SlaClockError):
                where = time.where or self._place(row, column)
                self._refuse(row, EventError(time.problem, time.remedy, where, value=time.value))
                break
        return times

    def _need(self, values: list[Any], column: str, problem: str) -> None:
        if None in values:
            row = values.index(None)
            self._refuse(row, EventError(problem, "give one", self._place(row, column)))

    def _meanings(
        self, texts: list[Any], column: str | None, needed: list[bool] | None, *, always: bool = False
    ) -> list[Any]:
        """By row the state and what it means; None where the row says nothing of it, unless it is needed."""
        states = self._mapping.states
        others = states.get(OTHERS)
        known: dict[Any, Any] = {
            text: None if text is None else (text, states.get(text, others)) for text in set(texts)
        }
        unknown = {text for text, said in known.items() if said is not None and said[1] is None}
        silent = None in known and (always or needed is not None)
        for row, text in enumerate(texts if unknown or silent else ()):
            if text in unknown or (text is None and (always or (needed is not None and needed[row]))):
                listed = ", ".join(states)
                problem = f"the mapping does not know the state {text!r}"
                where = self._place(row, column)
                self._refuse(row, EventError(problem, f"add it to states, beside {listed}", where, value=text))
                break
        return list(map(known.__getitem__, texts))

    def _names(self) -> list[str | None]:
        """The event that each row is, by the mapping; None where it is none."""
        column, events = self._mapping.columns.event, self._mapping.events
        if column is None:
            return self._none
        names = self._translated(self._texts(column), column, events, "event", "events")
        if BY_AUTHOR in names:
            author = self._mapping.columns.author
            assert author is not None  # the mapping says so
            texts = self._texts(author)
            written = [text if name == BY_AUTHOR else None for name, text in zip(names, texts, strict=True)]
            by = self._translated(written, author, self._mapping.authors, "author", "authors")
            for row, name in enumerate(names):
                if name == BY_AUTHOR and written[row] is None:
                    where = self._place(row, author)
                    self._refuse(row, EventError("the author of a message is missing", "give one", where))
                    break
            names = [author if name == BY_AUTHOR else name for name, author in zip(names, by, strict=True)]
        return [None if name == NO_EVENT else name for name in names]

    def _translated(
        self, texts: list[Any], column: str, table: Mapping[str, str], what: str, part: str
    ) -> list[str | None]:
        others = table.get(OTHERS)
        for row, text in enumerate(texts):
            if text is not None and text not in table and others is None:
                remedy = f"add it to {part}, as {NO_EVENT!r} where it is none, beside " + ", ".join(table)
                problem, where = f"the mapping does not know the {what} {text!r}", self._place(row, column)
                self._refuse(row, EventError(problem, remedy, where, value=text))
                break
        return [None if text is None else table.get(text, others) for text in texts]

    def _sequence(self, column: str) -> list[int]:
        """The numbers that order rows of one instant."""
        texts = self._texts(column)
        try:
            return list(map(int, texts))
        except (TypeError, ValueError):
            row = next(row for row, text in enumerate(texts) if not _is_whole(text))
            problem, remedy = f"{texts[row]!r} is no whole number", "give the rows numbers by which they stand in order"
            self._refuse(row, EventError(problem, remedy, self._place(row, column), value=texts[row]))
            return [0] * len(texts)


def _is_whole(text: str | None) -> bool:
    try:
        return text is not None and int(text) is not None
    except ValueError:
        return False


def _each(values: list[Any], read: Callable[[Any], T]) -> list[T]:
    """What is read of each value; of texts, each distinct one is read once."""
    try:
        distinct = set(values)
    except TypeError:  # something that cannot stand in a set
        distinct = {None}
    if set(map(type, distinct)) <= {str}:
        known = {text: read(text) for text in distinct}
        return list(map(known.__getitem__, values))
    cache: dict[str, T] = {}
    results: list[T] = []
    for value in values:
        if type(value) is not str:
            results.append(read(value))
            continue
        if value not in cache:
            cache[value] = read(value)
        results.append(cache[value])
    return results


def _listed(rows: object, first_row: int) -> list[Mapping[str, Any]]:
    if isinstance(rows, (str, bytes, Mapping)) or not isinstance(rows, Iterable):
        raise _no_rows(rows)
    return [row if type(row) is dict else _row(row, rows, number) for number, row in enumerate(rows, start=first_row)]


def _no_rows(rows: object) -> ModelError:
    call = next((call for name, call in _ROWS_OF_FRAMES.items() if hasattr(rows, name)), None)
    if call is not None:
        return ModelError(f"a {type(rows).__name__} is no list of rows", f"give its rows, .{call}", "rows", value=rows)
    remedy = "give a list of rows, or csv.DictReader(file)"
    return ModelError(f"{short_repr(rows)} is no list of rows", remedy, "rows", value=rows)


def _row(row: object, rows: object, number: int) -> Mapping[str, Any]:
    if isinstance(row, Mapping):
        return row
    keys = getattr(row, "keys", None)  # as a row of SQLite and one of pandas have
    if keys is not None:
        return {name: cast(Any, row)[name] for name in keys()}
    if any(hasattr(rows, name) for name in _ROWS_OF_FRAMES):
        raise _no_rows(rows)
    raise EventError(
        f"{short_repr(row)} is no row of a log", "give a mapping of columns to cells", f"row {number}", value=row
    )
