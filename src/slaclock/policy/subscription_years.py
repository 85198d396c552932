"""Subscription years: 1 April to 31 March, or from any other day of the year."""

from __future__ import annotations

import re
from calendar import isleap
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any, Literal
from zoneinfo import ZoneInfo

from slaclock.calendar.base import backward
from slaclock.errors import OutOfRangeError, PolicyError
from slaclock.formats.models import JsonValue
from slaclock.temporal.instants import (
    FIRST_YEAR,
    LAST_YEAR,
    InstantLike,
    find_zone,
    from_micros,
    local_day,
    micros_of,
    to_micros,
    wall_to_micros,
)

from .periods import Period

YearStart = tuple[int, int]
PeriodLength = Literal["year", "quarter", "month"]
"""How long the periods of a report are, in the subscription year."""


@dataclass(frozen=True)
class SubscriptionYear(JsonValue):
    """The year that begins in the calendar year `begins`, from midnight to midnight in its zone.

    >>> year = subscription_year(datetime.fromisoformat("2018-03-31T23:30Z"))
    >>> year.label, str(year.start)
    ('2018/19', '2018-04-01 00:00:00+01:00')
    """

    begins: int
    starts: YearStart = (4, 1)
    timezone: str = "Europe/London"

    def __post_init__(self) -> None:
        if isinstance(self.begins, bool) or not isinstance(self.begins, int):
            raise PolicyError(
                f"{self.begins!r} is no year", "give its number, such as 2018", "begins", value=self.begins
            )
        if not FIRST_YEAR <= self.begins <= LAST_YEAR:
            raise OutOfRangeError(
                f"there is no year {self.begins}", "stay within the years 1 to 9999", "begins", value=self.begins
            )
        object.__setattr__(self, "starts", parse_start(self.starts))

    @property
    def zone(self) -> ZoneInfo:
        """The zone of its midnights."""
        return find_zone(self.timezone)

    @property
    def first_day(self) -> date:
        """Its first local date; a start of 29 February is held to 28 February in common years."""
        month, day = self.starts
        return date(self.begins, month, 28 if (month, day) == (2, 29) and not isleap(self.begins) else day)

    @property
    def start(self) -> datetime:
        """Its first instant."""
        return from_micros(wall_to_micros(self.first_day.toordinal(), 0, self.zone), self.zone)

    @property
    def end(self) -> datetime:
        """The first instant of the next year, which is no longer in this one."""
        return self.next.start

    @property
    def label(self) -> str:
        """`2018/19`, or `2018` for a year that starts on 1 January."""
        return str(self.begins) if self.starts == (1, 1) else f"{self.begins}/{(self.begins + 1) % 100:02d}"

    @property
    def period(self) -> Period:
        """The year as a stretch of days."""
        return Period(self.label, self.first_day, self.next.first_day, self.timezone)

    @property
    def quarters(self) -> tuple[Period, ...]:
        """Its four quarters, of three months each, named `2018/19 Q1` and so on."""
        edges = self._edges()[::3]
        return tuple(
            Period(f"{self.label} Q{number}", first, end, self.timezone)
            for number, (first, end) in enumerate(pairwise(edges), start=1)
        )

    @property
    def months(self) -> tuple[Period, ...]:
        """Its twelve months, named `2018-04` and so on by the date on which they begin."""
        return tuple(Period(first.isoformat()[:7], first, end, self.timezone) for first, end in pairwise(self._edges()))

    def split_into(self, length: PeriodLength) -> tuple[Period, ...]:
        """The year as it is, or its quarters or months."""
        if length == "year":
            return (self.period,)
        if length == "quarter":
            return self.quarters
        if length == "month":
            return self.months
        raise PolicyError(f"{length!r} is no length of a period", "use year, quarter or month", value=length)

    @property
    def next(self) -> SubscriptionYear:
        """The year after."""
        return self._moved(1)

    @property
    def previous(self) -> SubscriptionYear:
        """The year before."""
        return self._moved(-1)

    def __contains__(self, at: object) -> bool:
        return isinstance(at, datetime) and to_micros(self.start) <= to_micros(at) < to_micros(self.end)

    def __str__(self) -> str:
        return self.label

    def split(self, start: InstantLike, end: InstantLike) -> list[tuple[SubscriptionYear, datetime, datetime]]:
        """The parts of `[start, end)` by the subscription year they lie in, each with its year."""
        a, b = micros_of(start), micros_of(end)
        if b < a:
            raise backward(start, end)
        parts = []
        year = _year_of(a, self.timezone, self.starts)
        while a < b:
            last = year.begins == LAST_YEAR
            until = b if last else min(b, to_micros(year.end))
            parts.append((year, from_micros(a, self.zone), from_micros(until, self.zone)))
            a = until
            year = year if a >= b else year.next
        return parts

    def _edges(self) -> list[date]:
        """The first days of its months, and of the next year; a month too short for the day begins on its last."""
        from dateutil.relativedelta import relativedelta

        month, day = self.starts
        first, end = date(self.begins, month, 1), self.next.first_day  # which refuses a year whose months have no dates
        return [self.first_day, *(first + relativedelta(months=n, day=day) for n in range(1, 12)), end]

    def _moved(self, by: int) -> SubscriptionYear:
        if not FIRST_YEAR <= self.begins + by <= LAST_YEAR:
            problem = f"the year {self.label} has no neighbour there"
            raise OutOfRangeError(problem, "stay within the years 1 to 9999", value=self.label)
        return SubscriptionYear(self.begins + by, self.starts, self.timezone)


def subscription_year(at: InstantLike, timezone: str = "Europe/London", starts: YearStart = (4, 1)) -> SubscriptionYear:
    """The subscription year in which an instant lies; `starts` is the month and day on which years begin.

    Raises `UnknownZoneError` for a `timezone` that there is not, and `PolicyError` where `starts` is no month and
    day.

    >>> subscription_year("2018-03-31T23:30Z").label     # half past midnight on 1 April, in London's summer time
    '2018/19'
    """
    return _year_of(micros_of(at), timezone, parse_start(starts))


def parse_start(value: Any) -> YearStart:
    """The month and day on which a year begins, from `(4, 1)` or `"04-01"`."""
    parts = re.fullmatch(r"\s*(\d{1,2})\s*-\s*(\d{1,2})\s*", value, re.ASCII) if isinstance(value, str) else None
    try:
        month, day = map(int, parts.groups()) if parts else value
        if type(month) is not int or type(day) is not int:
            raise ValueError
        date(2000, month, day)
    except (TypeError, ValueError, OverflowError):
        raise PolicyError(f"{value!r} is not a month and day", "write it like 04-01", value=value) from None
    return month, day


def _year_of(at: int, timezone: str, starts: YearStart) -> SubscriptionYear:
    zone = find_zone(timezone)
    begins = date.fromordinal(local_day(at, zone)[0]).year
    year = SubscriptionYear(begins, starts, timezone)
    return year if wall_to_micros(year.first_day.toordinal(), 0, zone) <= at else year.previous
