"""The pauses of a file, from which each batch of tickets takes its own."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as _compute

from slaclock import columns

from .ticket_files import pause_batches, unknown_ticket

pc: Any = _compute  # whose functions are made when it is imported, so that no type checker knows them


class PauseRows:
    """The rows of a file of pauses; it may be no file."""

    def __init__(self, path: str | None, zone: ZoneInfo) -> None:
        self._batches = [] if path is None else list(pause_batches(path, zone))
        self._table = pa.concat_tables([batch.table for batch in self._batches]) if self._batches else None
        self._taken = np.zeros(0 if self._table is None else len(self._table), bool)

    def of(self, ids: Any) -> columns.Pauses | None:
        """The pauses of the tickets."""
        if self._table is None:
            return None
        row = pc.fill_null(pc.index_in(self._table["ticket"], value_set=ids), -1).to_numpy()
        chosen = np.flatnonzero(row >= 0)
        self._taken[chosen] = True
        own = self._table.take(chosen)
        return columns.Pauses(row[chosen].astype(np.int64), own["start"], own["end"], own["reason"])

    def check(self) -> None:
        """Every pause must have been some ticket's."""
        if self._taken.all():
            return
        number = int(np.argmin(self._taken))
        for batch in self._batches:
            if number < len(batch.table):
                raise unknown_ticket(batch.table["ticket"][number].as_py() or "", batch.place(number))
            number -= len(batch.table)
