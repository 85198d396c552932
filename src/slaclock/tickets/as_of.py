"""A ticket as it was known at an instant: what was done by then, under which terms, and when it waited."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
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

from .tickets import Change, Ticket

REOPENED = "resolved, until it was reopened"
CANCELLED = "cancelled, until it was reopened"


class Gap(NamedTuple):
    """A time for which a ticket was not open: from a resolution, or a cancellation before it, to the reopening."""

    start: int
    end: int
    reason: str


class Stretch(NamedTuple):
    """Terms, and the instant from which they hold.

    Those of the `first` priority that a ticket got are measured from where its clock starts, under every rule.
    """

    since: int
    terms: Terms
    first: bool = False


class AsOf(NamedTuple):
    """What a measure of a ticket had come to by an instant.

    `done` is when the work was done, if it was by then, `cancelled` when the ticket was withdrawn before; `seen` the
    instant to judge by: either of these, or else the instant asked about. `start` is where the clock starts, unless a
    change or a cut-off puts it off (`TargetInForce` says where): the opening, or a reopening that starts it afresh.
    `stretches` are the terms that held one after another from there on, of which the last holds at the instant asked
    about, or held when the work was done; the first priority of a ticket is among them though it came later. Where
    something was agreed, or no policy fits, there is one stretch.
    `gaps` are the times for which the ticket was not open, each from a resolution or a cancellation to its reopening or
    to `seen`, in order. `pauses` are the stretches, in no order, in which the clock stands still, with their reasons:
    the gaps, and the pauses that stop the measure, of which one that is not known to have ended ends at `FOREVER`;
    none where a due date was agreed. `due` is the due date that was agreed, if one was.
    """

    start: int
    seen: int
    done: int | None
    cancelled: int | None
    stretches: tuple[Stretch, ...]
    gaps: tuple[Gap, ...]
    pauses: tuple[tuple[int, int, str], ...]
    due: int | None = None

    @property
    def terms(self) -> Terms:
        """The terms in force."""
        return self.stretches[-1].terms


def as_of(ticket: Ticket, policy: Policy, at: int, measure: Measure, *, opened: int, fits: bool = True) -> AsOf:
    """The ticket, which opened at `opened`, as of `at`; nothing after it is looked at.

    Where no policy of its book `fits` it has no terms, and `policy` only lends its calendar.
    """
    gaps = tuple(gap for gap in closed(ticket) if gap.start <= at) if ticket.reopenings else ()
    done = _responded(ticket, gaps, at) if measure == "respond" else _resolved(ticket, gaps, at)
    cancelled = _cancelled(ticket, at)
    if cancelled is not None and done is not None:
        # What was done before stays done; a resolution at the same instant does not.
        if done < cancelled or (measure == "respond" and done == cancelled == _by(ticket.responded, at)):
            cancelled = None
        else:
            done = None
    seen = done if done is not None else at if cancelled is None else cancelled
    learned = at if done is None else done  # what changes after the work was done leaves it as it is
    gaps = tuple(Gap(gap.start, min(gap.end, seen), gap.reason) for gap in gaps if gap.start < seen)
    agreed = ticket.agreed.get(measure)
    if not fits:
        terms = _no_terms(ticket, policy, learned)
        return AsOf(opened, seen, done, cancelled, (Stretch(opened, terms),), gaps, gaps)
    start, stretches = opened, _stretches(ticket, policy, measure, learned, at)
    ended = None if done is None and cancelled is None else seen
    stops = tuple(_stops(ticket, policy, measure, learned, ended)) if ticket.pauses else ()
    if isinstance(agreed, datetime):  # the due date as it stands: nothing stops its clock, or starts it afresh
        due, terms = to_micros(agreed), stretches[-1].terms
        if terms.outside != "excluded":
            opening = _opening_terms(ticket, policy, measure)
            terms = agreed_terms(terms, Target(opening.calendar.timetable.hours.between(opened, due)), opening)
        return AsOf(start, seen, done, cancelled, (Stretch(start, terms),), gaps, (), due)
    if gaps and measure == "resolve" and policy.rules.reopening == "restart":
        start = gaps[-1].end
        stretches = _from(start, stretches)
    if agreed is not None and stretches[-1].terms.outside != "excluded":
        terms = agreed_terms(stretches[-1].terms, agreed, _opening_terms(ticket, policy, measure))
        stretches = (Stretch(start, terms),)
    return AsOf(start, seen, done, cancelled, stretches, gaps, (*gaps, *stops))


def _no_terms(ticket: Ticket, policy: Policy, learned: int) -> Terms:
    """What holds for a ticket that no policy is for: its own kind and priority."""
    known = {change.field: change.to for change in ticket.changes if to_micros(change.at) <= learned}
    kind, priority = known.get("kind") or ticket.kind, known.get("priority", ticket.priority)
    return Terms(kind, priority, None, policy.calendar, MAIN)


def closed(ticket: Ticket) -> Iterator[Gap]:
    """The times for which the ticket was not open, in order."""
    cancelled = None if ticket.cancelled is None else to_micros(ticket.cancelled)
    last: int | None = None
    for reopening in ticket.reopenings:
        resolved, reopened = to_micros(reopening.resolved), to_micros(reopening.reopened)
        if cancelled is not None and cancelled <= resolved and (last is None or last < cancelled):
            yield Gap(cancelled, reopened, CANCELLED)
        else:
            yield Gap(resolved, reopened, REOPENED)
        last = reopened


def agreed_terms(terms: Terms, target: Target | None, opening: Terms) -> Terms:
    """The terms with the target that was agreed, by the calendar that held at the opening."""
    return Terms(terms.kind, terms.priority, target, opening.calendar, opening.calendar_name)


def _resolved(ticket: Ticket, gaps: Iterable[Gap], at: int) -> int | None:
    """The resolution that stands at the instant."""
    for gap in gaps:
        if gap.end > at:
            return gap.start if gap.reason == REOPENED else None
    return _by(ticket.resolved, at)


def _responded(ticket: Ticket, gaps: Iterable[Gap], at: int) -> int | None:
    """The first response; a resolution is one, where no earlier one was recorded and it was not withdrawn before."""
    resolved = next((gap.start for gap in gaps if gap.reason == REOPENED), _by(ticket.resolved, at))
    known = [instant for instant in (_by(ticket.responded, at), resolved) if instant is not None]
    return min(known, default=None)


def _cancelled(ticket: Ticket, at: int) -> int | None:
    """The cancellation that stands at the instant: a reopening ends it."""
    cancelled = _by(ticket.cancelled, at)
    if cancelled is None or any(cancelled <= to_micros(reopening.reopened) <= at for reopening in ticket.reopenings):
        return None
    return cancelled


def _by(when: datetime | None, at: int) -> int | None:
    """The instant, if it had come by `at`."""
    if when is None:
        return None
    micros = to_micros(when)
    return micros if micros <= at else None


def _opening_terms(ticket: Ticket, policy: Policy, measure: Measure) -> Terms:
    """What held as the ticket opened."""
    values = {name: getattr(ticket, name) for name in FIELDS}
    opened = to_micros(ticket.opened)
    return _terms(policy, values | _later(c for c in ticket.changes if to_micros(c.at) == opened), measure, True)


def _stretches(ticket: Ticket, policy: Policy, measure: Measure, learned: int, at: int) -> tuple[Stretch, ...]:
    """The terms that held one after another, from the opening to `learned`.

    The first priority that a ticket gets is no change: it holds from when it had none, and for what was done before it.
    """
    opened = to_micros(ticket.opened)
    values: dict[str, str | None] = {name: getattr(ticket, name) for name in FIELDS}
    agreed = measure in ticket.agreed
    if not ticket.changes:
        return (Stretch(opened, _terms(policy, values, measure, agreed)),)
    turns = [(when, _later(changes)) for when, changes in groupby(ticket.changes, lambda change: to_micros(change.at))]
    if turns and turns[0][0] == opened:
        values |= turns.pop(0)[1]
    category = values.pop("category")  # an exclusion is a state; it does not change which target is in force
    terms = _terms(policy, values, measure, agreed)
    stretches = [Stretch(opened, terms)]
    had_priority = terms.priority is not None
    for instant, later in turns:
        before = stretches[-1].terms
        if instant > learned:  # after the work was done only its first priority still counts
            if instant > at or had_priority or not before.untriaged:
                break
            later.pop("kind", None)
        else:
            category = later.get("category", category)
        values |= {name: value for name, value in later.items() if name in values}
        terms = _terms(policy, values, measure, agreed)
        first = terms.priority is not None and not had_priority
        had_priority = had_priority or first
        since = instant
        if first and before.untriaged:
            while stretches and stretches[-1].terms.untriaged:
                since = stretches.pop().since
        elif terms.kind == before.kind and (first or terms.priority == before.priority):
            since, _, was_first = stretches.pop()
            first = first or was_first
        stretches.append(Stretch(since, terms, first))
    since, _, first = stretches[-1]
    stretches[-1] = Stretch(since, _terms(policy, {**values, "category": category}, measure, agreed), first)
    return tuple(stretches)


def _later(changes: Iterable[Change]) -> dict[str, str | None]:
    """The values of the fields that change at an instant; of several the last holds."""
    return {change.field: change.to for change in changes if change.field in FIELDS}


def _terms(policy: Policy, values: Mapping[str, str | None], measure: Measure, agreed: bool) -> Terms:
    priority, category, impact, urgency = (values.get(name) for name in FIELDS[1:])
    return terms_of(policy, Case(values["kind"] or "", priority, category, impact, urgency, agreed), measure)


def _from(start: int, stretches: tuple[Stretch, ...]) -> tuple[Stretch, ...]:
    """The stretches from a later start on."""
    later = [stretch for stretch in stretches if stretch.since > start]
    return (stretches[len(stretches) - len(later) - 1]._replace(since=start), *later)


def _stops(
    ticket: Ticket, policy: Policy, measure: Measure, learned: int, ended: int | None
) -> Iterator[tuple[int, int, str]]:
    """The pauses that stop the measure, none of them for longer than to where it `ended`, if it did."""
    for pause in waits(ticket, learned):
        stops = policy.stops(pause.reason, measure)  # a reason must be known in any case
        if stops and ended is None:
            yield pause.begun, pause.ended if pause.ended <= learned else FOREVER, pause.reason or ""
        elif stops and ended is not None and pause.begun <= ended:
            yield pause.begun, min(pause.ended, ended), pause.reason or ""


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
