"""The subscription years, quarters or months in which the instants of a column lie."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from slaclock.policy.periods import Period
from slaclock.policy.policy import Policy
from slaclock.policy.subscription_years import PeriodLength
from slaclock.temporal.instants import from_micros, to_micros

from .piecewise import NEVER, Ints


def periods_over(dates: Ints, policy: Policy, length: PeriodLength) -> list[Period]:
    """The periods of all years from the first instant's to the last's; none where all are missing."""
    known = dates[dates != NEVER]
    if not len(known):
        return []
    zone = policy.calendar.zone
    year, last = (policy.year(from_micros(int(end), zone)) for end in (known.min(), known.max()))
    periods = list(year.split_into(length))
    while year.begins < last.begins:
        year = year.next
        periods += year.split_into(length)
    return periods


def number_in(periods: Sequence[Period], dates: Ints) -> Ints:
    """The number of the period in which each instant lies, -1 in none."""
    if not periods:
        return np.full(len(dates), -1)
    starts = np.array([to_micros(period.start) for period in periods])
    number = np.where(dates == NEVER, -1, np.searchsorted(starts, dates, "right") - 1)
    ends = np.array([to_micros(period.end) for period in periods])
    return np.where(dates < ends[number], number, -1)
