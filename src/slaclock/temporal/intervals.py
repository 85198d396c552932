"""Half-open intervals `[start, end)` of whole numbers: union, clip, intersect, subtract.

An interval is a pair with start < end. A *run* of intervals is in order and no two of them touch.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

Interval = tuple[int, int]
Run = tuple[Interval, ...]


def union(intervals: Iterable[Interval]) -> Run:
    """The run that covers what any of the intervals covers; empty and backward ones cover nothing."""
    out: list[Interval] = []
    for start, end in sorted(intervals):
        if start >= end:
            continue
        if out and start <= out[-1][1]:
            if end > out[-1][1]:
                out[-1] = (out[-1][0], end)
        else:
            out.append((start, end))
    return tuple(out)


def clip(run: Iterable[Interval], start: int | None = None, end: int | None = None) -> Run:
    """What of the run lies in `[start, end)`; None leaves that side open."""
    out: list[Interval] = []
    for a, b in run:
        a = a if start is None or a > start else start
        b = b if end is None or b < end else end
        if a < b:
            out.append((a, b))
    return tuple(out)


def intersect(left: Sequence[Interval], right: Sequence[Interval]) -> Run:
    """What both runs cover."""
    out: list[Interval] = []
    i = j = 0
    while i < len(left) and j < len(right):
        start, end = max(left[i][0], right[j][0]), min(left[i][1], right[j][1])
        if start < end:
            out.append((start, end))
        if left[i][1] < right[j][1]:
            i += 1
        else:
            j += 1
    return tuple(out)


def subtract(run: Sequence[Interval], holes: Sequence[Interval]) -> Run:
    """What the run covers and the holes do not; both are runs."""
    out: list[Interval] = []
    j = 0
    for start, end in run:
        while j < len(holes) and holes[j][1] <= start:
            j += 1
        k = j
        while k < len(holes) and holes[k][0] < end:
            if holes[k][0] > start:
                out.append((start, holes[k][0]))
            start = max(start, holes[k][1])
            k += 1
        if start < end:
            out.append((start, end))
    return tuple(out)


def each_once(days: Iterable[tuple[int, Run]]) -> Iterator[tuple[int, Run]]:
    """Days in order, each without what an earlier one covers: a night owns what it shares with the next day."""
    reached: int | None = None
    for day, run in days:
        if run and reached is not None and run[0][0] < reached:
            run = clip(run, start=reached)
        if run:
            reached = run[-1][1]
        yield day, run
