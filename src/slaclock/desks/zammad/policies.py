"""Zammad's calendars and SLAs: the first SLA by name whose condition fits a ticket holds."""

from __future__ import annotations

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

from .words import ATTRIBUTES, KIND, STAMPS, priorities_of, records, states_of

_TIMES = {
    "first_response_time": "respond", "response_time": "reply", "update_time": "update", "solution_time": "resolve",
}  # fmt: skip
_IS = ("is", "contains one", "has one of")
_KNOWN_CALENDAR = (*STAMPS, "default", "ical_url", "last_log", "last_sync", "name")


def calendar(document: object, *, timezone: str | None = None) -> Imported[WorkingCalendar]:
    """The working calendar of one calendar; its public holidays are those that are active.

    >>> hours = {"mon": {"active": True, "timeframes": [["09:00", "17:00"]]}}
    >>> made = calendar({"timezone": "Europe/Berlin", "business_hours": hours, "public_holidays": {}})
    >>> made.value.hours.to_text()
    {'mon': ['09:00-17:00']}
    """
    losses = Losses()
    return Imported(_calendar(Shape(document, ("calendars",), losses), timezone), losses.lost)


def policy(
    slas: object,
    calendars: object = None,
    ticket_states: object = None,
    ticket_priorities: object = None,
    *,
    timezone: str | None = None,
    name: str = "Zammad",
) -> Imported[Policy | PolicyBook]:
    """The policy of the SLAs, of which the first by name that fits holds; a book where some are for groups.

    Each counts on its own calendar, and the first one's is the main one. Conditions on the priority, group,
    organization and owner are kept, one on the state is taken for every state, and an SLA with any other is left out.
    States that ignore escalation are pauses.
    """
    losses = Losses()
    document = Shape(slas, ("slas",), losses)
    states, priorities = states_of(ticket_states, losses), priorities_of(ticket_priorities, losses)
    by_id = {part.at("id").needed(): part for part in records(Shape(calendars, ("calendars",), losses))}
    order = sorted(
        records(document), key=lambda part: (part.at("name").text() or "", part.at("created_at").text() or "")
    )
    used: dict[str, str | None] = {}
    agreements: list[Agreement] = []
    for part in order:
        condition = _condition(part.at("condition"), priorities)
        if condition is None:
            continue
        key = part.at("calendar_id")
        if key.needed() not in by_id:
            raise key.error(f"there is no calendar {key.needed()!r}", "export the calendars too")
        called = by_id[key.needed()].at("name").text() or ""
        used.setdefault(key.needed(), calendar_key(called, len(used) + 1) if used else None)
        title = part.at("name").text() or "SLA"
        targets: dict[str, TargetText] = {
            measure: on_calendar(length_text(minutes * 60), used[key.needed()])
            for field, measure in _TIMES.items()
            if (minutes := _minutes(part.at(field))) is not None
        }
        agreements.append(Agreement(title, {None: targets}, None, condition[1], condition[0]))
        part.finish(STAMPS)
    if not agreements:
        document.lose("there is no SLA that can be kept: nothing has a target")
    main: Any = [_calendar(by_id[key], timezone) for key in used]
    if not main:
        first = next(iter(by_id.values()), None)
        main = [open_always(timezone) if first is None else _calendar(first, timezone)]
    reasons = [state.removeprefix("paused:") for state in states.values() if state.startswith("paused:")]
    updates = {"starts": ["answered"], "ends": ["answered", "resolved"], "cycles": "each"}
    is_set = {measure for own in agreements for measure in own.targets[None]}
    measures = {"update": updates, "reply": {"from": "oldest"}}
    common = {
        "name": name,
        "calendar": main[0],
        "calendars": dict(zip(list(used.values())[1:], main[1:], strict=True)),
        "pauses": {reason: ["resolve", "update", "reply"] for reason in reasons},
        "measures": {name: rule for name, rule in measures.items() if name in is_set},
    }
    return Imported(policy_of(agreements, [KIND], list(priorities.values()), common), losses.lost)


def _calendar(part: Shape, timezone: str | None) -> WorkingCalendar:
    zone = part.at("timezone")
    hours = part.at("business_hours")
    week: dict[str, list[str]] = {}
    for day in hours.keys():  # noqa: SIM118 - the names of the fields of a part
        times = hours.at(day)
        frames = [[end.needed() for end in frame.items()] for frame in times.at("timeframes").items()]
        if times.at("active").flag():
            bad = next((frame for frame in frames if len(frame) != 2), None)
            if bad is not None:
                raise times.error(f"{bad} is no timeframe", 'write it like ["09:00", "17:00"]')
            week[day] = ["-".join(frame) for frame in frames]
    days = part.at("public_holidays")
    holidays = {
        day: days.at(day).at("summary").text() or "holiday"
        for day in days.keys()  # noqa: SIM118
        if days.at(day).at("active").flag()
    }
    part.finish(_KNOWN_CALENDAR)
    try:
        return WorkingCalendar(timezone=zone_name(timezone or zone.needed()), hours=week, holidays=holidays)
    except SlaClockError as error:
        raise error.within(*part.path) from None


def _minutes(field: Shape) -> int | None:
    minutes = field.number()
    if minutes is not None and minutes < 0:
        raise field.error(f"{minutes} minutes are no target", "give 0 or more")
    return minutes or None  # an empty field is answered as 0 too


def _condition(given: Shape, priorities: Mapping[str, str]) -> tuple[Any, dict[str, tuple[str, ...]]] | None:
    """The priorities and the attributes that an SLA asks for; None where it asks for what cannot be said."""
    if given.at("conditions"):
        if (given.at("operator").text() or "AND").upper() != "AND":
            given.lose("a choice of conditions cannot be said: the SLA is left out")
            return None
        parts = [(part.at("name").needed(), part) for part in given.at("conditions").items()]
    else:
        parts = [(name, given.at(name)) for name in given.keys() if name != "conditions"]  # noqa: SIM118
    chosen: tuple[str, ...] | None = None
    attributes: dict[str, tuple[str, ...]] = {}
    for name, part in parts:
        value = part.at("value")
        several = [item.needed() for item in value.items()] if isinstance(value.value, list) else [value.text() or ""]
        if name == "ticket.state_id":
            part.lose("the condition on the state is not kept: the SLA counts in every state")
        elif (name != "ticket.priority_id" and name not in ATTRIBUTES) or part.at("operator").text() not in _IS:
            part.lose(f"the condition on {name!r} cannot be said: the SLA is left out")
            return None
        elif name == "ticket.priority_id":
            chosen = tuple(priorities.get(key, key) for key in several)
        else:
            attributes[ATTRIBUTES[name]] = tuple(several)
    return chosen, attributes
