"""The parts of the time of a ticket's clock: on which calendar it ran, under one target after another."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from slaclock.calendar.base import Calendar
from slaclock.clock.pauses import counted
from slaclock.temporal import intervals
from slaclock.temporal.intervals import Run
from slaclock.timetable.timetable import WALL

from .as_of import AsOf
from .in_force import TargetInForce
from .waits import Stop

NO_TARGET = "no target"
PUT_OFF = "came after the cut-off"


class ClockPart(NamedTuple):
    """A part of a clock's time: on a calendar, or on the wall clock; where `idle` says why it counts nothing.

    It stands still in the `stops`, which come in no order.
    """

    start: int
    end: int
    calendar: Calendar
    wall: bool = False
    idle: str = ""
    stops: tuple[Stop, ...] = ()

    @property
    def pauses(self) -> Run:
        """The time in it for which it stands still."""
        return intervals.clip(intervals.union((stop.start, stop.end) for stop in self.stops), self.start, self.end)

    def hours(self) -> int:
        """What the hours clock, or the wall clock, counted outside the pauses, in microseconds."""
        clock = WALL if self.wall else self.calendar.timetable.hours
        return 0 if self.idle else counted(clock, self.start, self.end, self.pauses)

    def days(self) -> Fraction:
        """What the days clock counted outside the pauses."""
        return Fraction(0 if self.idle else counted(self.calendar.timetable.days, self.start, self.end, self.pauses))


def parts_of(known: AsOf, targets: Sequence[TargetInForce], end: int) -> tuple[ClockPart, ...]:
    """The parts up to `end` of a clock that each target left to the next, from the first start of one's own clock on.

    Between them it stood still: there was no target, or its own clock had not started yet.
    """
    parts = []
    at = min(target.budget.start for target in targets)
    for number, target in enumerate(targets, start=1):
        until = end if target.until is None or number == len(targets) else min(target.until, end)
        calendar, start = target.terms.calendar, min(target.budget.start, until)
        stops = known.stops_of(target.terms)
        arrived = min(max(target.arrived, at), until)
        parts += [
            ClockPart(at, arrived, calendar, idle=NO_TARGET),
            ClockPart(arrived, start, calendar, idle=PUT_OFF),
            ClockPart(start, until, calendar, target.target.wall, stops=stops),
        ]
        at = max(at, until)
    return tuple(part for part in parts if part.start < part.end)
