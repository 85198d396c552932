"""The clocks as positions on a line: an instant's place, and the first instant at a place.

What elapses between two instants is the difference of their places, on every clock.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from slaclock.temporal.instants import FIRST_INSTANT, LAST_INSTANT

from .piecewise import Ints
from .windows import Days, Window


class Places(Protocol):
    """Where instants stand on a clock over a window; `bounded` says whether they end with the window."""

    bounded: bool

    def at(self, t: Ints) -> Ints:
        """The places of instants; those of instants outside the window are the window's ends."""
        ...


class ArrayClock(Places, Protocol):
    """A clock over a window; `least` and `limit` are the first and the last place that have an instant."""

    least: int
    limit: int

    def earliest(self, place: Ints) -> Ints:
        """The first instants at the places."""
        ...


class HoursClock:
    """Open microseconds."""

    bounded = True

    def __init__(self, window: Window) -> None:
        self._window = window
        self.least, self.limit = int(window.before[0]), window.whole

    def at(self, t: Ints) -> Ints:
        """Open time before the instants."""
        return self._window.hours.at(t)

    def earliest(self, place: Ints) -> Ints:
        """Where so much open time has passed."""
        return place + self._window.earliest.at(place)


class DaysClock:
    """Working days, in parts so small that all are whole numbers."""

    bounded = True

    def __init__(self, hours: HoursClock, days: Days) -> None:
        self._hours, self._days = hours, days
        self.unit = days.unit
        self.least = 0
        self.limit = days.count * days.unit

    def at(self, t: Ints) -> Ints:
        """Days before the instants."""
        return self._days.at(self._hours.at(t))

    def days(self, length: Ints) -> NDArray[np.float64]:
        """Lengths on this clock as numbers of days."""
        whole = length // self.unit  # apart from the rest, so that no part of a day is lost beside many of them
        return whole + (length - whole * self.unit) / self.unit

    def earliest(self, place: Ints) -> Ints:
        """The first microsecond by which so many days have passed."""
        return self._hours.earliest(self._days.open_time(place))


class WallClock:
    """Plain microseconds."""

    bounded = False
    least, limit = FIRST_INSTANT, LAST_INSTANT

    def at(self, t: Ints) -> Ints:
        """The instants themselves."""
        return t

    def earliest(self, place: Ints) -> Ints:
        """The places themselves."""
        return place


class BackwardClock:
    """The places of a clock that is read backwards: instants and places are the negatives of its own."""

    def __init__(self, clock: ArrayClock) -> None:
        self._clock = clock
        self.bounded = clock.bounded

    def at(self, t: Ints) -> Ints:
        """The places of instants."""
        return -self._clock.at(-t)


def latest(clock: ArrayClock, place: Ints) -> Ints:
    """The last instants at the places: the microsecond before the next place begins."""
    last: Ints = clock.earliest(place + 1) - 1
    return last


def days_clock(window: Window, parts: int = 1) -> DaysClock | None:
    """The days of a window, fit for denominators that divide `parts`; None where no whole numbers can be."""
    days = window.days(parts)
    return None if days is None else DaysClock(HoursClock(window), days)
