"""The explanation: which stretches of time a clock counted, which it did not, and why."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby, islice
from operator import itemgetter
from typing import Any, Literal
from zoneinfo import ZoneInfo

from slaclock.calendar.base import Calendar
from slaclock.calendar.reasons import reason_edges
from slaclock.formats.cells import cell, paragraph, table_html
from slaclock.formats.counts import count_text
from slaclock.formats.frames import frame_of
from slaclock.formats.models import Instant, JsonValue
from slaclock.formats.strips import Look, Stretch, StripMark, legend_html, looks_of, strip_html
from slaclock.formats.tables import instant_text, text_table
from slaclock.temporal import intervals
from slaclock.temporal.durations import format_duration
from slaclock.temporal.instants import DAY, from_micros, local_day, to_micros, wall_to_micros

from .clock_parts import ClockPart
from .waits import Stop

COUNTED = "service hours"
COUNTED_WALL = "time passes"
COUNTED_BETWEEN = "service hours of all the days between"
CLOSED_MONTHS = "closed for whole months"
MOST_DAYS = 1_000
"""Of a time longer than twice so many days a ledger shows so many at either end, and what lies between in one row."""
_MOST_CLOSED = 400  # so many days of closed months are looked at for a reason that all of them share
RowKind = Literal["counted", "paused", "closed"]
"""What a stretch of a ledger is: counted by the clock, stopped by a pause, or closed, when the clock does not run.

That is outside the calendar's hours, and under `carry` while there is no target, or one that a cut-off has put off.
"""
Labelled = tuple[int, int, str]


@dataclass(frozen=True, slots=True, eq=False)
class LedgerRow(JsonValue):
    """A stretch `[start, end)` of the ledger: of which kind it is, and why.

    `length` is what it adds to the clock (nothing where it is not counted), and `total` what the clock shows at
    its end. Only the row of all the days between the two ends of a long time is longer than its `length`.

    >>> import slaclock as sc
    >>> ticket = sc.Ticket(id="T1", priority="P1", opened="2018-04-06T16:00+01:00")
    >>> row = sc.assess(ticket, sc.Policy.example(), at="2018-04-06T16:10+01:00").explain().rows[0]
    >>> row.kind, row.why, str(row.length), str(row.total)
    ('counted', 'service hours', '0:10:00', '0:10:00')
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

    def in_zone(self, zone: ZoneInfo) -> LedgerRow:
        """The same with its instants in another zone."""
        return replace(self, start=self.start.astimezone(zone), end=self.end.astimezone(zone))


@dataclass(frozen=True, repr=False, eq=False)
class Ledger(JsonValue):
    """Rows that tile the time from the start of a clock to where the ledger ends, without gap or overlap.

    Whole months that are closed for several reasons are one row. Of more than 2,000 days the first and the last 1,000
    are shown, and what was counted between them is one row; so a ledger does not grow with the distance.

    `title` says whose clock it is, `verdict` how it stands, and `moves` which announcements of calendars moved the due
    date.

    >>> import slaclock as sc
    >>> ticket = sc.Ticket(id="T1", priority="P1", opened="2018-04-06T16:00+01:00")
    >>> ledger = sc.assess(ticket, sc.Policy.example(), at="2018-04-06T16:10+01:00").explain()
    >>> print(ledger)
    T1: incident P1, resolve within 0-2 hours, from Fri 6 Apr 2018 16:00
    from                  to                       counted   total  why
    Fri 6 Apr 2018 16:00  Fri 6 Apr 2018 16:10      10 min  10 min  service hours
    Fri 6 Apr 2018 16:10  Fri 6 Apr 2018 16:30      20 min  30 min  service hours
    Fri 6 Apr 2018 16:30  Sat 7 Apr 2018 00:00           -  30 min  outside hours
    Sat 7 Apr 2018 00:00  Mon 9 Apr 2018 00:00           -  30 min  weekend
    Mon 9 Apr 2018 00:00  Mon 9 Apr 2018 08:00           -  30 min  outside hours
    Mon 9 Apr 2018 08:00  Mon 9 Apr 2018 09:30  1 h 30 min     2 h  service hours
    running: due Mon 9 Apr 2018 09:30; as of Fri 6 Apr 2018 16:10, 1 h 50 min left
    >>> str(ledger.total)
    '2:00:00'
    """

    title: str
    rows: tuple[LedgerRow, ...]
    verdict: str = ""
    moves: tuple[str, ...] = ()

    @property
    def total(self) -> timedelta:
        """What the clock shows at the end of the last row."""
        return self.rows[-1].total if self.rows else timedelta(0)

    def __repr__(self) -> str:
        rows = count_text(len(self.rows), "row")
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
        >>> a = assess(ticket, Policy.example(), at="2018-04-09T12:00+01:00")
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
        length, total = (format_duration(amount) for amount in (row.length, row.total))
        return f"{when} counted {length} ({row.why})" + (f", which makes {total}" if row.total > row.length else "")

    def to_html(self) -> str:
        """The ledger as HTML for a notebook: a strip of time, the rows as a table, and the verdict."""
        table = table_html(*self._table()) if self.rows else ""
        moves = (paragraph(move, "verdict") for move in self.moves)
        return cell(paragraph(self.title, "lead"), self._strip(), table, *moves, paragraph(self.verdict, "verdict"))

    _repr_html_ = to_html

    def _strip(self) -> str:
        if not self.rows or self.rows[0].start == self.rows[-1].end:
            return ""
        first, last = (to_micros(at) for at in (self.rows[0].start, self.rows[-1].end))
        kinds, paused = looks_of(row.why for row in self.rows if row.kind == "paused")
        stretches = [
            Stretch(to_micros(row.start), to_micros(row.end), kinds[row.why] if row.kind == "paused" else row.kind)
            for row in self.rows
        ]
        drawn = {stretch.kind for stretch in stretches}
        legend = [Look(kind, kind) for kind in ("counted", "closed") if kind in drawn]
        marks = [StripMark(0, instant_text(self.rows[0].start)), StripMark(100, instant_text(self.rows[-1].end))]
        return strip_html(stretches, first, last, marks, self.title) + legend_html([*legend, *paused])

    def __str__(self) -> str:
        table = text_table(*self._table())
        return "\n".join(part for part in (self.title, table if self.rows else "", *self.moves, self.verdict) if part)

    def _table(self) -> tuple[Sequence[str], list[Sequence[str]], frozenset[int]]:
        return COLUMNS, [texts_of(row) for row in self.rows], frozenset({2, 3})


COLUMNS = ("from", "to", "counted", "total", "why")
"""The columns of a ledger's table."""


def texts_of(row: LedgerRow) -> Sequence[str]:
    """A row of a ledger's table."""
    counted = format_duration(row.length) if row.counted else "-"
    return instant_text(row.start), instant_text(row.end), counted, format_duration(row.total), row.why


def rows_of(parts: Iterable[ClockPart], zone: ZoneInfo, *, marks: Iterable[int] = ()) -> tuple[LedgerRow, ...]:
    """The rows of a clock's parts, in a zone; `marks` are instants to break rows at.

    A pause is shown only where it stops the clock, that is in open time; the wall clock takes all time as open.
    """
    breaks = sorted(marks)
    rows: list[LedgerRow] = []
    total = 0
    for part in parts:
        stopped = _overlaid(part.stops, part.start, part.end)
        for a, b, kind, why in _broken(sorted(_pieces_of(part, stopped)), breaks):
            added = 0
            if kind == "counted":
                added = part._replace(start=a, end=b).hours() if why == COUNTED_BETWEEN else b - a
            total += added
            length, shown = timedelta(microseconds=added), timedelta(microseconds=total)
            rows.append(LedgerRow(from_micros(a, zone), from_micros(b, zone), kind, why, length, shown))
    return tuple(rows)


_Piece = tuple[int, int, RowKind, str]


def _pieces_of(part: ClockPart, stopped: list[Labelled]) -> Iterator[_Piece]:
    """The pieces of a part; of very many days only those at its ends, with one for all between."""
    start, end, calendar, wall, idle, _ = part
    if idle:
        yield start, end, "closed", idle
        return
    between = None if wall else _days_between(calendar, start, end)
    if between is None:
        yield from _pieces(calendar, start, end, stopped, wall)
        return
    first, last = between
    yield from _pieces(calendar, start, first, stopped, wall)
    yield first, last, "counted", COUNTED_BETWEEN
    yield from _pieces(calendar, last, end, stopped, wall)


def _days_between(calendar: Calendar, start: int, end: int) -> intervals.Interval | None:
    """What lies between the days that are shown at either end; None where all are, or where none between is open."""
    zone = calendar.zone
    first, last = local_day(start, zone)[0] + MOST_DAYS, local_day(end, zone)[0] - MOST_DAYS
    if first >= last:
        return None
    between = wall_to_micros(first, 0, zone), wall_to_micros(last, 0, zone)
    return between if calendar.timetable.hours_between(*between) else None


def _pieces(calendar: Calendar, start: int, end: int, stopped: list[Labelled], wall: bool) -> Iterator[_Piece]:
    opened = ((start, end),) if wall else tuple(calendar.timetable.spans(start, end))
    for a, b in intervals.subtract(opened, intervals.union((a, b) for a, b, _ in stopped)):
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
    """A closed stretch, broken where the reason changes; whole months that are closed for several reasons are one."""
    zone = calendar.zone
    first, last = _month(start, zone, 0), min(_month(end, zone, 0), end)
    if first < start:
        first = max(_month(start, zone, 1), start)
    if first >= last:
        stretches = list(_reasons(calendar, start, end))
    else:
        months = _reasons(calendar, first, last) if last - first <= _MOST_CLOSED * DAY else iter(())
        alike = list(islice(months, 2))
        if len(alike) != 1:
            alike = [(first, last, CLOSED_MONTHS)]
        stretches = [*_reasons(calendar, start, first), *alike, *_reasons(calendar, last, end)]
    for why, same in groupby(stretches, key=itemgetter(2)):
        run = list(same)
        yield run[0][0], run[-1][1], "closed", why


def _reasons(calendar: Calendar, start: int, end: int) -> Iterator[Labelled]:
    """A closed stretch, broken where the reason changes, which it can do only at a local midnight and by closures."""
    if start >= end:
        return
    zone = calendar.zone
    begun, why = start, str(calendar.closure(start))
    edges = deque(reason_edges(calendar, start, end))
    at = start
    while True:
        midnight = _next_midnight(at, zone)
        at = edges.popleft() if edges and edges[0] < midnight else midnight
        if at >= end:
            break
        reason = str(calendar.closure(at))
        if reason != why:
            yield begun, at, why
            begun, why = at, reason
    yield begun, end, why


def _month(at: int, zone: ZoneInfo, more: int) -> int:
    """The instant at which the local month of an instant begins, or one of the months after it."""
    day = date.fromordinal(local_day(at, zone)[0])
    years, month = divmod(day.month - 1 + more, 12)
    if day.year + years > date.max.year:
        return wall_to_micros(date.max.toordinal() + 1, 0, zone)
    return wall_to_micros(date(day.year + years, month + 1, 1).toordinal(), 0, zone)


def _next_midnight(at: int, zone: ZoneInfo) -> int:
    day = local_day(at, zone)[0]
    if day == date.max.toordinal():
        return at + DAY
    # Where clocks skip or repeat midnight the next date may not begin after the instant; the one after it does.
    midnight = wall_to_micros(day + 1, 0, zone)
    return midnight if midnight > at else at + DAY


def _overlaid(stops: Iterable[Stop], start: int, end: int) -> list[Labelled]:
    """The pauses as stretches in order that do not overlap; where several lie on one another all are named."""
    edges: list[tuple[int, int, str]] = []
    for a, b, reason in stops:
        if max(a, start) < min(b, end):
            edges += [(max(a, start), 1, reason), (min(b, end), -1, reason)]
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
