"""GLPI's SLAs, which rules give to tickets: each pair of them that tickets have is a policy of a book."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from slaclock.calendar.working_calendar import WorkingCalendar
from slaclock.desks.agreements import (
    ALWAYS,
    Agreement,
    TargetText,
    always_open,
    calendar_key,
    length_text,
    on_calendar,
    policy_of,
)
from slaclock.desks.imported import Imported, Losses
from slaclock.desks.shapes import Shape
from slaclock.policy.book import PolicyBook
from slaclock.policy.policy import Policy
from slaclock.tickets.tickets import Ticket

from .calendars import calendars_of
from .words import KINDS, MEASURES, PENDING, STAMPS

_PRIORITIES = ("6", "5", "4", "3", "2", "1")
_UNITS = {"minute": 60, "hour": 3_600}
_DAYS = {"day": 1, "month": 30}
_KNOWN_SLA = (*STAMPS, "slms_id", "use_ticket_calendar", "max_closedate", "calendars_id", "end_of_working_day")


def policy(
    documents: Mapping[str, object], tickets: Sequence[Ticket], *, timezone: str = "UTC", name: str = "GLPI"
) -> Imported[Policy | PolicyBook]:
    """The book of the SLAs that tickets have, chosen by the attributes `sla_ttr` and `sla_tto`.

    An SLA to resolve is a target of `resolve`, one to own of `respond`, on its calendar, or round the clock where it
    has none. Its levels are warnings, where no other SLA is for the same measure.
    """
    losses = Losses()
    made = calendars_of(documents, timezone, losses)
    document = Shape(documents.get("SLA"), ("SLA",), losses)
    parts = list(document.listed("data")) if document else []
    used = list(dict.fromkeys(key for part in parts if (key := part.at("calendars_id").text()) in made))
    keys = {key: calendar_key(made[key][0], n) if n > 1 else None for n, key in enumerate(used, start=1)}
    slas: dict[str, tuple[str, str, TargetText]] = {}
    for part in parts:
        key = part.at("calendars_id").text()
        called = ALWAYS if key in (None, "0") else keys.get(key) if key in made else None
        if key not in (None, "0", *made):
            part.at("calendars_id").lose("the calendar is not exported: the main one is taken")
        text = on_calendar(_length(part, round_the_clock=called == ALWAYS), called)
        slas[part.at("id").needed()] = (part.at("name").text() or "SLA", MEASURES[_type(part)][0], text)
        if part.at("use_ticket_calendar").flag():
            part.at("use_ticket_calendar").lose("the calendar of each ticket's entity is not kept: its own is taken")
        part.finish(_KNOWN_SLA)
    main = made[used[0]][1] if used else WorkingCalendar.model_validate(always_open(timezone))
    others: dict[str, Any] = {called: made[key][1] for key, called in keys.items() if called is not None}
    if any(ALWAYS in str(text) for _, _, text in slas.values()):
        others[ALWAYS] = always_open(timezone)
    common = {
        "name": name,
        "calendar": main,
        "calendars": others,
        "pauses": {PENDING: ["resolve"]},
        "warnings": _warnings(Shape(documents.get("SlaLevel"), ("SlaLevel",), losses), slas),
    }
    agreements = _agreements(tickets, slas, losses)
    if not agreements:
        document.lose("no ticket has an SLA that is exported: nothing has a target")
    return Imported(policy_of(agreements, [*KINDS.values()], _PRIORITIES, common), losses.lost)


def _type(part: Shape) -> int:
    kind = part.at("type").number() or 0
    if kind not in MEASURES:
        raise part.at("type").error(f"{kind} is no type of an SLA", "use 0 to resolve, 1 to own")
    return kind


def _length(part: Shape, *, round_the_clock: bool) -> str:
    """The length of an SLA as a target; a month is 30 working days, as GLPI counts it."""
    number, unit = part.at("number_time").number(), part.at("definition_time").needed()
    if number is None or number < 0 or unit not in (*_UNITS, *_DAYS):
        raise part.error(f"{number} {unit} is no length of time", "give number_time, in minute, hour, day or month")
    if unit in _UNITS:
        return length_text(number * _UNITS[unit])
    days = number * _DAYS[unit]
    if round_the_clock:
        return length_text(days * 86_400)
    return f"{days} days by close" if part.at("end_of_working_day").flag() else f"{days} days"


def _agreements(
    tickets: Sequence[Ticket], slas: Mapping[str, tuple[str, str, TargetText]], losses: Losses
) -> list[Agreement]:
    """An agreement for each pair of SLAs that tickets have, those of both before those of one."""
    pairs: dict[tuple[tuple[str, str], ...], None] = {}
    for ticket in tickets:
        own = tuple((name, key) for _, name, _ in MEASURES.values() if (key := ticket.attributes.get(name)) is not None)
        for name, key in own:
            if key not in slas:
                losses.add(("SLA",), f"there is no SLA {key!r}, which some tickets have as {name}")
        known = tuple((name, key) for name, key in own if key in slas)
        if known:
            pairs[known] = None
    return [
        Agreement(
            " / ".join(slas[key][0] for _, key in pair),
            {None: {slas[key][1]: slas[key][2] for _, key in pair}},
            None,
            {name: (key,) for name, key in pair},
        )
        for pair in sorted(pairs, key=len, reverse=True)
    ]


def _warnings(levels: Shape, slas: Mapping[str, tuple[str, str, TargetText]]) -> dict[str, dict[str, str]]:
    warnings: dict[str, dict[str, str]] = {}
    for level in levels.listed("data") if levels else ():
        key, seconds = level.at("slas_id").text() or "", level.at("execution_time").number()
        name = level.at("name").text() or f"level {level.at('id').text()}"
        if not (level.at("is_active").flag() if level.at("is_active") else True) or key not in slas:
            continue
        measure = slas[key][1]
        if sum(own == measure for _, own, _ in slas.values()) > 1 or not seconds:
            level.lose("a warning is for all SLAs of a measure, and this one is not the only one, or says no time")
            continue
        length = length_text(abs(seconds))
        when = f"{length} {'before' if seconds < 0 else 'after'} due"
        warnings[name] = {"at": when, "measure": measure, "text": name}
    return warnings
