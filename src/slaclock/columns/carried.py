"""What targets had used up when others took their place, for rows that carry it on from each to the next.

Shares are exact: whole numbers of any size, which only the rows have that changed their target.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from .arrays import renumbered
from .piecewise import NEVER, Bools, Ints

Wholes = NDArray[np.object_]
"""Whole numbers of any size."""


class Ran(NamedTuple):
    """How targets ran while they were in force: when they are due, and what of which amount they had used by then.

    `elapsed` and `days` are what the hours clock, or the wall clock, and the days clock counted; `days` are NaN where
    no array can tell. Targets that are `strict` are missed at the due instant itself.
    """

    due: Ints
    strict: Bools
    used: Ints
    amount: Ints
    elapsed: Ints
    days: NDArray[np.float64]

    @classmethod
    def empty(cls, count: int) -> Ran:
        """So many that are still to be worked out."""
        due, used, amount, elapsed = np.zeros((4, count), np.int64)
        return Ran(due, np.zeros(count, bool), used, amount, elapsed, np.zeros(count))

    def of(self, chosen: Bools) -> Ran:
        """Some of them."""
        due, strict, used, amount, elapsed, days = self
        return Ran(due[chosen], strict[chosen], used[chosen], amount[chosen], elapsed[chosen], days[chosen])


class Share(NamedTuple):
    """Of some rows the share of their budgets that was used already, `used` / `amount`: more than nothing.

    `due` is the due date before, which stands where nothing is left.
    """

    rows: Ints
    used: Wholes
    amount: Wholes
    due: Ints

    @property
    def none_left(self) -> Bools:
        """Those of which all is used up."""
        none_left: Bools = self.used >= self.amount
        return none_left

    @property
    def number(self) -> NDArray[np.float64]:
        """The shares as numbers."""
        number: NDArray[np.float64] = (self.used / self.amount).astype(np.float64)
        return number

    def of(self, chosen: Bools) -> Share:
        """Those of some of the rows."""
        return Share(self.rows[chosen], self.used[chosen], self.amount[chosen], self.due[chosen])

    def left(self, amounts: Ints) -> Ints:
        """What is left of whole amounts, rounded up."""
        left: Ints = (-(amounts.astype(object) * (self.used - self.amount) // self.amount)).astype(np.int64)
        return left


@dataclass(frozen=True)
class Carried:
    """What is carried on in some of many rows: their `number` among the other columns, -1 for rows that never do.

    The share `used` / `amount`, the `due` date before, and what the clocks before counted, as `Ran` has it.
    """

    number: Ints
    used: Wholes
    amount: Wholes
    due: Ints
    elapsed: Ints
    days: NDArray[np.float64]

    @classmethod
    def nothing(cls, rows: Ints, count: int) -> Self:
        """Nothing yet, in some of so many rows."""
        size = len(rows)
        number, due = renumbered(rows, count), np.full(size, NEVER)
        return cls(number, np.zeros(size, object), np.ones(size, object), due, np.zeros(size, np.int64), np.zeros(size))

    def of(self, rows: Ints) -> Carried:
        """The same for some of the rows, which are numbered anew."""
        return replace(self, number=self.number[rows])

    def forget(self, rows: Ints) -> None:
        """Let rows carry nothing on."""
        number = self.number[rows]
        number = number[number >= 0]
        self.used[number], self.amount[number] = 0, 1
        self.elapsed[number], self.days[number] = 0, 0

    def add(self, rows: Ints, ran: Ran) -> None:
        """Let rows carry on from their targets, which others replace; of a target of nothing all is used up."""
        number = self.number[rows]
        nothing = ran.amount == 0
        used, amount = (np.where(nothing, 1, column).astype(object) for column in (ran.used, ran.amount))
        self.used[number] = self.used[number] * amount + used * self.amount[number]
        self.amount[number] *= amount
        self.due[number] = ran.due
        self.elapsed[number] += ran.elapsed
        self.days[number] += ran.days

    def share(self, rows: slice, part: slice | Ints) -> Share | None:
        """What a part of some rows carries on; None where that is nothing."""
        number = self.number[rows][part]
        where = np.flatnonzero(number >= 0)
        number = number[where]
        share = Share(where, self.used[number], self.amount[number], self.due[number])
        share = share.of(share.used > 0)
        return share if len(share.rows) else None

    def counted(self, rows: slice) -> tuple[Ints, NDArray[np.float64]]:
        """What the clocks before counted for some rows: `elapsed` and `days`."""
        number = self.number[rows]
        elapsed, days = (column.take(number, mode="clip") for column in (self.elapsed, self.days))
        return np.where(number < 0, 0, elapsed), np.where(number < 0, 0.0, days)
