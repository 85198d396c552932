"""Zammad's tickets: what they are, and from their history and articles what became of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from slaclock.desks.histories import CLOSED, RUNNING, Courses, History, tickets_of
from slaclock.desks.imported import Imported, Losses
from slaclock.desks.shapes import Shape
from slaclock.temporal.instants import to_micros
from slaclock.tickets.tickets import Ticket

from .words import KIND, STAMPS, priorities_of, records, states_of

_CANCELLED = ("merged", "removed")
_KNOWN_TICKET = (
    *STAMPS, "number", "title", "customer_id", "customer", "owner", "type", "escalation_at",
    "first_response_escalation_at", "update_escalation_at", "close_escalation_at", "first_response_in_min",
    "first_response_diff_in_min", "close_in_min", "close_diff_in_min", "update_in_min", "update_diff_in_min",
    "last_contact_at", "last_contact_agent_at", "last_contact_customer_at", "last_owner_update_at", "last_close_at",
    "create_article_type_id", "create_article_sender_id", "create_article_type", "create_article_sender",
    "article_count", "article_ids", "ticket_time_accounting_ids", "ticket_time_accounting", "preferences", "time_unit",
    "pending_time", "state_id", "priority_id", "group", "organization", "checklist_id", "referencing_checklist_ids",
    "articles",
)  # fmt: skip


def tickets(
    tickets: object,
    history: object = None,
    articles: object = None,
    ticket_states: object = None,
    ticket_priorities: object = None,
) -> Imported[tuple[Ticket, ...]]:
    """The tickets of the answer, of their history and of their articles.

    The history tells states and priorities, groups and organizations; an article of a customer is `asked`, one of an
    agent that is not internal `answered`. A ticket without history has its `close_at` and `first_response_at`.
    """
    losses = Losses()
    states, names = states_of(ticket_states, losses), priorities_of(ticket_priorities, losses)
    courses: dict[str, Courses] = {}
    for entry in _history(Shape(history, ("history",), losses)):
        if entry.at("object").text() == "Ticket" and entry.at("attribute"):
            field, at = entry.at("attribute").needed(), entry.at("created_at").needed_instant()
            ends = ("id_from", "id_to") if field in ("group", "organization", "owner") else ("value_from", "value_to")
            before, after = (entry.at(end).text() for end in ends)
            courses.setdefault(entry.at("o_id").needed(), {}).setdefault(field, []).append((at, before, after))
    messages: dict[str, list[Shape]] = {}
    for article in records(Shape(articles, ("articles",), losses)):
        messages.setdefault(article.at("ticket_id").needed(), []).append(article)
    histories: list[History] = []
    for part in records(Shape(tickets, ("tickets",), losses)):
        key = part.at("id").needed()
        own = courses.pop(key, {})
        made = History(key, part.at("created_at").needed_instant(), part.path, {"kind": KIND})
        priority = part.at("priority").text() or names.get(part.at("priority_id").text() or "")
        made.follow("priority", priority, own.get("priority", ()))
        for field in ("group", "organization", "owner"):
            made.follow(field, part.at(f"{field}_id").text(), own.get(field, ()))
        _follow(made, part, own.get("state", []), states)
        for article in messages.pop(key, ()):
            _say(made, article)
        made.given["responded"] = part.at("first_response_at").instant()
        part.finish(_KNOWN_TICKET)
        histories.append(made)
    for name, left in (("history", [*courses]), ("articles", [*messages])):
        for key in left:
            losses.add((name,), f"there is no ticket {key!r} for some of these")
    return Imported(tickets_of(histories), losses.lost)


def _history(document: Shape) -> list[Shape]:
    """The entries of one answer, or of several in a list."""
    answers = list(document.items()) if isinstance(document.value, (list, tuple)) else [document] if document else []
    entries: list[Shape] = []
    for answer in answers:
        several = isinstance(answer.value, Mapping) and "history" in answer.value
        entries += list(answer.at("history").items()) if several else [answer]
    return entries


def _follow(made: History, part: Shape, course: list[Any], states: Mapping[str, str]) -> None:
    """The states of a ticket: those of its history, else what it is now."""
    now, closed = part.at("state"), part.at("close_at").instant()
    steps = sorted(course, key=lambda change: to_micros(change[0]))
    for at, name in [(made.opened, steps[0][1]), *((at, after) for at, _, after in steps)] if steps else []:
        _step(made, at, name or "new", states, now)
    if steps:
        return
    meaning = _meaning(now.text() or "new", states, now)
    if meaning == CLOSED and closed is not None:
        _step(made, closed, now.text() or "new", states, now)
    elif meaning != RUNNING:
        now.lose("since when the ticket is so is not said without its history: it is kept as running")


def _step(made: History, at: datetime, name: str, states: Mapping[str, str], part: Shape) -> None:
    made.state(at, _meaning(name, states, part))
    made.given.pop("cancelled", None)
    if name in _CANCELLED:
        made.given["cancelled"] = max(at, made.opened, key=to_micros)


def _meaning(name: str, states: Mapping[str, str], part: Shape) -> str:
    if name not in states:
        raise part.error(f"the state {name!r} is not known", "export ticket_states too")
    return states[name]


def _say(made: History, article: Shape) -> None:
    sender, at = article.at("sender").text(), article.at("created_at").needed_instant()
    if sender == "Customer":
        made.event(at, "asked")
    elif sender == "Agent" and not article.at("internal").flag():
        made.event(at, "answered")
