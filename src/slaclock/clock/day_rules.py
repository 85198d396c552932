"""The day rules that name a moment: the same time some working days later, the close of a day, a time of a day."""

from __future__ import annotations

from fractions import Fraction

from slaclock.calendar.base import Calendar, DayRules
from slaclock.errors import TargetError
from slaclock.temporal.instants import DAY, local_day, wall_to_micros
from slaclock.temporal.intervals import Interval

from .targets import Target


def names_moment(rules: DayRules, target: Target) -> bool:
    """Whether the target's days end at a moment that a rule names, and not where a clock has counted enough."""
    return target.unit == "days" and (target.by is not None or rules.day_rule in ("same-time", "close-of-business"))


def moment(
    calendar: Calendar, rules: DayRules, target: Target, days: Fraction | int, start: int, *, after_due: bool = False
) -> int:
    """The instant that the rule names for so many days from `start`; never before `start`.

    Where something else was due just then, day 0 is the day on which it was (`after_due`).
    """
    if days % 1:
        raise TargetError(
            f"{days} days are not whole, as the day rule {rules.day_rule!r} needs them",
            "use whole days",
            value=days,
        )
    timetable = calendar.timetable
    at, day_zero = (start, _day_of_due(calendar, start)) if after_due else _arrival(calendar, rules, start)
    spans = timetable.date_spans(day_zero) if days == 0 else []
    day = day_zero
    if not spans:  # zero days on a day without hours is the next working day
        day = timetable.working_day_after(day_zero, max(int(days), 1))
        spans = timetable.date_spans(day)
    by = target.by
    if by is None:
        by = "close" if rules.day_rule == "close-of-business" else _wall_time(calendar, at, day_zero)
    due = spans[-1][1] if by == "close" else _clamped(spans, wall_to_micros(day, by, calendar.zone))
    return max(due, start)


def _arrival(calendar: Calendar, rules: DayRules, start: int) -> tuple[int, int]:
    """The instant that counts as the arrival, and the day it belongs to (day 0)."""
    timetable = calendar.timetable
    if not timetable.open_at(start) and rules.after_hours == "same-date":
        return start, local_day(start, calendar.zone)[0]
    at = timetable.next_open(start)
    return at, timetable.working_date(at)


def _day_of_due(calendar: Calendar, due: int) -> int:
    """The day of a due instant: that of the span which it ends or in which it lies, or else its local date."""
    timetable = calendar.timetable
    within = next((at for at in (due - 1, due) if timetable.open_at(at)), None)
    return local_day(due, calendar.zone)[0] if within is None else timetable.working_date(within)


def _wall_time(calendar: Calendar, at: int, day: int) -> int:
    """The wall-clock time of the arrival, past 24:00 where a night span reached into the next date."""
    date, time = local_day(at, calendar.zone)
    return (date - day) * DAY + time


def _clamped(spans: list[Interval], at: int) -> int:
    """The instant itself inside a span, else the last close before it, else the first opening."""
    clamped = spans[0][0]
    for opened, closed in spans:
        if opened <= at:
            clamped = min(at, closed)
    return clamped
