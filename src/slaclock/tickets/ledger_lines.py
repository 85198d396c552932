"""A ledger in few lines: days that are alike in one, such as "20 working days 08:00-17:00, 178 h"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby, pairwise
from typing import NamedTuple

from slaclock.formats.tables import instant_text
from slaclock.temporal.durations import short_text
from slaclock.temporal.instants import duration_micros

from .ledger import COUNTED_BETWEEN, Ledger, LedgerRow, RowKind

MOST_LINES = 40
"""Of more lines so many are shown, from both ends."""


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """Rows of a ledger in one line: when, how many days of which hours, why, and what they add to the clock."""

    start: datetime
    end: datetime
    kind: RowKind
    what: str
    length: timedelta
    total: timedelta

    @property
    def when(self) -> str:
        """The first and the last instant in words."""
        start, end = instant_text(self.start), instant_text(self.end)
        return f"{start}-{end.rpartition(' ')[2]}" if self.start.date() == self.end.date() else f"{start} - {end}"

    @property
    def counted(self) -> str:
        """What it adds to the clock, in words."""
        return short_text(duration_micros(self.length)) if self.kind == "counted" else "-"


class _Day(NamedTuple):
    """The rows of a local date from the first to the last that is not closed, and the closed ones after them.

    It is whole where its hours began and ended it, and `cut` where that may as well be the end of the ledger.
    """

    on: date
    rows: tuple[LedgerRow, ...]
    closed: tuple[LedgerRow, ...]
    whole: bool
    cut: bool

    @property
    def opened(self) -> tuple[LedgerRow, ...]:
        """The rows that are not closed."""
        return tuple(row for row in self.rows if row.kind != "closed")

    @property
    def alike(self) -> tuple[object, ...]:
        """What days of one line have in common: whole, and all of one kind and reason."""
        whys = {(row.kind, row.why) for row in self.opened}
        one_way = self.whole and len(whys) == 1 and next(iter(whys))[1] != COUNTED_BETWEEN
        return ("alike", *whys) if one_way else ("alone", self.on, self.rows[0].start)

    @property
    def hours(self) -> str:
        """The hours of the day."""
        return ", ".join(f"{_clock(row.start)}-{_clock(row.end, end=True)}" for row in self.opened)


def lines_of(ledger: Ledger, most: int = MOST_LINES) -> tuple[LedgerLine, ...]:
    """The lines of a ledger, which tile its time as its rows do; whole days that follow one another are one line.

    >>> from slaclock import Policy, Ticket, assess
    >>> ticket = Ticket(id="T1", priority="P4", opened="2018-04-03T08:00+01:00")
    >>> a = assess(ticket, Policy.example(), at=datetime.fromisoformat("2018-05-01T00:00+01:00"))
    >>> for line in lines_of(a.explain("now")):
    ...     print(line.when, "|", line.what)
    Tue 3 Apr 2018 08:00 - Mon 30 Apr 2018 17:00 | 20 working days 08:00-17:00, 178 h (4 of them 08:00-16:30)
    Mon 30 Apr 2018 17:00 - Tue 1 May 2018 00:00 | closed: outside hours
    """
    lines = list(_lines(ledger.rows))
    if len(lines) <= most:
        return tuple(lines)
    first, last = most - most // 3 - 1, most // 3
    between = lines[first : len(lines) - last]
    length = sum((line.length for line in between), timedelta(0))
    what = f"{len(between):,} more stretches, counted and not"
    whole = LedgerLine(between[0].start, between[-1].end, "counted", what, length, between[-1].total)
    return (*lines[:first], whole, *lines[len(lines) - last :])


def _lines(rows: Sequence[LedgerRow]) -> Iterator[LedgerLine]:
    opening = next((number for number, row in enumerate(rows) if row.kind != "closed"), len(rows))
    if opening:
        yield _closed(rows[:opening])
    for _, group in groupby(_days(rows, opening), key=lambda day: day.alike):
        for days in _apart(list(group)):
            if len(days) > 1:
                yield _merged(days)
            else:
                yield from map(_line, days[0].rows)
            if days[-1].closed:
                yield _closed(days[-1].closed)


def _apart(days: list[_Day]) -> Iterator[list[_Day]]:
    """Days that are alike, without the first and the last where the ledger cut them short."""
    usual = {day.hours for day in days if not day.cut}
    first = 1 if days[0].cut and days[0].hours not in usual else 0
    last = len(days) - (1 if days[-1].cut and days[-1].hours not in usual else 0)
    yield from (part for part in (days[:first], days[first:last], days[max(first, last) :]) if part)


def _days(rows: Sequence[LedgerRow], opening: int) -> Iterator[_Day]:
    """The days of a ledger from its first row that is open."""
    at, fresh = opening, True
    while at < len(rows):
        day = rows[at].start.date()
        end = at
        while end < len(rows) and (rows[end].kind == "closed" or rows[end].start.date() == day):
            end += 1
        last = end
        while rows[last - 1].kind == "closed":
            last -= 1
        whole = fresh and (last < end or end == len(rows)) and not _touch(rows[at:last])
        yield _Day(day, tuple(rows[at:last]), tuple(rows[last:end]), whole, cut=not at or last == len(rows))
        fresh, at = last < end, end


def _touch(rows: Sequence[LedgerRow]) -> bool:
    """Whether a mark or a pause divides a day's hours: two rows that touch are not closed."""
    return any("closed" not in (one.kind, other.kind) for one, other in pairwise(rows))


def _merged(days: Sequence[_Day]) -> LedgerLine:
    """Days that are alike in one line, by the hours that most of them have."""
    hours = Counter(day.hours for day in days)
    (usual, _), *others = hours.most_common()
    first, last = days[0].rows[0], days[-1].rows[-1]
    length = sum((row.length for day in days for row in day.opened), timedelta(0))
    what = f"{len(days):,} working days {usual}"
    what += f", {short_text(duration_micros(length))}" if first.kind == "counted" else f" paused ({first.why})"
    if len(others) == 1:
        what += f" ({others[0][1]} of them {others[0][0]})"
    elif others:
        what += f" ({sum(count for _, count in others)} of them other hours)"
    return LedgerLine(first.start, last.end, first.kind, what, length, last.total)


def _line(row: LedgerRow) -> LedgerLine:
    if row.kind == "closed":
        return _closed([row])
    what = row.why if row.kind == "counted" else f"paused ({row.why})"
    return LedgerLine(row.start, row.end, row.kind, what, row.length, row.total)


def _closed(rows: Sequence[LedgerRow]) -> LedgerLine:
    """Closed stretches that follow one another, with all their reasons."""
    whys = list(dict.fromkeys(row.why for row in rows))
    shown = ", ".join(whys[:3]) + (f" and {len(whys) - 3} more" if len(whys) > 3 else "")
    return LedgerLine(rows[0].start, rows[-1].end, "closed", f"closed: {shown}", timedelta(0), rows[-1].total)


def _clock(at: datetime, *, end: bool = False) -> str:
    """A time of day; at the end of a day midnight is 24:00."""
    text = f"{at:%H:%M}" if not at.second else f"{at:%H:%M:%S}"
    return "24:00" if end and text == "00:00" else text
