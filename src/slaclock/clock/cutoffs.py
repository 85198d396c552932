"""The cut-off: where the clock of a target in days starts, for what arrives too late in the day.

"A working day" and "that local time" are those of the local date of the arrival: what arrives at 02:00 belongs to the
date that began at midnight, though the span that is open then may belong to the night before. The date must open a span
itself; what arrives on any other date, be it within such a night, is not moved.
"""

from __future__ import annotations

from slaclock.calendar.base import Calendar
from slaclock.errors import NoWorkingTimeError, OutOfRangeError
from slaclock.temporal.instants import local_day, wall_to_micros


def clock_start(calendar: Calendar, cutoff: int, arrived: int) -> int:
    """Where the clock of a target in days starts: at the arrival, or at the next working day's first opening."""
    timetable = calendar.timetable
    day = local_day(arrived, calendar.zone)[0]
    # The cut-off is an instant, as a day's opening is, so that its first occurrence counts where clocks repeat it.
    if arrived < wall_to_micros(day, cutoff, calendar.zone) or not timetable.date_spans(day):
        return arrived
    opening = timetable.date_spans(timetable.working_day_after(day, 1))[0][0]
    return max(opening, arrived)  # where clocks fall back over midnight the next date may have begun before


def latest_arrival(calendar: Calendar, start: int) -> int:
    """The latest arrival for which the clock of a target in days starts by an instant."""
    cutoff = calendar.rules.cutoff
    arrived = start
    while cutoff is not None and not _starts_by(calendar, cutoff, arrived, start):
        # What arrives before the cut-off of its day is not moved, or by a cut-off at midnight to a day before.
        arrived = wall_to_micros(local_day(arrived, calendar.zone)[0], cutoff, calendar.zone) - 1
    return arrived


def _starts_by(calendar: Calendar, cutoff: int, arrived: int, end: int) -> bool:
    try:
        return clock_start(calendar, cutoff, arrived) <= end
    except (NoWorkingTimeError, OutOfRangeError):  # there is no next working day
        return False
