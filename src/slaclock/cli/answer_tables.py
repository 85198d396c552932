"""Tables of tickets assessed by columns: the answers in the columns of an `AnswerRow`, whoever has read the tickets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as _compute

from slaclock.columns.as_of import Asked
from slaclock.columns.assessment import assess_rows, outputs_of
from slaclock.columns.chunks import BadRows
from slaclock.columns.frames import frame_of, kind_of
from slaclock.columns.tickets import names_of, own_fields, read_tickets
from slaclock.columns.units import named, outputs_in
from slaclock.policy.book import PolicyBook
from slaclock.policy.measures import Measure
from slaclock.policy.policy import Policy
from slaclock.temporal.durations import Unit
from slaclock.temporal.instants import to_micros
from slaclock.tickets.knowledge import Known

from .answer_rows import RANK, AnswerRow
from .policies import zone_of
from .tally import Tally

pc: Any = _compute  # whose functions are made when it is imported, so that no type checker knows them
_GIVEN = ("id", "measure")


@dataclass(frozen=True)
class TableAssessment:
    """How tables of tickets are to be assessed."""

    policy: Policy | PolicyBook
    at: datetime
    measure: Measure
    unit: Unit | None = None
    known: Known | datetime | None = None

    def answers(self, table: pa.Table, sides: Mapping[str, Any], bad: BadRows, threads: int | None = None) -> pa.Table:
        """The answers to tickets that have ids and had opened by then; instants are in the policy's zone."""
        zone = zone_of(self.policy).key
        frame = frame_of(table)
        tickets = read_tickets(frame, names_of(frame, {}, own_fields(self.policy)), zone, **sides)
        names = [name for name in AnswerRow._fields if name not in _GIVEN]
        outputs, _ = outputs_of(names, tickets, self.policy)
        outputs = outputs_in(outputs, self.unit)
        asked = Asked(to_micros(self.at), self.measure, self.known)
        arrays = assess_rows(tickets, self.policy, asked, outputs, bad, threads=threads)
        kind = kind_of([table["opened"]])
        columns = {named(name): output.column(kind, arrays[name], zone) for name, output in outputs.items()}
        columns |= {"id": table["id"].cast(pa.string()), "measure": pa.repeat(pa.scalar(self.measure), len(table))}
        return pa.table({name: columns[name] for name in AnswerRow._fields})


def count_into(tally: Tally, answers: pa.Table) -> None:
    """Count answers into the tally: how many there are of what, and the worst of them."""
    groups = (
        answers.select(["kind", "priority", "state"])
        .group_by(["kind", "priority", "state"])
        .aggregate([([], "count_all")])
    )
    for row in groups.to_pylist():
        tally.states[row["kind"], row["priority"] or "", row["state"]] += row["count_all"]
    states = pa.array(list(RANK))
    rank = np.array(list(RANK.values()))[pc.index_in(answers["state"], value_set=states).to_numpy()]
    left = answers["remaining"]
    remaining = pc.fill_null(left if pa.types.is_floating(left.type) else left.cast(pa.int64()), 0).to_numpy()
    order = np.lexsort((remaining, rank))
    if len(order) > tally.limit:  # the worst, and whatever is as bad as the last of them
        last = order[tally.limit - 1]
        order = order[: tally.limit + int(np.sum((rank == rank[last]) & (remaining == remaining[last])))]
    tally.keep(AnswerRow(**row) for row in answers.take(np.sort(order)).to_pylist())
