"""Zammad: calendars, SLAs, and tickets with their history and articles.

The shapes are those of https://docs.zammad.org/en/latest/api/: calendar, sla, ticket (with `expand=true`),
ticket/states, ticket/priorities, ticket/articles, and of `GET /api/v1/ticket_history/{id}`, as Zammad's own pages ask
for it.
"""

from __future__ import annotations

from collections.abc import Mapping

from slaclock.desks.agreements import desk_of
from slaclock.desks.imported import Desk, Imported

from .policies import calendar as calendar
from .policies import policy as policy
from .tickets import tickets as tickets

FILES = {
    "calendars": "GET /api/v1/calendars",
    "slas": "GET /api/v1/slas",
    "ticket_states": "GET /api/v1/ticket_states",
    "ticket_priorities": "GET /api/v1/ticket_priorities",
    "tickets": "GET /api/v1/tickets?expand=true",
    "history": "GET /api/v1/ticket_history/{id}, those of all tickets in one list",
    "articles": "GET /api/v1/ticket_articles/by_ticket/{id}, those of all tickets in one list",
}
"""The files of an export by their names without `.json`, and what each is an answer of."""


def desk(documents: Mapping[str, object], *, timezone: str | None = None, name: str = "Zammad") -> Imported[Desk]:
    """The desk of an export: documents by the names of `FILES`, any of which may be missing."""
    names = [documents.get(table) for table in ("ticket_states", "ticket_priorities")]
    agreed = policy(documents.get("slas"), documents.get("calendars"), *names, timezone=timezone, name=name)
    made = tickets(documents.get("tickets"), documents.get("history"), documents.get("articles"), *names)
    return desk_of(agreed, made)
