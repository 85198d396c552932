"""The states in which a measure of a ticket can be."""

from __future__ import annotations

from typing import Literal, get_args

State = Literal[
    "breached", "paused", "running", "met", "not-started", "no-target", "cancelled", "excluded", "not-covered"
]
"""How a measure of a ticket stands, the worst first."""
STATES: tuple[State, ...] = get_args(State)

Note = Literal["stopped after due"]
"""Why what has run and what is left do not make up the target: the clock has stood still since the due date."""
NOTES: tuple[Note, ...] = get_args(Note)

PENDING: frozenset[State] = frozenset({"paused", "running"})
"""The states that time will decide. All others but those outside are decided: met or breached."""
OUTSIDE: frozenset[State] = frozenset({"not-started", "no-target", "cancelled", "excluded", "not-covered"})
"""The states in which there is no target to judge by."""
