"""The answer to one ticket as a row, and which rows are the worst."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from slaclock.tickets.assessment import Assessment
from slaclock.tickets.states import STATES

# Breached, then waiting and running, then the rest.
RANK: dict[str, int] = {
    state: {"breached": 0, "paused": 1, "running": 1}.get(state, 2 + place) for place, state in enumerate(STATES)
}


LENGTHS = ("elapsed", "remaining", "over")
"""The columns that hold lengths of time."""


class AnswerRow(NamedTuple):
    """How one ticket stands."""

    id: str
    kind: str
    priority: str | None
    measure: str
    state: str
    due: datetime | None
    elapsed: timedelta
    remaining: timedelta | None
    over: timedelta | None
    note: str | None
    consumed: float | None
    done: datetime | None

    @classmethod
    def of(cls, assessment: Assessment, zone: ZoneInfo) -> AnswerRow:
        """The row of an assessment, with its instants in the zone."""
        values = {
            name: value.astimezone(zone) if isinstance(value, datetime) else value
            for name, value in assessment.to_dict().items()
        }
        return cls(**{name: values[name] for name in cls._fields})  # type: ignore[arg-type]

    @property
    def badness(self) -> tuple[int, timedelta, str]:
        """What rows are sorted by: the state, within it the least time left first, and then the id."""
        return RANK[self.state], self.remaining or timedelta(0), self.id
