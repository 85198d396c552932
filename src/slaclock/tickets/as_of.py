"""A ticket as it was known at an instant: what was done by then, under which priority, and when it waited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from slaclock.clock.pauses import FOREVER
from slaclock.policy.measures import Measure
from slaclock.policy.policy import Policy
from slaclock.temporal.instants import to_micros

from .tickets import Ticket

REOPENED = "resolved, until it was reopened"


@dataclass(frozen=True, slots=True)
class AsOf:
    """What a measure of a ticket had come to by an instant.

    `done` is when the work was done, if it was by then; `seen` the instant to judge by, which is `done` or else
    the instant asked about; `start` where the clock starts; `pauses` the stretches in which it stood still, with
    their reasons, the last one ending at `FOREVER` where the ticket still waits.
    """

    start: int
    seen: int
    done: int | None
    priority: str | None
    pauses: tuple[tuple[int, int, str], ...]


def as_of(ticket: Ticket, policy: Policy, at: int, measure: Measure) -> AsOf:
    """The ticket as of `at`; nothing after it is looked at."""
    opened = to_micros(ticket.opened)
    reopenings = [
        (resolved, to_micros(reopening.reopened))
        for reopening in ticket.reopenings
        if (resolved := to_micros(reopening.resolved)) <= at
    ]
    done = _responded(ticket, reopenings, at) if measure == "respond" else _resolved(ticket, reopenings, at)
    seen = at if done is None else done
    start = opened
    priority, changed = _priority(ticket, policy, seen)
    if policy.restart.priority_change and changed is not None:
        start = max(start, changed)
    # The time between a resolution and its reopening counts for nothing.
    pauses = [(a, b, REOPENED) for a, b in reopenings if measure == "resolve" and b <= seen]
    if policy.restart.reopening and pauses:
        start = max(start, pauses[-1][1])
    end_of_open = FOREVER if done is None else done
    for pause in ticket.pauses:
        begun = to_micros(pause.start)
        if begun > seen:
            continue
        if policy.stops(pause.reason, measure):
            ended = FOREVER if pause.end is None else to_micros(pause.end)
            pauses.append((begun, end_of_open if ended > seen else ended, pause.reason or ""))
    return AsOf(start, seen, done, priority, tuple(pauses))


def _resolved(ticket: Ticket, reopenings: list[tuple[int, int]], at: int) -> int | None:
    """The resolution that stands at the instant."""
    for resolved, reopened in reopenings:
        if reopened > at:
            return resolved
    return _by(ticket.resolved, at)


def _responded(ticket: Ticket, reopenings: list[tuple[int, int]], at: int) -> int | None:
    """The first response; a resolution is one, where no earlier one was recorded."""
    known = [_by(ticket.responded, at), reopenings[0][0] if reopenings else _by(ticket.resolved, at)]
    return min((instant for instant in known if instant is not None), default=None)


def _by(when: datetime | None, at: int) -> int | None:
    """The instant, if it had come by `at`."""
    if when is None:
        return None
    micros = to_micros(when)
    return micros if micros <= at else None


def _priority(ticket: Ticket, policy: Policy, seen: int) -> tuple[str | None, int | None]:
    """The priority in force, and when it last changed."""
    priority, changed = ticket.priority, None
    if priority is None and ticket.impact is not None and ticket.urgency is not None:
        priority = policy.priority(ticket.impact, ticket.urgency)
    for change in ticket.priority_changes:
        at = to_micros(change.at)
        if at > seen:
            break
        if change.priority != priority:
            priority, changed = change.priority, at
    return priority, changed
