"""How many tickets are in each state, and the worst of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from slaclock.formats.counts import count_text
from slaclock.formats.tables import percent_text
from slaclock.tickets.states import STATES

from .answer_rows import AnswerRow


@dataclass
class Tally:
    """What is known of all tickets: how many there are of each kind, priority and state, and the worst of them."""

    limit: int
    states: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    later: int = 0
    worst: list[AnswerRow] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many tickets there are."""
        return self.states.total()

    def add(self, rows: Iterable[AnswerRow]) -> None:
        """Take in some rows, which are counted."""
        added = list(rows)
        self.states.update((row.kind, row.priority or "", row.state) for row in added)
        self.keep(added)

    def keep(self, rows: Iterable[AnswerRow]) -> None:
        """Keep the worst of those that are known and of some rows."""
        self.worst = sorted([*self.worst, *rows], key=lambda row: row.badness)[: self.limit]

    def summary(self) -> list[str]:
        """A line for each kind and priority: how many in each state, and the share of the decided within target."""
        groups: dict[tuple[str, str], Counter[str]] = {}
        for (kind, priority, state), count in self.states.items():
            groups.setdefault((kind, priority), Counter())[state] += count
        lines = []
        for (kind, priority), states in sorted(groups.items()):
            counts = ", ".join(f"{states[state]} {state}" for state in STATES if states[state])
            decided = states["met"] + states["breached"]
            line = f"{f'{kind} {priority}'.strip()}: {count_text(states.total(), 'ticket')}: {counts}"
            if decided:
                line += f"; {percent_text(Fraction(states['met'], decided))} of {decided} decided within target"
            lines.append(line)
        return lines
