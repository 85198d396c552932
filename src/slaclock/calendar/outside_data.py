"""What a calendar takes from elsewhere: the dates of its holidays, and the zones that it is read in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from zoneinfo import ZoneInfo

from slaclock.temporal.instants import find_zone

from .base import Calendar
from .combined import CombinedCalendar
from .working_calendar import WorkingCalendar

_MOST_YEARS = 25
"""Over so many years all holidays are listed; recurrences go on for ever."""


def parts_of(calendar: Calendar) -> Iterator[Calendar]:
    """The calendars that one is joined of, or itself; at most so many as may be joined."""
    parts = [calendar]
    while parts:
        part = parts.pop()
        if isinstance(part, CombinedCalendar):
            parts += [part.right, part.left]
        else:
            yield part


def holidays_between(calendar: Calendar, first: int, last: int) -> dict[int, str]:
    """The names of the holidays on the dates from `first` to `last` by their ordinals, of every part of the calendar.

    A holiday of several parts has the name that the first of them gives it. Over more than 25 years only those of
    countries and markets are there, which are so many at the most as their library knows.
    """
    names: dict[int, str] = {}
    years = range(date.fromordinal(first).year, date.fromordinal(last).year + 1)
    for part in parts_of(calendar):
        if isinstance(part, WorkingCalendar):
            holidays = part.holidays
            for year in years:
                of_year = holidays.in_year(year) if len(years) <= _MOST_YEARS else holidays.of_countries(year)
                for day, name in of_year.items():
                    if first <= day <= last:
                        names.setdefault(day, name)
    return dict(sorted(names.items()))


def zones_of(calendar: Calendar) -> tuple[ZoneInfo, ...]:
    """The zones in which its parts, and their closures, are read."""
    zones: dict[str, ZoneInfo] = {}
    for part in parts_of(calendar):
        zones[part.zone.key] = part.zone
        if isinstance(part, WorkingCalendar):
            named = (closed.timezone for closed in (*part.closed, *part.holidays.closed) if closed.timezone)
            zones.update((name, find_zone(name)) for name in named)
    return tuple(zones[name] for name in sorted(zones))
