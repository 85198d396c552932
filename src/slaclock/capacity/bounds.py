"""How many of some items must be late, whoever does what and in whatever order, in service time.

All work may begin at once. An item has until its deadline a window of service time, of which its work takes some, and
no two people work on it at once. One person does the most items in time by Moore's rule: in the order of the windows
take each, and where one no longer fits let the longest go. Several people are no better than one who is so many times
as fast, of whom the same rule says what must be late at least.

J. M. Moore, "An n job, one machine sequencing algorithm for minimizing the number of late jobs", Management Science 15
(1968), with the proof of T. J. Hodgson; for several people W. A. Horn, "Some simple scheduling algorithms" (1974).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from heapq import heappop, heappush, heapreplace, nlargest
from itertools import groupby
from typing import NamedTuple

_MOST_LOOKED_AT = 64
"""So many windows, the most overfull, are looked at for what long items need within them; each alone is a proof."""


class Need(NamedTuple):
    """An item: the service time until its deadline, and how much of it its work takes."""

    window: int
    work: int

    @property
    def fits(self) -> bool:
        """Whether it can be done in time if someone begins at once."""
        return self.work <= self.window


class Window(NamedTuple):
    """What there is to do within a window, for items that each fit alone.

    `items` with their `work` must be done by its end; there is room for `capacity`. At least `late` of them must be
    late, which shows where `left` does not fit any more: what is left of the work however one fewer of them are let go.
    With `ahead`, it counts too what of later items must be done by then, since no two hands work on one at once.
    """

    window: int
    items: int
    work: int
    capacity: int
    late: int
    left: int
    ahead: bool = False


def windows_of(needs: Sequence[Need], hands: int) -> Iterator[Window]:
    """The windows of items that each fit alone, the shortest first, each with how many must be late by then."""
    kept: list[int] = []  # what is not let go, the longest first
    items = work = total = late = left = 0
    for window, group in groupby(sorted(needs), key=lambda need: need.window):
        capacity = window * hands
        for need in group:
            items, work, total = items + 1, work + need.work, total + need.work
            heappush(kept, -need.work)
            if total > capacity:
                late, left = late + 1, total
                total += heappop(kept)
        yield Window(window, items, work, capacity, late, left)


def forced_window(needs: Sequence[Need], hands: int) -> Window | None:
    """The window in which the most must be late, counting what long items with later windows need within it.

    An item that takes nearly all of its window must be at work nearly all the time. None where that proves nothing.
    """
    starts = sorted(need.window - need.work for need in needs)  # when each must begin at the latest
    ends = sorted(need.window for need in needs)
    overfull = []
    begun = ended = load = at = 0
    for end in dict.fromkeys(ends):
        while begun < len(starts) and starts[begun] < end:
            load, at = load + (begun - ended) * (starts[begun] - at), starts[begun]
            begun += 1
        load, at = load + (begun - ended) * (end - at), end
        while ended < len(ends) and ends[ended] == end:
            ended += 1
        if load > end * hands:
            overfull.append((load - end * hands, end))
    windows = [_forced(needs, end, end * hands) for _, end in nlargest(_MOST_LOOKED_AT, overfull)]
    return max(windows, key=lambda window: (window.late, -window.window), default=None)


def _forced(needs: Sequence[Need], end: int, capacity: int) -> Window:
    """How many items must be late for what must be done within a window to fit, the longest let go first."""
    within = sorted((min(need.work, end - need.window + need.work) for need in needs), reverse=True)
    left = work = sum(part for part in within if part > 0)
    late, before = 0, work
    for part in within:
        if left <= capacity:
            break
        late, before, left = late + 1, left, left - part
    return Window(end, sum(part > 0 for part in within), work, capacity, late, before, ahead=True)


class Plan(NamedTuple):
    """A plan: for each pair of hands the numbers of the items that it does, in order, and those that are let go.

    There are no more of them than items; others would have nothing to do.
    """

    hands: list[list[int]]
    late: list[int]


def plan_of(needs: Sequence[Need], hands: int) -> Plan:
    """A plan by which few are late, each item done by one pair of hands: for one person the fewest that there can be.

    In the order of the windows each item goes to who has the least to do; where it no longer fits, the longest of hers
    is let go.
    """
    busy = [(0, hand) for hand in range(min(hands, len(needs)))]
    kept: list[list[tuple[int, int]]] = [[] for _ in busy]
    late = []
    for number in sorted(range(len(needs)), key=lambda number: needs[number]):
        need = needs[number]
        load, hand = busy[0]
        heappush(kept[hand], (-need.work, -number))
        load += need.work
        if load > need.window:
            work, gone = heappop(kept[hand])
            load += work
            late.append(-gone)
        heapreplace(busy, (load, hand))
    in_order = [sorted((-number for _, number in own), key=lambda number: needs[number]) for own in kept]
    return Plan(in_order, sorted(late))
