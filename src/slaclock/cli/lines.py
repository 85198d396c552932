"""One line of the answer a ticket, the worst first, and how many there are in each state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from slaclock.tickets.assessment import STATES, Assessment

# Breached, then waiting and running, then the rest.
RANK: dict[str, int] = {
    state: {"breached": 0, "paused": 1, "running": 1}.get(state, 2 + place) for place, state in enumerate(STATES)
}


class Line(NamedTuple):
    """How one ticket stands."""

    id: str
    kind: str
    priority: str | None
    measure: str
    state: str
    due: datetime | None
    elapsed: timedelta
    remaining: timedelta | None
    consumed: float | None
    done: datetime | None

    @classmethod
    def of(cls, found: Assessment) -> Line:
        """The line of an assessment."""
        told = found.to_dict()
        return cls(**{name: told[name] for name in cls._fields})  # type: ignore[arg-type]

    @property
    def badness(self) -> tuple[int, timedelta, str]:
        """What lines are sorted by: the state, within it the least time left first, and then the id."""
        return RANK[self.state], self.remaining or timedelta(0), self.id


@dataclass
class Tally:
    """What is known of all tickets: how many there are of each kind, priority and state, and the worst of them."""

    limit: int
    states: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    later: int = 0
    worst: list[Line] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many tickets there are."""
        return self.states.total()

    def add(self, lines: Iterable[Line]) -> None:
        """Take in some lines, which are counted."""
        each = list(lines)
        self.states.update((line.kind, line.priority or "", line.state) for line in each)
        self.keep(each)

    def keep(self, lines: Iterable[Line]) -> None:
        """Keep the worst of those that are known and of some lines."""
        self.worst = sorted([*self.worst, *lines], key=lambda line: line.badness)[: self.limit]

    def summary(self) -> list[str]:
        """A line for each kind and priority: how many in each state, and the share of the decided within target."""
        groups: dict[tuple[str, str], Counter[str]] = {}
        for (kind, priority, state), count in self.states.items():
            groups.setdefault((kind, priority), Counter())[state] += count
        found = []
        for (kind, priority), states in sorted(groups.items()):
            counts = ", ".join(f"{states[state]} {state}" for state in STATES if states[state])
            decided = states["met"] + states["breached"]
            share = f"; {100 * states['met'] / decided:.0f} % of {decided} decided within target" if decided else ""
            found.append(f"{f'{kind} {priority}'.strip()}: {states.total()} tickets: {counts}{share}")
        return found
