"""A desk's event log folded into tickets: every state change becomes a pause, a resolution or a reopening."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from slaclock.tickets.tickets import Ticket

from .log_folds import LoggedTicket, fold_ticket
from .log_order import in_order
from .log_rows import read_rows
from .mappings import EventMapping, not_a_mapping


def tickets_from_events(
    rows: Iterable[Mapping[str, Any]], mapping: EventMapping, *, first_row: int = 1
) -> list[Ticket]:
    """The tickets that a log of events tells of, in the order in which they first appear.

    A log is oldest first, newest first, or in no order. It is in order when, over the whole log and times in the hour
    that autumn repeats left aside, each ticket's times never fall, or never rise; then rows of one instant keep that
    order. In any other log they need a `sequence`. A time in the repeated hour is its first occurrence, unless the
    rows in order would run backwards.

    A state that is repeated changes nothing; a paused state lasts until the next other one, or is still open at the
    end of the log; running or paused after resolved or cancelled is a reopening; `closed` without a resolution before
    it is one. What the first row says beside the state holds from the opening, what a later row says otherwise is a
    change from that row on; a cell that is empty, None, NaN or NaT says nothing. In a log of one row a changed field,
    its `old` cell is what held before, and an empty `new` one empties the field. What the mapping lists under `events`
    are the ticket's events; such a row need not have a state. Errors count rows from `first_row`.

    Raises `EventError` for a row that cannot be placed, and `ModelError` for what is no list of rows or no mapping.
    """
    return [logged.ticket for logged in logged_tickets(rows, mapping, first_row=first_row)]


def logged_tickets(
    rows: Iterable[Mapping[str, Any]], mapping: EventMapping, *, first_row: int = 1
) -> list[LoggedTicket]:
    """The tickets of `tickets_from_events`, each with the fields of which the log speaks."""
    if not isinstance(mapping, EventMapping):
        raise not_a_mapping(mapping)
    with _uncollected():
        read = read_rows(rows, mapping, first_row)
        tickets: dict[str, list[int]] = {}
        for row, key in enumerate(read.keys):
            tickets.setdefault(key, []).append(row)
        ordered = in_order(tickets, read.times, read.sequence, first_row)
        return [fold_ticket(key, order, read, mapping, first_row) for key, order in ordered.items()]


@contextmanager
def _uncollected() -> Iterator[None]:
    """Hold back the collector of cycles, of which a fold makes none: it would go through all rows again and again."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
