"""The words of a Frappe Helpdesk: its records, and what its statuses mean."""

from __future__ import annotations

from collections.abc import Mapping

from slaclock.desks.histories import RESOLVED, RUNNING, paused
from slaclock.desks.imported import Losses
from slaclock.desks.shapes import Shape

KIND = "ticket"
"""The kind of a ticket without a type."""
_STATES = {"open": RUNNING, "replied": paused("Replied"), "resolved": RESOLVED, "closed": RESOLVED}
ATTRIBUTES = {"customer": "customer", "agent_group": "team"}
"""The fields of a ticket that are attributes here."""
STAMPS = ("name", "owner", "creation", "modified", "modified_by", "docstatus", "idx", "doctype", "_user_tags")
"""Fields of every record that promise nothing."""


def records(documents: Mapping[str, object], name: str, losses: Losses) -> list[Shape]:
    """The records of an answer; none of one that is not there."""
    document = Shape(documents.get(name), (name,), losses)
    return list(document.listed("data", "message")) if document else []


def states_of(documents: Mapping[str, object], losses: Losses) -> dict[str, str]:
    """What each status means, by its name in small letters: by its category, or by the agreements' lists of pauses."""
    states = dict(_STATES)
    for agreement in records(documents, "hd_service_level_agreement", losses):
        for row in agreement.at("pause_sla_on").items():
            name = row.at("status").needed()
            states[name.lower()] = paused(name)
    for part in records(documents, "hd_ticket_status", losses):
        name = (part.at("label_agent") if part.at("label_agent") else part.at("name")).needed()
        category = part.at("category").text()
        meaning = {"Open": RUNNING, "Paused": paused(name), "Resolved": RESOLVED}.get(category or "")
        if meaning is None:
            raise part.at("category").error(f"{category!r} is no category", "use Open, Paused or Resolved")
        states[name.lower()] = meaning
    return states
