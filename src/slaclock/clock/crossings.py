"""Where what goes with the opening of a ticket passes given instants: how turns are carried from one clock to another.

A chain of deadlines goes evenly between the turns of its first part, and between the openings from which it reaches the
turns of the next. So each part's turns are carried back through the parts before it, by one rule.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

_FEW = 4  # microseconds, by which what goes evenly may be off the line at the most
ValueOf = Callable[[int], int]
"""What belongs to an opening, such as the instant at which a part of a chain is due."""


def crossed(turns: Sequence[int], end: int, value_of: ValueOf, levels: Sequence[int]) -> list[int]:
    """The turns, and the openings up to `end` at which a value passes one of some levels, which are in order.

    From just after a turn until just before the next the value must only rise or only fall.
    """
    crossings = set(turns)
    for turn, after in pairwise([*turns, end]):
        if after - turn > 1:
            crossings.update(_crossings(turn + 1, after - 1, value_of, levels))
    return sorted(crossings)


def _crossings(first: int, last: int, value_of: ValueOf, levels: Sequence[int]) -> Iterator[int]:
    """About each level the openings on both sides of it and on it."""
    low, high = value_of(first), value_of(last)
    falls = high < low
    inside = levels[bisect_left(levels, min(low, high)) : bisect_right(levels, max(low, high))]
    for level in inside if high != low else ():
        at = first + level - low
        if high - low == last - first and value_of(at) == level:  # a microsecond for each opening
            yield at
            continue
        for wanted in (level, level - 1) if falls else (level, level + 1):
            beyond = _first_at(first, last, low, high, value_of, wanted)
            yield from (at for at in (beyond - 1, beyond) if first <= at <= last)


def _first_at(first: int, last: int, low: int, high: int, value_of: ValueOf, wanted: int) -> int:  # noqa: PLR0917
    """The first opening whose value is at or beyond what is wanted, on the way from `low` to `high`."""

    def is_there(at: int) -> bool:
        return (value_of(at) - wanted) * (high - low) >= 0

    guess = first + (wanted - low) * (last - first) // (high - low)
    below, above, near = first - 1, last + 1, [guess + _FEW, guess - _FEW]
    while above - below > 1:
        at = near.pop() if near else (below + above) // 2
        if below < at < above:
            below, above = (below, at) if is_there(at) else (at, above)
    return above
