"""Where a ticket's time went: its open time by an attribute, such as its team, and by what it waited for."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Any, Literal, NamedTuple

from slaclock.errors import ModelError, placed
from slaclock.formats.cells import bar_html, cell, table_html
from slaclock.formats.counts import count_text
from slaclock.formats.frames import frame_of
from slaclock.formats.models import JsonValue, short_repr
from slaclock.formats.tables import text_table
from slaclock.policy.attributes import FIELDS, check_attribute
from slaclock.temporal.durations import format_duration
from slaclock.temporal.instants import to_micros

from .clock_parts import ClockPart
from .tickets import Ticket
from .waits import waits


@dataclass(frozen=True, slots=True, eq=False)
class BreakdownRow(JsonValue):
    """The open time for which an attribute had a value while the ticket waited for a reason, or for none.

    `stopped` says whether the reason stopped the clock; what did not is part of what has run.
    """

    value: str | None
    reason: str | None
    stopped: bool
    length: timedelta


@dataclass(frozen=True, repr=False, eq=False)
class Breakdown(JsonValue):
    """The open time of a clock from its start to where it was done, or to now, each part of it in one row.

    `by` is the attribute that tells the rows apart, None where only the reasons do; they are in the order in which they
    first came. Of two reasons at once the one has the time that stops the clock, and of such the one that began first.
    """

    title: str
    by: str | None
    rows: tuple[BreakdownRow, ...]

    @property
    def total(self) -> timedelta:
        """The open time of all rows."""
        return sum((row.length for row in self.rows), timedelta(0))

    @property
    def elapsed(self) -> timedelta:
        """What of it the clock has counted."""
        return sum((row.length for row in self.rows if not row.stopped), timedelta(0))

    def __iter__(self) -> Iterator[BreakdownRow]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def to_dicts(self) -> list[dict[str, object]]:
        """The rows as plain values, lengths in seconds; the value stands under the name of the attribute."""
        return [
            {
                **({} if self.by is None else {self.by: row.value}),
                "reason": row.reason,
                "stopped": row.stopped,
                "length_seconds": row.length.total_seconds(),
            }
            for row in self.rows
        ]

    def to_frame(self, library: Literal["pandas", "polars"] = "pandas") -> Any:
        """The rows as a frame of pandas or Polars."""
        columns: dict[str, list[Any]] = {} if self.by is None else {self.by: [row.value for row in self.rows]}
        columns |= {name: [getattr(row, name) for row in self.rows] for name in ("reason", "stopped", "length")}
        return frame_of(columns, library)

    def to_html(self) -> str:
        """The rows as a table for a notebook, each with its part of the whole as a bar."""
        total = self.total or timedelta(1)
        lines = [
            (*self._line(row), bar_html([(0, row.length / total, "wait" if row.stopped else "used")]))
            for row in self.rows
        ]
        header, right = self._header()
        return cell(table_html((*header, "part of the whole"), lines, right, self.title))

    _repr_html_ = to_html

    def __str__(self) -> str:
        header, right = self._header()
        return "\n".join((self.title, text_table(header, list(map(self._line, self.rows)), right)))

    def __repr__(self) -> str:
        rows = count_text(len(self.rows), "row")
        return f"<Breakdown {self.title!r}, {rows}>"

    def _header(self) -> tuple[tuple[str, ...], frozenset[int]]:
        """The names of the columns, and which of them are numbers."""
        first = () if self.by is None else (self.by,)
        return (*first, "waited for", "clock", "open time"), frozenset({len(first) + 2})

    def _line(self, row: BreakdownRow) -> tuple[str, ...]:
        value = () if self.by is None else (row.value or "-",)
        return (*value, row.reason or "-", "stopped" if row.stopped else "ran", format_duration(row.length))


class _Wait(NamedTuple):
    """A time of waiting, in the order in which one goes before another: what runs on, when it began, and for what."""

    runs: bool
    start: int
    reason: str
    end: int


def rows_of(ticket: Ticket, by: str | None, parts: Sequence[ClockPart], seen: int) -> tuple[BreakdownRow, ...]:
    """The rows of a clock's parts up to what was `seen`."""
    waited = [_Wait(True, wait.start, wait.reason or "", wait.end) for wait in waits(ticket, seen)]
    values = values_of(ticket, by, seen)
    lengths: dict[tuple[str | None, str | None, bool], int] = {}
    place = 0
    for part in parts:
        known = [*waited, *(_Wait(False, stop.start, stop.reason, stop.end) for stop in part.stops)]
        edges = {edge for wait in known for edge in (wait.start, wait.end)} | {at for at, _ in values}
        starts = sorted(known, key=lambda wait: wait.start, reverse=True)
        active: list[_Wait] = []
        cuts = [part.start, *sorted(edge for edge in edges if part.start < edge < part.end), part.end]
        for start, end in pairwise(cuts):
            while starts and starts[-1].start <= start:
                heapq.heappush(active, starts.pop())
            while active and active[0].end <= start:
                heapq.heappop(active)
            while place + 1 < len(values) and values[place + 1][0] <= start:
                place += 1
            first = active[0] if active else None
            key = values[place][1], None if first is None else first.reason, first is not None and not first.runs
            lengths[key] = lengths.get(key, 0) + part._replace(start=start, end=end, stops=()).hours()
    return tuple(BreakdownRow(*key, length=timedelta(microseconds=length)) for key, length in lengths.items() if length)


def values_of(ticket: Ticket, by: str | None, seen: int) -> list[tuple[int, str | None]]:
    """The values of an attribute, or of a field that may change, each with the instant from which it held."""
    if by is None:
        return [(to_micros(ticket.opened), None)]
    if not isinstance(by, str):
        problem = f"{short_repr(by)} names no attribute"
        raise ModelError(problem, "give its name, such as 'team', or none", "by", value=by)
    if by not in FIELDS:
        with placed("by"):
            check_attribute(by)
    value = getattr(ticket, by) if by in FIELDS else ticket.attributes.get(by)
    changes = [(to_micros(change.at), change.to) for change in ticket.changes if change.field == by]
    return [(to_micros(ticket.opened), value), *(change for change in changes if change[0] <= seen)]
