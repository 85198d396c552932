"""Zendesk's tickets: what they are, and from their audits, or else from their metric events, what became of them."""

from __future__ import annotations

from datetime import datetime

from slaclock.clock.pauses import Pause
from slaclock.desks.histories import CLOSED, RESOLVED, RUNNING, Courses, History, paused, tickets_of
from slaclock.desks.imported import Imported, Losses
from slaclock.desks.shapes import Shape
from slaclock.temporal.instants import to_micros
from slaclock.tickets.tickets import Ticket

from .policies import HOLD, NO_TYPE, PENDING

_STATES = {
    "new": RUNNING, "open": RUNNING, "pending": paused(PENDING), "hold": paused(HOLD), "solved": RESOLVED,
    "closed": CLOSED,
}  # fmt: skip
_FIELDS = {
    "type": "kind", "priority": "priority", "organization_id": "organization", "group_id": "group", "brand_id": "brand",
    "ticket_form_id": "form",
}  # fmt: skip
_KNOWN = (
    "url", "external_id", "subject", "raw_subject", "description", "recipient", "submitter_id", "assignee_id",
    "collaborator_ids", "follower_ids", "email_cc_ids", "forum_topic_id", "problem_id", "has_incidents", "updated_at",
    "generated_timestamp", "tags", "via", "custom_fields", "fields", "satisfaction_rating", "sharing_agreement_ids",
    "followup_ids", "allow_channelback", "allow_attachments", "from_messaging_channel", "is_public", "encoded_id",
    "custom_status_id", "result_type",
)  # fmt: skip
_KNOWN_AUDIT = ("id", "metadata", "via")
_SPEAKING = ("Comment", "VoiceComment")
_KNOWN_METRICS = ("apply_sla", "apply_group_sla", "breach", "update_status", "measure")
"""Events that say what Zendesk made of the clock, which slaclock works out itself."""


def tickets(tickets: object, audits: object = None, metric_events: object = None) -> Imported[tuple[Ticket, ...]]:
    """The tickets of the answers with tickets, their audits, and their metric events.

    A ticket with audits has its whole course from them: waits, resolutions and reopenings, changes of type, priority,
    organization and group, and messages, which are of the customer where the requester wrote. One without has waits,
    first reply, resolution and reopenings from its metric events. One with neither is as it is now, which is noted.
    """
    losses = Losses()
    document = Shape(tickets, ("tickets",), losses)
    by_ticket = _by_ticket(Shape(audits, ("audits",), losses), "audits")
    metrics = _by_ticket(Shape(metric_events, ("metric_events",), losses), "ticket_metric_events")
    histories: list[History] = []
    for part in document.listed("tickets") if document else ():
        key = part.at("id").needed()
        history = History(key, part.at("created_at").needed_instant(), part.path)
        for name, own in _FIELDS.items():
            history.values[own] = part.at(name).text()
        status, requester = part.at("status"), part.at("requester_id").text()
        history.values["kind"] = history.values["kind"] or NO_TYPE
        if key in by_ticket:
            _follow_audits(history, by_ticket.pop(key), requester)
            metrics.pop(key, None)
        elif key in metrics:
            _follow_metrics(history, metrics.pop(key))
        elif _state(status) != RUNNING:
            part.at("updated_at")
            status.lose("since when the ticket is so is not said without its audits: it is kept as running")
        if status.text() == "deleted":
            history.given["cancelled"] = part.at("updated_at").needed_instant()
        due = part.at("due_at")
        if due and history.values["kind"] == "task":
            history.given["agreed"] = {"resolve": due.needed_instant()}
        elif due:
            due.lose("Zendesk keeps due dates for tasks alone, and it is not one")
        part.finish(_KNOWN)
        histories.append(history)
    for name, left in (("audits", by_ticket), ("metric_events", metrics)):
        for key in left:
            losses.add((name,), f"there is no ticket {key!r} for some of these")
    return Imported(tickets_of(histories), losses.lost)


def _by_ticket(document: Shape, name: str) -> dict[str, list[tuple[datetime, Shape]]]:
    """The records by their tickets, in order of time."""
    records: dict[str, list[tuple[datetime, Shape]]] = {}
    for part in document.listed(name) if document else ():
        at = part.at("created_at" if name == "audits" else "time").needed_instant()
        records.setdefault(part.at("ticket_id").needed(), []).append((at, part))
    for own in records.values():
        own.sort(key=lambda entry: to_micros(entry[0]))
    return records


def _state(status: Shape) -> str:
    text = status.text() or "new"
    if text == "deleted":
        return RUNNING
    if text not in _STATES:
        raise status.error(f"the status {text!r} is not known", f"use one of: {', '.join(_STATES)}")
    return _STATES[text]


def _follow_audits(history: History, audits: list[tuple[datetime, Shape]], requester: str | None) -> None:
    changes: Courses = {}
    for at, audit in audits:
        author = audit.at("author_id").text()
        merged = audit.way("via", "source", "rel").text() == "merge" if audit.at("via") else False
        for event in audit.at("events").items():
            kind, field = event.at("type").needed(), event.at("field_name").text()
            value, before = event.at("value"), event.at("previous_value")
            if kind in _SPEAKING and (event.at("public").flag() or kind == "VoiceComment"):
                writer = event.at("author_id").text() or author
                history.event(at, "asked" if writer == requester else "answered")
            elif kind in ("Create", "Change") and field == "status":
                state = _state(value)
                if merged and state == CLOSED:
                    history.given["cancelled"] = at
                history.state(at, state)
            elif kind == "Change" and field in _FIELDS:
                changes.setdefault(_FIELDS[field], []).append((at, before.text(), value.text()))
        audit.finish(_KNOWN_AUDIT)
    for name, course in changes.items():
        spoken = NO_TYPE if name == "kind" else None
        history.follow(name, None, [(at, before or spoken, after or spoken) for at, before, after in course])


def _follow_metrics(history: History, events: list[tuple[datetime, Shape]]) -> None:
    """Waits of the requester's and of the agents' own clock: what pauses the agents' alone is a hold."""
    stops: dict[str, datetime] = {}
    waits: dict[str, list[tuple[datetime, datetime | None]]] = {"requester_wait_time": [], "agent_work_time": []}
    for at, event in events:
        metric, kind = event.at("metric").needed(), event.at("type").needed()
        if kind not in ("activate", "pause", "fulfill"):
            if kind not in _KNOWN_METRICS:
                event.at("type").lose("this type of event is not known, and is not read")
            continue
        if metric == "reply_time":
            if kind == "fulfill":
                history.event(at, "answered")
            elif (event.at("instance_id").number() or 1) > 1 and kind == "activate":
                history.event(at, "asked")
        elif metric in waits:
            if kind == "pause":
                stops.setdefault(metric, at)
            elif metric in stops:
                waits[metric].append((stops.pop(metric), at))
            if metric == "requester_wait_time" and kind != "pause":
                history.state(at, RESOLVED if kind == "fulfill" else RUNNING)
        elif metric not in ("resolution_time", "periodic_update_time", "pausable_update_time", "group_ownership_time"):
            event.at("metric").lose("this metric is not known, and is not read")
    for metric, since in stops.items():
        waits[metric].append((since, None))
    pending = waits["requester_wait_time"]
    history.pauses += [Pause(start=start, end=end, reason=PENDING) for start, end in pending]
    history.pauses += [
        Pause(start=start, end=end, reason=HOLD)
        for start, end in waits["agent_work_time"]
        if not any(first <= start and (last is None or (end is not None and end <= last)) for first, last in pending)
    ]
