"""The pauses of some rows on a clock: how much of it they cover, and where a stopped clock has counted enough."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .arrays import renumbered
from .clocks import Places
from .piecewise import FAR, Bools, Ints

_FEW = 8  # where more than one pause in so many lies on the one before it, all rows are united and not only those


@dataclass
class RowPauses:
    """Pauses of `count` rows, in order of row, those of a row in any; the end of one that is still open is `FAR`.

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
        still = self.end == FAR
        return still if still.any() else None

    def of(self, rows: Ints) -> RowPauses:
        """The pauses of some of the rows, which are numbered anew."""
        new = renumbered(rows, self.count)[self.row]
        chosen = new >= 0
        return RowPauses(len(rows), new[chosen], self.start[chosen], self.end[chosen])

    def without(self, rows: Bools) -> RowPauses:
        """The pauses of the rows but some, which have none."""
        chosen = ~rows[self.row]
        return RowPauses(self.count, self.row[chosen], self.start[chosen], self.end[chosen])

    def as_of(self, seen: Ints, done: Bools) -> RowPauses:
        """The pauses as they were known at an instant a row: one that had not ended yet is open, if work was not done.

        Where it was done, such a pause ended there.
        """
        chosen = self.start <= seen[self.row]
        row, start, end = self.row[chosen], self.start[chosen], self.end[chosen]
        by = seen[row]
        end = np.where(end > by, np.where(done[row], by, FAR), end)
        return RowPauses(self.count, row, start, end)

    @property
    def waiting(self) -> Bools:
        """The rows that have an open pause."""
        waiting = np.zeros(self.count, bool)
        if self.open is not None:
            waiting[self.row[self.open]] = True
        return waiting

    def any_until(self, row_end: Ints) -> Bools:
        """The rows that have a pause of some length before their end."""
        paused = np.zeros(self.count, bool)
        paused[self.row[self.start < np.minimum(self.end, row_end[self.row])]] = True
        return paused

    def since(self, row_start: Ints) -> RowPauses:
        """What is left of the pauses from an instant a row on."""
        start = np.maximum(self.start, row_start[self.row])
        chosen = start < self.end
        return RowPauses(self.count, self.row[chosen], start[chosen], self.end[chosen])

    def until(self, row_end: Ints) -> RowPauses:
        """The pauses as if every one still open at its row's end ended there."""
        end = np.minimum(self.end, row_end[self.row])
        chosen = self.start < end
        return RowPauses(self.count, self.row[chosen], self.start[chosen], end[chosen])

    @property
    def backward(self) -> RowPauses:
        """The pauses as a `BackwardClock` has them, none of which is still open."""
        return RowPauses(self.count, self.row, -self.end, -self.start)

    def covered(self, clock: Places, low: Ints, high: Ints) -> Ints:
        """How much of the clock each row's pauses cover from its own place `low`, where none begins before, to `high`.

        Nothing where `high` comes first.
        """
        most = np.maximum(low, high).take(self.row, mode="clip")
        # Cut off before they are united, so that an end far away is not among what has to be put in order.
        start, end = self._disjoint(np.minimum(clock.at(self.start), most), np.minimum(clock.at(self.end), most), low)
        return self._sums(np.subtract(end, start, out=most))

    def stopped(self, clock: Places, low: Ints, amount: Ints, window_end: int) -> tuple[Ints, Bools, Bools]:
        """What the pauses add before an `amount` counted from `low` is used up.

        Also which rows an open pause holds for ever, and which cannot be told from the window.
        """
        end = clock.at(self.end)
        if self.open is not None:
            end = np.where(self.open, FAR, end)
        start, end = self._disjoint(clock.at(self.start), end, low)
        length = end - start
        begun = low.take(self.row, mode="clip")
        earlier = np.cumsum(length) - length
        if len(earlier):
            earlier -= earlier.take(self.bounds.take(self.row), mode="clip")
        counts = start - begun - earlier < amount.take(self.row)
        for_ever = np.zeros(self.count, bool)
        beyond = np.zeros(self.count, bool)
        if self.open is not None:
            # All open pauses of a row hold from where the first begins, so the row's last part tells of each.
            last = self.waiting
            for_ever[last] = counts[self.bounds[1:][last] - 1]
            if clock.bounded:
                beyond[self.row[self.open & (self.start >= window_end)]] = True
                beyond &= for_ever
        return self._sums(length * counts), for_ever, beyond

    def _disjoint(self, start: Ints, end: Ints, low: Ints) -> tuple[Ints, Ints]:
        """The union of each row's pauses, given by their places, in as many parts: in order, and none on another.

        None begins before its row's place `low`.
        """
        overlaps = start[1:] < end[:-1]
        overlaps &= self.follows
        many = np.count_nonzero(overlaps)
        if not many:
            return start, end
        if many * _FEW > len(start):
            return _united(self.row, self.count, low.take(self.row), start, end)
        rows = np.zeros(self.count, bool)
        rows[self.row[np.flatnonzero(overlaps)]] = True
        where = np.flatnonzero(rows.take(self.row))
        row = self.row[where]
        if start is self.start:  # the wall clock's places are the instants themselves
            start, end = start.copy(), end.copy()
        start[where], end[where] = _united(row, self.count, low[row], start[where], end[where])
        return start, end

    def _sums(self, values: Ints) -> Ints:
        """The sum of each row's values."""
        sums = np.zeros(self.count, np.int64)
        np.add.at(sums, self.row, values)
        return sums


def counted(clock: Places, start: Ints, end: Ints, pauses: RowPauses | None) -> Ints:
    """What the clock counts from starts to ends outside the pauses, none of which begins before; nothing backwards."""
    low, high = clock.at(start), clock.at(end)
    high = np.maximum(low, high)
    return high - low - (0 if pauses is None else pauses.covered(clock, low, high))


def _running(values: Ints) -> Ints:
    """The sums of the first none, one, two, and so on of the values."""
    sums = np.empty(len(values) + 1, np.int64)
    sums[0] = 0
    np.cumsum(values, out=sums[1:])
    return sums


def _united(row: Ints, count: int, low: Ints, start: Ints, end: Ints) -> tuple[Ints, Ints]:
    """The parts of the union of each row's pauses; they come in order of row, and `low` is the least place of each.

    No pause need know its own end: of a row's starts in order and its ends in order, part i begins at start i, or
    where end i - 1 is later, there, and ends at end i. All pauses before are over by then where start i is later.
    """
    begins, ends = start - low, end - low
    far = end == FAR if end.max() == FAR else None
    if far is not None:
        ends[far] = begins[far]
    width = max(int(begins.max()), int(ends.max())) + 2
    # A place below its row's is one that did not fit itself: that of a row without a start, on the wall clock.
    if begins.min() < 0 or ends.min() < 0 or count * width >= 1 << 63:
        start, end = start[np.lexsort((start, row))], end[np.lexsort((end, row))]
        start[1:] = np.where(row[1:] == row[:-1], np.maximum(start[1:], end[:-1]), start[1:])
        return start, end
    # A row and a place in one integer: NumPy sorts those several times as fast as it finds an order.
    before = row * width
    begins += before
    ends += before
    if far is not None:
        ends[far] = before[far] + (width - 1)  # after every place of its row
    if (row[2:] == row[:-2]).any():
        begins.sort()
        ends.sort()
    else:
        begins, ends = _swapped(begins), _swapped(ends)
    np.maximum(begins[1:], ends[:-1], out=begins[1:])  # what ends in another row does so before any place of this one
    before -= low
    begins -= before
    ends -= before
    return begins, ends


def _swapped(keys: Ints) -> Ints:
    """Numbers in order, of which none is more than one place off: those of rows that have two at most."""
    ordered = keys.copy()
    np.minimum(keys[:-1], keys[1:], out=ordered[:-1])
    np.maximum(ordered[1:], keys[:-1], out=ordered[1:])
    return ordered
