"""Open time compiled to tables, year by year: C(t), the open time up to t, and its inverse, for both clocks.

The timetable knows no calendar, only a source that lists the spans of a run of local dates. A year is compiled
when an instant of it is first asked for. Where two instants lie in different years, the totals of the years
between them are added up once and kept in a chain, so that no later call depends on their distance.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Hashable, Iterable, Iterator
from datetime import date
from fractions import Fraction
from math import ceil, floor
from typing import Generic, NamedTuple, Protocol, TypeVar
from zoneinfo import ZoneInfo

from slaclock.errors import NoWorkingTimeError, OutOfRangeError
from slaclock.temporal.instants import DAY, FIRST_INSTANT, FIRST_YEAR, LAST_INSTANT, LAST_YEAR, wall_to_micros
from slaclock.temporal.intervals import Interval, Run, each_once

from .year_chain import CLOSED, DAYS, HOURS, Totals, YearChain
from .year_table import YearTable

_EPOCH_YEAR = 1970
_MEAN_YEAR = 31_556_952_000_000  # microseconds: 365.2425 days
_EVER = 1 << 62
MOST_YEARS = 512
"""So many years' tables are kept at the most, some 16 kB each; the oldest are dropped, and compiled anew if need be."""
REACH = 3
"""A span lies within so many days of its date: a night ends within two days of midnight, and one day more is safe."""
# What is open as time begins may have been open before, and what is open as it ends may stay so; the zones begin and
# end it up to 16 hours apart, and of two calendars one may know a day that the other does not.
_BEGUN, _ENDING = FIRST_INSTANT + 3 * DAY, LAST_INSTANT + 1 - 3 * DAY


def first_reaching(day: int) -> int:
    """The first date whose spans may reach into a date, both as ordinals."""
    return max(day - REACH, 1)


class Source(Protocol):
    """What a timetable is compiled from."""

    @property
    def zone(self) -> ZoneInfo:
        """The zone whose dates the days are."""
        ...

    def opening(self, first: int, last: int) -> Iterable[tuple[int, Run]]:
        """The spans that open on each local date from `first` to `last`, as ordinals and instants, in order."""
        ...

    def repeats(self, year: int) -> Hashable | None:
        """A name that all years with the same totals share, or None for a year that must be looked at."""
        ...


A = TypeVar("A", int, Fraction)


class Clock(NamedTuple, Generic[A]):
    """One way to count time: how much lies between two instants, and where so much of it is reached.

    `between(a, b)` is the count in `[a, b)`, for a <= b; `earliest(a, x)` the first instant t >= a with
    between(a, t) >= x; `latest(b, x)` the last instant t <= b with between(t, b) >= x.
    """

    between: Callable[[int, int], A]
    earliest: Callable[[int, A], int]
    latest: Callable[[int, A], int]


def _instant(micros: int) -> int:
    if not FIRST_INSTANT <= micros <= LAST_INSTANT:
        raise _out_of_range()
    return micros


def _out_of_range() -> OutOfRangeError:
    return OutOfRangeError("the answer lies outside the years 1 to 9999", "ask for a time nearer to today, or for less")


WALL: Clock[int] = Clock(lambda a, b: b - a, lambda a, x: _instant(a + x), lambda b, x: _instant(b - x))
"""Plain elapsed time, in microseconds."""


class Timetable:
    """C(t) and its inverse, in microseconds of open time and in working days.

    `hours` and `days` are the two clocks as values, for those who work with either.
    """

    def __init__(self, source: Source) -> None:
        self.hours: Clock[int] = Clock(self.hours_between, self.hours_earliest, self.hours_latest)
        self.days: Clock[Fraction] = Clock(self.days_between, self.days_earliest, self.days_latest)
        self._source = source
        self._tables: dict[int, YearTable] = {}  # a year that two threads compile at once is the same year
        self._repeated: dict[Hashable, Totals] = {}
        self._chain = YearChain(self._totals)

    # The hours clock

    def hours_between(self, start: int, end: int) -> int:
        """Open microseconds in `[start, end)`; minus those between the two where `end` is first."""
        # The path of every `elapsed`: what `_table` and `hours_at` do, written out to save four calls.
        tables = self._tables
        a = tables.get(start // _MEAN_YEAR + _EPOCH_YEAR)
        if a is None or not a.start <= start < a.end:
            a = self._table(start)
        b: YearTable | None = a
        if end >= a.end:
            b = tables.get(end // _MEAN_YEAR + _EPOCH_YEAR)
        if b is None or not b.start <= end < b.end:
            b = self._table(end)
        i = bisect_right(a.opens, start) - 1
        j = bisect_right(b.opens, end) - 1
        hours = 0
        if j >= 0:
            closed = b.closes[j]
            hours = b.before[j] - b.opens[j] + (end if end < closed else closed)
        if i >= 0:
            closed = a.closes[i]
            hours -= a.before[i] - a.opens[i] + (start if start < closed else closed)
        if a is b:
            return hours
        return hours + (b.before_year or self._link(b))[HOURS] - (a.before_year or self._link(a))[HOURS]

    def hours_earliest(self, start: int, hours: int) -> int:
        """The earliest instant t >= start with `hours` open microseconds in [start, t)."""
        if hours <= 0:
            return start
        table = self._table(start)
        inside = table.hours_at(start) + hours
        if inside <= table.total:
            return table.first_instant(inside)
        wanted = inside + self._link(table)[HOURS]
        year = self._chain.reaching(HOURS, wanted)
        if year is None:
            raise self._none_left(LAST_YEAR)
        return self._year(year).first_instant(wanted - self._chain.before(year)[HOURS])

    def hours_latest(self, end: int, hours: int) -> int:
        """The latest instant t <= end with `hours` open microseconds in [t, end)."""
        if hours <= 0:
            return end
        table = self._table(end)
        inside = table.hours_at(end) - hours
        if inside >= 0:
            return table.last_instant(inside)
        wanted = inside + self._link(table)[HOURS]
        year = self._chain.holding(HOURS, wanted)
        if year is None:
            raise self._none_left(FIRST_YEAR)
        return self._year(year).last_instant(wanted - self._chain.before(year)[HOURS])

    # The days clock

    def days_between(self, start: int, end: int) -> Fraction:
        """Working days in `[start, end)`, each spread evenly over its own open time; start <= end."""
        a = self._table(start)
        b = self._table(end)
        if a is b:
            return b.days_at(end) - a.days_at(start)
        return self._link(b)[DAYS] - self._link(a)[DAYS] + b.days_at(end) - a.days_at(start)

    def days_earliest(self, start: int, days: Fraction) -> int:
        """The earliest whole microsecond t >= start with `days` working days in [start, t)."""
        if days <= 0:
            return start
        table = self._table(start)
        wanted = self._link(table)[DAYS] + table.days_at(start) + days
        day = ceil(wanted) - 1
        table, number = self._working_day(day, LAST_YEAR)
        before, after = table.day_hours(number)
        return table.first_instant(before + ceil((wanted - day) * (after - before)))

    def days_latest(self, end: int, days: Fraction) -> int:
        """The latest whole microsecond t <= end with `days` working days in [t, end)."""
        if days <= 0:
            return end
        table = self._table(end)
        wanted = self._link(table)[DAYS] + table.days_at(end) - days
        day = floor(wanted)
        table, number = self._working_day(day, FIRST_YEAR)
        before, after = table.day_hours(number)
        return table.last_instant(before + floor((wanted - day) * (after - before)))

    # Spans and days

    def open_at(self, at: int) -> bool:
        """Whether the instant lies in a span."""
        table = self._table(at)
        i = bisect_right(table.opens, at) - 1
        return i >= 0 and at < table.closes[i]

    def next_open(self, at: int) -> int:
        """The instant itself when it is open, else the next opening."""
        table = self._table(at)
        i = bisect_right(table.opens, at) - 1
        if i >= 0 and at < table.closes[i]:
            return at
        if i + 1 < len(table.opens):
            return table.opens[i + 1]
        year = self._chain.holding(HOURS, self._link(table)[HOURS] + table.total)
        if year is None:
            raise self._none_left(LAST_YEAR)
        return self._year(year).opens[0]

    def next_close(self, at: int) -> int:
        """The first instant after `at` at which a stretch of open time ends."""
        return self._run_end(self.next_open(at))

    def previous_open(self, at: int) -> int:
        """The last instant up to `at`, itself included, at which a stretch of open time begins."""
        return self._run_start(at if self.open_at(at) else self._closed_since(at) - 1)

    def previous_close(self, at: int) -> int:
        """The last instant before `at` at which a stretch of open time ends."""
        before = at - 1
        return self._closed_since(self._run_start(before) if self.open_at(before) else before)

    def _closed_since(self, at: int) -> int:
        """The last closing up to an instant that is not open, or at which the open time about it begins."""
        table = self._table(at)
        i = bisect_left(table.opens, at) - 1
        if i >= 0:
            return table.closes[i]
        year = self._chain.reaching(HOURS, self._link(table)[HOURS])
        if year is None:
            raise self._none_left(FIRST_YEAR)
        return self._year(year).closes[-1]

    def _run_end(self, at: int) -> int:
        """Where the open time about an open instant ends; spans of two years may touch too."""
        table = self._table(at)
        _, end = table.run(bisect_right(table.opens, at) - 1)
        if end == table.end:  # the next year that closes at all is the one to look into
            year = self._chain.holding(CLOSED, self._chain.before(table.year + 1)[CLOSED])
            assert year is not None  # after the last year nothing is open
            table = self._year(year)
            end = table.run(0)[1] if table.opens and table.opens[0] == table.start else table.start
        seen = min(at, _ENDING)
        if end > _ENDING and self.hours_between(seen, end) == end - seen:
            raise NoWorkingTimeError(
                "the calendar does not close after that instant", "ask only calendars that are not always open"
            )
        return end

    def _run_start(self, at: int) -> int:
        """Where the open time about an open instant begins."""
        table = self._table(at)
        start, _ = table.run(bisect_right(table.opens, at) - 1)
        if start == table.start:
            year = self._chain.reaching(CLOSED, self._link(table)[CLOSED])
            assert year is not None  # before the first year nothing is open
            table = self._year(year)
            last = len(table.opens) - 1
            start = table.run(last)[0] if table.opens and table.closes[last] == table.end else table.end
        seen = max(at, _BEGUN)
        if start < _BEGUN and self.hours_between(start, seen) == seen - start:
            raise NoWorkingTimeError(
                "the calendar was not closed before that instant", "ask only calendars that are not always open"
            )
        return start

    def spans(self, start: int, end: int) -> Iterator[Interval]:
        """The open spans of `[start, end)`, clipped to it, in order, with touching ones made one."""
        last: Interval | None = None
        table = self._table(start)
        i = max(bisect_right(table.opens, start) - 1, 0)
        while True:
            while i < len(table.opens):
                a, b = max(table.opens[i], start), min(table.closes[i], end)
                i += 1
                if a >= end:
                    break
                if a >= b:
                    continue
                if last is not None and last[1] == a:
                    last = last[0], b
                    continue
                if last is not None:
                    yield last
                last = a, b
            if table.end >= end:
                break
            table, i = self._table(table.end), 0
            if not table.opens:  # nor, it may be, have thousands of years after it
                year = self._chain.holding(HOURS, self._link(table)[HOURS])
                if year is None:
                    break
                table = self._year(year)
        if last is not None:
            yield last

    def working_date(self, at: int) -> int:
        """The ordinal of the day whose span is open at the instant, which must be in one."""
        table = self._table(at)
        return table.dates[table.day_of[bisect_right(table.opens, at) - 1]]

    def date_spans(self, day: int) -> list[Interval]:
        """The spans that open on the local date; empty when it is no working day."""
        table = self._year(date.fromordinal(day).year)
        number = bisect_left(table.dates, day)
        works = number < len(table.dates) and table.dates[number] == day
        return table.day_spans(number) if works else []

    def working_day_after(self, day: int, number: int) -> int:
        """The ordinal of the `number`th working day after the local date; number >= 1."""
        table = self._year(date.fromordinal(day).year)
        inside = bisect_right(table.dates, day) + number - 1
        if inside < len(table.dates):
            return table.dates[inside]
        table, inside = self._working_day(self._link(table)[DAYS] + inside, LAST_YEAR)
        return table.dates[inside]

    def working_day_before(self, day: int, number: int) -> int:
        """The ordinal of the `number`th working day before the local date; number >= 1."""
        table = self._year(date.fromordinal(day).year)
        inside = bisect_left(table.dates, day) - number
        if inside >= 0:
            return table.dates[inside]
        table, inside = self._working_day(self._link(table)[DAYS] + inside, FIRST_YEAR)
        return table.dates[inside]

    def working_days(self, first: int, last: int) -> int:
        """How many working days lie from one local date to another, both included; first <= last."""
        a = self._year(date.fromordinal(first).year)
        b = self._year(date.fromordinal(last).year)
        days = bisect_right(b.dates, last) - bisect_left(a.dates, first)
        return days if a is b else days + self._link(b)[DAYS] - self._link(a)[DAYS]

    def tables(self, first: int, last: int) -> list[YearTable]:
        """The tables of a run of years, each with what stands before it on the chain."""
        tables = [self._year(year) for year in range(first, last + 1)]
        for table in tables:
            self._link(table)
        return tables

    @property
    def weight(self) -> int:
        """Bytes that the tables compiled so far take."""
        return self._chain.weight + sum(table.weight for table in self._tables.values())

    # Years

    def _table(self, at: int) -> YearTable:
        """The table of the year that answers for the instant."""
        year = at // _MEAN_YEAR + _EPOCH_YEAR
        table = self._tables.get(year)
        if table is not None and table.start <= at < table.end:
            return table
        year = min(max(year, FIRST_YEAR), LAST_YEAR)  # the mean year is off by a day or so near 1 January
        table = self._year(year)
        while at >= table.end:
            year += 1
            table = self._year(year)
        while at < table.start:
            year -= 1
            table = self._year(year)
        return table

    def _year(self, year: int) -> YearTable:
        table = self._tables.get(year)
        if table is None:
            table = self._compile(year)
            if len(self._tables) >= MOST_YEARS:
                newest = list(self._tables.copy().items())[MOST_YEARS // 2 :]
                self._tables = dict(newest)  # and not emptied in place, since other threads may be reading it
            self._tables[year] = table
        return table

    def _compile(self, year: int) -> YearTable:
        first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
        # A night of the old year may run into this one; so the days are read from a few before it on.
        reached = -_EVER
        start = wall_to_micros(first, 0, self._source.zone)
        days: list[tuple[int, Run]] = []
        for day, spans in each_once(self._source.opening(first_reaching(first), last)):
            if day == first:
                start = max(start, reached)
            if spans:
                reached = spans[-1][1]
                if day >= first:
                    days.append((day, spans))
        end = max(wall_to_micros(last, DAY, self._source.zone), reached)
        return YearTable(year, -_EVER if year == FIRST_YEAR else start, _EVER if year == LAST_YEAR else end, days)

    def _totals(self, year: int) -> Totals:
        """Open microseconds and working days of a year, and whether it closes; only its totals are kept."""
        # Time begins in the first year and ends in the last, which are like no other.
        name = self._source.repeats(year) if FIRST_YEAR < year < LAST_YEAR else None
        known = self._repeated.get(name) if name is not None else None
        if known is None:
            table = self._tables.get(year) or self._compile(year)
            known = table.total, len(table.dates), int(table.closes_at_all)
            if name is not None:
                self._repeated[name] = known
        return known

    def _link(self, table: YearTable) -> Totals:
        """What stands before the table's year on the chain."""
        if table.before_year is None:
            table.before_year = self._chain.before(table.year)
        return table.before_year

    def _working_day(self, day: int, towards: int) -> tuple[YearTable, int]:
        """The table of the chain's working day number `day`, and the day's number in it."""
        year = self._chain.holding(DAYS, day)
        if year is None:
            raise self._none_left(towards)
        return self._year(year), day - self._chain.before(year)[DAYS]

    def _none_left(self, towards: int) -> NoWorkingTimeError | OutOfRangeError:
        """Why the answer is not to be had: no open time that way, or not enough before the end of time."""
        if self._totals(towards)[HOURS]:
            return _out_of_range()
        way = "after" if towards == LAST_YEAR else "before"
        return NoWorkingTimeError(
            f"the calendar has not enough open time {way} that instant",
            "check its hours and the dates they are in force",
        )
