"""The tickets of several files as one table, with what stands beside them, for what is asked of all of them at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from slaclock.desks.entry_places import LocatedEntry
from slaclock.desks.faults import Place
from slaclock.desks.readings import Batch, Reading
from slaclock.desks.ticket_ids import TicketIds
from slaclock.desks.ticket_tables import ticket_batches
from slaclock.errors import InputError
from slaclock.policy.book import PolicyBook
from slaclock.policy.measures import Measure
from slaclock.policy.policy import Policy
from slaclock.reporting.bad_tickets import BadTicketsError

from .answer_tables import TableAssessment
from .judged_rows import Judge
from .side_rows import SideRows

T = TypeVar("T")


def tickets_table(files: Sequence[str], policy: Policy | PolicyBook, reading: Reading) -> pa.Table:
    """The tickets of files, each once; a row that is none is an error, or told to the reading's faults."""
    return _joined(_filled_batches(files, policy, reading))


def _filled_batches(files: Sequence[str], policy: Policy | PolicyBook, reading: Reading) -> list[Batch]:
    ids = TicketIds()
    batches = [ids.only_new(batch, reading.faults) for path in files for batch in ticket_batches(path, reading, policy)]
    filled = [batch for batch in batches if len(batch.table)]
    if not filled:
        raise InputError("there are no tickets", "add rows under the header", batches[0].file)
    check_kinds(filled)
    return filled


def _joined(batches: Sequence[Batch]) -> pa.Table:
    return pa.concat_tables([batch.table for batch in batches], promote_options="default")


class FileTickets:
    """The tickets of files, and the entries beside them; what is wrong with one of them is told with its place."""

    def __init__(
        self, files: Sequence[str], policy: Policy | PolicyBook, sides: Mapping[str, str], reading: Reading
    ) -> None:
        self._policy, self._reading = policy, reading
        self._filled = _filled_batches(files, policy, reading)
        self._tickets = _joined(self._filled)
        self._beside = {side: SideRows(side, path, reading) for side, path in sides.items()}
        self._rows = np.arange(len(self._tickets))
        self._entries = {side: own.of(self._tickets["id"]) for side, own in self._beside.items()}
        for own in self._beside.values():
            own.check()

    def answered(self, answer: Callable[[pa.Table, Mapping[str, Any]], T], *, at: datetime, measure: Measure) -> T:
        """The answer to all tickets; those over which it raises a `BadTicketsError` are told, and left out."""
        judge = Judge(TableAssessment(self._policy, at, measure), self._entries_of, self._reading.faults)
        while True:
            table = self._tickets.take(pa.array(self._rows))
            own = {side: _of_rows(entries, self._rows, len(self._tickets)) for side, entries in self._entries.items()}
            try:
                return answer(table, own)
            except BadTicketsError as error:
                judge.tell(error.problems, table, partial(_place, self._filled, self._rows))
                self._rows = np.delete(self._rows, [*error.problems])

    def _entries_of(self, ticket: str) -> Iterator[LocatedEntry]:
        return (entry for own in self._beside.values() for entry in own.entries_of(ticket))


def check_kinds(batches: Sequence[Batch]) -> None:
    """Tickets have a column of kinds in all files, or in none."""
    kindless = [batch for batch in batches if "kind" not in batch.table.column_names]
    if 0 < len(kindless) < len(batches):
        raise InputError("there is no column 'kind', which other files have", "add it", kindless[0].file)


def _of_rows(entries: pa.Table, rows: NDArray[np.int64], count: int) -> pa.Table:
    """The entries of some rows, which are numbered anew."""
    number = np.full(count, -1)
    number[rows] = np.arange(len(rows))
    row = number[entries["row"].to_numpy()]
    chosen = entries.filter(pa.array(row >= 0))
    return chosen.set_column(chosen.column_names.index("row"), "row", pa.array(row[row >= 0], pa.int64()))


def _place(batches: Sequence[Batch], rows: NDArray[np.int64], chosen: int) -> Place:
    """Where one of the chosen rows stands, which are counted through all batches."""
    row = int(rows[chosen])
    for batch in batches:
        if row < len(batch.table):
            return batch.place(row)
        row -= len(batch.table)
    raise IndexError(row)
