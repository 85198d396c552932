"""A ticket as it was known at an instant, as if nothing of what came later had been written down yet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from slaclock.policy.measures import MeasureRule
from slaclock.temporal.instants import to_micros

from .tickets import Ticket, responses
from .waits import first_response

_RECORDED = ("responded", "resolved", "cancelled", "abandoned")


def as_known(ticket: Ticket, at: int) -> Ticket:
    """The ticket with what had happened by `at`: a pause that had not ended is open, a later resolution is none."""

    def known(instant: datetime | None) -> datetime | None:
        return None if instant is None or to_micros(instant) > at else instant

    changed: dict[str, object] = {
        name: None for name in _RECORDED if getattr(ticket, name) is not None and known(getattr(ticket, name)) is None
    }
    for name in ("changes", "events"):
        entries = getattr(ticket, name)
        kept = tuple(entry for entry in entries if to_micros(entry.at) <= at)
        if kept != entries:
            changed[name] = kept
    pauses = tuple(
        pause if pause.end is None or known(pause.end) else pause.model_copy(update={"end": None})
        for pause in ticket.pauses
        if to_micros(pause.start) <= at
    )
    if pauses != ticket.pauses:
        changed["pauses"] = pauses
    reopenings = [reopening for reopening in ticket.reopenings if to_micros(reopening.reopened) <= at]
    if len(reopenings) < len(ticket.reopenings):
        changed["reopenings"] = tuple(reopenings)
        changed["resolved"] = known(ticket.reopenings[len(reopenings)].resolved)  # it has not been reopened yet
    return ticket.model_copy(update=changed) if changed else ticket


def instants_of(ticket: Ticket, rule: MeasureRule) -> list[int]:
    """The instants at which something happened to the ticket that a measure may look at, in order."""
    opened = to_micros(ticket.opened)
    instants = {micros for micros in _instants(ticket, rule) if micros >= opened}
    return sorted(instants)


def _instants(ticket: Ticket, rule: MeasureRule) -> Iterator[int]:
    named = {*rule.starts, *rule.ends}
    fields = [ticket.opened, ticket.resolved, ticket.cancelled]
    for pause in ticket.pauses:
        fields += [pause.start, pause.end]
    for reopening in ticket.reopenings:
        fields += [reopening.resolved, reopening.reopened]
    fields += [change.at for change in ticket.changes]
    fields += [event.at for event in ticket.events if event.name in named]
    yield from (to_micros(at) for at in fields if at is not None)
    if "answered" in named:  # a recorded response is one
        yield from responses(ticket)
    first = first_response(ticket) if "responded" in named or rule.after_response else None
    if first is not None:
        yield first
