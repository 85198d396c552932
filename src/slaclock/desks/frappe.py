"""Frappe Helpdesk: service level agreements with their holiday lists, tickets with their versions and mails.

The shapes are those of the doctypes of https://github.com/frappe/helpdesk (`HD Service Level Agreement`,
`HD Service Holiday List`, `HD Ticket`, `HD Ticket Status`) and of Frappe's own `Version`, `Communication` and
`System Settings`, as the REST API answers them (https://docs.frappe.io/framework/user/en/api/rest): `{"data": [...]}`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from slaclock.calendar.working_calendar import WorkingCalendar
from slaclock.errors import SlaClockError
from slaclock.policy.book import PolicyBook
from slaclock.policy.policy import Policy
from slaclock.temporal.instants import find_zone, to_micros
from slaclock.tickets.tickets import Ticket

from .agreements import Agreement, TargetText, calendar_key, length_text, on_calendar, open_always, policy_of
from .histories import RESOLVED, RUNNING, Courses, History, paused, tickets_of
from .imported import Desk, Imported, Losses
from .shapes import Shape
from .zone_names import zone_name

FILES = {
    "hd_service_level_agreement": "GET /api/resource/HD Service Level Agreement/{name}, all of them in one list",
    "hd_service_holiday_list": "GET /api/resource/HD Service Holiday List/{name}, all of them in one list",
    "hd_ticket_status": 'GET /api/resource/HD Ticket Status?fields=["*"]',
    "hd_ticket": 'GET /api/resource/HD Ticket?fields=["*"]',
    "version": 'GET /api/resource/Version?fields=["*"]&filters=[["ref_doctype","=","HD Ticket"]]',
    "communication": 'GET /api/resource/Communication?fields=["*"]',
    "system_settings": "GET /api/resource/System Settings/System Settings, for the time zone",
}
"""The files of an export by their names without `.json`, and what each is an answer of."""
KIND = "ticket"
"""The kind of a ticket without a type."""
_STATES = {"open": RUNNING, "replied": paused("Replied"), "resolved": RESOLVED, "closed": RESOLVED}
_ATTRIBUTES = {"customer": "customer", "agent_group": "team"}
_EQUALS = re.compile(r"""doc\.(\w+)\s*==\s*(?:"([^"]*)"|'([^']*)')""")
_Condition = tuple[tuple[str, ...] | None, dict[str, tuple[str, ...]], tuple[str, ...] | None]
"""The kinds, the attributes and the priorities of an agreement."""
_STAMPS = ("name", "owner", "creation", "modified", "modified_by", "docstatus", "idx", "doctype", "_user_tags")
_KNOWN_SLA = (
    *_STAMPS, "service_level", "description", "enabled", "default_sla", "condition_json", "default_priority",
    "default_ticket_status", "ticket_reopen_status", "sla_fulfilled_on", "pause_sla_on", "agreement_type", "timezone",
)  # fmt: skip
_KNOWN_TICKET = (
    *_STAMPS, "subject", "raised_by", "contact", "description", "opening_date", "opening_time", "resolution_date",
    "resolution_time", "resolution_details", "resolution_by", "response_by", "response_date", "sla", "sla_creation",
    "service_level_agreement_creation", "agreement_status", "total_hold_time", "user_resolution_time", "on_hold_since",
    "avg_response_time", "first_response_time", "via_customer_portal", "attachment", "content_type", "email_account",
    "feedback", "feedback_rating", "feedback_text", "feedback_extra", "template", "split_from", "ticket_split_from",
    "is_merged", "merged_with", "_assign", "_comments", "_liked_by", "_seen", "status_category", "key",
    "last_agent_response", "last_customer_response", "naming_series",
)  # fmt: skip


def desk(documents: Mapping[str, object], *, timezone: str | None = None, name: str = "Frappe") -> Imported[Desk]:
    """The desk of an export: documents by the names of `FILES`, any of which may be missing.

    Times are in `timezone`, or in that of the system settings or of an agreement, or else in UTC, which is noted.
    """
    losses = Losses()
    zone = timezone or _zone(documents, losses)
    agreed = policy(documents, timezone=zone, name=name)
    made = tickets(documents, timezone=zone)
    return Imported(Desk(agreed.value, made.value), (*losses.lost, *agreed.lost, *made.lost))


def calendar(agreement: object, holiday_list: object = None, *, timezone: str = "UTC") -> Imported[WorkingCalendar]:
    """The calendar of an agreement, and of its holiday list."""
    losses = Losses()
    days = Shape(holiday_list, ("hd_service_holiday_list",), losses)
    return Imported(_calendar(Shape(agreement, ("hd_service_level_agreement",), losses), days, timezone), losses.lost)


def policy(
    documents: Mapping[str, object], *, timezone: str = "UTC", name: str = "Frappe"
) -> Imported[Policy | PolicyBook]:
    """The policy of the enabled agreements, the default one last; a book where some are for customers or teams.

    A condition that is more than equalities of customer, team and type is not read, and its agreement left out. Each
    agreement counts on its own hours and holidays, and the default one's are the main calendar.
    """
    losses = Losses()
    document = Shape(documents.get("hd_service_level_agreement"), ("hd_service_level_agreement",), losses)
    lists = {part.at("name").text(): part for part in _all(documents, "hd_service_holiday_list", losses)}
    parts = list(document.listed("data")) if document else []
    parts = [part for part in parts if part.at("enabled").value is None or part.at("enabled").flag()]
    parts.sort(key=lambda part: part.at("default_sla").flag())
    agreements: list[Agreement] = []
    calendars: dict[WorkingCalendar, str | None] = {}
    read: list[tuple[Shape, str, _Condition, WorkingCalendar]] = []
    kinds, priorities = [KIND], ["Urgent", "High", "Medium", "Low"]
    for part in parts:
        condition = _condition(part)
        if condition is None:
            continue
        days = lists.get(part.at("holiday_list").text(), Shape(None, part.at("holiday_list").path, losses))
        if part.at("holiday_list") and not days:
            part.at("holiday_list").lose("the holiday list is not exported: the desk is taken for open on holidays")
        title = part.at("service_level").text() or part.at("name").text() or "SLA"
        hours = _calendar(part, days, timezone)
        if hours not in calendars:
            calendars[hours] = calendar_key(title, len(calendars) + 1)
        if part.at("default_sla").flag():
            calendars[hours] = None
        read.append((part, title, condition, hours))
        kinds += [kind for kind in condition[0] or () if kind not in kinds]
        for end in ("start_date", "end_date"):
            if part.at(end):
                part.at(end).lose("the dates of an agreement are not kept: it is taken for one that always holds")
    main = next((hours for hours, key in calendars.items() if key is None), next(iter(calendars), None))
    if main is not None:
        calendars[main] = None
    for part, title, condition, hours in read:
        targets = _targets(part, calendars[hours])
        priorities += [key for key in targets if key is not None and key not in priorities]
        agreements.append(Agreement(title, targets, *condition))
        part.finish(_KNOWN_SLA)
    for ticket in _all(documents, "hd_ticket", losses):
        kind, priority = ticket.at("ticket_type").text(), ticket.at("priority").text()
        kinds += [kind] if kind is not None and kind not in kinds else []
        priorities += [priority] if priority is not None and priority not in priorities else []
    if not agreements:
        document.lose("there is no agreement that can be kept: nothing has a target")
    common: dict[str, Any] = {
        "name": name,
        "calendar": main or open_always(timezone),
        "calendars": {key: hours for hours, key in calendars.items() if key is not None},
        "pauses": {state.removeprefix("paused:"): ["resolve"] for state in _waits(documents, parts, losses)},
    }
    return Imported(policy_of(agreements, kinds, priorities, common), losses.lost)


def tickets(documents: Mapping[str, object], *, timezone: str = "UTC") -> Imported[tuple[Ticket, ...]]:
    """The tickets, with their versions and mails.

    Versions tell statuses, priorities, types, customers and teams; a mail received is `asked`, one sent `answered`. A
    ticket without versions has its `resolution_date`.
    """
    losses = Losses()
    zone = find_zone(zone_name(timezone))
    states = _states(documents, losses)
    courses: dict[str, Courses] = {}
    for version in _all(documents, "version", losses):
        if (version.at("ref_doctype").text() or "HD Ticket") == "HD Ticket":
            _changes(version, zone, courses.setdefault(version.at("docname").needed(), {}))
    mails: dict[str, list[Shape]] = {}
    for mail in _all(documents, "communication", losses):
        mails.setdefault(mail.at("reference_name").text() or "", []).append(mail)
    histories: list[History] = []
    for part in _all(documents, "hd_ticket", losses):
        key = part.at("name").needed()
        own = courses.pop(key, {})
        made = History(key, _opened(part, zone), part.path)
        made.follow("priority", part.at("priority").text(), own.get("priority", ()))
        kinds = [(at, before or KIND, after or KIND) for at, before, after in own.get("ticket_type", ())]
        made.follow("kind", part.at("ticket_type").text() or KIND, kinds)
        for name, attribute in _ATTRIBUTES.items():
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


def _all(documents: Mapping[str, object], name: str, losses: Losses) -> list[Shape]:
    document = Shape(documents.get(name), (name,), losses)
    return list(document.listed("data", "message")) if document else []


def _zone(documents: Mapping[str, object], losses: Losses) -> str:
    settings = Shape(documents.get("system_settings"), ("system_settings",), losses)
    part = settings.way("data", "time_zone") if settings else settings
    names = [part.text() if part else None]
    names += [own.at("timezone").text() for own in _all(documents, "hd_service_level_agreement", losses)]
    name = next((name for name in names if name is not None), None)
    if name is None:
        losses.add(("system_settings",), "no time zone is given: times are read in UTC")
    return zone_name(name or "UTC")


def _calendar(part: Shape, days: Shape, timezone: str) -> WorkingCalendar:
    week: dict[str, list[str]] = {}
    for day in part.at("support_and_resolution").items():
        times = [day.at(name).needed() for name in ("start_time", "end_time")]
        ends = ["24:00" if time == "23:59:59" else time.partition(".")[0] for time in times]
        week.setdefault(day.at("workday").needed(), []).append("-".join(ends))
    holidays = {
        str(holiday.at("holiday_date").day()): re.sub(r"<[^>]*>", "", holiday.at("description").text() or "holiday")
        for holiday in days.at("holidays").items()
        if holiday.at("holiday_date").day() is not None
    }
    try:
        return WorkingCalendar(timezone=zone_name(timezone), hours=week, holidays=holidays)
    except SlaClockError as error:
        raise error.within(*part.path) from None


def _condition(part: Shape) -> _Condition | None:
    """The kinds, the attributes and the priorities that an agreement is for; None for what cannot be said."""
    given = part.at("condition")
    text = given.text()
    if part.at("default_sla").flag() or text is None:
        return None if not part.at("default_sla").flag() and _not_said(part) else (None, {}, None)
    values: dict[str, str] = {}
    for term in re.split(r"\s+and\s+", text.strip()):
        match = _EQUALS.fullmatch(term.strip().removeprefix("(").removesuffix(")").strip())
        if match is None or match[1] in values or match[1] not in (*_ATTRIBUTES, "ticket_type", "priority"):
            given.lose("the condition cannot be said: the agreement is left out")
            return None
        values[match[1]] = match[2] or match[3] or ""
    kind, priority = values.get("ticket_type"), values.get("priority")
    attributes: dict[str, tuple[str, ...]] = {
        own: (values[name],) for name, own in _ATTRIBUTES.items() if name in values
    }
    return (None if kind is None else (kind,)), attributes, (None if priority is None else (priority,))


def _not_said(part: Shape) -> bool:
    part.at("condition").lose("neither a condition nor the default: the agreement is for no ticket, and is left out")
    return True


def _targets(part: Shape, calendar: str | None) -> dict[str | None, dict[str, TargetText]]:
    targets: dict[str | None, dict[str, TargetText]] = {}
    resolves = part.at("apply_sla_for_resolution")
    for row in part.at("priorities").items():
        own = targets.setdefault(row.at("priority").needed(), {})
        for name, measure in (("response_time", "respond"), ("resolution_time", "resolve")):
            seconds = row.at(name).number()
            if seconds is not None and seconds < 0:
                raise row.at(name).error(f"{seconds} seconds are no target", "give 0 or more")
            if seconds and (measure == "respond" or resolves.value is None or resolves.flag()):
                own[measure] = on_calendar(length_text(seconds), calendar)
    return targets


def _states(documents: Mapping[str, object], losses: Losses) -> dict[str, str]:
    """What each status means, by its name in small letters: by its category, or by the agreements' lists of pauses."""
    states = dict(_STATES)
    for agreement in _all(documents, "hd_service_level_agreement", losses):
        for row in agreement.at("pause_sla_on").items():
            name = row.at("status").needed()
            states[name.lower()] = paused(name)
    for part in _all(documents, "hd_ticket_status", losses):
        name = (part.at("label_agent") if part.at("label_agent") else part.at("name")).needed()
        category = part.at("category").text()
        meaning = {"Open": RUNNING, "Paused": paused(name), "Resolved": RESOLVED}.get(category or "")
        if meaning is None:
            raise part.at("category").error(f"{category!r} is no category", "use Open, Paused or Resolved")
        states[name.lower()] = meaning
    return states


def _waits(documents: Mapping[str, object], agreements: list[Shape], losses: Losses) -> list[str]:
    for agreement in agreements:
        agreement.at("pause_sla_on")
    return [state for state in _states(documents, losses).values() if state.startswith("paused:")]


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
            if name in ("status", "priority", "ticket_type", *_ATTRIBUTES):
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
