"""The columns that are read of tickets, of the tables beside them, of usage and of outages, by slaclock's own names."""

from __future__ import annotations

from collections.abc import Collection

from slaclock.policy.attributes import FIELDS
from slaclock.policy.book import PolicyBook, attributes_read, measures_of
from slaclock.policy.policy import Policy
from slaclock.tickets.agreed import AGREED, AGREED_FOR
from slaclock.tickets.side_tables import SIDES

from .headers import Wanted

TICKETS = Wanted(
    ("id", *FIELDS, *AGREED.values()),
    ("opened", "responded", "resolved", "cancelled", "abandoned"),
    ("id", "opened"),
)
USAGE = Wanted(("allowance", "amount"), ("at",), ("allowance", "at", "amount"))
OUTAGES = Wanted(("planned", "availability"), ("start", "end"), ("start", "end"))


def ticket_columns(
    policy: Policy | PolicyBook | None, attributes: Collection[str] = (), instants: Collection[str] = ()
) -> Wanted:
    """The columns of tickets, with those that a policy asks for (attributes, what is agreed) and others."""
    tickets = TICKETS._replace(instants=(*TICKETS.instants, *instants))
    if policy is None:
        return tickets._replace(texts=(*TICKETS.texts, *attributes))
    agreed = (AGREED_FOR + measure for measure in measures_of(policy) if measure not in AGREED)
    asked = dict.fromkeys((*attributes_read(policy), *attributes))
    return tickets._replace(texts=(*TICKETS.texts, *agreed, *asked))


def columns_beside(side: str) -> Wanted:
    """The columns of a table beside the tickets."""
    table = SIDES[side]
    return Wanted(("ticket", *table.texts), table.instants, ("ticket", *table.columns), table.numbers)
