"""The facts of a report: a row for each ticket, each item of a service standard, each pause and each breach."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Literal, NamedTuple, get_args

import numpy as np

from slaclock.clock.targets import Target
from slaclock.columns.as_of import by_policy
from slaclock.columns.categories import Words
from slaclock.columns.periods import number_in, periods_over
from slaclock.columns.piecewise import NEVER, Bools, Ints
from slaclock.columns.zones import ZoneTable
from slaclock.errors import OutOfRangeError, PolicyError
from slaclock.policy.book import PolicyBook, main_policy, policies_of
from slaclock.policy.policy import Policy
from slaclock.policy.standards import Standard
from slaclock.temporal.instants import DAY, HOUR, duration_micros, to_micros
from slaclock.tickets.assessment import STATES
from slaclock.tickets.tickets import Ticket

from .options import ReportOptions
from .sources import Floats, Items, PauseLengths, Stands

Subject = Literal["ticket", "standard", "pause", "breach", "later"]
PauseState = Literal["no-target", "within", "beyond"]
"""What the pauses of a ticket for one reason come to: without a target, within it, beyond it."""
_PAUSE_STATES: tuple[PauseState, ...] = get_args(PauseState)
_WITHIN, _BEYOND = _PAUSE_STATES.index("within"), _PAUSE_STATES.index("beyond")
_HOURS = tuple(str(number) for number in range(7 * 24))
_DAYS_ERROR = 1e-9
_BREACHED = STATES.index("breached")
_DECIDED = [STATES.index("met"), _BREACHED]
_OUTSIDE = [STATES.index("excluded"), STATES.index("not-covered")]


class Facts(NamedTuple):
    """Rows about one subject, `name` being that of the standard or of the pauses' reason.

    `period` is the start of the period that each lies in, `NEVER` in none; `hours` and `days` are service time, `NEVER`
    and NaN where there is none that counts. The `state` of pauses is a `PauseState`, of a breach the hour of the week.
    """

    subject: Subject
    name: str
    period: Ints
    kind: Words
    priority: Words
    state: Words
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

    def __init__(self, policy: Policy | PolicyBook, options: ReportOptions) -> None:
        self.policy, self.options = policy, options
        self._at = options.at_micros
        self._policies = policies_of(policy)
        self._main = main_policy(policy)
        self._standards = {name: (standard, self._under(standard)) for name, standard in standards_of(policy).items()}
        targeted = {kind for each in self._policies for kind in each.targets}
        self._apart = {standard.kind for standard, _ in self._standards.values()} - targeted

    def facts(self, items: Items) -> tuple[list[Facts], list[Miss]]:
        """All facts about some items, and the worst misses among them."""
        known = np.flatnonzero(items.opened <= self._at)
        # What only a standard speaks of, such as calls, is not among the tickets.
        apart = np.array([word in self._apart for word in items.kind.words] + [False])
        rows = known[~apart[items.kind.codes[known]]]
        stands = items.stand(rows, self.policy, self._at, self.options.measure)
        found = [
            self._tickets(items, rows, stands),
            *(self._measured(items, name, known) for name in self._standards),
            *self._pauses(items, rows, stands),
            self._breaches(stands),
            _bare("later", np.zeros(items.count - len(known), np.int64), ("later",)),
        ]
        return [facts for facts in found if len(facts.hours)], _worst(items, rows, stands, self.options.worst)

    def _tickets(self, items: Items, rows: Ints, stands: Stands) -> Facts:
        done = np.isin(stands.state, _DECIDED) & (stands.done != NEVER)
        return Facts(
            "ticket",
            "",
            self._periods(items, rows, stands),
            items.kind.take(rows),
            stands.priority,
            Words(stands.state.astype(np.int64), STATES),
            np.where(done, stands.elapsed, NEVER),
            np.where(done, stands.days, np.nan),
        )

    def _measured(self, items: Items, name: str, known: Ints) -> Facts:
        """The items of a standard as they stand by its own target, or abandoned unanswered."""
        standard, policy = self._standards[name]
        rows = known[items.kind.codes[known] == items.kind.number(standard.kind)]
        stands = items.stand(rows, policy, self._at, standard.measure)
        gave_up = items.abandoned[rows]
        abandoned = (gave_up <= self._at) & (gave_up != NEVER)
        abandoned &= (stands.done == NEVER) | (stands.done > gave_up)
        abandoned &= ~np.isin(stands.state, _OUTSIDE)
        state = np.where(abandoned, len(STATES), stands.state)
        return _bare("standard", state, (*STATES, "abandoned"), name)._replace(
            period=self._periods(items, rows, stands)
        )

    def _pauses(self, items: Items, rows: Ints, stands: Stands) -> Iterator[Facts]:
        """The third-party clock: for how long each reason paused the tickets, up to when they were done, or now."""
        inside = ~np.isin(stands.state, _OUTSIDE)
        rows, done = rows[inside], stands.done[inside]
        seen = np.where(done == NEVER, self._at, done)
        for reason in reasons_of(self.policy):
            lengths = items.pause_lengths(rows, self.policy, seen, reason)
            paused = lengths.paused
            state = np.zeros(len(rows), np.int64)
            for policy, part in by_policy(items.opened[rows], self.policy):
                target = policy.underpinning.get(reason)
                if target is not None:
                    own = PauseLengths(paused[part], lengths.hours[part], lengths.days[part])
                    state[part] = np.where(_longer(own, target, policy), _BEYOND, _WITHIN)
            facts = _bare("pause", state[paused], _PAUSE_STATES, reason)
            yield facts._replace(hours=lengths.hours[paused], days=lengths.days[paused])

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
        dates = {"opened": items.opened[rows], "due": stands.due, "resolved": stands.done}[self.options.by]
        try:
            periods = periods_over(dates, self._main, self.options.period)
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
    nothing, never = Words(np.full(size, -1), ()), np.full(size, NEVER)
    return Facts(subject, name, never, nothing, nothing, Words(state, states), never, np.full(size, np.nan))


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


def _longer(lengths: PauseLengths, target: Target, policy: Policy) -> Bools:
    """Which lengths miss the target: hours on the hours clock, days on the days clock, or of a fixed length."""
    day, limit = policy.calendar.rules.day_length, Fraction(target.high)
    if target.unit == "days":
        if day is None:
            above = lengths.days - float(limit)  # numbers, so that what lies within their error is the limit itself
            beyond: Bools = above > (-_DAYS_ERROR if target.strict else _DAYS_ERROR)
            return beyond
        limit *= duration_micros(day)
    whole = limit.numerator // limit.denominator  # a whole length is above the limit where it is above its whole part
    strict = target.strict and limit.denominator == 1
    within: Bools = lengths.hours < limit.numerator if strict else lengths.hours <= whole
    return ~within
