"""The targets that were in force one after another, each with its clock, by the policy's rules for changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from math import ceil
from typing import Any, NamedTuple

from slaclock.clock.budgets import Budget, budget_from, budget_of
from slaclock.clock.deadlines import late
from slaclock.clock.pauses import counted, reached
from slaclock.clock.targets import Target
from slaclock.policy.rules import Rules
from slaclock.policy.terms import Terms
from slaclock.temporal.instants import DAY, duration_micros
from slaclock.temporal.intervals import Run
from slaclock.timetable.timetable import WALL, Clock

from .as_of import AsOf, Stretch
from .waits import Stop

NOTHING = Fraction(0)


class TargetInForce(NamedTuple):
    """A target from `since` until other terms took its place at `until`, or None for the last.

    It is measured from `arrived`: from `since`, or, under `from-opening` and for the first priority that a ticket got,
    from the ticket's own start, which is its opening or a reopening that starts the clock afresh. `budget` is what it
    comes to from where its clock starts, which is `arrived` unless a cut-off puts it off; `carried` the share of it
    that the targets before had used already, None where it carries nothing on; `due` the instant at which the rest is
    used up, None while an open pause holds it, or the due date that was agreed. In `pauses` its clock stands still.
    One that arrived `after_due` did so at the due date of the cycle before, or at the line of a grid.
    """

    since: int
    until: int | None
    terms: Terms
    target: Target
    budget: Budget[int] | Budget[Fraction]
    carried: Fraction | None
    due: int | None
    arrived: int
    pauses: Run
    after_due: bool

    def breached_at(self, seen: int, gaps: Iterable[Stop]) -> int | None:
        """When its breach began, if it began by `seen` and while the target was in force; else None.

        A breach begins at the due instant of a strict target, and a microsecond after that of another, but never before
        `since`: a target that was used up before it came into force is breached from there on. Nor does one begin in
        the `gaps`, for which the ticket was not open: it then begins at the reopening.
        """
        if self.due is None or not late(self.target, seen, self.due):
            return None
        since = max(self.since, self.due if self.target.strict else self.due + 1)
        since = next((gap.end for gap in gaps if gap.start < since < gap.end), since)
        return since if self.until is None or since < self.until else None

    def consumed(self, at: int) -> Fraction:
        """The share of the target that is used up."""
        share = _share(self.budget, at, self.pauses)
        return share + self.carried if self.carried and self.budget.amount else share

    def due_by(self, pauses: Run) -> int | None:
        """When the rest is used up, where the pauses are these; where nothing is left, the due date stays."""
        if not self.carried:
            return self.budget.due(pauses)
        return self.due if self.carried >= 1 else _due(self.budget, 1 - self.carried, pauses)

    def expected_from(self) -> int | None:
        """The earliest instant of a window; None where it is none, or while a pause holds it."""
        low, high = self.target.low, self.target.high
        if low is None:
            return None
        if self.carried:
            return self.part_due(Fraction(low) / Fraction(high) if high else Fraction(1))
        calendar, start = self.terms.calendar, self.budget.start
        begins = budget_from(calendar, self.target, start, low, after_due=self.after_due).due(self.pauses)
        # The line of a grid, which is drawn from the start of its first cycle, may come a little sooner.
        return begins if begins is None or self.due is None else min(begins, self.due)

    def off_due(self, length: Target, *, after: bool) -> int | None:
        """The instant that lies so long before or after the due one, by the target's own clock and outside the pauses.

        None where a pause holds it, and where it would lie before the clock's start.
        """
        clock, amount = self._clock_of(length)
        if not amount:
            return self.due
        budget = self.budget
        if clock == budget.clock and not self.carried and self.due in (None, budget.due(self.pauses)):
            total: Any = budget.amount
        elif self.due is None:
            return None
        else:
            total = counted(clock, budget.start, max(self.due, budget.start), self.pauses)
        total = total + amount if after else total - amount
        if total < 0:
            is_used = self.carried and not (length.unit == self.target.unit and length.high > self.target.high)
            return budget.start if is_used else None
        return reached(clock, budget.start, total, self.pauses)

    def _clock_of(self, length: Target) -> tuple[Clock[Any], int | Fraction]:
        """The clock on which a length is counted beside the target, and what it comes to there."""
        calendar, rules = self.terms.calendar, self.terms.calendar.rules
        if self.target.wall:
            return WALL, ceil(length.high * (1 if length.unit == "time" else DAY))
        if length.unit == "time":
            return calendar.timetable.hours, int(length.high)
        if rules.day_rule == "fixed-hours" and rules.day_length is not None:
            return calendar.timetable.hours, ceil(length.high * duration_micros(rules.day_length))
        return calendar.timetable.days, Fraction(length.high)

    def part_due(self, part: Fraction) -> int | None:
        """When so much of the target is used up; where it was so already, the instant at which its clock starts."""
        carried = self.carried or NOTHING
        if carried >= 1 and part <= 1:  # all was used up before, at the due date that is kept
            return self.due
        return _due(self.budget, part - carried, self.pauses)


def targets_in_force(rules: Rules, known: AsOf) -> Iterator[TargetInForce]:
    """The targets by which the ticket may be judged, in order; stretches without a target have none.

    These are the last one, with all before it where a breach of theirs may stand or what they used is carried on. Each
    is worked out as it is asked for: one that can never run out does not matter where a breach before it stands.
    """
    *_, last = known.stretches
    if last.terms.target is not None and known.due is not None:
        yield _due_at(known, last, last.terms.target, known.due)
    elif rules.breach == "stands" or rules.priority_change == "carry":
        yield from (target for _, target in targets_of_stretches(rules, known) if target is not None)
    elif last.terms.target is not None:
        yield _target(rules, known, last, known.pauses_of(last.terms))


def _due_at(known: AsOf, stretch: Stretch, target: Target, due: int) -> TargetInForce:
    """A target whose due date was agreed, or is that of a grid."""
    since, terms = stretch.since, known.known_terms(stretch.terms, stretch.since)
    hours = terms.calendar.timetable.hours
    budget: Budget[int] | Budget[Fraction] = Budget(hours, since, hours.between(since, due))
    if known.grid:
        budget = budget_of(terms.calendar, target, since, after_due=known.after_due)
    return TargetInForce(since, None, terms, target, budget, None, due, since, known.pauses_of(terms), known.after_due)


def targets_of_stretches(rules: Rules, known: AsOf) -> Iterator[tuple[Stretch, TargetInForce | None]]:
    """Each stretch with its target, to which the one before it hands on what was used; None where it has none."""
    before: TargetInForce | None = None
    pauses: dict[tuple[str, ...], Run] = {}
    later = iter(known.stretches[1:])
    for stretch in known.stretches:
        after = next(later, None)
        if stretch.terms.target is None:
            yield stretch, None
        else:
            stopped_by = stretch.terms.stopped_by
            if stopped_by not in pauses:
                pauses[stopped_by] = known.pauses_of(stretch.terms)
            until = None if after is None else after.since
            before = _target(rules, known, stretch, pauses[stopped_by], before)._replace(until=until)
            yield stretch, before


def _target(
    rules: Rules, known: AsOf, stretch: Stretch, pauses: Run, before: TargetInForce | None = None
) -> TargetInForce:
    """The target of a stretch, which may carry on from the one before it."""
    since, _, first = stretch
    arrived = known.start if first or rules.priority_change == "from-opening" else since
    terms = known.known_terms(stretch.terms, arrived)
    assert terms.target is not None
    after_due = known.after_due and arrived == known.start
    budget = budget_of(terms.calendar, terms.target, arrived, after_due=after_due)
    target = TargetInForce(since, None, terms, terms.target, budget, None, None, arrived, pauses, after_due)
    if before is not None and before.until is not None and rules.priority_change == "carry" and not first:
        carried = (before.carried or NOTHING) + _share(before.budget, before.until, before.pauses)
        target = target._replace(carried=carried, due=before.due)
    return target._replace(due=target.due_by(pauses))


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
