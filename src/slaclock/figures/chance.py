"""What chance alone explains: the shares that a count is consistent with, and counts that stand out among others."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import exp, inf, lgamma, log, sqrt
from typing import NamedTuple

_CONFIDENT = 1.959963984540054  # the normal quantile of a two-sided interval of 95 %
_DOUBT = 0.05


class Interval(NamedTuple):
    """The shares that a count is consistent with."""

    low: float
    high: float


def interval_of(met: int, decided: int) -> Interval | None:
    """The 95 % Wilson score interval of a share: wide where few items are decided; None with nothing decided.

    >>> interval = interval_of(9, 10)
    >>> round(interval.low, 3), round(interval.high, 3)
    (0.596, 0.982)
    """
    if not decided:
        return None
    p, z2 = met / decided, _CONFIDENT**2
    middle = (p + z2 / (2 * decided)) / (1 + z2 / decided)
    half = _CONFIDENT / (1 + z2 / decided) * sqrt(p * (1 - p) / decided + z2 / (4 * decided * decided))
    return Interval(max(middle - half, 0.0), min(middle + half, 1.0))


def low_ones(counts: Sequence[tuple[int, int]], wanted: Fraction | None = None) -> tuple[int, ...]:
    """Which of some shares, each `met` of `decided`, are lower than chance explains were each of them `wanted`.

    Without it, were each the share of all of them together. However many shares are looked at, in 19 of 20 cases none
    is named of those that differ by chance alone.

    >>> low_ones([(90, 100), (92, 100), (60, 100)]), low_ones([(9, 10), (7, 10), (10, 10)])
    ((2,), ())
    >>> low_ones([(17, 18), (18, 18)], Fraction("0.995")), low_ones([(14, 18), (18, 18)], Fraction("0.995"))
    ((), (0,))
    """
    met, decided = (sum(column) for column in zip(*counts, strict=True)) if counts else (0, 0)
    if not decided:
        return ()
    share, doubt = Fraction(met, decided) if wanted is None else wanted, _DOUBT / len(counts)
    return tuple(n for n, (own, of) in enumerate(counts) if own < share * of and at_most(own, of, share) < doubt)


def stands_out(count: int, total: int, places: int) -> bool:
    """Whether chance seldom puts so many of `total` into any one of some places that are alike.

    >>> stands_out(3, 3, 45), stands_out(2, 15, 45)
    (True, False)
    """
    return places > 1 and at_most(total - count, total, 1 - Fraction(1, places)) * places < _DOUBT


def at_most(count: int, trials: int, share: Fraction) -> float:
    """How likely at most so many of some trials succeed, where each does with the probability `share`.

    >>> round(at_most(0, 3, Fraction(1, 2)), 6), at_most(3, 3, Fraction(1, 2))
    (0.125, 1.0)
    """
    if not 0 < share < 1:
        return 1.0 if share <= 0 or count >= trials else 0.0
    likely, fail = log(share), log(1 - share)
    total, greatest = 0.0, -inf
    for n in range(count, -1, -1):
        ways = lgamma(trials + 1) - lgamma(n + 1) - lgamma(trials - n + 1)
        term = ways + n * likely + (trials - n) * fail
        greatest = max(greatest, term)
        if n < trials * share and term < greatest - 40:  # what is left adds nothing that a float could hold
            break
        total += exp(term)
    return min(total, 1.0)
