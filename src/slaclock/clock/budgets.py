"""A budget: what a target comes to once a clock starts, and where it is used up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil
from typing import Generic

from slaclock.calendar.base import Calendar, DayRules
from slaclock.temporal.instants import duration_micros
from slaclock.temporal.intervals import Run
from slaclock.timetable.timetable import WALL, A, Clock

from .cutoffs import clock_start
from .day_rules import moment, names_moment
from .pauses import counted, ended_by, reached, reached_back
from .targets import Target


@dataclass(slots=True, eq=False)  # not frozen, since making one is half the work of a deadline
class Budget(Generic[A]):
    """An amount on a clock from `start` on, where the clock starts.

    `named` is the instant that a day rule names for it, if one does.
    """

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
        """What of the clock has been counted by `at`, which may lie before its start."""
        return counted(self.clock, self.start, max(at, self.start), pauses)


def budget_of(
    calendar: Calendar, target: Target, arrived: int, *, after_due: bool = False
) -> Budget[int] | Budget[Fraction]:
    """The budget of a target for what arrives at `arrived`, where its clock starts unless a cut-off puts it off.

    What arrives `after_due`, just when something before it was due, comes on the day of that, and never too late on it.
    """
    if target.unit == "time":
        return budget_from(calendar, target, arrived, target.high)
    rules = calendar.rules  # asked for once, since half of what a deadline in days takes is spent on small steps
    start = arrived if after_due or rules.cutoff is None else clock_start(calendar, rules.cutoff, arrived)
    return _of_days(calendar, rules, target, start, target.high, after_due)


def multiple_of(
    calendar: Calendar, target: Target, arrived: int, number: int, *, after_due: bool = False
) -> Budget[int] | Budget[Fraction]:
    """The budget of so many times a target, one after another."""
    return budget_of(calendar, replace(target, high=target.high * number), arrived, after_due=after_due)


def budget_from(
    calendar: Calendar, target: Target, start: int, amount: Fraction | int, *, after_due: bool = False
) -> Budget[int] | Budget[Fraction]:
    """The budget of an amount on the clock of a target, which starts at `start`; `after_due` as `budget_of` has it."""
    if target.wall:
        return Budget(WALL, start, int(amount))
    if target.unit == "time":
        return Budget(calendar.timetable.hours, start, int(amount))
    return _of_days(calendar, calendar.rules, target, start, amount, after_due)


def _of_days(  # noqa: PLR0917 - a step of every deadline in days, which keywords would slow
    calendar: Calendar, rules: DayRules, target: Target, start: int, days: Fraction | int, after_due: bool
) -> Budget[int] | Budget[Fraction]:
    hours = calendar.timetable.hours
    if names_moment(rules, target):
        named = moment(calendar, rules, target, days, start, after_due=after_due)
        return Budget(hours, start, hours.between(start, named), named)
    if rules.day_rule == "fixed-hours":
        assert rules.day_length is not None  # checked by the calendar
        return Budget(hours, start, ceil(days * duration_micros(rules.day_length)))
    return Budget(calendar.timetable.days, start, Fraction(days))
