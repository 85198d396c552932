"""What goes evenly with the opening of a ticket between two turns, such as its wait: its extremes, and its shares.

The openings are whole microseconds, so that each can be counted.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise, zip_longest
from typing import NamedTuple


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


def pieces_between(turns: Iterable[int], end: int, length_of: Callable[[int], int]) -> Iterator[Piece]:
    """The openings from turn to turn up to `end`: each turn by itself, and what lies between."""
    for turn, after in pairwise([*turns, end]):
        at_turn = length_of(turn)
        yield Piece(turn, 1, at_turn, at_turn)
        if after - turn > 1:
            first, last = turn + 1, after - 1
            yield Piece(first, last - first + 1, length_of(first), length_of(last))


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


def least_covering(pieces: Iterable[Piece], percent: int, weight_of: Callable[[Piece], int] | None = None) -> int:
    """The least wait that at least so many percent of the openings do not exceed; those of a piece may count often."""
    # One week is much like another, so that few kinds of pieces are left to be looked at.
    kinds: Counter[tuple[int, int, int]] = Counter()
    for piece in pieces:
        kinds[piece.low, piece.high, piece.size] += 1 if weight_of is None else weight_of(piece)
    wanted = -(-sum(size * times for (_, _, size), times in kinds.items()) * percent // 100)
    longest = max(high for _, high, _ in kinds)
    return bisect_left(range(longest), wanted, key=lambda wait: _up_to(kinds, wait))


def up_to(pieces: Iterable[Piece], length: int) -> int:
    """How many openings have such a length at the most."""
    return _up_to(Counter((piece.low, piece.high, piece.size) for piece in pieces), length)


def _up_to(kinds: Mapping[tuple[int, int, int], int], wait: int) -> int:
    """How many openings wait so long at the most; of each kind of pieces it is told how many there are."""
    covered = 0
    for (low, high, size), times in kinds.items():
        if wait >= high:
            covered += size * times
        elif wait >= low:
            covered += ((wait - low) * (size - 1) // (high - low) + 1) * times
    return covered
