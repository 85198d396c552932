"""What a product's records say of tickets, put together into tickets: states fold as those of an event log do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from slaclock.clock.pauses import Pause
from slaclock.errors import ModelError, PathPart, SlaClockError
from slaclock.policy.attributes import FIELDS
from slaclock.temporal.instants import to_micros
from slaclock.tickets.tickets import Change, Ticket

from .logs import tickets_from_events
from .mappings import CLOSED, PAUSED, RESOLVED, RUNNING, EventMapping

Courses = dict[str, list[tuple[datetime, str | None, str | None]]]
"""The changes of each field: when, from what, to what."""
_ROW = {name: name for name in ("ticket", "state", "at", "opened", "event")}


class _Row(NamedTuple):
    at: datetime
    state: str | None = None
    event: str | None = None


@dataclass
class History:
    """One ticket while its records are read: what it opened with, and what happened when.

    `values` are the kind, the priority and so on with which it opened, `attributes` too; `given` are fields of a ticket
    that the product states itself. What is said to have happened before the opening happened at it.
    """

    id: str
    opened: datetime
    path: tuple[PathPart, ...]
    values: dict[str, str | None] = field(default_factory=dict)
    given: dict[str, Any] = field(default_factory=dict)
    pauses: list[Pause] = field(default_factory=list)
    _rows: list[_Row] = field(default_factory=list)
    _changes: list[Change] = field(default_factory=list)

    def state(self, at: datetime, meaning: str) -> None:
        """From an instant on the ticket is `running`, `resolved`, `closed` or `paused:` for a reason."""
        self._rows.append(_Row(self._at(at), state=meaning))

    def event(self, at: datetime, name: str) -> None:
        """A message, or another event by its name."""
        self._rows.append(_Row(self._at(at), event=name))

    def change(self, at: datetime, name: str, to: str | None) -> None:
        """From an instant on a field or an attribute has another value."""
        self._changes.append(Change(at=self._at(at), field=name, to=to))

    def follow(self, name: str, now: str | None, changes: Iterable[tuple[datetime, str | None, str | None]]) -> None:
        """The whole course of a field: what it is now, and the changes with the values before and after each."""
        course = sorted(changes, key=lambda change: to_micros(change[0]))
        self.values[name] = course[0][1] if course else now
        for at, _, after in course:
            self.change(at, name, after)

    def rows(self) -> list[dict[str, Any]]:
        """The ticket as rows of a log, in order of time."""
        first = [] if any(row.state and row.at == self.opened for row in self._rows) else [_Row(self.opened, RUNNING)]
        rows = sorted([*first, *self._rows], key=lambda row: to_micros(row.at))
        return [
            {"ticket": self.id, "at": row.at, "opened": self.opened, "state": row.state, "event": row.event}
            for row in rows
        ]

    def ticket(self, folded: Ticket) -> Ticket:
        """The ticket, of which the states and events were folded."""
        attributes = {name: value for name, value in self.values.items() if name not in FIELDS and value is not None}
        own = {name: value for name, value in self.values.items() if name in FIELDS and value is not None}
        return folded.model_copy(
            update={
                **own,
                "attributes": attributes,
                "changes": tuple(self._changes),
                "pauses": (*folded.pauses, *self.pauses),
                **{name: value for name, value in self.given.items() if value is not None},
            }
        )

    def _at(self, at: datetime) -> datetime:
        return max(at, self.opened, key=to_micros)


def tickets_of(histories: Sequence[History]) -> tuple[Ticket, ...]:
    """The tickets of their histories, in the order given; an error is said where the ticket stands."""
    seen: set[str] = set()
    for history in histories:
        if history.id in seen:
            raise ModelError(f"the ticket {history.id!r} stands twice", "keep one", history.path, value=history.id)
        seen.add(history.id)
    rows = [row for history in histories for row in history.rows()]
    states = {RUNNING: RUNNING} | {row["state"]: row["state"] for row in rows if row["state"] is not None}
    events = {"answered": "answered"} | {row["event"]: row["event"] for row in rows if row["event"] is not None}
    mapping = EventMapping.model_validate({"columns": _ROW, "states": states, "events": events})
    tickets: list[Ticket] = []
    for history, folded in zip(histories, tickets_from_events(rows, mapping), strict=True):
        try:
            tickets.append(history.ticket(folded))
        except SlaClockError as error:
            raise error.alone().within(*history.path) from None
    return tuple(tickets)


def paused(reason: str) -> str:
    """The state of waiting for a reason."""
    return PAUSED + reason


__all__ = ["CLOSED", "RESOLVED", "RUNNING", "Courses", "History", "paused", "tickets_of"]
