"""The explanation: which stretches of time a clock counted, which it did not, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from html import escape
from typing import Any, Literal
from zoneinfo import ZoneInfo

from slaclock.calendar.base import Calendar
from slaclock.formats.frames import frame_of
from slaclock.formats.models import Instant, JsonValue
from slaclock.formats.tables import html_table, instant_text, strip_svg, text_table
from slaclock.temporal import intervals
from slaclock.temporal.durations import short_text
from slaclock.temporal.instants import DAY, duration_micros, from_micros, local_day, to_micros, wall_to_micros

COUNTED = "service hours"
COUNTED_WALL = "time passes"
RowKind = Literal["counted", "paused", "closed"]
"""What a stretch of a ledger is: counted by the clock, stopped by a pause, or outside the calendar's hours."""
Labelled = tuple[int, int, str]


@dataclass(frozen=True, slots=True, eq=False)
class LedgerRow(JsonValue):
    """A stretch `[start, end)` of the ledger: of which kind it is, and why.

    `length` is what it adds to the clock (nothing where it is not counted), and `total` what the clock shows at
    its end.
    """

    start: Instant
    end: Instant
    kind: RowKind
    why: str
    length: timedelta
    total: timedelta

    @property
    def counted(self) -> bool:
        """Whether the clock counted it."""
        return self.kind == "counted"


@dataclass(frozen=True, repr=False, eq=False)
class Ledger(JsonValue):
    """Rows that tile the time from the start of a clock to `end`, without gap or overlap.

    `title` says whose clock it is, `verdict` how it stands.
    """

    title: str
    rows: tuple[LedgerRow, ...]
    verdict: str = ""

    @property
    def total(self) -> timedelta:
        """What the clock shows at the end of the last row."""
        return self.rows[-1].total if self.rows else timedelta(0)

    def __repr__(self) -> str:
        rows = "1 row" if len(self.rows) == 1 else f"{len(self.rows)} rows"
        return f"<Ledger {self.title!r}, {rows}, {self.verdict!r}>"

    def __iter__(self) -> Iterator[LedgerRow]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def to_dicts(self) -> list[dict[str, object]]:
        """The rows as plain values: instants as ISO 8601 text, lengths in seconds."""
        return [
            {
                "start": row.start.isoformat(),
                "end": row.end.isoformat(),
                "kind": row.kind,
                "why": row.why,
                "length_seconds": row.length.total_seconds(),
                "total_seconds": row.total.total_seconds(),
            }
            for row in self.rows
        ]

    def to_frame(self, library: Literal["pandas", "polars"] = "pandas") -> Any:
        """The rows as a frame of pandas or Polars."""
        columns = {name: [getattr(row, name) for row in self.rows] for name in LedgerRow.__slots__}
        return frame_of(columns, library)

    @property
    def sentences(self) -> tuple[str, ...]:
        """The rows in plain English.

        >>> from slaclock import Policy, Ticket, assess
        >>> ticket = Ticket(id="T1", priority="P1", opened="2018-04-06T16:00+01:00")
        >>> a = assess(ticket, Policy.example(), at=datetime.fromisoformat("2018-04-09T12:00+01:00"))
        >>> print(*a.explain().sentences, sep="\\n")
        Fri 6 Apr 2018 16:00-16:30 counted 30 min (service hours)
        Fri 6 Apr 2018 16:30 - Sat 7 Apr 2018 00:00 not counted (outside hours)
        Sat 7 Apr 2018 00:00 - Mon 9 Apr 2018 00:00 not counted (weekend)
        Mon 9 Apr 2018 00:00-08:00 not counted (outside hours)
        Mon 9 Apr 2018 08:00-09:30 counted 1 h 30 min (service hours), which makes 2 h
        """
        return tuple(self.sentence(row) for row in self.rows)

    def sentence(self, row: LedgerRow) -> str:
        """One row in plain English."""
        start, end = instant_text(row.start), instant_text(row.end)
        same_day = row.start.date() == row.end.date()
        when = f"{start}-{end.rpartition(' ')[2]}" if same_day else f"{start} - {end}"
        if not row.counted:
            return f"{when} not counted ({row.why})"
        length, total = (short_text(duration_micros(amount)) for amount in (row.length, row.total))
        return f"{when} counted {length} ({row.why})" + (f", which makes {total}" if row.total > row.length else "")

    def to_html(self) -> str:
        """The ledger as HTML: a strip of time, the rows as a table, and the verdict; every text is escaped."""
        return (
            f'<div class="slaclock ledger">{self._strip()}{self._table(html_table)}<p>{escape(self.verdict)}</p></div>'
        )

    _repr_html_ = to_html

    def _strip(self) -> str:
        if not self.rows or self.rows[0].start == self.rows[-1].end:
            return ""
        first, last = (to_micros(at) for at in (self.rows[0].start, self.rows[-1].end))

        def place(at: datetime) -> float:
            return (to_micros(at) - first) / (last - first)

        stretches = [(place(row.start), place(row.end), row.counted, row.why) for row in self.rows]
        ends = [(0.0, instant_text(self.rows[0].start)), (1.0, instant_text(self.rows[-1].end))]
        return strip_svg(stretches, ends, self.title)

    def __str__(self) -> str:
        table = self._table(lambda header, rows, right, _: text_table(header, rows, right))
        return "\n".join(part for part in (self.title, table if self.rows else "", self.verdict) if part)

    def _table(self, table: Callable[[Sequence[str], list[Sequence[str]], frozenset[int], str], str]) -> str:
        lines: list[Sequence[str]] = [
            (
                instant_text(row.start),
                instant_text(row.end),
                short_text(duration_micros(row.length)) if row.counted else "-",
                short_text(duration_micros(row.total)),
                row.why,
            )
            for row in self.rows
        ]
        return table(("from", "to", "counted", "total", "why"), lines, frozenset({2, 3}), self.title)


def rows_between(
    calendar: Calendar,
    start: int,
    end: int,
    pauses: Iterable[Labelled],
    *,
    marks: Iterable[int] = (),
    wall: bool = False,
) -> tuple[LedgerRow, ...]:
    """The rows from `start` to `end`; `pauses` come with their labels, `marks` instants to break rows at.

    A pause is shown only where it stops the clock, that is in open time. `wall` takes all time as open.
    """
    pieces = sorted(_pieces(calendar, start, end, tuple(pauses), wall))
    rows: list[LedgerRow] = []
    total = 0
    zone = calendar.zone
    for a, b, kind, why in _broken(pieces, sorted(marks)):
        added = b - a if kind == "counted" else 0
        total += added
        length, shown = timedelta(microseconds=added), timedelta(microseconds=total)
        rows.append(LedgerRow(from_micros(a, zone), from_micros(b, zone), kind, why, length, shown))
    return tuple(rows)


_Piece = tuple[int, int, RowKind, str]


def _pieces(calendar: Calendar, start: int, end: int, pauses: tuple[Labelled, ...], wall: bool) -> Iterator[_Piece]:
    opened = ((start, end),) if wall else tuple(calendar.timetable.spans(start, end))
    stopped = _overlaid(pauses, start, end)
    run = intervals.union((a, b) for a, b, _ in stopped)
    for a, b in intervals.subtract(opened, run):
        yield a, b, "counted", COUNTED_WALL if wall else COUNTED
    at = 0
    for a, b in opened:
        while at < len(stopped) and stopped[at][1] <= a:
            at += 1
        for c, d, label in stopped[at:]:
            if c >= b:
                break
            yield max(a, c), min(b, d), "paused", label
    if not wall and start < end:
        for a, b in intervals.subtract(((start, end),), opened):
            yield from _closed(calendar, a, b)


def _closed(calendar: Calendar, start: int, end: int) -> Iterator[_Piece]:
    """A closed stretch, broken where the reason changes, which it can do only at a local midnight."""
    zone = calendar.zone
    begun, why = start, str(calendar.closure(start))
    at = _next_midnight(start, zone)
    while at < end:
        reason = str(calendar.closure(at))
        if reason != why:
            yield begun, at, "closed", why
            begun, why = at, reason
        at = _next_midnight(at, zone)
    yield begun, end, "closed", why


def _next_midnight(at: int, zone: ZoneInfo) -> int:
    day = local_day(at, zone)[0]
    if day == date.max.toordinal():
        return at + DAY
    # Where clocks skip or repeat midnight the next date may not begin after the instant; the one after it does.
    midnight = wall_to_micros(day + 1, 0, zone)
    return midnight if midnight > at else at + DAY


def _overlaid(pauses: tuple[Labelled, ...], start: int, end: int) -> list[Labelled]:
    """The pauses as stretches in order that do not overlap; where several lie on one another all are named."""
    edges: list[tuple[int, int, str]] = []
    for a, b, label in pauses:
        if max(a, start) < min(b, end):
            edges += [(max(a, start), 1, label), (min(b, end), -1, label)]
    edges.sort()
    stretches: list[Labelled] = []
    active: dict[str, int] = {}
    begun = start
    for at, step, label in edges:
        names = ", ".join(sorted(active))
        if at > begun and active:
            if stretches and stretches[-1][1] == begun and stretches[-1][2] == names:
                stretches[-1] = (stretches[-1][0], at, names)
            else:
                stretches.append((begun, at, names))
        begun = at
        active[label] = active.get(label, 0) + step
        if not active[label]:
            del active[label]
    return stretches


def _broken(pieces: list[_Piece], marks: list[int]) -> Iterator[_Piece]:
    """The pieces, cut at the marks."""
    at = 0
    for a, b, kind, why in pieces:
        while at < len(marks) and marks[at] <= a:
            at += 1
        for mark in marks[at:]:
            if mark >= b:
                break
            yield a, mark, kind, why
            a = mark
        yield a, b, kind, why
