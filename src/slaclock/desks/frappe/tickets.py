"""Frappe's tickets: what they are, and from their versions and mails what became of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from slaclock.desks.histories import RESOLVED, RUNNING, Courses, History, tickets_of
from slaclock.desks.imported import Imported, Losses
from slaclock.desks.shapes import Shape
from slaclock.desks.zone_names import zone_name
from slaclock.temporal.instants import find_zone, to_micros
from slaclock.tickets.tickets import Ticket

from .words import ATTRIBUTES, KIND, STAMPS, records, states_of

_KNOWN_TICKET = (
    *STAMPS, "subject", "raised_by", "contact", "description", "opening_date", "opening_time", "resolution_date",
    "resolution_time", "resolution_details", "resolution_by", "response_by", "response_date", "sla", "sla_creation",
    "service_level_agreement_creation", "agreement_status", "total_hold_time", "user_resolution_time", "on_hold_since",
    "avg_response_time", "first_response_time", "via_customer_portal", "attachment", "content_type", "email_account",
    "feedback", "feedback_rating", "feedback_text", "feedback_extra", "template", "split_from", "ticket_split_from",
    "is_merged", "merged_with", "_assign", "_comments", "_liked_by", "_seen", "status_category", "key",
    "last_agent_response", "last_customer_response", "naming_series",
)  # fmt: skip


def tickets(documents: Mapping[str, object], *, timezone: str = "UTC") -> Imported[tuple[Ticket, ...]]:
    """The tickets, with their versions and mails.

    Versions tell statuses, priorities, types, customers and teams; a mail received is `asked`, one sent `answered`. A
    ticket without versions has its `resolution_date`.
    """
    losses = Losses()
    zone = find_zone(zone_name(timezone))
    states = states_of(documents, losses)
    courses: dict[str, Courses] = {}
    for version in records(documents, "version", losses):
        if (version.at("ref_doctype").text() or "HD Ticket") == "HD Ticket":
            _changes(version, zone, courses.setdefault(version.at("docname").needed(), {}))
    mails: dict[str, list[Shape]] = {}
    for mail in records(documents, "communication", losses):
        mails.setdefault(mail.at("reference_name").text() or "", []).append(mail)
    histories: list[History] = []
    for part in records(documents, "hd_ticket", losses):
        key = part.at("name").needed()
        own = courses.pop(key, {})
        made = History(key, _opened(part, zone), part.path)
        made.follow("priority", part.at("priority").text(), own.get("priority", ()))
        kinds = [(at, before or KIND, after or KIND) for at, before, after in own.get("ticket_type", ())]
        made.follow("kind", part.at("ticket_type").text() or KIND, kinds)
        for name, attribute in ATTRIBUTES.items():
            made.follow(attribute, part.at(name).text(), own.get(name, ()))
        _follow(made, part, own.get("status", []), states, zone)
        for mail in mails.pop(key, ()):
            sent = mail.at("sent_or_received").text()
            if sent in ("Sent", "Received"):
                made.event(mail.at("creation").needed_instant(zone), "answered" if sent == "Sent" else "asked")
        first = part.at("first_responded_on").instant(zone)
        made.given["responded"] = None if first is None else max(first, made.opened, key=to_micros)
        part.finish(_KNOWN_TICKET)
        histories.append(made)
    for key in courses:
        losses.add(("version",), f"there is no ticket {key!r} for some of these")
    return Imported(tickets_of(histories), losses.lost)


def _opened(part: Shape, zone: ZoneInfo) -> datetime:
    day, time = part.at("opening_date").text(), part.at("opening_time").text()
    if day is None or time is None:
        return part.at("creation").needed_instant(zone)
    hour = time.partition(".")[0].rjust(8, "0")
    return Shape(f"{day} {hour}", part.at("opening_date").path, part.losses).needed_instant(zone)


def _changes(version: Shape, zone: ZoneInfo, courses: Courses) -> None:
    """What a version says to have changed: its data are a text of JSON, with rows of field, before and after."""
    at, data = version.at("creation").needed_instant(zone), version.at("data")
    try:
        changed = json.loads(data.text() or "{}") if isinstance(data.value, str) else data.value
    except (ValueError, RecursionError):
        raise data.error("the data of a version are no JSON", "give them as Frappe answers them") from None
    for row in Shape(changed, data.path, data.losses).at("changed").items():
        field, before, after = ([*row.items()] + [Shape(None, row.path, row.losses)] * 3)[:3]
        if isinstance(field.value, str):
            name = field.needed()
            if name in ("status", "priority", "ticket_type", *ATTRIBUTES):
                courses.setdefault(name, []).append((at, before.text(), after.text()))


def _follow(made: History, part: Shape, course: list[Any], states: Mapping[str, str], zone: ZoneInfo) -> None:
    status = part.at("status")
    steps = sorted(course, key=lambda change: to_micros(change[0]))
    for at, name in [(made.opened, steps[0][1]), *((at, after) for at, _, after in steps)] if steps else []:
        made.state(at, _meaning(name, states, status))
    if steps:
        return
    meaning, done = _meaning(status.text(), states, status), part.at("resolution_date").instant(zone)
    if meaning == RESOLVED and done is not None:
        made.state(done, RESOLVED)
    elif meaning != RUNNING:
        status.lose("since when the ticket is so is not said without its versions: it is kept as running")


def _meaning(name: str | None, states: Mapping[str, str], part: Shape) -> str:
    if (name or "open").lower() not in states:
        raise part.error(f"the status {name!r} is not known", "export hd_ticket_status too")
    return states[(name or "open").lower()]
