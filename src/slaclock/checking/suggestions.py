"""The cases at the edges of a policy, drafted with today's answers, to be reviewed and kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import islice, pairwise, product, zip_longest
from typing import Any, NamedTuple

from slaclock.calendar.base import Calendar, Closure
from slaclock.clock.pauses import Pause
from slaclock.errors import SlaClockError
from slaclock.formats.toml_values import toml_string, toml_value
from slaclock.policy.book import PolicyBook, PolicyLike, given_policy, main_policy, title_of
from slaclock.policy.measures import OWN_EVENTS, PAUSE, MeasureRule
from slaclock.policy.policy import Policy
from slaclock.policy.promises import Promise, promises_of
from slaclock.policy.subscription_years import SubscriptionYear
from slaclock.temporal.instants import DAY, MINUTE, from_micros, to_micros, wall_to_micros
from slaclock.tickets.assessment import Assessment, assess
from slaclock.tickets.tickets import Change, Event, Ticket

from .case_texts import cycles_of, keys_of
from .years import dates_of, first_year, instant_on

_MOST_TRIED = 64
"""So many combinations of attributes are tried for a policy of a book."""


class _Edge(NamedTuple):
    """A moment at which policies differ, and what it is called."""

    name: str
    opened: int
    pause: tuple[int, int] | None = None


class Suggestion(NamedTuple):
    """A case with today's answer: its name, and its keys with their plain values; as text, its line of a file."""

    name: str
    keys: dict[str, object]

    def __str__(self) -> str:
        return f"{toml_string(self.name)} = {toml_value(self.keys)}"


def suggest(policy: PolicyLike, year: SubscriptionYear | None = None) -> str:
    """A file of cases: for each target, tickets that open at the edges of its calendar, as the policy answers now.

    The edges are just before closing, on the shortest day, the day before a holiday, the weekends on which the clocks
    change, the last day of the subscription year, and a weekend over which a ticket waits; and for each target work
    done exactly at its limit and just after it. `year` is the subscription year, by default the policy's first. For a
    book there is one case a policy, with attributes that choose it; the edges are those of each policy alone.

    Raises nothing for a policy that was read: a target that no calendar can serve has no case.

    >>> from slaclock import Policy
    >>> from slaclock.checking import CaseFile
    >>> cases = CaseFile.parse(suggest(Policy.example())).cases
    >>> len(cases) > 20
    True
    """
    policy = given_policy(policy)
    if isinstance(policy, PolicyBook):
        drafted = _named(_of_book(policy))
    else:
        drafted = suggestions(policy, year or first_year(policy))
    lines = [
        "# Cases at the edges of the policy, with the answers of the day on which they were drafted.",
        "# Review each one: what is wrong here is wrong in the policy, or in what was meant.",
        "[cases]",
        *map(str, drafted),
    ]
    return "\n".join(lines) + "\n"


def suggestions(policy: Policy, year: SubscriptionYear) -> Iterator[Suggestion]:
    """The cases of a policy one by one, each with a name of its own."""
    return _named(_suggestions(policy, year))


def _named(drafted: Iterable[Suggestion]) -> Iterator[Suggestion]:
    names: set[str] = set()
    for suggestion in drafted:
        name, number = suggestion.name, 1
        while name in names:  # as of the kind "a b", and of the priority "b" of the kind "a"
            number += 1
            name = f"{suggestion.name} ({number})"
        names.add(name)
        yield suggestion._replace(name=name)


def _suggestions(policy: Policy, year: SubscriptionYear) -> Iterator[Suggestion]:
    edges: dict[str, list[_Edge]] = {}
    for promise in promises_of(policy):
        name = promise.calendar
        if name not in edges:
            edges[name] = list(_edges(policy, policy.calendar_named(name), year))
        label = promise.whose if promise.measure == "resolve" else f"{promise.whose} {promise.measure}"
        for edge in edges[name]:
            yield from _at_edge(policy, edge, label, promise)
        yield from _at_limit(policy, edges[name], label, promise)


def _edges(policy: Policy, calendar: Calendar, year: SubscriptionYear) -> Iterator[_Edge]:
    """The moments at which policies differ, those that the calendar has."""
    timetable, period = calendar.timetable, year.period
    days = dates_of(period)
    worked = [day for day in days if timetable.date_spans(day.toordinal())]
    if not worked:
        return
    closes = {day: timetable.date_spans(day.toordinal())[-1][1] for day in worked}
    lengths = {day: sum(b - a for a, b in timetable.date_spans(day.toordinal())) for day in worked}
    usual = max(set(lengths.values()), key=list(lengths.values()).count)
    plain = next((day for day in worked if lengths[day] == usual), worked[0])
    yield _Edge("just before closing", closes[plain] - MINUTE)
    shorter = next((day for day in worked if lengths[day] < usual), None)
    if shorter is not None:
        yield _Edge(f"late on a short {shorter:%A}", closes[shorter] - 30 * MINUTE)
    cutoff = calendar.rules.cutoff
    if cutoff is not None:
        at = wall_to_micros(plain.toordinal(), cutoff, calendar.zone)
        yield _Edge("a minute before the cut-off", at - MINUTE)
        yield _Edge("at the cut-off", at)
    holiday = next(
        (day for day in days if _is_holiday(calendar, day) and any(earlier < day for earlier in worked)), None
    )
    if holiday is not None:
        eve = max(day for day in worked if day < holiday)
        yield _Edge(f"before {_name(calendar, holiday)}", closes[eve] - 30 * MINUTE)
        yield _Edge(f"on {_name(calendar, holiday)}", _noon(calendar, holiday))
    for change in _clock_changes(calendar, [*days, period.end_day]):
        before = [day for day in worked if day < change]
        if before:
            yield _Edge(f"before the clocks change on {change}", closes[before[-1]] - 30 * MINUTE)
    yield _Edge("on the year's last evening", to_micros(year.end) - 30 * MINUTE)
    gap = next(((a, b) for a, b in pairwise(worked) if (b - a).days > 2 and a > plain), None)
    if gap is not None:
        start, end = closes[gap[0]] - 60 * MINUTE, timetable.date_spans(gap[1].toordinal())[0][0] + 60 * MINUTE
        yield _Edge("a wait over a weekend", start - 30 * MINUTE, (start, end))


def _is_holiday(calendar: Calendar, day: date) -> bool:
    closure = _closure(calendar, day)
    return closure is not None and closure.kind == "holiday" and day.weekday() < 5


def _name(calendar: Calendar, day: date) -> str:
    closure = _closure(calendar, day)
    return closure.name if closure is not None and closure.name else str(day)


def _closure(calendar: Calendar, day: date) -> Closure | None:
    """Why a date is closed at noon."""
    return calendar.closed_because(from_micros(_noon(calendar, day), calendar.zone))


def _noon(calendar: Calendar, day: date) -> int:
    return wall_to_micros(day.toordinal(), DAY // 2, calendar.zone)


def _clock_changes(calendar: Calendar, days: list[date]) -> Iterator[date]:
    """The dates on which the offset from UTC changes."""
    zone = calendar.zone
    offsets = [datetime(day.year, day.month, day.day, tzinfo=zone).utcoffset() for day in days]
    for day, offset, after in zip(days, offsets, offsets[1:], strict=False):
        if offset != after:
            yield day


def _of_book(book: PolicyBook) -> Iterator[Suggestion]:
    """A case for each policy of a book that is ever chosen, and has a target for which there is an answer."""
    for group in book.groups:
        for policy, successor in zip_longest(group, group[1:]):
            for opened, attributes in islice(_choosing(book, policy, successor), 1):
                cases = (_of_target(book, opened, attributes, promise) for promise in promises_of(policy))
                for keys in islice(filter(None, cases), 1):
                    yield Suggestion(f"a ticket by {title_of(policy)}", keys)


def _choosing(book: PolicyBook, policy: Policy, successor: Policy | None) -> Iterator[tuple[int, dict[str, str]]]:
    """The openings and attributes for which a policy is chosen, of some that may be: not too many are tried."""
    first = [policy.in_force_from, min(policy.coverage).first if policy.coverage else None]
    days = {max((day for day in first if day is not None), default=first_year(policy).first_day)}
    if successor is not None and successor.in_force_from is not None:
        days.add(successor.in_force_from - timedelta(days=7))
    for day in sorted(days):
        try:
            opened = policy.calendar.timetable.next_open(instant_on(policy, day))
        except SlaClockError:  # it is never open again, or the day lies before the first one
            continue
        for values in islice(product(*policy.applies_to.values()), _MOST_TRIED):
            attributes = dict(zip(policy.applies_to, values, strict=True))
            if book.choose(opened, attributes) == policy and policy.covers(from_micros(opened, policy.calendar.zone)):
                yield opened, attributes


def _of_target(book: PolicyBook, opened: int, attributes: dict[str, str], promise: Promise) -> dict[str, object] | None:
    """The case of one target of a policy of a book, in the zone of the book; None where it has no answer."""
    at = from_micros(opened, main_policy(book).calendar.zone)
    ticket = Ticket(id="case", opened=at, kind=promise.kind, priority=promise.priority, attributes=attributes)
    try:
        return keys_of(assess(ticket, book, at=at, measure=promise.measure))
    except SlaClockError:
        return None


def _at_edge(policy: Policy, edge: _Edge, label: str, promise: Promise) -> Iterator[Suggestion]:
    pauses = []
    if edge.pause is not None:
        if not promise.stopped_by:
            return
        reason = promise.stopped_by[0]
        zone = policy.calendar.zone
        pauses = [Pause(start=from_micros(edge.pause[0], zone), end=from_micros(edge.pause[1], zone), reason=reason)]
    assessment = _assessment(policy, edge, promise, pauses)
    if assessment is not None:
        yield Suggestion(f"{label}, {edge.name}", keys_of(assessment))


def _at_limit(policy: Policy, edges: list[_Edge], label: str, promise: Promise) -> Iterator[Suggestion]:
    """Work done exactly at the limit, and a second later; of a measure of cycles just before it too."""
    at_edge = _assessment(policy, edges[0], promise, []) if edges else None
    if at_edge is None or at_edge.due is None:
        return
    rule = policy.measure(promise.measure)
    limits = [("exactly at the limit", 0), ("a second after the limit", 1)]
    if rule.cycles == "each":
        limits.insert(0, ("a second before the limit", -1))
    for name, late in limits:
        micros = to_micros(at_edge.due) + late * MINUTE // 60
        done = from_micros(micros, policy.calendar.zone)
        if micros <= to_micros(at_edge.ticket.opened):  # a target of no length
            continue
        try:
            ticket = at_edge.ticket.model_copy(update=_done(at_edge.ticket, rule, done))
            a = assess(ticket, policy, at=done, measure=promise.measure)
        except SlaClockError:  # not enough open time ahead for the cycle that follows
            continue
        yield Suggestion(f"{label}, {name}", {**keys_of(a, expect_due=False), "state": a.state, **cycles_of(a)})


def _begun(rule: MeasureRule, opened: datetime) -> dict[str, Any]:
    """The fields of a ticket for which a cycle of a measure starts as it opens."""
    if rule.holds:
        attributes = {name: values[0] for name, values in rule.holds.items() if name != PAUSE}
        reasons = rule.holds.get(PAUSE, ())[:1]
        return {"attributes": attributes, "pauses": [Pause(start=opened, reason=reason) for reason in reasons]}
    if {"opened", "responded"} & {*rule.starts}:
        return {} if "opened" in rule.starts else {"responded": opened}
    named = [name for name in rule.starts if name not in OWN_EVENTS]
    answered = {"responded": opened} if rule.after_response else {}
    return {**answered, "events": [Event(at=opened, name=name) for name in named[:1]]}


def _done(ticket: Ticket, rule: MeasureRule, at: datetime) -> dict[str, Any]:
    """The fields of a ticket that end the running cycle of a measure at an instant."""
    if PAUSE in rule.holds:
        return {
            "pauses": [
                pause if pause.end else Pause(start=pause.start, end=at, reason=pause.reason) for pause in ticket.pauses
            ]
        }
    if rule.holds:
        return {"changes": [Change(at=at, field=next(iter(rule.holds)), to=None)]}
    named = next((name for name in rule.ends if name not in OWN_EVENTS), None)
    if "responded" in rule.ends and ticket.responded is None:
        return {"responded": at}
    if named is not None:
        return {"events": [*ticket.events, Event(at=at, name=named)]}
    return {"resolved": at}


def _assessment(policy: Policy, edge: _Edge, promise: Promise, pauses: list[Pause]) -> Assessment | None:
    zone = policy.calendar.zone
    opened = from_micros(edge.opened, zone)
    begun = _begun(policy.measure(promise.measure), opened)
    # so that a book in which the policy stands chooses it
    attributes = {name: values[0] for name, values in policy.applies_to.items()} | begun.pop("attributes", {})
    last = max([to_micros(opened), *(to_micros(pause.end) for pause in pauses if pause.end is not None)])
    try:
        ticket = Ticket(
            id="case",
            opened=opened,
            pauses=[*pauses, *begun.pop("pauses", ())],
            kind=promise.kind,
            priority=promise.priority,
            attributes=attributes,
            **begun,
        )
        return assess(ticket, policy, at=from_micros(last, zone), measure=promise.measure)
    except SlaClockError:  # not enough open time ahead: nothing to draft
        return None
