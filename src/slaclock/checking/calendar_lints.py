"""Lints of what does not fit together in a calendar, or between the calendars of a policy.

Nights that run into days that are closed, closures and special days of what is closed, a cut-off that no day's hours
contain, a calendar that is never open, and one that nothing uses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from slaclock.calendar.base import Calendar
from slaclock.calendar.combined import CombinedCalendar
from slaclock.calendar.hours import WEEKDAY_NAMES, time_text
from slaclock.calendar.special_days import DateRange
from slaclock.calendar.working_calendar import WorkingCalendar
from slaclock.errors import SlaClockError
from slaclock.policy.calendars import MAIN, names_in
from slaclock.policy.policy import Policy
from slaclock.policy.targets import CALENDAR
from slaclock.temporal import intervals
from slaclock.temporal.instants import DAY, wall_to_micros

from .hints import (
    Hint,
    calendars_of,
    names_run_on,
    opening_hours_of,
    parts_of,
    rules_calendar,
    working_calendars,
)
from .years import dates_of, first_year, instant_on

_REMEDY = "leave it so if the night is worked to its end, else close the morning with closed, or end the night at 24:00"


def night_into_closed_day(policy: Policy) -> Iterator[Hint]:
    """A night that runs on into a date that a holiday, a special day or a season has closed or given other hours."""
    for path, calendar in working_calendars(policy):
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
    for path, opening in opening_hours_of(data):
        for weekday in opening.closed_weekdays:
            if any(end > DAY for _, end in opening.weekly[weekday - 1]):
                name, before = WEEKDAY_NAMES[weekday], WEEKDAY_NAMES[weekday - 1]
                yield Hint(
                    f"{path}.hours", f"the night of {before} runs on into {name}, which the hours close", _REMEDY
                )


def closure_of_closed_time(policy: Policy) -> Iterator[Hint]:
    """A closure of dates on which nothing is open at its times."""
    for path, calendar in working_calendars(policy):
        for closed in calendar.closed:
            if not isinstance(closed.when, DateRange) or (closed.when.last - closed.when.first).days > 366:
                continue
            alone = calendar.model_copy(update={"closed": (closed,), "known_from": ()})
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
    for path, calendar in dict(rules_calendar(policy, name) for name in (MAIN, *policy.calendars)).items():
        if not isinstance(calendar, WorkingCalendar):
            continue
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


def special_day_on_closed_day(policy: Policy) -> Iterator[Hint]:
    """A special day that closes dates which are closed anyway, in its own calendar or in every one that uses it."""
    run_on = [policy.calendar_named(name) for name in sorted(names_run_on(policy))]
    for path, calendar in working_calendars(policy):
        bare = calendar.model_copy(update={"special": (), "known_from": ()})
        users = [user for user in run_on if calendar in parts_of(user)]
        for special in calendar.special:
            if special.hours or not isinstance(special.when, DateRange):
                continue
            first, last = special.when
            days = [first + timedelta(days=n) for n in range(min((last - first).days, 366) + 1)]
            if _closed(bare, days):
                where = ""
            elif users and all(_closed(user, days) and _closed(_with(user, calendar, bare), days) for user in users):
                where = " in every calendar that uses it"
            else:
                continue
            yield Hint(
                f"{path}.special.{special.when}",
                f"the special day {special.when} closes what is closed anyway{where}",
                "remove it, or correct its date",
            )


def _closed(calendar: Calendar, days: list[date]) -> bool:
    return not any(calendar.is_working_day(day) for day in days)


def _with(calendar: Calendar, part: Calendar, other: Calendar) -> Calendar:
    """A calendar made of another one in the place of a part."""
    if calendar == part:
        return other
    if not isinstance(calendar, CombinedCalendar):
        return calendar
    sides = {"left": _with(calendar.left, part, other), "right": _with(calendar.right, part, other)}
    return calendar.model_copy(update=sides)


def never_open(policy: Policy) -> Iterator[Hint]:
    """A calendar, or an expression over some, that is never open from the policy's first year on."""
    begins = first_year(policy).first_day
    for path, calendar in calendars_of(policy).items():
        try:
            calendar.timetable.next_open(instant_on(policy, begins))
        except SlaClockError:
            joined = isinstance(calendar, CombinedCalendar)
            remedy = "correct it, or what it joins" if joined else "give it hours, or correct their dates"
            name = path.partition(".")[2] or MAIN
            yield Hint(path, f"the calendar {name!r} is never open from {begins} on", remedy)


def unused_calendar(data: Mapping[str, Any]) -> Iterator[Hint]:
    """A calendar by a name that neither targets nor other calendars speak of."""
    calendars = data.get("calendars")
    if not isinstance(calendars, Mapping):
        return
    used = {name for table in ("targets", "availability") for name in _named_by_targets(data.get(table))}
    for name, value in calendars.items():
        if isinstance(value, str):
            used |= set(names_in(value)) - {name}
    # As `to_json` writes an expression, its parts stand in it without their names.
    joined = [part for value in (data.get("calendar"), *calendars.values()) for part in _joined(value)]
    for name, value in calendars.items():
        if name not in used and value not in joined:
            yield Hint(
                f"calendars.{name}",
                f"no target, no availability and no other calendar uses the calendar {name!r}",
                f"write calendar = {name!r} where its hours count, or remove it",
            )


def _named_by_targets(table: Any) -> Iterator[str]:
    """The calendars that kinds, priorities and targets name."""
    if isinstance(table, Mapping):
        for key, value in table.items():
            if key == CALENDAR and isinstance(value, str):
                yield value
            yield from _named_by_targets(value)


def _joined(calendar: Any) -> Iterator[Any]:
    """The tables that stand within the table of a combined calendar."""
    sides = [calendar[side] for side in ("left", "right") if side in calendar] if isinstance(calendar, Mapping) else []
    for side in sides:
        yield side
        yield from _joined(side)


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
