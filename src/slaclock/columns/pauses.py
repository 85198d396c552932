"""The pauses of some rows on a scale: how much of it they cover, and where a stopped clock has counted enough."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .clocks import Scale
from .piecewise import FAR, Bools, Ints

_ROUNDS = 8


@dataclass
class Held:
    """Pauses of `count` rows, in order of row and start; the end of one that is still open is `FAR`.

    None begins before its row, nor ends before it begins.
    """

    count: int
    row: Ints
    start: Ints
    end: Ints

    @cached_property
    def bounds(self) -> Ints:
        """Where each row's pauses begin, and where the last row's end."""
        return _running(np.bincount(self.row, minlength=self.count))

    @cached_property
    def follows(self) -> Bools:
        """Whether each pause but the first is of the same row as the one before it."""
        return np.equal(self.row[1:], self.row[:-1])

    @cached_property
    def open(self) -> Bools | None:
        """Which pauses are still open; None when none is."""
        found = self.end == FAR
        return found if found.any() else None

    def of(self, rows: Ints) -> Held:
        """The pauses of some of the rows, which are numbered anew."""
        number = np.full(self.count, -1)
        number[rows] = np.arange(len(rows))
        new = number[self.row]
        kept = new >= 0
        return Held(len(rows), new[kept], self.start[kept], self.end[kept])

    def as_of(self, seen: Ints, done: Bools) -> Held:
        """The pauses as they were known at an instant a row: one that had not ended yet is open, if work was not done.

        Where it was done, such a pause ended there.
        """
        kept = self.start <= seen[self.row]
        row, start, end = self.row[kept], self.start[kept], self.end[kept]
        by = seen[row]
        end = np.where(end > by, np.where(done[row], by, FAR), end)
        return Held(self.count, row, start, end)

    @property
    def waiting(self) -> Bools:
        """The rows that have an open pause."""
        found = np.zeros(self.count, bool)
        if self.open is not None:
            found[self.row[self.open]] = True
        return found

    def until(self, row_end: Ints) -> Held:
        """The pauses as if every one still open at its row's end ended there."""
        end = np.minimum(self.end, row_end[self.row])
        kept = self.start < end
        return Held(self.count, self.row[kept], self.start[kept], end[kept])

    def covered(self, scale: Scale, high: Ints) -> Ints:
        """How much of the scale each row's pauses cover up to a place; none begins before its row."""
        high = high.take(self.row, mode="clip")
        start, end = self._united(scale)
        covered = np.minimum(end, high)
        covered -= np.minimum(start, high, out=high)
        return self._sums(covered)

    def stopped(self, scale: Scale, low: Ints, amount: Ints, window_end: int) -> tuple[Ints, Bools, Bools]:
        """What the pauses add before an `amount` counted from `low` is used up.

        Also which rows an open pause holds for ever, and which cannot be told from the window.
        """
        start, end = self._united(scale)
        begun = low.take(self.row, mode="clip")
        length = end - start
        earlier = np.cumsum(length) - length
        if len(earlier):
            earlier -= earlier.take(self.bounds.take(self.row), mode="clip")
        counts = start - begun - earlier < amount.take(self.row)
        for_ever = np.zeros(self.count, bool)
        untold = np.zeros(self.count, bool)
        if self.open is not None:
            for_ever[self.row[counts & self.open]] = True
            if scale.bounded:
                untold[self.row[counts & self.open & (self.start >= window_end)]] = True
        return self._sums(length * counts), for_ever, untold

    def _united(self, scale: Scale) -> tuple[Ints, Ints]:
        """Where each pause starts and ends on the scale, what earlier ones of its row cover left out."""
        start, end = scale.at(self.start), scale.at(self.end)
        if self.open is not None:
            end = np.where(self.open, FAR, end)
        over = np.flatnonzero(self.follows & (start[1:] < end[:-1])) + 1
        if not len(over):
            return start, end
        start, end = start.copy(), end.copy()  # which may be the pauses' own
        # Each of these gives way to the one before it, which may lay it over the next one; few do so for long.
        for _ in range(_ROUNDS):
            if not len(over):
                return start, end
            reached = end[over - 1]
            start[over] = reached
            end[over] = np.maximum(end[over], reached)
            over = over[over < len(start) - 1] + 1
            over = over[self.follows[over - 1] & (start[over] < end[over - 1])]
        reach, step = end.copy(), 1  # how far the row's pauses have reached: a running maximum, in doubling steps
        while step < len(reach):
            same = self.row[step:] == self.row[:-step]
            if not same.any():
                break
            reach[step:] = np.where(same, np.maximum(reach[step:], reach[:-step]), reach[step:])
            step *= 2
        start[1:] = np.where(self.follows, np.maximum(start[1:], reach[:-1]), start[1:])
        return start, np.maximum(start, end)

    def _sums(self, values: Ints) -> Ints:
        """The sum of each row's values."""
        at = _running(values).take(self.bounds, mode="clip")
        sums: Ints = at[1:] - at[:-1]
        return sums


def _running(values: Ints) -> Ints:
    """The sums of the first none, one, two, and so on of the values."""
    sums = np.empty(len(values) + 1, np.int64)
    sums[0] = 0
    np.cumsum(values, out=sums[1:])
    return sums
