"""Freshservice: business hours with holidays, SLA policies, and tickets with their statistics.

The shapes are those of https://api.freshservice.com/: #business-hours (`service_desk_hours`, `list_of_holidays` whose
dates of every year are such as `--01-16`), #list_all_sla (`sla_targets`, in seconds), and tickets (`include=stats`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from slaclock.calendar.working_calendar import WorkingCalendar
from slaclock.errors import SlaClockError
from slaclock.policy.book import PolicyBook
from slaclock.policy.policy import Policy
from slaclock.tickets.tickets import Ticket

from .agreements import (
    ALWAYS,
    Agreement,
    TargetText,
    always_open,
    desk_of,
    length_text,
    on_calendar,
    open_always,
    policy_of,
)
from .histories import RESOLVED, RUNNING, History, tickets_of
from .imported import Desk, Imported, Losses
from .shapes import Shape
from .zone_names import zone_name

FILES = {
    "business_hours": "GET /api/v2/business_hours",
    "sla_policies": "GET /api/v2/sla_policies",
    "tickets": "GET /api/v2/tickets?include=stats",
}
"""The files of an export by their names without `.json`, and what each is an answer of."""
PRIORITIES = {"4": "Urgent", "3": "High", "2": "Medium", "1": "Low"}
_KINDS = ("Incident", "Service Request", "Request", "Major Incident", "Case", "Alert")
_PENDING, _DONE = "3", ("4", "5")
_ATTRIBUTES = {"department_id": "department", "group_id": "group", "workspace_id": "workspace"}
_KINDS_OF = ("ticket_type", "type")
_STAMPS = ("id", "name", "description", "created_at", "updated_at", "workspace_id")
_KNOWN_POLICY = (*_STAMPS, "position", "is_default", "deleted", "active", "escalation", "sla_operators")
_KNOWN_TICKET = (
    *_STAMPS, "cc_emails", "fwd_emails", "reply_cc_emails", "fr_escalated", "spam", "email_config_id", "requester_id",
    "requested_for_id", "responder_id", "subject", "to_emails", "source", "due_by", "fr_due_by", "is_escalated",
    "description_text", "custom_fields", "tags", "sub_category", "item_category", "deleted", "attachments",
    "bcc_emails", "tasks_dependency_type", "planned_start_date", "planned_end_date", "planned_effort", "impact",
    "urgency", "resolution_notes", "resolution_notes_html", "created_within_business_hours", "approval_status",
    "approval_status_name",
)  # fmt: skip


def desk(documents: Mapping[str, object], *, timezone: str | None = None, name: str = "Freshservice") -> Imported[Desk]:
    """The desk of an export: documents by the names of `FILES`, any of which may be missing."""
    hours = calendar(documents.get("business_hours"), timezone=timezone)
    agreed = policy(documents.get("sla_policies"), hours.value, name=name)
    made = tickets(documents.get("tickets"))
    return desk_of(agreed, made, hours.lost)


def calendar(business_hours: object, *, timezone: str | None = None) -> Imported[WorkingCalendar]:
    """The calendar of the default business hours, or of the first; always open where there are none."""
    losses = Losses()
    document = Shape(business_hours, ("business_hours",), losses)
    parts = list(document.listed("business_hours")) if document else []
    part = next((part for part in parts if part.at("is_default").flag()), parts[0] if parts else None)
    if part is None:
        document.lose("there are no business hours: the desk is taken for one that is always open")
        return Imported(open_always(timezone), losses.lost)
    for other in parts:
        if other is not part:
            other.lose("other business hours; whom they are for is not said, so they are not kept")
    zone, days = part.at("time_zone"), part.at("service_desk_hours")
    week = {}
    for day in days.keys():  # noqa: SIM118 - the names of the fields of a part
        times = [days.at(day).at(name) for name in ("beginning_of_workday", "end_of_workday")]
        if days.at(day):
            week[day] = "-".join(_time(time) for time in times)
    holidays = {}
    for holiday in part.at("list_of_holidays").items():
        text = holiday.at("holiday_date").needed()
        holidays[_yearly(text) or text] = holiday.at("holiday_name").text() or "holiday"
    part.finish((*_STAMPS, "is_default"))
    try:
        made = WorkingCalendar(timezone=zone_name(timezone or zone.needed()), hours=week or "24/7", holidays=holidays)
    except SlaClockError as error:
        raise error.within(*part.path) from None
    return Imported(made, losses.lost)


def policy(
    sla_policies: object, calendar: WorkingCalendar, *, name: str = "Freshservice"
) -> Imported[Policy | PolicyBook]:
    """The policy of the SLA policies, of which the first that fits holds; a book where some are for departments.

    Targets that do not count business hours are on the calendar `always`. A policy with other conditions is left out.
    """
    losses = Losses()
    document = Shape(sla_policies, ("sla_policies",), losses)
    parts = list(document.listed("sla_policies")) if document else []
    parts.sort(key=lambda part: (part.at("is_default").flag(), part.at("position").number() or 0))
    agreements: list[Agreement] = []
    kinds: list[str] = [*_KINDS]
    for part in parts:
        active = part.at("active")
        if (active.value is not None and not active.flag()) or part.at("deleted").flag():
            continue
        condition = _condition(part.at("applicable_to"))
        if condition is None:
            continue
        own_kinds, attributes = condition
        kinds += [kind for kind in own_kinds or () if kind not in kinds]
        title = part.at("name").text() or "SLA policy"
        agreements.append(Agreement(title, _targets(part.at("sla_targets")), own_kinds, attributes))
        if part.at("escalation"):
            part.at("escalation").lose("who is told of a breach is not kept")
        part.finish(_KNOWN_POLICY)
    if not agreements:
        document.lose("there is no SLA policy that can be kept: nothing has a target")
    common: dict[str, Any] = {
        "name": name,
        "calendar": calendar,
        "calendars": {ALWAYS: always_open(calendar.timezone)},
        "pauses": {"pending": ["respond", "resolve"]},
    }
    return Imported(policy_of(agreements, kinds, list(PRIORITIES.values()), common), losses.lost)


def tickets(tickets: object) -> Imported[tuple[Ticket, ...]]:
    """The tickets of the answer with their statistics: the first response and the resolution.

    Freshservice tells the waits of a ticket in sentences alone, so they are lost: a ticket that is pending now is kept
    as running, and a resolved one as if it had never waited, which is noted.
    """
    losses = Losses()
    document = Shape(tickets, ("tickets",), losses)
    histories: list[History] = []
    for part in document.listed("tickets") if document else ():
        opened = part.at("created_at").needed_instant()
        made = History(part.at("id").needed(), opened, part.path)
        made.values["kind"] = part.at("type").text() or "Incident"
        priority = part.at("priority").text()
        if priority is not None and priority not in PRIORITIES:
            raise part.at("priority").error(f"{priority!r} is no priority", f"use one of: {', '.join(PRIORITIES)}")
        made.values["priority"] = None if priority is None else PRIORITIES[priority]
        made.values["category"] = part.at("category").text()
        for name, own in _ATTRIBUTES.items():
            made.values[own] = part.at(name).text()
        stats, status = part.at("stats"), part.at("status")
        done = _first(stats, "resolved_at", "closed_at")
        made.given["responded"] = stats.at("first_responded_at").instant()
        if done is not None and status.text() in _DONE:
            made.state(done, RESOLVED)
        elif status.text() in _DONE:
            status.lose("when the ticket was resolved is not said without its stats: it is kept as running")
        elif status.text() == _PENDING:
            status.lose("since when the ticket is pending is not said: it is kept as running")
        else:
            made.state(opened, RUNNING)
        if part.at("deleted").flag() or part.at("spam").flag():
            made.given["cancelled"] = part.at("updated_at").instant() or opened
        part.finish(_KNOWN_TICKET)
        histories.append(made)
    if histories:
        document.lose("when tickets were pending is told in sentences alone (activities): no waits are kept")
    return Imported(tickets_of(histories), losses.lost)


def _first(stats: Shape, *names: str) -> datetime | None:
    return next((at for name in names if (at := stats.at(name).instant()) is not None), None)


def _time(part: Shape) -> str:
    """A time of day such as `8:00 am`, as `08:00`."""
    text = part.needed()
    match = re.fullmatch(r"(\d{1,2}):(\d{2})\s*([ap]m)?", text.lower())
    if match is None or (match[3] and not 1 <= int(match[1]) <= 12):
        raise part.error(f"{text!r} is no time of day", "write it like 8:00 am")
    hour = int(match[1]) % 12 + 12 * (match[3] == "pm") if match[3] else int(match[1])
    return f"{hour:02d}:{match[2]}"


def _yearly(text: str) -> str | None:
    """A date without a year in words, such as `Jan 16`, as one of every year; None for any other text."""
    try:
        return f"--{datetime.strptime(f'2000 {text}', '%Y %b %d'):%m-%d}"
    except ValueError:
        return None


def _condition(given: Shape) -> tuple[tuple[str, ...] | None, dict[str, tuple[str, ...]]] | None:
    """The kinds and the attributes that an SLA policy is applicable to; None for what cannot be said."""
    kinds: tuple[str, ...] | None = None
    attributes: dict[str, tuple[str, ...]] = {}
    for name in given.keys():  # noqa: SIM118
        part = given.at(name)
        if not part:
            continue
        values = tuple(item.needed() for item in part.items()) if isinstance(part.value, list) else (part.needed(),)
        if name in _KINDS_OF:
            kinds = values
        elif name in _ATTRIBUTES:
            attributes[_ATTRIBUTES[name]] = values
        else:
            part.lose(f"the condition on {name!r} cannot be said: the SLA policy is left out")
            return None
    return kinds, attributes


def _targets(given: Shape) -> dict[str | None, dict[str, TargetText]]:
    targets: dict[str | None, dict[str, TargetText]] = {}
    for target in given.items():
        key = target.at("priority").needed()
        if key not in PRIORITIES:
            raise target.at("priority").error(f"{key!r} is no priority", f"use one of: {', '.join(PRIORITIES)}")
        calendar = None if target.at("business_hours").flag() else ALWAYS
        for name, measure in (("respond_within", "respond"), ("resolve_within", "resolve")):
            seconds = target.at(name).number()
            if seconds is not None and seconds < 0:
                raise target.at(name).error(f"{seconds} seconds are no target", "give 0 or more")
            if seconds is not None:
                targets.setdefault(PRIORITIES[key], {})[measure] = on_calendar(length_text(seconds), calendar)
        target.finish(("escalation_enabled", "id"))
    return targets
