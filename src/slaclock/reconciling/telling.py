"""A ticket that would tell two readings apart: one that is made up, and that they would have due at two instants."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from slaclock.calendar.base import Calendar
from slaclock.clock.pauses import Pause
from slaclock.clock.targets import Target
from slaclock.errors import SlaClockError
from slaclock.policy.book import policies_of
from slaclock.policy.measures import Measure
from slaclock.policy.policy import Policy
from slaclock.policy.promises import Promise, promises_of
from slaclock.temporal.instants import HOUR, MINUTE, from_micros, wall_to_micros
from slaclock.tickets.assessment import Assessment, assess
from slaclock.tickets.tickets import Change, Reopening, Ticket

from .calendars import first_difference
from .policies import PoliciesUnder
from .readings import ADDED, AXES, CALENDAR_AXES, DAY_AXES, HELD, IGNORED, DeskReading

_SOME_DAYS, _A_YEAR = 16, 400
_SEEN = timedelta(days=150)
"""So long after its opening a made-up ticket is looked at: by then it is due under every reading."""
_NIGHT, _MORNING = 20 * HOUR, 6 * HOUR


class Telling(NamedTuple):
    """A made-up ticket, and when two readings have it due."""

    ticket: Ticket
    due: datetime
    other_due: datetime


def telling_ticket(
    under: PoliciesUnder, one: DeskReading, other: DeskReading, measure: Measure, first: date
) -> Telling | None:
    """A ticket of which two readings say two due dates; None where none of those that are tried does.

    The tickets open on some days from `first` on, or where the readings' calendars begin to differ.
    """
    search = _Search(under, one, other, measure)
    for policy in policies_of(under.policy):
        for ticket in search.tickets(policy, first.toordinal()):
            telling = search.told(ticket)
            if telling is not None:
                return telling
    return None


def due_under(
    under: PoliciesUnder, ticket: Ticket, reading: DeskReading, at: datetime, measure: Measure
) -> datetime | None:
    """When a reading has one ticket due; None where it has not, or cannot be read so."""

    def assessed(own: DeskReading) -> Assessment | None:
        policy = under.of(own)
        return None if policy is None else assess(ticket, policy, at=at, measure=measure)

    if reading.pauses != ADDED:
        whole = assessed(reading)
        return None if whole is None else whole.due
    running, all_time, open_time = (
        assessed(own) for own in (reading.with_("pauses", IGNORED), HELD.with_("pauses", IGNORED), HELD)
    )
    if running is None or running.due is None or all_time is None or open_time is None:
        return None
    return running.due + (all_time.elapsed - open_time.elapsed)


class _Search:
    """The search for a ticket that tells two readings apart."""

    def __init__(self, under: PoliciesUnder, one: DeskReading, other: DeskReading, measure: Measure) -> None:
        self._under, self._one, self._other, self._measure = under, one, other, measure
        self._axes = {axis for axis in AXES if one.of(axis) != other.of(axis)}

    def told(self, ticket: Ticket) -> Telling | None:
        """What the two readings say of a ticket, where that is not the same."""
        at = ticket.opened + _SEEN
        try:
            due, other_due = (
                due_under(self._under, ticket, own, at, self._measure) for own in (self._one, self._other)
            )
        except SlaClockError:
            return None
        if due is None or other_due is None or due == other_due:
            return None
        return Telling(ticket, due, other_due)

    def tickets(self, policy: Policy, first: int) -> Iterator[Ticket]:
        """Tickets that may tell, those under each target once."""
        promises = [promise for promise in promises_of(policy) if promise.measure == self._measure]
        attributes = {name: values[0] for name, values in policy.applies_to.items()}
        alike: dict[tuple[Target, str, tuple[str, ...]], Promise] = {}
        for promise in promises:
            alike.setdefault((promise.target, promise.calendar, promise.stopped_by), promise)
        for promise in filter(self._may_tell, alike.values()):
            calendar = policy.calendar_named(promise.calendar)
            for day in self._days(calendar, first):
                for opened in _openings(calendar, day):
                    for ticket in self._histories(opened, promise, promises):
                        yield ticket.model_copy(update={"attributes": attributes})

    def _may_tell(self, promise: Promise) -> bool:
        """Whether tickets under a target can tell any of the axes apart."""
        if promise.target.wall or (self._axes.issubset(DAY_AXES) and promise.target.unit != "days"):
            return False
        return bool(promise.stopped_by) or self._axes != {"pauses"}

    def _days(self, calendar: Calendar, first: int) -> Iterable[int]:
        """The local dates on which tickets open: a few, from where the calendars differ if they do."""
        if not self._axes.isdisjoint(CALENDAR_AXES):
            one, other = (self._under.calendar(calendar, reading) for reading in (self._one, self._other))
            if one is None or other is None:
                return ()
            different = first_difference(one, other, first, first + _A_YEAR)
            if different is None:
                return ()
            first = max(different - 7, 1)
        return range(first, first + _SOME_DAYS)

    def _histories(self, opened: datetime, promise: Promise, promises: Sequence[Promise]) -> Iterator[Ticket]:
        """Tickets opened then: plain ones, or with whatever it takes to tell the axes apart."""
        plain = Ticket(id="made up", kind=promise.kind, priority=promise.priority, opened=opened)
        if "pauses" in self._axes:
            for hours, length in ((1, 20), (1, 2), (0, 66)):
                start = opened + timedelta(hours=hours)
                pause = Pause(start=start, end=start + timedelta(hours=length), reason=promise.stopped_by[0])
                yield plain.model_copy(update={"pauses": (pause,)})
        elif not self._axes.isdisjoint({"priority_change", "breach"}):
            for change in _changes(opened, promise, promises):
                yield plain.model_copy(update={"changes": (change,)})
        elif "reopening" in self._axes:
            for hours in (1, 4):
                resolved = opened + timedelta(hours=hours)
                reopening = Reopening(resolved=resolved, reopened=resolved + timedelta(hours=24))
                yield plain.model_copy(update={"reopenings": (reopening,)})
        else:
            yield plain


def _openings(calendar: Calendar, day: int) -> Iterator[datetime]:
    """When tickets open on a local date: in the morning, within the hours, near their end, and at night."""
    zone = calendar.zone
    spans = calendar.timetable.date_spans(day)
    instants = [wall_to_micros(day, 12 * HOUR, zone)]
    if spans:
        opens, closes = spans[0][0], spans[-1][1]
        instants = [opens + HOUR, closes - 30 * MINUTE, (opens + closes) // 2, opens - HOUR, closes + HOUR]
    for at in (*instants, wall_to_micros(day, _NIGHT, zone), wall_to_micros(day, _MORNING, zone)):
        yield from_micros(at - at % MINUTE, zone)


def _changes(opened: datetime, promise: Promise, promises: Sequence[Promise]) -> Iterator[Change]:
    """Changes of a ticket's target: to the other priorities of its kind, or to other kinds."""
    for other in promises:
        if other.kind == promise.kind and other.priority not in (promise.priority, None):
            for hours in (2, 26):
                yield Change(at=opened + timedelta(hours=hours), field="priority", to=other.priority)
        elif other.kind != promise.kind and other.priority == promise.priority:
            yield Change(at=opened + timedelta(hours=2), field="kind", to=other.kind)
