"""GLPI's tickets: what they are, and from the log of their fields what became of them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from slaclock.desks.histories import CLOSED, RESOLVED, RUNNING, Courses, History, paused, tickets_of
from slaclock.desks.imported import Imported, Losses
from slaclock.desks.shapes import Shape
from slaclock.temporal.instants import find_zone, to_micros
from slaclock.tickets.tickets import Ticket

from .words import KINDS, MEASURES, PENDING, STAMPS

_STATES = {"1": RUNNING, "2": RUNNING, "3": RUNNING, "4": paused(PENDING), "5": RESOLVED, "6": CLOSED}
_OPTIONS = {"3": "priority", "7": "category", "14": "kind", "12": "status"}
"""The search options by which a log names the fields of a ticket."""
_KNOWN_TICKET = (
    *STAMPS, "date", "closedate", "solvedate", "users_id_lastupdater", "users_id_recipient", "requesttypes_id",
    "content", "global_validation", "slalevels_id_ttr", "time_to_own", "time_to_resolve", "begin_waiting_date",
    "sla_waiting_duration", "ola_waiting_duration", "olas_id_tto", "olas_id_ttr", "olalevels_id_ttr",
    "ola_ttr_begin_date", "ola_tto_begin_date", "internal_time_to_resolve", "internal_time_to_own", "waiting_duration",
    "close_delay_stat", "solve_delay_stat", "takeintoaccount_delay_stat", "takeintoaccountdate", "actiontime",
    "is_deleted", "locations_id", "validation_percent", "externalid", "tickettemplates_id", "tickets_id_survey",
    "impact", "urgency",
)  # fmt: skip


def tickets(ticket: object, log: object = None, *, timezone: str = "UTC") -> Imported[tuple[Ticket, ...]]:
    """The tickets of the answer and of their log.

    The log tells statuses, priorities, categories and types; a ticket without it has its
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
    made.follow("priority", part.at("priority").text(), courses.get("priority", ()))
    made.follow("category", _given(part.at("itilcategories_id")), courses.get("category", ()))
    kinds = [(at, KINDS.get(old or ""), KINDS.get(new or "", new)) for at, old, new in courses.get("kind", ())]
    made.follow("kind", KINDS.get(part.at("type").text() or "1"), kinds)
    made.values["kind"] = made.values["kind"] or "incident"
    for _, attribute, field in MEASURES.values():
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
