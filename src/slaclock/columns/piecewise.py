"""Piecewise functions of whole numbers, answered for whole arrays without a search.

The line is cut into buckets of a power of two, so small that few pieces of the function meet in one. What a bucket
needs is laid out in arrays by its number, and the number is a shift away. Where no such size exists, as for hours that
are cut into minutes, the same function is answered by a search.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

NEVER = np.iinfo(np.int64).min
"""What stands for no instant: the number that NumPy's NaT is."""
FAR = 1 << 62

_FEW, _MANY = 1 << 16, 1 << 18  # buckets: as many as stay in the processor's cache, and as many as are bearable
_MOST_PIECES = 4


class _Cut(NamedTuple):
    """A size of buckets: their shift, the number of the first, how many, and how many pieces meet in one at most."""

    shift: int
    first: int
    size: int
    pieces: int


def _cut(lows: Ints, highs: Ints) -> _Cut | None:
    """The buckets for pieces that lie from `lows[i]` to `highs[i]`, both included, in order; None if none will do."""
    for most in (_FEW, _MANY):
        for pieces in range(1, _MOST_PIECES + 1):
            for shift in range(48, 10, -1):
                first, last = int(lows[0]) >> shift, int(highs[-1]) >> shift
                if last - first + 3 > most:
                    break
                if (highs[:-pieces] >> shift < lows[pieces:] >> shift).all():
                    return _Cut(shift, first - 1, last - first + 3, pieces)
    return None


class Spans:
    """The open time before an instant: it grows inside spans and stands still between them.

    Spans are in order and do not overlap; `before` is what is open before each, and one more entry the whole.
    Before the first span the function is `before[0]`, after the last it is the whole.
    """

    def __init__(self, opens: Ints, closes: Ints, before: Ints) -> None:
        self.opens, self.closes, self.before = opens, closes, before
        self._cut = _cut(opens, closes - 1) if len(opens) else None
        if self._cut is None:
            return
        lows = (np.arange(self._cut.size) + self._cut.first) << self._cut.shift
        highs = lows + (1 << self._cut.shift)
        next_span = np.searchsorted(closes, lows, "right")
        base = before[next_span].copy()
        self._ends: list[tuple[Ints, Ints]] = []
        for piece in range(self._cut.pieces):
            i = np.minimum(next_span + piece, len(opens) - 1)
            inside = (next_span + piece < len(opens)) & (opens[i] < highs)
            opened, closed = np.where(inside, opens[i], lows), np.where(inside, closes[i], lows)
            # What of a span lies in an earlier bucket is counted by its own opening: a span is added whole.
            base -= opened
            self._ends.append((opened, closed))
        self._base = base

    def at(self, t: Ints) -> Ints:
        """The open time before each instant."""
        if self._cut is None:
            return self._searched(t)
        bucket = t >> self._cut.shift
        bucket -= self._cut.first
        # Every array that is made costs as much as a step of the sum, so the few there are serve again and again.
        (opened, closed), *others = self._ends
        out: Ints = opened.take(bucket, mode="clip")
        np.maximum(t, out, out=out)
        spare = closed.take(bucket, mode="clip")
        np.minimum(out, spare, out=out)
        for opened, closed in others:
            more = opened.take(bucket, mode="clip")
            np.maximum(t, more, out=more)
            out += np.minimum(more, closed.take(bucket, out=spare, mode="clip"), out=more)
        out += self._base.take(bucket, out=spare, mode="clip")
        return out

    def _searched(self, t: Ints) -> Ints:
        if not len(self.opens):
            return np.full(t.shape, self.before[0])
        i = np.maximum(np.searchsorted(self.opens, t, "right") - 1, 0)
        return self.before[i] + np.clip(t, self.opens[i], self.closes[i]) - self.opens[i]


class Steps:
    """A function that is `values[0]` up to the first edge, itself included, `values[1]` up to the second, and so on."""

    def __init__(self, edges: Ints, values: Ints) -> None:
        self._edges, self._values = edges, values
        self._cut = _cut(edges, edges) if len(edges) else None
        if self._cut is None:
            return
        lows = (np.arange(self._cut.size) + self._cut.first) << self._cut.shift
        highs = lows + (1 << self._cut.shift)
        next_edge = np.searchsorted(edges, lows, "left")
        jumps = np.diff(values)
        self._first = values[next_edge]
        self._jumps: list[tuple[Ints, Ints]] = []
        for piece in range(self._cut.pieces):
            i = np.minimum(next_edge + piece, len(edges) - 1)
            inside = (next_edge + piece < len(edges)) & (edges[i] < highs)
            self._jumps.append((np.where(inside, edges[i], FAR), np.where(inside, jumps[i], 0)))

    def at(self, x: Ints) -> Ints:
        """The value at each number."""
        if self._cut is None:
            return self._values[np.searchsorted(self._edges, x, "left")]
        bucket = x >> self._cut.shift
        bucket -= self._cut.first
        out: Ints = self._first.take(bucket, mode="clip")
        for edges, jumps in self._jumps:
            out += (x > edges.take(bucket, mode="clip")) * jumps.take(bucket, mode="clip")
        return out
