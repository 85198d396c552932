"""Tickets as objects, from tables of rows, each with the place where it was read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from slaclock.clock.pauses import Pause
from slaclock.errors import InputError, NotYetOpenedError, SlaClockError
from slaclock.policy.attributes import FIELDS
from slaclock.policy.book import PolicyBook, attributes_read, main_policy
from slaclock.policy.measures import Measure
from slaclock.policy.policy import Policy
from slaclock.tickets.agreed import AGREED_FOR, agreed_or_text
from slaclock.tickets.assessment import Assessment, assess
from slaclock.tickets.knowledge import KnownLike
from slaclock.tickets.side_tables import SEQUENCE, SIDES
from slaclock.tickets.tickets import Change, Event, Reopening, Ticket
from slaclock.tickets.timeline import Timeline, timeline

from .entry_places import LocatedEntry, bad_row, entry_place
from .faults import BadRow, Place
from .known_columns import ticket_columns
from .log_folds import LoggedTicket
from .logs import FoldedLog
from .readings import Batch, Reading
from .ticket_tables import duplicate_ticket, entry_of, side_batches, ticket_batches, unknown_ticket


@dataclass(frozen=True)
class LocatedTicket:
    """A ticket and where it was read."""

    ticket: Ticket
    place: Place
    entries: tuple[LocatedEntry, ...] = ()

    def assess(
        self, policy: Policy | PolicyBook, at: datetime, measure: Measure, known: KnownLike | None = None
    ) -> Assessment:
        """How the ticket stands; an error is said with the place."""
        with self._placed():
            return assess(self.ticket, policy, at=at, measure=measure, known=known)

    def timeline(
        self, policy: Policy | PolicyBook, at: datetime, measure: Measure, known: KnownLike | None = None
    ) -> Timeline:
        """What turned by an instant, and will; an error is said with the place."""
        with self._placed():
            return timeline(self.ticket, policy, at=at, measure=measure, known=known)

    def bad_row(self, error: SlaClockError) -> BadRow:
        """The row at fault for an error of the ticket."""
        return bad_row(error, self.place, vars(self.ticket), self.entries)

    @contextmanager
    def _placed(self) -> Iterator[None]:
        try:
            yield
        except NotYetOpenedError:
            remedy = "give a later --at"
            raise InputError("the ticket opened after the instant asked about", remedy, str(self.place)) from None
        except SlaClockError as error:
            place = entry_place(error, vars(self.ticket), self.entries) or self.place
            raise error.within(str(place)) from error


class _Entry(NamedTuple):
    """A pause, a change or a reopening, the row that says so, and its number among those of one instant."""

    value: Pause | Change | Reopening | Event
    row: LocatedEntry
    number: int


Entries = Mapping[str, Mapping[str, list[_Entry]]]
"""The entries of each table beside the tickets, by the tickets that they are of."""


def located_tickets(
    source: Any,
    sides: Mapping[str, Any],
    reading: Reading,
    policy: Policy | PolicyBook | None = None,
    log: FoldedLog | None = None,
) -> dict[str, LocatedTicket]:
    """The tickets of a table of rows, each with its entries of the others and what a log knows of it.

    A ticket of which the log knows no more than a part is a bad row.
    """
    logged: Mapping[str, LoggedTicket] = {} if log is None else log.tickets
    entries = {side: _read_side(side, table, reading) for side, table in sides.items()}
    tickets: dict[str, LocatedTicket] = {}
    attributes = dict.fromkeys(reading.mapping.attributes)
    attributes |= dict.fromkeys(() if policy is None else attributes_read(policy))
    for batch in ticket_batches(source, reading, policy):
        bad = {}
        for row, fields in enumerate(_rows(batch)):
            key = fields["id"]
            fields["attributes"] = {name: fields.pop(name, None) for name in attributes}
            own = {side: by_ticket.get(key, ()) for side, by_ticket in entries.items()}
            rows = tuple(entry.row for several in own.values() for entry in several)
            values = {side: [entry.value for entry in several] for side, several in own.items()}
            try:
                if key in tickets:
                    raise duplicate_ticket(key)
                if log is not None and key in log.lost:
                    remedy = "correct these, since what the others say may be wrong without them"
                    raise InputError(f"rows of the ticket {key!r} in the log were skipped", remedy, value=key)
                ticket = _ticket(fields, values, logged.get(key), reading.zone)
            except SlaClockError as error:
                bad[row] = bad_row(error, batch.place(row), fields, rows)
            else:
                tickets[key] = LocatedTicket(ticket, batch.place(row), rows)
        batch.without(bad, reading.faults)
    for side, by_ticket in entries.items():
        unknown = [key for key in by_ticket if key not in tickets and key not in logged]
        reading.faults.add(
            BadRow.of(unknown_ticket(key, side), entry.row.place) for key in unknown for entry in by_ticket[key]
        )
    return tickets


def _rows(batch: Batch) -> list[dict[str, Any]]:
    """What the rows say; one of which an instant is none that a datetime can be has the number."""
    try:
        return list(batch.table.to_pylist())
    except (OverflowError, ValueError):
        return [batch.row(row) for row in range(len(batch.table))]


def _ticket(row: Mapping[str, Any], values: Mapping[str, Any], logged: LoggedTicket | None, zone: ZoneInfo) -> Ticket:
    """A ticket from its row; where the log knows it too, the log has the say on what it speaks of."""
    fields: dict[str, Any] = {name: value for name, value in row.items() if value is not None or name == "kind"}
    agreed = [name for name in fields if name.startswith(AGREED_FOR)]
    fields["agreed"] = {name.removeprefix(AGREED_FOR): agreed_or_text(fields.pop(name), zone) for name in agreed}
    if logged is not None:
        fields = {"kind": logged.ticket.kind, **fields, **_history(logged)}
        unsaid = {name: value for name, value in fields.get("attributes", {}).items() if name not in logged.given}
        fields["attributes"] = unsaid | dict(logged.ticket.attributes)
    for side, own in values.items():
        fields[side] = (*fields.get(side, ()), *own)
    return Ticket(**fields)


def _history(logged: LoggedTicket) -> dict[str, Any]:
    """What the log knows of a ticket, in the place of what its row says; that it is not resolved it knows too.

    The file says what a ticket is today, the log since when. So a field of which the log speaks, on whichever row, has
    the value that the first row gives from the opening on, or none where only a later row gives one: the file's, which
    may be younger, is not carried back. A field of which the log says nothing is the file's.
    """
    ticket = logged.ticket
    history: dict[str, Any] = {
        "resolved": ticket.resolved,
        **({} if ticket.cancelled is None else {"cancelled": ticket.cancelled}),
        "pauses": ticket.pauses,
        "reopenings": ticket.reopenings,
        "changes": ticket.changes,
        "events": ticket.events,
    }
    if ticket.responded is not None:
        history["responded"] = ticket.responded
    return history | {name: getattr(ticket, name) for name in logged.given if name in FIELDS}


def _read_side(side: str, source: Any, reading: Reading) -> dict[str, list[_Entry]]:
    """The pauses, changes or reopenings of each ticket; those that are numbered in the order of their numbers."""
    entries: dict[str, list[_Entry]] = {}
    for batch in side_batches(side, source, reading):
        bad = {}
        for row, fields in enumerate(_rows(batch)):
            ticket = fields.pop("ticket")
            number = fields.pop(SEQUENCE, 0)
            try:
                value = entry_of(side, fields)
            except SlaClockError as error:
                bad[row] = batch.bad(row, None, error)
            else:
                row_of_entry = LocatedEntry(side, vars(value), batch.place(row))
                entries.setdefault(ticket, []).append(_Entry(value, row_of_entry, number))
        batch.without(bad, reading.faults)
    for own in entries.values():
        own.sort(key=lambda entry: entry.number)  # a ticket then sorts them by their instants
    return entries


def fault_of(
    error: SlaClockError,
    fields: Mapping[str, Any],
    place: Place,
    entries: tuple[LocatedEntry, ...],
    policy: Policy | PolicyBook,
    *,
    at: datetime,
    measure: Measure,
    by: KnownLike | None = None,
) -> BadRow:
    """The row at fault for an error of columns, said as one ticket alone says it: with times as the file has them."""
    names = attributes_read(policy)
    read = {*ticket_columns(policy).names}.difference(names)
    known = {name: value for name, value in fields.items() if name in read}
    known["attributes"] = {name: fields.get(name) for name in names}
    zone = main_policy(policy).calendar.zone
    try:
        values: dict[str, list[Any]] = {}
        for entry in sorted(entries, key=lambda entry: entry.fields.get(SEQUENCE, 0)):
            own = {name: entry.fields[name] for name in SIDES[entry.side].columns}
            values.setdefault(entry.side, []).append(entry_of(entry.side, own))
        ticket = _ticket(known, values, None, zone)
        assess(ticket, policy, at=at, measure=measure, known=by)
    except SlaClockError as said:
        error = said
    return bad_row(error, place, known, entries)
