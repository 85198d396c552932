"""The words of a Zammad: what its states mean, and how its priorities are called."""

from __future__ import annotations

from slaclock.desks.histories import CLOSED, RUNNING, paused
from slaclock.desks.imported import Losses
from slaclock.desks.shapes import Shape

KIND = "ticket"
"""The kind of every ticket, since Zammad has none."""
_STATES = {
    "new": RUNNING, "open": RUNNING, "pending reminder": paused("pending reminder"),
    "pending close": paused("pending close"), "closed": CLOSED, "merged": CLOSED, "removed": CLOSED,
}  # fmt: skip
_STATE_TYPES = {1: RUNNING, 2: RUNNING, 5: CLOSED, 6: CLOSED, 7: CLOSED}
"""What the types of states mean; pending ones (3 and 4) run or wait by `ignore_escalation`."""
_PRIORITIES = {"1": "1 low", "2": "2 normal", "3": "3 high"}
ATTRIBUTES = {"ticket.group_id": "group", "ticket.organization_id": "organization", "ticket.owner_id": "owner"}
"""The conditions of an SLA that are on attributes of a ticket here."""
STAMPS = ("id", "created_at", "updated_at", "created_by_id", "updated_by_id", "created_by", "updated_by", "note")
"""Fields of every record that promise nothing."""


def records(document: Shape) -> list[Shape]:
    """The records of an answer; none of nothing."""
    return list(document.listed("tickets", "records")) if document else []


def states_of(document: object, losses: Losses) -> dict[str, str]:
    """What each state means, by its name; those of a new Zammad where they are not exported."""
    states = dict(_STATES)
    for part in records(Shape(document, ("ticket_states",), losses)):
        name, kind = part.at("name").needed(), part.at("state_type_id").number()
        waits = part.at("ignore_escalation").flag()
        states[name] = _STATE_TYPES.get(kind or 0) or (paused(name) if waits else RUNNING)
    return states


def priorities_of(document: object, losses: Losses) -> dict[str, str]:
    """The names of the priorities by their ids; those of a new Zammad where they are not exported."""
    parts = records(Shape(document, ("ticket_priorities",), losses))
    return {part.at("id").needed(): part.at("name").needed() for part in parts} or dict(_PRIORITIES)
