"""Where the row stands whose fault an error in a ticket is: its own, or that of an entry beside the tickets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from slaclock.errors import NegativeIntervalError, PolicyError, SlaClockError, UnknownReasonError

from .faults import BadRow, Place
from .ticket_tables import column_at_fault


class LocatedEntry(NamedTuple):
    """A row beside the tickets: of which table, what it says, and where it was read."""

    side: str
    fields: Mapping[str, Any]
    place: Place


def bad_row(error: SlaClockError, place: Place, ticket: Mapping[str, Any], entries: Sequence[LocatedEntry]) -> BadRow:
    """The row at fault for an error in a ticket: that of an entry, or else the ticket's own."""
    entry = entry_place(error, ticket, entries)
    own = place._replace(column=column_at_fault(error))
    return BadRow.of(error, own if entry is None else entry)


def entry_place(error: SlaClockError, ticket: Mapping[str, Any], entries: Sequence[LocatedEntry]) -> Place | None:
    """Where the entry stands that says what is wrong; None where the ticket says so itself, or none does.

    An error has the word or the instant at fault as its value.
    """
    for side, column in _columns(error, ticket):
        for entry in entries:
            if entry.side == side and entry.fields[column] == error.value:
                return entry.place._replace(column=column)
    return None


def _columns(error: SlaClockError, ticket: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The tables beside the tickets, each with its column, in which what is wrong may stand."""
    if isinstance(error, UnknownReasonError):
        return (("pauses", "reason"),)
    if error.value is None or error.value in ticket.values():
        return ()
    if isinstance(error, PolicyError):
        return (("changes", "to"),)
    of_instants = ("changes", "at"), ("reopenings", "resolved"), ("events", "at")
    return of_instants if isinstance(error, NegativeIntervalError) else ()
