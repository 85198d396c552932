"""The pauses that stop the clocks of tickets that nothing else became of, as far as they were known by then."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from slaclock.columns.piecewise import NEVER, Ints
from slaclock.policy.book import policies_of
from slaclock.reporting.sources import TicketFrame
from slaclock.temporal.instants import to_micros

from .judged import Judged


class Stops(NamedTuple):
    """Pauses in order of their tickets: the place of each one's ticket, its start and its end, `NEVER` while open."""

    row: Ints
    start: Ints
    end: Ints

    def of(self, rows: Ints, count: int) -> Stops | None:
        """Those of some of so many tickets, which are numbered anew; None where there are none."""
        number = np.full(count, -1)
        number[rows] = np.arange(len(rows))
        row = number[self.row]
        chosen = row >= 0
        return Stops(row[chosen], self.start[chosen], self.end[chosen]) if chosen.any() else None


def stops_of(judged: Judged) -> Stops:
    """The pauses that stop the clocks of the tickets that are compared."""
    row, start, end, reason, names = _pauses(judged)
    stopping = np.zeros((len(judged.cases), len(names) + 1), bool)
    for number, reasons in enumerate(_reasons(judged)):
        stopping[number, : len(names)] = [name in reasons for name in names]
    seen = judged.seen[row]
    chosen = stopping[judged.case[row], reason] & (start <= seen)
    row, start, end, seen = row[chosen], start[chosen], end[chosen], seen[chosen]
    # What had not ended by then is open; where the work was done, it ended there.
    later = (end == NEVER) | (end > seen)
    end = np.where(later, np.where(judged.is_done[row], seen, NEVER), end)
    order = np.argsort(row, kind="stable")
    return Stops(row[order], start[order], end[order])


def _reasons(judged: Judged) -> list[tuple[str, ...]]:
    """The reasons that stop the clock of each case."""
    policies = policies_of(judged.policy)
    reasons = []
    for kind, priority, index in judged.cases:
        policy = policies[index]
        targets = None if kind is None else policy.targets.get(kind)
        own = None if targets is None else targets.own_pauses(priority, judged.measure)
        reasons.append(policy.reasons_stopping(judged.measure) if own is None else own)
    return reasons


def _pauses(judged: Judged) -> tuple[Ints, Ints, Ints, Ints, tuple[str, ...]]:
    """All pauses of the tickets: row, start, end, the number of the reason, and the reasons by their numbers."""
    source = judged.source
    number = np.full(source.count, -1)
    number[judged.row] = np.arange(judged.count)
    if isinstance(source, TicketFrame):
        pauses, reasons = source.tickets.pauses, source.tickets.reasons
        if pauses is None or reasons is None:
            nothing = np.zeros(0, np.int64)
            return nothing, nothing, nothing, nothing, ()
        row = number[pauses.row]
        chosen = np.flatnonzero(row >= 0)
        start, end = (column.take(chosen) for column in pauses.instants)
        return row[chosen], start, end, reasons.codes[chosen], reasons.names
    names: dict[str | None, int] = {}
    entries = [
        (
            place,
            to_micros(pause.start),
            NEVER if pause.end is None else to_micros(pause.end),
            names.setdefault(pause.reason, len(names)),
        )
        for place, row in enumerate(judged.row.tolist())
        for pause in source.ticket(row).pauses
    ]
    columns = np.array(entries, np.int64).reshape(len(entries), 4).T
    return columns[0], columns[1], columns[2], columns[3], tuple(str(name) for name in names)
