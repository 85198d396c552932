"""The ids of the tickets that have been read, none of which may stand twice."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow.compute as _compute

from .faults import BadRow, Faults
from .readings import Batch
from .ticket_tables import duplicate_ticket

pc: Any = _compute  # whose functions are made when it is imported, so that no type checker knows them


class TicketIds:
    """The ids of all batches: by their hashes it is known which may be there already."""

    def __init__(self) -> None:
        self._ids: list[Any] = []
        self._hashes: list[Any] = []

    def only_new(self, batch: Batch, faults: Faults) -> Batch:
        """The rows of a batch whose ids were not there before; the others are told to `faults`."""
        column = batch.table["id"]
        ids = column.to_pylist()
        hashes = np.fromiter(map(hash, ids), np.int64, len(ids))
        ordered = np.sort(hashes)
        repeated = set(ordered[1:][ordered[1:] == ordered[:-1]].tolist())
        for earlier in self._hashes:
            at = np.minimum(np.searchsorted(earlier, ordered), len(earlier) - 1)
            repeated |= set(ordered[earlier[at] == ordered].tolist())
        bad: dict[int, BadRow] = {}
        if repeated:
            suspects = np.flatnonzero(np.isin(hashes, list(repeated))).tolist()
            seen: set[str] = set()
            for row in suspects:
                if ids[row] in seen or any(pc.index(earlier, ids[row]).as_py() >= 0 for earlier in self._ids):
                    bad[row] = batch.bad(row, None, duplicate_ticket(ids[row]))
                seen.add(ids[row])
        if len(ids):
            self._ids.append(column)
            # Few arrays of hashes, each twice as long as the next, so that many batches are not each asked of each.
            while self._hashes and len(self._hashes[-1]) <= len(ordered):
                ordered = np.sort(np.concatenate([self._hashes.pop(), ordered]), kind="stable")
            self._hashes.append(ordered)
        return batch.without(bad, faults)
