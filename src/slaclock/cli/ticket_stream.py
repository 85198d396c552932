"""Files of tickets of any size, assessed batch by batch through the columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as _compute

from slaclock import columns
from slaclock.columns.as_of import by_policy
from slaclock.errors import SlaClockError
from slaclock.policy.book import PolicyBook
from slaclock.policy.measures import ENDS, Measure
from slaclock.policy.policy import Policy

from .answer_rows import RANK, AnswerRow
from .batches import Batch
from .pause_rows import PauseRows
from .policies import zone_of
from .tally import Tally
from .ticket_files import ticket_batches, ticket_error
from .ticket_ids import TicketIds

pc: Any = _compute  # whose functions are made when it is imported, so that no type checker knows them


class TicketStream:
    """A file of tickets and one of their pauses, to be assessed under a policy as of an instant."""

    def __init__(
        self, tickets: str, pauses: str | None, policy: Policy | PolicyBook, at: datetime, measure: Measure
    ) -> None:
        self._tickets, self._pauses, self._policy, self._at = tickets, pauses, policy, at
        self._measure: Measure = measure
        self._zone = zone_of(policy)

    def answers(self, tally: Tally, progress: Callable[[float], None]) -> Iterator[Any]:
        """The answers to the tickets that had opened by then, batch by batch; the tally learns of all tickets."""
        pauses, ids = PauseRows(self._pauses, self._zone), TicketIds(self._tickets, self._zone)
        for batch in ticket_batches(self._tickets, self._zone, progress):
            ids.add(batch)
            own = pauses.of(batch.table["id"])  # those of tickets that opened later are some ticket's too
            opened = pc.less_equal(batch.table["opened"], pa.scalar(self._at, pa.timestamp("us", "UTC"))).to_numpy()
            if not opened.all():
                tally.later += int((~opened).sum())
                rows = np.flatnonzero(opened)
                batch = Batch(batch.file, [batch.numbers[row] for row in rows.tolist()], batch.table.take(rows))
                own = pauses.of(batch.table["id"])
            if len(batch.table):
                answers = self._assess(batch, own)
                _count(answers, tally)
                yield answers
        pauses.check()

    def _assess(self, batch: Batch, pauses: columns.Pauses | None) -> Any:
        """The answers to a batch, in the columns of an `AnswerRow`."""
        try:
            assessed = columns.assess(
                batch.table, self._policy, at=self._at, measure=self._measure, pauses=pauses, prefix=""
            )
        except SlaClockError as error:
            cause = error.__cause__
            if error.row is None or not isinstance(cause, SlaClockError):
                raise
            raise ticket_error(cause, batch.place(error.row)) from None
        return pa.table({name: self._column(assessed, name) for name in AnswerRow._fields})

    def _column(self, assessed: Any, name: str) -> Any:
        names = set(assessed.column_names)
        if name == "measure":
            return pa.repeat(pa.scalar(self._measure), len(assessed))
        if name == "kind":
            return assessed["kind"] if "kind" in names else pa.repeat(pa.scalar("incident"), len(assessed))
        if name == "priority":
            return self._priority(assessed)
        if name == "done":
            return self._done(assessed)
        return assessed[name]

    def _done(self, assessed: Any) -> Any:
        """When the work on each ticket was done, as far as was known."""
        names = ENDS[self._measure]
        ends = [self._by_now(assessed[name]).cast(pa.int64()) for name in names if name in set(assessed.column_names)]
        local = pa.timestamp("us", self._zone.key)
        return pc.min_element_wise(*ends).cast(local) if ends else pa.nulls(len(assessed), local)

    def _by_now(self, instants: Any) -> Any:
        """The instants that had come."""
        return pc.if_else(pc.less_equal(instants, pa.scalar(self._at, instants.type)), instants, None)

    def _priority(self, assessed: Any) -> Any:
        """The priority of each ticket, agreed from impact and urgency where it is not given."""
        names = set(assessed.column_names)
        given = (
            assessed["priority"] if "priority" in names else pa.chunked_array([pa.nulls(len(assessed), pa.string())])
        )
        if not given.null_count or not {"impact", "urgency"} <= names:
            return given
        missing = given.is_null().to_numpy()
        impacts, urgencies = assessed["impact"].to_pylist(), assessed["urgency"].to_pylist()
        agreed: list[str | None] = [None] * len(assessed)
        for policy, rows in by_policy(assessed["opened"].cast(pa.int64()).to_numpy(), self._policy):
            for row in rows[missing[rows]].tolist():
                agreed[row] = policy.priorities.get(impacts[row] or "", {}).get(urgencies[row] or "")
        return pc.coalesce(given, pa.array(agreed, pa.string()))


def _count(answers: Any, tally: Tally) -> None:
    """Count a batch into the tally: how many there are of what, and the worst of them."""
    groups = (
        answers.select(["kind", "priority", "state"])
        .group_by(["kind", "priority", "state"])
        .aggregate([([], "count_all")])
    )
    for row in groups.to_pylist():
        tally.states[row["kind"], row["priority"] or "", row["state"]] += row["count_all"]
    states = pa.array(list(RANK))
    rank = np.array(list(RANK.values()))[pc.index_in(answers["state"], value_set=states).to_numpy()]
    remaining = pc.fill_null(answers["remaining"].cast(pa.int64()), 0).to_numpy()
    order = np.lexsort((remaining, rank))
    if len(order) > tally.limit:  # the worst, and whatever is as bad as the last of them
        last = order[tally.limit - 1]
        order = order[: tally.limit + int(np.sum((rank == rank[last]) & (remaining == remaining[last])))]
    tally.keep(AnswerRow(**row) for row in answers.take(np.sort(order)).to_pylist())
