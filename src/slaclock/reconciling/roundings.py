"""To what a desk rounds its figures, and whether one of ours is one of its but for that."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np

from slaclock.columns.piecewise import NEVER, Bools, Ints
from slaclock.temporal.instants import HOUR, MINUTE, SECOND

from .desk_figures import DeskFigures

RoundedTo = Literal["exact", "second", "minute", "hundredth of an hour", "tenth of an hour", "hour"]
"""To what figures are rounded: the unit of which all of them are whole multiples."""
Direction = Literal["none", "down", "up", "nearest", "either way"]
"""Which way: what is cut is rounded down."""
UNITS: dict[RoundedTo, int] = {
    "exact": 1,
    "second": SECOND,
    "minute": MINUTE,
    "hundredth of an hour": HOUR // 100,
    "tenth of an hour": HOUR // 10,
    "hour": HOUR,
}
_LONGEST_FIRST: tuple[RoundedTo, ...] = ("minute", "second")
_OF_HOURS: tuple[RoundedTo, ...] = ("hour", "tenth of an hour", "hundredth of an hour", "second")
"""What numbers of hours are rounded to: by their decimals, as 11.5 and 0.25 are."""


class Ours(NamedTuple):
    """What a reading makes of some tickets, in the terms of a desk's figures; `NEVER` is no due date.

    `known` are those of which it makes anything.
    """

    due: Ints
    late: Bools
    elapsed: Ints
    known: Bools


def unit_of(figures: Ints | None, units: tuple[RoundedTo, ...] = _LONGEST_FIRST) -> RoundedTo:
    """The longest of some units of which all the figures are whole multiples."""
    if figures is None:
        return "exact"
    there = figures[figures != NEVER]
    if len(there):
        for name in units:
            if not (there % UNITS[name]).any():
                return name
    return "exact"


class Roundings(NamedTuple):
    """To what a desk rounds its due dates and its elapsed times."""

    due: RoundedTo
    elapsed: RoundedTo

    @classmethod
    def of(cls, desk: DeskFigures) -> Roundings:
        """Those of a desk's figures."""
        return cls(unit_of(desk.due), unit_of(desk.elapsed, _OF_HOURS if desk.in_hours else _LONGEST_FIRST))

    def fits(self, desk: DeskFigures, ours: Ours) -> Bools:
        """The tickets whose figures all come out, each within less than its unit."""
        fits = ours.known.copy()
        if desk.due is not None:
            fits &= (desk.due == NEVER) | _within(desk.due, ours.due, UNITS[self.due])
        if desk.elapsed is not None:
            fits &= (desk.elapsed == NEVER) | _within(desk.elapsed, ours.elapsed, UNITS[self.elapsed])
        if desk.breached is not None:
            fits &= (desk.breached < 0) | ((desk.breached == 1) == ours.late)
        return fits

    @property
    def exactly(self) -> Roundings:
        """The same where nothing is rounded."""
        return Roundings("exact", "exact")


def _within(figures: Ints, own: Ints, unit: int) -> Bools:
    both: Bools = own != NEVER
    if unit == 1:
        both &= figures == own
    else:
        both &= np.abs(figures - np.where(both, own, 0)) < unit
    return both


def direction_of(figures: Ints | None, own: Ints, fits: Bools, unit: RoundedTo) -> Direction:
    """Which way the figures that fit are rounded."""
    if figures is None:
        return "none"
    rows = fits & (figures != NEVER)
    differences = figures[rows] - own[rows]
    if not differences.any():
        return "none"
    if (differences <= 0).all():
        return "down"
    if (differences >= 0).all():
        return "up"
    return "nearest" if (2 * np.abs(differences) <= UNITS[unit]).all() else "either way"
