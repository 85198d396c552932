"""Lints of what one calendar says: its zone, its hours, and the dates of its holidays and of its dated hours."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from slaclock.calendar.hours import WEEKDAYS, DayHours, day_text
from slaclock.calendar.special_days import DateRange, SpecialDay
from slaclock.policy.policy import Policy
from slaclock.temporal.instants import DAY, MINUTE

from .hints import Hint, opening_hours_of, working_calendars
from .years import first_year, last_day

_LONGEST_GAP = 130  # days; in England 120 lie between the one in August and Christmas
_FIXED_ZONES = {
    "EST": "America/New_York", "MST": "America/Denver", "HST": "Pacific/Honolulu", "GMT": "Europe/London",
}  # fmt: skip
_OFFSET_ZONE = re.compile(r"Etc/GMT[+-](?!0$)\d+")


def holidays_end_early(policy: Policy) -> Iterator[Hint]:
    """Holidays that are listed date by date and end before the policy does."""
    end = last_day(policy)
    for path, calendar in working_calendars(policy):
        holidays = calendar.holidays
        if end is None or holidays.countries or holidays.recurring or not holidays.dates:
            continue
        last = max(day for day, _ in holidays.dates)
        # The last holiday of a whole list lies before the end, though hardly by more than two of them lie apart.
        if last < end - timedelta(days=_LONGEST_GAP):
            yield Hint(
                f"{path}.holidays",
                f"the last holiday is on {last}, and the policy runs to {end}",
                "add the later ones, or give the country's code",
            )


def unreachable_dated_hours(policy: Policy) -> Iterator[Hint]:
    """Dated hours that end before the policy begins, or begin after its subscription has ended."""
    begins = max(
        filter(None, (policy.in_force_from, min(policy.coverage).first if policy.coverage else None)), default=None
    )
    ends = max(span.last for span in policy.coverage) if policy.coverage else None
    for path, calendar in working_calendars(policy):
        for number, dated in enumerate(calendar.dated_hours):
            early = begins is not None and dated.span.last < begins
            late = ends is not None and dated.span.first > ends
            if early or late:
                side = (
                    f"end before the policy begins on {begins}" if early else f"begin after the policy ends on {ends}"
                )
                yield Hint(
                    f"{path}.dated_hours.{number}",
                    f"the dated hours {_span(dated.span)} {side}",
                    "remove them, or correct their dates",
                )


def zone_without_region(policy: Policy) -> Iterator[Hint]:
    """A zone that is a fixed offset from UTC, and does not follow the clock changes of the region that is meant."""
    for path, calendar in working_calendars(policy):
        name = calendar.timezone
        if name in _FIXED_ZONES or _OFFSET_ZONE.fullmatch(name):
            region = _FIXED_ZONES.get(name, "America/New_York")
            yield Hint(
                f"{path}.timezone",
                f"the zone {name!r} never changes its clocks, whatever the region does that is meant by it",
                f"name the region, e.g. {region!r}",
            )


def minute_short_of_midnight(policy: Policy) -> Iterator[Hint]:
    """Hours that end at 23:59, a minute short of the day."""
    for path, calendar in working_calendars(policy):
        days = {f"hours.{name}": day for name, day in calendar.hours._asdict().items()}
        days |= {f"special.{special.when}": special.hours for special in calendar.special}
        days |= {
            f"dated_hours.{number}.hours.{name}": day
            for number, dated in enumerate(calendar.dated_hours)
            for name, day in dated.hours._asdict().items()
        }
        days |= {
            f"seasons.{season.dates}.{name}": day
            for season in calendar.seasons
            for name, day in zip(WEEKDAYS, season.week, strict=True)
            if day is not None
        }
        days["holiday_hours"] = calendar.holiday_hours
        short = [key for key, day in days.items() if any(end % DAY >= DAY - MINUTE for _, end in day)]
        if short:
            more = f", and {len(short) - 1} more like it" if len(short) > 1 else ""
            text = ", ".join(day_text(days[short[0]]))
            yield Hint(
                f"{path}.{short[0]}", f"the hours {text} end just before midnight{more}", "let them end at 24:00"
            )


def dates_open_weekends(policy: Policy) -> Iterator[Hint]:
    """Dates that are given hours without regard to the weekday, and so open weekends that are closed otherwise."""
    for path, calendar in working_calendars(policy):
        seen: set[DayHours] = set()  # of a range of months each is a special day of its own
        for special in calendar.special:
            dates = [date.fromordinal(day) for day in _dates_without_weekdays(special, first_year(policy).begins)]
            weekend = [day for day in dates if day.weekday() in (5, 6) and not calendar.hours[day.weekday()]]
            weekdays = any(calendar.hours[day.weekday()] for day in dates)
            if special.hours and special.hours not in seen and weekend and weekdays:
                seen.add(special.hours)
                yield Hint(
                    f"{path}.special" + (f".{special.when}" if isinstance(special.when, DateRange) else ""),
                    f"the hours {', '.join(day_text(special.hours))} of these dates open the weekend too, "
                    f"which is closed otherwise: {weekend[0]:%A} {weekend[0]}",
                    "close the weekend's dates, or give the weekdays their hours for that time by seasons",
                )


def _dates_without_weekdays(special: SpecialDay, year: int) -> list[int]:
    """The dates of a special day, for a range those of its first week, for a recurrence those of a year."""
    if isinstance(special.when, DateRange):
        first, last = (day.toordinal() for day in special.when)
        return list(range(first, min(last, first + 6) + 1))
    return [] if "BYDAY" in special.when.rule else sorted(special.when.days(year))


def weekday_replaced(data: Mapping[str, Any]) -> Iterator[Hint]:
    """A rule of opening hours that takes a weekday from an earlier one, where two spans of one day may be meant."""
    for path, opening in opening_hours_of(data):
        for earlier, later in opening.replaced:
            yield Hint(
                f"{path}.hours",
                f"the rule {later!r} replaces {earlier!r} on the weekdays that both name",
                "write both spans in one rule, such as Mo-Fr 08:00-12:00,13:00-17:00, or take the days out of one",
            )


def _span(span: DateRange) -> str:
    return f"until {span.last}" if span.first == date.min else f"from {span.first}"
