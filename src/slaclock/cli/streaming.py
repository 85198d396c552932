"""Files of tickets of any size, assessed batch by batch through the columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from slaclock import columns
from slaclock.errors import SlaClockError
from slaclock.policy.measures import Measure
from slaclock.policy.policy import Policy

from .files import Batch
from .lines import RANK, Line, Tally
from .reading import of_ticket, pause_batches, stray, ticket_batches, twice


class _Waits:
    """The pauses of a file, from which each batch of tickets takes its own."""

    def __init__(self, path: str | None, policy: Policy) -> None:
        self._batches = [] if path is None else list(pause_batches(path, policy.calendar.zone))
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
                raise stray(batch.table["ticket"][number].as_py() or "", batch.place(number))
            number -= len(batch.table)


class _Seen:
    """The ids that have been read, by their hashes; one that may stand twice is looked for again in the file."""

    def __init__(self, path: str, policy: Policy) -> None:
        self._path, self._zone = path, policy.calendar.zone
        self._hashes: list[Any] = []

    def add(self, batch: Batch) -> None:
        """Take in a batch; an id that the file has already is an error."""
        ids = batch.table["id"].to_pylist()
        hashes = np.sort(np.fromiter(map(hash, ids), np.int64, len(ids)))
        again = set(hashes[1:][hashes[1:] == hashes[:-1]].tolist())
        for earlier in self._hashes:
            at = np.minimum(np.searchsorted(earlier, hashes), len(earlier) - 1)
            again |= set(hashes[earlier[at] == hashes].tolist())
        self._hashes.append(hashes)
        if again:
            self._look({ticket for ticket in ids if hash(ticket) in again})

    def _look(self, doubtful: set[str]) -> None:
        found: set[str] = set()
        for batch in ticket_batches(self._path, self._zone):
            for row, ticket in enumerate(batch.table["id"].to_pylist()):
                if ticket in found:
                    raise twice(ticket, batch.place(row))
                if ticket in doubtful:
                    found.add(ticket)


class Stream:
    """A file of tickets and one of their pauses, to be assessed under a policy as of an instant."""

    def __init__(self, tickets: str, pauses: str | None, policy: Policy, at: datetime, measure: Measure) -> None:
        self._tickets, self._pauses, self._policy, self._at, self._measure = tickets, pauses, policy, at, measure

    def answers(self, tally: Tally, progress: Callable[[float], None]) -> Iterator[Any]:
        """The tickets that had opened by then with their answers, batch by batch; the tally learns of all of them."""
        waits, seen = _Waits(self._pauses, self._policy), _Seen(self._tickets, self._policy)
        for batch in ticket_batches(self._tickets, self._policy.calendar.zone, progress):
            seen.add(batch)
            own = waits.of(batch.table["id"])  # those of tickets that opened later are some ticket's too
            opened = pc.less_equal(batch.table["opened"], pa.scalar(self._at, pa.timestamp("us", "UTC"))).to_numpy()
            if not opened.all():
                tally.later += int((~opened).sum())
                kept = np.flatnonzero(opened)
                batch = Batch(batch.file, [batch.numbers[row] for row in kept.tolist()], batch.table.take(kept))
                own = waits.of(batch.table["id"])
            if len(batch.table):
                found = self._answered(batch, own)
                _count(found, tally)
                yield found
        waits.check()

    def _answered(self, batch: Batch, pauses: columns.Pauses | None) -> Any:
        """The answers of a batch, in the columns of a `Line`."""
        try:
            found = columns.assess(
                batch.table, self._policy, at=self._at, measure=self._measure, pauses=pauses, prefix=""
            )
        except SlaClockError as wrong:
            cause = wrong.__cause__
            if wrong.row is None or not isinstance(cause, SlaClockError):
                raise
            raise of_ticket(cause, batch.place(wrong.row)) from None
        return pa.table({name: self._column(found, name) for name in Line._fields})

    def _column(self, found: Any, name: str) -> Any:
        there = set(found.column_names)
        if name == "measure":
            return pa.repeat(pa.scalar(self._measure), len(found))
        if name == "kind":
            return found["kind"] if "kind" in there else pa.repeat(pa.scalar("incident"), len(found))
        if name == "priority":
            return self._priority(found)
        if name == "done":
            names = ("resolved", "responded") if self._measure == "respond" else ("resolved",)
            known = [self._by_now(found[each]).cast(pa.int64()) for each in names if each in there]
            zone = pa.timestamp("us", self._policy.calendar.zone.key)
            return pc.min_element_wise(*known).cast(zone) if known else pa.nulls(len(found), zone)
        return found[name]

    def _by_now(self, instants: Any) -> Any:
        """The instants that had come."""
        return pc.if_else(pc.less_equal(instants, pa.scalar(self._at, instants.type)), instants, None)

    def _priority(self, found: Any) -> Any:
        """The priority of each ticket, agreed from impact and urgency where it is not given."""
        there = set(found.column_names)
        given = found["priority"] if "priority" in there else pa.nulls(len(found), pa.string())
        if not given.null_count or not {"impact", "urgency"} <= there:
            return given
        agreed = {
            (impact, urgency): priority
            for impact, urgencies in self._policy.priorities.items()
            for urgency, priority in urgencies.items()
        }
        cells = zip(found["impact"].to_pylist(), found["urgency"].to_pylist(), strict=True)
        return pc.coalesce(given, pa.array([agreed.get(pair) for pair in cells], pa.string()))


def _count(found: Any, tally: Tally) -> None:
    """The tally, told of a batch: how many there are of what, and the worst of them."""
    groups = (
        found.select(["kind", "priority", "state"])
        .group_by(["kind", "priority", "state"])
        .aggregate([([], "count_all")])
    )
    for row in groups.to_pylist():
        tally.states[row["kind"], row["priority"] or "", row["state"]] += row["count_all"]
    words = list(RANK)
    rank = np.array([RANK[word] for word in words])[pc.index_in(found["state"], value_set=pa.array(words)).to_numpy()]
    left = pc.fill_null(found["remaining"].cast(pa.int64()), 0).to_numpy()
    order = np.lexsort((left, rank))
    if len(order) > tally.limit:  # the worst, and whatever is as bad as the last of them
        last = order[tally.limit - 1]
        order = order[: tally.limit + int(np.sum((rank == rank[last]) & (left == left[last])))]
    tally.keep(Line(**row) for row in found.take(np.sort(order)).to_pylist())
