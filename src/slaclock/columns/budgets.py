"""Budgets of many rows at once: what their targets come to once a clock starts, and where they are used up.

The same two ways as a single budget has: an amount on a scale, or an instant that a day rule names.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .clocks import Scale
from .pauses import Held
from .piecewise import NEVER, Bools, Ints
from .windows import Window


@dataclass
class Budgets:
    """Amounts on one scale from `start` on; `named` are the instants that a day rule names, if one does.

    `trouble` marks rows that the window does not answer for.
    """

    window: Window
    scale: Scale
    start: Ints
    amount: Ints
    trouble: Bools
    named: Ints | None = None

    def __post_init__(self) -> None:
        self.begun = self.scale.at(self.start)
        if self.named is not None:
            self.amount = self.scale.at(self.named) - self.begun

    def due(self, held: Held | None) -> tuple[Ints, Bools]:
        """The instants at which the budgets are used up, `NEVER` while an open pause holds one; and the trouble."""
        trouble = self.trouble
        if held is None or not len(held.row):
            if self.named is not None:
                return self.named, trouble
            return self._earliest(self.begun + self.amount, trouble)
        added, for_ever, untold = held.stopped(self.scale, self.begun, self.amount, self.window.end)
        due, trouble = self._earliest(self.begun + self.amount + np.where(for_ever, 0, added), trouble | untold)
        for_ever &= self.amount > 0
        due[for_ever] = NEVER
        if self.named is not None:
            touched = held.covered(self.scale, self.begun, self.begun + self.amount) > 0
            due = np.where(touched, due, self.named)
            trouble = np.where(touched, trouble, self.trouble | self.window.outside(self.named))
        return due, np.where(for_ever & ~untold, self.trouble, trouble)

    def used(self, at: Ints, held: Held | None) -> Ints:
        """What of the scale has been counted by each instant."""
        place = self.scale.at(at)
        counted = place - self.begun
        if held is not None and len(held.row):
            counted -= held.covered(self.scale, self.begun, place)
        return counted

    def _earliest(self, place: Ints, trouble: Bools) -> tuple[Ints, Bools]:
        due = self.scale.earliest(place)
        nothing = self.amount <= 0
        if nothing.any():
            due = np.where(nothing, self.start, due)
        return due, trouble | ((place > self.scale.limit) & ~nothing)
