"""The least target under which work would have been done in time, as far as a target could have been another."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from fractions import Fraction
from typing import Literal, NamedTuple

from slaclock.clock.budgets import budget_of
from slaclock.clock.day_rules import names_moment
from slaclock.clock.deadlines import late
from slaclock.clock.targets import Target
from slaclock.errors import NoWorkingTimeError, OutOfRangeError
from slaclock.temporal.instants import DAY, SECOND, duration_micros

from .in_force import NOTHING, TargetInForce

LeastClock = Literal["hours", "wall", "days", "whole-days"]
"""On which clock a target counts, or that its days end at a moment which a rule names and so are whole."""
STEPS: dict[LeastClock, Fraction] = {
    "hours": Fraction(SECOND),
    "wall": Fraction(SECOND),
    "days": Fraction(1, 100),
    "whole-days": Fraction(1),
}
"""The step in which a least target is told: a second in microseconds, a hundredth of a day, a day."""


class LeastTarget(NamedTuple):
    """So many `steps` of a clock are the least that would have been kept; None where no target would, as of now."""

    clock: LeastClock
    steps: int | None

    def target(self, *, strict: bool = False) -> Target | None:
        """It as a target."""
        return None if self.steps is None else target_of(self.clock, self.steps, strict=strict)


def target_of(clock: LeastClock, steps: int, *, strict: bool = False) -> Target:
    """So many steps of a clock as a target."""
    amount = STEPS[clock] * steps
    if clock in ("days", "whole-days"):
        return Target(amount, "days", strict=strict)
    return Target(int(amount), "time", strict=strict, wall=clock == "wall")


def clock_of(judged: TargetInForce) -> LeastClock:
    """On which clock a target counts."""
    target = judged.target
    if target.unit == "time":
        return "wall" if target.wall else "hours"
    return "whole-days" if names_moment(judged.terms.calendar.rules, target) else "days"


def least_target(judged: TargetInForce, done: int | None) -> LeastTarget:
    """The least target in the place of one that is judged by, all else equal; `done` is when the work was.

    What earlier targets had used up, where a rule carries it on, was used up all the same.
    """
    clock = clock_of(judged)
    if done is None:
        return LeastTarget(clock, None)
    share = 1 - (judged.carried or NOTHING)
    if share <= 0:  # nothing was left, whatever the target
        return LeastTarget(clock, None if late(judged.target, done, judged.due) else 0)
    if clock == "whole-days":
        return LeastTarget(clock, _least_days(judged, done))
    if not judged.target.strict and done <= judged.budget.start:
        return LeastTarget(clock, 0)
    # Due is the first instant at which the amount is used up: it must be more than what was used before the work was.
    used = Fraction(judged.budget.used(done if judged.target.strict else done - 1, judged.pauses)) / share
    rules = judged.terms.calendar.rules
    if clock == "days" and rules.day_length is not None:  # which only days of fixed hours have
        return LeastTarget(clock, (used // 1) // (duration_micros(rules.day_length) * STEPS[clock]) + 1)
    return LeastTarget(clock, used // STEPS[clock] + 1)


def _least_days(judged: TargetInForce, done: int) -> int:
    """The least whole number of days."""
    most = (done - judged.arrived) // DAY + 2  # a working day is a day at least
    return bisect_left(range(most), True, key=lambda days: _kept(judged, days, done))


def _kept(judged: TargetInForce, days: int, done: int) -> bool:
    """Whether the work was done in time if the target were so many days."""
    target = replace(judged.target, high=days, low=None)
    try:
        budget = budget_of(judged.terms.calendar, target, judged.arrived, after_due=judged.after_due)
        due = judged._replace(budget=budget).due_by(judged.pauses)
    except (NoWorkingTimeError, OutOfRangeError):  # it is never due
        return True
    return not late(target, done, due)
