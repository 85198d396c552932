"""The third-party clock: for how long a reason kept a ticket waiting."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from slaclock.calendar.base import Calendar
from slaclock.temporal.instants import to_micros
from slaclock.temporal.intervals import clip, subtract, union

from .tickets import Ticket
from .waits import closed, waits


class PauseLength(NamedTuple):
    """For how long a reason kept a ticket waiting: open microseconds, and service days."""

    hours: int
    days: Fraction


def pause_length(ticket: Ticket, calendar: Calendar, reason: str, seen: int) -> PauseLength | None:
    """For how long a reason kept the ticket waiting, as far as was known at `seen`; None where it never did.

    While it is not open a ticket waits for no one.
    """
    waited = union((begun, ended) for begun, ended, own_reason in waits(ticket, seen) if own_reason == reason)
    spans = subtract(waited, union(closed(ticket)))
    spans = clip(spans, to_micros(ticket.opened), seen)
    if not spans:
        return None
    timetable = calendar.timetable
    return PauseLength(
        sum(timetable.hours_between(start, end) for start, end in spans),
        Fraction(sum(timetable.days_between(start, end) for start, end in spans)),
    )
