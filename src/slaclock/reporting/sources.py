"""The items that a report is over, as arrays: from a list of tickets, or from a frame of them.

Both answer the same questions, so that everything above counts arrays and does not know which it has.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from slaclock import columns
from slaclock.clock.pauses import FOREVER
from slaclock.columns.as_of import AsOf, by_policy, done_by
from slaclock.columns.assessment import assess_rows
from slaclock.columns.categories import Categories, combined
from slaclock.columns.chunks import BadRows
from slaclock.columns.frames import frame_of
from slaclock.columns.instants import instant_of, read_instants
from slaclock.columns.piecewise import NEVER, Bools, Ints
from slaclock.columns.tickets import Tickets, names_of, read_tickets
from slaclock.errors import ColumnError, SlaClockError
from slaclock.policy.book import PolicyBook
from slaclock.policy.measures import Measure
from slaclock.policy.policy import Policy
from slaclock.temporal.instants import duration_micros, to_micros
from slaclock.temporal.intervals import clip, union
from slaclock.tickets.assessment import STATES, Assessment, assess
from slaclock.tickets.tickets import Ticket

Floats = NDArray[np.float64]
_CODE = {state: code for code, state in enumerate(STATES)}


class Stands(NamedTuple):
    """How some items stand: the number of each one's state, and what is known of it; `NEVER` where nothing is."""

    state: NDArray[np.int8]
    due: Ints
    done: Ints
    elapsed: Ints
    remaining: Ints
    days: Floats
    priority: Categories


class Holds(NamedTuple):
    """For how long a reason held some items, in service hours and in days; `held` is whether it did at all."""

    held: Bools
    hours: Ints
    days: Floats


class Items(Protocol):
    """What a report asks of its items; `rows` are the numbers of some of them."""

    count: int
    opened: Ints
    abandoned: Ints
    kind: Categories

    def stand(self, rows: Ints, policy: Policy | PolicyBook, at: int, measure: Measure) -> Stands:
        """How the items stand as of an instant; all of them opened by then."""

    def holds(self, rows: Ints, policy: Policy | PolicyBook, done: Ints, reason: str) -> Holds:
        """For how long pauses of a reason held the items, each up to an instant of its own."""

    def ids(self, rows: Ints) -> list[str]:
        """What the items are called."""

    def ticket(self, row: int) -> Ticket:
        """One item."""


class TicketList:
    """Tickets as objects, each assessed by itself."""

    def __init__(self, tickets: Iterable[Ticket]) -> None:
        self._tickets = list(tickets)
        for number, ticket in enumerate(self._tickets):
            if not isinstance(ticket, Ticket):
                raise ColumnError(
                    f"item {number} is a {type(ticket).__name__}", "give Ticket objects, or a frame of them"
                )
        self.count = len(self._tickets)
        self.opened = _micros(ticket.opened for ticket in self._tickets)
        self.abandoned = _micros(ticket.abandoned for ticket in self._tickets)
        self.kind = _words(ticket.kind for ticket in self._tickets)

    def stand(self, rows: Ints, policy: Policy | PolicyBook, at: int, measure: Measure) -> Stands:
        """How the items stand as of an instant; all of them opened by then."""
        when = instant_of(at)
        found = [_assessed(self._tickets[row], policy, when, measure) for row in rows.tolist()]
        return Stands(
            np.array([_CODE[a.state] for a in found], np.int8),
            _micros(a.due for a in found),
            _micros(a.done for a in found),
            np.array([duration_micros(a.elapsed) for a in found], np.int64),
            np.array([NEVER if a.remaining is None else duration_micros(a.remaining) for a in found], np.int64),
            np.array([float(a.elapsed_days) for a in found]),
            _words(a.priority for a in found),
        )

    def holds(self, rows: Ints, policy: Policy | PolicyBook, done: Ints, reason: str) -> Holds:
        """For how long pauses of a reason held the items, each up to an instant of its own."""
        held, hours, days = np.zeros(len(rows), bool), np.zeros(len(rows), np.int64), np.zeros(len(rows))
        for index, row in enumerate(rows.tolist()):
            ticket, end = self._tickets[row], int(done[index])
            opened = to_micros(ticket.opened)
            ends = [
                (to_micros(pause.start), FOREVER if pause.end is None else to_micros(pause.end))
                for pause in ticket.pauses
                if pause.reason == reason
            ]
            run = clip(union(ends), opened, end)
            if run:
                timetable = policy.at(ticket.opened).calendar.timetable
                held[index] = True
                hours[index] = sum(timetable.hours_between(a, b) for a, b in run)
                days[index] = float(sum(timetable.days_between(a, b) for a, b in run))
        return Holds(held, hours, days)

    def ids(self, rows: Ints) -> list[str]:
        """What the items are called."""
        return [self._tickets[row].id for row in rows.tolist()]

    def ticket(self, row: int) -> Ticket:
        """One item."""
        return self._tickets[row]


class TicketFrame:
    """A frame of tickets, assessed by columns."""

    def __init__(
        self,
        frame: Any,
        pauses: Any = None,
        *,
        columns: Mapping[str, str] | None = None,
        timezone: str | None = None,
        threads: int | None = None,
        bad: BadRows | None = None,
    ) -> None:
        table = frame_of(frame)
        named = dict(columns or {})
        gave_up = named.pop("abandoned", "abandoned")
        self._tickets = read_tickets(table, names_of(table, named), pauses, timezone)
        self._threads = threads
        self._bad = bad or BadRows("raise")
        self.count = self._tickets.count
        every = slice(0, self.count)
        self.opened = np.asarray(self._tickets.instants["opened"].chunk(every))
        missing = np.flatnonzero(self.opened == NEVER)
        if len(missing):
            raise ColumnError(
                f"the ticket of row {missing[0]} has no opening", "give one, or leave the ticket out", "opened"
            )
        self.abandoned = np.full(self.count, NEVER)
        if gave_up in table.columns:
            self.abandoned = np.asarray(read_instants(table[gave_up].to_native(), "abandoned", timezone).chunk(every))
        self.kind = self._tickets.categories["kind"]

    def stand(self, rows: Ints, policy: Policy | PolicyBook, at: int, measure: Measure) -> Stands:
        """How the items stand as of an instant; all of them opened by then."""
        some = self._tickets.of(rows)
        answers = assess_rows(some, policy, AsOf(at, measure), self._bad, self._threads, numbers=rows)
        self._bad.warn()
        known = {name: column.chunk(slice(0, some.count)) for name, column in some.instants.items()}
        done = done_by(known, some.count, at, measure)
        seen = np.where(done == NEVER, at, done)
        days = np.zeros(some.count)
        for each, part in by_policy(some.instants["opened"].chunk(slice(0, some.count)), policy):
            stops = [reason for reason, measures in each.pauses.items() if measure in measures]
            days[part] = self._days(some.of(part), each, seen[part], stops)
        return Stands(
            answers["state"],
            answers["due"],
            done,
            answers["elapsed"],
            answers["remaining"],
            days,
            _priorities(some, policy),
        )

    def holds(self, rows: Ints, policy: Policy | PolicyBook, done: Ints, reason: str) -> Holds:
        """For how long pauses of a reason held the items, each up to an instant of its own."""
        some = self._tickets.of(rows)
        held, hours, days = np.zeros(some.count, bool), np.zeros(some.count, np.int64), np.zeros(some.count)
        for each, part in by_policy(some.instants["opened"].chunk(slice(0, some.count)), policy):
            tickets, seen = some.of(part), done[part]
            own = _pauses(tickets, [reason])
            if own is None:
                continue
            opened = tickets.instants["opened"].chunk(slice(0, tickets.count))
            begun, ended = own.start.view(np.int64), own.end.view(np.int64)
            counts = (begun < seen[own.row]) & ((ended == NEVER) | (ended > opened[own.row])) & (ended != begun)
            counts &= seen[own.row] > opened[own.row]
            held[part[own.row[counts]]] = True
            ends = opened.view("M8[us]"), seen.view("M8[us]")
            for count, found in ((columns.elapsed, hours), (columns.elapsed_days, days)):
                ask: partial[Any] = partial(count, *ends, calendar=each.calendar, threads=self._threads)
                found[part] = ask() - ask(pauses=own)
        return Holds(held, hours, days)

    def ids(self, rows: Ints) -> list[str]:
        """What the items are called; those without ids by their rows."""
        ids = self._tickets.ids
        return list(map(str, rows.tolist() if ids is None else ids[rows.tolist()].to_list()))

    def ticket(self, row: int) -> Ticket:
        """One item."""
        return self._tickets.ticket(row)

    def _days(self, tickets: Tickets, policy: Policy, seen: Ints, stops: Sequence[str]) -> Floats:
        opened = tickets.instants["opened"].chunk(slice(0, tickets.count)).view("M8[us]")
        found: Floats = columns.elapsed_days(
            opened,
            seen.view("M8[us]"),
            calendar=policy.calendar,
            pauses=_pauses(tickets, stops),
            threads=self._threads,
        )
        return found


def _assessed(ticket: Ticket, policy: Policy | PolicyBook, at: datetime, measure: Measure) -> Assessment:
    try:
        return assess(ticket, policy, at=at, measure=measure)
    except SlaClockError as wrong:
        raise wrong.within(f"ticket {ticket.id}") from None


def _pauses(tickets: Tickets, reasons: Sequence[str]) -> columns.Pauses | None:
    """The pauses for some reasons, as arrays."""
    if tickets.pauses is None or tickets.reasons is None:
        return None
    wanted = np.array([word in reasons for word in tickets.reasons.names] + [False])
    chosen = np.flatnonzero(wanted[tickets.reasons.codes])
    if not len(chosen):
        return None
    start, end = (column.take(chosen) for column in tickets.pauses.instants)
    return columns.Pauses(tickets.pauses.row[chosen], start.view("M8[us]"), end.view("M8[us]"))


def _priorities(tickets: Tickets, policy: Policy | PolicyBook) -> Categories:
    """The priority of each ticket, agreed from impact and urgency where it is not given."""
    given = tickets.categories.get("priority", Categories(np.full(tickets.count, -1), ()))
    if not {"impact", "urgency"} <= tickets.categories.keys():
        return given
    numbers = {word: number for number, word in enumerate(given.names)}
    codes = given.codes.copy()
    case, pairs = combined([tickets.categories["impact"], tickets.categories["urgency"]])
    for each, part in by_policy(tickets.instants["opened"].chunk(slice(0, tickets.count)), policy):
        agreed = [each.priorities.get(impact or "", {}).get(urgency or "") for impact, urgency in pairs]
        of_case = np.array([-1 if word is None else numbers.setdefault(word, len(numbers)) for word in agreed])
        codes[part] = np.where(codes[part] < 0, of_case[case[part]], codes[part])
    return Categories(codes, tuple(numbers))


def _words(said: Iterable[str | None]) -> Categories:
    """Words by their numbers."""
    numbers: dict[str, int] = {}
    codes = [-1 if word is None else numbers.setdefault(word, len(numbers)) for word in said]
    return Categories(np.array(codes, np.int64), tuple(numbers))


def _micros(instants: Iterable[datetime | None]) -> Ints:
    return np.array([NEVER if at is None else to_micros(at) for at in instants], np.int64)
