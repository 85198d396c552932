"""The cut-off for many rows at once: where the clocks of targets in days start, and the latest arrivals for them."""

from __future__ import annotations

import numpy as np

from slaclock.temporal.instants import DAY, EPOCH_DAY

from .piecewise import Bools, Ints
from .windows import Window

_MOST_STEPS = 4
"""A latest arrival lies few working days before the start of its clock; what lies further back is asked alone."""


def clock_starts(window: Window, cutoff: int, arrived: Ints) -> tuple[Ints, Bools]:
    """Where the clocks of targets in days start; and which the window cannot tell."""
    trouble = window.outside(arrived)
    if not len(window.dates):
        return arrived, np.ones_like(trouble)
    inside = np.clip(arrived, window.start, window.end - 1)
    date = window.zone.date(inside)
    number = np.searchsorted(window.dates, date, "left")
    put_off = window.dates.take(number, mode="clip") == date
    put_off &= inside >= _cutoffs(window, cutoff, date)
    # Of a window without a next working day, the timetable itself is asked.
    trouble |= put_off & (number + 1 >= len(window.dates))
    opening = window.opens.take(window.first_span.take(number + 1, mode="clip"), mode="clip")
    return np.where(put_off, np.maximum(opening, arrived), arrived), trouble


def latest_arrivals(window: Window, cutoff: int, start: Ints) -> tuple[Ints, Bools]:
    """The latest arrivals for which the clocks of targets in days start by the instants; and what cannot be told."""
    arrived, later = start, np.ones(len(start), bool)
    trouble = ~later
    for _ in range(_MOST_STEPS):
        starts, beyond = clock_starts(window, cutoff, arrived)
        trouble |= beyond
        later = starts > start
        if not later.any():
            break
        date = window.zone.date(np.clip(arrived, window.start, window.end - 1))
        arrived = np.where(later, _cutoffs(window, cutoff, date) - 1, arrived)
    return arrived, trouble | later


def _cutoffs(window: Window, cutoff: int, date: Ints) -> Ints:
    """The cut-offs of local dates."""
    return window.zone.from_wall((date - EPOCH_DAY) * DAY + cutoff)
