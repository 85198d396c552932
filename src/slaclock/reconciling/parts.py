"""Tickets to which the same axes matter, and what a reading makes of them.

Pauses matter to who has any, changes to who was changed, rules for days to targets in days. So the readings of an axis
are worked out for those tickets alone, and shared by every reading of the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from slaclock import columns
from slaclock.calendar.base import Calendar
from slaclock.clock.targets import Target
from slaclock.columns.chunks import FirstOfRow
from slaclock.columns.known_calendars import known_calendars
from slaclock.columns.piecewise import NEVER, Bools, Ints
from slaclock.columns.tickets_as_of import known_by
from slaclock.columns.typing import InstantArray
from slaclock.policy.book import policies_of
from slaclock.policy.promises import promises_of

from .desk_figures import DeskFigures
from .histories import histories_of
from .judged import Judged, Source, whole
from .policies import PoliciesUnder
from .readings import ADDED, AS_WRITTEN, CALENDAR_AXES, DAY_AXES, HELD, IGNORED, Axis, DeskReading
from .roundings import Ours
from .stops import Stops, stops_of


class PlainGroup(NamedTuple):
    """Plain tickets under one target on one calendar as it was known, and what stops it.

    `rows` are their places in the part.
    """

    calendar: Calendar
    target: Target
    rows: Ints
    stops: columns.Pauses | None


class Part:
    """Tickets to which the same `axes` matter; `rows` are their places among those that are compared.

    They are plain where nothing became of them but the pauses in `stops`, so that a reading of them costs little.
    """

    def __init__(
        self, judged: Judged, under: PoliciesUnder, rows: Ints, axes: tuple[Axis, ...], stops: Stops | None
    ) -> None:
        self._judged, self._under, self.rows, self.axes, self._stops = judged, under, rows, axes, stops
        self.desk: DeskFigures = judged.desk.of(rows)

    @property
    def is_plain(self) -> bool:
        """Whether nothing became of the tickets but pauses."""
        return self._stops is not None

    def some(self, most: int) -> Part:
        """So many of its tickets, from all of the time."""
        step = -(-len(self.rows) // most)
        return Part(self._judged, self._under, self.rows[::step], self.axes, self._stops)

    def ours(self, reading: DeskReading) -> Ours:
        """What a reading makes of the tickets."""
        if reading.pauses != ADDED:
            return self._read(reading)
        ours = self._read(reading.with_("pauses", IGNORED))
        due = np.where(ours.due == NEVER, NEVER, ours.due + self._held)
        return ours._replace(due=due, late=self._late(due), elapsed=np.maximum(ours.elapsed - self._held, 0))

    def _read(self, reading: DeskReading) -> Ours:
        return self._of_plain(reading) if self.is_plain else self._assessed(reading)

    @cached_property
    def _source(self) -> Source:
        return self._judged.source.of(self._judged.row[self.rows], FirstOfRow())

    def _assessed(self, reading: DeskReading) -> Ours:
        policy = self._under.of(reading)
        if policy is None:
            return _nothing(len(self.rows))
        rows = np.arange(len(self.rows))
        return whole(self._source, rows, policy, self._judged.at, self._judged.measure).ours

    @cached_property
    def _held(self) -> Ints:
        """For how long pauses held the tickets in plain time while they were open."""
        running, paused = (self._assessed(own) for own in (HELD.with_("pauses", IGNORED), HELD))
        return np.where(running.known & paused.known, running.elapsed - paused.elapsed, 0)

    @cached_property
    def _groups(self) -> list[PlainGroup]:
        judged = self._judged
        policies = policies_of(judged.policy)
        case = judged.case[self.rows]
        groups: dict[tuple[int, Target], list[Ints]] = {}
        calendars: dict[int, Calendar] = {}
        for number in np.unique(case).tolist():
            kind, priority, index = judged.cases[number]
            assert kind is not None  # a ticket with a target has a kind
            policy = policies[index]
            target = policy.target(kind, priority, judged.measure)
            calendar = policy.calendar_named(policy.targets[kind].calendar(priority, judged.measure))
            own = np.flatnonzero(case == number)
            read_by, seen = known_by(policy, None), judged.seen[self.rows[own]]
            known_at = seen if read_by is None else read_by(judged.opened[self.rows[own]], seen)
            for known, places in known_calendars(calendar, known_at):
                calendars[id(known)] = known
                groups.setdefault((id(known), target), []).append(own[places])
        return [
            PlainGroup(calendars[key], target, own := np.concatenate(rows), self._stops_of(own))
            for (key, target), rows in groups.items()
        ]

    def _stops_of(self, rows: Ints) -> columns.Pauses | None:
        """The pauses of some of the plain tickets."""
        own = None if self._stops is None else self._stops.of(self.rows[rows], self._judged.count)
        return None if own is None else columns.Pauses(own.row, own.start.view("M8[us]"), own.end.view("M8[us]"))

    def _of_plain(self, reading: DeskReading) -> Ours:
        judged = self._judged
        count = len(self.rows)
        due, elapsed, known = np.full(count, NEVER), np.full(count, NEVER), np.zeros(count, bool)
        opened, seen = judged.opened[self.rows], judged.seen[self.rows]
        for group in self._groups:
            calendar = self._under.calendar(group.calendar, reading)
            if calendar is None:
                continue
            if judged.desk.elapsed is not None and group.target.unit == "days" and calendar.rules.cutoff is not None:
                # The clock starts where the cut-off has put the arrival, which an assessment knows.
                return self._assessed(reading)
            rows, bad = group.rows, FirstOfRow()
            stops = group.stops if reading.pauses == AS_WRITTEN else None
            asked: dict[str, Any] = {"calendar": calendar, "pauses": stops, "errors": bad, "threads": judged.threads}
            start: InstantArray = opened[rows].view("M8[us]")
            due[rows] = columns.deadline(start, group.target, **asked).view(np.int64)
            if judged.desk.elapsed is not None:
                end: InstantArray = seen[rows].view("M8[us]")
                elapsed[rows] = columns.elapsed(start, end, **asked).view(np.int64)
            known[rows] = True
            known[rows[[*bad.problems]]] = False
        return Ours(due, self._late(due), elapsed, known)

    def _late(self, due: Ints) -> Bools:
        """Which tickets are late, or were done so."""
        seen, strict = self._judged.seen[self.rows], self._judged.is_strict[self.rows]
        late: Bools = (due != NEVER) & np.where(strict, seen >= due, seen > due)
        return late


def _nothing(count: int) -> Ours:
    never, no = np.full(count, NEVER), np.zeros(count, bool)
    return Ours(never, no, never, no)


def parts_of(judged: Judged, under: PoliciesUnder) -> Iterator[Part]:
    """The tickets in parts, plain ones apart from those with a history, and before them."""
    histories = histories_of(judged.source, judged.measure)
    pauses, changes, reopenings, agreed, others = (column[judged.row] for column in histories)
    plain = ~(changes | reopenings | agreed | others) & judged.is_one_clock
    of_case = _units(judged)[judged.case]
    # What was agreed for a ticket, or came of its changes, may be in days whatever its target is now.
    in_days = (of_case == _DAYS) | agreed | (changes & _any_days(judged))
    by_wall = (of_case == _WALL) & plain & ~pauses & (judged.desk.elapsed is None)
    flags = np.stack([~plain, by_wall, in_days, pauses, changes, reopenings])
    codes = np.packbits(flags, axis=0)[0] if judged.count else np.zeros(0, np.uint8)
    stops = stops_of(judged)
    for code in np.unique(codes).tolist():
        rows = np.flatnonzero(codes == code)
        is_complex, is_wall, has_days, has_pauses, has_changes, has_reopenings = flags[:, rows[0]].tolist()
        axes: list[Axis] = [] if is_wall else [*CALENDAR_AXES]
        axes += DAY_AXES if has_days else ()
        axes += ("priority_change", "breach") if has_changes else ()
        axes += ("reopening",) if has_reopenings else ()
        axes += ("pauses",) if has_pauses else ()
        yield Part(judged, under, rows, tuple(axes), None if is_complex else stops)


_TIME, _WALL, _DAYS = range(3)


def _units(judged: Judged) -> Ints:
    """Of each case whether its target is in days, or by the wall clock."""
    policies = policies_of(judged.policy)
    units = []
    for kind, priority, index in judged.cases:
        target = None
        if kind is not None and index >= 0 and kind in policies[index].targets:
            target = policies[index].targets[kind].get(priority, judged.measure)
        units.append(_TIME if target is None else _DAYS if target.unit == "days" else _WALL if target.wall else _TIME)
    return np.array([*units, _TIME], np.int64)


def _any_days(judged: Judged) -> bool:
    """Whether a target of the measure is in days."""
    return any(
        promise.measure == judged.measure and promise.target.unit == "days"
        for policy in policies_of(judged.policy)
        for promise in promises_of(policy)
    )
