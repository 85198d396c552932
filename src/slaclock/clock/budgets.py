"""A budget: what a target comes to once a clock starts, and where it is used up."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Generic

from slaclock.calendar.base import Calendar
from slaclock.temporal.instants import duration_micros
from slaclock.temporal.intervals import Run
from slaclock.timetable.timetable import WALL, A, Clock

from .day_rules import moment, names_moment
from .pauses import counted, ended_by, reached, reached_back
from .targets import Target


@dataclass(slots=True, eq=False)  # not frozen, since making one is half the work of a deadline
class Budget(Generic[A]):
    """An amount on a clock from `start` on; `named` is the instant that a day rule names for it, if one does."""

    clock: Clock[A]
    start: int
    amount: A
    named: int | None = None

    def due(self, pauses: Run = ()) -> int | None:
        """The earliest instant at which the budget is used up; None while an open pause holds it.

        Where a rule names the instant it stands as long as no pause covers open time before it.
        """
        if self.named is not None and (
            not pauses or counted(self.clock, self.start, self.named, pauses) == self.amount
        ):
            return self.named
        return reached(self.clock, self.start, self.amount, pauses)

    def latest_start(self, end: int, pauses: Run = ()) -> int:
        """The latest instant from which the amount is counted by `end`; a pause still open then ends there."""
        return reached_back(self.clock, end, self.amount, ended_by(pauses, end))

    def used(self, at: int, pauses: Run = ()) -> A:
        """What of the clock has been counted by `at`."""
        return counted(self.clock, self.start, at, pauses)


def budget_of(
    calendar: Calendar, target: Target, start: int, days: Fraction | int | None = None
) -> Budget[int] | Budget[Fraction]:
    """The budget of a target that starts at `start`; `days` stands in for its amount (the start of a window)."""
    amount = target.high if days is None else days
    if target.wall:
        return Budget(WALL, start, int(amount))
    hours = calendar.timetable.hours
    if target.unit == "time":
        return Budget(hours, start, int(amount))
    if names_moment(calendar, target):
        named = moment(calendar, target, amount, start)
        return Budget(hours, start, hours.between(start, named), named)
    rules = calendar.rules
    if rules.day_rule == "fixed-hours":
        assert rules.day_length is not None  # checked by the calendar
        return Budget(hours, start, ceil(amount * duration_micros(rules.day_length)))
    return Budget(calendar.timetable.days, start, Fraction(amount))
