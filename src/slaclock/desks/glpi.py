"""GLPI: calendars with their segments and holidays, SLAs with their levels, tickets and the log of their changes.

The shapes are those of GLPI's REST API (https://github.com/glpi-project/glpi/blob/main/apirest.md), each file the
answer of an item type: `Calendar`, `CalendarSegment`, `Calendar_Holiday`, `Holiday`, `SLA`, `SlaLevel`, `Ticket`,
`Log`. In GLPI a ticket is given its SLAs by rules, so that here they are attributes, and the policies of a book are
chosen by them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from slaclock.calendar.hours import WEEKDAYS
from slaclock.calendar.working_calendar import WorkingCalendar
from slaclock.errors import SlaClockError
from slaclock.policy.book import PolicyBook
from slaclock.policy.policy import Policy
from slaclock.temporal.instants import find_zone, to_micros
from slaclock.tickets.tickets import Ticket

from .agreements import ALWAYS, Agreement, TargetText, always_open, calendar_key, length_text, on_calendar, policy_of
from .histories import CLOSED, RESOLVED, RUNNING, Courses, History, paused, tickets_of
from .imported import Desk, Imported, Losses
from .shapes import Shape
from .zone_names import zone_name

FILES = {
    "Calendar": "GET /apirest.php/Calendar",
    "CalendarSegment": "GET /apirest.php/CalendarSegment",
    "Calendar_Holiday": "GET /apirest.php/Calendar_Holiday",
    "Holiday": "GET /apirest.php/Holiday",
    "SLA": "GET /apirest.php/SLA",
    "SlaLevel": "GET /apirest.php/SlaLevel",
    "Ticket": "GET /apirest.php/Ticket",
    "Log": "GET /apirest.php/Ticket/{id}/Log, those of all tickets in one list",
}
"""The files of an export by their names without `.json`, and what each is an answer of."""
PENDING = "pending"
_TABLES = ("Calendar", "CalendarSegment", "Calendar_Holiday", "Holiday")
_KINDS = {"1": "incident", "2": "request"}
_STATES = {"1": RUNNING, "2": RUNNING, "3": RUNNING, "4": paused(PENDING), "5": RESOLVED, "6": CLOSED}
_PRIORITIES = ("6", "5", "4", "3", "2", "1")
_MEASURES = {0: ("resolve", "sla_ttr", "slas_id_ttr"), 1: ("respond", "sla_tto", "slas_id_tto")}
"""Of each type of SLA the measure, the attribute of a ticket, and its field."""
_OPTIONS = {"3": "priority", "10": "urgency", "11": "impact", "7": "category", "14": "kind", "12": "status"}
"""The search options by which a log names the fields of a ticket."""
_UNITS = {"minute": 60, "hour": 3_600}
_DAYS = {"day": 1, "month": 30}
_STAMPS = ("id", "name", "comment", "entities_id", "is_recursive", "date_mod", "date_creation", "links")
_KNOWN_SLA = (*_STAMPS, "slms_id", "use_ticket_calendar", "max_closedate", "calendars_id", "end_of_working_day")
_KNOWN_TICKET = (
    *_STAMPS, "date", "closedate", "solvedate", "users_id_lastupdater", "users_id_recipient", "requesttypes_id",
    "content", "global_validation", "slalevels_id_ttr", "time_to_own", "time_to_resolve", "begin_waiting_date",
    "sla_waiting_duration", "ola_waiting_duration", "olas_id_tto", "olas_id_ttr", "olalevels_id_ttr",
    "ola_ttr_begin_date", "ola_tto_begin_date", "internal_time_to_resolve", "internal_time_to_own", "waiting_duration",
    "close_delay_stat", "solve_delay_stat", "takeintoaccount_delay_stat", "takeintoaccountdate", "actiontime",
    "is_deleted", "locations_id", "validation_percent", "externalid", "tickettemplates_id", "tickets_id_survey",
)  # fmt: skip


def desk(documents: Mapping[str, object], *, timezone: str | None = None, name: str = "GLPI") -> Imported[Desk]:
    """The desk of an export: documents by the names of `FILES`, any of which may be missing.

    GLPI says no time zone: times are in `timezone`, or else in UTC, which is noted.
    """
    losses = Losses()
    if timezone is None:
        losses.add(("Calendar",), "GLPI says no time zone, and none is given: its times are read in UTC")
    zone = zone_name(timezone or "UTC")
    made = tickets(documents.get("Ticket"), documents.get("Log"), timezone=zone)
    agreed = policy(documents, made.value, timezone=zone, name=name)
    return Imported(Desk(agreed.value, made.value), (*losses.lost, *agreed.lost, *made.lost))


def calendar(
    documents: Mapping[str, object], *, calendar: str | None = None, timezone: str = "UTC"
) -> Imported[WorkingCalendar]:
    """The working calendar of the calendar of an id, or of the first; `documents` are those of an export.

    Days count as GLPI counts them, to the same time of the last.
    """
    losses = Losses()
    made = _calendars(documents, timezone, losses)
    key = next(iter(made), None) if calendar is None else calendar
    if key is None or key not in made:
        remedy = f"export it too (there: {', '.join(made) or 'none'})"
        raise Shape(key, ("Calendar",), losses).error(f"there is no calendar {key!r}", remedy)
    return Imported(made[key][1], losses.lost)


def policy(
    documents: Mapping[str, object], tickets: Sequence[Ticket], *, timezone: str = "UTC", name: str = "GLPI"
) -> Imported[Policy | PolicyBook]:
    """The book of the SLAs that tickets have, chosen by the attributes `sla_ttr` and `sla_tto`.

    An SLA to resolve is a target of `resolve`, one to own of `respond`, on its calendar, or round the clock where it
    has none. Its levels are warnings, where no other SLA is for the same measure.
    """
    losses = Losses()
    made = _calendars(documents, timezone, losses)
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
        slas[part.at("id").needed()] = (part.at("name").text() or "SLA", _MEASURES[_type(part)][0], text)
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
    return Imported(policy_of(agreements, [*_KINDS.values()], _PRIORITIES, common), losses.lost)


def tickets(ticket: object, log: object = None, *, timezone: str = "UTC") -> Imported[tuple[Ticket, ...]]:
    """The tickets of the answer and of their log.

    The log tells statuses, priorities, urgencies, impacts, categories and types; a ticket without it has its
    `solvedate`. The first response is `takeintoaccountdate`, or else when the ticket left the status New.
    """
    losses = Losses()
    zone = find_zone(timezone)
    courses: dict[str, Courses] = {}
    entries = Shape(log, ("Log",), losses)
    for entry in entries.listed("data") if entries else ():
        field = _OPTIONS.get(entry.at("id_search_option").text() or "")
        if field is not None and (entry.at("itemtype").text() or "Ticket") == "Ticket":
            at = entry.at("date_mod").needed_instant(zone)
            before, after = (_plain(entry.at(end).text()) for end in ("old_value", "new_value"))
            courses.setdefault(entry.at("items_id").needed(), {}).setdefault(field, []).append((at, before, after))
    histories: list[History] = []
    document = Shape(ticket, ("Ticket",), losses)
    for part in document.listed("data") if document else ():
        histories.append(_history(part, courses.pop(part.at("id").needed(), {}), zone))
    for key in courses:
        losses.add(("Log",), f"there is no ticket {key!r} for some of these")
    return Imported(tickets_of(histories), losses.lost)


def _history(part: Shape, courses: Courses, zone: ZoneInfo) -> History:
    made = History(part.at("id").needed(), part.at("date").needed_instant(zone), part.path)
    for name in ("priority", "urgency", "impact"):
        made.follow(name, part.at(name).text(), courses.get(name, ()))
    made.follow("category", _given(part.at("itilcategories_id")), courses.get("category", ()))
    kinds = [(at, _KINDS.get(old or ""), _KINDS.get(new or "", new)) for at, old, new in courses.get("kind", ())]
    made.follow("kind", _KINDS.get(part.at("type").text() or "1"), kinds)
    made.values["kind"] = made.values["kind"] or "incident"
    for _, attribute, field in _MEASURES.values():
        made.values[attribute] = _given(part.at(field))
    status = part.at("status")
    steps = sorted(courses.get("status", ()), key=lambda change: to_micros(change[0]))
    for at, state in [(made.opened, steps[0][1]), *((at, new) for at, _, new in steps)] if steps else []:
        made.state(at, _state(state, status))
        if state not in (None, "1") and "responded" not in made.given:
            made.given["responded"] = max(at, made.opened, key=to_micros)
    if not steps:
        state = _state(status.text(), status)
        ends = [part.at(name).instant(zone) for name in ("solvedate", "closedate")]
        done = next((end for end in ends if end is not None), None)
        if state in (RESOLVED, CLOSED) and done is not None:
            made.state(done, state)
        elif state != RUNNING:
            status.lose("since when the ticket is so is not said without its log: it is kept as running")
    owned = _owned(part, made.opened, zone)
    if owned is not None:
        made.given["responded"] = owned
    if part.at("is_deleted").flag():
        part.at("is_deleted").lose("when the ticket was deleted is not said: it is kept")
    for name in ("olas_id_tto", "olas_id_ttr"):
        if _given(part.at(name)) is not None:
            part.at(name).lose("an OLA is not with the customer, and is not kept")
    part.finish(_KNOWN_TICKET)
    return made


def _owned(part: Shape, opened: datetime, zone: ZoneInfo) -> datetime | None:
    at = part.at("takeintoaccountdate").instant(zone)
    return None if at is None else max(at, opened, key=to_micros)


def _given(field: Shape) -> str | None:
    """The id that a field holds, which is 0 where there is none."""
    text = field.text()
    return None if text == "0" else text


def _plain(text: str | None) -> str | None:
    """A value of a log, which names things with their ids: `Network (7)`."""
    if text is None or not text.endswith(")"):
        return text
    return text.rpartition("(")[2].removesuffix(")").strip() or text


def _state(text: str | None, part: Shape) -> str:
    if (text or "1") not in _STATES:
        raise part.error(f"the status {text!r} is not known", f"use one of: {', '.join(_STATES)}")
    return _STATES[text or "1"]


def _calendars(
    documents: Mapping[str, object], timezone: str, losses: Losses
) -> dict[str, tuple[str, WorkingCalendar]]:
    """The calendars by their ids, each with its name."""
    tables = (Shape(documents.get(name), (name,), losses) for name in _TABLES)
    calendars, segments, joints, holidays = (list(table.listed("data")) if table else [] for table in tables)
    days = {part.at("id").needed(): _holiday(part) for part in holidays}
    made: dict[str, tuple[str, WorkingCalendar]] = {}
    for part in calendars:
        key = part.at("id").needed()
        week: dict[str, list[str]] = {}
        for segment in segments:
            if segment.at("calendars_id").text() != key:
                continue
            day = segment.at("day").number()
            if day is None or not 0 <= day <= 6:
                raise segment.at("day").error(f"{day} is no day of the week", "give 0 for Sunday to 6")
            week.setdefault(WEEKDAYS[day - 1], []).append(
                f"{segment.at('begin').needed()}-{segment.at('end').needed()}"
            )
        closed = {}
        for joint in joints:
            holiday = joint.at("holidays_id").text() or ""
            if joint.at("calendars_id").text() == key and holiday in days:
                closed.update(days[holiday])
        part.finish((*_STAMPS, "cache_duration"))
        try:
            hours = WorkingCalendar(timezone=timezone, hours=week, holidays=closed, day_rule="same-time")
        except SlaClockError as error:
            raise error.within(*part.path) from None
        made[key] = part.at("name").text() or key, hours
    return made


def _holiday(part: Shape) -> dict[str, str]:
    first, last = part.at("begin_date").day(), part.at("end_date").day()
    if first is None or (last is not None and last < first):
        raise part.error(f"{first} to {last} are no days of a holiday", "give begin_date and end_date in order")
    name = part.at("name").text() or "holiday"
    last = last or first
    every = part.at("is_perpetual").flag()
    ends = [f"--{day:%m-%d}" if every else str(day) for day in (first, last)]
    return {ends[0] if first == last else "/".join(ends): name}


def _type(part: Shape) -> int:
    kind = part.at("type").number() or 0
    if kind not in _MEASURES:
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
        own = tuple(
            (name, key) for _, name, _ in _MEASURES.values() if (key := ticket.attributes.get(name)) is not None
        )
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
