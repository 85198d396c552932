"""What became of many tickets: their changes, reopenings and events as columns, which come beside the tickets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, ClassVar, Self

import numpy as np

from slaclock.errors import ColumnError
from slaclock.tickets.side_tables import SEQUENCE, SIDES
from slaclock.tickets.tickets import Change, Event, Reopening

from .arrays import renumbered
from .categories import Categories, read_categories
from .frames import Frame, check_columns, frame_of
from .instants import instant_of, read_instants
from .piecewise import NEVER, Bools, Ints
from .row_numbers import read_row_numbers, whole_numbers
from .ticket_ids import TicketIds


@dataclass(frozen=True)
class _Entries:
    """Entries of many tickets, in order of row and then of time unless `unordered`; `row` is that of each."""

    unordered: ClassVar[bool] = False
    row: Ints

    def of(self, number: Ints) -> Self:
        """The entries of some rows; `number` is the new number of each row, -1 of those that are left out."""
        row = number[self.row]
        chosen = np.flatnonzero(row >= 0)
        if not self.unordered and (np.diff(row[chosen]) < 0).any():
            chosen = chosen[np.argsort(row[chosen], kind="stable")]
        columns = [getattr(self, field.name) for field in fields(self)[1:]]
        entries = (column.take(chosen) for column in columns)
        return type(self)(row[chosen], *entries)

    def at_rows(self, number: Ints, row: Ints) -> Self:
        """Entries by their numbers, each of a row that it is given."""
        columns = [getattr(self, field.name) for field in fields(self)[1:]]
        return type(self)(row, *(column.take(number) for column in columns))

    def chosen(self, chosen: Bools) -> Self:
        """Some of the entries."""
        numbers = np.flatnonzero(chosen)
        return type(self)(*(getattr(self, field.name).take(numbers) for field in fields(self)))

    @cached_property
    def turn(self) -> Ints:
        """How many entries of the same row stand before each."""
        if not len(self.row):
            return self.row
        first = np.flatnonzero(np.append(True, self.row[1:] != self.row[:-1]))
        return np.arange(len(self.row)) - np.repeat(first, np.diff(np.append(first, len(self.row))))

    @property
    def rows(self) -> Ints:
        """The rows that have an entry, each once."""
        first: Ints = self.row[self.turn == 0]
        return first

    def _numbers(self, row: int) -> list[int]:
        """The numbers of one row's entries."""
        first, last = np.searchsorted(self.row, [row, row + 1], sorter=self._by_row).tolist()
        numbers: list[int] = self._by_row[first:last].tolist()
        return numbers

    @cached_property
    def _by_row(self) -> Ints:
        return np.argsort(self.row, kind="stable")


@dataclass(frozen=True)
class Changes(_Entries):
    """The changes of many tickets: the instant of each, the field and its new value."""

    at: Ints
    field: Categories
    to: Categories

    def applied(self, column: Categories, field: str, known: Bools) -> Categories:
        """The column of a field after those of its changes that are known, of several the last."""
        chosen = np.flatnonzero(known & (self.field.codes == self.field.number(field)))
        if not len(chosen):
            return column
        number = {value: index for index, value in enumerate(column.names)}
        numbers = np.array([number.setdefault(value, len(number)) for value in self.to.names] + [-1])
        codes = column.codes.copy()
        codes[self.row[chosen]] = numbers[self.to.codes[chosen]]
        return Categories(codes, tuple(number))

    def of_row(self, row: int) -> Iterator[Change]:
        """The changes of one row."""
        for number in self._numbers(row):
            at = _instant(self.at[number])
            yield Change.model_validate({"at": at, "field": self.field.of(number), "to": self.to.of(number)})


@dataclass(frozen=True)
class Reopenings(_Entries):
    """The reopenings of many tickets: the resolution of each, and the instant at which it was reopened."""

    resolved: Ints
    reopened: Ints

    @property
    def before(self) -> Ints:
        """The reopening before each, of the same row; `NEVER` for the first."""
        return np.where(self.turn == 0, NEVER, np.append(NEVER, self.reopened[:-1]))

    def of_row(self, row: int) -> Iterator[Reopening]:
        """The reopenings of one row."""
        for number in self._numbers(row):
            instants = {"resolved": _instant(self.resolved[number]), "reopened": _instant(self.reopened[number])}
            yield Reopening.model_validate(instants)


@dataclass(frozen=True)
class Events(_Entries):
    """The messages and other events of many tickets, as they came: the instant of each, and its name."""

    unordered: ClassVar[bool] = True
    at: Ints
    name: Categories

    def of_row(self, row: int) -> Iterator[Event]:
        """The events of one row."""
        for number in self._numbers(row):
            yield Event.model_validate({"at": _instant(self.at[number]), "name": self.name.of(number)})


def read_changes(frame: Any, count: int, ids: TicketIds | None, timezone: str | None) -> Changes | None:
    """The changes of a frame with the columns ticket (or row), at, field and to; one without any is none.

    Those of one instant are ordered by the column `sequence`, or as they come.
    """
    if frame is None:
        return None
    table = _table(frame, "changes")
    row = _rows(table, "changes", count, ids)
    if not len(row):
        return None
    at = _micros(table, "changes", "at", timezone)
    field, to = (read_categories(table[name], f"the changes' {name}") for name in ("field", "to"))
    order = _order(row, at, *([_sequence(table)] if SEQUENCE in table.columns else []))
    return Changes(row[order], at[order], field.take(order), to.take(order))


def read_reopenings(frame: Any, count: int, ids: TicketIds | None, timezone: str | None) -> Reopenings | None:
    """The reopenings of a frame with the columns ticket (or row), resolved and reopened; one without any is none."""
    if frame is None:
        return None
    table = _table(frame, "reopenings")
    row = _rows(table, "reopenings", count, ids)
    if not len(row):
        return None
    resolved, reopened = (_micros(table, "reopenings", name, timezone) for name in SIDES["reopenings"].instants)
    order = _order(row, resolved, reopened)
    return Reopenings(row[order], resolved[order], reopened[order])


def read_events(frame: Any, count: int, ids: TicketIds | None, timezone: str | None) -> Events | None:
    """The events of a frame with the columns ticket (or row), at and name; one without any is none."""
    if frame is None:
        return None
    table = _table(frame, "events")
    row = _rows(table, "events", count, ids)
    if not len(row):
        return None
    return Events(row, _micros(table, "events", "at", timezone), read_categories(table["name"], "the events' name"))


def _sequence(table: Frame) -> Ints:
    column = table[SEQUENCE]
    if not column.dtype.is_integer() or column.null_count():
        raise ColumnError("the changes' sequence is not a whole number in every row", "number them", SEQUENCE)
    return np.asarray(whole_numbers(column, "the changes' sequence"))


def _order(*keys: Ints) -> Ints:
    """The order of entries by their rows, and within one by the other keys."""
    row = keys[0]
    number = renumbered(row, int(row.max()) + 1)
    once = number[number >= 0]
    # Most rows have but one entry, and then need no sorting.
    return once if len(once) == len(row) else np.lexsort(keys[::-1])


def _table(frame: Any, what: str) -> Frame:
    table = frame_of(frame, what)
    check_columns(table.columns, SIDES[what].columns, what)
    return table


def _rows(table: Frame, what: str, count: int, ids: TicketIds | None) -> Ints:
    if "ticket" in table.columns and ids is not None:
        return ids.rows(table["ticket"], what)
    if "row" not in table.columns:
        raise ColumnError(f"the {what} have neither tickets with ids nor rows", "add the column ticket, or row")
    return read_row_numbers(table["row"], what, count)


def _micros(table: Frame, what: str, name: str, timezone: str | None) -> Ints:
    column = read_instants(table[name].to_native(), f"the {what}' {name}", timezone, single=False)
    return np.asarray(column.chunk(slice(0, len(column))))


def _instant(micros: Any) -> Any:
    return None if int(micros) == NEVER else instant_of(int(micros))
