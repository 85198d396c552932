"""The rows of a file beside the tickets, from which each batch of tickets takes its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as _compute

from slaclock.errors import SlaClockError

from .batches import Batch
from .entry_places import LocatedEntry, row_error
from .ticket_files import side_batches, unknown_ticket

pc: Any = _compute  # whose functions are made when it is imported, so that no type checker knows them


class SideRows:
    """The rows of a file of pauses, changes or reopenings."""

    def __init__(self, side: str, path: str, zone: ZoneInfo) -> None:
        self._side = side
        self._batches = list(side_batches(side, path, zone))
        self._table = pa.concat_tables([batch.table for batch in self._batches]) if self._batches else None
        self._taken = np.zeros(0 if self._table is None else len(self._table), bool)

    def of(self, ids: Any) -> Any:
        """The entries of the tickets, with the numbers of their rows; None where the file has none at all."""
        if self._table is None:
            return None
        row = pc.fill_null(pc.index_in(self._table["ticket"], value_set=ids), -1).to_numpy()
        chosen = np.flatnonzero(row >= 0)
        self._taken[chosen] = True
        own = self._table.take(chosen)
        return own.drop_columns(["ticket"]).append_column("row", pa.array(row[chosen], pa.int64()))

    def entries_of(self, ticket: str) -> Iterator[LocatedEntry]:
        """The entries of one ticket, each with its place."""
        for batch in self._batches:
            for row in np.flatnonzero(pc.equal(batch.table["ticket"], ticket).to_numpy()).tolist():
                yield LocatedEntry(self._side, batch.row(row), batch.place(row))

    def check(self) -> None:
        """Every entry must have been some ticket's."""
        if self._taken.all():
            return
        number = int(np.argmin(self._taken))
        for batch in self._batches:
            if number < len(batch.table):
                ticket = batch.table["ticket"][number].as_py() or ""
                raise unknown_ticket(ticket, self._side, batch.place(number))
            number -= len(batch.table)


@contextmanager
def rows_at_fault(batches: Sequence[Batch], sides: Mapping[str, SideRows]) -> Iterator[None]:
    """An error in a ticket is said with the file and row at fault: its own, or that of an entry beside it.

    The rows are counted through all the batches, one after another.
    """
    try:
        yield
    except SlaClockError as error:
        cause, row = error.__cause__, error.row
        if row is None or not isinstance(cause, SlaClockError):
            raise
        for batch in batches:
            if row < len(batch.table):
                ticket = batch.row(row)
                entries = [entry for rows in sides.values() for entry in rows.entries_of(ticket["id"])]
                raise row_error(cause, batch.place(row), ticket, entries) from None
            row -= len(batch.table)
        raise
