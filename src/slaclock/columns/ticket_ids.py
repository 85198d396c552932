"""The ids of the tickets of a frame, and the rows of the tickets that a side frame names.

Ids are joined where both sides are texts, or both whole numbers; a text is never the number that it spells. The
engines, which join by themselves, hold to the same rule by `check_sorts`.
"""

from __future__ import annotations

from functools import cached_property
from itertools import repeat
from typing import Any

import numpy as np

from slaclock.errors import ColumnError
from slaclock.temporal.instants import is_missing

from .arrays import cells_of, renumbered
from .frames import Series, as_series, narwhals
from .piecewise import Ints

_SPARSE = 4
"""A table of ids has at most so many places for each of them."""
_FAR = 1 << 62
TEXT, WHOLE = "text", "a whole number"
"""What a column of ids holds, as errors say it."""


def check_sorts(own: str | None, key: str, other: str | None, side: str) -> None:
    """An error where what the tickets' ids hold cannot be joined to what a side frame's tickets hold."""
    if own != other:
        problem = f"the tickets' {key!r} is {own}, and the {side}' 'ticket' is {other}"
        raise ColumnError(problem, "cast one of them to the type of the other")


class TicketIds:
    """The ids of the rows, of which none may stand twice; a missing one is no other's. `name` is their column's."""

    def __init__(self, ids: Any, name: str = "id") -> None:
        self._ids, self._name = ids, name
        self._series = as_series(ids)
        plain = self._series is None or not _is_flat(self._series, f"the tickets' {name!r}")
        given = None if plain or self._series is None else self._series.drop_nulls()
        if given is None or given.n_unique() < len(given):
            assert self._row_of is not None  # asked so that an id that stands twice is an error

    def rows(self, tickets: Any, what: str) -> Ints:
        """The row of each ticket that a side frame, of pauses say, names."""
        series = as_series(tickets)
        if series is not None:
            _is_flat(series, f"the {what}' 'ticket'")
        rows = None if series is None else self._joined(series)
        if rows is None:
            names = cells_of(tickets) if series is None else series.to_list()
            own, other = _sort_of(self._cells), _sort_of(names)
            if own is not None and other is not None:
                check_sorts(own, self._name, other, what)
            try:
                rows = np.fromiter(map(self._row_of.get, names, repeat(-1)), np.int64, len(names))
            except TypeError:
                raise _unhashable(f"the {what}' 'ticket'") from None
        if len(rows) and rows.min() < 0:
            where = int(np.argmin(rows))
            ticket = (tickets if series is None else series)[where : where + 1]
            place = f"{what.removesuffix('s')} {where}"
            (name,) = cells_of(ticket) if series is None else ticket.to_list()
            raise ColumnError(f"there is no ticket {name!r}", f"remove its {what}, or add its row", place)
        return rows

    @cached_property
    def _cells(self) -> list[Any]:
        return cells_of(self._ids) if self._series is None else list(self._series.to_list())

    @cached_property
    def _row_of(self) -> dict[Any, int]:
        try:
            return _row_of_each(self._cells)
        except TypeError:
            raise _unhashable(f"the tickets' {self._name!r}") from None

    def _joined(self, tickets: Series) -> Ints | None:
        """The rows by the library's own join, several times as fast; None where it may not see ids as Python does."""
        ids, nw = self._series, narwhals()
        is_same_type = ids is not None and ids.dtype == tickets.dtype and ids.implementation == tickets.implementation
        if ids is None or not is_same_type or not (ids.dtype.is_integer() or ids.dtype == nw.String):
            return None
        if ids.implementation.is_pyarrow() and ids.to_native().type != tickets.to_native().type:
            return None  # texts of two types, which Arrow does not join
        if ids.dtype.is_integer() and (rows := _looked_up(ids, tickets)) is not None:
            return rows
        right = _numbered(ids, "row").drop_nulls("ticket")
        left = _numbered(tickets, "number").drop_nulls("ticket")
        if ids.dtype == nw.String:
            left = left.filter(nw.col("ticket").str.strip_chars() != "")  # which is no one's
        both = left.join(right, on="ticket", how="inner")
        rows = np.full(len(tickets), -1)
        rows[both["number"].to_numpy()] = both["row"].to_numpy()
        return rows


def _looked_up(ids: Series, tickets: Series) -> Ints | None:
    """The rows of whole numbers that lie close together, by a table; None for others, and where any is missing."""
    if not len(ids) or ids.null_count() or tickets.null_count():
        return None
    own, wanted = (np.asarray(series.to_numpy()) for series in (ids, tickets))
    first, last = int(own.min()), int(own.max())
    if last - first >= _SPARSE * len(own) or not -_FAR < first <= last < _FAR:
        return None
    table = renumbered(own.astype(np.int64) - first, last - first + 2)  # the last place is for what no ticket has
    inside = (wanted >= first) & (wanted <= last)
    rows: Ints = table[np.where(inside, wanted, last + 1).astype(np.int64) - first]
    return rows


def _is_flat(ids: Series, name: str) -> bool:
    """Whether the library itself can compare the ids; lists and the like are refused."""
    if ids.dtype.is_nested():
        raise ColumnError(f"{name} is a column of {ids.dtype}", "give texts or whole numbers")
    return bool(ids.dtype != narwhals().Object)


def _unhashable(name: str) -> ColumnError:
    return ColumnError(f"{name} is a column of lists, or the like", "give texts or whole numbers")


def _sort_of(ids: list[Any]) -> str | None:
    """What ids hold, where they are all of one sort; pandas has whole numbers as floats where one is missing."""
    sorts = {
        TEXT if isinstance(ticket, str) else WHOLE if isinstance(ticket, (int, float)) else None
        for ticket in ids
        if not is_missing(ticket)
    }
    return sorts.pop() if len(sorts) == 1 else None


def _numbered(tickets: Series, name: str) -> Any:
    """A frame of tickets and their numbers."""
    nw = narwhals()
    numbers = nw.new_series(name, np.arange(len(tickets)), nw.Int64, backend=tickets.implementation)
    frame = tickets.alias("ticket").to_frame()
    if frame.implementation.is_pandas_like():  # whose columns are put together by their index
        native = frame.to_native().reset_index(drop=True)
        frame = nw.from_native(native, eager_only=True)
    return frame.with_columns(numbers)


def _row_of_each(ids: list[Any]) -> dict[Any, int]:
    """The row of each id, which may stand but once."""
    rows: dict[Any, int] = dict(zip(ids, range(len(ids)), strict=True))
    if len(rows) == len(ids) and set(map(type, ids)) <= {str, int} and not any(map(is_missing, ids)):
        return rows
    rows = {}
    for row, ticket in enumerate(ids):
        if not is_missing(ticket) and rows.setdefault(ticket, row) != row:
            problem = f"the ticket {ticket!r} stands in row {rows[ticket]} and in row {row}"
            raise ColumnError(problem, "keep one of them", value=ticket)
    return rows
