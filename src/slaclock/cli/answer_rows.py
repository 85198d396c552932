"""The answer to one ticket as a row, and which rows are the worst."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple, TypeAlias
from zoneinfo import ZoneInfo

from slaclock.temporal.durations import Unit
from slaclock.tickets.assessment import Assessment
from slaclock.tickets.states import STATES

# Breached, then waiting and running, then the rest.
RANK: dict[str, int] = {
    state: {"breached": 0, "paused": 1, "running": 1}.get(state, 2 + place) for place, state in enumerate(STATES)
}


LENGTHS = ("elapsed", "remaining", "over")
"""The columns that hold lengths of time."""


Length: TypeAlias = timedelta | float
_HOUR = timedelta(hours=1)


class AnswerRow(NamedTuple):
    """How one ticket stands."""

    id: str
    kind: str
    priority: str | None
    measure: str
    state: str
    due: datetime | None
    elapsed: Length
    remaining: Length | None
    over: Length | None
    note: str | None
    consumed: float | None
    done: datetime | None

    @classmethod
    def of(cls, assessment: Assessment, zone: ZoneInfo, unit: Unit | None = None) -> AnswerRow:
        """The row of an assessment, with its instants in the zone and its lengths in the unit."""
        values = {
            name: value.astimezone(zone) if isinstance(value, datetime) else value
            for name, value in assessment.to_dict().items()
        }
        if unit is not None:
            values |= {name: _in_unit(assessment, name, unit) for name in LENGTHS}
        return cls(**{name: values[name] for name in cls._fields})  # type: ignore[arg-type]

    @property
    def badness(self) -> tuple[int, Any, str]:
        """What rows are sorted by: the state, within it the least time left first, and then the id."""
        none = 0.0 if isinstance(self.elapsed, float) else timedelta(0)
        return RANK[self.state], self.remaining or none, self.id


def length_name(name: str, unit: Unit | None) -> str:
    """What a column of lengths is called in files, where they are numbers."""
    return f"{name}_{unit or 'seconds'}"


def _in_unit(assessment: Assessment, name: str, unit: Unit) -> float | None:
    """A length of an assessment as a number of hours, or of service days."""
    length = getattr(assessment, name)
    if length is None:
        return None
    return length / _HOUR if unit == "hours" else float(getattr(assessment, f"{name}_days"))
