"""The ids of the tickets of a frame, and the rows of the tickets that a side frame names."""

from __future__ import annotations

from functools import cached_property
from itertools import repeat
from typing import Any

import numpy as np

from slaclock.errors import ColumnError
from slaclock.temporal.instants import is_missing

from .arrays import cells_of
from .frames import Series, as_series, narwhals
from .piecewise import Ints


class TicketIds:
    """The ids of the rows, of which none may stand twice; a missing one is no other's."""

    def __init__(self, ids: Any) -> None:
        self._ids, self._series = ids, as_series(ids)
        given = None if self._series is None else self._series.drop_nulls()
        if given is None or given.n_unique() < len(given):
            assert self._row_of is not None  # asked so that an id that stands twice is an error

    def rows(self, tickets: Any, what: str) -> Ints:
        """The row of each ticket that a side frame, of pauses say, names."""
        series = as_series(tickets)
        rows = None if series is None else self._joined(series)
        if rows is None:
            names = cells_of(tickets) if series is None else series.to_list()
            rows = np.fromiter(map(self._row_of.get, names, repeat(-1)), np.int64, len(names))
        if len(rows) and rows.min() < 0:
            where = int(np.argmin(rows))
            ticket = tickets[where] if series is None else series[where]
            place = f"{what.removesuffix('s')} {where}"
            raise ColumnError(f"there is no ticket {ticket!r}", f"remove its {what}, or add its row", place)
        return rows

    @cached_property
    def _row_of(self) -> dict[Any, int]:
        return _row_of_each(cells_of(self._ids) if self._series is None else self._series.to_list())

    def _joined(self, tickets: Series) -> Ints | None:
        """The rows by the library's own join, several times as fast; None where it may not see ids as Python does."""
        ids, nw = self._series, narwhals()
        alike = ids is not None and ids.dtype == tickets.dtype and ids.implementation == tickets.implementation
        if ids is None or not alike or not (ids.dtype.is_integer() or ids.dtype == nw.String):
            return None
        right = _numbered(ids, "row").drop_nulls("ticket")
        if ids.dtype == nw.String:
            right = right.filter(nw.col("ticket").str.strip_chars() != "")  # which is no one's
        left = _numbered(tickets, "number").drop_nulls("ticket")
        both = left.join(right, on="ticket", how="inner")
        rows = np.full(len(tickets), -1)
        rows[both["number"].to_numpy()] = both["row"].to_numpy()
        return rows


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
