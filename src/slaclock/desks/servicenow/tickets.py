"""ServiceNow's incidents: what they are, and from the audit of their fields what became of them."""

from __future__ import annotations

from datetime import datetime

from slaclock.desks.histories import CLOSED, RESOLVED, RUNNING, Courses, History, paused, tickets_of
from slaclock.desks.imported import Imported, Losses
from slaclock.desks.shapes import Shape
from slaclock.temporal.instants import to_micros
from slaclock.tickets.tickets import Ticket

from .contracts import ATTRIBUTES, HELD, ON_HOLD
from .records import KNOWN, choice, instant, records, shown, value

_NEW, _ON_HOLD, _CANCELED = "1", "3", "8"
_STATES = {_NEW: RUNNING, "2": RUNNING, _ON_HOLD: RUNNING, "6": RESOLVED, "7": CLOSED, _CANCELED: CLOSED}
_WORDS = {
    "new": "1", "in progress": "2", "on hold": "3", "resolved": "6", "closed": "7", "canceled": "8", "cancelled": "8",
}  # fmt: skip
_KNOWN = (
    *KNOWN, "short_description", "description", "caller_id", "opened_by", "assigned_to", "close_code", "close_notes",
    "comments", "work_notes", "comments_and_work_notes", "watch_list", "work_notes_list", "activity_due", "active",
    "approval", "approval_history", "approval_set", "business_duration", "business_stc", "calendar_duration",
    "calendar_stc", "closed_by", "resolved_by", "cmdb_ci", "business_service", "contact_type", "correlation_display",
    "correlation_id", "delivery_plan", "delivery_task", "escalation", "expected_start", "follow_up", "group_list",
    "incident_state", "knowledge", "made_sla", "notify", "order", "parent", "parent_incident", "problem_id",
    "reassignment_count", "reopen_count", "reopened_by", "reopened_time", "rfc", "caused_by", "severity", "sla_due",
    "subcategory", "time_worked", "universal_request", "upon_approval", "upon_reject", "user_input", "work_end",
    "work_start", "child_incidents", "task_effective_number", "service_offering", "origin_id", "origin_table",
    "route_reason", "skills", "additional_assignee_list", "contract", "hold_reason", "agile_story", "variables",
    "closed_at", "resolved_at", "impact", "urgency",
)  # fmt: skip


def tickets(incident: object, sys_audit: object = None, task_sla: object = None) -> Imported[tuple[Ticket, ...]]:
    """The tickets of the incidents, of their audit, and of their task SLAs.

    The audit tells holds with their reasons, resolutions and reopenings, changes of priority, category, company and
    group; leaving New is the first response. An incident without it has its `resolved_at`, and its holds are lost. What
    task SLAs say ServiceNow worked out itself, and slaclock does anew.
    """
    losses = Losses()
    audit: dict[str, list[Shape]] = {}
    for row in records(Shape(sys_audit, ("sys_audit",), losses)):
        audit.setdefault(value(row.at("documentkey")).needed(), []).append(row)
    histories: list[History] = []
    for part in records(Shape(incident, ("incident",), losses)):
        number, key = value(part.at("number")).needed(), value(part.at("sys_id")).text() or ""
        opened = instant(part.at("opened_at")) or instant(part.at("sys_created_on"))
        if opened is None:
            raise part.at("opened_at").error("it is missing", "give an instant like 2018-04-09 09:00:00")
        history = History(number, opened, part.path)
        courses: Courses = {}
        for row in audit.pop(key, ()):
            at, field = instant(row.at("sys_created_on")), value(row.at("fieldname")).needed()
            if at is None:
                raise row.at("sys_created_on").error("it is missing", "give an instant like 2018-04-09 09:00:00")
            courses.setdefault(field, []).append((at, choice(row.at("oldvalue")), choice(row.at("newvalue"))))
        for name in ("priority", "category"):
            history.follow(name, choice(part.at(name)), courses.get(name, ()))
        for name, own in ATTRIBUTES.items():
            history.follow(own, value(part.at(name)).text(), courses.get(name, ()))
        history.values["kind"] = value(part.at("sys_class_name")).text() or "incident"
        _states(history, part, courses)
        if value(part.at("due_date")):
            part.at("due_date").lose("a date for planning; no SLA counts to it")
        part.finish(_KNOWN)
        histories.append(history)
    for key in audit:
        losses.add(("sys_audit",), f"there is no incident {key!r} for some of these")
    _check(Shape(task_sla, ("task_sla",), losses), {history.id for history in histories})
    return Imported(tickets_of(histories), losses.lost)


def _state(text: str | None, part: Shape) -> str:
    state = _WORDS.get((text or _NEW).lower(), text or _NEW)
    if state not in _STATES:
        raise part.error(f"the state {text!r} is not known", f"use one of: {', '.join(_STATES)}")
    return state


def _states(history: History, part: Shape, courses: Courses) -> None:
    """The course of the state and of the reason of a hold, each of which has its own rows."""
    state_now, hold_now = choice(part.at("state")), choice(part.at("hold_reason"))
    rows = [(at, "state", old, new) for at, old, new in courses.get("state", courses.get("incident_state", ()))]
    if not rows:
        state = _state(state_now, part.at("state"))
        done = instant(part.at("resolved_at")) or instant(part.at("closed_at"))
        if state in ("6", "7", _CANCELED) and done is not None:
            history.state(done, _STATES[state])
            if state == _CANCELED:
                history.given["cancelled"] = max(done, history.opened, key=to_micros)
        elif state != _NEW:
            shown(part.at("state"))
            part.at("state").lose("since when the incident is so is not said without its audit: it is kept as running")
        return
    rows += [(at, "hold_reason", old, new) for at, old, new in courses.get("hold_reason", ())]
    rows.sort(key=lambda row: to_micros(row[0]))
    current = {
        name: next((old for _, field, old, _ in rows if field == name), now)
        for name, now in (("state", state_now), ("hold_reason", hold_now))
    }
    steps: list[tuple[datetime, dict[str, str | None]]] = [(history.opened, dict(current))]
    for at, field, _, new in rows:
        current[field] = new
        # Of what one save has changed the whole is meant.
        steps = [step for step in steps if step[0] != at] + [(at, dict(current))]
    for at, values in steps:
        state = _state(values["state"], part.at("state"))
        reason = HELD.get(values["hold_reason"] or "", ON_HOLD)
        history.state(at, paused(reason) if state == _ON_HOLD else _STATES[state])
        if state != _NEW and "responded" not in history.given:
            history.given["responded"] = max(at, history.opened, key=to_micros)
        if state == _CANCELED:
            history.given["cancelled"] = max(at, history.opened, key=to_micros)
        else:
            history.given.pop("cancelled", None)


def _check(document: Shape, known: set[str]) -> None:
    """Note task SLAs of tasks that are not there."""
    for row in records(document):
        task = row.at("task")
        if isinstance(task.value, dict) and "display_value" in task.value and shown(task) not in known:
            task.lose("there is no incident of this number")
