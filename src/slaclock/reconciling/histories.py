"""What became of tickets, as far as it decides which readings can matter to them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from slaclock.columns.piecewise import Bools, Ints
from slaclock.columns.tickets import Tickets
from slaclock.policy.measures import Measure
from slaclock.reporting.sources import TicketFrame, TicketList
from slaclock.tickets.tickets import Ticket

_TERMS = ("priority", "kind", "impact", "urgency")
"""The fields whose change may be one of the target."""


class Histories(NamedTuple):
    """Which tickets have pauses, changes of their target, reopenings, an agreed target, or any other history."""

    pauses: Bools
    changes: Bools
    reopenings: Bools
    agreed: Bools
    others: Bools


def histories_of(source: TicketFrame | TicketList, measure: Measure) -> Histories:
    """What became of the tickets of a source."""
    if isinstance(source, TicketFrame):
        return _of_columns(source.tickets, measure)
    return _of_tickets((source.ticket(row) for row in range(source.count)), measure)


def _of_columns(tickets: Tickets, measure: Measure) -> Histories:
    def having(rows: Ints | None) -> Bools:
        flags = np.zeros(tickets.count, bool)
        if rows is not None:
            flags[rows] = True
        return flags

    changes = tickets.changes
    fields = () if changes is None else changes.field.names
    moving = np.array([name in _TERMS for name in fields] + [False])
    of_terms = None if changes is None else changes.row[moving[changes.field.codes]]
    agreed = tickets.agreed.get(measure)
    return Histories(
        having(None if tickets.pauses is None else tickets.pauses.row),
        having(of_terms),
        having(None if tickets.reopenings is None else tickets.reopenings.row),
        having(None) if agreed is None else agreed.given(tickets.count),
        having(None if changes is None else changes.row)
        | having(None if tickets.events is None else tickets.events.row),
    )


def _of_tickets(tickets: Iterable[Ticket], measure: Measure) -> Histories:
    rows = [
        (
            bool(ticket.pauses),
            any(change.field in _TERMS for change in ticket.changes),
            bool(ticket.reopenings),
            measure in ticket.agreed,
            bool(ticket.changes or ticket.events),
        )
        for ticket in tickets
    ]
    return Histories(*np.array(rows, bool).reshape(len(rows), 5).T)
