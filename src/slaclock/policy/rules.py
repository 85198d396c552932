"""What a change of a ticket does to its clock, and whether a breach may be undone."""

from __future__ import annotations

from typing import Literal

from slaclock.formats.models import Model

PriorityChangeRule = Literal["from-opening", "restart", "carry"]
"""From where a new target is measured when the priority or the kind changes."""
BreachRule = Literal["of-target", "stands"]
"""Whether only the target in force is judged, or a breach under an earlier one stays."""
ReopeningRule = Literal["resume", "restart"]
"""Whether the clock of the resolution goes on after a reopening, or starts afresh."""


AnnouncedRule = Literal["moves", "keeps"]
"""Whether what is announced of a calendar later moves due dates, or what was promised is kept."""


class Rules(Model):
    """What a change of a ticket does to its clock.

    `priority_change`: the new target is measured from the opening (`from-opening`), from the change (`restart`), or
    from the change with the share of the old target already used (`carry`). `breach`: only the target in force is
    judged (`of-target`), or a breach under a target while it was in force stays (`stands`). `reopening`: the time
    between resolution and reopening does not count (`resume`), or the clock to resolve starts afresh (`restart`).
    `announced`: a holiday, special day or closure that becomes known later moves the due date (`moves`), or each target
    keeps to what was known at the instant from which it is measured (`keeps`).
    """

    priority_change: PriorityChangeRule = "from-opening"
    breach: BreachRule = "of-target"
    reopening: ReopeningRule = "resume"
    announced: AnnouncedRule = "moves"
