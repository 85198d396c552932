"""Where the reason changes for which a calendar is closed."""

from __future__ import annotations

from .base import Calendar
from .combined import CombinedCalendar
from .working_calendar import WorkingCalendar


def reason_edges(calendar: Calendar, start: int, end: int) -> list[int]:
    """The instants between two, beside midnights, at which a calendar that is closed may be so for another reason.

    They are the ends of what closures take from its hours.
    """
    if isinstance(calendar, WorkingCalendar):
        edges = {edge for closing in calendar.closings(start, end) for edge in closing[:2]}
    elif isinstance(calendar, CombinedCalendar):
        edges = {edge for part in (calendar.left, calendar.right) for edge in reason_edges(part, start, end)}
    else:
        edges = set()
    return sorted(edge for edge in edges if start < edge < end)
