"""The fold of a ticket's rows, oldest first: states become pauses, resolutions, reopenings and a cancellation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from slaclock.clock.pauses import Pause
from slaclock.errors import EventError
from slaclock.formats.mappings import FrozenDict
from slaclock.formats.models import built
from slaclock.tickets.tickets import Change, Event, Reopening, Ticket

from .log_rows import SILENT, LogRows
from .log_times import LogTime
from .mappings import CANCELLED, CLOSED, IGNORED, PAUSED, RESOLVED, EventMapping


class LoggedTicket(NamedTuple):
    """A ticket as a log tells of it, and the fields that its rows speak of: the log gives their whole history."""

    ticket: Ticket
    given: frozenset[str]


class _Wait(NamedTuple):
    """A pause that is under way: since when, why, and by which row."""

    start: LogTime
    reason: str | None
    row: int


@dataclass(slots=True)
class _Fold:
    """What a ticket has come to while its rows are read in order."""

    ticket: str
    mapping: EventMapping
    first_row: int
    by_field: bool
    pauses: list[Pause] = field(default_factory=list)
    reopenings: list[Reopening] = field(default_factory=list)
    responded: datetime | None = None
    resolved: datetime | None = None
    cancelled: datetime | None = None
    is_cancelled: bool = False
    waiting: _Wait | None = None
    reason: str | None = None  # of a log of changed fields: what the field of reasons says now

    def step(self, text: str, meaning: str, reason: str | None, at: LogTime, row: int) -> None:
        """Take what a row says of the state."""
        if self.responded is None and text in self.mapping.responded:
            self.responded = at.at
        if meaning == IGNORED:
            return
        if meaning.startswith(PAUSED):
            self._reopen(at)
            self._pause(meaning, reason, at, row)
            return
        self._end_pause(at)
        if meaning in (RESOLVED, CLOSED):
            if not self.is_cancelled and self.resolved is None:
                self.resolved = at.at
        elif meaning == CANCELLED:
            if not self.is_cancelled:
                self.cancelled, self.is_cancelled = at.at, True
        else:
            self._reopen(at)

    def change_reason(self, reason: str | None, at: LogTime, row: int) -> None:
        """Take another reason, which is that of a pause under way from now on."""
        self.reason = reason
        if self.waiting is not None and reason is not None and reason != self.waiting.reason:
            self._end_pause(at)
            self.waiting = _Wait(at, reason, row)

    def finish(self) -> None:
        """Keep the pause that is still under way."""
        if self.waiting is not None:
            self._keep(self.waiting, None)

    def _reopen(self, at: LogTime) -> None:
        ended = self.resolved if self.resolved is not None else self.cancelled if self.is_cancelled else None
        if ended is not None:
            self.reopenings.append(built(Reopening, {"resolved": ended, "reopened": at.at}, {"resolved", "reopened"}))
            self.resolved, self.is_cancelled = None, False

    def _pause(self, meaning: str, reason: str | None, at: LogTime, row: int) -> None:
        before = self.waiting
        if self.by_field:
            reason = self.reason
        elif reason is None and meaning == PAUSED:
            reason = None if before is None else before.reason
        reason = reason or meaning.removeprefix(PAUSED) or None
        if before is None or before.reason != reason:
            self._end_pause(at)
            self.waiting = _Wait(at, reason, row)

    def _end_pause(self, at: LogTime) -> None:
        if self.waiting is not None:
            if self.waiting.reason is not None or self.waiting.start.micros < at.micros:
                self._keep(self.waiting, at.at)
            self.waiting = None

    def _keep(self, wait: _Wait, end: datetime | None) -> None:
        if wait.reason is None:
            raise EventError(
                f"{self.ticket} is paused, and no row says why",
                "give the reason, or one for the state: 'paused: REASON'",
                f"row {wait.row + self.first_row}",
            )
        fields = {"start": wait.start.at, "end": end, "reason": wait.reason}
        self.pauses.append(built(Pause, fields, {*fields}))


def fold_ticket(key: str, order: Sequence[int], rows: LogRows, mapping: EventMapping, first_row: int) -> LoggedTicket:
    """The ticket that the rows, oldest first, tell of."""
    times, names, reasons, states = rows.times, rows.names, rows.reasons, rows.states
    opened = _first(rows.opened, order) or times[order[0]]
    fold = _Fold(key, mapping, first_row, rows.by_field)
    values = _opening_values(order, rows)
    current = dict(values)
    changes: list[Change] = []
    events: list[Event] = []
    given = {name for name, value in values.items() if value is not None}
    if rows.has_befores:
        _start(fold, order, rows, opened)
    words = list(rows.words.items())
    since = opened.micros
    last_state: object = None
    last_reason: object = None
    for row in order:
        at = times[row]
        if at[0] < since:  # what a log says of the time before the opening holds from it on
            at = opened
        for name, texts in words:
            value = texts[row]
            if value is not SILENT and value != current[name]:
                fields = {"at": at.at, "field": name, "to": _kept(name, value, mapping)}
                changes.append(built(Change, fields, {*fields}))
                current[name] = value
                given.add(name)
        event = names[row]
        if event is not None:
            events.append(built(Event, {"at": at.at, "name": event}, {"at", "name"}))
        reason = reasons[row]
        if rows.by_field and reason is not SILENT:
            fold.change_reason(reason, at, row)
        state = states[row]
        if state is not None and (state is not last_state or reason != last_reason):
            fold.step(*state, reason, at, row)
            last_state, last_reason = state, reason
    fold.finish()
    given_events: dict[str, Any] = {"pauses": tuple(fold.pauses), "changes": tuple(changes), "events": tuple(events)}
    return LoggedTicket(
        _ticket(fold, opened, _response(fold, order, rows, opened), values, given_events), frozenset(given)
    )


def _first(times: Sequence[LogTime | None], order: Sequence[int]) -> LogTime | None:
    """The time of the first row that has one."""
    for row in order:
        time = times[row]
        if time is not None:
            return time
    return None


def _kept(name: str, value: str | None, mapping: EventMapping) -> str | None:
    """What a field changes to; a ticket is always of some kind."""
    return value or mapping.kind if name == "kind" else value


def _opening_values(order: Sequence[int], rows: LogRows) -> dict[str, str | None]:
    """What the ticket opened with: what its first row says, or what the first change of a field says was before."""
    if not rows.by_field:
        said = {name: texts[order[0]] for name, texts in rows.words.items()}
        return {name: None if value is SILENT else value for name, value in said.items()}
    first = rows.times[order[0]].micros
    values: dict[str, str | None] = {}
    for name, texts in rows.words.items():
        row = next((row for row in order if texts[row] is not SILENT), None)
        value = SILENT if row is None else rows.olds[name][row]
        if row is not None and value is SILENT and rows.times[row].micros == first:
            value = texts[row]
        values[name] = None if value is SILENT else value
    return values


def _start(fold: _Fold, order: Sequence[int], rows: LogRows, opened: LogTime) -> None:
    """The state before the first that the rows give, which holds from the opening."""
    for row in order:
        if rows.states[row] is not None:
            before = rows.befores[row]
            if before is not None and opened.micros < rows.times[row].micros:
                fold.step(*before, None, opened, row)
            return


def _response(fold: _Fold, order: Sequence[int], rows: LogRows, opened: LogTime) -> datetime | None:
    """The first response: as a column of the log has it, or by its states."""
    recorded = _first(rows.responded, order) if rows.has_responses else None
    if recorded is None:
        return fold.responded
    if recorded.micros < opened.micros:
        raise EventError(
            f"the first response at {recorded.at.isoformat()} is before {fold.ticket} was opened at "
            f"{opened.at.isoformat()}",
            "correct one of the two",
            f"the events of {fold.ticket} from row {min(order) + fold.first_row}",
            value=recorded.at,
        )
    return recorded.at


def _ticket(
    fold: _Fold,
    opened: LogTime,
    responded: datetime | None,
    values: dict[str, str | None],
    events: dict[str, Any],
) -> Ticket:
    # What stands here was checked as it was read, and is in order: checking it once more takes as long as all else.
    fields: dict[str, Any] = {
        "id": fold.ticket,
        "kind": values.get("kind") or fold.mapping.kind,
        "priority": values.get("priority"),
        "opened": opened.at,
        "responded": responded,
        "resolved": fold.resolved,
        "cancelled": fold.cancelled,
        "abandoned": None,
        "category": values.get("category"),
        "impact": values.get("impact"),
        "urgency": values.get("urgency"),
        "attributes": _NONE,
        "agreed": _NONE,
        "reopenings": tuple(fold.reopenings),
        **events,
    }
    return built(Ticket, fields, set(_GIVEN))


_NONE: FrozenDict[str, Any] = FrozenDict()
_GIVEN = frozenset(Ticket.model_fields) - {"attributes", "agreed", "abandoned"}
