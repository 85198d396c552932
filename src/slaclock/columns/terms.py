"""What a policy says of many tickets: the target of each, or that it has none; each distinct case is looked up once."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from slaclock.calendar.base import Calendar
from slaclock.clock.targets import Target
from slaclock.errors import SlaClockError
from slaclock.policy import terms as scalar
from slaclock.policy.calendars import MAIN
from slaclock.policy.measures import Measure
from slaclock.policy.policy import Policy
from slaclock.tickets.states import STATES

from .categories import Categories, combined
from .piecewise import Bools, Ints
from .targets import MISSING, UNKNOWN, RowTargets
from .tickets import CATEGORIES, Tickets
from .zones import local_dates


class RowTerms(NamedTuple):
    """The rows' targets, missing where there is none, and the number of the state of these rows; their priorities.

    `calendars` are those on which their clocks run, and `calendar_of` the number of each row's.
    """

    targets: RowTargets
    states: NDArray[np.int8]
    priority: Categories
    calendars: tuple[Calendar, ...]
    calendar_of: Ints

    def of(self, rows: Ints) -> RowTerms:
        """The terms of some rows, whose calendar is one."""
        codes = self.targets.codes
        assert codes is not None  # `terms_of` gives them
        targets = RowTargets(self.targets.distinct, codes[rows])
        number = self.calendar_of[rows[0]]
        one = (self.calendars[number],)
        return RowTerms(targets, self.states[rows], self.priority.take(rows), one, np.zeros(len(rows), np.int64))

    def without(self, cancelled: Bools) -> RowTerms:
        """The terms where some tickets are cancelled: no target, but for what is outside the service anyway."""
        codes = self.targets.codes
        if codes is None or not cancelled.any():
            return self
        chosen = cancelled & (codes != UNKNOWN)
        kept = np.isin(self.states, [STATES.index("not-covered"), STATES.index("excluded")])
        states = np.where(chosen & ~kept, STATES.index("cancelled"), self.states).astype(np.int8)
        targets = RowTargets(self.targets.distinct, np.where(chosen, MISSING, codes))
        return self._replace(targets=targets, states=states)


def terms_of(tickets: Tickets, policy: Policy, measure: Measure) -> RowTerms:
    """What holds for each ticket; a case of which the policy says nothing makes a row one that is asked alone."""
    names = [name for name in CATEGORIES if name in tickets.categories]
    codes, cases = combined([tickets.categories[name] for name in names])
    distinct: dict[Target, int] = {}
    priorities: dict[str, int] = {}
    code_of, state_of = np.full(len(cases), UNKNOWN), np.full(len(cases), -1, np.int8)
    priority_of = np.full(len(cases), -1)
    calendars: dict[str, int] = {MAIN: 0}
    calendar_of = np.zeros(len(cases), np.int64)
    for number, values in enumerate(cases):
        case: dict[str, Any] = dict(zip(names, values, strict=True))
        kind = case.pop("kind")
        if kind is None:
            continue
        try:
            terms = scalar.terms_of(policy, scalar.Case(kind, **case), measure)
        except SlaClockError:
            continue  # the row, asked alone, says what is wrong
        calendar_of[number] = calendars.setdefault(terms.calendar_name, len(calendars))
        if terms.priority is not None:
            priority_of[number] = priorities.setdefault(terms.priority, len(priorities))
        if terms.target is not None:
            code_of[number] = distinct.setdefault(terms.target, len(distinct))
        elif terms.outside is not None:
            code_of[number], state_of[number] = MISSING, STATES.index(terms.outside)
    of_rows, states = code_of[codes], state_of[codes]
    outside = ~_covered(tickets, policy) & (of_rows != UNKNOWN)
    of_rows[outside], states[outside] = MISSING, STATES.index("not-covered")
    priority = Categories(priority_of[codes], tuple(priorities))
    targets = RowTargets(list(distinct), of_rows)
    return RowTerms(targets, states, priority, tuple(map(policy.calendar_named, calendars)), calendar_of[codes])


def no_terms(tickets: Tickets, policy: Policy) -> RowTerms:
    """The terms of tickets that no policy is for: not covered, with a policy's calendar."""
    rows = np.zeros(tickets.count, np.int64)
    states = np.full(tickets.count, STATES.index("not-covered"), np.int8)
    # A ticket is always of some kind; asked alone one that is not says so.
    targets = RowTargets([], np.where(tickets.categories["kind"].codes < 0, UNKNOWN, MISSING))
    priority = tickets.categories.get("priority", Categories(rows - 1, ()))
    return RowTerms(targets, states, priority, (policy.calendar,), rows)


def _covered(tickets: Tickets, policy: Policy) -> Bools:
    """The tickets that opened on a date of the subscription."""
    if not policy.coverage:
        return np.ones(tickets.count, bool)
    dates = local_dates(tickets.opened, policy.calendar.zone)
    covered = np.zeros(tickets.count, bool)
    for period in policy.coverage:
        covered |= (dates >= period.first.toordinal()) & (dates <= period.last.toordinal())
    return covered
