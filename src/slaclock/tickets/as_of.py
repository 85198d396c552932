"""A ticket as it was known at an instant: what was done by then, under which terms, and when it waited."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from slaclock.clock.pauses import FOREVER
from slaclock.clock.targets import Target
from slaclock.policy.attributes import FIELDS
from slaclock.policy.calendars import MAIN
from slaclock.policy.measures import Measure
from slaclock.policy.policy import Policy
from slaclock.policy.terms import Case, Terms, terms_of
from slaclock.temporal.instants import to_micros

from .agreed import Agreed
from .tickets import Change, Ticket

REOPENED = "resolved, until it was reopened"
CANCELLED = "cancelled, until it was reopened"
Stretch = tuple[int, Terms]
"""Terms, and the instant from which they hold."""


class AsOf(NamedTuple):
    """What a measure of a ticket had come to by an instant.

    `done` is when the work was done, if it was by then, `cancelled` when the ticket was withdrawn before; `seen` the
    instant to judge by: either of these, or else the instant asked about. `start` is where the clock starts: the
    opening, or a reopening that starts it afresh. `stretches` are the terms that held one after another from there on,
    the last of them as of `seen`; `pauses` the stretches in which the clock stood still, with their reasons, the last
    one ending at `FOREVER` where the ticket still waits. `due` is the due date that was agreed, if one was.
    """

    start: int
    seen: int
    done: int | None
    cancelled: int | None
    stretches: tuple[Stretch, ...]
    pauses: tuple[tuple[int, int, str], ...]
    due: int | None = None

    @property
    def terms(self) -> Terms:
        """The terms in force."""
        return self.stretches[-1][1]

    @property
    def gaps(self) -> list[tuple[int, int]]:
        """The times for which the ticket was not open, each ended by a reopening, in order."""
        return [(a, b) for a, b, reason in self.pauses if reason in (REOPENED, CANCELLED)]


def as_of(ticket: Ticket, policy: Policy, at: int, measure: Measure, *, opened: int, fits: bool = True) -> AsOf:
    """The ticket, which opened at `opened`, as of `at`; nothing after it is looked at.

    Where no policy of its book `fits` it has no terms, and `policy` only lends its calendar.
    """
    start, reopenings = opened, []
    if ticket.reopenings:
        reopenings = [
            (resolved, to_micros(reopening.reopened))
            for reopening in ticket.reopenings
            if (resolved := to_micros(reopening.resolved)) <= at
        ]
    done = _responded(ticket, reopenings, at) if measure == "respond" else _resolved(ticket, reopenings, at)
    cancelled = _cancelled(ticket, reopenings, at)
    if cancelled is not None and done is not None:
        # What was done before stays done; a resolution at the same instant does not.
        if done < cancelled or (measure == "respond" and done == cancelled == _by(ticket.responded, at)):
            cancelled = None
        else:
            done = None
    seen = done if done is not None else at if cancelled is None else cancelled
    learned = at if done is None else done  # what changes after the work was done leaves it as it is
    # The time for which the ticket was not open counts for nothing.
    gaps = [gap for gap in closed(ticket) if measure == "resolve" and gap[1] <= seen] if reopenings else []
    if not fits:
        return AsOf(opened, seen, done, cancelled, ((opened, _no_terms(ticket, policy, learned)),), tuple(gaps))
    if ticket.changes:
        stretches = _stretches(ticket, policy, measure, learned, at)
    else:
        case = Case(
            ticket.kind, ticket.priority, ticket.category, ticket.impact, ticket.urgency, measure in ticket.agreed
        )
        stretches = ((opened, terms_of(policy, case, measure)),)
    first = stretches[0][1]
    if gaps and policy.rules.reopening == "restart":
        start = gaps[-1][1]
        stretches = _from(start, stretches)
    due = None
    if measure in ticket.agreed:
        agreed = ticket.agreed[measure]
        stretches = ((start, _agreed(agreed, start, first, stretches[-1][1])),)
        due = to_micros(agreed) if isinstance(agreed, datetime) else None
    if ticket.pauses:
        ended = FOREVER if done is None and cancelled is None else seen
        for pause in waits(ticket, learned):
            stops = policy.stops(pause.reason, measure)  # a reason must be known in any case
            if stops and due is None and pause.begun <= seen:
                gaps.append((pause.begun, ended if pause.ended > seen else pause.ended, pause.reason or ""))
    return AsOf(start, seen, done, cancelled, stretches, tuple(gaps), due)


def _no_terms(ticket: Ticket, policy: Policy, learned: int) -> Terms:
    """What holds for a ticket that no policy is for: its own kind and priority."""
    known = {change.field: change.to for change in ticket.changes if to_micros(change.at) <= learned}
    kind, priority = known.get("kind") or ticket.kind, known.get("priority", ticket.priority)
    return Terms(kind, priority, None, policy.calendar, MAIN)


def closed(ticket: Ticket) -> Iterator[tuple[int, int, str]]:
    """The times for which the ticket was not open: from a resolution, or a cancellation before it, to the reopening."""
    cancelled = None if ticket.cancelled is None else to_micros(ticket.cancelled)
    last: int | None = None
    for reopening in ticket.reopenings:
        resolved, reopened = to_micros(reopening.resolved), to_micros(reopening.reopened)
        if cancelled is not None and cancelled < resolved and (last is None or last < cancelled):
            yield cancelled, reopened, CANCELLED
        else:
            yield resolved, reopened, REOPENED
        last = reopened


def _agreed(agreed: Agreed, start: int, first: Terms, last: Terms) -> Terms:
    """The last terms with what was agreed in the place of their target, by the calendar that held at the opening."""
    if last.outside == "excluded":
        return last
    if isinstance(agreed, datetime):
        open_time = first.calendar.timetable.hours.between(start, max(to_micros(agreed), start))
        agreed = Target(open_time)
    return Terms(last.kind, last.priority, agreed, first.calendar, first.calendar_name)


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


def _cancelled(ticket: Ticket, reopenings: list[tuple[int, int]], at: int) -> int | None:
    """The cancellation that stands at the instant: a reopening ends it."""
    cancelled = _by(ticket.cancelled, at)
    if cancelled is None or any(cancelled <= reopened <= at for _, reopened in reopenings):
        return None
    return cancelled


def _by(when: datetime | None, at: int) -> int | None:
    """The instant, if it had come by `at`."""
    if when is None:
        return None
    micros = to_micros(when)
    return micros if micros <= at else None


def _stretches(ticket: Ticket, policy: Policy, measure: Measure, learned: int, at: int) -> tuple[Stretch, ...]:
    """The terms that held one after another, from the opening to `learned`.

    The first priority that a ticket gets is no change: it holds from the opening, and for what was done before it.
    """
    opened = to_micros(ticket.opened)
    values: dict[str, str | None] = {name: getattr(ticket, name) for name in FIELDS}
    turns = [(when, list(some)) for when, some in groupby(ticket.changes, lambda change: to_micros(change.at))]
    if turns and turns[0][0] == opened:
        values |= _later(turns.pop(0)[1])
    category = values.pop("category")  # an exclusion is a state; it does not change which target is in force
    agreed = measure in ticket.agreed
    terms = _terms(policy, values, measure, agreed)
    stretches: list[Stretch] = [(opened, terms)]
    had_priority = terms.priority is not None
    for instant, changes in turns:
        later, (since, before) = _later(changes), stretches[-1]
        if instant > learned:  # after the work was done only its first priority still counts
            if instant > at or had_priority or not before.untriaged:
                break
            later.pop("kind", None)
        else:
            category = later.get("category", category)
        values |= {name: value for name, value in later.items() if name in values}
        terms = _terms(policy, values, measure, agreed)
        is_first = terms.priority is not None and not had_priority
        had_priority = had_priority or terms.priority is not None
        if terms.kind == before.kind and (is_first or terms.priority == before.priority):
            stretches[-1] = (since, terms)
        else:
            stretches.append((instant, terms))
    stretches[-1] = (stretches[-1][0], _terms(policy, {**values, "category": category}, measure, agreed))
    return tuple(stretches)


def _later(changes: Iterable[Change]) -> dict[str, str | None]:
    """The values of the fields that change at an instant; of several the last holds."""
    return {change.field: change.to for change in changes if change.field in FIELDS}


def _terms(policy: Policy, values: dict[str, str | None], measure: Measure, agreed: bool) -> Terms:
    priority, category, impact, urgency = (values.get(name) for name in FIELDS[1:])
    return terms_of(policy, Case(values["kind"] or "", priority, category, impact, urgency, agreed), measure)


def _from(start: int, stretches: tuple[Stretch, ...]) -> tuple[Stretch, ...]:
    """The stretches from a later start on."""
    later = [stretch for stretch in stretches if stretch[0] > start]
    return ((start, stretches[len(stretches) - len(later) - 1][1]), *later)


class Wait(NamedTuple):
    """A pause as it turned out: a resolution ends it for good."""

    begun: int
    ended: int
    reason: str | None


def waits(ticket: Ticket, seen: int) -> Iterator[Wait]:
    """The pauses that had begun by `seen`, each to its end; a resolution ends every one that it finds open for good."""
    # The last resolution is what is seen, if it is known; so only those before it are left to end a pause.
    resolutions = [to_micros(reopening.resolved) for reopening in ticket.reopenings]
    for pause in ticket.pauses:
        begun = to_micros(pause.start)
        if begun > seen:
            continue
        ended = FOREVER if pause.end is None else to_micros(pause.end)
        if resolutions:
            ended = min(ended, next((instant for instant in resolutions if begun <= instant <= seen), FOREVER))
        yield Wait(begun, ended, pause.reason)
