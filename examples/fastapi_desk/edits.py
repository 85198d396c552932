"""What happened to a ticket, written down: rows are added, and none is changed but to end what is open."""

from __future__ import annotations

from datetime import datetime
from typing import LiteralString

import psycopg
from psycopg.rows import DictRow

import slaclock as sc
from fastapi_desk.bodies import Changed, Happened, Paused


class Conflict(Exception):
    """An edit that the ticket is not in a state for."""


_FIELDS: dict[str, LiteralString] = {
    "responded": "UPDATE tickets SET responded = %(at)s WHERE id = %(ticket)s",
    "resolved": "UPDATE tickets SET resolved = %(at)s WHERE id = %(ticket)s",
    "cancelled": "UPDATE tickets SET cancelled = %(at)s WHERE id = %(ticket)s",
}
_RESUME: LiteralString = 'UPDATE pauses SET "end" = %(at)s WHERE ticket = %(ticket)s AND "end" IS NULL'


def write(
    connection: psycopg.Connection[DictRow], ticket: sc.Ticket, edit: Changed | Paused | Happened, now: datetime
) -> None:
    """Write an edit of a ticket, dated now, in the transaction of the caller."""
    values: dict[str, object] = {"ticket": ticket.id, "at": now}
    waits = any(pause.end is None for pause in ticket.pauses)
    match edit:
        case Changed(field=field, to=to):
            connection.execute(
                'INSERT INTO changes (ticket, at, field, "to") VALUES (%(ticket)s, %(at)s, %(field)s, %(to)s)',
                values | {"field": field, "to": to},
            )
        case Paused(reason=reason):
            _check(not waits, ticket, "waits already")
            connection.execute(
                "INSERT INTO pauses (ticket, start, reason) VALUES (%(ticket)s, %(at)s, %(reason)s)",
                values | {"reason": reason},
            )
        case Happened(what="resumed"):
            _check(waits, ticket, "does not wait")
            connection.execute(_RESUME, values)
        case Happened(what="reopened"):
            _check(ticket.resolved is not None, ticket, "is not resolved")
            connection.execute(
                "INSERT INTO reopenings (ticket, resolved, reopened)"
                " SELECT id, resolved, %(at)s FROM tickets WHERE id = %(ticket)s",
                values,
            )
            connection.execute("UPDATE tickets SET resolved = NULL WHERE id = %(ticket)s", values)
        case Happened(what=what):
            _check(getattr(ticket, what) is None, ticket, f"is {what} already")
            if what != "responded":
                connection.execute(_RESUME, values)  # what is done waits for nobody
            connection.execute(_FIELDS[what], values)
    connection.execute("UPDATE tickets SET edited = %(at)s WHERE id = %(ticket)s", values)


def _check(fits: bool, ticket: sc.Ticket, otherwise: str) -> None:
    if not fits:
        raise Conflict(f"the ticket {ticket.id} {otherwise}")
