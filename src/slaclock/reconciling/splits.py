"""Whether a desk changed its reading on a date: one fits what opened before, and another what opened from then on."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from slaclock.columns.piecewise import Bools, Ints

from .enumeration import Tried

_LEAST = 3
"""So many tickets on either side must fit the reading of their side alone."""


class Split(NamedTuple):
    """The numbers of the readings before and after; and the openings between which the change lies.

    `before` and `after` opened last under the old and first under the new reading, of those that can tell; `fits` are
    the tickets that fit the reading of their side.
    """

    old: int
    new: int
    before: int
    after: int
    fits: int
    first_new: int


def split_of(tried: Tried) -> Split | None:
    """The change of reading that explains the most tickets, and at least half of those that no one reading does."""
    if not tried.judged.count:
        return None
    best, count = int(tried.fits[0]), tried.judged.count
    before = np.cumsum(tried.by_time, axis=1)
    after = before[:, -1:] - before
    both = before.max(axis=0) + after.max(axis=0)
    at = int(np.argmax(both))
    old, new = int(np.argmax(before[:, at])), int(np.argmax(after[:, at]))
    if old == new or 2 * (int(both[at]) - best) < max(count - best, 1):
        return None
    return _between(tried, old, new, best)


def _between(tried: Tried, old: int, new: int, best: int) -> Split | None:
    """The split of two readings, ticket by ticket."""
    of_old, of_new = (tried.ours(tried.readings[place])[3] for place in (old, new))
    opened = tried.judged.opened
    counts: Ints = np.concatenate([[0], np.cumsum(of_old)]) + (
        np.count_nonzero(of_new) - np.concatenate([[0], np.cumsum(of_new)])
    )
    same = np.concatenate([[False], opened[1:] == opened[:-1], [False]])  # no change lies between two of one instant
    counts[same] = -1
    at = int(np.argmax(counts))
    only_old, only_new = of_old & ~of_new, of_new & ~of_old
    fits = int(counts[at])
    if min(np.count_nonzero(only_old[:at]), np.count_nonzero(only_new[at:])) < _LEAST or fits - best < _LEAST:
        return None
    return Split(old, new, _last(only_old[:at], opened), _first(only_new[at:], opened[at:]), fits, at)


def _last(chosen: Bools, opened: Ints) -> int:
    return int(opened[np.flatnonzero(chosen)[-1]])


def _first(chosen: Bools, opened: Ints) -> int:
    return int(opened[np.flatnonzero(chosen)[0]])
