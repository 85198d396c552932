"""Tickets as objects, from files of rows and from an event log, each with the place where it was read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from slaclock.clock.pauses import Pause
from slaclock.desks.logs import LoggedTicket, logged_tickets
from slaclock.desks.mappings import EventMapping
from slaclock.errors import InputError, NotYetOpenedError, SlaClockError, printable
from slaclock.policy.attributes import FIELDS
from slaclock.policy.book import PolicyBook, attributes_of
from slaclock.policy.measures import Measure
from slaclock.policy.policy import Policy
from slaclock.tickets.agreed import AGREED_FOR, agreed_or_text
from slaclock.tickets.assessment import Assessment, assess
from slaclock.tickets.side_tables import SEQUENCE
from slaclock.tickets.tickets import Change, Event, Reopening, Ticket
from slaclock.tickets.timeline import Timeline, timeline

from .csv_rows import rows_by_name
from .entry_places import LocatedEntry, entry_place, row_error
from .inputs import check_tickets
from .notes import note_log
from .policies import zone_of
from .ticket_files import duplicate_ticket, entry_of, side_batches, ticket_batches, unknown_ticket


@dataclass(frozen=True)
class LocatedTicket:
    """A ticket and where it was read."""

    ticket: Ticket
    place: str
    entries: tuple[LocatedEntry, ...] = ()

    def assess(self, policy: Policy | PolicyBook, at: datetime, measure: Measure) -> Assessment:
        """How the ticket stands; an error is said with the place."""
        with self._placed():
            return assess(self.ticket, policy, at=at, measure=measure)

    def timeline(self, policy: Policy | PolicyBook, at: datetime, measure: Measure) -> Timeline:
        """What turned by an instant, and will; an error is said with the place."""
        with self._placed():
            return timeline(self.ticket, policy, at=at, measure=measure)

    @contextmanager
    def _placed(self) -> Iterator[None]:
        try:
            yield
        except NotYetOpenedError:
            raise InputError(
                "the ticket opened after the instant asked about", "give a later --at", self.place
            ) from None
        except SlaClockError as error:
            raise error.within(entry_place(error, vars(self.ticket), self.entries) or self.place) from None


class _Entry(NamedTuple):
    """A pause, a change or a reopening, the row that says so, and its number among those of one instant."""

    value: Pause | Change | Reopening | Event
    row: LocatedEntry
    number: int


_Entries = Mapping[str, Mapping[str, list[_Entry]]]
"""The entries of each file beside the tickets, by the tickets that they are of."""


def read_tickets(
    tickets: str | None,
    sides: Mapping[str, str],
    events: str | None,
    mapping: str | None,
    policy: Policy | PolicyBook,
) -> list[LocatedTicket]:
    """The tickets of the files, whichever are given; times without an offset are read in the policy's zone."""
    if events is not None and mapping is None:
        raise InputError("--events is given without --mapping", "say how to read the log: --mapping MAP.toml")
    if mapping is not None and events is None:
        raise InputError("--mapping is given without --events", "give the log: --events EVENTS.csv")
    logged: dict[str, LoggedTicket] = {}
    if events is not None and mapping is not None:
        logged = _read_log(events, EventMapping.load(mapping))
    located = {key: LocatedTicket(own.ticket, f"{events}, ticket {key}") for key, own in logged.items()}
    if tickets is not None:
        entries = {side: _read_side(side, path, zone_of(policy)) for side, path in sides.items()}
        located |= _read_rows(tickets, entries, logged, policy)
    else:
        check_tickets(tickets, sides)
        if events is not None:
            given = {name for own in logged.values() for name in own.given}
            note_log(events, [name for name in attributes_of(policy) if name not in given])
    return list(located.values())


def _read_log(path: str, mapping: EventMapping) -> dict[str, LoggedTicket]:
    try:
        return {logged.ticket.id: logged for logged in logged_tickets(rows_by_name(path), mapping, first_row=2)}
    except SlaClockError as error:
        if isinstance(error, InputError):
            raise
        raise InputError(error.problem, error.remedy, f"{path}, {error.where}" if error.where else path) from None
    except OSError as error:
        raise InputError(f"cannot read {printable(path)} ({error.strerror})", "check the path") from None


def _read_rows(
    path: str, entries: _Entries, logged: Mapping[str, LoggedTicket], policy: Policy | PolicyBook
) -> dict[str, LocatedTicket]:
    """The tickets of a file of rows, each with its entries of the other files and what the log knows of it."""
    tickets: dict[str, LocatedTicket] = {}
    zone, attributes = zone_of(policy), attributes_of(policy)
    for batch in ticket_batches(path, zone, policy):
        for row, fields in enumerate(batch.table.to_pylist()):
            fields["attributes"] = {name: fields.pop(name, None) for name in attributes}
            located = _read_ticket(fields, batch.place(row), entries, logged, zone)
            key = located.ticket.id
            if key in tickets:
                raise duplicate_ticket(key, located.place)
            tickets[key] = located
    for side, by_ticket in entries.items():
        unknown = next((key for key in by_ticket if key not in tickets and key not in logged), None)
        if unknown is not None:
            raise unknown_ticket(unknown, side, by_ticket[unknown][0].row.place)
    return tickets


def _read_ticket(
    row: Mapping[str, Any],
    place: str,
    entries: _Entries,
    logged: Mapping[str, LoggedTicket],
    zone: ZoneInfo,
) -> LocatedTicket:
    """A ticket from its row; where the log knows it too, the log has the say on what it speaks of."""
    fields: dict[str, Any] = {name: value for name, value in row.items() if value is not None or name == "kind"}
    agreed = [name for name in fields if name.startswith(AGREED_FOR)]
    fields["agreed"] = {name.removeprefix(AGREED_FOR): agreed_or_text(fields.pop(name), zone) for name in agreed}
    key = fields["id"]
    if key in logged:
        log = logged[key]
        fields = {"kind": log.ticket.kind, **fields, **_history(log)}
        unsaid = {name: value for name, value in fields.get("attributes", {}).items() if name not in log.given}
        fields["attributes"] = unsaid | dict(log.ticket.attributes)
    rows: list[LocatedEntry] = []
    for side, by_ticket in entries.items():
        own = by_ticket.get(key, ())
        fields[side] = (*fields.get(side, ()), *(entry.value for entry in own))
        rows += [entry.row for entry in own]
    try:
        return LocatedTicket(Ticket(**fields), place, tuple(rows))
    except SlaClockError as error:
        raise row_error(error, place, row, rows) from None


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


def _read_side(side: str, path: str, zone: ZoneInfo) -> dict[str, list[_Entry]]:
    """The pauses, changes or reopenings of each ticket; those that are numbered in the order of their numbers."""
    entries: dict[str, list[_Entry]] = {}
    for batch in side_batches(side, path, zone):
        for row, fields in enumerate(batch.table.to_pylist()):
            ticket = fields.pop("ticket") or ""
            place = batch.place(row)
            number = fields.pop(SEQUENCE, 0)
            value = entry_of(side, fields, place)
            entries.setdefault(ticket, []).append(_Entry(value, LocatedEntry(side, vars(value), place), number))
    for own in entries.values():
        own.sort(key=lambda entry: entry.number)  # a ticket then sorts them by their instants
    return entries
