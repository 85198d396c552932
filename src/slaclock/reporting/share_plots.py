"""Shares period by period as shapes to draw: where each lies with its 95 % interval, and what is wanted of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import ceil, floor

from .section import Share
from .share_series import Point, Series

MOST_PERIODS = 120
"""Of more periods the last so many are drawn."""
_SINGLE = 24  # so many periods have a mark each; more are a line within a band
_FEW = 8  # of so many periods their numbers have room in a narrow plot
_NARROW, _WIDE = 340, 720
_TOP, _SHARES, _AXIS, _BARS, _GAP = 16, 124, 22, 44, 14
_LEFT = 40  # where the labels of the levels stand
_LETTER, _BOLD = 6.4, 7.2  # the width of a letter of a label, about
_STEPS = (1, 2, 3, 4, 6, 12, 24, 36, 60)


@dataclass(frozen=True)
class Mark:
    """A share by its place, with those of the ends of its interval; `low` as its point says."""

    x: float
    y: float
    above: float
    below: float
    low: bool


@dataclass(frozen=True)
class SharePlot:
    """A series of shares as shapes, between `left` with the labels of `levels` and `right` with that of `wanted`.

    A few periods have `marks`; of many `band` and `line` are paths, and `marks` those that are low. `bars` are paths of
    how many there are in each period. `labels` are those of periods, at `foot`.
    """

    series: Series
    width: int
    height: float
    right: float
    foot: float
    levels: Sequence[tuple[float, str]]
    labels: Sequence[tuple[float, str]]
    wanted: float
    marks: Sequence[Mark]
    band: str
    line: str
    bars: Sequence[tuple[str, str]]
    left_out: str
    left: float = _LEFT

    @property
    def wide(self) -> bool:
        """Whether there are more periods than fit beside other plots."""
        return self.width == _WIDE


def plot_of(series: Series) -> SharePlot:
    """The shapes of a series."""
    points = series.points[-MOST_PERIODS:]
    many, counted = len(points) > _SINGLE, any(point.counts for point in points)
    width = _WIDE if len(points) > (_FEW if counted else _SINGLE) else _NARROW
    right = round(width - len(series.beside) * _BOLD - 8, 1)
    slot = (right - _LEFT) / max(len(points), 1)
    least = _least(series.wanted, [point.share for point in points if point.share])
    marks = [_mark(point, _LEFT + (number + 0.5) * slot, least) for number, point in enumerate(points)]
    foot = _TOP + _SHARES
    earlier = len(series.points) - len(points)
    return SharePlot(
        series,
        width,
        foot + _AXIS + (_GAP + _BARS if counted else 0),
        right,
        foot,
        [(_place(level, least), f"{level * 100:.0f} %") for level in _levels(least)],
        list(_labels(points, slot, right)),
        _place(series.wanted, least),
        [mark for mark in marks if mark and (mark.low or not many)],
        _band(marks) if many else "",
        _line(marks) if many else "",
        list(_bars(points, slot, foot + _AXIS + _GAP)) if counted else [],
        f"The last {len(points)} of {len(series.points):,} {series.length}s are drawn." if earlier else "",
    )


def _mark(point: Point, x: float, least: float) -> Mark | None:
    if point.share is None:
        return None
    share, (low, high) = float(point.share.share), point.share.interval
    return Mark(round(x, 1), _place(share, least), _place(high, least), _place(low, least), point.low)


def _place(share: float, least: float) -> float:
    """How far down a share lies, where the plot begins with the least."""
    return round(_TOP + (1 - max(share, least)) / (1 - least) * _SHARES, 1)


def _least(wanted: float, shares: Sequence[Share]) -> float:
    """Where a plot begins, so that all shares are on it, and all intervals but the widest few of very many."""
    lows = sorted(share.interval.low for share in shares)
    most = [wanted, *(float(share.share) for share in shares), *lows[len(lows) // _SINGLE : len(lows) // _SINGLE + 1]]
    return min(max(floor(min(most) * 10 - 0.2) / 10, 0.0), 0.9)


def _levels(least: float) -> list[float]:
    """The levels that have a line: few, and round."""
    step = 0.05 if least >= 0.8 else 0.1 if least >= 0.5 else 0.2
    first = ceil(round(least / step, 6))
    return [number * step for number in range(first, round(1 / step) + 1)]


def _labels(points: Sequence[Point], slot: float, right: float) -> Iterator[tuple[float, str]]:
    """The labels of the periods, as many as have room."""
    longest = max((len(point.period.label) for point in points), default=0) * _LETTER
    step = next((step for step in _STEPS if step * slot >= longest + 10), 2 * _STEPS[-1])
    for number in range(0, len(points), step):
        middle = _LEFT + (number + 0.5) * slot
        yield round(min(max(middle, longest / 2), right + longest / 4), 1), points[number].period.label


def _band(marks: Sequence[Mark | None]) -> str:
    """The path of the intervals, apart where a period has none."""
    path = ""
    for run in _runs(marks):
        there = "L".join(f"{mark.x:g} {mark.above:g}" for mark in run)
        back = "L".join(f"{mark.x:g} {mark.below:g}" for mark in reversed(run))
        path += f"M{there}L{back}z"
    return path


def _line(marks: Sequence[Mark | None]) -> str:
    """The path of the shares, apart where a period has none; one alone is a dot, since the line's ends are round."""
    runs = [run if len(run) > 1 else run * 2 for run in _runs(marks)]
    return "".join("M" + "L".join(f"{mark.x:g} {mark.y:g}" for mark in run) for run in runs)


def _runs(marks: Sequence[Mark | None]) -> Iterator[list[Mark]]:
    for known, run in groupby(marks, key=lambda mark: mark is not None):
        if known:
            yield [mark for mark in run if mark is not None]


def _bars(points: Sequence[Point], slot: float, top: float) -> Iterator[tuple[str, str]]:
    """Bars of how many there are, one kind upon the other."""
    most = max(sum(point.counts) for point in points) or 1
    length = round(slot * (0.7 if slot > 8 else 0.86), 1)
    for kind, name in enumerate(("met", "missed", "other")):
        path = ""
        for number, point in enumerate(points):
            count, below = point.counts[kind], sum(point.counts[:kind])
            if count:
                high, x = top + _BARS * (1 - (below + count) / most), _LEFT + number * slot + (slot - length) / 2
                path += f"M{x:.1f} {high:.1f}h{length:g}v{_BARS * count / most:.1f}h-{length:g}z"
        yield name, path
