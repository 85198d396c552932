"""When each opening of some stretches of time is due, as lines of whole numbers, exact to the microsecond.

With these a due date is found without any rule of a calendar: the line in which an opening lies is looked up, and one
fraction is rounded up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from math import lcm
from typing import NamedTuple, cast

from slaclock.calendar.base import Calendar
from slaclock.clock.budgets import Budget, budget_of
from slaclock.clock.pieces import Piece
from slaclock.clock.targets import Target
from slaclock.temporal.intervals import Run

from .waits import pieces_of


class DueLine(NamedTuple):
    """`size` openings in a row, a microsecond apart, of which the first is due at `due`.

    The one `n` microseconds after it is due `ceil((n * rise - ahead) / run)` microseconds after that. `ahead` is by how
    much the first is due after the clock of its target ran out, which a proportional day does within a microsecond.
    """

    opened: int
    size: int
    due: int
    rise: int = 0
    run: int = 1
    ahead: int = 0

    def due_of(self, opened: int) -> int:
        """When one of its openings is due."""
        return self.due - (self.ahead - (opened - self.opened) * self.rise) // self.run

    @property
    def ended(self) -> int:
        """The first instant after it."""
        return self.opened + self.size

    def goes_on_as(self, line: DueLine) -> bool:
        """Whether the openings of the next line are due as if they were openings of this one."""
        if line.size == 1:
            return self.due_of(line.opened) == line.due
        exact = self.due + Fraction((line.opened - self.opened) * self.rise - self.ahead, self.run)
        alike = self.rise * line.run == line.rise * self.run
        return alike and exact == line.due - Fraction(line.ahead, line.run)

    def begun_before(self) -> DueLine:
        """The line with the opening before it, if that is due as this one goes."""
        sooner, ahead = divmod(self.ahead + self.rise, self.run)
        return self._replace(opened=self.opened - 1, size=self.size + 1, due=self.due - sooner, ahead=ahead)


def due_lines(calendar: Calendar, target: Target, openings: Run) -> list[DueLine]:
    """The lines of all openings of some stretches of time, in order; as few as the pieces of their waits let be.

    Where the wait stays or the due date does, so it is for all between, since due dates do not fall from one opening to
    the next of a piece. Else the days clock gives the line: between two turns an opening passes evenly through one
    working day, and its due date through another.
    """
    return list(_joined(_line(calendar, target, piece) for piece in pieces_of(calendar, target, openings)))


def _line(calendar: Calendar, target: Target, piece: Piece) -> DueLine:
    line = DueLine(piece.opened, piece.size, piece.opened + piece.first)
    if piece.last - piece.first == 1 - piece.size:  # all are due at once
        return line
    if piece.last == piece.first:
        return line._replace(rise=1)
    # The clock of days, whose counts are fractions.
    budget = cast(Budget[Fraction], budget_of(calendar, target, line.opened))
    passed, needed = (budget.clock.between(at, at + 1) for at in (line.opened, line.due - 1))
    slope = passed / needed
    over = (budget.clock.between(line.opened, line.due) - budget.amount) / needed
    run = lcm(slope.denominator, over.denominator)
    line = line._replace(rise=int(slope * run), run=run, ahead=int(over * run))
    assert line.due_of(line.ended - 1) == line.ended - 1 + piece.last, "a turn of the due date is missing"
    return line


def _joined(lines: Iterable[DueLine]) -> Iterator[DueLine]:
    """The lines, each with the next ones that go on as it does."""
    last: DueLine | None = None
    for line in lines:
        if last is not None and last.ended == line.opened:
            if last.goes_on_as(line):
                last = last._replace(size=last.size + line.size)
                continue
            if last.size == 1 and line.begun_before().due == last.due:
                last = line.begun_before()
                continue
        if last is not None:
            yield last
        last = line
    if last is not None:
        yield last
