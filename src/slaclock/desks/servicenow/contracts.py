"""ServiceNow's SLA definitions: each is a target of a measure for what its start condition asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from slaclock.desks.agreements import (
    ALWAYS,
    Agreement,
    TargetText,
    always_open,
    calendar_key,
    length_text,
    on_calendar,
    open_always,
    policy_of,
)
from slaclock.desks.imported import Imported, Losses
from slaclock.desks.shapes import Shape
from slaclock.policy.book import PolicyBook
from slaclock.policy.policy import Policy

from .queries import values_of
from .records import KNOWN, records, seconds, shown, value
from .schedules import Schedules

HELD = {"1": "Awaiting Caller", "3": "Awaiting Problem", "4": "Awaiting Vendor", "5": "Awaiting Change"}
"""The reasons for which an incident is on hold, by their numbers."""
ON_HOLD = "On Hold"
"""The reason of a hold for which none is given."""
PRIORITIES = ("1", "2", "3", "4", "5")
ATTRIBUTES = {"company": "company", "assignment_group": "group", "location": "location"}
"""The fields of a task that are attributes of its ticket."""
_MEASURES = {"response": "respond", "resolution": "resolve"}
_KNOWN = (
    *KNOWN, "active", "description", "retroactive_pause", "workflow", "flow", "timezone_source", "timezone",
    "when_to_cancel", "when_to_resume", "enable_logging", "vendor", "service_commitment", "set_start_to", "display_sla",
    "relative_duration_works_on", "domain_path", "overrides", "resume_condition", "stop_condition", "cancel_condition",
    "advanced_condition_type", "condition_class", "condition_type", "start", "end", "number", "state",
    "short_description",
)  # fmt: skip


class _Definition(NamedTuple):
    name: str
    measure: str
    kind: str
    priorities: tuple[str, ...] | None
    applies_to: Mapping[str, tuple[str, ...]]
    schedule: str | None
    seconds: int
    pauses: tuple[str, ...]
    retroactive: bool | None


def policy(
    contract_sla: object,
    schedules: object = None,
    spans: object = None,
    others: object = None,
    *,
    timezone: str | None = None,
    name: str = "ServiceNow",
) -> Imported[Policy | PolicyBook]:
    """The policy of the SLA definitions and of the schedules, or the book where some are for companies or groups.

    A definition of a response is a target of `respond`, one of a resolution of `resolve`, for the priorities that its
    start condition names, on its schedule; where it is not retroactive it counts from when its priority was given. Its
    pause condition says which holds stop the measure. A definition that asks for more than values of active, priority,
    company, group and location is left out.
    """
    losses = Losses()
    tables = Schedules(schedules, spans, others, losses)
    document = Shape(contract_sla, ("contract_sla",), losses)
    read = [definition for part in records(document) if (definition := _definition(part)) is not None]
    if not read:
        document.lose("there is no SLA definition that can be kept: nothing has a target")
    keys = list(dict.fromkeys(own.schedule for own in read if own.schedule is not None))
    if keys or tables:
        main = tables.calendar(keys[0] if keys else None, timezone)
    else:
        main = open_always(timezone)
        losses.add(("cmn_schedule",), "there is no schedule: the desk is taken for one that is always open")
    others_named = {key: calendar_key(tables.name(key), number) for number, key in enumerate(keys[1:], start=2)}
    calendars: dict[str, Any] = {named: tables.calendar(key, timezone) for key, named in others_named.items()}
    if any(own.schedule is None for own in read):
        calendars[ALWAYS] = always_open(main.timezone)
    names: dict[str | None, str] = dict([*others_named.items(), (None, ALWAYS)])
    kinds = list(dict.fromkeys(["incident", *(own.kind for own in read)]))
    rules = _rules(read, losses)
    if len({tuple(own.applies_to.items()) for own in read if own.applies_to}) > 1:
        losses.add(
            ("contract_sla",), "of a task that meets the conditions of several SLAs on attributes, one set is kept"
        )
    common = {"name": name, "rules": rules, "calendar": main, "calendars": calendars, "pauses": _pauses(read, losses)}
    return Imported(policy_of(_agreements(read, names), kinds, PRIORITIES, common), losses.lost)


def _rules(read: list[_Definition], losses: Losses) -> dict[str, str]:
    """From when a target counts that comes with another priority: one that is not retroactive begins as it is met."""
    said = {own.retroactive for own in read if own.retroactive is not None}
    if len(said) > 1:
        losses.add(("contract_sla",), "some SLAs are retroactive and others are not: all are taken for such that are")
    return {} if not said else {"priority_change": "from-opening" if True in said else "restart"}


def _definition(part: Shape) -> _Definition | None:
    """A definition as far as it can be kept; None for one that cannot, or is not active."""
    name = shown(part.at("name")) or "SLA"
    if value(part.at("active")).text() not in (None, "true", "1"):
        return None
    kind = (value(part.at("type")).text() or "SLA").upper()
    target = value(part.at("target"))
    measure = _MEASURES.get((target.text() or "resolution").lower())
    start = value(part.at("start_condition"))
    asked = values_of(start.text() or "")
    length = seconds(part.at("duration"))
    lost: list[tuple[Shape, str]] = []
    if kind != "SLA":
        lost.append((part.at("type"), f"an agreement of the type {kind} is not with the customer"))
    if measure is None:
        lost.append((target, "neither a response nor a resolution"))
    if asked is None or not asked.keys() <= {"active", "priority", *ATTRIBUTES}:
        lost.append((start, "the condition cannot be said"))
    if value(part.at("duration_type")) or length is None:
        lost.append((part.at("duration"), "no duration of its own: a relative one is a script"))
    if lost or asked is None or measure is None or length is None:
        place, why = lost[0]
        place.lose(f"{why}: the SLA definition {name!r} is left out")
        return None
    source = (value(part.at("schedule_source")).text() or "sla_definition").lower()
    if source == "task_field":
        part.at("schedule_source").lose("a schedule that each task names is not kept: its own is taken")
    if value(part.at("reset_condition")):
        part.at("reset_condition").lose("an SLA that begins anew is not kept")
    schedule = None if source == "no_schedule" else value(part.at("schedule")).text()
    pauses = _paused(value(part.at("pause_condition")))
    definition = _Definition(
        name,
        measure,
        value(part.at("collection")).text() or "incident",
        asked.get("priority"),
        {ATTRIBUTES[field]: values for field, values in asked.items() if field in ATTRIBUTES},
        schedule,
        length,
        pauses,
        value(part.at("retroactive")).flag() if value(part.at("retroactive")) else None,
    )
    part.finish(_KNOWN)
    return definition


def _paused(condition: Shape) -> tuple[str, ...]:
    """The reasons that a pause condition names: those of the holds, or all of them."""
    every = (ON_HOLD, *HELD.values())
    if not condition:
        return ()
    asked = values_of(condition.text() or "")
    if asked is not None and asked.keys() <= {"state", "hold_reason", "active"} and asked.get("state") == ("3",):
        reasons = asked.get("hold_reason")
        return every if reasons is None else tuple(HELD.get(reason, ON_HOLD) for reason in reasons)
    condition.lose("the pause condition cannot be said: nothing stops the target")
    return ()


def _pauses(read: list[_Definition], losses: Losses) -> dict[str, list[str]]:
    pauses: dict[str, list[str]] = {reason: [] for reason in (ON_HOLD, *HELD.values())}
    first: dict[str, _Definition] = {}
    for own in read:
        if first.setdefault(own.measure, own).pauses != own.pauses:
            losses.add(
                ("contract_sla", own.name), f"the pauses are those of {first[own.measure].name!r}, for all of a measure"
            )
    for measure, own in first.items():
        for reason in own.pauses:
            pauses[reason].append(measure)
    return pauses


def _agreements(read: list[_Definition], names: Mapping[str | None, str]) -> list[Agreement]:
    """An agreement for each kind and condition, those with a condition first, with the targets of all that it meets."""
    conditions = [dict(own.applies_to) for own in read]
    distinct = [condition for number, condition in enumerate(conditions) if condition not in conditions[:number]]
    agreements: list[Agreement] = []
    for condition in sorted(distinct, key=lambda condition: not condition):
        for kind in dict.fromkeys(own.kind for own in read):
            targets: dict[str | None, dict[str, TargetText]] = {}
            title = ""
            # What is for everyone comes first, so that what is for some stands in its place.
            for own in sorted(read, key=lambda own: bool(own.applies_to)):
                if own.kind != kind or (own.applies_to and dict(own.applies_to) != condition):
                    continue
                title = own.name
                text = on_calendar(length_text(own.seconds), names.get(own.schedule))
                for priority in own.priorities or (None,):
                    targets.setdefault(priority, {})[own.measure] = text
            if targets:
                agreements.append(Agreement(title, targets, (kind,), condition))
    return agreements
