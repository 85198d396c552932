"""Many tickets under one policy as of an instant: their terms, what was done, and when they waited."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from slaclock.policy.policy import Policy

from .as_of import Asked, AsOf, as_of, backward_pauses, is_one_clock, stopping_pauses, wrong_tickets
from .folds import Judged, as_of_cycles, by_arrays, cycles_of, last_cycles
from .in_force import InForce
from .pause_columns import PauseColumns
from .piecewise import NEVER, Bools, Ints
from .rows import any_of
from .stretches import Stretches, stretches_of
from .terms import Cases, RowTerms, no_terms, terms_of
from .tickets import Tickets


@dataclass(frozen=True)
class TicketsAsOf:
    """Tickets under one policy with what held for each as of an instant: all that an answer is made of.

    To what `AsOf` knows of those with a history, whatever their policy, it adds what the policy says: the terms to
    judge by, and the pauses that stop the measure, gaps included. `start` is where the clock starts, after changes and
    reopenings that restart it too. This, `done` and `cancelled` are None where no ticket has a history, so that its
    columns say all; `doubtful` are the rows that are asked alone, None where there are none.
    """

    tickets: Tickets
    terms: RowTerms
    pauses: PauseColumns | None
    start: Ints | None
    done: Ints | None
    cancelled: Ints | None
    doubtful: Bools | None

    def by_calendar(self) -> Iterator[Ints | None]:
        """The rows whose clocks run on one calendar, calendar by calendar; None where it is one for all."""
        several = len(self.terms.calendars) > 1
        used = np.flatnonzero(np.bincount(self.terms.calendar_of)) if several else ()
        if len(used) < 2:
            yield None
        else:
            yield from (np.flatnonzero(self.terms.calendar_of == number) for number in used)

    def of(self, rows: Ints) -> TicketsAsOf:
        """Some of the tickets, whose clocks run on one calendar."""
        return TicketsAsOf(
            self.tickets.of(rows),
            self.terms.of(rows),
            None if self.pauses is None else self.pauses.of_rows(rows, self.tickets.count),
            None if self.start is None else self.start[rows],
            None if self.done is None else self.done[rows],
            None if self.cancelled is None else self.cancelled[rows],
            None if self.doubtful is None else self.doubtful[rows],
        )


def tickets_as_of(tickets: Tickets, policy: Policy, asked: Asked, *, fits: bool = True) -> TicketsAsOf:
    """What held for tickets under one policy; where no policy of their book `fits`, it only lends its calendar."""
    rule = policy.measure(asked.measure)
    if is_one_clock(asked.measure, rule):
        known = as_of(tickets, asked, restarts=fits and policy.rules.reopening == "restart")
        return _under(policy, asked, fits, tickets, tickets, known)
    if by_arrays(rule):
        judged = last_cycles(tickets, cycles_of(tickets, rule, asked.at), asked.at)
        return cycles_as_of(tickets, policy, asked, judged, fits=fits)
    every = np.ones(tickets.count, bool)
    return _with(tickets, no_terms(tickets, policy, np.full(tickets.count, asked.at)), None, None, every)


def cycles_as_of(tickets: Tickets, policy: Policy, asked: Asked, judged: Judged, *, fits: bool = True) -> TicketsAsOf:
    """What held for one cycle of each ticket under one policy, if it `fits`."""
    some, known = as_of_cycles(tickets, judged, asked.at)
    known.doubtful[:] |= wrong_tickets(tickets)
    whole = _under(policy, asked, fits, tickets, some, known)
    return replace(whole, terms=whole.terms.not_started(~judged.begun))


def _under(  # noqa: PLR0917 - what is asked, and of what
    policy: Policy, asked: Asked, fits: bool, tickets: Tickets, some: Tickets, known: AsOf | None
) -> TicketsAsOf:
    """The tickets with the terms that hold for `some`: themselves, or what they are as of their cycles."""
    alone = tickets.has_agreed(asked.measure)
    if not fits:
        alone = any_of(alone, backward_pauses(tickets))
        terms = no_terms(some, policy, np.full(tickets.count, asked.at) if known is None else known.learned)
        return _with(tickets, terms, None if known is None else known.pauses(None), known, alone)
    pauses, unlisted = stopping_pauses(tickets, policy, asked.measure)
    alone = any_of(alone, unlisted)
    cases = Cases(policy, asked.measure)
    case = cases.numbers(some.categories)
    if known is None:
        return _with(tickets, terms_of(some, cases, case), pauses, None, alone)
    pauses = known.pauses(pauses)
    if some.changes is None:
        terms = terms_of(some, cases, case).without(known.cancelled != NEVER)
    else:
        last = stretches_of(some, some.changes, cases, known.learned, asked.at)
        case[last.rows] = last.case
        terms = _judged_by(InForce(some, cases, known, pauses), case, last)
    return _with(tickets, terms, pauses, known, alone)


def _with(
    tickets: Tickets, terms: RowTerms, pauses: PauseColumns | None, known: AsOf | None, alone: Bools | None
) -> TicketsAsOf:
    if known is None:
        return TicketsAsOf(tickets, terms, pauses, None, None, None, alone)
    alone = any_of(alone, known.doubtful)
    return TicketsAsOf(tickets, terms, pauses, known.start, known.done, known.cancelled, alone)


def _judged_by(in_force: InForce, case: Ints, last: Stretches) -> RowTerms:
    """The terms by which tickets with changes are judged; what is known of them learns where their clocks start."""
    tickets, cases, known = in_force.tickets, in_force.cases, in_force.known
    cancelled, rules = known.cancelled != NEVER, cases.policy.rules
    terms = terms_of(tickets, cases, case).without(cancelled)
    alone = [last.rows[last.doubtful]]
    afresh = (last.since > known.start[last.rows]) & terms.has_target[last.rows] & ~last.first
    earlier = last.earlier if rules.breach == "stands" else ()
    if rules.priority_change == "carry":
        alone += [last.rows[afresh], *(stretches.rows for stretches in earlier)]
    known.doubtful[np.concatenate(alone)] = True
    undecided = (terms.has_target | terms.untargeted) & ~known.doubtful
    standing = in_force.standing(earlier, undecided if known.begun is None else undecided & known.begun)
    known.doubtful[standing.doubtful] = True
    if rules.priority_change == "restart":
        known.start[last.rows[afresh]] = last.since[afresh]
    if not len(standing.rows):
        return terms
    known.start[standing.rows] = standing.start
    case[standing.rows] = standing.case
    judged = terms_of(tickets, cases, case).without(cancelled)
    return judged._replace(kind=terms.kind, priority=terms.priority)  # these are of today
