"""The figures of a report as values, which everything that shows them reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import Literal

from slaclock.clock.targets import Target
from slaclock.formats.mappings import FrozenMapping
from slaclock.formats.models import Instant, JsonValue
from slaclock.policy.measures import Measure
from slaclock.policy.periods import Period
from slaclock.policy.subscription_years import PeriodLength
from slaclock.tickets.assessment import Assessment
from slaclock.tickets.states import State

from .allowances import AllowanceYear
from .availability import AvailabilityResult
from .chance import Interval, interval_of
from .standards import StandardResult

By = Literal["opened", "due", "resolved"]
ItemKind = Literal["tickets", "cycles"]


@dataclass(frozen=True)
class Spread(JsonValue):
    """Half of some lengths are at most the median, nine in ten at most `p90`; both are among them.

    An engine that only estimates them says so by `approximate`.
    """

    median: timedelta
    p90: timedelta
    median_days: float
    p90_days: float
    approximate: bool = False


@dataclass(frozen=True)
class TicketFigures(JsonValue):
    """The tickets, or cycles, of one kind, priority and period; each of the three is None where all of them are meant.

    `counts` are those in each state; `spread` is over the elapsed service time of those that are done.
    `period` is None too for those without the instant that periods go by: not due, or not over. Of the done ones
    `reopened` had been resolved before, and `first` is the spread up to the first resolution of each; in a report of
    another measure than `resolve` it is that of `spread`.
    """

    kind: str | None
    priority: str | None
    period: Period | None
    counts: FrozenMapping[State, int]
    spread: Spread | None
    reopened: int = 0
    first: Spread | None = None

    @property
    def total(self) -> int:
        """How many there are."""
        return sum(self.counts.values())

    @property
    def decided(self) -> int:
        """Those that met their target or missed it."""
        return self.counts["met"] + self.counts["breached"]

    @property
    def share(self) -> Fraction | None:
        """The exact share of the decided that met their target; None with nothing decided."""
        return Fraction(self.counts["met"], self.decided) if self.decided else None

    @property
    def interval(self) -> Interval | None:
        """The 95 % Wilson score interval of the share: wide where few are decided; None with nothing decided."""
        return interval_of(self.counts["met"], self.decided)


@dataclass(frozen=True)
class Shares(JsonValue):
    """The share within target of one period, or of all where it is None, in three ways of counting.

    `decided` met the target or missed it, and belong to the period in which they opened, are due or were done, as the
    report has it; `done` are those that were done in it; `opened` those that opened in it and have a target, decided
    yet or not. Of each so many met theirs.
    """

    period: Period | None
    met: int = 0
    decided: int = 0
    done_met: int = 0
    done: int = 0
    opened_met: int = 0
    opened: int = 0

    @property
    def share(self) -> Fraction | None:
        """The exact share of the decided that met their target; None with nothing decided."""
        return _part(self.met, self.decided)

    @property
    def share_of_done(self) -> Fraction | None:
        """The exact share of those done in the period that met their target; None without any."""
        return _part(self.done_met, self.done)

    @property
    def share_of_opened(self) -> Fraction | None:
        """The exact share of those opened in the period that have met their target; None without any."""
        return _part(self.opened_met, self.opened)


@dataclass(frozen=True)
class PauseFigures(JsonValue):
    """The tickets that a reason paused, and for how long.

    Whether that was longer than agreed is for a measure with `while` to say, such as a supplier's.
    """

    reason: str
    tickets: int
    total: timedelta
    spread: Spread


@dataclass(frozen=True)
class Promised(JsonValue):
    """The target that a policy has for a kind, or for one of its priorities."""

    policy: str
    kind: str
    priority: str | None
    target: Target


@dataclass(frozen=True)
class CountedOn(JsonValue):
    """A target, whose it is, such as `incident P1` or `standard emails`, and the name of the calendar it counts on."""

    policy: str
    whose: str
    target: Target
    calendar: str


@dataclass(frozen=True)
class YearsOf(JsonValue):
    """On which month and day the subscription years of a policy begin, such as `04-01`, and in which zone."""

    policy: str
    starts: str
    timezone: str


@dataclass(frozen=True, repr=False, eq=False)
class ReportFigures(JsonValue):
    """How tickets stand under a policy as of an instant.

    `totals` are the tickets in each state. `groups` are figures by period, kind and priority; `by_priority` those of
    all periods, and `by_period` those of all tickets. `standards` has each service standard over all items and then
    period by period, `allowances` what was used of them, `pauses` the third-party clock, `worst` the tickets that
    missed their target by most. `breaches` counts them by weekday (Monday first) and hour of the due time, local.
    `later` tickets opened after the instant and are not in any figure. `calendars` says on which calendar each target
    counts; it is empty where no policy has more than one. `years` says when each policy's subscription years begin
    where those of a book differ; the periods are then those of the last policy. It is empty where they are alike.
    `availability` has what is promised of it over all periods and then period by period, where outages were given.
    `shares` are those within target, over all periods and then period by period, in three ways of counting.
    `skipped` so many rows could not be read or answered, and are in no figure.
    `items` says what is counted and may have missed its target: tickets, or for a measure that judges every cycle by
    itself `cycles`, where a ticket of which none has begun counts once. `targets` are what each policy promises for
    the measure; a ticket may have agreed its own.
    """

    name: str
    at: Instant
    measure: Measure
    by: By
    period: PeriodLength
    totals: FrozenMapping[State, int]
    later: int
    periods: tuple[Period, ...]
    groups: tuple[TicketFigures, ...]
    by_priority: tuple[TicketFigures, ...]
    by_period: tuple[TicketFigures, ...]
    overall: TicketFigures
    standards: tuple[StandardResult, ...]
    allowances: tuple[AllowanceYear, ...]
    pauses: tuple[PauseFigures, ...]
    worst: tuple[Assessment, ...]
    breaches: tuple[tuple[int, ...], ...]
    calendars: tuple[CountedOn, ...] = ()
    years: tuple[YearsOf, ...] = ()
    items: ItemKind = "tickets"
    skipped: int = 0
    availability: tuple[AvailabilityResult, ...] = ()
    shares: tuple[Shares, ...] = ()
    targets: tuple[Promised, ...] = ()

    def __repr__(self) -> str:
        counts = ", ".join(f"{count} {state}" for state, count in self.totals.items() if count) or "no tickets"
        return f"<{type(self).__name__} {self.name!r} as of {self.at.isoformat()}: {counts}>"


def _part(met: int, of: int) -> Fraction | None:
    return Fraction(met, of) if of else None
