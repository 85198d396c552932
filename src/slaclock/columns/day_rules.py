"""The day rules that name an instant, for many rows at once."""

from __future__ import annotations

from typing import Literal

import numpy as np

from slaclock.calendar.base import DayRules
from slaclock.temporal.instants import DAY, EPOCH_DAY

from .piecewise import Bools, Ints
from .windows import Window

By = int | Literal["close"] | None


def named_instants(window: Window, rules: DayRules, days: int, by: By, start: Ints) -> tuple[Ints, Bools]:
    """The instants that the rule names for so many days from each start; and which the window cannot tell."""
    trouble = window.outside(start)
    if not len(window.dates):
        return start, np.ones_like(trouble)
    span = np.searchsorted(window.opens, start, "right") - 1
    is_open = (span >= 0) & (start < window.closes[span])
    # The arrival: the start itself inside a span, else the next opening, else (same-date) the start on its own date.
    next_span = span + 1
    trouble |= ~is_open & (next_span >= len(window.opens))
    next_span = np.minimum(next_span, len(window.opens) - 1)
    at = np.where(is_open, start, window.opens[next_span])
    number = window.day_of[np.where(is_open, span, next_span)]
    date = window.dates[number]
    if rules.after_hours == "same-date":
        own_date = window.zone.date(start)
        own_number = np.searchsorted(window.dates, own_date, "right") - 1  # the last working day up to that date
        at, date = np.where(is_open, at, start), np.where(is_open, date, own_date)
        number = np.where(is_open, number, own_number)
    if days == 0:  # on a day without hours day 0 is the next working day
        number = number + (window.dates[number] != date)
    number = number + days
    trouble |= (number >= len(window.dates)) | (number < 0)
    number = np.clip(number, 0, len(window.dates) - 1)
    if by is None and rules.day_rule == "close-of-business":
        by = "close"
    if by == "close":
        due = window.closes[window.first_span[number + 1] - 1]
    else:
        # The wall-clock time of the arrival goes past 24:00 where a night span reached into the next date.
        time = window.zone.to_wall(at) - (date - EPOCH_DAY) * DAY if by is None else by
        due = _clamped(window, number, window.zone.from_wall((window.dates[number] - EPOCH_DAY) * DAY + time))
    return np.maximum(due, start), trouble


def _clamped(window: Window, number: Ints, at: Ints) -> Ints:
    """The instants themselves inside a span of the day, else the last close before, else the first opening."""
    first, last = window.first_span[number], window.first_span[number + 1] - 1
    span = np.minimum(np.searchsorted(window.opens, at, "right") - 1, last)
    clamped: Ints = np.where(span < first, window.opens[first], np.minimum(at, window.closes[span]))
    return clamped
