"""The hours of a calendar in a period, as its answers have them: the usual week, holidays, and days with other hours.

It asks every kind of calendar for what it opens on each date, so that a season, a special day or another calendar that
is joined to it is seen where it changes something, and nowhere else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import NamedTuple

from slaclock.calendar.base import Calendar
from slaclock.calendar.holidays import Holidays
from slaclock.calendar.hours import WEEKDAY_NAMES, DayHours, WeeklyHours, day_text
from slaclock.calendar.special_days import SpecialDays
from slaclock.calendar.working_calendar import WorkingCalendar
from slaclock.formats.tables import date_text
from slaclock.policy.periods import Period
from slaclock.temporal.instants import DAY, local_day, wall_to_micros
from slaclock.temporal.intervals import subtract

_PLAIN = ("outside hours", "weekend", "closed weekday")
"""Reasons to be closed that say nothing of a date."""


class Holiday(NamedTuple):
    """A holiday of the period: its date, its name, and the hours on it."""

    day: date
    name: str
    hours: str


class OtherDays(NamedTuple):
    """Dates in a row, but for closed ones, with other hours than usual: why, where that has a name, and which hours."""

    first: date
    last: date
    why: str
    hours: str

    @property
    def dates(self) -> str:
        """The dates in words."""
        return range_text(self.first, self.last)


class PeriodHours(NamedTuple):
    """When a calendar is open in a period."""

    week: WeeklyHours
    holidays: Sequence[Holiday]
    others: Sequence[OtherDays]


def hours_of_period(calendar: Calendar, period: Period) -> PeriodHours:
    """What a calendar opens in a period; its usual week is for each weekday what most of its dates have."""
    dates = range(period.first_day.toordinal(), period.end_day.toordinal())
    hours = {day: _hours_on(calendar, day) for day in dates}
    counts = [Counter(own for day, own in hours.items() if (day - 1) % 7 == weekday) for weekday in range(7)]
    week = WeeklyHours(*(count.most_common(1)[0][0] if count else () for count in counts))
    names = _holidays(calendar, period)
    holidays = [
        Holiday(date.fromordinal(day), name, _against(week[(day - 1) % 7], hours[day]))
        for day, name in sorted(names.items())
    ]
    other = {
        day: _why(calendar, day, week[(day - 1) % 7])
        for day, own in hours.items()
        if own != week[(day - 1) % 7] and day not in names
    }
    return PeriodHours(week, holidays, list(_runs(other, hours, names.keys(), week)))


def _hours_on(calendar: Calendar, day: int) -> DayHours:
    """What a date opens, in wall time since its midnight."""
    spans = calendar.timetable.date_spans(day)
    walls = [[local_day(at, calendar.zone) for at in span] for span in spans]
    return tuple(((a - day) * DAY + start, (b - day) * DAY + end) for (a, start), (b, end) in walls)


def _holidays(calendar: Calendar, period: Period) -> Mapping[int, str]:
    holidays: Holidays = getattr(calendar, "holidays", Holidays())
    return {
        day: name
        for year in range(period.first_day.year, period.end_day.year + 1)
        for day, name in holidays.in_year(year).items()
        if period.first_day <= date.fromordinal(day) < period.end_day
    }


def _why(calendar: Calendar, day: int, usual: DayHours) -> str:
    """What a date is called that has other hours: the special day, or why it is closed when it would be open."""
    if isinstance(calendar, WorkingCalendar):
        year = date.fromordinal(day).year
        special = next((own for own in SpecialDays(calendar.special).of_year(year) if day in own.days(year)), None)
        if special is not None:
            return special.name
    asked = [
        (wall_to_micros(day, start, calendar.zone), wall_to_micros(day, end, calendar.zone)) for start, end in usual
    ]
    lost = subtract([span for span in asked if span[0] < span[1]], calendar.timetable.date_spans(day))
    for start, _ in lost:
        if not calendar.timetable.open_at(start):
            closure = calendar.closure(start)
            return "" if closure.kind in (*_PLAIN, "season") else closure.name
    return ""


def _runs(
    other: Mapping[int, str], hours: Mapping[int, DayHours], holidays: Collection[int], week: WeeklyHours
) -> Iterator[OtherDays]:
    """The days of other hours in runs, each with one reason and one week; of other weekdays it does not speak."""
    run: list[int] = []
    for day in sorted(other):
        if run and other[day] == other[run[0]] and _one_week([*run, day], hours, holidays):
            run.append(day)
            continue
        if run:
            yield _other(run, other, hours, week)
        run = [day]
    if run:
        yield _other(run, other, hours, week)


def _one_week(days: Sequence[int], hours: Mapping[int, DayHours], holidays: Collection[int]) -> bool:
    """Whether all dates from the first day to the last are of the run, or a holiday, or of a weekday that none has."""
    first, last, weekday = days[0], days[-1], (days[-1] - 1) % 7
    alike = all(hours[day] == hours[last] for day in days if (day - 1) % 7 == weekday)
    weekdays = {(day - 1) % 7 for day in days}
    of_run = {*days, *holidays}
    return alike and all(day in of_run for day in range(first, last) if (day - 1) % 7 in weekdays)


def _other(
    days: Sequence[int], other: Mapping[int, str], hours: Mapping[int, DayHours], week: WeeklyHours
) -> OtherDays:
    own = {(day - 1) % 7: hours[day] for day in days}
    between = {(day - 1) % 7 for day in range(days[0], days[-1])}
    alike = len({*own.values()}) == 1 and not any(week[weekday] for weekday in between.difference(own))
    said = hours_text(hours[days[0]]) if alike else week_text(own)
    return OtherDays(date.fromordinal(days[0]), date.fromordinal(days[-1]), other[days[0]], said)


def _against(usual: DayHours, hours: DayHours) -> str:
    """The hours of a holiday beside the usual ones."""
    return "open as usual" if hours and hours == usual else hours_text(hours)


def hours_text(hours: DayHours) -> str:
    """The hours of a day in words."""
    if hours == ((0, DAY),):
        return "all day"
    return ", ".join(span.replace("-", "–") for span in day_text(hours)) or "closed"


def week_text(week: Mapping[int, DayHours]) -> str:
    """The hours of some weekdays in words, those in a row that are alike together."""
    parts = []
    for hours, days in groupby(sorted(week), key=lambda weekday: week[weekday]):
        names = [WEEKDAY_NAMES[weekday] for weekday in days]
        whose = names[0] if len(names) == 1 else f"{names[0]} {'and' if len(names) == 2 else 'to'} {names[-1]}"
        parts.append(f"{whose} {hours_text(hours)}")
    return "; ".join(parts)


def range_text(first: date, last: date) -> str:
    """Dates in words, such as `1 July to 31 August 2026`."""
    if first == last:
        return day_name(first)
    begun = f"{first.day} {first:%B}" if first.year == last.year else date_text(first)
    return f"{begun} to {date_text(last)}"


def day_name(day: date) -> str:
    """A date with its weekday, such as `Friday 25 December 2026`."""
    return f"{WEEKDAY_NAMES[day.weekday()]} {date_text(day)}"
