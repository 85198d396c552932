"""The facts of a report: a row for each ticket, each item of a service standard, each hold and each breach."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from fractions import Fraction
from typing import Literal, NamedTuple

import numpy as np

from slaclock.clock.targets import Target
from slaclock.columns.as_of import by_policy
from slaclock.columns.categories import Categories
from slaclock.columns.periods import number_in, periods_over
from slaclock.columns.piecewise import NEVER, Bools, Ints
from slaclock.columns.zones import ZoneTable
from slaclock.errors import OutOfRangeError, PolicyError
from slaclock.figures.report_figures import By
from slaclock.policy.book import PolicyBook, main_policy, policies_of
from slaclock.policy.measures import MEASURES, Measure
from slaclock.policy.policy import Policy
from slaclock.policy.standards import Standard
from slaclock.policy.subscription_years import PeriodLength
from slaclock.temporal.instants import DAY, HOUR, duration_micros, from_micros, to_micros
from slaclock.tickets.assessment import STATES
from slaclock.tickets.tickets import Ticket

from .sources import Floats, Holds, Items, Stands

Subject = Literal["ticket", "standard", "held", "breach", "later"]
HELD = ("held", "within", "beyond")
"""What a hold comes to: without a target, within it, beyond it."""
_HOURS = tuple(str(number) for number in range(7 * 24))
_DAYS_ERROR = 1e-9
_BREACHED = STATES.index("breached")
_DECIDED = [STATES.index("met"), _BREACHED]
_OUTSIDE = [STATES.index("excluded"), STATES.index("not-covered")]


class Question(NamedTuple):
    """The instant to judge by, how periods go and how long they are, what is judged, and how many of the worst."""

    at: int
    by: By
    length: PeriodLength
    measure: Measure
    worst: int

    @classmethod
    def of(cls, at: datetime, *, by: By, length: PeriodLength, measure: Measure, worst: int) -> Question:
        """The question, or an error for what cannot be asked."""
        if by not in ("opened", "due", "resolved"):
            raise PolicyError(f"periods cannot go by {by!r}", "use opened, due or resolved")
        if measure not in MEASURES:
            raise PolicyError(f"{measure!r} is no measure", "use respond or resolve")
        if worst < 0:
            raise PolicyError(f"{worst} worst tickets cannot be shown", "give 0 or more")
        return cls(to_micros(at), by, length, measure, worst)


class Facts(NamedTuple):
    """Rows about one subject, `name` being that of the standard or of the reason that held.

    `period` is the start of the period that each lies in, `NEVER` in none; `hours` and `days` are service time, `NEVER`
    and NaN where there is none that counts. The `state` of a hold is one of `HELD`, of a breach the hour of the week.
    """

    subject: Subject
    name: str
    period: Ints
    kind: Categories
    priority: Categories
    state: Categories
    hours: Ints
    days: Floats


class Miss(NamedTuple):
    """A ticket that missed its target; the worst have the least left, which is less than nothing."""

    left: int
    due: int
    id: str
    ticket: Ticket


class Inquiry:
    """Finds the facts about any number of items; made once, since a policy is made anew for each standard."""

    def __init__(self, policy: Policy | PolicyBook, question: Question) -> None:
        self.policy, self.question = policy, question
        self._policies = policies_of(policy)
        self._main = main_policy(policy)
        # An unknown length of period is said here, and not by one of an engine's workers.
        self._main.year(from_micros(question.at, self._main.calendar.zone)).split_into(question.length)
        self._standards = {name: (standard, self._under(standard)) for name, standard in standards_of(policy).items()}
        targeted = {kind for each in self._policies for kind in each.targets}
        self._apart = {standard.kind for standard, _ in self._standards.values()} - targeted

    def facts(self, items: Items) -> tuple[list[Facts], list[Miss]]:
        """All facts about some items, and the worst misses among them."""
        at, _, _, measure, worst = self.question
        known = np.flatnonzero(items.opened <= at)
        # What only a standard speaks of, such as calls, is not among the tickets.
        apart = np.array([word in self._apart for word in items.kind.names] + [False])
        rows = known[~apart[items.kind.codes[known]]]
        stands = items.stand(rows, self.policy, at, measure)
        found = [
            self._tickets(items, rows, stands),
            *(self._measured(items, name, known) for name in self._standards),
            *self._held(items, rows, stands),
            self._breaches(stands),
            _bare("later", np.zeros(items.count - len(known), np.int64), ("later",)),
        ]
        return [facts for facts in found if len(facts.hours)], _worst(items, rows, stands, worst)

    def _tickets(self, items: Items, rows: Ints, stands: Stands) -> Facts:
        done = np.isin(stands.state, _DECIDED) & (stands.done != NEVER)
        return Facts(
            "ticket",
            "",
            self._periods(items, rows, stands),
            items.kind.take(rows),
            stands.priority,
            Categories(stands.state.astype(np.int64), STATES),
            np.where(done, stands.elapsed, NEVER),
            np.where(done, stands.days, np.nan),
        )

    def _measured(self, items: Items, name: str, known: Ints) -> Facts:
        """The items of a standard as they stand by its own target, or abandoned unanswered."""
        standard, policy = self._standards[name]
        rows = known[items.kind.codes[known] == items.kind.number(standard.kind)]
        stands = items.stand(rows, policy, self.question.at, standard.measure)
        gave_up = items.abandoned[rows]
        abandoned = (gave_up <= self.question.at) & (gave_up != NEVER)
        abandoned &= (stands.done == NEVER) | (stands.done > gave_up)
        abandoned &= ~np.isin(stands.state, _OUTSIDE)
        state = np.where(abandoned, len(STATES), stands.state)
        return _bare("standard", state, (*STATES, "abandoned"), name)._replace(
            period=self._periods(items, rows, stands)
        )

    def _held(self, items: Items, rows: Ints, stands: Stands) -> Iterator[Facts]:
        """The third-party clock: for how long each reason held the tickets, up to when they were done, or now."""
        inside = ~np.isin(stands.state, _OUTSIDE)
        rows, done = rows[inside], stands.done[inside]
        seen = np.where(done == NEVER, self.question.at, done)
        for reason in reasons_of(self.policy):
            holds = items.holds(rows, self.policy, seen, reason)
            held = holds.held
            state = np.zeros(len(rows), np.int64)
            for policy, part in by_policy(items.opened[rows], self.policy):
                target = policy.underpinning.get(reason)
                if target is not None:
                    some = Holds(held[part], holds.hours[part], holds.days[part])
                    state[part] = np.where(_longer(some, target, policy), HELD.index("beyond"), HELD.index("within"))
            facts = _bare("held", state[held], HELD, reason)
            yield facts._replace(hours=holds.hours[held], days=holds.days[held])

    def _breaches(self, stands: Stands) -> Facts:
        """Breaches by the weekday and hour at which they were due, on the wall clock of the policy's zone."""
        due = stands.due[(stands.state == _BREACHED) & (stands.due != NEVER)]
        hour = due
        if len(due):
            wall = ZoneTable(self._main.calendar.zone, int(due.min()), int(due.max())).to_wall(due)
            weekday = (wall // DAY + 3) % 7  # 1 January 1970 was a Thursday
            hour = weekday * 24 + wall % DAY // HOUR
        return _bare("breach", hour, _HOURS)

    def _periods(self, items: Items, rows: Ints, stands: Stands) -> Ints:
        """The start of the period that each item belongs to."""
        dates = {"opened": items.opened[rows], "due": stands.due, "resolved": stands.done}[self.question.by]
        try:
            periods = periods_over(dates, self._main, self.question.length)
        except OutOfRangeError:
            raise PolicyError("an item lies in the year 9999, which has no next", "correct its instants") from None
        starts = np.array([*(to_micros(period.start) for period in periods), NEVER])
        return starts[number_in(periods, dates)]

    def _under(self, standard: Standard) -> Policy | PolicyBook:
        """The policy, or each of the book's, with the standard's target."""
        changed = [policy.under(standard) for policy in self._policies]
        return changed[0] if isinstance(self.policy, Policy) else PolicyBook(changed)


def standards_of(policy: Policy | PolicyBook) -> Mapping[str, Standard]:
    """The service standards, the later policy's where two have the same name."""
    return {name: standard for each in policies_of(policy) for name, standard in each.standards.items()}


def reasons_of(policy: Policy | PolicyBook) -> list[str]:
    """The pause reasons that are listed, in the order in which they first are."""
    return list(dict.fromkeys(reason for each in policies_of(policy) for reason in each.pauses))


def _bare(subject: Subject, state: Ints, states: tuple[str, ...], name: str = "") -> Facts:
    """Facts of which the state is all that is known."""
    size = len(state)
    nothing, never = Categories(np.full(size, -1), ()), np.full(size, NEVER)
    return Facts(subject, name, never, nothing, nothing, Categories(state, states), never, np.full(size, np.nan))


def _worst(items: Items, rows: Ints, stands: Stands, most: int) -> list[Miss]:
    """The breached tickets that are late by most on the service clock, then by the wall clock, then by their ids."""
    late = np.flatnonzero(stands.state == _BREACHED)
    left, due = stands.remaining[late], stands.due[late]
    order = np.lexsort((due, left))
    if len(order) > most > 0:  # the worst, and whatever is as bad as the last of them
        last = order[most - 1]
        order = order[: most + int(np.sum((left == left[last]) & (due == due[last])))]
    numbers = rows[late[order]]
    keys = zip(left[order].tolist(), due[order].tolist(), items.ids(numbers), numbers.tolist(), strict=True)
    return [Miss(remaining, at, name, items.ticket(row)) for remaining, at, name, row in sorted(keys)[:most]]


def _longer(holds: Holds, target: Target, policy: Policy) -> Bools:
    """Which holds miss the target: hours on the hours clock, days on the days clock, or of a fixed length."""
    length = policy.calendar.rules.day_length
    lengths, limit = holds.hours, Fraction(target.high)
    if target.unit == "days":
        if length is None:
            above = holds.days - float(limit)  # numbers, so that what lies within their error is the limit itself
            found: Bools = above > (-_DAYS_ERROR if target.strict else _DAYS_ERROR)
            return found
        limit *= duration_micros(length)
    whole = limit.numerator // limit.denominator  # a whole length is above the limit where it is above its whole part
    met: Bools = lengths < limit.numerator if target.strict and limit.denominator == 1 else lengths <= whole
    return ~met
