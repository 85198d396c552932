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
from slaclock.temporal import intervals
from slaclock.temporal.instants import to_micros
from slaclock.temporal.intervals import Run

from .cycles import Cycle
from .knowledge import NOW, Knowledge
from .tickets import Change, Ticket
from .waits import Stop, Wait
from .waits import waits as waits_of


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
    to `seen`, in order; `waits` the times, in no order, for which it waited, whether or not that stops the clock, with
    their reasons, of which one that is not known to have ended ends at `FOREVER`. `due` is the due date that was
    agreed, or that of a cycle of a `grid`, if there is one; `after_due` is whether the start is the due date of the
    cycle before, and `over` whether it is over without having been done. Calendars are read by what was known at
    `known_at`, or else where each target is measured from, which for one of a grid is where that was `promised`, or
    when more was `learned`, where that was later.
    """

    start: int
    seen: int
    done: int | None
    cancelled: int | None
    stretches: tuple[Stretch, ...]
    gaps: tuple[Stop, ...]
    waits: tuple[Wait, ...]
    due: int | None = None
    after_due: bool = False
    grid: bool = False
    over: bool = False
    known_at: int | None = None
    promised: int | None = None
    learned: int | None = None

    @property
    def terms(self) -> Terms:
        """The terms in force."""
        return self.stretches[-1].terms

    def known_terms(self, terms: Terms, measured_from: int) -> Terms:
        """Terms with their calendar by what was known, for what is measured from an instant."""
        if not terms.calendar.announced_at:
            return terms
        known_at = self.known_at
        if known_at is None:
            known_at = self.promised if self.promised is not None and measured_from == self.start else measured_from
            known_at = known_at if self.learned is None else max(known_at, self.learned)
        calendar = terms.calendar.known_by(known_at)
        return terms if calendar is terms.calendar else terms._replace(calendar=calendar)

    def stops_of(self, terms: Terms) -> tuple[Stop, ...]:
        """The stretches, in no order, in which the clock of some terms stands still; none before an agreed due date."""
        if self.due is not None and not self.grid:
            return ()
        waits = (Stop(start, end, why) for start, end, why in self.waits if why in terms.stopped_by)
        return (*self.gaps, *waits)

    def pauses_of(self, terms: Terms) -> Run:
        """The time from the start of the clock on for which it stands still under some terms."""
        stops = self.stops_of(terms)
        return intervals.union((max(stop.start, self.start), stop.end) for stop in stops) if stops else ()


def as_of(
    ticket: Ticket,
    policy: Policy,
    at: int,
    measure: Measure,
    cycle: Cycle,
    *,
    fits: bool = True,
    waited: int | None = None,
    known: Knowledge = NOW,
) -> AsOf:
    """A cycle of the ticket as of `at`, as it was known then; nothing after that is looked at.

    Where no policy of its book `fits` it has no terms, and `policy` only lends its calendar. The pauses of a cycle that
    runs are those that had begun by `waited`, where that is given. Of calendars that was `known` which is asked for.
    """
    opened, done, cancelled = cycle.start, cycle.done, cycle.cancelled
    ended = next((end for end in (done, cycle.over, cancelled) if end is not None), None)
    seen = at if ended is None else ended
    learned = at if cancelled is not None else seen  # what changes after the work was done leaves it as it is
    learned = learned if cycle.learned is None else cycle.learned
    known_at, promised = known.by(seen), cycle.promised
    gaps = tuple(Stop(gap.start, min(gap.end, seen), gap.reason) for gap in cycle.gaps if gap.start < seen)
    agreed = ticket.agreed.get(measure)

    def under(terms: Terms, due: int | None = None) -> AsOf:
        """Under terms that hold throughout, whose clock nothing stops."""
        stretches = (Stretch(opened, terms),)
        return AsOf(opened, seen, done, cancelled, stretches, gaps, (), due, known_at=known_at, promised=promised)

    if not fits:
        return under(_no_terms(ticket, policy, learned))
    start, stretches = opened, _stretches(ticket, policy, measure, opened, learned, at)
    if waited is None or ended is not None:
        waited = at if ended is None else learned
    waits = tuple(_waits(ticket, policy, waited, ended)) if ticket.pauses else ()
    if isinstance(agreed, datetime):  # the due date as it stands: nothing stops its clock, or starts it afresh
        due, terms = to_micros(agreed), stretches[-1].terms
        if terms.outside != "excluded":
            opening = _opening_terms(ticket, policy, measure, opened)
            terms = agreed_terms(terms, Target(opening.calendar.timetable.hours.between(opened, due)), opening)
        return under(terms, due)
    if gaps and measure == "resolve" and policy.rules.reopening == "restart":
        start = gaps[-1].end
        stretches = _from(start, stretches)
    if agreed is not None and stretches[-1].terms.outside != "excluded":
        terms = agreed_terms(stretches[-1].terms, agreed, _opening_terms(ticket, policy, measure, opened))
        stretches = (Stretch(start, terms),)
    return AsOf(
        start,
        seen,
        done,
        cancelled,
        stretches,
        gaps,
        waits,
        cycle.due,
        cycle.after_due,
        cycle.due is not None,
        cycle.over is not None,
        known_at,
        promised,
    )


def _no_terms(ticket: Ticket, policy: Policy, learned: int) -> Terms:
    """What holds for a ticket that no policy is for: its own kind and priority."""
    known = {change.field: change.to for change in ticket.changes if to_micros(change.at) <= learned}
    kind, priority = known.get("kind") or ticket.kind, known.get("priority", ticket.priority)
    return Terms(kind, priority, None, policy.calendar, MAIN, ())


def agreed_terms(terms: Terms, target: Target | None, opening: Terms) -> Terms:
    """The terms with the target that was agreed, by the calendar and the pauses that held at the opening."""
    return opening._replace(
        kind=terms.kind, priority=terms.priority, target=target, outside=None, why="", untriaged=False
    )


def _opening_terms(ticket: Ticket, policy: Policy, measure: Measure, opened: int) -> Terms:
    """What held as the cycle opened."""
    values = {name: getattr(ticket, name) for name in FIELDS}
    return _terms(policy, values | _later(c for c in ticket.changes if to_micros(c.at) <= opened), measure, True)


def _stretches(  # noqa: PLR0917 - two are the ticket's, four say when
    ticket: Ticket, policy: Policy, measure: Measure, opened: int, learned: int, at: int
) -> tuple[Stretch, ...]:
    """The terms that held one after another, from `opened` to `learned`.

    The first priority that a ticket gets is no change: it holds from when it had none, and for what was done before it.
    """
    values: dict[str, str | None] = {name: getattr(ticket, name) for name in FIELDS}
    agreed = measure in ticket.agreed
    if not ticket.changes:
        return (Stretch(opened, _terms(policy, values, measure, agreed)),)
    turns = [(when, _later(changes)) for when, changes in groupby(ticket.changes, lambda change: to_micros(change.at))]
    while turns and turns[0][0] <= opened:
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


def _waits(ticket: Ticket, policy: Policy, known: int, ended: int | None) -> Iterator[Wait]:
    """The pauses, none of them for longer than to where what is judged `ended`, if it did."""
    for wait in waits_of(ticket, known):
        policy.check_reason(wait.reason)  # it must be known whether or not it stops anything
        if ended is None:
            yield wait if wait.end <= known else wait._replace(end=FOREVER)
        elif wait.start <= ended:
            yield wait._replace(end=min(wait.end, ended))
