"""The years in a row: how much open time, how many working days and how many closed years stand before each of them.

The chain starts at the first year that is asked for and grows in either direction, a year's totals at a time, so
that the distance between two instants is paid for once.

It is safe to share between threads without a lock, which a process that forks might inherit locked: growing puts new
links in place of the old, and reading takes whichever are there. All links count from the same year, so that two
threads which grow the chain at once do no more than the same work twice.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from typing import NamedTuple

from slaclock.temporal.instants import FIRST_YEAR, LAST_YEAR

HOURS, DAYS, CLOSED = 0, 1, 2  # which of a year's totals; the last is 1 for a year that closes at all, else 0
Totals = tuple[int, int, int]
_LONGEST_STEP = 512


class _Links(NamedTuple):
    """What stands before each year from `first` on, and before the year after the last, of all totals.

    The year from which all is counted has nothing before it; earlier ones have less than nothing.
    """

    first: int
    sums: tuple[list[int], list[int], list[int]]

    @property
    def last(self) -> int:
        return self.first + len(self.sums[HOURS]) - 2


class YearChain:
    """Running totals over the years; `totals` gives those of one year."""

    def __init__(self, totals: Callable[[int], Totals]) -> None:
        self._totals = totals
        self._links: _Links | None = None
        self._origin: dict[str, int] = {}  # one key, since of two threads that set it both get what the first has set

    def before(self, year: int) -> Totals:
        """What stands before the year, counted from the start of the chain's first year."""
        links = self._covering(year, year)
        at = year - links.first
        return links.sums[HOURS][at], links.sums[DAYS][at], links.sums[CLOSED][at]

    def reaching(self, which: int, value: int) -> int | None:
        """The year in which the running total first reaches `value`; None when no year does."""
        sums = self._around(which, lambda sums: value <= sums[-1], lambda sums: sums[0] < value)
        at = bisect_left(sums.sums[which], value) - 1
        return sums.first + at if 0 <= at < len(sums.sums[which]) - 1 else None

    def holding(self, which: int, value: int) -> int | None:
        """The year in which the running total last stands at `value`; None when no year does."""
        sums = self._around(which, lambda sums: value < sums[-1], lambda sums: sums[0] <= value)
        at = bisect_right(sums.sums[which], value) - 1
        return sums.first + at if 0 <= at < len(sums.sums[which]) - 1 else None

    @property
    def weight(self) -> int:
        """About how many bytes the chain takes."""
        return 0 if self._links is None else 3 * 40 * len(self._links.sums[HOURS])

    def _around(self, which: int, ahead: Callable[[list[int]], bool], behind: Callable[[list[int]], bool]) -> _Links:
        """The chain, grown until both say that it is long enough, or to the ends of time."""
        links = self._links
        assert links is not None  # `before` was asked first: a value means nothing without a place to count from
        step = 1
        while not ahead(links.sums[which]) and links.last < LAST_YEAR:
            links = self._covering(links.first, min(links.last + step, LAST_YEAR))
            step = min(2 * step, _LONGEST_STEP)
        step = 1
        while not behind(links.sums[which]) and links.first > FIRST_YEAR:
            links = self._covering(max(links.first - step, FIRST_YEAR), links.last)
            step = min(2 * step, _LONGEST_STEP)
        return links

    def _covering(self, first: int, last: int) -> _Links:
        links = self._links
        if links is not None and links.first <= first and last <= links.last:
            return links
        if links is None:
            links = _Links(self._origin.setdefault("year", first), ([0], [0], [0]))
        earlier = [self._totals(year) for year in range(first, links.first)]
        later = [self._totals(year) for year in range(links.last + 1, last + 1)]
        hours, days, closed = (_extended(links.sums[which], earlier, later, which) for which in (HOURS, DAYS, CLOSED))
        self._links = links = _Links(min(first, links.first), (hours, days, closed))
        return links


def _extended(sums: list[int], earlier: list[Totals], later: list[Totals], which: int) -> list[int]:
    before = [sums[0]]
    for total in reversed(earlier):
        before.append(before[-1] - total[which])
    after = [sums[-1]]
    for total in later:
        after.append(after[-1] + total[which])
    return [*reversed(before[1:]), *sums, *after[1:]]
