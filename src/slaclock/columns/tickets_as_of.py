"""Many tickets under one policy as of an instant: their terms, what was done, and when they waited."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from slaclock.policy.policy import Policy
from slaclock.tickets.knowledge import KnownLike, given_known, knowledge_of

from .as_of import Asked, AsOf, as_of, backward_pauses, done_by, is_one_clock, stopping_pauses, wrong_tickets
from .carried import Carried
from .folds import FoldedCycles, Judged, as_of_cycles, last_cycles
from .in_force import InForce, KnownBy
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
    columns say all; `doubtful` are the rows that are asked alone, None where there are none. `agreed` are the due
    dates that were agreed, `NEVER` for rows without one, whose clocks no pause stops; `carried` is what was used up of
    targets before. Both are None where no row has any.
    """

    tickets: Tickets
    terms: RowTerms
    pauses: PauseColumns | None
    start: Ints | None
    done: Ints | None
    cancelled: Ints | None
    doubtful: Bools | None
    agreed: Ints | None = None
    carried: Carried | None = None

    def by_calendar(self) -> Iterator[Ints | None]:
        """The rows whose clocks run on one calendar, calendar by calendar; None where it is one for all."""
        several = len(self.terms.calendars) > 1
        used = np.flatnonzero(np.bincount(self.terms.calendar_of)) if several else ()
        if len(used) < 2:
            yield None
        else:
            yield from (np.flatnonzero(self.terms.calendar_of == number) for number in used)

    def asked_alone(self, rows: Bools | None) -> TicketsAsOf:
        """The same, of which some rows more are asked alone."""
        return replace(self, doubtful=any_of(self.doubtful, rows))

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
            None if self.agreed is None else self.agreed[rows],
            None if self.carried is None else self.carried.of(rows),
        )


def tickets_as_of(
    tickets: Tickets, policy: Policy, asked: Asked, cycles: FoldedCycles | None, *, fits: bool = True
) -> TicketsAsOf:
    """What held for tickets under one policy; where no policy of their book `fits`, it only lends its calendar.

    `cycles` are theirs where arrays tell them.
    """
    rule = policy.measure(asked.measure)
    if is_one_clock(asked.measure, rule):
        known = as_of(tickets, asked, restarts=fits and policy.rules.reopening == "restart")
        return _under(policy, asked, fits, tickets, tickets, known)
    if cycles is not None:
        judged = last_cycles(tickets, cycles.cycles, asked.at)
        whole = cycles_as_of(tickets, policy, asked, judged, fits=fits)
        return replace(whole, doubtful=any_of(whole.doubtful, cycles.alone))
    every = np.ones(tickets.count, bool)
    return _with(tickets, no_terms(tickets, policy, np.full(tickets.count, asked.at)), None, None, every)


def cycles_as_of(tickets: Tickets, policy: Policy, asked: Asked, judged: Judged, *, fits: bool = True) -> TicketsAsOf:
    """What held for one cycle of each ticket under one policy, if it `fits`."""
    some, known = as_of_cycles(tickets, judged, asked.at)
    known.doubtful[:] |= wrong_tickets(tickets)
    due = tickets.due_as_agreed(asked.measure)
    if due is not None:  # of a measure of many cycles that is an error
        known.doubtful[due != NEVER] = True
    whole = _under(policy, asked, fits, tickets, some, known)
    return replace(whole, terms=whole.terms.not_started(~judged.begun))


def _under(  # noqa: PLR0917 - what is asked, and of what
    policy: Policy, asked: Asked, fits: bool, tickets: Tickets, some: Tickets, known: AsOf | None
) -> TicketsAsOf:
    """The tickets with the terms that hold for `some`: themselves, or what they are as of their cycles."""
    alone = tickets.wrongly_agreed
    read_by = known_by(policy, asked.known, fits=fits)
    if not fits:
        alone = any_of(alone, backward_pauses(tickets))
        terms = no_terms(some, policy, np.full(tickets.count, asked.at) if known is None else known.learned)
        terms = terms if read_by is None else terms.as_known(read_by(*_start_and_seen(some, known, asked)))
        return _with(tickets, terms, None if known is None else known.pauses(None), known, alone)
    alone = any_of(alone, tickets.agreed_for_nothing(policy))
    agreed = tickets.agreed.get(asked.measure)
    cases = Cases(policy, asked.measure, agreed=agreed is not None)
    case = opening = cases.numbers(some.categories)
    last = None
    if known is not None and some.changes is not None:
        last = stretches_of(some, some.changes, cases, known.learned, asked.at)
        known.doubtful[last.rows[last.doubtful]] = True
        case, opening = case.copy(), case.copy()
        case[last.rows], opening[last.rows] = last.case, last.opening
    due = None
    if agreed is not None:
        number, due = agreed.numbers(tickets.count), agreed.due(tickets.count)
        if not policy.sets(asked.measure):
            alone = any_of(alone, number < 0)
        own = np.flatnonzero(number >= 0)
        of_policy, case = case, case.copy()
        case[own] = cases.with_agreed(case[own], opening[own], number[own], agreed.targets)
        last = None if last is None else last.without(case != of_policy)  # no change touches what was agreed
        if known is not None:
            known.start[:] = np.where(due == NEVER, known.start, tickets.opened)  # nor does a reopening a due date
    stopped_by, of_rows = cases.stopped_by(case)
    if last is not None and of_rows is not None and known is not None:
        known.doubtful[last.rows] = True  # each of their targets may have pauses of its own
    pauses, unlisted = stopping_pauses(tickets, policy, stopped_by, of_rows)
    if known is not None:
        pauses = known.pauses(pauses)
    alone = any_of(alone, unlisted)
    carried = None
    if known is None:
        terms = terms_of(some, cases, case)
    elif last is None:
        terms = terms_of(some, cases, case).without(known.cancelled != NEVER)
    else:
        terms, carried = _judged_by(InForce(some, cases, known, pauses, read_by), case, last)
    if read_by is not None:
        start, seen = _start_and_seen(some, known, asked)
        by = read_by(start, seen)
        terms = terms.as_known(by)
        alone = any_of(alone, _breach_undone(policy, some.opened, seen) if by is seen else None)
    if known is not None and known.after_due is not None:
        _doubt_days_after_due(known, terms, last)
    due = None if due is None or (due == NEVER).all() else due
    return replace(_with(tickets, terms, pauses, known, alone), agreed=due, carried=carried)


def _doubt_days_after_due(known: AsOf, terms: RowTerms, last: Stretches | None) -> None:
    """Doubt the cycles that start at a due date whose days count from the day of that, and those with changes."""
    assert known.after_due is not None
    known.doubtful[known.after_due & terms.by_day_of_arrival] = True
    if last is not None:
        known.doubtful[last.rows] |= known.after_due[last.rows]


def _breach_undone(policy: Policy, opened: Ints, seen: Ints) -> Bools | None:
    """The rows of which a breach may stand that what became known later would undo."""
    if policy.rules.breach != "stands":
        return None
    before, after = (np.searchsorted(policy.announced_at, at, "right") for at in (opened, seen))
    undone: Bools = before < after
    return undone


def known_by(policy: Policy, known: KnownLike | None, *, fits: bool = True) -> KnownBy | None:
    """By what was known calendars are read; None where they tell the same at all times."""
    if not policy.announced_at:
        return None
    knowledge = knowledge_of(given_known(known, policy, fits=fits))
    at = knowledge.at
    if knowledge.of == "opening":
        return lambda start, seen: start
    return (lambda start, seen: seen) if at is None else (lambda start, seen: np.full(len(seen), at))


def _start_and_seen(some: Tickets, known: AsOf | None, asked: Asked) -> tuple[Ints, Ints]:
    """Where the clocks of tickets start, and the instants to judge by."""
    if known is not None:
        return known.start, known.seen
    done = done_by({name: some.micros(name) for name in some.instants}, some.count, asked.at, asked.measure)
    return some.opened, np.where(done == NEVER, asked.at, done)


def _with(
    tickets: Tickets, terms: RowTerms, pauses: PauseColumns | None, known: AsOf | None, alone: Bools | None
) -> TicketsAsOf:
    if known is None:
        return TicketsAsOf(tickets, terms, pauses, None, None, None, alone)
    alone = any_of(alone, known.doubtful)
    return TicketsAsOf(tickets, terms, pauses, known.start, known.done, known.cancelled, alone)


def _judged_by(in_force: InForce, case: Ints, last: Stretches) -> tuple[RowTerms, Carried | None]:
    """The terms by which tickets with changes are judged, and what is carried on to them.

    What is known of the tickets learns where their clocks start.
    """
    tickets, cases, known = in_force.tickets, in_force.cases, in_force.known
    cancelled, rules = known.cancelled != NEVER, cases.policy.rules
    terms = terms_of(tickets, cases, case).without(cancelled)
    has_target = terms.has_target
    afresh = (last.since > known.start[last.rows]) & has_target[last.rows] & ~last.first
    counts = rules.breach == "stands" or rules.priority_change == "carry"
    undecided = (has_target | terms.untargeted) & ~known.doubtful
    undecided = undecided if known.begun is None else undecided & known.begun
    before = in_force.before(last.earlier if counts else (), undecided)
    known.doubtful[before.doubtful] = True
    if before.carried is not None:
        standing = np.zeros(tickets.count, bool)
        standing[before.rows] = True
        before.carried.forget(last.rows[(last.first | ~has_target[last.rows]) & ~standing[last.rows]])
    if rules.priority_change != "from-opening":
        known.start[last.rows[afresh]] = last.since[afresh]
    if not len(before.rows):
        return terms, before.carried
    known.start[before.rows] = before.start
    case[before.rows] = before.case
    judged = terms_of(tickets, cases, case).without(cancelled)
    return judged._replace(kind=terms.kind, priority=terms.priority), before.carried  # these are of today
