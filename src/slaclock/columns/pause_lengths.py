"""The third-party clock of many tickets: for how long a reason kept each waiting."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from slaclock.calendar.base import Calendar
from slaclock.policy.book import PolicyBook
from slaclock.policy.policy import Policy
from slaclock.tickets import pause_lengths as scalar

from .as_of import by_turn, often_reopened, pause_columns, waits
from .categories import Categories
from .chosen import by_policy
from .chunks import Arrays, BadRows
from .histories import Reopenings
from .instants import Instants
from .known_calendars import known_calendars
from .outputs import DURATIONS, NUMBERS, TRUTHS, Output
from .pause_columns import PauseColumns
from .piecewise import NEVER, Bools, Ints
from .rows import Chunk, Rows
from .tickets import Tickets

Floats = NDArray[np.float64]
_OUTPUTS: dict[str, Output] = {"paused": TRUTHS, "hours": DURATIONS, "days": NUMBERS}


class ReadOn(NamedTuple):
    """The calendars on which tickets' times are counted: their names, and the instants as of which each is known."""

    names: Categories
    known_at: Ints


class PauseLengths(NamedTuple):
    """For how long a reason kept some tickets waiting, in open microseconds and in service days.

    `paused` is whether it did at all.
    """

    paused: Bools
    hours: Ints
    days: Floats

    @classmethod
    def none(cls, count: int) -> PauseLengths:
        """So many tickets, not one of them paused."""
        return cls(np.zeros(count, bool), np.zeros(count, np.int64), np.zeros(count))


def pause_lengths(
    tickets: Tickets,
    policy: Policy | PolicyBook,
    seen: Ints,
    reason: str,
    calendars: ReadOn,
    *,
    threads: int | None,
) -> PauseLengths:
    """For how long a reason kept the tickets waiting, each as far as was known at an instant of its own.

    `calendars` are those that their policies count them on.
    """
    lengths = PauseLengths.none(tickets.count)
    for calendar, rows in _by_calendar(tickets, policy, calendars):
        its_tickets = tickets.of(rows)
        pauses = _pauses_for(its_tickets, reason, seen[rows])
        if pauses is not None:
            parts = _Waiting(its_tickets, calendar, seen[rows], reason, pauses).lengths(threads)
            for whole, part in zip(lengths, parts, strict=True):
                whole[rows] = part
    return lengths


def _by_calendar(tickets: Tickets, policy: Policy | PolicyBook, calendars: ReadOn) -> Iterator[tuple[Calendar, Ints]]:
    """The tickets that some policy is for, in parts of one policy and one of its calendars as it was known."""
    names, known_at = calendars
    for chosen, rows in by_policy(tickets, policy):
        if chosen is not None:
            for code in np.unique(names.codes[rows]).tolist():
                own = rows[names.codes[rows] == code]
                for calendar, places in known_calendars(chosen.calendar_named(names.names[code]), known_at[own]):
                    yield calendar, own[places]


class _Waiting:
    """Tickets under one policy and on one calendar, which a reason kept waiting."""

    def __init__(self, tickets: Tickets, calendar: Calendar, seen: Ints, reason: str, pauses: PauseColumns) -> None:
        self._tickets, self._calendar, self._seen, self._reason = tickets, calendar, seen, reason
        columns = {"opened": tickets.instants["opened"], "seen": Instants(seen.view("M8[us]"), size=tickets.count)}
        self._rows = Rows(calendar, columns, tickets.count, pauses=pauses)
        self._alone = None if tickets.reopenings is None else _alone(tickets, tickets.reopenings)

    def lengths(self, threads: int | None) -> Arrays:
        """The outputs of all the tickets."""
        return self._rows.answers([*_OUTPUTS.values()], self._kernel, self._ask, BadRows("raise"), threads=threads)

    def _ask(self, row: int) -> list[Any]:
        length = scalar.pause_length(self._tickets.ticket(row), self._calendar, self._reason, int(self._seen[row]))
        if length is None:
            return [False, timedelta(0), 0]
        return [True, timedelta(microseconds=length.hours), length.days]

    def _kernel(self, chunk: Chunk) -> Arrays:
        opened, seen = chunk["opened"], chunk["seen"]
        chunk.doubt_outside(opened, seen)
        chunk.doubt(None if self._alone is None else self._alone[chunk.rows])
        pauses = chunk.pauses(opened)
        hours, days = chunk.all.hours, chunk.all.days
        assert pauses is not None
        paused = pauses.any_until(seen)
        low, high = hours.at(opened), hours.at(seen)
        length = pauses.covered(hours, low, high)
        if days is None:
            chunk.doubt(paused)
            return paused, length, np.zeros(len(chunk))
        low, high = days.at(opened), days.at(seen)
        places = pauses.covered(days, low, high)
        return paused, length, days.days(places)


def _alone(tickets: Tickets, reopenings: Reopenings) -> Bools:
    """The rows that are asked alone: reopened very often, or reopened and cancelled too."""
    rows = often_reopened(reopenings, tickets.count)
    if "cancelled" in tickets.instants:
        reopened = reopenings.row
        rows[reopened[tickets.instants["cancelled"].take(reopened) != NEVER]] = True
    return rows


def _pauses_for(tickets: Tickets, reason: str, seen: Ints) -> PauseColumns | None:
    """The pauses for a reason as they were known; between a resolution and its reopening a ticket waits for no one."""
    if tickets.pauses is None or tickets.reasons is None:
        return None
    own = tickets.reasons.codes == tickets.reasons.number(reason)
    if not own.any():
        return None
    row, start, end = waits(tickets.pauses.of(own), tickets.reopenings, seen)
    if tickets.reopenings is not None:
        begun = start
        for resolved, reopened in by_turn(tickets.reopenings, tickets.count):
            start = np.where((resolved[row] < begun) & (begun < reopened[row]), reopened[row], start)
        start = np.where(end == NEVER, start, np.minimum(start, end))
    return pause_columns(row, start, end)
