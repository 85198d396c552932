"""The targets that were in force one after another, each with its clock, by the policy's rules for changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from math import ceil
from typing import Any, NamedTuple

from slaclock.clock.budgets import Budget, budget_of
from slaclock.clock.deadlines import late
from slaclock.clock.targets import Target
from slaclock.policy.rules import Rules
from slaclock.policy.terms import Terms
from slaclock.temporal.intervals import Interval, Run

from .as_of import AsOf

NOTHING = Fraction(0)


class TargetInForce(NamedTuple):
    """A target from `since` until the next one took its place at `until`, or None for the last.

    It counts as having arrived at `arrived`: at `since`, or where all targets are measured from the opening, there.
    `budget` is what it comes to from where its clock starts; `carried` the share of it that earlier targets had used
    already, and `due` the instant at which the rest is used up, None while an open pause holds it.
    """

    since: int
    until: int | None
    terms: Terms
    target: Target
    budget: Budget[int] | Budget[Fraction]
    carried: Fraction
    due: int | None
    arrived: int

    def breached_at(self, seen: int, gaps: Iterable[Interval]) -> int | None:
        """When it was breached while it was in force, as far as was known at `seen`; None where it was not.

        No breach begins in the `gaps` between a resolution and its reopening, in which the ticket was done.
        """
        if self.due is None or not late(self.target, seen, self.due):
            return None
        since = max(self.since, self.due if self.target.strict else self.due + 1)
        since = next((reopened for resolved, reopened in gaps if resolved < since < reopened), since)
        return since if self.until is None or since < self.until else None

    def consumed(self, at: int, pauses: Run) -> Fraction:
        """The share of the target that is used up."""
        share = _share(self.budget, at, pauses)
        return share + self.carried if self.carried and self.budget.amount else share

    def due_by(self, pauses: Run) -> int | None:
        """When the rest is used up, where the pauses are these; where nothing is left, the due date stays."""
        if self.carried >= 1:
            return self.due
        return _due(self.budget, 1 - self.carried, pauses) if self.carried else self.budget.due(pauses)

    def part_due(self, part: Fraction, pauses: Run) -> int | None:
        """When so much of the target is used up; where it was so already, the instant at which its clock starts."""
        if self.carried >= 1 and part <= 1:  # all was used up before, at the due date that is kept
            return self.due
        return _due(self.budget, part - self.carried, pauses)


def targets_in_force(rules: Rules, known: AsOf, pauses: Run) -> tuple[TargetInForce, ...]:
    """Each target that was in force, in order; stretches without a target have none."""
    (since, terms), *later = known.stretches
    if later:
        return tuple(_in_order(rules, known, pauses))
    if terms.target is None:
        return ()
    if known.due is not None:
        hours = terms.calendar.timetable.hours
        agreed = Budget(hours, since, int(terms.target.high), known.due)
        return (TargetInForce(since, None, terms, terms.target, agreed, NOTHING, known.due, since),)
    budget = budget_of(terms.calendar, terms.target, since)
    return (TargetInForce(since, None, terms, terms.target, budget, NOTHING, budget.due(pauses), since),)


def _in_order(rules: Rules, known: AsOf, pauses: Run) -> Iterator[TargetInForce]:
    carried, kept_due = NOTHING, None
    ends = (*(since for since, _ in known.stretches[1:]), None)
    for (since, terms), until in zip(known.stretches, ends, strict=True):
        if terms.target is None:
            continue
        start = known.start if rules.priority_change == "from-opening" else since
        budget = budget_of(terms.calendar, terms.target, start)
        target = TargetInForce(since, until, terms, terms.target, budget, carried, kept_due, start)
        target = target._replace(due=target.due_by(pauses))
        yield target
        if rules.priority_change == "carry" and until is not None:
            carried += _share(budget, until, pauses)
            kept_due = target.due


def _share(budget: Budget[int] | Budget[Fraction], until: int, pauses: Run) -> Fraction:
    if not budget.amount:
        return Fraction(1)
    return Fraction(budget.used(until, pauses)) / Fraction(budget.amount)


def _due(budget: Budget[Any], part: Fraction, pauses: Run) -> int | None:
    """When a part of the budget is used up, its amount rounded up to the clock's unit."""
    if part <= 0:
        return budget.start
    amount = budget.amount * part
    return Budget(budget.clock, budget.start, ceil(amount) if isinstance(budget.amount, int) else amount).due(pauses)
