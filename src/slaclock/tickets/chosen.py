"""Which policy of a book a ticket belongs to: the one that was for it as it opened."""

from __future__ import annotations

from collections.abc import Mapping

from slaclock.policy.attributes import FIELDS
from slaclock.policy.book import PolicyBook
from slaclock.policy.policy import Policy
from slaclock.temporal.instants import to_micros

from .tickets import Ticket


def policy_for(ticket: Ticket, policy: Policy | PolicyBook) -> Policy | None:
    """The policy that is given, or that of a book which is for the ticket; None where none is."""
    if isinstance(policy, Policy):
        return policy
    return policy.choose(to_micros(ticket.opened), opening_attributes(ticket))


def opening_attributes(ticket: Ticket) -> Mapping[str, str]:
    """The attributes of a ticket as it opened: what changed at that very instant had never been otherwise."""
    opened = to_micros(ticket.opened)
    first = [change for change in ticket.changes if to_micros(change.at) == opened and change.field not in FIELDS]
    if not first:
        return ticket.attributes
    attributes = {**ticket.attributes, **{change.field: change.to for change in first}}
    return {name: value for name, value in attributes.items() if value is not None}
