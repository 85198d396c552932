"""Dates that return every year: a date, a month, or all from one to another, also over the year's end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from slaclock.errors import HoursError

from .recurrence import Recurrence

MONTH_LENGTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
"""The days of each month, of February in a leap year."""
ALL_DATES = tuple((month, day) for month in range(1, 13) for day in range(1, MONTH_LENGTHS[month - 1] + 1))
"""The dates of a leap year in order, as month and day."""
MonthDay = tuple[int, int]
_DATE = re.compile(r"(\d{2})(?:-(\d{2}))?", re.ASCII)
WEEKDAY_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


class YearlyDates(NamedTuple):
    """The dates from `first` to `last`, each a month and a day, both included; where `last` is earlier, of the next
    year. 29 February is one of them in leap years.
    """

    first: MonthDay
    last: MonthDay

    @classmethod
    def parse(cls, text: str) -> YearlyDates:
        """A date (`12-24`) or a month (`07`), or two of them with `/` or `..` between them."""
        first, _, last = text.replace("..", "/").partition("/")
        start, end = _first_and_last(first, text), _first_and_last(last or first, text)
        return cls(start[0], end[1])

    @classmethod
    def looks_like(cls, text: str) -> bool:
        """Whether the text is meant as dates of every year where others could stand: `--12-24`, `--12-24/--01-02`."""
        return text.lstrip().startswith("--")

    def __str__(self) -> str:
        first, last = (f"{month:02d}-{day:02d}" for month, day in self)
        return f"{first}/{last}"

    def covers(self, day: MonthDay) -> bool:
        """Whether the date is one of them."""
        if self.first <= self.last:
            return self.first <= day <= self.last
        return day >= self.first or day <= self.last

    def recurrences(self, weekdays: tuple[int, ...] = ()) -> Iterator[Recurrence]:
        """The same as recurrences, one a month; with `weekdays` (0 for Monday) those that fall on them."""
        (month, day), (last_month, last_day) = self
        # Over the year's end back into the month of the first date it goes round the whole year.
        steps = 12 if month == last_month and day > last_day else (last_month - month) % 12
        named = ";BYDAY=" + ",".join(WEEKDAY_CODES[weekday] for weekday in weekdays) if weekdays else ""
        for step in range(steps + 1):
            number = (month + step - 1) % 12 + 1
            first = day if step == 0 else 1
            last = last_day if step == steps else MONTH_LENGTHS[number - 1]
            days = ",".join(map(str, range(first, last + 1)))
            yield Recurrence(f"FREQ=YEARLY;BYMONTH={number};BYMONTHDAY={days}{named}")


def _first_and_last(text: str, whole: str) -> tuple[MonthDay, MonthDay]:
    """The dates between which a date or a month lies."""
    match = _DATE.fullmatch(text.strip().removeprefix("--"))
    if match and 1 <= int(match[1]) <= 12:
        month = int(match[1])
        if match[2] is None:
            return (month, 1), (month, MONTH_LENGTHS[month - 1])
        if 1 <= int(match[2]) <= MONTH_LENGTHS[month - 1]:
            return (month, int(match[2])), (month, int(match[2]))
    raise HoursError(
        f"{text!r} is no date of every year", "write month and day, like 12-24 or 07-01/08-31", value=whole
    )
