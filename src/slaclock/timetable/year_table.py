"""One year's open spans as integer tables: where an instant stands in them, and which instant stands somewhere.

Positions count from the start of the year: open microseconds, or working days and a part of one. What stands
before the year is the timetable's business.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from fractions import Fraction

from slaclock.temporal.intervals import Interval


class YearTable:
    """The spans that open on the local dates of one year.

    The table answers for the instants of `[start, end)`; every span lies wholly inside, since the years of a
    timetable meet where the last night span of the old year ends.

    `opens[i]`, `closes[i]`  the span's instants
    `before[i]`              open microseconds of the year before span i; one more entry holds the total
    `day_of[i]`              which of the year's working days the span belongs to
    `dates[k]`, `first[k]`   the ordinal of working day k, and its first span; `first` has one more entry
    `before_year`            what stands before the year on the timetable's chain; None until it was asked for
    """

    __slots__ = (
        "before", "before_year", "closes", "dates", "day_of", "end", "first", "opens", "start", "year",
    )  # fmt: skip

    def __init__(self, year: int, start: int, end: int, days: Iterable[tuple[int, Iterable[Interval]]]) -> None:
        self.year, self.start, self.end = year, start, end
        self.opens: list[int] = []  # a list, since bisecting one is three times as fast as bisecting an array
        self.closes, self.before = array("q"), array("q")
        self.day_of, self.dates, self.first = array("h"), array("i"), array("h")
        self.before_year: tuple[int, int, int] | None = None
        total = 0
        for date, spans in days:
            self.first.append(len(self.opens))
            for opened, closed in spans:
                self.opens.append(opened)
                self.closes.append(closed)
                self.before.append(total)
                self.day_of.append(len(self.dates))
                total += closed - opened
            self.dates.append(date)
        self.before.append(total)
        self.first.append(len(self.opens))

    @property
    def total(self) -> int:
        """Open microseconds of the year."""
        return self.before[-1]

    @property
    def closes_at_all(self) -> bool:
        """Whether some of the year is not open."""
        return self.total < self.end - self.start

    @property
    def weight(self) -> int:
        """Bytes that the tables take."""
        arrays = (self.closes, self.before, self.day_of, self.dates, self.first)
        return sum(column.itemsize * len(column) for column in arrays) + (8 + 32) * len(self.opens)

    def hours_at(self, at: int) -> int:
        """Open microseconds of the year before `at`."""
        i = bisect_right(self.opens, at) - 1
        if i < 0:
            return 0
        closed = self.closes[i]
        return self.before[i] + (at if at < closed else closed) - self.opens[i]

    def first_instant(self, hours: int) -> int:
        """The earliest instant with so many open microseconds before it; 0 < hours <= total."""
        i = bisect_left(self.before, hours) - 1
        return self.opens[i] + hours - self.before[i]

    def last_instant(self, hours: int) -> int:
        """The latest instant with so many open microseconds before it; 0 <= hours < total."""
        i = bisect_right(self.before, hours) - 1
        return self.opens[i] + hours - self.before[i]

    def days_at(self, at: int) -> Fraction:
        """Working days of the year before `at`, the day that is under way in parts."""
        i = bisect_right(self.opens, at) - 1
        if i < 0:
            return Fraction(0)
        day = self.day_of[i]
        start = self.before[self.first[day]]
        hours = self.before[i] + min(at, self.closes[i]) - self.opens[i]
        return day + Fraction(hours - start, self.before[self.first[day + 1]] - start)

    def day_hours(self, day: int) -> Interval:
        """The open microseconds of the year before and after working day number `day`."""
        return self.before[self.first[day]], self.before[self.first[day + 1]]

    def day_spans(self, day: int) -> list[Interval]:
        """The spans of working day number `day`."""
        span = slice(self.first[day], self.first[day + 1])
        return list(zip(self.opens[span], self.closes[span], strict=True))

    def run(self, span: int) -> Interval:
        """When the stretch that a span lies in opens and closes, its spans touching one another."""
        opens, before = self.opens, self.before
        numbers = range(len(opens))

        def closed_before(number: int) -> int:
            return opens[number] - before[number]

        apart = closed_before(span)  # no less than that of any earlier span, and the same for those that touch
        first = bisect_left(numbers, apart, key=closed_before)
        last = bisect_right(numbers, apart, key=closed_before) - 1
        return opens[first], self.closes[last]
