"""Frappe's service level agreements: hours, holidays, and a target for each priority."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from slaclock.calendar.working_calendar import WorkingCalendar
from slaclock.desks.agreements import (
    Agreement,
    TargetText,
    calendar_key,
    length_text,
    on_calendar,
    open_always,
    policy_of,
)
from slaclock.desks.imported import Imported, Losses
from slaclock.desks.shapes import Shape
from slaclock.desks.zone_names import zone_name
from slaclock.errors import SlaClockError
from slaclock.policy.book import PolicyBook
from slaclock.policy.policy import Policy

from .words import ATTRIBUTES, KIND, STAMPS, records, states_of

_EQUALS = re.compile(r"""doc\.(\w+)\s*==\s*(?:"([^"]*)"|'([^']*)')""")
_Condition = tuple[tuple[str, ...] | None, dict[str, tuple[str, ...]], tuple[str, ...] | None]
"""The kinds, the attributes and the priorities of an agreement."""
_KNOWN_SLA = (
    *STAMPS, "service_level", "description", "enabled", "default_sla", "condition_json", "default_priority",
    "default_ticket_status", "ticket_reopen_status", "sla_fulfilled_on", "pause_sla_on", "agreement_type", "timezone",
)  # fmt: skip


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
    lists = {part.at("name").text(): part for part in records(documents, "hd_service_holiday_list", losses)}
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
    for ticket in records(documents, "hd_ticket", losses):
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
        if match is None or match[1] in values or match[1] not in (*ATTRIBUTES, "ticket_type", "priority"):
            given.lose("the condition cannot be said: the agreement is left out")
            return None
        values[match[1]] = match[2] or match[3] or ""
    kind, priority = values.get("ticket_type"), values.get("priority")
    attributes: dict[str, tuple[str, ...]] = {
        own: (values[name],) for name, own in ATTRIBUTES.items() if name in values
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


def _waits(documents: Mapping[str, object], agreements: list[Shape], losses: Losses) -> list[str]:
    for agreement in agreements:
        agreement.at("pause_sla_on")
    return [state for state in states_of(documents, losses).values() if state.startswith("paused:")]
