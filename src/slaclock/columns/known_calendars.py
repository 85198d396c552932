"""Calendars by what was known of them at an instant for each of many rows."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from slaclock.calendar.base import Calendar
from slaclock.temporal.instants import LAST_INSTANT

from .piecewise import Ints


def known_calendars(calendar: Calendar, at: Ints) -> Iterator[tuple[Calendar, Ints]]:
    """A calendar by what was known at the instants, each with the places of those at which it was known so."""
    instants = np.array([*calendar.announced_at, LAST_INSTANT + 1], np.int64)
    many = np.searchsorted(instants[:-1], at, "right")
    for count in np.unique(many).tolist():
        yield calendar.known_by(int(instants[count]) - 1), np.flatnonzero(many == count)
