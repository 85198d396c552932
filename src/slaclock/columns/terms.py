"""What a policy says of many tickets: the target of each, or that it has none; each distinct case is looked up once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from slaclock.calendar.base import Calendar
from slaclock.clock.day_rules import names_moment
from slaclock.clock.targets import Target
from slaclock.errors import SlaClockError
from slaclock.policy import terms as scalar
from slaclock.policy.calendars import MAIN
from slaclock.policy.measures import Measure
from slaclock.policy.policy import Policy
from slaclock.tickets.as_of import agreed_terms
from slaclock.tickets.states import STATES

from .categories import Categories, combined
from .known_calendars import known_calendars
from .piecewise import Bools, Ints
from .targets import MISSING, UNKNOWN, RowTargets
from .tickets import CATEGORIES, Tickets
from .zones import local_dates


class RowTerms(NamedTuple):
    """The rows' targets, missing where there is none, and the number of the state of these rows; their kinds and
    priorities, those in force.

    `calendars` are those on which their clocks run, and `calendar_of` the number of each row's.
    """

    targets: RowTargets
    states: NDArray[np.int8]
    kind: Categories
    priority: Categories
    calendars: tuple[Calendar, ...]
    calendar_of: Ints

    @property
    def untargeted(self) -> Bools:
        """The rows of which the policy says that they have no target, without being outside the service."""
        untargeted: Bools = self.states == STATES.index("no-target")
        return untargeted

    @property
    def has_target(self) -> Bools:
        """The rows that have a target."""
        has_target: Bools = np.asarray(self.targets.codes) >= 0
        return has_target

    @property
    def by_day_of_arrival(self) -> Bools:
        """The rows whose targets look at the day on which something arrives, or at the time of the day."""
        distinct, codes = self.targets.distinct, self.targets.codes
        looks = [
            [
                target.unit == "days" and (calendar.rules.cutoff is not None or names_moment(calendar.rules, target))
                for target in distinct
            ]
            + [False]  # of rows without a target
            for calendar in self.calendars
        ]
        by_day: Bools = np.array(looks)[self.calendar_of, np.maximum(np.asarray(codes), -1)]
        return by_day

    def of(self, rows: Ints) -> RowTerms:
        """The terms of some rows, whose calendar is one."""
        codes = self.targets.codes
        assert codes is not None  # `terms_of` gives them
        targets = RowTargets(self.targets.distinct, codes[rows])
        number = self.calendar_of[rows[0]]
        one = (self.calendars[number],)
        words = self.kind.take(rows), self.priority.take(rows)
        return RowTerms(targets, self.states[rows], *words, one, np.zeros(len(rows), np.int64))

    def as_known(self, at: Ints) -> RowTerms:
        """The terms with the calendar of each row by what was known at an instant of its own."""
        calendars: list[Calendar] = []
        calendar_of = np.zeros(len(self.calendar_of), np.int64)
        for number in np.unique(self.calendar_of).tolist():
            rows = np.flatnonzero(self.calendar_of == number)
            for calendar, places in known_calendars(self.calendars[number], at[rows]):
                calendar_of[rows[places]] = len(calendars)
                calendars.append(calendar)
        return self._replace(calendars=tuple(calendars) or self.calendars, calendar_of=calendar_of)

    def not_started(self, rows: Bools) -> RowTerms:
        """The terms where the measure of some rows has not begun: those of them with a target are not judged by it."""
        codes, chosen = self.targets.codes, rows & self.has_target
        if codes is None or not chosen.any():
            return self
        states = np.where(chosen, STATES.index("not-started"), self.states).astype(np.int8)
        targets = RowTargets(self.targets.distinct, np.where(chosen, MISSING, codes))
        return self._replace(targets=targets, states=states)

    def without(self, cancelled: Bools) -> RowTerms:
        """The terms where some tickets are cancelled: no target, but for what is outside the service anyway."""
        codes = self.targets.codes
        if codes is None or not cancelled.any():
            return self
        chosen = cancelled & (codes != UNKNOWN)
        outside = np.isin(self.states, [STATES.index("not-covered"), STATES.index("excluded")])
        states = np.where(chosen & ~outside, STATES.index("cancelled"), self.states).astype(np.int8)
        targets = RowTargets(self.targets.distinct, np.where(chosen, MISSING, codes))
        return self._replace(targets=targets, states=states)


class Cases:
    """The distinct cases of a policy's tickets, each looked up once, and what it says of them.

    Where targets may be `agreed` for tickets alone, the policy need not set the measure.
    """

    def __init__(self, policy: Policy, measure: Measure, *, agreed: bool = False) -> None:
        self.policy: Policy = policy
        self._measure: Measure = measure
        self._agreed = agreed
        self.terms: list[scalar.Terms | None] = []
        self._numbers: dict[scalar.Case, int] = {}

    def numbers(self, columns: Mapping[str, Categories]) -> Ints:
        """The number of each row's case; the terms of one of which the policy says nothing are None."""
        names = [name for name in CATEGORIES if name in columns]
        codes, cases = combined([columns[name] for name in names])
        numbers = [self._number(scalar.Case(**dict(zip(names, case, strict=True)))) for case in cases]  # type: ignore[arg-type]
        return np.array(numbers, np.int64)[codes]

    def table(self, value: Callable[[scalar.Terms], int], unknown: int) -> Ints:
        """A number for each case, by its terms."""
        return np.array([unknown if terms is None else value(terms) for terms in self.terms] or [unknown], np.int64)

    def stopped_by(self, case: Ints) -> tuple[list[tuple[str, ...]], Ints | None]:
        """The lists of reasons that stop the rows' clocks, and the number of each row's where they are several."""
        lists: dict[tuple[str, ...], int] = {}
        of_cases = self.table(lambda terms: lists.setdefault(terms.stopped_by, len(lists)), 0)
        return list(lists) or [()], of_cases[case] if len(lists) > 1 else None

    def with_agreed(self, case: Ints, opening: Ints, target: Ints, targets: Sequence[Target | None]) -> Ints:
        """The numbers of cases that have agreed targets, by their numbers, in the policy's place.

        They keep the calendar of the case at the `opening`. What is excluded, or unknown, stays as it is.
        """
        count = len(self.terms)
        keys, number = np.unique((target * count + case) * count + opening, return_inverse=True)
        numbers = []
        for key in keys.tolist():
            rest, at_opening = divmod(key, count)
            which, now = divmod(rest, count)
            terms, opened = self.terms[now], self.terms[at_opening]
            if terms is not None and opened is not None and terms.outside != "excluded":
                now = len(self.terms)
                self.terms.append(agreed_terms(terms, targets[which], opened))
            numbers.append(now)
        return np.array(numbers, np.int64)[number]

    def _number(self, case: scalar.Case) -> int:
        case = case._replace(agreed=self._agreed)
        number = self._numbers.get(case)
        if number is None:
            number = self._numbers[case] = len(self.terms)
            try:
                self.terms.append(scalar.terms_of(self.policy, case, self._measure))
            except SlaClockError:
                self.terms.append(None)  # the row, asked alone, says what is wrong
        return number


def terms_of(tickets: Tickets, cases: Cases, numbers: Ints) -> RowTerms:
    """What holds for each ticket, whose case has a number; a row of which there is nothing to say is asked alone."""
    policy = cases.policy
    distinct: dict[Target, int] = {}
    kinds: dict[str, int] = {}
    priorities: dict[str, int] = {}
    calendars = {MAIN: 0}

    def target(terms: scalar.Terms) -> int:
        return MISSING if terms.target is None else distinct.setdefault(terms.target, len(distinct))

    of_rows = cases.table(target, UNKNOWN)[numbers]
    states = cases.table(lambda terms: -1 if terms.outside is None else STATES.index(terms.outside), -1)[numbers]
    outside = ~_covered(tickets, policy) & (of_rows != UNKNOWN)
    of_rows[outside], states[outside] = MISSING, STATES.index("not-covered")
    kind = cases.table(lambda terms: kinds.setdefault(terms.kind, len(kinds)), -1)
    priority = cases.table(lambda terms: _numbered(priorities, terms.priority), -1)
    calendar_of = cases.table(lambda terms: calendars.setdefault(terms.calendar_name, len(calendars)), 0)
    return RowTerms(
        RowTargets(list(distinct), of_rows),
        states.astype(np.int8),
        Categories(kind[numbers], tuple(kinds)),
        Categories(priority[numbers], tuple(priorities)),
        tuple(map(policy.calendar_named, calendars)),
        calendar_of[numbers],
    )


def _numbered(numbers: dict[str, int], name: str | None) -> int:
    return -1 if name is None else numbers.setdefault(name, len(numbers))


def no_terms(tickets: Tickets, policy: Policy, learned: Ints) -> RowTerms:
    """The terms of tickets that no policy is for: not covered, with a policy's calendar and their own words.

    Of their changes those are known that had come by the instants `learned`.
    """
    rows = np.zeros(tickets.count, np.int64)
    states = np.full(tickets.count, STATES.index("not-covered"), np.int8)
    # A ticket is always of some kind; asked alone one that is not says so.
    targets = RowTargets([], np.where(tickets.categories["kind"].codes < 0, UNKNOWN, MISSING))
    kind, priority = (tickets.categories.get(name, Categories(rows - 1, ())) for name in ("kind", "priority"))
    if tickets.changes is not None:
        known = tickets.changes.at <= learned[tickets.changes.row]
        kind = tickets.changes.applied(kind, "kind", known)
        priority = tickets.changes.applied(priority, "priority", known)
    return RowTerms(targets, states, kind, priority, (policy.calendar,), rows)


def _covered(tickets: Tickets, policy: Policy) -> Bools:
    """The tickets that opened on a date of the subscription."""
    if not policy.coverage:
        return np.ones(tickets.count, bool)
    opened = tickets.opened if tickets.since is None else tickets.since
    dates = local_dates(opened, policy.calendar.zone)
    covered = np.zeros(tickets.count, bool)
    for period in policy.coverage:
        covered |= (dates >= period.first.toordinal()) & (dates <= period.last.toordinal())
    return covered
