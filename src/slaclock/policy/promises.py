"""What a policy promises, one target after another, each with the name of the calendar on which its clock runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from slaclock.clock.targets import Target

from .measures import Measure
from .policy import Policy
from .standards import Standard


class Promise(NamedTuple):
    """The target of a kind, or of one of its priorities, for a measure, with the reasons that stop its clock."""

    kind: str
    priority: str | None
    measure: Measure
    target: Target
    calendar: str
    stopped_by: tuple[str, ...]

    @property
    def whose(self) -> str:
        """The kind and the priority in words."""
        return self.kind if self.priority is None else f"{self.kind} {self.priority}"


def promises_of(policy: Policy) -> Iterator[Promise]:
    """The targets that tickets may have: of each priority its own or its kind's, of a kind without any its own."""
    for kind, targets in policy.targets.items():
        for priority in targets.priorities or (None,):
            for measure in policy.measures_set:
                target = targets.get(priority, measure)
                if target is not None:
                    own = targets.own_pauses(priority, measure)
                    stopped_by = policy.reasons_stopping(measure) if own is None else own
                    calendar = targets.calendar(priority, measure)
                    yield Promise(kind, priority, measure, target, calendar, stopped_by)


def calendars_of_standard(policy: Policy, standard: Standard) -> tuple[str, ...]:
    """The names of the calendars on which the clock of a standard's own target runs: one, or of each priority its."""
    targets = policy.under(standard).targets[standard.kind]
    names = (targets.calendar(priority, None) for priority in standard.priority or (None,))
    return tuple(dict.fromkeys(names))
