"""The cases at the edges of a policy, drafted with today's answers, to be reviewed and kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from itertools import pairwise
from typing import NamedTuple

from slaclock.calendar.base import Closure
from slaclock.clock.pauses import Pause
from slaclock.errors import SlaClockError
from slaclock.formats.toml_values import toml_string, toml_value
from slaclock.policy.measures import ENDS, MEASURES, Measure
from slaclock.policy.policy import Policy
from slaclock.policy.subscription_years import SubscriptionYear
from slaclock.temporal.instants import MINUTE, from_micros, to_micros, wall_to_micros
from slaclock.tickets.assessment import Assessment, assess
from slaclock.tickets.tickets import Ticket

from .cases import NONE
from .years import dates_of, first_year, instant_on


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


def suggest(policy: Policy, year: SubscriptionYear | None = None) -> str:
    """A file of cases: for each target, tickets that open at the edges of the calendar, as the policy answers now.

    The edges are just before closing, on the shortest day, the day before a holiday, the weekends on which the clocks
    change, the last day of the subscription year, and a weekend over which a ticket waits; and for each target work
    done exactly at its limit and just after it. `year` is the subscription year, by default the policy's first.
    """
    lines = [
        "# Cases at the edges of the policy, with the answers of the day on which they were drafted.",
        "# Review each one: what is wrong here is wrong in the policy, or in what was meant.",
        "[cases]",
        *map(str, suggestions(policy, year or first_year(policy))),
    ]
    return "\n".join(lines) + "\n"


def suggestions(policy: Policy, year: SubscriptionYear) -> Iterator[Suggestion]:
    """The cases one by one, each with a name of its own."""
    names: set[str] = set()
    for suggestion in _suggestions(policy, year):
        name, number = suggestion.name, 1
        while name in names:  # as of the kind "a b", and of the priority "b" of the kind "a"
            number += 1
            name = f"{suggestion.name} ({number})"
        names.add(name)
        yield suggestion._replace(name=name)


def _suggestions(policy: Policy, year: SubscriptionYear) -> Iterator[Suggestion]:
    edges = list(_edges(policy, year))
    for kind, targets in policy.targets.items():
        for priority in targets.priorities or (None,):
            for measure in MEASURES:
                try:
                    policy.target(kind, priority, measure)
                except SlaClockError:  # none is set
                    continue
                label = " ".join(filter(None, (kind, priority, "" if measure == "resolve" else measure)))
                fields = {"kind": kind, "priority": priority}
                for edge in edges:
                    yield from _at_edge(policy, edge, label, fields, measure)
                yield from _at_limit(policy, edges, label, fields, measure)


def _edges(policy: Policy, year: SubscriptionYear) -> Iterator[_Edge]:
    """The moments at which policies differ, those that the calendar has."""
    timetable, period = policy.calendar.timetable, year.period
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
    cutoff = policy.calendar.rules.cutoff
    if cutoff is not None:
        at = wall_to_micros(plain.toordinal(), cutoff, policy.calendar.zone)
        yield _Edge("a minute before the cut-off", at - MINUTE)
        yield _Edge("at the cut-off", at)
    holiday = next((day for day in days if _is_holiday(policy, day) and any(earlier < day for earlier in worked)), None)
    if holiday is not None:
        eve = max(day for day in worked if day < holiday)
        yield _Edge(f"before {_name(policy, holiday)}", closes[eve] - 30 * MINUTE)
        yield _Edge(f"on {_name(policy, holiday)}", instant_on(policy, holiday, 12))
    for change in _clock_changes(policy, [*days, period.end_day]):
        before = [day for day in worked if day < change]
        if before:
            yield _Edge(f"before the clocks change on {change}", closes[before[-1]] - 30 * MINUTE)
    yield _Edge("on the year's last evening", to_micros(year.end) - 30 * MINUTE)
    gap = next(((a, b) for a, b in pairwise(worked) if (b - a).days > 2 and a > plain), None)
    if gap is not None:
        start, end = closes[gap[0]] - 60 * MINUTE, timetable.date_spans(gap[1].toordinal())[0][0] + 60 * MINUTE
        yield _Edge("a wait over a weekend", start - 30 * MINUTE, (start, end))


def _is_holiday(policy: Policy, day: date) -> bool:
    closure = _closure(policy, day)
    return closure is not None and closure.kind == "holiday" and day.weekday() < 5


def _name(policy: Policy, day: date) -> str:
    closure = _closure(policy, day)
    return closure.name if closure is not None and closure.name else str(day)


def _closure(policy: Policy, day: date) -> Closure | None:
    """Why a date is closed at noon."""
    return policy.calendar.closed_because(from_micros(instant_on(policy, day, 12), policy.calendar.zone))


def _clock_changes(policy: Policy, days: list[date]) -> Iterator[date]:
    """The dates on which the offset from UTC changes."""
    zone = policy.calendar.zone
    offsets = [datetime(day.year, day.month, day.day, tzinfo=zone).utcoffset() for day in days]
    for day, offset, after in zip(days, offsets, offsets[1:], strict=False):
        if offset != after:
            yield day


def _at_edge(
    policy: Policy, edge: _Edge, label: str, fields: dict[str, str | None], measure: Measure
) -> Iterator[Suggestion]:
    pauses = []
    if edge.pause is not None:
        reason = next((reason for reason in policy.pauses if policy.stops(reason, measure)), None)
        if reason is None:
            return
        zone = policy.calendar.zone
        pauses = [Pause(start=from_micros(edge.pause[0], zone), end=from_micros(edge.pause[1], zone), reason=reason)]
    assessment = _assessment(policy, edge, fields, pauses, measure)
    if assessment is not None:
        yield Suggestion(f"{label}, {edge.name}", _keys(assessment, measure))


def _at_limit(
    policy: Policy, edges: list[_Edge], label: str, fields: dict[str, str | None], measure: Measure
) -> Iterator[Suggestion]:
    """Work done exactly at the limit, and a second later."""
    at_edge = _assessment(policy, edges[0], fields, [], measure) if edges else None
    if at_edge is None or at_edge.due is None:
        return
    done_at = ENDS[measure][0]
    for name, late in (("exactly at the limit", 0), ("a second after the limit", 1)):
        done = from_micros(to_micros(at_edge.due) + late * MINUTE // 60, policy.calendar.zone)
        ticket = at_edge.ticket.model_copy(update={done_at: done})
        a = assess(ticket, policy, at=done, measure=measure)
        keys = _keys(a, measure)
        keys.pop("due")
        yield Suggestion(f"{label}, {name}", {**keys, done_at: _moment(done), "state": a.state})


def _assessment(
    policy: Policy, edge: _Edge, fields: dict[str, str | None], pauses: list[Pause], measure: Measure
) -> Assessment | None:
    zone = policy.calendar.zone
    opened = from_micros(edge.opened, zone)
    ticket = Ticket(id="case", opened=opened, pauses=pauses, kind=fields["kind"] or "", priority=fields["priority"])
    last = max([to_micros(opened), *(to_micros(pause.end) for pause in pauses if pause.end is not None)])
    try:
        return assess(ticket, policy, at=from_micros(last, zone), measure=measure)
    except SlaClockError:  # not enough open time ahead: nothing to draft
        return None


def _keys(a: Assessment, measure: Measure) -> dict[str, object]:
    ticket = a.ticket
    keys: dict[str, object] = {"opened": _moment(ticket.opened)}
    if ticket.kind != "incident":
        keys["kind"] = ticket.kind
    if ticket.priority is not None:
        keys["priority"] = ticket.priority
    if measure != "resolve":
        keys["measure"] = measure
    if ticket.pauses:
        keys["pauses"] = [_pause(pause) for pause in ticket.pauses]
    if a.target is None:
        return {**keys, "due": NONE, "state": a.state}
    return {**keys, "due": NONE if a.due is None else _moment(a.due)}


def _pause(pause: Pause) -> object:
    """A pause as a line of text, or as a table where its reason is not one word, as the line needs it."""
    keys = {"start": _moment(pause.start), "end": _moment(pause.end or pause.start), "reason": pause.reason or ""}
    return "{start}/{end} {reason}".format(**keys) if keys["reason"].split() == [keys["reason"]] else keys


def _moment(at: datetime) -> str:
    """A moment in local time; with its offset where the clocks go back over it."""
    ambiguous = at.replace(fold=1).utcoffset() != at.replace(fold=0).utcoffset()
    if ambiguous:
        return at.isoformat(sep=" ")
    return at.replace(tzinfo=None).isoformat(sep=" ").removesuffix(":00")
