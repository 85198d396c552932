"""A desk's event log folded into tickets: every state change becomes a pause, a resolution or a reopening."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from slaclock.clock.pauses import Pause
from slaclock.errors import EventError, SlaClockError
from slaclock.policy.attributes import FIELDS
from slaclock.temporal.instants import find_zone, parse_instant, to_micros
from slaclock.tickets.tickets import Change, Reopening, Ticket

from .mappings import CLOSED, PAUSED, RESOLVED, EventMapping


@dataclass
class _Event:
    row: int
    at: datetime
    meaning: str
    state: str
    words: dict[str, str | None]


@dataclass
class _Fold:
    """What a ticket has come to while its events are read in order."""

    pauses: list[Pause] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    reopenings: list[Reopening] = field(default_factory=list)
    responded: datetime | None = None
    resolved: datetime | None = None
    waiting: tuple[datetime, str] | None = None


class LoggedTicket(NamedTuple):
    """A ticket as a log tells of it, and the fields that its rows speak of: the log gives their whole history."""

    ticket: Ticket
    given: frozenset[str]


def tickets_from_events(
    rows: Iterable[Mapping[str, Any]], mapping: EventMapping, *, first_row: int = 1
) -> list[Ticket]:
    """The tickets that a log of events tells of, in the order in which they first appear.

    Rows may come in any order; those of one ticket are sorted by time, and rows of the same time keep the order
    in which they came. A state that is repeated changes nothing; a paused state lasts until the next other one,
    or is still open at the end of the log; running or paused after resolved is a reopening; `closed` without a
    resolution before it is one. What the first row says beside the state holds from the opening, what a later row says
    otherwise is a change from that row on; an empty cell says nothing. Errors count rows from `first_row`.
    """
    return [logged.ticket for logged in logged_tickets(rows, mapping, first_row=first_row)]


def logged_tickets(
    rows: Iterable[Mapping[str, Any]], mapping: EventMapping, *, first_row: int = 1
) -> list[LoggedTicket]:
    """The tickets of `tickets_from_events`, each with the fields of which the log speaks."""
    events: dict[str, list[_Event]] = {}
    for number, row in enumerate(rows, start=first_row):
        key = _cell(row, mapping.columns.ticket, number, mapping)
        if key is None:
            raise EventError(
                "the ticket's id is missing", "give one", f"row {number}, column {mapping.columns.ticket!r}"
            )
        events.setdefault(key, []).append(_event(row, number, mapping))
    return [_ticket(key, rows_of_ticket, mapping) for key, rows_of_ticket in events.items()]


def _event(row: Mapping[str, Any], number: int, mapping: EventMapping) -> _Event:
    columns = mapping.columns
    state = _cell(row, columns.state, number, mapping)
    if state is None or state not in mapping.states:
        known = ", ".join(mapping.states)
        where = f"row {number}, column {columns.state!r}"
        raise EventError(
            f"the mapping does not know the state {state!r}", f"add it to states, beside {known}", where, value=state
        )
    at = _instant(row, columns.at, number, mapping)
    if at is None:
        raise EventError("the time of the event is missing", "give one", f"row {number}, column {columns.at!r}")
    names = ("opened", "kind", "priority", "category", "impact", "urgency")
    words = {
        name: _cell(row, column, number, mapping) for name in names if (column := getattr(columns, name)) is not None
    }
    return _Event(number, at, mapping.states[state], state, words)


def _cell(row: Mapping[str, Any], column: str, number: int, mapping: EventMapping) -> str | None:
    if column not in row:
        raise EventError(
            f"there is no column {column!r}", "use one of: " + ", ".join(map(str, row)), f"row {number}", value=column
        )
    value = row[column]
    text = "" if value is None else str(value).strip()
    return None if text in mapping.missing or not text else text


def _instant(row: Mapping[str, Any], column: str, number: int, mapping: EventMapping) -> datetime | None:
    value = row.get(column)
    where = f"row {number}, column {column!r}"
    try:
        if isinstance(value, datetime):
            to_micros(value)
            return value
        text = _cell(row, column, number, mapping)
        return None if text is None else _parsed(text, mapping)
    except SlaClockError as error:
        raise EventError(error.problem, error.remedy, error.where or where) from None


def _parsed(text: str, mapping: EventMapping) -> datetime:
    zone = None if mapping.timezone is None else find_zone(mapping.timezone)
    return parse_instant(text, zone, mapping.time_format)


def _ticket(key: str, events: list[_Event], mapping: EventMapping) -> LoggedTicket:
    events.sort(key=lambda event: to_micros(event.at))
    first = events[0]
    opened = _opened(events, mapping)
    values = _values(first, mapping)  # what the first row says holds from the opening
    fold = _Fold()
    current = dict(values)
    for event in events:
        at = max(event.at, opened, key=to_micros)  # what a log says of the time before the opening holds from it on
        for name, value in _values(event, mapping).items():
            if value is not None and value != current[name]:
                fold.changes.append(Change(at=at, field=name, to=value))
                current[name] = value
        _step(fold, event, at, mapping)
    if fold.waiting is not None:
        fold.pauses.append(Pause(start=fold.waiting[0], reason=fold.waiting[1]))
    try:
        ticket = Ticket(
            id=key,
            kind=values.get("kind") or mapping.kind,
            priority=values.get("priority"),
            opened=opened,
            responded=fold.responded,
            resolved=fold.resolved,
            category=values.get("category"),
            impact=values.get("impact"),
            urgency=values.get("urgency"),
            pauses=fold.pauses,
            changes=fold.changes,
            reopenings=fold.reopenings,
        )
    except SlaClockError as error:
        raise EventError(error.problem, error.remedy, f"the events of {key} from row {first.row}") from None
    given = {name for event in events for name, value in _values(event, mapping).items() if value is not None}
    return LoggedTicket(ticket, frozenset(given))


def _values(event: _Event, mapping: EventMapping) -> dict[str, str | None]:
    """What a row says of the ticket, in the policy's words; None where it says nothing."""
    translations = {"kind": mapping.kinds, "priority": mapping.priorities}
    texts = {name: event.words[name] for name in FIELDS if name in event.words}
    return {name: None if text is None else translations.get(name, {}).get(text, text) for name, text in texts.items()}


def _opened(events: list[_Event], mapping: EventMapping) -> datetime:
    """The opening that a row names, or the first row's instant."""
    row = next((event for event in events if event.words.get("opened") is not None), None)
    if row is None:
        return events[0].at
    try:
        return _parsed(row.words["opened"] or "", mapping)
    except SlaClockError as error:
        where = f"row {row.row}, column {mapping.columns.opened!r}"
        raise EventError(error.problem, error.remedy, where) from None


def _step(fold: _Fold, event: _Event, at: datetime, mapping: EventMapping) -> None:
    """Take one event into the fold."""
    if event.state in mapping.responded and fold.responded is None:
        fold.responded = at
    reason = event.meaning.removeprefix(PAUSED) if event.meaning.startswith(PAUSED) else None
    if fold.waiting is not None and fold.waiting[1] != reason:
        fold.pauses.append(Pause(start=fold.waiting[0], end=at, reason=fold.waiting[1]))
        fold.waiting = None
    if event.meaning in (RESOLVED, CLOSED):
        fold.resolved = fold.resolved or at
        return
    if fold.resolved is not None:
        fold.reopenings.append(Reopening(resolved=fold.resolved, reopened=at))
        fold.resolved = None
    if reason is not None and fold.waiting is None:
        fold.waiting = at, reason
