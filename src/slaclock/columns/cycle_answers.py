"""The answers to cycles of many tickets, and which cycles there are where that is for the answers to say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from slaclock.policy.book import PolicyBook, main_policy
from slaclock.policy.policy import Policy
from slaclock.tickets.states import STATES

from .as_of import Asked
from .calendar_rows import OUTPUTS, CalendarRows, CycleTickets
from .chunks import BadRows
from .folds import Cycles, Judged, KnownCycles, by_arrays, cycles_of
from .outputs import Output
from .piecewise import Ints
from .rounds import Stood, cycles_by_rounds
from .tickets import Tickets
from .tickets_as_of import TicketsAsOf, cycles_as_of

_STOOD = {name: OUTPUTS[name] for name in ("due", "state")}


def known_cycles(
    tickets: Tickets, policy: Policy | PolicyBook, own: Policy | None, asked: Asked, threads: int | None
) -> KnownCycles | None:
    """The cycles of tickets that have one policy, `own`, if any is for them; None where arrays do not tell them."""
    rule = (main_policy(policy) if own is None else own).measure(asked.measure)
    if not by_arrays(rule):
        return None
    if rule.next == "event" and rule.oldest == "oldest":
        return KnownCycles(cycles_of(tickets, rule, asked.at, threads), np.zeros(tickets.count, bool))

    def judge(cycles: Cycles) -> Stood:
        count = len(cycles.row)
        stood = Stood(np.zeros(count, np.int64), np.zeros(count, bool), np.zeros(count, bool))
        for chosen, part in _by_calendar(tickets, cycles, policy, own, asked):
            rows = _Standing(part, policy, asked, _STOOD)
            due, state = rows.answers(BadRows("raise"), threads, None)
            for column, answer in zip(stood, (due, state == STATES.index("breached"), rows.doubtful), strict=True):
                column[chosen] = answer
        return stood

    return cycles_by_rounds(tickets, rule, asked.at, judge)


class _Standing(CalendarRows):
    """Cycles of which it need not be told how they stand: `doubtful` are those that arrays do not answer."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.doubtful = np.zeros(self._known.tickets.count, bool)

    def _ask(self, row: int) -> list[Any]:
        self.doubtful[row] = True
        return [None, STATES[0]]


def cycle_answers(  # noqa: PLR0917 - what is asked, and of what
    tickets: Tickets,
    cycles: Cycles,
    policy: Policy | PolicyBook,
    own: Policy | None,
    asked: Asked,
    outputs: Mapping[str, Output],
    bad: BadRows,
    threads: int | None,
    numbers: Ints,
) -> Iterator[tuple[slice | Ints, dict[str, NDArray[Any]]]]:
    """Outputs of some cycles of tickets that have one policy, calendar by calendar, with which cycles they are of.

    `numbers` are those by which the caller knows the tickets.
    """
    for chosen, part in _by_calendar(tickets, cycles, policy, own, asked):
        source = CycleTickets(tickets, cycles.row[chosen], cycles.number[chosen])
        rows = CalendarRows(part, policy, asked, outputs, source)
        yield chosen, dict(zip(outputs, rows.answers(bad, threads, numbers[source.row]), strict=True))


def _by_calendar(
    tickets: Tickets, cycles: Cycles, policy: Policy | PolicyBook, own: Policy | None, asked: Asked
) -> Iterator[tuple[slice | Ints, TicketsAsOf]]:
    """Some cycles of tickets that have one policy as they were known, calendar by calendar."""
    judged = Judged(cycles.start, cycles.done, cycles.cancelled, np.ones(len(cycles.row), bool), cycles.after_due)
    lent = main_policy(policy) if own is None else own
    known = cycles_as_of(tickets.repeated(cycles.row), lent, asked, judged, fits=own is not None)
    for part in known.by_calendar():
        yield (slice(None), known) if part is None else (part, known.of(part))
