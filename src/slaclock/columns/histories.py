"""What became of many tickets: their changes and reopenings as columns, which come beside the frame of tickets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from slaclock.errors import ColumnError
from slaclock.tickets.tickets import Change, Reopening

from .categories import Categories, read_categories
from .frames import Frame, Series, frame_of
from .instants import instant_of, read_instants
from .pause_columns import rows_of
from .piecewise import NEVER, Bools, Ints


@dataclass(frozen=True)
class Changes:
    """The changes of many tickets, in the order in which they came: each one's row, its instant, field and value."""

    row: Ints
    at: Ints
    field: Categories
    to: Categories

    def of(self, number: Ints) -> Self:
        """The changes of some rows; `number` is the new number of each row, -1 of those that are left out."""
        row = number[self.row]
        kept = row >= 0
        return type(self)(row[kept], self.at[kept], self.field.take(kept), self.to.take(kept))

    def of_row(self, row: int) -> Iterator[Change]:
        """The changes of one row."""
        for index in np.flatnonzero(self.row == row).tolist():
            at = _instant(self.at[index])
            yield Change.model_validate({"at": at, "field": self.field.of(index) or "", "to": self.to.of(index)})


@dataclass(frozen=True)
class Reopenings:
    """The reopenings of many tickets, in the order in which they came: each one's row, resolution and reopening."""

    row: Ints
    resolved: Ints
    reopened: Ints

    def of(self, number: Ints) -> Self:
        """The reopenings of some rows; `number` is the new number of each row, -1 of those that are left out."""
        row = number[self.row]
        kept = row >= 0
        return type(self)(row[kept], self.resolved[kept], self.reopened[kept])

    def of_row(self, row: int) -> Iterator[Reopening]:
        """The reopenings of one row."""
        for index in np.flatnonzero(self.row == row).tolist():
            instants = {"resolved": _instant(self.resolved[index]), "reopened": _instant(self.reopened[index])}
            yield Reopening.model_validate(instants)


def read_changes(frame: Any, count: int, ids: Series | None, timezone: str | None) -> Changes | None:
    """The changes of a frame with the columns ticket (or row), at, field and to."""
    if frame is None:
        return None
    table = _table(frame, "changes", ("at", "field", "to"))
    row = _rows(table, "changes", count, ids)
    field, to = (read_categories(table[name], f"the changes' {name}") for name in ("field", "to"))
    return Changes(row, _micros(table, "changes", "at", timezone), field, to)


def read_reopenings(frame: Any, count: int, ids: Series | None, timezone: str | None) -> Reopenings | None:
    """The reopenings of a frame with the columns ticket (or row), resolved and reopened."""
    if frame is None:
        return None
    table = _table(frame, "reopenings", ("resolved", "reopened"))
    row = _rows(table, "reopenings", count, ids)
    return Reopenings(row, *(_micros(table, "reopenings", name, timezone) for name in ("resolved", "reopened")))


def numbered(order: Ints) -> Ints:
    """For values in order, how many of the same value stand before each."""
    if not len(order):
        return order
    first = np.flatnonzero(np.append(True, order[1:] != order[:-1]))
    return np.arange(len(order)) - np.repeat(first, np.diff(np.append(first, len(order))))


def last_of_each(row: Ints, chosen: Bools, count: int) -> Ints:
    """For each row the number of its last chosen entry, -1 where it has none."""
    last = np.full(count, -1)
    index = np.flatnonzero(chosen)
    np.maximum.at(last, row[index], index)
    return last


def _table(frame: Any, what: str, names: tuple[str, ...]) -> Frame:
    table = frame_of(frame, what)
    for name in names:
        if name not in table.columns:
            raise ColumnError(f"the {what} have no column {name!r}", "there: " + ", ".join(map(str, table.columns)))
    return table


def _rows(table: Frame, what: str, count: int, ids: Series | None) -> Ints:
    if "ticket" in table.columns and ids is not None:
        return rows_of(table["ticket"].to_list(), ids.to_list(), what)
    if "row" not in table.columns:
        raise ColumnError(f"the {what} have neither tickets with ids nor rows", "add the column ticket, or row")
    row = np.asarray(table["row"].to_numpy()).astype(np.int64)
    if len(row) and (row.min() < 0 or row.max() >= count):
        raise ColumnError(f"the {what} name a row that there is not", f"there are {count}, counted from 0")
    return row


def _micros(table: Frame, what: str, name: str, timezone: str | None) -> Ints:
    column = read_instants(table[name].to_native(), f"the {what}' {name}", timezone, single=False)
    return np.asarray(column.chunk(slice(0, len(column))))


def _instant(micros: Any) -> Any:
    return None if int(micros) == NEVER else instant_of(int(micros))
