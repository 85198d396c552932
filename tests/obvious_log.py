"""The fold of a log written for clarity: rows as plain values, one pass a question, nothing looked up twice.

Of a ticket's rows in order it says each minute what held: the laws of logs hold the product against it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Said:
    """What one row says: from `at` on the ticket is in a state, has a priority, or something happened."""

    at: datetime
    state: str | None = None  # running, resolved, closed, cancelled, or the reason of a pause
    priority: str | None = None
    event: str | None = None


def story(rows: Sequence[Said]) -> dict[str, object]:
    """What the rows of one ticket, oldest first, come to."""
    steps = [(row.at, row.state) for row in rows if row.state is not None]
    steps = [step for number, step in enumerate(steps) if number == 0 or step[1] != steps[number - 1][1]]
    pauses = []
    for number, (at, state) in enumerate(steps):
        if state not in ("running", "resolved", "closed", "cancelled"):
            pauses.append((at, steps[number + 1][0] if number + 1 < len(steps) else None, state))
    reopenings: list[tuple[datetime, datetime]] = []
    resolved = cancelled = withdrawn = None
    for at, state in steps:
        if state == "cancelled":
            if withdrawn is None:
                withdrawn = cancelled = at
        elif state == "resolved" or (state == "closed" and withdrawn is None):
            resolved = resolved or at
        elif state != "closed" and (resolved or withdrawn):
            reopenings.append((resolved or withdrawn, at))
            resolved = withdrawn = None
    now = first = rows[0].priority
    changes = []
    for row in rows:
        if row.priority is not None and row.priority != now:
            now = row.priority
            changes.append((row.at, now))
    return {
        "opened": rows[0].at,
        "priority": first,
        "resolved": resolved,
        "cancelled": cancelled,
        "pauses": pauses,
        "reopenings": reopenings,
        "changes": changes,
        "events": [(row.at, row.event) for row in rows if row.event is not None],
    }
