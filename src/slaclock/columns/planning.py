"""From targets to budgets: each row's target put on the clock that it runs on."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import ceil, lcm
from typing import Any, NamedTuple

import numpy as np

from slaclock.calendar.base import Calendar
from slaclock.clock.day_rules import names_moment
from slaclock.clock.targets import Target
from slaclock.errors import SlaClockError
from slaclock.temporal.instants import duration_micros
from slaclock.timetable.timetable import WALL, Clock

from .budgets import Budgets
from .clocks import HoursScale, Scale, WallScale, days_scale
from .day_rules import By, moments
from .piecewise import NEVER, Bools, Ints
from .targets import MISSING, Goals
from .windows import Window

_MOST = 1 << 61  # an amount that no window holds, and that can be added to any place


class _Group(NamedTuple):
    """Targets that are worked out together: on one scale, or by the same moment; `alone` is neither."""

    scale: str
    moment: tuple[int, By] | None = None


_ALONE = _Group("alone")


class Planner:
    """The budgets of the targets of `goals`, in a window.

    Rows whose target the arrays cannot serve, such as days whose lengths have no common measure, are marked as trouble.
    """

    def __init__(self, window: Window, calendar: Calendar, goals: Goals) -> None:
        self.window, self._calendar, self._goals = window, calendar, goals
        self.hours = HoursScale(window)
        self._scales: dict[str, Scale] = {"hours": self.hours, "wall": WallScale()}
        groups = [_group(calendar, target) for target in goals.targets]
        if _Group("days") in groups:
            parts = lcm(*(Fraction(target.high).denominator for target in goals.targets))
            days = days_scale(window, parts)
            if days is None:
                groups = [_ALONE if group.scale == "days" else group for group in groups]
            else:
                self._scales["days"], self._unit = days, days.unit
        self._groups = list(dict.fromkeys(groups)) or [_Group("hours")]
        self._group_of = np.array([self._groups.index(group) for group in groups] or [0], np.int64)
        self._amount_of = np.array([self._amount(t, g) for t, g in zip(goals.targets, groups, strict=True)], np.int64)

    def budgets(self, rows: slice, start: Ints) -> Iterator[tuple[Ints | None, Budgets]]:
        """The budgets of the rows that start at `start`, group by group, each with its rows; None for all of them.

        Rows without a target are in no group.
        """
        trouble = self.window.outside(start)
        goals = self._goals
        if goals.lengths is not None:
            amount = goals.lengths[rows]
            present = amount != NEVER
            if present.all():
                yield None, self._budgets(self._groups[0], start, amount, trouble | (amount < 0))
            else:
                kept = np.flatnonzero(present)
                amount = amount[kept]
                yield kept, self._budgets(self._groups[0], start[kept], amount, trouble[kept] | (amount < 0))
            return
        if goals.codes is None:
            yield None, self._budgets(self._groups[0], start, np.broadcast_to(self._amount_of, start.shape), trouble)
            return
        codes = goals.codes[rows]
        lowest = int(codes.min()) if len(codes) else 0
        if lowest > MISSING and len(self._groups) == 1:
            yield None, self._budgets(self._groups[0], start, self._amount_of.take(codes), trouble)
            return
        group_of = np.where(codes < 0, codes, self._group_of.take(codes, mode="clip")) if len(self._group_of) else codes
        for number, group in enumerate(self._groups):
            kept = np.flatnonzero(group_of == number)
            if len(kept):
                amount = self._amount_of.take(codes[kept])
                yield kept, self._budgets(group, start[kept], amount, trouble[kept])
        wrong = np.flatnonzero(codes < MISSING)
        if len(wrong):
            yield wrong, self._budgets(_ALONE, start[wrong], np.zeros(len(wrong), np.int64), trouble[wrong])

    def _budgets(self, group: _Group, start: Ints, amount: Ints, trouble: Bools) -> Budgets:
        if group == _ALONE:
            return Budgets(self.window, self._scales["wall"], start, amount, np.ones_like(trouble))
        if group.moment is None:
            return Budgets(self.window, self._scales[group.scale], start, amount, trouble)
        days, by = group.moment
        named, untold = moments(self.window, self._calendar.rules, days, by, start)
        return Budgets(self.window, self.hours, start, amount, trouble | untold, named)

    def _amount(self, target: Target, group: _Group) -> int:
        rules = self._calendar.rules
        amount: Fraction | int = 0
        if group.scale == "days":
            amount = target.high * self._unit
        elif group != _ALONE and group.moment is None:
            amount = target.high
            if target.unit == "days" and rules.day_length is not None:
                amount = ceil(target.high * duration_micros(rules.day_length))
        return min(int(amount), _MOST)


def _group(calendar: Calendar, target: Target) -> _Group:
    if target.wall:
        return _Group("wall")
    if target.unit == "time":
        return _Group("hours")
    if names_moment(calendar, target):
        if target.high % 1 or target.high > _MOST:
            return _ALONE
        return _Group("moment", (int(target.high), target.by))
    return _Group("hours" if calendar.rules.day_rule == "fixed-hours" else "days")


def reach(calendar: Calendar, goals: Goals, start: int) -> int:
    """About how far the longest of the targets reaches from an instant."""
    timetable = calendar.timetable
    farthest = start
    longest: dict[Any, Fraction | int] = {}
    if goals.lengths is not None and len(goals.lengths):
        longest[timetable.hours] = max(int(goals.lengths.max()), 0)
    for target in goals.targets:
        clock: Clock[Any] = timetable.hours
        amount = target.high
        if target.wall:
            clock = WALL
        elif target.unit == "days":
            length = calendar.rules.day_length
            clock, amount = timetable.days, Fraction(target.high + 3)
            if length is not None and not names_moment(calendar, target):
                clock, amount = timetable.hours, ceil(target.high * duration_micros(length))
        longest[clock] = max(longest.get(clock, 0), amount)
    for clock, amount in longest.items():
        try:
            farthest = max(farthest, clock.earliest(start, amount))
        except SlaClockError:
            continue  # rows that need it will say so
    return farthest
