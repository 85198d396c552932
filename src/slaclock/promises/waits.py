"""How long each opening of some stretches of time waits for its due date, and what that comes to hour by hour."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from slaclock.calendar.base import Calendar
from slaclock.clock.budgets import budget_of
from slaclock.clock.pieces import Piece, least_covering, pieces_between
from slaclock.clock.targets import Target
from slaclock.clock.turns import turns_of
from slaclock.temporal.instants import HOUR, wall_to_micros
from slaclock.temporal.intervals import Run


def pieces_of(calendar: Calendar, target: Target, openings: Run, cuts: Sequence[int] = ()) -> list[Piece]:
    """The waits of all openings of some stretches of time, in order; no piece goes on over a cut."""

    def due_of(opened: int) -> int:
        due = budget_of(calendar, target, opened).due()
        assert due is not None  # nothing is paused
        return due

    pieces: list[Piece] = []
    for start, end in openings:
        within = cuts[bisect_left(cuts, start) : bisect_left(cuts, end)]
        turns = sorted({*turns_of(calendar, target, start, end, due_of), *within})
        pieces += pieces_between(turns, end, lambda opened: due_of(opened) - opened)
    return pieces


class Hour(NamedTuple):
    """An hour of a local date, its weekday counted from Monday; twice as long where clocks repeat it."""

    weekday: int
    hour: int
    start: int
    end: int


def hours_of(first_day: date, end_day: date, zone: ZoneInfo) -> list[Hour]:
    """The hours of some local dates in order, without those that clocks skip."""
    hours = []
    for day in range(first_day.toordinal(), end_day.toordinal()):
        starts = [wall_to_micros(day, hour * HOUR, zone) for hour in range(25)]
        weekday = date.fromordinal(day).weekday()
        hours += [Hour(weekday, hour, start, end) for hour, (start, end) in enumerate(pairwise(starts)) if start < end]
    return hours


class HourWeights:
    """How often each opening counts, by the hour of the week that it lies in: whole numbers, 0 for not at all."""

    def __init__(self, hours: Iterable[Hour], by_hour: Sequence[Sequence[int]]) -> None:
        self.cuts: list[int] = []
        self._weights: list[int] = []
        for hour in hours:
            weight = by_hour[hour.weekday][hour.hour]
            if not self._weights or weight != self._weights[-1]:
                self.cuts.append(hour.start)
                self._weights.append(weight)

    def of(self, piece: Piece) -> int:
        """The weight of the openings of a piece, which lies between two cuts."""
        return self._weights[bisect_right(self.cuts, piece.opened) - 1]


def medians_by_hour(pieces: Sequence[Piece], hours: Iterable[Hour]) -> list[list[int | None]]:
    """The median wait of what opens in each hour of each weekday, None where nothing does."""
    ends = [piece.ended for piece in pieces]
    cells: list[list[list[Piece]]] = [[[] for _ in range(24)] for _ in range(7)]
    for weekday, hour, start, end in hours:
        cell, number = cells[weekday][hour], bisect_right(ends, start)
        while number < len(pieces) and pieces[number].opened < end:
            cell.append(pieces[number].within(start, end))
            number += 1
    return [[least_covering(cell, 50) if cell else None for cell in row] for row in cells]
