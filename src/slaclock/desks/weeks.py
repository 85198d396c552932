"""Weekly hours as products write them: minutes since the week began, weekdays by their names or numbers."""

from __future__ import annotations

from collections.abc import Iterable

from slaclock.calendar.hours import DayHours, WeeklyHours
from slaclock.temporal import intervals
from slaclock.temporal.instants import DAY, MINUTE

MINUTES_A_DAY = 24 * 60
MINUTES_A_WEEK = 7 * MINUTES_A_DAY


def since_sunday(spans: Iterable[tuple[int, int]]) -> WeeklyHours:
    """Weekly hours of spans in minutes since Sunday's midnight, each cut at every midnight that it passes.

    >>> since_sunday([(1440 + 540, 1440 + 1020)]).to_text()
    {'mon': ['09:00-17:00']}
    """
    days: list[list[tuple[int, int]]] = [[] for _ in range(7)]
    for start, end in spans:
        for day in range(start // MINUTES_A_DAY, (end - 1) // MINUTES_A_DAY + 1):
            first, last = max(start, day * MINUTES_A_DAY), min(end, (day + 1) * MINUTES_A_DAY)
            midnight = day * MINUTES_A_DAY
            days[(day - 1) % 7].append(((first - midnight) * MINUTE, (last - midnight) * MINUTE))
    return WeeklyHours(*(intervals.union(day) for day in days))


def to_minutes_since_sunday(week: WeeklyHours) -> list[tuple[int, int]]:
    """Spans of a week in whole minutes since Sunday's midnight, in order, none of which passes a midnight.

    >>> to_minutes_since_sunday(WeeklyHours(sat=((79200000000, 108000000000),)))
    [(0, 360), (9960, 10080)]
    """
    pieces: list[tuple[int, int]] = []
    for index, day in enumerate(week):
        midnight = (index + 1) % 7 * DAY
        for start, end in day:
            for first in range(0, end, DAY):
                a, b = max(start, first), min(end, first + DAY)
                if a < b:
                    at = (midnight + first) % (7 * DAY)
                    pieces.append((at + a - first, at + b - first))
    spans: list[tuple[int, int]] = []
    for start, end in intervals.union(pieces):
        for midnight in range(start // DAY * DAY, end, DAY):
            a, b = max(start, midnight), min(end, midnight + DAY)
            spans.append((a // MINUTE, b // MINUTE))
    return spans


def is_whole_minutes(week: WeeklyHours) -> bool:
    """Whether all its spans begin and end at whole minutes."""
    return all(not time % MINUTE for day in week for span in day for time in span)


def passes_midnight(day: DayHours) -> bool:
    """Whether the hours of a day run on into the next."""
    return any(end > DAY for _, end in day)
