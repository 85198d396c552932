"""Where the reason changes for which a calendar is closed."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from slaclock.temporal.instants import local_day, wall_to_micros
from slaclock.timetable.timetable import first_reaching

from .base import Calendar
from .combined import CombinedCalendar
from .working_calendar import WorkingCalendar


def reason_edges(calendar: Calendar, start: int, end: int) -> list[int]:
    """The instants between two at which a calendar that is closed may be so for another reason.

    Left out are the midnights of its own zone, at any of which it may be.
    """
    if isinstance(calendar, WorkingCalendar):
        edges = calendar.reason_edges(start, end)
    elif isinstance(calendar, CombinedCalendar):
        parts = (calendar.left, calendar.right)
        edges = {edge for part in parts for edge in _edges_of_part(part, calendar.zone, start, end)}
    else:
        edges = set()
    return sorted(edge for edge in edges if start < edge < end)


def _edges_of_part(part: Calendar, zone: ZoneInfo, start: int, end: int) -> Iterator[int]:
    """The edges of one of two calendars, with those of its spans, which decide whose reason holds."""
    first, last = (local_day(at, part.zone)[0] for at in (start, end))
    yield from (edge for _, spans in part.opening(first_reaching(first), last) for span in spans for edge in span)
    yield from reason_edges(part, start, end)
    if part.zone is not zone:
        yield from (wall_to_micros(day, 0, part.zone) for day in range(first, last + 1))
