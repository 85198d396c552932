"""The least targets under which the work on many tickets would have been done in time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from slaclock.calendar.base import Calendar, DayRules
from slaclock.clock.targets import Target
from slaclock.temporal.instants import SECOND, duration_micros
from slaclock.tickets.least_targets import STEPS, LeastClock, LeastTarget

from .budgets import Budgets
from .clocks import DaysClock
from .day_rules import By, named_instants
from .outputs import COUNTS, Output
from .pauses import RowPauses
from .piecewise import NEVER, Bools, Ints

CLOCKS: tuple[LeastClock, ...] = tuple(STEPS)
_MANY = 1 << 56
"""More steps than there are: work that was not done in time under any target."""
_MOST_DAYS = 366  # those that take longer are few, and asked alone


def _number(least: LeastTarget) -> int:
    return (_MANY if least.steps is None else least.steps) * len(CLOCKS) + CLOCKS.index(least.clock)


LEAST_TARGETS: Output = COUNTS._replace(number=_number)
"""A clock and so many steps of it in one number."""


def clocks_and_steps(numbers: Ints) -> tuple[Ints, Ints]:
    """The numbers of the clocks, -1 where no target is judged by, and the steps, `NEVER` where no target would do."""
    steps, clock = np.divmod(numbers, len(CLOCKS))
    missing = numbers == NEVER
    return np.where(missing, -1, clock), np.where(missing | (steps >= _MANY), NEVER, steps)


def least_targets(
    budgets: Budgets,
    done: Ints,
    pauses: RowPauses | None,
    *,
    calendar: Calendar,
    targets: Sequence[Target],
    code: Ints,
) -> tuple[Ints, Bools]:
    """The least targets of rows whose budgets are on one clock, and which rows the arrays do not answer for.

    `done` is when the work was, `NEVER` where it was not; `code` is the number of each row's target.
    """
    strict = np.array([target.strict for target in targets])[code]
    if budgets.named is not None:
        days = _Days(budgets, done, pauses, strict)
        steps, doubtful = days.least(calendar.rules, targets[int(code[0])].by)
        return steps * len(CLOCKS) + CLOCKS.index("whole-days"), doubtful
    is_done = done != NEVER
    at = np.maximum(np.where(is_done, done - ~strict, budgets.start), budgets.start)
    used = budgets.used(at, pauses)
    rows = [_steps_of(calendar, target, budgets) for target in targets]
    clock, many, of = (np.array(column, np.int64)[code] for column in zip(*rows, strict=True))
    whole, rest = np.divmod(used, of)  # of which many times more would not overflow, nor so many times the rest
    steps = whole * many + rest * many // of + 1
    steps[~strict & (done <= budgets.start)] = 0
    return np.where(is_done, steps, _MANY) * len(CLOCKS) + clock, np.zeros(len(done), bool)


def _steps_of(calendar: Calendar, target: Target, budgets: Budgets) -> tuple[int, int, int]:
    """The clock of a target, and how many steps are how much on the clock of its budget."""
    if target.unit == "time":
        return CLOCKS.index("wall" if target.wall else "hours"), 1, SECOND
    length = calendar.rules.day_length
    if isinstance(budgets.clock, DaysClock):
        return CLOCKS.index("days"), STEPS["days"].denominator, budgets.clock.unit
    # Other targets of the rows may have other clocks; what is said of those is not asked for.
    return CLOCKS.index("days"), STEPS["days"].denominator, 1 if length is None else duration_micros(length)


class _Days(NamedTuple):
    """Rows whose days end at a moment that a rule names."""

    budgets: Budgets
    done: Ints
    pauses: RowPauses | None
    strict: Bools

    def least(self, rules: DayRules, by: By) -> tuple[Ints, Bools]:
        """The least whole numbers of days, tried one after another on the rows that are left; and what is doubtful."""
        budgets, done, pauses, strict = self
        steps, doubtful = np.full(len(done), _MANY), np.zeros(len(done), bool)
        left = np.flatnonzero(done != NEVER)
        for days in range(_MOST_DAYS):
            if not len(left):
                break
            some = budgets.some(left)
            named, beyond = named_instants(some.window, rules, days, by, some.start)
            tried = Budgets(some.window, some.clock, some.start, some.amount, some.trouble | beyond, named)
            due, trouble = tried.due(None if pauses is None else pauses.of(left))
            late = np.where(strict[left], done[left] >= due, done[left] > due)
            doubtful[left[trouble]] = True
            steps[left[~late]] = days
            left = left[late & ~trouble]
        doubtful[left] = True
        return steps, doubtful
