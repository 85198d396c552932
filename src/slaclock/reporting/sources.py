"""The tickets that a report is over, as arrays: from a list of `Ticket` objects, or from a frame.

Both kinds of source answer alike, so that everything above counts arrays and does not know which it has.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from copy import copy
from datetime import datetime
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from slaclock.columns.arrays import repeated
from slaclock.columns.as_of import Asked
from slaclock.columns.assessment import outputs_of
from slaclock.columns.categories import Categories
from slaclock.columns.chosen import policy_numbers
from slaclock.columns.chunks import BadRows
from slaclock.columns.frames import frame_of
from slaclock.columns.instants import OUTSIDE, instant_of, out_of_range
from slaclock.columns.items import items_of
from slaclock.columns.least_targets import LEAST_TARGETS
from slaclock.columns.options import check_options
from slaclock.columns.pause_lengths import Floats, PauseLengths, ReadOn, pause_lengths
from slaclock.columns.piecewise import NEVER, Bools, Ints
from slaclock.columns.tickets import Tickets, names_of, read_tickets
from slaclock.errors import ColumnError, OutOfRangeError, PolicyError, SlaClockError
from slaclock.policy.attributes import FIELDS
from slaclock.policy.book import PolicyBook, number_of
from slaclock.policy.calendars import MAIN
from slaclock.policy.measures import Measure
from slaclock.policy.policy import Policy
from slaclock.temporal.instants import duration_micros, to_micros
from slaclock.tickets.assessment import Assessment, assess
from slaclock.tickets.breakdown import values_of
from slaclock.tickets.chosen import policy_for
from slaclock.tickets.knowledge import KnownLike, checked_known
from slaclock.tickets.pause_lengths import pause_length
from slaclock.tickets.states import STATES
from slaclock.tickets.tickets import Ticket

_CODE = {state: code for code, state in enumerate(STATES)}


class Assessments(NamedTuple):
    """Items as of an instant: the number of each one's state, and what is known of it; `NEVER` if nothing is.

    An item is a ticket, or a cycle of a measure that judges each by itself; those of one ticket stand together, in
    order of time. `row` is the ticket's, `cycle` the number of the cycle, 0 where the ticket as a whole is judged.
    `is_strict` is 1 where the target is missed at the due instant already.
    `opened` and `ended` are those of the cycle, or when the ticket opened and was done. `least_target` is known only
    where it was asked for.
    """

    row: Ints
    cycle: Ints
    opened: Ints
    ended: Ints
    state: NDArray[np.int8]
    due: Ints
    done: Ints
    elapsed: Ints
    remaining: Ints
    elapsed_days: Floats
    is_strict: NDArray[np.int8]
    kind: Categories
    priority: Categories
    least_target: Ints | None = None

    def of(self, rows: Bools) -> Assessments:
        """Some of them."""
        own: dict[str, Any] = self._asdict()
        for name, column in own.items():
            if column is not None:
                own[name] = column.take(rows) if isinstance(column, Categories) else column[rows]
        return Assessments(**own)


_ANSWERS = Assessments._fields[Assessments._fields.index("state") : -1]


class TicketSource(Protocol):
    """What a report asks of its tickets; `rows` are the numbers of some of them."""

    count: int
    opened: Ints
    abandoned: Ints
    cancelled: Ints
    kind: Categories
    may_be_reopened: bool

    def reopened(self, rows: Ints, by: Ints) -> Bools:
        """Which of some tickets had been reopened by an instant of its own."""
        ...

    def policy_numbers(self, policy: Policy | PolicyBook) -> Ints:
        """The number of the policy that each ticket belongs to; -1 where it is none."""
        ...

    def assess(
        self,
        rows: Ints,
        policy: Policy | PolicyBook,
        at: int,
        measure: Measure,
        *,
        least: bool = False,
        known: KnownLike | None = None,
    ) -> Assessments:
        """The items of some tickets as of an instant; all of the tickets opened by then."""
        ...

    def pause_lengths(
        self, rows: Ints, policy: Policy | PolicyBook, seen: Ints, reason: str, calendars: ReadOn
    ) -> PauseLengths:
        """For how long a reason kept the tickets waiting, each as far as was known at an instant of its own."""
        ...

    def check_attributes(self, names: Iterable[str]) -> None:
        """An error for the first of some attributes that no ticket has, nor comes to have."""
        ...

    def values(self, rows: Ints, name: str, seen: Ints) -> Categories:
        """What tickets, which may come again, had of a field or an attribute as far as was known at an instant each."""
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
        if isinstance(tickets, (Ticket, str)) or not isinstance(tickets, Iterable):
            what = f"the tickets are a {type(tickets).__name__}"
            raise ColumnError(what, "give Ticket objects in a list, such as [ticket], or a frame of them")
        self._tickets = list(tickets)
        self._bad: BadRows | None = None
        first: dict[str, int] = {}
        for number, ticket in enumerate(self._tickets):
            if not isinstance(ticket, Ticket):
                raise ColumnError(
                    f"item {number} is a {type(ticket).__name__}", "give Ticket objects, or a frame of them"
                )
            if first.setdefault(ticket.id, number) != number:
                problem = f"the ticket {ticket.id!r} stands in item {first[ticket.id]} and in item {number}"
                raise ColumnError(problem, "keep one of them", value=ticket.id)
        self.count = len(self._tickets)
        self.opened = _micros(ticket.opened for ticket in self._tickets)
        self.abandoned = _micros(ticket.abandoned for ticket in self._tickets)
        self.cancelled = _micros(ticket.cancelled for ticket in self._tickets)
        self.kind = _categories(ticket.kind for ticket in self._tickets)
        self.may_be_reopened = any(ticket.reopenings for ticket in self._tickets)

    def reopened(self, rows: Ints, by: Ints) -> Bools:
        """Which of some tickets had been reopened by an instant of its own."""
        return np.array([
            any(to_micros(reopening.reopened) <= at for reopening in self._tickets[row].reopenings)
            for row, at in zip(rows.tolist(), by.tolist(), strict=True)
        ], bool)  # fmt: skip

    @property
    def wrong_openings(self) -> dict[int, SlaClockError]:
        """No ticket is without an opening."""
        return {}

    def of(self, rows: Ints, bad: BadRows) -> TicketList:
        """Some of its tickets, numbered anew; what is wrong with one is told to `bad`."""
        some = TicketList(self._tickets[row] for row in rows.tolist())
        some._bad = bad
        return some

    def _items(
        self, row: int, policy: Policy | PolicyBook, at: datetime, measure: Measure, known: KnownLike | None
    ) -> tuple[Assessment, ...]:
        ticket = self._tickets[row]
        try:
            return assess(ticket, policy, at=at, measure=measure, known=known).items
        except SlaClockError as error:
            placed = error.within(f"ticket {ticket.id}")
            if self._bad is None:
                raise placed from None
            self._bad.add(row, placed)
            return ()

    def policy_numbers(self, policy: Policy | PolicyBook) -> Ints:
        """The number of the policy that each ticket belongs to; -1 where it is none."""
        chosen = (policy_for(ticket, policy) for ticket in self._tickets)
        return np.array([-1 if own is None else number_of(own, policy) for own in chosen], np.int64)

    def assess(
        self,
        rows: Ints,
        policy: Policy | PolicyBook,
        at: int,
        measure: Measure,
        *,
        least: bool = False,
        known: KnownLike | None = None,
    ) -> Assessments:
        """The items of some tickets as of an instant; all of the tickets opened by then."""
        instant = instant_of(at)
        by_row = [(row, self._items(row, policy, instant, measure, known)) for row in rows.tolist()]
        if self._bad is not None:
            self._bad.warn()
        assessments = [a for _, items in by_row for a in items]
        return Assessments(
            np.repeat(rows, [len(items) for _, items in by_row]) if by_row else rows,
            np.array([a.cycle if a.is_cycle else 0 for a in assessments], np.int64),
            _micros(a.opened for a in assessments),
            _micros(a.ended if a.is_cycle else a.done for a in assessments),
            np.array([_CODE[a.state] for a in assessments], np.int8),
            _micros(a.due for a in assessments),
            _micros(a.done for a in assessments),
            np.array([duration_micros(a.elapsed) for a in assessments], np.int64),
            np.array([NEVER if a.remaining is None else duration_micros(a.remaining) for a in assessments], np.int64),
            np.array([float(a.elapsed_days) for a in assessments]),
            np.array([a.is_strict for a in assessments], np.int8),
            _categories(a.kind for a in assessments),
            _categories(a.priority for a in assessments),
            np.array([LEAST_TARGETS.value(a.least_target) for a in assessments], np.int64) if least else None,
        )

    def pause_lengths(
        self, rows: Ints, policy: Policy | PolicyBook, seen: Ints, reason: str, calendars: ReadOn
    ) -> PauseLengths:
        """For how long a reason kept the tickets waiting, each as far as was known at an instant of its own."""
        lengths = PauseLengths.none(len(rows))
        for index, row in enumerate(rows.tolist()):
            ticket = self._tickets[row]
            own = policy_for(ticket, policy)
            if own is None:
                continue
            calendar = own.calendar_named(calendars.names.of(index) or MAIN).known_by(int(calendars.known_at[index]))
            length = pause_length(ticket, calendar, reason, int(seen[index]))
            if length is not None:
                lengths.paused[index] = True
                lengths.hours[index], lengths.days[index] = length.hours, float(length.days)
        return lengths

    def check_attributes(self, names: Iterable[str]) -> None:
        """An error for the first of some attributes that no ticket has, nor comes to have."""
        for name in names if self._tickets else ():
            if not any(_has(ticket, name) for ticket in self._tickets):
                attributes = (own for ticket in self._tickets for own in ticket.attributes)
                raise no_column(name, dict.fromkeys((*FIELDS, *attributes)))

    def values(self, rows: Ints, name: str, seen: Ints) -> Categories:
        """What tickets, which may come again, had of a field or an attribute as far as was known at an instant each."""
        own = zip(rows.tolist(), seen.tolist(), strict=True)
        return _categories(values_of(self._tickets[row], name, at)[-1][1] for row, at in own)

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
        changes: Any = None,
        reopenings: Any = None,
        events: Any = None,
        *,
        own: Collection[str] = (),
        columns: Mapping[str, str] | None = None,
        timezone: str | None = None,
        threads: int | None = None,
        bad: BadRows | None = None,
        with_wrong: bool = False,
    ) -> None:
        """Raises for the first ticket without an opening that can be, unless it is taken `with_wrong` ones."""
        check_options(columns=columns, timezone=timezone, threads=threads)
        table = frame_of(frame)
        names = names_of(table, columns or {}, own)
        sides = {"pauses": pauses, "changes": changes, "reopenings": reopenings, "events": events}
        self._tickets = read_tickets(table, names, timezone, **sides)
        self._names = [str(name) for name in table.columns]
        self._threads = threads
        self._bad = bad or BadRows("raise")
        self.count = self._tickets.count
        self.opened = self._tickets.opened
        missing = np.flatnonzero(self.opened == NEVER)
        if len(missing) and not with_wrong:
            raise ColumnError(
                f"the ticket of row {missing[0]} has no opening", "give one, or leave the ticket out", "opened"
            )
        beyond = np.flatnonzero(out_of_range(self.opened))
        if len(beyond) and not with_wrong:
            raise OutOfRangeError(*OUTSIDE, ("opened", f"row {beyond[0]}"))
        self.abandoned = self._tickets.micros("abandoned")
        self.cancelled = self._tickets.micros("cancelled")
        self.kind = self._tickets.categories["kind"]
        self.may_be_reopened = reopenings is not None

    @property
    def tickets(self) -> Tickets:
        """The columns of the tickets."""
        return self._tickets

    def reopened(self, rows: Ints, by: Ints) -> Bools:
        """Which of some tickets had been reopened by an instant of its own."""
        last = np.full(self.count, NEVER)
        last[rows] = by
        reopened = np.zeros(self.count, bool)
        reopenings = self._tickets.reopenings
        if reopenings is not None:
            reopened[reopenings.row[reopenings.reopened <= last[reopenings.row]]] = True
        return reopened[rows]

    @property
    def wrong_openings(self) -> dict[int, SlaClockError]:
        """What is wrong with the tickets that have no opening that can be, by their rows."""
        missing = np.flatnonzero(self.opened == NEVER).tolist()
        beyond = np.flatnonzero(out_of_range(self.opened)).tolist()
        wrong: dict[int, SlaClockError] = {row: OutOfRangeError(*OUTSIDE, "opened") for row in beyond}
        return wrong | {row: ColumnError("the ticket has no opening", "give one", "opened") for row in missing}

    def of(self, rows: Ints, bad: BadRows) -> TicketFrame:
        """Some of its tickets, numbered anew; what is wrong with one is told to `bad`."""
        some = copy(self)
        some._tickets, some._bad, some.count = self._tickets.of(rows), bad, len(rows)
        some.opened, some.abandoned, some.cancelled = self.opened[rows], self.abandoned[rows], self.cancelled[rows]
        some.kind = self.kind.take(rows)
        return some

    def policy_numbers(self, policy: Policy | PolicyBook) -> Ints:
        """The number of the policy that each ticket belongs to; -1 where it is none."""
        return policy_numbers(self._tickets, policy)

    def assess(
        self,
        rows: Ints,
        policy: Policy | PolicyBook,
        at: int,
        measure: Measure,
        *,
        least: bool = False,
        known: KnownLike | None = None,
    ) -> Assessments:
        """The items of some tickets as of an instant; all of the tickets opened by then."""
        tickets = self._tickets.of(rows)
        outputs, words = outputs_of((*_ANSWERS, *(["least_target"] if least else ())), tickets, policy)
        asked, threads = Asked(at, measure, None if known is None else checked_known(known)), self._threads
        items = items_of(tickets, policy, asked, outputs, self._bad, threads=threads, numbers=rows)
        self._bad.warn()
        answers: dict[str, Any] = dict(items.answers)
        for name in ("kind", "priority"):
            answers[name] = Categories(answers[name].astype(np.int64), words[name])
        return Assessments(rows[items.row], items.cycle, items.opened, items.ended, **answers)

    def pause_lengths(
        self, rows: Ints, policy: Policy | PolicyBook, seen: Ints, reason: str, calendars: ReadOn
    ) -> PauseLengths:
        """For how long a reason kept the tickets waiting, each as far as was known at an instant of its own."""
        return pause_lengths(self._tickets.of(rows), policy, seen, reason, calendars, threads=self._threads)

    def check_attributes(self, names: Iterable[str]) -> None:
        """An error for the first of some attributes that no ticket has, nor comes to have."""
        changing = () if self._tickets.changes is None else self._tickets.changes.field.names
        for name in names:
            if name not in self._tickets.attributes and name not in changing:
                raise no_column(name, self._names)

    def values(self, rows: Ints, name: str, seen: Ints) -> Categories:
        """What tickets, which may come again, had of a field or an attribute as far as was known at an instant each."""
        changes = self._tickets.changes
        columns = self._tickets.categories if name in FIELDS else self._tickets.attributes
        column = columns[name].take(rows) if name in columns else Categories(np.full(len(rows), -1), ())
        if changes is None:
            return column
        number, place = repeated(changes.row, rows, self.count)
        own = changes.at_rows(number, place)
        return own.applied(column, name, own.at <= seen[own.row])

    def ids(self, rows: Ints) -> list[str]:
        """The tickets' ids; those without ids go by their rows."""
        ids = self._tickets.ids
        return list(map(str, rows.tolist() if ids is None else ids[rows.tolist()].to_list()))

    def ticket(self, row: int) -> Ticket:
        """One ticket."""
        return self._tickets.ticket(row)


def source_of(
    tickets: Any,
    sides: Mapping[str, Any],
    *,
    own: Collection[str] = (),
    columns: Mapping[str, str] | None = None,
    timezone: str | None = None,
    threads: int | None = None,
    with_wrong: bool = False,
) -> TicketFrame | TicketList:
    """The tickets as a caller gives them: objects, or a frame with frames of what became of its tickets."""
    if hasattr(type(tickets), "columns") or hasattr(type(tickets), "column_names"):
        options: dict[str, Any] = {"columns": columns, "timezone": timezone, "threads": threads}
        return TicketFrame(tickets, **sides, own=own, **options, with_wrong=with_wrong)
    for name, frame in sides.items():
        if frame is not None:
            raise PolicyError(
                f"{name} are given beside tickets that have their own", f"give {name} with a frame only", name
            )
    return TicketList(tickets)


def _has(ticket: Ticket, name: str) -> bool:
    return name in ticket.attributes or any(change.field == name for change in ticket.changes)


def no_column(name: str, there: Iterable[str]) -> ColumnError:
    """The error for an attribute by which tickets are to be told apart, and that none has."""
    remedy = f"name one that they have; there: {', '.join(there) or 'none'}"
    return ColumnError(f"the tickets have no column {name!r} to tell them apart by", remedy, "split", value=name)


def _categories(texts: Iterable[str | None]) -> Categories:
    """Categories by their numbers."""
    numbers: dict[str, int] = {}
    codes = [-1 if word is None else numbers.setdefault(word, len(numbers)) for word in texts]
    return Categories(np.array(codes, np.int64), tuple(numbers))


def _micros(instants: Iterable[datetime | None]) -> Ints:
    return np.array([NEVER if at is None else to_micros(at) for at in instants], np.int64)
