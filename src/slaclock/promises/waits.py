"""How long each opening of some stretches of time waits for its due date, and what that comes to."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise, zip_longest
from typing import NamedTuple
from zoneinfo import ZoneInfo

from slaclock.calendar.base import Calendar
from slaclock.clock.budgets import budget_of
from slaclock.clock.targets import Target
from slaclock.temporal.instants import HOUR, wall_to_micros
from slaclock.temporal.intervals import Run

from .turns import DueOf, turns_of


class Piece(NamedTuple):
    """`size` openings in a row, a microsecond apart, of which the waits go evenly from `first` to `last`."""

    opened: int
    size: int
    first: int
    last: int

    @property
    def ended(self) -> int:
        """The first instant after it."""
        return self.opened + self.size

    @property
    def low(self) -> int:
        """Its least wait."""
        return min(self.first, self.last)

    @property
    def high(self) -> int:
        """Its longest wait."""
        return max(self.first, self.last)

    def within(self, start: int, end: int) -> Piece:
        """The part of it in `[start, end)`, of which it has some."""
        start, end = max(start, self.opened), min(end, self.ended)
        return Piece(start, end - start, self._wait(start), self._wait(end - 1))

    def _wait(self, at: int) -> int:
        if self.size == 1:
            return self.first
        return self.first + (self.last - self.first) * (at - self.opened) // (self.size - 1)


def pieces_of(calendar: Calendar, target: Target, openings: Run) -> list[Piece]:
    """The waits of all openings of some stretches of time, in order."""

    def due_of(opened: int) -> int:
        due = budget_of(calendar, target, opened).due()
        assert due is not None  # nothing is paused
        return due

    return [
        piece
        for start, end in openings
        for before, after in pairwise([*turns_of(calendar, target, start, end, due_of), end])
        for piece in _pieces(before, after, due_of)
    ]


def _pieces(turn: int, end: int, due_of: DueOf) -> Iterator[Piece]:
    """The opening at a turn, which goes with those before it or with those after it, and those up to the next turn."""
    wait = due_of(turn) - turn
    yield Piece(turn, 1, wait, wait)
    if end - turn > 1:
        first, last = turn + 1, end - 1
        yield Piece(first, last - first + 1, due_of(first) - first, due_of(last) - last)


def longest_of(pieces: Sequence[Piece]) -> Iterator[int]:
    """Of each stretch of openings that wait the longest the first, in order.

    Where the wait has grown until the next turn, the turn itself is the one, though due dates in whole microseconds may
    make the opening before it wait as long.
    """
    longest = max(piece.high for piece in pieces)
    before = False  # whether the opening before did
    for piece, after in zip_longest(pieces, pieces[1:]):
        if piece.first == longest:
            if not before:
                yield piece.opened
            before = piece.last == longest
        else:
            goes_on = after is not None and (after.opened, after.first) == (piece.ended, longest)
            before = piece.last == longest and not goes_on
            if before:
                yield piece.ended - 1


def least_covering(pieces: Iterable[Piece], percent: int) -> int:
    """The least wait that at least so many percent of the openings do not exceed."""
    # One week is much like another, so that few kinds of pieces are left to be looked at.
    kinds = Counter((piece.low, piece.high, piece.size) for piece in pieces)
    wanted = -(-sum(size * times for (_, _, size), times in kinds.items()) * percent // 100)
    least, longest = min(low for low, _, _ in kinds), max(high for _, high, _ in kinds)
    return bisect_left(range(longest), wanted, lo=least, key=lambda wait: _up_to(kinds, wait))


def _up_to(kinds: Mapping[tuple[int, int, int], int], wait: int) -> int:
    """How many openings wait so long at the most; of each kind of pieces it is told how many there are."""
    covered = 0
    for (low, high, size), times in kinds.items():
        if wait >= high:
            covered += size * times
        elif wait >= low:
            covered += ((wait - low) * (size - 1) // (high - low) + 1) * times
    return covered


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
