"""The assessment of a ticket as of an instant: its state, its due date, what has run and what is left."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from functools import cached_property
from typing import Literal

from slaclock.calendar.base import backward
from slaclock.clock.budgets import Budget, budget_of
from slaclock.clock.deadlines import late, left_at, left_until
from slaclock.clock.pauses import FOREVER, counted
from slaclock.clock.targets import Target
from slaclock.errors import PolicyError
from slaclock.formats.tables import instant_text
from slaclock.policy.book import PolicyBook
from slaclock.policy.measures import MEASURES, Measure
from slaclock.policy.policy import Policy
from slaclock.temporal import intervals
from slaclock.temporal.durations import short_text
from slaclock.temporal.instants import duration_micros, from_micros, to_micros
from slaclock.temporal.intervals import Run

from .as_of import TicketView, view
from .ledger import Ledger, rows_between
from .tickets import Ticket

State = Literal["running", "paused", "met", "breached", "excluded", "not-covered"]
STATES: tuple[State, ...] = ("breached", "paused", "running", "met", "excluded", "not-covered")
MILESTONES = (50, 75, 90)


@dataclass(frozen=True, slots=True)
class Milestone:
    """When so many percent of the target are used up: the instant, or None while an open pause holds it."""

    percent: int
    at: datetime | None
    reached: bool


@dataclass(frozen=True)
class Assessment:
    """How one measure of a ticket stands as of an instant; made by `assess`.

    `state` is running, paused, met, breached, excluded or not-covered. Where there is no target (the last two),
    `due`, `remaining`, `consumed` and `expected_from` are None. Everything but the state is worked out when it is
    asked for.
    """

    ticket: Ticket
    policy: Policy
    measure: Measure
    at: datetime
    state: State
    target: Target | None
    _view: TicketView
    _pauses: Run
    _budget: Budget | None = field(default=None)
    _due: int | None = field(default=None)

    @property
    def ticket_id(self) -> str:
        """The ticket's id."""
        return self.ticket.id

    @property
    def priority(self) -> str | None:
        """The priority in force."""
        return self._view.priority

    @property
    def started(self) -> datetime:
        """Where the clock starts: the opening, or a later restart."""
        return self._local(self._view.start)

    @property
    def done(self) -> datetime | None:
        """When the work was done, if it was."""
        return None if self._view.done is None else self._local(self._view.done)

    @property
    def due(self) -> datetime | None:
        """The deadline; None while an open pause holds it."""
        return None if self._due is None else self._local(self._due)

    @cached_property
    def expected_from(self) -> datetime | None:
        """The earliest instant of a window such as 3-5 days; None without one, or while an open pause holds it."""
        if self.target is None or self.target.low is None:
            return None
        start = budget_of(self.policy.calendar, self.target, self._view.start, self.target.low).due(self._pauses)
        return None if start is None else self._local(start)

    @cached_property
    def elapsed(self) -> timedelta:
        """The service hours that have run, by the wall clock for a wall target; for done work, until it was done."""
        if self._budget is not None and isinstance(self._budget.amount, int):
            return timedelta(microseconds=self._budget.used(self._view.seen, self._pauses))
        hours = self.policy.calendar.timetable.hours
        return timedelta(microseconds=counted(hours, self._view.start, self._view.seen, self._pauses))

    @cached_property
    def elapsed_days(self) -> Fraction:
        """The service days that have run."""
        days = self.policy.calendar.timetable.days
        return Fraction(counted(days, self._view.start, self._view.seen, self._pauses))

    @cached_property
    def remaining(self) -> timedelta | None:
        """The open time to the due date that would hold if every open pause ended now; negative once overdue."""
        if self._budget is None or self.target is None:
            return None
        calendar, seen = self.policy.calendar, self._view.seen
        if self._due is not None:  # it stands whether or not open pauses end now
            return timedelta(microseconds=left_until(self._due, self.target, calendar, seen))
        return timedelta(microseconds=left_at(self._budget, self.target, calendar, seen, self._pauses))

    @cached_property
    def consumed(self) -> float | None:
        """The share of the target that is used up: 0.5 is half of it, more than 1 is too much."""
        if self._budget is None:
            return None
        if not self._budget.amount:
            return 1.0
        return float(Fraction(self._budget.used(self._view.seen, self._pauses)) / Fraction(self._budget.amount))

    @property
    def milestones(self) -> tuple[Milestone, ...]:
        """When 50, 75 and 90 percent of the target are, or will be, used up."""
        return self.milestones_at(*MILESTONES)

    def milestones_at(self, *percents: int) -> tuple[Milestone, ...]:
        """When so many percent of the target are, or will be, used up."""
        if self._budget is None:
            return ()
        found = []
        for percent in percents:
            at = self._budget.share(Fraction(percent, 100)).due(self._pauses)
            found.append(
                Milestone(percent, None if at is None else self._local(at), at is not None and at <= self._view.seen)
            )
        return tuple(found)

    @property
    def why(self) -> str:
        """The reason for a state that is not the clock's doing, else nothing."""
        if self.state == "excluded" and self.ticket.category is not None:
            return self.policy.exclusions[self.ticket.category]
        return "opened outside the subscription" if self.state == "not-covered" else ""

    def explain(self, to: Literal["due", "now"] = "due") -> Ledger:
        """The ledger from the start of the clock to the due date, or to now (`done`, or the instant assessed).

        While there is no due date it goes to now. The rows to now sum to `elapsed`.
        """
        seen = self._view.seen
        end = seen if to == "now" or self._due is None else self._due
        wall = self.target is not None and self.target.wall
        holds = self._view.holds
        rows = rows_between(self.policy.calendar, self._view.start, end, holds, marks=(seen,), wall=wall)
        return Ledger(self._title(), rows, self._verdict())

    def _repr_html_(self) -> str:
        return self.explain("now" if self.done is not None else "due").to_html()

    def _title(self) -> str:
        ticket = self.ticket
        what = " ".join(part for part in (ticket.kind, self.priority) if part)
        target = f"{self.measure} within {self.target}" if self.target is not None else self.measure
        if self.target is not None and self.target.strict:
            target = f"{self.measure} in {str(self.target).replace('<', 'less than')}"
        return f"{ticket.id}: {what}, {target}, from {instant_text(self.started)}"

    def _verdict(self) -> str:
        if self.state in ("excluded", "not-covered"):
            return f"{self.state}: {self.why}"
        due = f"due {instant_text(self.due)}" if self.due is not None else "no due date while it waits"
        done = (
            f"done {instant_text(self.done)}"
            if self.done is not None
            else f"as of {instant_text(self._local(self._view.seen))}"
        )
        assert self.remaining is not None
        left = duration_micros(self.remaining)
        rest = f"{short_text(left)} left" if left >= 0 else f"{short_text(-left)} late"
        return f"{self.state}: {due}; {done}, {rest}"

    def to_dict(self) -> dict[str, object]:
        """The answers as plain values: instants and durations as objects, in the order of a table."""
        return {
            "id": self.ticket.id,
            "kind": self.ticket.kind,
            "priority": self.priority,
            "measure": self.measure,
            "state": self.state,
            "due": self.due,
            "expected_from": self.expected_from,
            "elapsed": self.elapsed,
            "remaining": self.remaining,
            "consumed": self.consumed,
            "done": self.done,
        }

    def _local(self, micros: int) -> datetime:
        return from_micros(micros, self.policy.calendar.zone)


def assess(ticket: Ticket, policy: Policy | PolicyBook, *, at: datetime, measure: Measure = "resolve") -> Assessment:
    """How a measure of a ticket stands as of `at`, seeing only what had happened by then.

    A resolution, the end of a pause or a change of priority after `at` is not known yet. Work that was done is
    met or breached for good, unless the ticket is reopened.

    Raises `NegativeIntervalError` for a ticket that opened after `at`, `UnknownPriorityError` and
    `UnknownReasonError` for words that the policy does not have, and `PolicyError` where it sets no target.

    >>> from slaclock import Pause, Policy, Ticket
    >>> ticket = Ticket(id="T1", priority="P2", opened="2018-04-09T10:00+01:00", pauses=[
    ...     Pause(start="2018-04-09T15:00+01:00", end="2018-04-10T09:00+01:00", reason="third_party")])
    >>> now = datetime.fromisoformat("2018-04-10T09:30+01:00")
    >>> a = assess(ticket, Policy.example(), at=now)
    >>> a.state, str(a.due), str(a.elapsed), str(a.remaining)
    ('running', '2018-04-10 10:00:00+01:00', '5:30:00', '0:30:00')
    """
    if measure not in MEASURES:
        raise PolicyError(f"{measure!r} is no measure", "use respond or resolve")
    now = to_micros(at)
    if now < to_micros(ticket.opened):
        raise backward(ticket.opened, at).within(f"ticket {ticket.id} opened after the instant asked about")
    policy = policy.at(ticket.opened)
    seen = view(ticket, policy, now, measure)
    pauses = intervals.union((max(a, seen.start), b) for a, b, _ in seen.holds)
    outside: State | None = None
    if ticket.category is not None and ticket.category in policy.exclusions:
        outside = "excluded"
    elif not policy.covers(ticket.opened):
        outside = "not-covered"
    if outside is not None:
        return Assessment(ticket, policy, measure, at, outside, None, seen, pauses)
    target = policy.target(ticket.kind, seen.priority, measure)
    budget = budget_of(policy.calendar, target, seen.start)
    due = budget.due(pauses)
    state: State
    if late(target, seen.seen, due):
        state = "breached"
    elif seen.done is not None:
        state = "met"
    else:
        state = "paused" if pauses and pauses[-1][1] == FOREVER else "running"
    return Assessment(ticket, policy, measure, at, state, target, seen, pauses, budget, due)
