"""Lengths and instants of plain time for reading, where nights and closed days count too."""

from __future__ import annotations

from datetime import datetime, timedelta

from slaclock.temporal.durations import short_text
from slaclock.temporal.instants import DAY, HOUR, MINUTE, SECOND, duration_micros

from .tables import instant_text

_MICROSECOND = timedelta(microseconds=1)


def wait_text(wait: timedelta) -> str:
    """A length of plain time for reading, in days of 24 hours, hours and minutes, cut."""
    micros = duration_micros(wait)
    if micros < DAY:
        return short_text(micros)
    days, rest = divmod(micros, DAY)
    hours, minutes = rest // HOUR, rest % HOUR // MINUTE
    return " ".join([f"{days} d", *[f"{hours} h"] * bool(hours), *[f"{minutes} min"] * bool(minutes)])


def just_text(at: datetime) -> str:
    """An instant for reading: a microsecond beside a whole second is just after it, or just before."""
    if at.microsecond == 1:
        return f"just after {instant_text(at - _MICROSECOND)}"
    if at.microsecond == SECOND - 1:
        return f"just before {instant_text(at + _MICROSECOND)}"
    return instant_text(at)
