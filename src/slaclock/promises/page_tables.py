"""What the page's calculator needs to know: when all openings of a period are due, and the offsets of its zone.

Instants and lengths are whole microseconds, written as texts, since a browser reads the numbers of JSON as floats.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple
from zoneinfo import ZoneInfo

from slaclock.clock.targets import Target
from slaclock.policy.announced import known_at_opening
from slaclock.policy.policy import Policy
from slaclock.temporal.instants import DAY
from slaclock.temporal.intervals import Run
from slaclock.temporal.offsets import offset_at, offset_changes

from .due_lines import DueLine, due_lines


class DueTable(NamedTuple):
    """Lines of due dates, each written once, and by their numbers in which order they stand.

    A line is `size wait rise run ahead`, as a `DueLine` has them, the wait that of its first opening; one of a size
    alone is of instants at which nothing opens that is covered.
    """

    lines: Sequence[str]
    order: Sequence[int]


class DueTables:
    """The tables of a policy's targets for some stretches of openings, each made once."""

    def __init__(self, policy: Policy, openings: Run) -> None:
        self._policy, self._openings = policy, openings
        self._numbers: dict[tuple[str, Target], int] = {}
        self.tables: list[DueTable] = []
        self._latest = openings[-1][1]

    def number_of(self, calendar: str, target: Target) -> int:
        """The number of the table for the end of a target on the calendar of a name."""
        wanted = replace(target, low=None, strict=False)
        if (calendar, wanted) not in self._numbers:
            rule = self._policy.rules.announced
            parts = known_at_opening(self._policy.calendar_named(calendar), self._openings, rule)
            lines = [line for known, spans in parts for line in due_lines(known, wanted, spans)]
            self._latest = max(self._latest, *(line.due_of(line.ended - 1) for line in lines))
            self._numbers[calendar, wanted] = len(self.tables)
            self.tables.append(_table(lines))
        return self._numbers[calendar, wanted]

    def number_of_low(self, calendar: str, target: Target) -> int | None:
        """The same for the start of a target's window; None for a target that has none."""
        return self.number_of(calendar, replace(target, low=None, high=target.low)) if target.low else None

    def as_data(self) -> dict[str, object]:
        """The tables, the instants from and until which they answer, and the offsets by their changes."""
        start, end = self._openings[0][0], self._openings[-1][1]
        return {
            "start": str(start),
            "end": str(end),
            "offsets": list(_offsets(start - 2 * DAY, self._latest + 2 * DAY, self._policy.calendar.zone)),
            "tables": [table._asdict() for table in self.tables],
        }


def _table(lines: Iterable[DueLine]) -> DueTable:
    numbers: dict[str, int] = {}
    order: list[int] = []
    last: DueLine | None = None
    for line in lines:
        if last is not None and last.ended < line.opened:
            order.append(numbers.setdefault(str(line.opened - last.ended), len(numbers)))
        text = " ".join(map(str, (line.size, line.due - line.opened, line.rise, line.run, line.ahead)))
        order.append(numbers.setdefault(text, len(numbers)))
        last = line
    return DueTable(list(numbers), order)


def _offsets(start: int, end: int, zone: ZoneInfo) -> Iterator[str]:
    for change in (start, *offset_changes(zone, start, end)):
        yield f"{change} {offset_at(zone, change)}"
