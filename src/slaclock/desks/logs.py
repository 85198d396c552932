"""A desk's event log folded into tickets: every state change becomes a pause, a resolution or a reopening."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from slaclock.tickets.tickets import Ticket

from .log_folds import LoggedTicket, folded
from .log_order import ordered_rows
from .log_rows import read_rows
from .mappings import EventMapping, not_a_mapping

__all__ = ["LoggedTicket", "logged_tickets", "tickets_from_events"]


def tickets_from_events(
    rows: Iterable[Mapping[str, Any]], mapping: EventMapping, *, first_row: int = 1
) -> list[Ticket]:
    """The tickets that a log of events tells of, in the order in which they first appear.

    Rows may come in any order. A log is read from its beginning where over the whole of it the times of each ticket
    never fall, and from its end where they never rise; elsewhere rows of one ticket with the same time are an error,
    unless the mapping names a column `sequence`. A state that is repeated changes nothing; a paused state lasts until
    the next other one, or is still open at the end of the log; running or paused after resolved or cancelled is a
    reopening; `closed` without a resolution before it is one. What the first row says beside the state holds from the
    opening, what a later row says otherwise is a change from that row on; a cell that is empty, None, NaN or NaT says
    nothing. In a log with a row a changed field, what the first row of a field says was before holds from the opening,
    and an empty new value is none. What the mapping lists under `events` are the ticket's events; such a row need not
    have a state. Errors count rows from `first_row`.

    Raises `EventError` for a row that cannot be placed, and `ModelError` for what is no list of rows or no mapping.

    >>> import slaclock as sc
    >>> mapping = sc.EventMapping(columns={"ticket": "number", "at": "changed", "state": "state"},
    ...                           states={"New": "running", "On hold": "paused: third_party", "Done": "resolved"},
    ...                           timezone="Europe/London")
    >>> rows = [{"number": "T1", "changed": "2018-04-09T10:00", "state": "New"},
    ...         {"number": "T1", "changed": "2018-04-09T15:00", "state": "On hold"}]
    >>> [ticket] = tickets_from_events(rows, mapping)
    >>> ticket.pauses[0].reason, ticket.pauses[0].end
    ('third_party', None)
    """
    return [logged.ticket for logged in _logged(rows, mapping, first_row)]


def logged_tickets(
    rows: Iterable[Mapping[str, Any]], mapping: EventMapping, *, first_row: int = 1
) -> list[LoggedTicket]:
    """The tickets of `tickets_from_events`, each with the fields of which the log speaks."""
    return list(_logged(rows, mapping, first_row))


def _logged(rows: Iterable[Mapping[str, Any]], mapping: EventMapping, first_row: int) -> Iterator[LoggedTicket]:
    if not isinstance(mapping, EventMapping):
        raise not_a_mapping(mapping)
    log = read_rows(rows, mapping, first_row)
    for key, own in ordered_rows(log).items():
        yield folded(key, own, log, mapping)
