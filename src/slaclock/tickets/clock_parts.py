"""The parts of the time of a ticket's clock: on which calendar it ran, under one target after another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

from slaclock.calendar.base import Calendar
from slaclock.clock.pauses import counted
from slaclock.temporal.intervals import Run
from slaclock.timetable.timetable import WALL

from .in_force import TargetInForce

NO_TARGET = "no target"


class ClockPart(NamedTuple):
    """A part of a clock's time: on a calendar, or on the wall clock; where `idle` says why it counts nothing."""

    start: int
    end: int
    calendar: Calendar
    wall: bool = False
    idle: str = ""

    def hours(self, pauses: Run) -> int:
        """What the hours clock, or the wall clock, counted outside the pauses, in microseconds."""
        clock = WALL if self.wall else self.calendar.timetable.hours
        return 0 if self.idle else counted(clock, self.start, self.end, pauses)

    def days(self, pauses: Run) -> Fraction:
        """What the days clock counted outside the pauses."""
        return Fraction(0 if self.idle else counted(self.calendar.timetable.days, self.start, self.end, pauses))


def parts_of(targets: Sequence[TargetInForce], start: int, end: int) -> Iterator[ClockPart]:
    """The parts from `start` to `end` of a clock that one target left to the next; between them it stood still."""
    at = start
    for number, target in enumerate(targets, start=1):
        calendar, begun = target.terms.calendar, min(target.since, end)
        if at < begun:
            yield ClockPart(at, begun, calendar, idle=NO_TARGET)
        at = end if target.until is None or number == len(targets) else min(target.until, end)
        yield ClockPart(begun, max(begun, at), calendar, target.target.wall)
