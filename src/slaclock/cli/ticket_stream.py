"""Tables of tickets of any size, assessed batch by batch through the columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as _compute

from slaclock.desks.entry_places import LocatedEntry
from slaclock.desks.readings import Reading
from slaclock.desks.ticket_ids import TicketIds
from slaclock.desks.ticket_tables import ticket_batches

from .answer_tables import TableAssessment, count_into
from .judged_rows import Judge
from .side_rows import SideRows
from .tally import Tally

pc: Any = _compute  # whose functions are made when it is imported, so that no type checker knows them


def answers_of_files(
    tickets: str,
    sides: Mapping[str, str],
    assessment: TableAssessment,
    *,
    reading: Reading,
    tally: Tally,
    progress: Callable[[float], None] = lambda share: None,
) -> Iterator[pa.Table]:
    """The answers to the tickets that had opened by then, batch by batch; the tally learns of all tickets."""
    beside = {side: SideRows(side, path, reading) for side, path in sides.items()}
    ids = TicketIds()

    def entries_of(ticket: str) -> Iterator[LocatedEntry]:
        return (entry for rows in beside.values() for entry in rows.entries_of(ticket))

    judge = Judge(assessment, entries_of, reading.faults)
    at = pa.scalar(assessment.at, pa.timestamp("us", "UTC"))
    for batch in ticket_batches(tickets, reading, assessment.policy, progress):
        batch = ids.only_new(batch, reading.faults)
        opened = pc.less_equal(batch.table["opened"], at).to_numpy()
        chosen = None if opened.all() else np.flatnonzero(opened)
        own = {side: rows.of(batch.table["id"], chosen) for side, rows in beside.items()}
        batch = batch.take(opened)
        tally.later += int((~opened).sum())
        if not len(batch.table):
            continue
        answers = judge.answers(batch.table, own, batch.place)
        count_into(tally, answers)
        yield answers
    for rows in beside.values():
        rows.check()
