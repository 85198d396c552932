"""Lints of warnings: those that no ticket can give rise to."""

from __future__ import annotations

from collections.abc import Iterator

from slaclock.calendar.base import Calendar
from slaclock.clock.budgets import budget_from
from slaclock.clock.targets import Target
from slaclock.policy.policy import Policy
from slaclock.policy.warnings import WarningRule

from .hints import Hint


def warning_never_fires(policy: Policy) -> Iterator[Hint]:
    """A warning of a measure or priorities without targets, or longer before due than each of the targets lasts."""
    for name, rule in policy.warnings.items():
        path, targets = f"warnings.{name}", [*_targets_of(policy, rule)]
        if not targets:
            whose = " ".join(
                (rule.measure or "any measure", *([f"of {' or '.join(rule.priority)}"] * bool(rule.priority)))
            )
            yield Hint(path, f"there is no target for {whose}", "add the target, or correct measure and priority")
        elif all(_is_longer(rule, target, calendar) for target, calendar in targets):
            longest = "each of its targets" if len(targets) > 1 else f"its target {str(targets[0][0])!r}"
            yield Hint(f"{path}.at", f"{str(rule.at)!r} is longer than {longest}", "give a shorter time")


def _targets_of(policy: Policy, rule: WarningRule) -> Iterator[tuple[Target, Calendar]]:
    """The targets that a warning is of, each with its calendar."""
    for targets in policy.targets.values():
        for priority in targets.priorities or (None,):
            for measure in policy.measures_set:
                target = targets.get(priority, measure)
                if target is not None and rule.is_of(measure, priority):
                    yield target, policy.calendar_named(targets.calendar(priority, measure))


def _is_longer(rule: WarningRule, target: Target, calendar: Calendar) -> bool:
    """Whether a warning lies before the start of a target's clock, as far as the two are of one unit."""
    length = rule.at.length
    if length is None or rule.at.after:
        return False
    if target.wall or target.unit == "time":
        return length.unit == "time" and length.high > target.high
    if length.unit == "days":
        return length.high > target.high
    if calendar.rules.day_rule != "fixed-hours" or target.by is not None:
        return False
    return length.high > budget_from(calendar, target, 0, target.high).amount
