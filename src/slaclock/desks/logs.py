"""A desk's event log folded into tickets: every state change becomes a pause, a resolution or a reopening."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, cast

from slaclock.clock.pauses import Pause
from slaclock.errors import EventError, ModelError, SlaClockError
from slaclock.formats.models import short_repr
from slaclock.policy.attributes import FIELDS
from slaclock.temporal.instants import find_zone, is_missing, parse_instant, to_micros
from slaclock.tickets.tickets import Change, Event, Reopening, Ticket

from .mappings import ALL_OTHERS, CANCELLED, CLOSED, IGNORE, NO_EVENT, PAUSED, RESOLVED, EventMapping, not_a_mapping

_ROWS_OF_FRAMES = {"to_dicts": "to_dicts()", "to_pylist": "to_pylist()", "to_dict": "to_dict('records')"}
"""What makes rows of a frame of Polars, of Arrow and of pandas."""


@dataclass
class _Event:
    row: int
    at: datetime
    meaning: str | None
    state: str | None
    name: str | None
    opened: datetime | None
    words: dict[str, str | None]


@dataclass
class _Fold:
    """What a ticket has come to while its events are read in order."""

    pauses: list[Pause] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    reopenings: list[Reopening] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    responded: datetime | None = None
    resolved: datetime | None = None
    cancelled: datetime | None = None
    over: bool = False
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
    otherwise is a change from that row on; a cell that is empty, None, NaN or NaT says nothing. What the mapping lists
    under `events` are the ticket's events; such a row need not have a state. Errors count rows from `first_row`.

    Raises `EventError` for a row that cannot be placed, and `ModelError` for what is no list of rows or no mapping.
    """
    return [logged.ticket for logged in logged_tickets(rows, mapping, first_row=first_row)]


def logged_tickets(
    rows: Iterable[Mapping[str, Any]], mapping: EventMapping, *, first_row: int = 1
) -> list[LoggedTicket]:
    """The tickets of `tickets_from_events`, each with the fields of which the log speaks."""
    if not isinstance(mapping, EventMapping):
        raise not_a_mapping(mapping)
    if isinstance(rows, (str, bytes, Mapping)) or not isinstance(rows, Iterable):
        raise _no_rows(rows)
    events: dict[str, list[_Event]] = {}
    for number, given in enumerate(rows, start=first_row):
        row = _row(given, rows, number)
        key = _cell(row, mapping.columns.ticket, number, mapping)
        if key is None:
            raise EventError(
                "the ticket's id is missing", "give one", f"row {number}, column {mapping.columns.ticket!r}"
            )
        events.setdefault(key, []).append(_event(row, number, mapping))
    return [_ticket(key, rows_of_ticket, mapping) for key, rows_of_ticket in events.items()]


def _no_rows(rows: object) -> ModelError:
    call = next((call for name, call in _ROWS_OF_FRAMES.items() if hasattr(rows, name)), None)
    if call is not None:
        return ModelError(f"a {type(rows).__name__} is no list of rows", f"give its rows, .{call}", "rows", value=rows)
    remedy = "give a list of rows, or csv.DictReader(file)"
    return ModelError(f"{short_repr(rows)} is no list of rows", remedy, "rows", value=rows)


def _row(row: object, rows: object, number: int) -> Mapping[str, Any]:
    if isinstance(row, Mapping):
        return row
    keys = getattr(row, "keys", None)  # as a row of SQLite and one of pandas have
    if keys is not None:
        return {name: cast(Any, row)[name] for name in keys()}
    if any(hasattr(rows, name) for name in _ROWS_OF_FRAMES):
        raise _no_rows(rows)
    raise EventError(
        f"{short_repr(row)} is no row of a log", "give a mapping of columns to cells", f"row {number}", value=row
    )


def _event(row: Mapping[str, Any], number: int, mapping: EventMapping) -> _Event:
    columns = mapping.columns
    state, name = _cell(row, columns.state, number, mapping), _name(row, number, mapping)
    meaning = None if state is None else mapping.states.get(state, mapping.states.get(ALL_OTHERS))
    if (state is not None or name is None) and meaning is None:  # a message need not repeat the state
        known = ", ".join(mapping.states)
        where = f"row {number}, column {columns.state!r}"
        raise EventError(
            f"the mapping does not know the state {state!r}", f"add it to states, beside {known}", where, value=state
        )
    at = _instant(row, columns.at, number, mapping)
    if at is None:
        raise EventError("the time of the event is missing", "give one", f"row {number}, column {columns.at!r}")
    opened = None if columns.opened is None else _instant(row, columns.opened, number, mapping)
    words = {
        name: _cell(row, column, number, mapping) for name in FIELDS if (column := getattr(columns, name)) is not None
    }
    return _Event(number, at, meaning, state, name, opened, words)


def _name(row: Mapping[str, Any], number: int, mapping: EventMapping) -> str | None:
    """The event that a row is, by the mapping; None where it is none."""
    column = mapping.columns.event
    text = None if column is None else _cell(row, column, number, mapping)
    if text is None:
        return None
    if text not in mapping.events:
        known, where = ", ".join(mapping.events), f"row {number}, column {column!r}"
        remedy = f"add it to events, as {NO_EVENT!r} where it is none, beside {known}"
        raise EventError(f"the mapping does not know the event {text!r}", remedy, where, value=text)
    name = mapping.events[text]
    return None if name == NO_EVENT else name


def _cell(row: Mapping[str, Any], column: str, number: int, mapping: EventMapping) -> str | None:
    if column not in row:
        raise EventError(
            f"there is no column {column!r}", "use one of: " + ", ".join(map(str, row)), f"row {number}", value=column
        )
    value = row[column]
    text = "" if is_missing(value) else str(value).strip()
    return None if text in mapping.missing or not text else text


def _instant(row: Mapping[str, Any], column: str, number: int, mapping: EventMapping) -> datetime | None:
    value = row.get(column)
    where = f"row {number}, column {column!r}"
    try:
        if isinstance(value, datetime) and not is_missing(value):
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
    opened = next((event.opened for event in events if event.opened is not None), first.at)
    values = _values(first, mapping)  # what the first row says holds from the opening
    fold = _Fold()
    current = dict(values)
    for event in events:
        at = max(event.at, opened, key=to_micros)  # what a log says of the time before the opening holds from it on
        for name, value in _values(event, mapping).items():
            if value is not None and value != current[name]:
                fold.changes.append(Change(at=at, field=name, to=value))
                current[name] = value
        if event.name is not None:
            fold.events.append(Event(at=at, name=event.name))
        if event.meaning is not None:
            _step(fold, event.meaning, event.state, at, mapping)
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
            cancelled=fold.cancelled,
            category=values.get("category"),
            impact=values.get("impact"),
            urgency=values.get("urgency"),
            pauses=fold.pauses,
            changes=fold.changes,
            reopenings=fold.reopenings,
            events=fold.events,
        )
    except SlaClockError as error:
        raise EventError(error.problem, error.remedy, f"the events of {key} from row {first.row}") from None
    given = {name for event in events for name, value in _values(event, mapping).items() if value is not None}
    return LoggedTicket(ticket, frozenset(given))


def _values(event: _Event, mapping: EventMapping) -> dict[str, str | None]:
    """What a row says of the ticket, in the policy's words; None where it says nothing."""
    translations = {"kind": mapping.kinds, "priority": mapping.priorities}
    return {
        name: None if text is None else translations.get(name, {}).get(text, text) for name, text in event.words.items()
    }


def _step(fold: _Fold, meaning: str, state: str | None, at: datetime, mapping: EventMapping) -> None:
    """Take what a row says of the state into the fold."""
    if state in mapping.responded and fold.responded is None:
        fold.responded = at
    if meaning == IGNORE:
        return
    reason = meaning.removeprefix(PAUSED) if meaning.startswith(PAUSED) else None
    if fold.waiting is not None and fold.waiting[1] != reason:
        fold.pauses.append(Pause(start=fold.waiting[0], end=at, reason=fold.waiting[1]))
        fold.waiting = None
    if meaning == CANCELLED:
        fold.cancelled, fold.over = fold.cancelled if fold.over else at, True
        return
    if meaning in (RESOLVED, CLOSED):
        if meaning == RESOLVED or not fold.over:  # what is closed after it was withdrawn was not resolved
            fold.resolved = fold.resolved or at
        return
    if (ended := fold.resolved or (fold.cancelled if fold.over else None)) is not None:
        fold.reopenings.append(Reopening(resolved=ended, reopened=at))
        fold.resolved, fold.over = None, False
    if reason is not None and fold.waiting is None:
        fold.waiting = at, reason
