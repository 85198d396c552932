"""A case as a file has it: the keys of a ticket that was assessed, as plain values."""

from __future__ import annotations

from datetime import datetime

from slaclock.clock.pauses import Pause
from slaclock.tickets.assessment import Assessment
from slaclock.tickets.tickets import Change, Event

from .case_fields import EVENT, NONE


def keys_of(a: Assessment, *, expect_due: bool = True) -> dict[str, object]:
    """The keys of a case; its moments are in the zone of its opening, in which they are read."""
    ticket, zone = a.ticket, a.ticket.opened.tzinfo
    keys: dict[str, object] = {"opened": _moment(ticket.opened)}
    for name in ("responded", "resolved"):
        done: datetime | None = getattr(ticket, name)
        if done is not None:
            keys[name] = _moment(done)
    if ticket.attributes:
        keys["attributes"] = dict(ticket.attributes)
    if ticket.kind != "incident":
        keys["kind"] = ticket.kind
    if ticket.priority is not None:
        keys["priority"] = ticket.priority
    if a.measure != "resolve":
        keys["measure"] = a.measure
    if ticket.pauses:
        keys["pauses"] = [_pause(pause) for pause in ticket.pauses]
    if ticket.changes:
        keys["changes"] = [_change(change) for change in ticket.changes]
    if ticket.events:
        keys["events"] = [_event(event) for event in ticket.events]
    if not expect_due:
        return keys
    if a.target is None:
        return {**keys, "due": NONE, "state": a.state}
    return {**keys, "due": NONE if a.due is None else _moment(a.due.astimezone(zone))}


def cycles_of(a: Assessment) -> dict[str, object]:
    """What is expected of all cycles, of a measure that judges each by itself."""
    if a.policy.measure(a.measure).cycles != "each":
        return {}
    zone = a.ticket.opened.tzinfo
    dues = (NONE if one.due is None else _moment(one.due.astimezone(zone)) for one in a.cycles)
    return {"cycles": [f"{due} {one.state}" for due, one in zip(dues, a.cycles, strict=True)]}


def _pause(pause: Pause) -> object:
    """A pause as a line of text, or as a table where its reason is not one word, as the line needs it."""
    end = {} if pause.end is None else {"end": _moment(pause.end)}
    keys = {"start": _moment(pause.start), **end, "reason": pause.reason or ""}
    if keys["reason"].split() != [keys["reason"]]:
        return keys
    return f"{keys['start']}/{keys.get('end', '')} {keys['reason']}"


def _event(event: Event) -> object:
    """An event as a line of text, or as a table where its name would be read otherwise."""
    text, parts = f"{event.name} {_moment(event.at)}", (event.name, _moment(event.at))
    read = EVENT.fullmatch(text)
    return text if read is not None and read.groups() == parts else {"at": parts[1], "name": parts[0]}


def _change(change: Change) -> dict[str, object]:
    return {"at": _moment(change.at), "field": change.field, **({} if change.to is None else {"to": change.to})}


def _moment(at: datetime) -> str:
    """A moment in local time; with its offset where the clocks go back over it."""
    ambiguous = at.replace(fold=1).utcoffset() != at.replace(fold=0).utcoffset()
    if ambiguous:
        return at.isoformat(sep=" ")
    return at.replace(tzinfo=None).isoformat(sep=" ").removesuffix(":00")
