"""The ids of the tickets of a file, none of which may stand twice."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from .batches import Batch
from .ticket_files import duplicate_ticket, ticket_batches


class TicketIds:
    """The ids that have been read, by their hashes; one that may stand twice is looked for again in the file."""

    def __init__(self, path: str, zone: ZoneInfo) -> None:
        self._path, self._zone = path, zone
        self._hashes: list[Any] = []

    def add(self, batch: Batch) -> None:
        """Take in a batch; an id that the file has already is an error."""
        ids = batch.table["id"].to_pylist()
        hashes = np.sort(np.fromiter(map(hash, ids), np.int64, len(ids)))
        repeated = set(hashes[1:][hashes[1:] == hashes[:-1]].tolist())
        for earlier in self._hashes:
            at = np.minimum(np.searchsorted(earlier, hashes), len(earlier) - 1)
            repeated |= set(hashes[earlier[at] == hashes].tolist())
        self._hashes.append(hashes)
        if repeated:
            self._check({ticket for ticket in ids if hash(ticket) in repeated})

    def _check(self, suspects: set[str]) -> None:
        seen: set[str] = set()
        for batch in ticket_batches(self._path, self._zone):
            for row, ticket in enumerate(batch.table["id"].to_pylist()):
                if ticket in seen:
                    raise duplicate_ticket(ticket, batch.place(row))
                if ticket in suspects:
                    seen.add(ticket)
