"""The third-party clock: for how long a reason kept a ticket waiting, and whether that was longer than agreed."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor
from typing import Literal, NamedTuple

from slaclock.calendar.base import Calendar
from slaclock.clock.targets import Target
from slaclock.temporal.instants import duration_micros, to_micros
from slaclock.temporal.intervals import clip, subtract, union

from .tickets import Ticket
from .waits import closed, waits


class PauseLimit(NamedTuple):
    """The most that pauses may come to: an amount on the hours clock, in microseconds, or on the days clock."""

    clock: Literal["hours", "days"]
    amount: Fraction
    strict: bool

    def exceeded(self, amount: Fraction | int) -> bool:
        """Whether an amount of the clock misses the target."""
        return amount >= self.amount if self.strict else amount > self.amount

    def least_exceeding(self, unit: int) -> int:
        """The least whole amount that misses the target, where the clock counts in so many parts of its own unit."""
        amount = self.amount * unit
        return ceil(amount) if self.strict else floor(amount) + 1


def pause_limit(target: Target, calendar: Calendar) -> PauseLimit:
    """The limit that a target sets to pauses: days are those of the days clock, or of a fixed length."""
    day = calendar.rules.day_length
    if target.unit != "days":
        return PauseLimit("hours", Fraction(target.high), target.strict)
    if day is not None:
        return PauseLimit("hours", target.high * Fraction(duration_micros(day)), target.strict)
    return PauseLimit("days", Fraction(target.high), target.strict)


class PauseLength(NamedTuple):
    """For how long a reason kept a ticket waiting: open microseconds, and service days."""

    hours: int
    days: Fraction

    def exceeds(self, limit: PauseLimit) -> bool:
        """Whether it misses the target."""
        return limit.exceeded(self.hours if limit.clock == "hours" else self.days)


def pause_length(ticket: Ticket, calendar: Calendar, reason: str, seen: int) -> PauseLength | None:
    """For how long a reason kept the ticket waiting, as far as was known at `seen`; None where it never did.

    While it is not open a ticket waits for no one.
    """
    waited = union((begun, ended) for begun, ended, own_reason in waits(ticket, seen) if own_reason == reason)
    spans = subtract(waited, union((start, end) for start, end, _ in closed(ticket)))
    spans = clip(spans, to_micros(ticket.opened), seen)
    if not spans:
        return None
    timetable = calendar.timetable
    return PauseLength(
        sum(timetable.hours_between(start, end) for start, end in spans),
        Fraction(sum(timetable.days_between(start, end) for start, end in spans)),
    )
