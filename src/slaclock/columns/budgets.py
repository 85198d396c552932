"""Budgets of many rows at once: what their targets come to once a clock starts, and where they are used up.

The same two ways as a single budget has: an amount on a clock, or an instant that a day rule names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from copy import copy
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, lcm
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from slaclock.calendar.base import Calendar
from slaclock.clock.cutoffs import clock_start
from slaclock.clock.day_rules import names_moment
from slaclock.clock.targets import Target
from slaclock.errors import SlaClockError
from slaclock.temporal.instants import duration_micros
from slaclock.timetable.timetable import WALL, Clock

from .arrays import MOST
from .carried import Share
from .clocks import ArrayClock, BackwardClock, HoursClock, WallClock, days_clock, latest
from .cutoffs import clock_starts, latest_arrivals
from .day_rules import By, named_instants
from .instants import near_the_ends
from .pauses import RowPauses
from .piecewise import NEVER, Bools, Ints
from .targets import MISSING, RowTargets
from .windows import Window


@dataclass
class Budgets:
    """Amounts on one clock from `start` on; `named` are the instants that a day rule names, if one does.

    `trouble` marks rows that the window does not answer for; what is `put_off` may start after it is asked about.
    `carried` is what of some of them was used up already.
    """

    window: Window
    clock: ArrayClock
    start: Ints
    amount: Ints
    trouble: Bools
    named: Ints | None = None
    put_off: bool = False
    carried: Share | None = None

    def __post_init__(self) -> None:
        self.begun = self.clock.at(self.start)
        if self.named is not None:
            self.amount = self.clock.at(self.named) - self.begun

    def of_amount(self, amount: Ints) -> Budgets:
        """Others on the same clock from the same starts, whose amounts no day rule names."""
        others = copy(self)
        others.amount, others.named = amount, None
        return others

    def some(self, rows: Ints) -> Budgets:
        """Those of some of the rows."""
        others = copy(self)
        for name in ("start", "amount", "trouble", "begun"):
            setattr(others, name, getattr(self, name)[rows])
        others.named = None if self.named is None else self.named[rows]
        return others

    def due(self, pauses: RowPauses | None) -> tuple[Ints, Bools]:
        """The instants at which the budgets are used up, `NEVER` while an open pause holds one; and the trouble."""
        due, trouble = self._whole_due(pauses)
        if self.carried is None:
            return due, trouble
        due, trouble, none_left = due.copy(), trouble.copy(), self.carried.none_left
        due[self.carried.rows[none_left]] = self.carried.due[none_left]
        share = self.carried.of(~none_left)
        rows, left = share.rows, share.left(self.amount[share.rows])
        rest = Budgets(self.window, self.clock, self.start[rows], left, self.trouble[rows])
        due[rows], trouble[rows] = rest.due(None if pauses is None else pauses.of(rows))
        return due, trouble

    def consumed(self, used: Ints) -> NDArray[np.float64]:
        """The shares of the budgets that are used up, where so much of the clock has been counted."""
        nothing = self.amount == 0
        consumed = np.where(nothing, 1.0, used / np.where(nothing, 1, self.amount))
        if self.carried is not None:
            consumed[self.carried.rows] += np.where(nothing[self.carried.rows], 0.0, self.carried.number)
        return consumed

    def _whole_due(self, pauses: RowPauses | None) -> tuple[Ints, Bools]:
        """The same where nothing was used before."""
        trouble = self.trouble
        if pauses is None or not len(pauses.row):
            if self.named is not None:
                return self.named, trouble
            return self._earliest(self.begun + self.amount, trouble)
        added, for_ever, beyond = pauses.stopped(self.clock, self.begun, self.amount, self.window.end)
        due, trouble = self._earliest(self.begun + self.amount + np.where(for_ever, 0, added), trouble | beyond)
        for_ever &= self.amount > 0
        due[for_ever] = NEVER
        if self.named is not None:
            touched = pauses.covered(self.clock, self.begun, self.begun + self.amount) > 0
            due = np.where(touched, due, self.named)
            trouble = np.where(touched, trouble, self.trouble | self.window.outside(self.named))
        return due, np.where(for_ever & ~beyond, self.trouble, trouble)

    def latest_start(self, pauses: RowPauses | None) -> tuple[Ints, Bools]:
        """The latest instants from which the amounts are counted by `start`; and the trouble.

        No pause begins or ends after its row's `start`. An amount that ends at an instant which a day rule names has
        no such one.
        """
        place = self.begun - self.amount
        if pauses is not None and len(pauses.row):
            clock = BackwardClock(self.clock)
            place -= pauses.backward.stopped(clock, -self.begun, self.amount, self.window.end)[0]
        nothing = self.amount <= 0
        start = np.where(nothing, self.start, latest(self.clock, place))
        trouble = self.trouble | ((place < self.clock.least) & ~nothing) | near_the_ends(start)
        return start, np.ones_like(trouble) if self.named is not None else trouble

    def used(self, at: Ints, pauses: RowPauses | None) -> Ints:
        """What of the clock has been counted by each instant."""
        place = self.clock.at(at)
        if self.put_off:
            place = np.maximum(place, self.begun)
        counted = place - self.begun
        if pauses is not None and len(pauses.row):
            counted -= pauses.covered(self.clock, self.begun, place)
        return counted

    def _earliest(self, place: Ints, trouble: Bools) -> tuple[Ints, Bools]:
        due = self.clock.earliest(place)
        nothing = self.amount <= 0
        if nothing.any():
            due = np.where(nothing, self.start, due)
        return due, trouble | ((place > self.clock.limit) & ~nothing)


class _Group(NamedTuple):
    """Targets that are worked out together: on one clock, or by the same day rule; `alone` is neither."""

    clock: str
    days: tuple[int, By] | None = None


_ALONE = _Group("alone")


class RowBudgets:
    """The budgets of the rows' targets, in a window.

    Rows whose target the arrays cannot serve, such as days whose lengths have no common measure, are marked as trouble.
    """

    def __init__(self, window: Window, calendar: Calendar, targets: RowTargets) -> None:
        self.window, self._calendar, self._targets = window, calendar, targets
        self.hours = HoursClock(window)
        self._clocks: dict[str, ArrayClock] = {"hours": self.hours, "wall": WallClock()}
        groups = [_group(calendar, target) for target in targets.distinct]
        if _Group("days") in groups:
            parts = lcm(*(Fraction(target.high).denominator for target in targets.distinct))
            days = days_clock(window, parts)
            if days is None:
                groups = [_ALONE if group.clock == "days" else group for group in groups]
            else:
                self._clocks["days"], self._unit = days, days.unit
        self._groups = list(dict.fromkeys(groups)) or [_Group("hours")]
        self._group_of = np.array([self._groups.index(group) for group in groups] or [0], np.int64)
        amounts = [self._amount(target, group) for target, group in zip(targets.distinct, groups, strict=True)]
        self._amount_of = np.array(amounts, np.int64)
        cutoff = calendar.rules.cutoff
        in_days = np.array([target.unit == "days" for target in targets.distinct] or [False])
        self.cutoff = cutoff if in_days.any() else None
        self._in_days = in_days

    def clock_starts(self, rows: slice, arrived: Ints) -> tuple[Ints, Bools | None]:
        """Where the clocks of the rows start, for targets in days perhaps later than these arrived; and the trouble."""
        if self.cutoff is None:
            return arrived, None
        return self._of_days(rows, arrived, *clock_starts(self.window, self.cutoff, arrived))

    def latest_arrivals(self, rows: slice, start: Ints) -> tuple[Ints, Bools | None]:
        """The latest arrivals for which the clocks of the rows start by the instants; and the trouble."""
        if self.cutoff is None:
            return start, None
        return self._of_days(rows, start, *latest_arrivals(self.window, self.cutoff, start))

    def _of_days(self, rows: slice, others: Ints, own: Ints, trouble: Bools) -> tuple[Ints, Bools]:
        """Instants of rows: their own for those whose target is in days."""
        codes = self._targets.codes
        if codes is None:
            return own, trouble
        in_days = self._in_days.take(codes[rows], mode="clip") & (codes[rows] >= 0)
        return np.where(in_days, own, others), trouble & in_days

    def by_clock(self, rows: slice, start: Ints) -> Iterator[tuple[Ints | None, Budgets]]:
        """The budgets of the rows whose clocks start at `start`, clock by clock, each with its rows; None for all.

        Rows without a target have none.
        """
        trouble = self.window.outside(start)
        targets = self._targets
        if targets.lengths is not None:
            amount = targets.lengths[rows]
            present = amount != NEVER
            if present.all():
                yield None, self._on_clock(self._groups[0], start, amount, trouble | (amount < 0))
            else:
                chosen = np.flatnonzero(present)
                amount = amount[chosen]
                yield chosen, self._on_clock(self._groups[0], start[chosen], amount, trouble[chosen] | (amount < 0))
            return
        if targets.codes is None:
            if not targets.distinct:
                return
            yield None, self._on_clock(self._groups[0], start, np.broadcast_to(self._amount_of, start.shape), trouble)
            return
        codes = targets.codes[rows]
        lowest = int(codes.min()) if len(codes) else 0
        if lowest > MISSING and len(self._groups) == 1:
            yield None, self._on_clock(self._groups[0], start, self._amount_of.take(codes), trouble)
            return
        group_of = np.where(codes < 0, codes, self._group_of.take(codes, mode="clip")) if len(self._group_of) else codes
        for number, group in enumerate(self._groups):
            chosen = np.flatnonzero(group_of == number)
            if len(chosen):
                amount = self._amount_of.take(codes[chosen])
                yield chosen, self._on_clock(group, start[chosen], amount, trouble[chosen])
        unknown = np.flatnonzero(codes < MISSING)
        if len(unknown):
            yield unknown, self._on_clock(_ALONE, start[unknown], np.zeros(len(unknown), np.int64), trouble[unknown])

    def _on_clock(self, group: _Group, start: Ints, amount: Ints, trouble: Bools) -> Budgets:
        if group == _ALONE:
            return Budgets(self.window, self._clocks["wall"], start, amount, np.ones_like(trouble))
        if group.days is None:
            clock = self._clocks[group.clock]
            return Budgets(self.window, clock, start, amount, trouble, put_off=self.cutoff is not None)
        days, by = group.days
        named, beyond = named_instants(self.window, self._calendar.rules, days, by, start)
        return Budgets(self.window, self.hours, start, amount, trouble | beyond, named, self.cutoff is not None)

    def _amount(self, target: Target, group: _Group) -> int:
        rules = self._calendar.rules
        amount: Fraction | int = 0
        if group.clock == "days":
            amount = target.high * self._unit
        elif group != _ALONE and group.days is None:
            amount = target.high
            if target.unit == "days" and rules.day_length is not None:
                amount = ceil(target.high * duration_micros(rules.day_length))
        return min(int(amount), MOST)


def _group(calendar: Calendar, target: Target) -> _Group:
    if target.wall:
        return _Group("wall")
    if target.unit == "time":
        return _Group("hours")
    if names_moment(calendar.rules, target):
        if target.high % 1 or target.high > MOST:
            return _ALONE
        return _Group("hours", (int(target.high), target.by))
    return _Group("hours" if calendar.rules.day_rule == "fixed-hours" else "days")


def reach(calendar: Calendar, targets: RowTargets, start: int) -> int:
    """About how far the longest of the targets reaches from an instant."""
    cutoff = calendar.rules.cutoff
    if cutoff is not None:
        with suppress(SlaClockError):
            start = clock_start(calendar, cutoff, start)
    return max([start, *_reached(calendar, targets, lambda clock, amount: clock.earliest(start, amount))])


def reach_back(calendar: Calendar, targets: RowTargets, end: int) -> int:
    """About how far back the longest of the targets reaches from an instant."""
    return min([end, *_reached(calendar, targets, lambda clock, amount: clock.latest(end, amount))])


def _reached(calendar: Calendar, targets: RowTargets, search: Callable[[Clock[Any], Any], int]) -> list[int]:
    """The instant that the longest of the targets on each clock comes to; rows that come to none will say so."""
    instants = []
    for clock, amount in _longest(calendar, targets).items():
        with suppress(SlaClockError):
            instants.append(search(clock, amount))
    return instants


def _longest(calendar: Calendar, targets: RowTargets) -> dict[Clock[Any], Fraction | int]:
    """The longest of the targets on each clock."""
    timetable = calendar.timetable
    longest: dict[Clock[Any], Fraction | int] = {}
    if targets.lengths is not None and len(targets.lengths):
        longest[timetable.hours] = max(int(targets.lengths.max()), 0)
    for target in targets.distinct:
        clock: Clock[Any] = timetable.hours
        amount = target.high
        if target.wall:
            clock = WALL
        elif target.unit == "days":
            length = calendar.rules.day_length
            clock, amount = timetable.days, Fraction(target.high + 3)
            if length is not None and not names_moment(calendar.rules, target):
                clock, amount = timetable.hours, ceil(target.high * duration_micros(length))
        longest[clock] = max(longest.get(clock, 0), amount)
    return longest
