"""The rows of a table beside the tickets, from which each batch of tickets takes its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as _compute
from numpy.typing import NDArray

from slaclock.desks.entry_places import LocatedEntry
from slaclock.desks.faults import BadRow
from slaclock.desks.readings import Reading
from slaclock.desks.ticket_tables import side_batches, unknown_ticket

pc: Any = _compute  # whose functions are made when it is imported, so that no type checker knows them


class SideRows:
    """The rows of a table of pauses, changes, reopenings or events."""

    def __init__(self, side: str, source: str, reading: Reading) -> None:
        self._side, self._reading = side, reading
        self._batches = list(side_batches(side, source, reading))
        self._table = pa.concat_tables([batch.table for batch in self._batches])
        self._rest = np.arange(len(self._table))

    def of(self, ids: Any, chosen: NDArray[np.int64] | None = None) -> Any:
        """The entries of the tickets, or of those `chosen`, with the numbers of their rows; each is given once."""
        row = pc.fill_null(pc.index_in(self._table["ticket"].take(self._rest), value_set=ids), -1).to_numpy()
        taken, row = self._rest[row >= 0], row[row >= 0]
        self._rest = np.setdiff1d(self._rest, taken, assume_unique=True)
        if chosen is not None:
            number = np.full(len(ids), -1)
            number[chosen] = np.arange(len(chosen))
            row = number[row]
            taken, row = taken[row >= 0], row[row >= 0]
        own = self._table.take(taken)
        return own.drop_columns(["ticket"]).append_column("row", pa.array(row, pa.int64()))

    def entries_of(self, ticket: str) -> Iterator[LocatedEntry]:
        """The entries of one ticket, each with its place."""
        for batch in self._batches:
            for row in np.flatnonzero(pc.equal(batch.table["ticket"], ticket).to_numpy()).tolist():
                yield LocatedEntry(self._side, batch.row(row), batch.place(row))

    def check(self) -> None:
        """Every entry must have been some ticket's."""
        self._reading.faults.add(self._unknown())

    def _unknown(self) -> Iterator[BadRow]:
        starts = np.cumsum([0, *(len(batch.table) for batch in self._batches)])
        for number in self._rest.tolist():
            part = int(np.searchsorted(starts, number, "right")) - 1
            batch, row = self._batches[part], number - int(starts[part])
            error = unknown_ticket(batch.table["ticket"][row].as_py(), self._side)
            yield BadRow.of(error, batch.place(row))
