"""Zammad: calendars, SLAs, and tickets with their history and articles.

The shapes are those of https://docs.zammad.org/en/latest/api/: calendar, sla, ticket (with `expand=true`),
ticket/states, ticket/priorities, ticket/articles, and of `GET /api/v1/ticket_history/{id}`, as Zammad's own pages ask
for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from slaclock.calendar.working_calendar import WorkingCalendar
from slaclock.errors import SlaClockError
from slaclock.policy.book import PolicyBook
from slaclock.policy.policy import Policy
from slaclock.temporal.instants import to_micros
from slaclock.tickets.tickets import Ticket

from .agreements import Agreement, TargetText, calendar_key, length_text, on_calendar, open_always, policy_of
from .histories import CLOSED, RUNNING, Courses, History, paused, tickets_of
from .imported import Desk, Imported, Losses
from .shapes import Shape
from .zone_names import zone_name

FILES = {
    "calendars": "GET /api/v1/calendars",
    "slas": "GET /api/v1/slas",
    "ticket_states": "GET /api/v1/ticket_states",
    "ticket_priorities": "GET /api/v1/ticket_priorities",
    "tickets": "GET /api/v1/tickets?expand=true",
    "history": "GET /api/v1/ticket_history/{id}, those of all tickets in one list",
    "articles": "GET /api/v1/ticket_articles/by_ticket/{id}, those of all tickets in one list",
}
"""The files of an export by their names without `.json`, and what each is an answer of."""
KIND = "ticket"
_STATES = {
    "new": RUNNING, "open": RUNNING, "pending reminder": paused("pending reminder"),
    "pending close": paused("pending close"), "closed": CLOSED, "merged": CLOSED, "removed": CLOSED,
}  # fmt: skip
_STATE_TYPES = {1: RUNNING, 2: RUNNING, 5: CLOSED, 6: CLOSED, 7: CLOSED}
"""What the types of states mean; pending ones (3 and 4) run or wait by `ignore_escalation`."""
_CANCELLED = ("merged", "removed")
_PRIORITIES = {"1": "1 low", "2": "2 normal", "3": "3 high"}
_TIMES = {
    "first_response_time": "respond", "response_time": "reply", "update_time": "update", "solution_time": "resolve",
}  # fmt: skip
_ATTRIBUTES = {"ticket.group_id": "group", "ticket.organization_id": "organization", "ticket.owner_id": "owner"}
_IS = ("is", "contains one", "has one of")
_STAMPS = ("id", "created_at", "updated_at", "created_by_id", "updated_by_id", "created_by", "updated_by", "note")
_KNOWN_CALENDAR = (*_STAMPS, "default", "ical_url", "last_log", "last_sync", "name")
_KNOWN_TICKET = (
    *_STAMPS, "number", "title", "customer_id", "customer", "owner", "type", "escalation_at",
    "first_response_escalation_at", "update_escalation_at", "close_escalation_at", "first_response_in_min",
    "first_response_diff_in_min", "close_in_min", "close_diff_in_min", "update_in_min", "update_diff_in_min",
    "last_contact_at", "last_contact_agent_at", "last_contact_customer_at", "last_owner_update_at", "last_close_at",
    "create_article_type_id", "create_article_sender_id", "create_article_type", "create_article_sender",
    "article_count", "article_ids", "ticket_time_accounting_ids", "ticket_time_accounting", "preferences", "time_unit",
    "pending_time", "state_id", "priority_id", "group", "organization", "checklist_id", "referencing_checklist_ids",
    "articles",
)  # fmt: skip


def desk(documents: Mapping[str, object], *, timezone: str | None = None, name: str = "Zammad") -> Imported[Desk]:
    """The desk of an export: documents by the names of `FILES`, any of which may be missing."""
    names = [documents.get(table) for table in ("ticket_states", "ticket_priorities")]
    agreed = policy(documents.get("slas"), documents.get("calendars"), *names, timezone=timezone, name=name)
    made = tickets(documents.get("tickets"), documents.get("history"), documents.get("articles"), *names)
    return Imported(Desk(agreed.value, made.value), (*agreed.lost, *made.lost))


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
    states, priorities = _states(ticket_states, losses), _priorities(ticket_priorities, losses)
    by_id = {part.at("id").needed(): part for part in _all(Shape(calendars, ("calendars",), losses))}
    order = sorted(_all(document), key=lambda part: (part.at("name").text() or "", part.at("created_at").text() or ""))
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
        part.finish(_STAMPS)
    if not agreements:
        document.lose("there is no SLA that can be kept: nothing has a target")
    main: Any = [_calendar(by_id[key], timezone) for key in used]
    if not main:
        first = next(iter(by_id.values()), None)
        main = [open_always(timezone) if first is None else _calendar(first, timezone)]
    reasons = [state.removeprefix("paused:") for state in states.values() if state.startswith("paused:")]
    updates = {"starts": ["answered"], "ends": ["answered", "resolved"], "cycles": "each"}
    is_set = any("update" in own.targets[None] for own in agreements)
    common = {
        "name": name,
        "calendar": main[0],
        "calendars": dict(zip(list(used.values())[1:], main[1:], strict=True)),
        "pauses": {reason: ["resolve", "update", "reply"] for reason in reasons},
        "measures": {"update": updates} if is_set else {},
    }
    return Imported(policy_of(agreements, [KIND], list(priorities.values()), common), losses.lost)


def tickets(
    tickets: object,
    history: object = None,
    articles: object = None,
    ticket_states: object = None,
    ticket_priorities: object = None,
) -> Imported[tuple[Ticket, ...]]:
    """The tickets of the answer, of their history and of their articles.

    The history tells states and priorities, groups and organizations; an article of a customer is `asked`, one of an
    agent that is not internal `answered`. A ticket without history has its `close_at` and `first_response_at`.
    """
    losses = Losses()
    states, names = _states(ticket_states, losses), _priorities(ticket_priorities, losses)
    courses: dict[str, Courses] = {}
    for entry in _history(Shape(history, ("history",), losses)):
        if entry.at("object").text() == "Ticket" and entry.at("attribute"):
            field, at = entry.at("attribute").needed(), entry.at("created_at").needed_instant()
            ends = ("id_from", "id_to") if field in ("group", "organization", "owner") else ("value_from", "value_to")
            before, after = (entry.at(end).text() for end in ends)
            courses.setdefault(entry.at("o_id").needed(), {}).setdefault(field, []).append((at, before, after))
    messages: dict[str, list[Shape]] = {}
    for article in _all(Shape(articles, ("articles",), losses)):
        messages.setdefault(article.at("ticket_id").needed(), []).append(article)
    histories: list[History] = []
    for part in _all(Shape(tickets, ("tickets",), losses)):
        key = part.at("id").needed()
        own = courses.pop(key, {})
        made = History(key, part.at("created_at").needed_instant(), part.path, {"kind": KIND})
        priority = part.at("priority").text() or names.get(part.at("priority_id").text() or "")
        made.follow("priority", priority, own.get("priority", ()))
        for field in ("group", "organization", "owner"):
            made.follow(field, part.at(f"{field}_id").text(), own.get(field, ()))
        _follow(made, part, own.get("state", []), states)
        for article in messages.pop(key, ()):
            _say(made, article)
        made.given["responded"] = part.at("first_response_at").instant()
        part.finish(_KNOWN_TICKET)
        histories.append(made)
    for name, left in (("history", [*courses]), ("articles", [*messages])):
        for key in left:
            losses.add((name,), f"there is no ticket {key!r} for some of these")
    return Imported(tickets_of(histories), losses.lost)


def _all(document: Shape) -> list[Shape]:
    return list(document.listed("tickets", "records")) if document else []


def _history(document: Shape) -> list[Shape]:
    """The entries of one answer, or of several in a list."""
    answers = list(document.items()) if isinstance(document.value, (list, tuple)) else [document] if document else []
    entries: list[Shape] = []
    for answer in answers:
        several = isinstance(answer.value, Mapping) and "history" in answer.value
        entries += list(answer.at("history").items()) if several else [answer]
    return entries


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
        elif (name != "ticket.priority_id" and name not in _ATTRIBUTES) or part.at("operator").text() not in _IS:
            part.lose(f"the condition on {name!r} cannot be said: the SLA is left out")
            return None
        elif name == "ticket.priority_id":
            chosen = tuple(priorities.get(key, key) for key in several)
        else:
            attributes[_ATTRIBUTES[name]] = tuple(several)
    return chosen, attributes


def _states(document: object, losses: Losses) -> dict[str, str]:
    """What each state means, by its name; those of a new Zammad where they are not exported."""
    states = dict(_STATES)
    for part in _all(Shape(document, ("ticket_states",), losses)):
        name, kind = part.at("name").needed(), part.at("state_type_id").number()
        waits = part.at("ignore_escalation").flag()
        states[name] = _STATE_TYPES.get(kind or 0) or (paused(name) if waits else RUNNING)
    return states


def _priorities(document: object, losses: Losses) -> dict[str, str]:
    """The names of the priorities by their ids; those of a new Zammad where they are not exported."""
    parts = _all(Shape(document, ("ticket_priorities",), losses))
    return {part.at("id").needed(): part.at("name").needed() for part in parts} or dict(_PRIORITIES)


def _follow(made: History, part: Shape, course: list[Any], states: Mapping[str, str]) -> None:
    """The states of a ticket: those of its history, else what it is now."""
    now, closed = part.at("state"), part.at("close_at").instant()
    steps = sorted(course, key=lambda change: to_micros(change[0]))
    for at, name in [(made.opened, steps[0][1]), *((at, after) for at, _, after in steps)] if steps else []:
        _step(made, at, name or "new", states, now)
    if steps:
        return
    meaning = _meaning(now.text() or "new", states, now)
    if meaning == CLOSED and closed is not None:
        _step(made, closed, now.text() or "new", states, now)
    elif meaning != RUNNING:
        now.lose("since when the ticket is so is not said without its history: it is kept as running")


def _step(made: History, at: datetime, name: str, states: Mapping[str, str], part: Shape) -> None:
    made.state(at, _meaning(name, states, part))
    made.given.pop("cancelled", None)
    if name in _CANCELLED:
        made.given["cancelled"] = max(at, made.opened, key=to_micros)


def _meaning(name: str, states: Mapping[str, str], part: Shape) -> str:
    if name not in states:
        raise part.error(f"the state {name!r} is not known", "export ticket_states too")
    return states[name]


def _say(made: History, article: Shape) -> None:
    sender, at = article.at("sender").text(), article.at("created_at").needed_instant()
    if sender == "Customer":
        made.event(at, "asked")
    elif sender == "Agent" and not article.at("internal").flag():
        made.event(at, "answered")
