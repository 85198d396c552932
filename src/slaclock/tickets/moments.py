"""What happened to a ticket, instant by instant, in the order that things have at one instant."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from slaclock.policy.measures import MeasureRule
from slaclock.temporal.instants import to_micros

from .tickets import Ticket, responses
from .waits import first_response


class Moment(NamedTuple):
    """What happened at an instant: events by their names, and the ticket's own turns in their order.

    Of these `resolved` and `cancelled` close it, and `reopened`, which is an event too, opens it again.
    """

    at: int
    events: frozenset[str]
    turns: tuple[str, ...]


def moments(ticket: Ticket, rule: MeasureRule, at: int) -> Iterator[Moment]:
    """What had happened by `at`, in order, as far as it is of the measure."""
    entries: list[tuple[int, int, str]] = [(to_micros(ticket.opened), 0, "opened")]
    entries += [(instant, 0, "answered") for instant in responses(ticket)]
    response = first_response(ticket)
    if response is not None:
        entries.append((response, 0, "responded"))
    for event in ticket.events:
        instant = to_micros(event.at)
        early = event.name == "asked" and rule.after_response and (response is None or instant < response)
        if event.name != "answered" and not early:
            entries.append((instant, 0, event.name))
    if ticket.cancelled is not None:
        entries.append((to_micros(ticket.cancelled), 1, "cancelled"))
    for reopening in ticket.reopenings:
        entries += [(to_micros(reopening.resolved), 2, "resolved"), (to_micros(reopening.reopened), 2, "reopened")]
    if ticket.resolved is not None:
        entries.append((to_micros(ticket.resolved), 2, "resolved"))
    known = sorted((entry for entry in entries if entry[0] <= at), key=lambda entry: entry[:2])
    for instant, some in groupby(known, key=lambda entry: entry[0]):
        own = list(some)
        events = frozenset(name for _, order, name in own if order == 0 or name == "reopened")
        yield Moment(instant, events, tuple(name for _, order, name in own if order > 0))
