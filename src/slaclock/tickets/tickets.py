"""A ticket: when it opened, what happened to it, and when it waited."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from pydantic import model_validator

from slaclock.clock.pauses import Pause
from slaclock.errors import ModelError, NegativeIntervalError
from slaclock.formats.models import Instant, Model
from slaclock.temporal.instants import to_micros


class PriorityChange(Model):
    """From `at` on the ticket has this priority."""

    at: Instant
    priority: str

    if TYPE_CHECKING:

        def __init__(self, *, at: datetime | str, priority: str) -> None: ...


class Reopening(Model):
    """A resolution that did not last: resolved, then reopened."""

    resolved: Instant
    reopened: Instant

    if TYPE_CHECKING:

        def __init__(self, *, resolved: datetime | str, reopened: datetime | str) -> None: ...

    @model_validator(mode="after")
    def _check(self) -> Self:
        if to_micros(self.reopened) < to_micros(self.resolved):
            raise _early("reopened", self.reopened, "resolved", self.resolved)
        return self


class Ticket(Model):
    """A ticket as a desk's records have it, now or at any later time.

    `priority` is the one it opened with, and `priority_changes` are the later ones. `resolved` is the last
    resolution, and `reopenings` are those before it. `abandoned` is when whoever asked gave up before there was an
    answer, as callers do; only service standards look at it. Instants are aware datetimes, or ISO 8601 text with an
    offset.

    >>> ticket = Ticket(id="T1", kind="incident", priority="P2", opened="2018-04-09T10:00+01:00",
    ...                 pauses=[Pause(start="2018-04-09T15:00+01:00", reason="third_party")])
    >>> ticket.resolved is None
    True
    """

    id: str
    kind: str = "incident"
    priority: str | None = None
    opened: Instant
    responded: Instant | None = None
    resolved: Instant | None = None
    abandoned: Instant | None = None
    category: str | None = None
    impact: str | None = None
    urgency: str | None = None
    pauses: tuple[Pause, ...] = ()
    priority_changes: tuple[PriorityChange, ...] = ()
    reopenings: tuple[Reopening, ...] = ()

    if TYPE_CHECKING:  # the shapes that pydantic accepts, for those who call the constructor

        def __init__(
            self,
            *,
            id: str,
            kind: str = ...,
            priority: str | None = ...,
            opened: datetime | str,
            responded: datetime | str | None = ...,
            resolved: datetime | str | None = ...,
            abandoned: datetime | str | None = ...,
            category: str | None = ...,
            impact: str | None = ...,
            urgency: str | None = ...,
            pauses: Sequence[Pause | dict[str, Any]] = ...,
            priority_changes: Sequence[PriorityChange | dict[str, Any]] = ...,
            reopenings: Sequence[Reopening | dict[str, Any]] = ...,
        ) -> None: ...

    @model_validator(mode="after")
    def _check(self) -> Self:
        for name in ("responded", "resolved", "abandoned"):
            at: datetime | None = getattr(self, name)
            if at is not None and to_micros(at) < to_micros(self.opened):
                raise _early(name, at, "opened", self.opened).within(f"ticket {self.id}")
        last, since = self.opened, "opened"
        for each in self.reopenings:
            if to_micros(each.resolved) < to_micros(last):
                raise _early("resolved", each.resolved, since, last).within(f"ticket {self.id}")
            last, since = each.reopened, "reopened"
        if self.resolved is not None and to_micros(self.resolved) < to_micros(last):
            raise _early("resolved", self.resolved, since, last).within(f"ticket {self.id}")
        changes = [to_micros(change.at) for change in self.priority_changes]
        if changes != sorted(changes):
            raise ModelError("the priority changes are not in order", "sort them by time", f"ticket {self.id}")
        return self


def _early(name: str, at: datetime, since: str, start: datetime) -> NegativeIntervalError:
    return NegativeIntervalError(
        f"{name} at {at.isoformat()}, before it was {since} at {start.isoformat()}", "correct one of the two"
    )
