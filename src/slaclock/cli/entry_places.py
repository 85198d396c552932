"""Where the row stands whose fault an error in a ticket is: its own, or that of an entry beside the tickets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from slaclock.errors import InputError, NegativeIntervalError, PolicyError, SlaClockError, UnknownReasonError

from .ticket_files import ticket_error


class LocatedEntry(NamedTuple):
    """A row of a file beside the tickets: which file, what it says, and where it was read."""

    side: str
    fields: Mapping[str, Any]
    place: str


def row_error(
    error: SlaClockError, place: str, ticket: Mapping[str, Any], entries: Sequence[LocatedEntry]
) -> InputError:
    """The error in a ticket, with the place of the entry at fault or else of its own row."""
    entry = entry_place(error, ticket, entries)
    return ticket_error(error, place) if entry is None else InputError(error.problem, error.remedy, entry)


def entry_place(error: SlaClockError, ticket: Mapping[str, Any], entries: Sequence[LocatedEntry]) -> str | None:
    """Where the entry stands that says what is wrong; None where the ticket says so itself, or none does.

    An error has the word or the instant at fault as its value.
    """
    for side, column in _columns(error, ticket):
        for entry in entries:
            if entry.side == side and entry.fields[column] == error.value:
                return f"{entry.place}, column {column!r}"
    return None


def _columns(error: SlaClockError, ticket: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The files beside the tickets, each with its column, in which what is wrong may stand."""
    if isinstance(error, UnknownReasonError):
        return (("pauses", "reason"),)
    if error.value is None or error.value in ticket.values():
        return ()
    if isinstance(error, PolicyError):
        return (("changes", "to"),)
    return (("changes", "at"), ("reopenings", "resolved")) if isinstance(error, NegativeIntervalError) else ()
