"""Counts and spreads of items by period, kind and priority."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from math import ceil
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from slaclock.assessment import STATES, State
from slaclock.columns.tables import NEVER, Ints
from slaclock.columns.words import Words, combined
from slaclock.figures import Figures, Spread
from slaclock.periods import Period

from .items import Floats, Stands


class Counted(NamedTuple):
    """Items by kind, priority and period (-1 where an item lies in none), and how they stand."""

    kind: Words
    period: Ints
    stands: Stands

    def of(self, rows: Ints) -> Counted:
        """Some of them."""
        return Counted(taken(self.kind, rows), self.period[rows], self.stands.of(rows))


def taken(words: Words, rows: Ints) -> Words:
    """The words of some rows."""
    return Words(words.codes[rows], words.words)


def figures(counted: Counted, periods: Sequence[Period], *by: str) -> tuple[Figures, ...]:
    """The figures by any of period, kind and priority, in that order; all together where none is named."""
    size = len(counted.period)
    labels = Words(counted.period, tuple(str(number) for number in range(len(periods))))
    columns = {"period": labels, "kind": counted.kind, "priority": counted.stands.priority}
    nothing = Words(np.full(size, -1), ())
    codes, cases = combined([columns[name] if name in by else nothing for name in columns])
    found = []
    for code, rows in _split(codes):
        number, kind, priority = cases[code]
        period = None if number is None else periods[int(number)]
        found.append((number, kind or "", priority or "", _figures(counted.of(rows), kind, priority, period)))
    # What lies in no period comes last.
    found.sort(key=lambda row: (len(periods) if row[0] is None else int(row[0]), row[1], row[2]))
    return tuple(row[-1] for row in found)


def overall(counted: Counted) -> Figures:
    """The figures of all items."""
    return _figures(counted, None, None, None)


def counts_of(state: NDArray[np.int8]) -> dict[State, int]:
    """How many items are in each state."""
    counts = np.bincount(state, minlength=len(STATES))
    return {name: int(count) for name, count in zip(STATES, counts, strict=True)}


def spread(hours: Ints, days: Floats) -> Spread | None:
    """The median and the 90th percentile of some lengths, each the least that so many are at most; None of none."""
    if not len(hours):
        return None
    hours, days = np.sort(hours), np.sort(days)
    half, most = (ceil(len(hours) * part / 10) - 1 for part in (5, 9))
    return Spread(
        timedelta(microseconds=int(hours[half])),
        timedelta(microseconds=int(hours[most])),
        float(days[half]),
        float(days[most]),
    )


def _figures(counted: Counted, kind: str | None, priority: str | None, period: Period | None) -> Figures:
    stands = counted.stands
    judged = np.isin(stands.state, [STATES.index("met"), STATES.index("breached")])
    done = judged & (stands.done != NEVER)
    return Figures(kind, priority, period, counts_of(stands.state), spread(stands.elapsed[done], stands.days[done]))


def _split(codes: Ints) -> Iterator[tuple[int, Ints]]:
    """Each number that there is, and the rows that have it."""
    order = np.argsort(codes, kind="stable")
    ordered = codes[order]
    edges = np.flatnonzero(np.diff(ordered)) + 1
    for rows in np.split(order, edges):
        if len(rows):
            yield int(codes[rows[0]]), rows
