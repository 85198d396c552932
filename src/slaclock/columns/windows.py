"""A run of years of a timetable as arrays: what every kernel reads.

A window covers the years that the data lie in. Rows outside it, such as an end "9999-12-31" among tickets of this
decade, are not worth tables of their own; they are answered one at a time by the timetable itself.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from math import lcm
from weakref import WeakKeyDictionary
from zoneinfo import ZoneInfo

import numpy as np

from slaclock.calendar.base import Calendar
from slaclock.errors import SlaClockError
from slaclock.temporal.instants import DAY, FIRST_INSTANT, FIRST_YEAR, LAST_INSTANT, LAST_YEAR
from slaclock.timetable.timetable import Timetable

from .piecewise import FAR, Bools, Ints, Spans, Steps
from .zones import ZoneTable

WIDEST = 200 * 366 * DAY
"""The longest stretch that gets a window."""
_MEAN_YEAR = 31_556_952_000_000
_MARGIN = 3 * DAY


class Days:
    """The working days of a window as a clock that counts in whole numbers.

    `unit` is what one working day is worth: so large a number that every microsecond of every day is worth a whole
    one. `at` goes from open time to days and `open_time` back, to the first microsecond by which so much has passed.
    """

    def __init__(self, starts: Ints, lengths: Ints, unit: int) -> None:
        self.unit = unit
        self._starts, self._lengths = starts, lengths
        self._worth = unit // lengths
        numbers = np.arange(len(lengths))
        self._number = Steps(starts[1:-1], numbers) if len(numbers) else None

    @property
    def count(self) -> int:
        """How many working days there are."""
        return len(self._lengths)

    def at(self, open_time: Ints) -> Ints:
        """The days before an amount of open time."""
        if self._number is None:
            return np.zeros_like(open_time)
        number = self._number.at(open_time)
        return number * self.unit + (open_time - self._starts[number]) * self._worth[number]

    def open_time(self, days: Ints) -> Ints:
        """The least open time by which so many days have passed."""
        if self._number is None:
            return np.zeros_like(days)
        number = (days - 1) // self.unit
        part = days - number * self.unit
        number = np.clip(number, 0, self.count - 1)
        return self._starts[number] - (-part // self._worth[number])


class Window:
    """The open spans of the years `first` to `last`; it answers for the instants of `[start, end)`.

    `opens`, `closes`, `day_of`   a span's instants and the number of its working day
    `dates`, `first_span`         a working day's date and its first span; `first_span` has one more entry
    `before`                      the open time before each span, counted on the timetable's chain, and the whole
    """

    def __init__(self, timetable: Timetable, zone: ZoneInfo, first: int, last: int) -> None:
        self.first, self.last = first, last
        tables = timetable.tables(first, last)
        self.start, self.end = max(tables[0].start, FIRST_INSTANT), min(tables[-1].end, LAST_INSTANT + 1)
        counts = [len(table.dates) for table in tables]
        days_before = np.concatenate([[0], np.cumsum(counts)])
        spans_before = np.concatenate([[0], np.cumsum([len(table.opens) for table in tables])])
        self.opens = np.concatenate([np.array(table.opens, np.int64) for table in tables])
        self.closes = np.concatenate([np.array(table.closes, np.int64) for table in tables])
        self.day_of = np.concatenate(
            [np.array(table.day_of, np.int64) + more for table, more in zip(tables, days_before, strict=False)]
        )
        self.dates = np.concatenate([np.array(table.dates, np.int64) for table in tables])
        self.first_span = np.concatenate(
            [np.array(table.first[:-1], np.int64) + more for table, more in zip(tables, spans_before, strict=False)]
            + [spans_before[-1:]]
        )
        link = tables[0].before_year
        assert link is not None  # `tables` sets it
        self.before = link[0] + np.concatenate([[0], np.cumsum(self.closes - self.opens)])
        self._zone = zone
        self._runs: tuple[Ints, Ints] | None = None

    @property
    def whole(self) -> int:
        """The open time up to the window's end."""
        return int(self.before[-1])

    def outside(self, t: Ints) -> Bools:
        """Which instants the window does not answer for."""
        return (t < self.start) | (t >= self.end)

    @cached_property
    def hours(self) -> Spans:
        """The open time before an instant."""
        return Spans(*self._joined)

    @cached_property
    def earliest(self) -> Steps:
        """What to add to an amount of open time to come to the first instant by which so much has passed."""
        opens, _, before = self._joined
        return Steps(before[1:-1], opens - before[:-1] if len(opens) else np.zeros(1, np.int64))

    def runs(self, timetable: Timetable) -> tuple[Ints, Ints]:
        """When the window's stretches of open time begin and end, spans that touch being one.

        A first or last one that reaches beyond the window begins and ends where the timetable says; `FAR` off, where
        that has no answer.
        """
        if self._runs is None:
            opens, closes, _ = self._joined
            opens, closes = opens.copy(), closes.copy()
            if len(opens) and (opens[0] <= self.start or self.first == FIRST_YEAR):
                opens[0] = _asked(timetable.previous_open, int(closes[0]) - 1, -FAR)
            if len(opens) and (closes[-1] >= self.end or self.last == LAST_YEAR):
                closes[-1] = _asked(timetable.next_close, int(closes[-1]) - 1, FAR)
            self._runs = opens, closes
        return self._runs

    @cached_property
    def _joined(self) -> tuple[Ints, Ints, Ints]:
        """The spans with touching ones made one, such as the days of a desk that never closes."""
        starts = np.ones(len(self.opens), bool)
        starts[1:] = self.opens[1:] != self.closes[:-1]
        ends = np.append(starts[1:], True) if len(starts) else starts
        return self.opens[starts], self.closes[ends], np.append(self.before[:-1][starts], self.before[-1])

    def days(self, parts: int) -> Days | None:
        """The days clock, fit for targets whose denominators divide `parts`; None where no whole numbers can be."""
        lengths = np.diff(self.before[self.first_span])
        unit = parts
        for length in np.unique(lengths).tolist():
            unit = lcm(unit, length)
            if unit * (len(lengths) + 1) >= FAR:
                return None
        return Days(self.before[self.first_span], lengths, unit)

    @cached_property
    def zone(self) -> ZoneTable:
        """The zone's offsets."""
        return ZoneTable(self._zone, self.start, self.end)


_windows: WeakKeyDictionary[Timetable, Window] = WeakKeyDictionary()


def window_over(calendar: Calendar, start: int, end: int) -> Window:
    """A window that covers `[start, end]`, which is no longer than `WIDEST`; the last one is kept for each calendar."""
    timetable = calendar.timetable
    first, last = _year(start - _MARGIN), _year(end + _MARGIN)
    window = _windows.get(timetable)
    if window is None or first < window.first or last > window.last:
        if window is not None:  # one that grows serves the next caller too
            grown = min(first, window.first), max(last, window.last)
            if (grown[1] - grown[0]) * _MEAN_YEAR <= WIDEST:
                first, last = grown
        window = _windows[timetable] = Window(timetable, calendar.zone, first, last)
    return window


def _asked(question: Callable[[int], int], at: int, otherwise: int) -> int:
    try:
        return question(at)
    except SlaClockError:
        return otherwise


def _year(at: int) -> int:
    return min(max(at // _MEAN_YEAR + 1970, FIRST_YEAR), LAST_YEAR)
