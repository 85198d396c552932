"""The tickets that a report is over, as arrays: from a list of `Ticket` objects, or from a frame.

Both kinds of source answer alike, so that everything above counts arrays and does not know which it has.
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
from slaclock.tickets.assessment import Assessment, assess
from slaclock.tickets.states import STATES
from slaclock.tickets.tickets import Ticket

Floats = NDArray[np.float64]
_CODE = {state: code for code, state in enumerate(STATES)}


class Assessments(NamedTuple):
    """Some tickets as of an instant: the number of each one's state, and what is known of it; `NEVER` if nothing is."""

    state: NDArray[np.int8]
    due: Ints
    done: Ints
    elapsed: Ints
    remaining: Ints
    days: Floats
    priority: Categories


class PauseLengths(NamedTuple):
    """For how long a reason paused some tickets, in service hours and in days; `paused` is whether it did at all."""

    paused: Bools
    hours: Ints
    days: Floats

    @classmethod
    def none(cls, count: int) -> PauseLengths:
        """So many tickets, not one of them paused."""
        return cls(np.zeros(count, bool), np.zeros(count, np.int64), np.zeros(count))


class TicketSource(Protocol):
    """What a report asks of its tickets; `rows` are the numbers of some of them."""

    count: int
    opened: Ints
    abandoned: Ints
    kind: Categories

    def assess(self, rows: Ints, policy: Policy | PolicyBook, at: int, measure: Measure) -> Assessments:
        """The tickets as of an instant; all of them opened by then."""
        ...

    def pause_lengths(self, rows: Ints, policy: Policy | PolicyBook, done: Ints, reason: str) -> PauseLengths:
        """For how long a reason paused the tickets, each up to an instant of its own."""
        ...

    def ids(self, rows: Ints) -> list[str]:
        """The tickets' ids."""
        ...

    def ticket(self, row: int) -> Ticket:
        """One ticket."""
        ...


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
        self.kind = _categories(ticket.kind for ticket in self._tickets)

    def assess(self, rows: Ints, policy: Policy | PolicyBook, at: int, measure: Measure) -> Assessments:
        """The tickets as of an instant; all of them opened by then."""
        instant = instant_of(at)
        assessments = [_assessment(self._tickets[row], policy, instant, measure) for row in rows.tolist()]
        return Assessments(
            np.array([_CODE[a.state] for a in assessments], np.int8),
            _micros(a.due for a in assessments),
            _micros(a.done for a in assessments),
            np.array([duration_micros(a.elapsed) for a in assessments], np.int64),
            np.array([NEVER if a.remaining is None else duration_micros(a.remaining) for a in assessments], np.int64),
            np.array([float(a.elapsed_days) for a in assessments]),
            _categories(a.priority for a in assessments),
        )

    def pause_lengths(self, rows: Ints, policy: Policy | PolicyBook, done: Ints, reason: str) -> PauseLengths:
        """For how long a reason paused the tickets, each up to an instant of its own."""
        lengths = PauseLengths.none(len(rows))
        for index, row in enumerate(rows.tolist()):
            ticket = self._tickets[row]
            pauses = union(
                (to_micros(pause.start), FOREVER if pause.end is None else to_micros(pause.end))
                for pause in ticket.pauses
                if pause.reason == reason
            )
            if spans := clip(pauses, to_micros(ticket.opened), int(done[index])):
                timetable = policy.at(ticket.opened).calendar.timetable
                lengths.paused[index] = True
                lengths.hours[index] = sum(timetable.hours_between(a, b) for a, b in spans)
                lengths.days[index] = float(sum(timetable.days_between(a, b) for a, b in spans))
        return lengths

    def ids(self, rows: Ints) -> list[str]:
        """The tickets' ids."""
        return [self._tickets[row].id for row in rows.tolist()]

    def ticket(self, row: int) -> Ticket:
        """One ticket."""
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
        names = dict(columns or {})
        abandoned = names.pop("abandoned", "abandoned")
        self._tickets = read_tickets(table, names_of(table, names), pauses, timezone)
        self._threads = threads
        self._bad = bad or BadRows("raise")
        self.count = self._tickets.count
        self.opened = np.asarray(_opened(self._tickets))
        missing = np.flatnonzero(self.opened == NEVER)
        if len(missing):
            raise ColumnError(
                f"the ticket of row {missing[0]} has no opening", "give one, or leave the ticket out", "opened"
            )
        self.abandoned = np.full(self.count, NEVER)
        if abandoned in table.columns:
            instants = read_instants(table[abandoned].to_native(), "abandoned", timezone)
            self.abandoned = np.asarray(instants.chunk(slice(0, self.count)))
        self.kind = self._tickets.categories["kind"]

    def assess(self, rows: Ints, policy: Policy | PolicyBook, at: int, measure: Measure) -> Assessments:
        """The tickets as of an instant; all of them opened by then."""
        tickets = self._tickets.of(rows)
        answers = assess_rows(tickets, policy, AsOf(at, measure), self._bad, self._threads, numbers=rows)
        self._bad.warn()
        instants = {name: column.chunk(slice(0, tickets.count)) for name, column in tickets.instants.items()}
        done = done_by(instants, tickets.count, at, measure)
        seen = np.where(done == NEVER, at, done)
        days = np.zeros(tickets.count)
        for own, part in by_policy(_opened(tickets), policy):
            stops = [reason for reason, measures in own.pauses.items() if measure in measures]
            days[part] = self._days(tickets.of(part), own, seen[part], stops)
        return Assessments(
            answers["state"],
            answers["due"],
            done,
            answers["elapsed"],
            answers["remaining"],
            days,
            _priorities(tickets, policy),
        )

    def pause_lengths(self, rows: Ints, policy: Policy | PolicyBook, done: Ints, reason: str) -> PauseLengths:
        """For how long a reason paused the tickets, each up to an instant of its own."""
        everything = self._tickets.of(rows)
        lengths = PauseLengths.none(everything.count)
        for own, part in by_policy(_opened(everything), policy):
            tickets, seen = everything.of(part), done[part]
            pauses = _pauses(tickets, [reason])
            if pauses is None:
                continue
            opened = _opened(tickets)
            start, end = pauses.start.view(np.int64), pauses.end.view(np.int64)
            counts = (start < seen[pauses.row]) & ((end == NEVER) | (end > opened[pauses.row])) & (end != start)
            counts &= seen[pauses.row] > opened[pauses.row]
            lengths.paused[part[pauses.row[counts]]] = True
            ends = opened.view("M8[us]"), seen.view("M8[us]")
            for count, length in ((columns.elapsed, lengths.hours), (columns.elapsed_days, lengths.days)):
                elapsed: partial[Any] = partial(count, *ends, calendar=own.calendar, threads=self._threads)
                length[part] = elapsed() - elapsed(pauses=pauses)
        return lengths

    def ids(self, rows: Ints) -> list[str]:
        """The tickets' ids; those without ids go by their rows."""
        ids = self._tickets.ids
        return list(map(str, rows.tolist() if ids is None else ids[rows.tolist()].to_list()))

    def ticket(self, row: int) -> Ticket:
        """One ticket."""
        return self._tickets.ticket(row)

    def _days(self, tickets: Tickets, policy: Policy, seen: Ints, stops: Sequence[str]) -> Floats:
        days: Floats = columns.elapsed_days(
            _opened(tickets).view("M8[us]"),
            seen.view("M8[us]"),
            calendar=policy.calendar,
            pauses=_pauses(tickets, stops),
            threads=self._threads,
        )
        return days


def _assessment(ticket: Ticket, policy: Policy | PolicyBook, at: datetime, measure: Measure) -> Assessment:
    try:
        return assess(ticket, policy, at=at, measure=measure)
    except SlaClockError as error:
        raise error.within(f"ticket {ticket.id}") from None


def _opened(tickets: Tickets) -> Ints:
    """When the tickets opened."""
    return tickets.instants["opened"].chunk(slice(0, tickets.count))


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
    for own, part in by_policy(_opened(tickets), policy):
        agreed = [own.priorities.get(impact or "", {}).get(urgency or "") for impact, urgency in pairs]
        of_case = np.array([-1 if word is None else numbers.setdefault(word, len(numbers)) for word in agreed])
        codes[part] = np.where(codes[part] < 0, of_case[case[part]], codes[part])
    return Categories(codes, tuple(numbers))


def _categories(texts: Iterable[str | None]) -> Categories:
    """Categories by their numbers."""
    numbers: dict[str, int] = {}
    codes = [-1 if word is None else numbers.setdefault(word, len(numbers)) for word in texts]
    return Categories(np.array(codes, np.int64), tuple(numbers))


def _micros(instants: Iterable[datetime | None]) -> Ints:
    return np.array([NEVER if at is None else to_micros(at) for at in instants], np.int64)
