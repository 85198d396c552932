"""The cycles of a measure that counts while a condition holds: for a team, or with a supplier."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator

from slaclock.clock.pauses import FOREVER
from slaclock.policy.measures import PAUSE, MeasureRule
from slaclock.temporal import intervals
from slaclock.temporal.instants import to_micros

from .cycles import Cycle
from .tickets import Ticket
from .waits import open_times


def cycles_while(ticket: Ticket, rule: MeasureRule, at: int) -> Iterator[Cycle]:
    """The times of the open ticket in which all conditions hold, as far as they had begun by `at`."""
    had = [_had(ticket, name, values) for name, values in rule.holds.items() if name != PAUSE]
    attributes: intervals.Run = ((to_micros(ticket.opened), FOREVER),)
    for run in had:
        attributes = intervals.intersect(attributes, run)
    paused = _paused(ticket, rule.holds[PAUSE]) if PAUSE in rule.holds else None
    for number, time in enumerate(open_times(ticket)):
        run = attributes if paused is None else intervals.intersect(attributes, paused[number])
        for start, until in run:
            begun = max(start, time.start)
            ended = until if time.closed is None else min(until, time.closed)
            if begun >= ended or begun > at:
                continue
            if ended > at:
                yield Cycle(begun)
            else:  # a condition that ends by itself comes before what closes the ticket at its instant
                yield Cycle(begun).closed(ended, withdrawn=time.withdrawn and ended < until)


def _paused(ticket: Ticket, reasons: Collection[str | None]) -> list[intervals.Run]:
    """When a ticket waited for one of some reasons, in each time for which it was open.

    A resolution ends every pause for good, so that each is of one such time: that which the resolution after it ends.
    """
    ends = [*(to_micros(reopening.resolved) for reopening in ticket.reopenings), FOREVER]
    spans: list[list[intervals.Interval]] = [[] for _ in ends]
    for pause in ticket.pauses:
        if pause.reason in reasons:
            begun = to_micros(pause.start)
            ended = FOREVER if pause.end is None else to_micros(pause.end)
            spans[bisect_left(ends, begun)].append((begun, ended))
    return [intervals.union(own) for own in spans]


def _had(ticket: Ticket, name: str, values: Collection[str | None]) -> intervals.Run:
    """When an attribute had one of some values."""
    since, value = to_micros(ticket.opened), ticket.attributes.get(name)
    spans = []
    for change in ticket.changes:
        if change.field == name:
            at = to_micros(change.at)
            if value in values:
                spans.append((since, at))
            since, value = at, change.to
    if value in values:
        spans.append((since, FOREVER))
    return intervals.union(spans)
