"""Lints of what does not fit together in a calendar.

Nights that run into days that are closed, closures of what is closed, a cut-off that no day's hours contain.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from slaclock.calendar.hours import WEEKDAY_NAMES, time_text
from slaclock.calendar.special_days import DateRange
from slaclock.calendar.working_calendar import WorkingCalendar
from slaclock.policy.policy import Policy
from slaclock.temporal import intervals
from slaclock.temporal.instants import DAY, wall_to_micros

from .hints import Hint, opening_hours_of, working_calendars
from .years import dates_of, first_year

_REMEDY = "leave it so if the night is worked to its end, else close the morning with closed, or end the night at 24:00"


def night_into_closed_day(policy: Policy) -> Iterator[Hint]:
    """A night that runs on into a date that a holiday, a special day or a season has closed or given other hours."""
    for path, calendar in working_calendars(policy.calendar):
        seen: dict[str, list[date]] = {}
        for day in dates_of(first_year(policy).period):
            why = _closed_as(calendar, day) if _night_into(calendar, day) else ""
            if why:
                seen.setdefault(why, []).append(day)
        for why, days in seen.items():
            more = f", and {len(days) - 1} more like it" if len(days) > 1 else ""
            yield Hint(
                f"{path}.hours",
                f"the night before {days[0]:%A} {days[0]}, which is {why}, runs on into it{more}",
                _REMEDY,
            )


def night_into_closed_weekday(data: Mapping[str, Any]) -> Iterator[Hint]:
    """A night that runs on into a weekday that the text of opening hours closes by name."""
    for path, said in opening_hours_of(data):
        for weekday in said.closed_weekdays:
            if any(end > DAY for _, end in said.weekly[weekday - 1]):
                name, before = WEEKDAY_NAMES[weekday], WEEKDAY_NAMES[weekday - 1]
                yield Hint(
                    f"{path}.hours", f"the night of {before} runs on into {name}, which the hours close", _REMEDY
                )


def closure_of_closed_time(policy: Policy) -> Iterator[Hint]:
    """A closure of dates on which nothing is open at its times."""
    for path, calendar in working_calendars(policy.calendar):
        for closed in calendar.closed:
            if not isinstance(closed.when, DateRange) or (closed.when.last - closed.when.first).days > 366:
                continue
            alone = calendar.model_copy(update={"closed": (closed,)})
            first, last = (day.toordinal() for day in closed.when)
            about = (wall_to_micros(max(first - 1, 1), 0, calendar.zone), wall_to_micros(last, 3 * DAY, calendar.zone))
            if not alone.closings(*about):
                yield Hint(
                    f"{path}.closed.{closed.when}",
                    f"the closure of {closed.when} closes what is closed anyway",
                    "remove it, or correct its date or its times",
                )


def cutoff_outside_hours(policy: Policy) -> Iterator[Hint]:
    """A cut-off that lies within no day's hours: it moves all that a day brings, or only what waits anyway."""
    calendars = dict(list(working_calendars(policy.calendar))[:1])  # of a combined one the left one's holds
    calendars |= {
        f"calendars.{name}": calendar
        for name, calendar in policy.calendars.items()
        if isinstance(calendar, WorkingCalendar)
    }
    for path, calendar in calendars.items():
        cutoff = calendar.rules.cutoff
        days = [day.toordinal() for day in dates_of(first_year(policy).period)]
        worked = [(day, spans) for day in days if (spans := calendar.timetable.date_spans(day))]
        if cutoff is None or not worked:
            continue
        at = {day: wall_to_micros(day, cutoff, calendar.zone) for day, _ in worked}
        if any(spans[0][0] < at[day] < spans[-1][1] for day, spans in worked):
            continue
        early = {at[day] <= spans[0][0] for day, spans in worked}
        moved = "what waits for the next opening anyway" if early == {False} else "all that a working day brings"
        if len(early) > 1:
            moved = "all that some days bring, and of others what waits for the next opening anyway"
        yield Hint(
            f"{path}.cutoff",
            f"no day's hours contain the cut-off {time_text(cutoff)}, so that it moves {moved}",
            "give a time within the hours, or remove it",
        )


def _night_into(calendar: WorkingCalendar, day: date) -> bool:
    """Whether hours of the day before run into the date where it has none of its own."""
    if day == date.min:
        return False
    night = intervals.clip(calendar.hours_on(day - timedelta(days=1)), DAY)
    return bool(intervals.subtract([(start - DAY, end - DAY) for start, end in night], calendar.hours_on(day)))


def _closed_as(calendar: WorkingCalendar, day: date) -> str:
    """What a date is that has no longer the hours of its weekday."""
    ordinal = day.toordinal()
    if any(ordinal in special.days(day.year) for special in calendar.special):
        return "a special day"
    if ordinal in calendar.holidays.in_year(day.year):
        return "a holiday"
    usual = calendar.hours[day.weekday()]
    return "closed by its season" if usual and calendar.seasons and not calendar.hours_on(day) else ""
