"""Files of tickets of any size, assessed batch by batch through the columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as _compute

from slaclock.columns.chunks import BadRows
from slaclock.policy.book import PolicyBook
from slaclock.policy.measures import Measure
from slaclock.policy.policy import Policy

from .answer_tables import TableAssessment, count_into
from .batches import Batch
from .policies import zone_of
from .side_rows import SideRows, rows_at_fault
from .tally import Tally
from .ticket_files import ticket_batches
from .ticket_ids import TicketIds

pc: Any = _compute  # whose functions are made when it is imported, so that no type checker knows them


class TicketStream:
    """A file of tickets, with those that stand beside it by their names, to be assessed as of an instant."""

    def __init__(
        self, tickets: str, sides: Mapping[str, str], policy: Policy | PolicyBook, at: datetime, measure: Measure
    ) -> None:
        self._tickets, self._sides, self._zone = tickets, sides, zone_of(policy)
        self._assessment = TableAssessment(policy, at, measure)

    def answers(self, tally: Tally, progress: Callable[[float], None]) -> Iterator[Any]:
        """The answers to the tickets that had opened by then, batch by batch; the tally learns of all tickets."""
        sides = {side: SideRows(side, path, self._zone) for side, path in self._sides.items()}
        ids = TicketIds(self._tickets, self._zone)
        at = pa.scalar(self._assessment.at, pa.timestamp("us", "UTC"))
        for batch in ticket_batches(self._tickets, self._zone, self._assessment.policy, progress):
            ids.add(batch)
            # Those of tickets that opened later are some ticket's too.
            own = {side: rows.of(batch.table["id"]) for side, rows in sides.items()}
            opened = pc.less_equal(batch.table["opened"], at).to_numpy()
            if not opened.all():
                tally.later += int((~opened).sum())
                chosen = np.flatnonzero(opened)
                batch = Batch(batch.file, [batch.numbers[row] for row in chosen.tolist()], batch.table.take(chosen))
                own = {side: rows.of(batch.table["id"]) for side, rows in sides.items()}
            if len(batch.table):
                with rows_at_fault([batch], sides):
                    answers = self._assessment.answers(batch.table, own, BadRows("raise"))
                count_into(tally, answers)
                yield answers
        for rows in sides.values():
            rows.check()
