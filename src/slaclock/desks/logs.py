"""A desk's event log folded into tickets: every state change becomes a pause, a resolution or a reopening."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from slaclock.errors import EventError
from slaclock.tickets.tickets import Ticket

from .faults import BadRow, Faults
from .log_folds import LoggedTicket, folded
from .log_order import ordered_rows
from .log_rows import LogPart, RowReader, parts_of_rows
from .mappings import EventMapping, not_a_mapping

__all__ = ["FoldedLog", "LoggedTicket", "folded_log", "tickets_from_events"]


@dataclass(frozen=True)
class FoldedLog:
    """The tickets of a log by their ids, and those that are left out, for a row of theirs is bad.

    `unnamed` is the number of bad rows of which no one knows whose they are.
    """

    tickets: Mapping[str, LoggedTicket]
    lost: frozenset[str]
    unnamed: int


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

    Raises `EventError` for rows that cannot be placed, of which up to twenty are in its `all`, and `ModelError` for
    what is no list of rows or no mapping.

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
    log = folded_log(parts_of_rows(rows, first_row), mapping, Faults(kind=EventError))
    return [logged.ticket for logged in log.tickets.values()]


def folded_log(parts: Iterable[LogPart], mapping: EventMapping, faults: Faults) -> FoldedLog:
    """The tickets of the parts of a log. Bad rows are told to `faults`; where they are skipped, a ticket that has one
    is left out, since what the others say of it may be wrong without it.
    """
    if not isinstance(mapping, EventMapping):
        raise not_a_mapping(mapping)
    with _collector_at_rest():
        return _folded_log(parts, mapping, faults)


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """A fold makes many values that stay, and no circles of them: Python's collector would look through all of them
    again and again, a fifth of the whole time, and find nothing.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _folded_log(parts: Iterable[LogPart], mapping: EventMapping, faults: Faults) -> FoldedLog:
    reader = RowReader(mapping)
    for part in parts:
        faults.add(reader.read(part))
    ordered, lost = ordered_rows(reader.log), reader.lost
    tied = {key: row for key, row in ordered.tied.items() if key not in lost}
    faults.add(tied.values())
    lost |= tied.keys()
    tickets: dict[str, LoggedTicket] = {}
    bad: list[BadRow] = []
    for key, rows in ordered.tickets.items():
        if key not in lost:
            logged = folded(key, rows, reader.log, mapping)
            if isinstance(logged, BadRow):
                bad.append(logged)
                lost.add(key)
            else:
                tickets[key] = logged
    faults.add(bad)
    return FoldedLog(tickets, frozenset(lost), reader.unnamed)
