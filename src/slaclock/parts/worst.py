"""By how much the parts of a chain may end later than promised, over every opening of some stretches of time.

All that is looked at goes evenly between finitely many openings. These are the turns of the whole, and those of each
part, carried back through the parts before it (`clock.crossings`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from slaclock.clock.crossings import ValueOf, crossed
from slaclock.clock.pieces import Piece, longest_of, pieces_between, up_to
from slaclock.temporal.intervals import Run

from .cases import ChainCase


class Worst(NamedTuple):
    """The most by which a chain ends later than promised, negative where it always ends sooner, in microseconds.

    `opened` is the first opening of that. `late` are the openings that end too late, counted in microseconds.
    """

    excess: int
    opened: int
    late: int


def worst_of(case: ChainCase, openings: Run) -> Worst:
    """The worst over all openings of some stretches of time."""
    pieces = [piece for start, end in openings for piece in _pieces(case, start, end)]
    return Worst(
        excess=max(piece.high for piece in pieces),
        opened=next(longest_of(pieces)),
        late=sum(piece.size for piece in pieces) - up_to(pieces, most_kept(case)),
    )


def most_kept(case: ChainCase) -> int:
    """The most by which a chain may end later than promised and still keep it, in microseconds: 0, or just less.

    What ends just when something is due that is to be done before is late, unless the last part is itself done before
    its deadline.
    """
    return -1 if case.whole.target.strict and not case.parts[-1].target.strict else 0


def _pieces(case: ChainCase, start: int, end: int) -> list[Piece]:
    """How much later than promised the chain ends, for the openings in `[start, end)`, piece by piece."""
    ends_of = cache(case.ends)

    def excess(opened: int) -> int:
        ends = ends_of(opened)
        return ends[-1] - case.promised(ends)

    def reached(number: int) -> ValueOf:
        return lambda opened: ends_of(opened)[number]

    turns = case.whole.turns(start, end)
    for number, part in enumerate(case.parts):
        first, last = _range(turns, end, reached(number))
        turns = crossed(turns, end, reached(number), part.turns(first, last + 1))
    for number, part in enumerate(case.parts):
        if part.stops:
            turns = _stopped(case, turns, end, number, reached)
    return [*pieces_between(turns, end, excess)]


def _stopped(case: ChainCase, turns: list[int], end: int, number: int, reached: Callable[[int], ValueOf]) -> list[int]:
    """The turns with those that the promise has since its clock stands still during a part.

    It does not where it runs out before. Where it does, the clock goes on where the part ends.
    """
    begun, ended = reached(number), reached(number + 1)

    def due(parts: int) -> ValueOf:
        """When it would be due if the clock stood still during the first parts alone."""
        return lambda opened: case.promised([reached(at)(opened) for at in range(parts + 1)])

    def after(instant: ValueOf) -> ValueOf:
        """How long after an instant it would be due without this part."""
        return lambda opened: due(number)(opened) - instant(opened)

    _, last = _range(turns, end, due(number + 1))
    edges = case.whole.edges(turns[0], last)
    for instant in (begun, ended):
        turns = crossed(crossed(turns, end, instant, edges), end, after(instant), [0])
    return crossed(turns, end, due(number + 1), edges)


def _range(turns: Sequence[int], end: int, value_of: ValueOf) -> tuple[int, int]:
    """The least and the largest of a value that from one turn to the next only rises or only falls."""
    values = [
        value_of(at) for turn, after in pairwise([*turns, end]) for at in (turn, min(turn + 1, after - 1), after - 1)
    ]
    return min(values), max(values)
