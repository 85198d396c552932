"""Every combination of named readings, and how many tickets each of them fits."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from slaclock.calendar.base import Calendar
from slaclock.columns.piecewise import Bools, Ints
from slaclock.policy.book import PolicyBook, policies_of
from slaclock.policy.policy import Policy
from slaclock.policy.promises import promises_of
from slaclock.temporal.instants import DAY

from .calendars import date_of, opens_alike
from .judged import Judged
from .parts import Part, parts_of
from .policies import PoliciesUnder, calendars_of
from .readings import (
    ALWAYS,
    AS_WRITTEN,
    AXES,
    CALENDAR_AXES,
    DAY_AXES,
    NO_CUTOFF,
    Axis,
    DeskReading,
    NamedReading,
    at_cutoff,
    in_zone,
    named,
)
from .roundings import Roundings

BUCKETS = 512
"""Into so many stretches of time tickets are put, to see whether a reading changed."""
_YEAR = 366
_LATEST = 10 * _YEAR * DAY
_FEW, _LEAST = 20, 0.02
"""With so many plain tickets, a reading that fits less than such a share of them is tried on no others."""
_MOST = 600
"""More readings are not tried on tickets with histories, which take long: those that are least like the policy."""
_MANY, _SAMPLE = 48, 400
"""More readings than these are tried on a sample of so many tickets first, where working them out takes long."""
_ASKING = ("same-time", "close-of-business")
"""The day rules that ask what an arrival out of hours counts as."""
_NAMES = dict[Axis, tuple[str, ...]]


class Options(NamedTuple):
    """What is tried beside the readings with names of their own: zones of servers, and cut-offs."""

    zones: tuple[str, ...]
    cutoffs: tuple[str, ...]


def readings_of(axis: Axis, options: Options) -> tuple[NamedReading, ...]:
    """The readings of an axis that are tried beside the policy's."""
    if axis == "zone":
        return tuple(in_zone(zone) for zone in options.zones)
    own = named(axis)
    return (*own, *(at_cutoff(time) for time in options.cutoffs)) if axis == "cutoff" else own


class Tried(NamedTuple):
    """The readings that were tried, the likeliest first among those that fit as many tickets, and what they fit.

    `fits` are the tickets that each fits, `exact` those that it fits exactly, and `by_time` how many of each stretch of
    time it fits. So many more were `ruled_out`: by the plain tickets, by a sample of the others, or as the least like
    the policy. `fitted` are the tickets that any of them fits. `possible` are the readings of each axis that are not
    the policy's own, for whatever tickets.
    """

    judged: Judged
    under: PoliciesUnder
    roundings: Roundings
    parts: tuple[Part, ...]
    readings: tuple[DeskReading, ...]
    ruled_out: int
    fits: Ints
    exact: Ints
    by_time: NDArray[np.int32]
    fitted: Bools
    possible: _NAMES

    def fits_like(self, reading: DeskReading, best: DeskReading) -> bool:
        """Whether a reading fits exactly as many tickets as the best one: one that was not tried is asked now."""
        if all(reading.only(part.axes) == best.only(part.axes) for part in self.parts):
            return True
        fits = exact = 0
        for part in self.parts:
            made = part.ours(reading.only(part.axes))
            fits += int(np.count_nonzero(self.roundings.fits(part.desk, made)))
            exact += int(np.count_nonzero(self.roundings.exactly.fits(part.desk, made)))
        return (fits, exact) == (int(self.fits[0]), int(self.exact[0]))

    def ours(self, reading: DeskReading) -> tuple[Ints, Bools, Ints, Bools]:
        """Due date, lateness, elapsed time and whether all fits of every ticket, under one reading."""
        count = self.judged.count
        due, elapsed = np.zeros(count, np.int64), np.zeros(count, np.int64)
        late, fits = np.zeros(count, bool), np.zeros(count, bool)
        for part in self.parts:
            made = part.ours(reading.only(part.axes))
            due[part.rows], late[part.rows], elapsed[part.rows] = made.due, made.late, made.elapsed
            fits[part.rows] = self.roundings.fits(part.desk, made)
        return due, late, elapsed, fits


def tried(judged: Judged, options: Options, under: PoliciesUnder | None = None) -> Tried:
    """All combinations that may matter to the tickets, and what they fit; `under` knows policies that were read."""
    under = PoliciesUnder(judged.policy) if under is None else under
    roundings = Roundings.of(judged.desk)
    parts = tuple(parts_of(judged, under))
    possible = _possible(judged, under, options)
    mattering = {axis for part in parts for axis in part.axes}
    names: _NAMES = {axis: possible[axis] if axis in mattering else () for axis in AXES}
    names |= _within_the_data(judged, under, {axis: names[axis] for axis in CALENDAR_AXES})
    every = sorted(_combinations(under, judged.policy, names), key=_likeliness)
    all_plain = all(part.is_plain for part in parts)
    chosen = every if all_plain else _most_like(every)
    bucket = np.arange(judged.count) * _buckets(judged.count) // max(judged.count, 1)
    fitted = np.zeros(judged.count, bool)
    counts = _Counts.none(chosen, judged.count)
    for part in (part for part in parts if part.is_plain):
        counts = counts.with_part(part, roundings, bucket, fitted)
    histories = [part for part in parts if not part.is_plain]
    if histories:
        counts = counts.likely(judged.count - sum(len(part.rows) for part in histories))
    for part in histories:
        counts = counts.likely_of(part, roundings).with_part(part, roundings, bucket, fitted)
    fits = counts.by_time.sum(axis=1, dtype=np.int64)
    order = np.lexsort((np.arange(len(counts.readings)), -counts.exact, -fits))
    return Tried(
        judged,
        under,
        roundings,
        parts,
        tuple(counts.readings[place] for place in order.tolist()),
        len(every) - len(counts.readings),
        fits[order],
        counts.exact[order],
        counts.by_time[order],
        fitted,
        possible,
    )


def _most_like(readings: list[DeskReading]) -> list[DeskReading]:
    """Of too many readings those that read the fewest axes otherwise than the policy, at least every pair of axes."""
    for most in range(len(AXES), 2, -1):
        if len(readings) <= _MOST:
            break
        readings = [reading for reading in readings if len(reading.others) < most]
    return readings


class _Counts(NamedTuple):
    """Readings, and how many tickets each fits so far: by time, and exactly."""

    readings: list[DeskReading]
    by_time: NDArray[np.int32]
    exact: Ints

    @classmethod
    def none(cls, readings: list[DeskReading], count: int) -> _Counts:
        """Readings that fit none of so many tickets yet."""
        by_time = np.zeros((len(readings), _buckets(count)), np.int32)
        return cls(readings, by_time, np.zeros(len(readings), np.int64))

    def with_part(self, part: Part, roundings: Roundings, bucket: Ints, fitted: Bools) -> _Counts:
        """The counts with those of a part; the tickets of it that any reading fits are marked as `fitted`."""
        projected = [reading.only(part.axes) for reading in self.readings]
        number = {reading: place for place, reading in enumerate(dict.fromkeys(projected))}
        buckets, own_bucket = self.by_time.shape[1], bucket[part.rows]
        by_time = np.zeros((len(number), buckets), np.int32)
        exact = np.zeros(len(number), np.int64)
        any_fit = np.zeros(len(part.rows), bool)
        for reading, place in number.items():
            ours = part.ours(reading)
            fits = roundings.fits(part.desk, ours)
            any_fit |= fits
            by_time[place] = np.bincount(own_bucket[fits], minlength=buckets)
            is_exact = roundings == roundings.exactly
            exact[place] = np.count_nonzero(fits if is_exact else roundings.exactly.fits(part.desk, ours))
        fitted[part.rows] = any_fit
        places = [number[reading] for reading in projected]
        return _Counts(self.readings, self.by_time + by_time[places], self.exact + exact[places])

    def of(self, places: Ints) -> _Counts:
        """Those of some of the readings."""
        return _Counts([self.readings[place] for place in places.tolist()], self.by_time[places], self.exact[places])

    def likely(self, count: int) -> _Counts:
        """Those of readings that fit enough of so many plain tickets to be tried on the others too."""
        if count < _FEW:
            return self
        chosen = np.flatnonzero(self.by_time.sum(axis=1) >= max(_LEAST * count, 1))
        return self.of(chosen) if len(chosen) else self  # plain tickets that fit nothing rule nothing out

    def likely_of(self, part: Part, roundings: Roundings) -> _Counts:
        """Those of readings that fit enough of a sample of a part, where trying all on all of it would take long."""
        own = dict.fromkeys(reading.only(part.axes) for reading in self.readings)
        if len(own) <= _MANY or len(part.rows) <= _SAMPLE:
            return self
        some = part.some(_SAMPLE)
        fits = {reading: int(np.count_nonzero(roundings.fits(some.desk, some.ours(reading)))) for reading in own}
        likely = sorted(own, key=lambda reading: -fits[reading])[:_MANY]
        chosen = {reading for reading in likely if fits[reading] >= max(_LEAST * len(some.rows), 1)} or {likely[0]}
        places = [place for place, reading in enumerate(self.readings) if reading.only(part.axes) in chosen]
        return self.of(np.array(places, np.int64))


def _buckets(count: int) -> int:
    """Into how many stretches of time so many tickets are put."""
    return max(min(count, BUCKETS), 1)


def _likeliness(reading: DeskReading) -> tuple[int, int]:
    """What comes first of readings that fit alike: those that a policy can say, and those that are most like it."""
    return len(reading.wrong), len(reading.others)


def _possible(judged: Judged, under: PoliciesUnder, options: Options) -> _NAMES:
    """The readings of each axis that are another than the policy's, over years beside those of the data."""
    names: _NAMES = {}
    for axis in AXES:
        own = (reading.name for reading in readings_of(axis, options))
        names[axis] = tuple(name for name in own if _is_other(judged.policy, axis, name))
    return names | _within_the_data(judged, under, {axis: names[axis] for axis in CALENDAR_AXES}, wider=_YEAR)


def _is_other(policy: Policy | PolicyBook, axis: Axis, name: str) -> bool:
    """Whether a reading of an axis that is a key of policies is not the one that all of them have."""
    if axis in ("priority_change", "breach", "reopening"):
        return any(getattr(own.rules, axis) != name for own in policies_of(policy))
    if axis in DAY_AXES:
        return any(_rule(calendar, axis) != name for calendar in calendars_of(policy))
    return True


def _rule(calendar: Calendar, axis: Axis) -> str:
    rules = calendar.rules
    if axis != "cutoff":
        rule: str = getattr(rules, axis)
        return rule
    minutes = None if rules.cutoff is None else rules.cutoff // 60_000_000
    return NO_CUTOFF if minutes is None else f"{minutes // 60:02d}:{minutes % 60:02d}"


def _within_the_data(judged: Judged, under: PoliciesUnder, names: _NAMES, wider: int = 30) -> _NAMES:
    """Of readings of calendars those under which any of these opens otherwise around the time of the tickets."""
    if not judged.count:
        return names
    calendars = list({id(own): own for own in calendars_of(judged.policy)}.values())
    due = judged.desk.due
    # What is due later than that is due never: desks write such dates as 9999-12-31 for it.
    latest = int(judged.opened[-1]) + _LATEST
    last = max(int(judged.seen.max()), 0 if due is None else min(int(due.max()), latest))

    def differs(axis: Axis, name: str) -> bool:
        for own in calendars:
            other = under.calendar(own, DeskReading().with_(axis, name))
            first = max(date_of(int(judged.opened[0]), own) - wider, 1)
            if other is not None and not opens_alike(own, other, first, date_of(last, own) + wider):
                return True
        return False

    return {axis: tuple(name for name in own if differs(axis, name)) for axis, own in names.items()}


def _combinations(under: PoliciesUnder, policy: Policy | PolicyBook, names: _NAMES) -> Iterator[DeskReading]:
    """Every reading that there is of such names, none of them twice under two."""
    columns = [(AS_WRITTEN, *names[axis]) for axis in AXES]
    days: dict[DeskReading, bool] = {}
    calendars = calendars_of(policy)
    has_moments = any(promise.target.by is not None for own in policies_of(policy) for promise in promises_of(own))
    for combination in product(*columns):
        reading = DeskReading(*combination)
        if reading.hours == ALWAYS and reading.holidays != AS_WRITTEN:
            continue  # day and night there are no holidays
        of_days = reading.only(DAY_AXES)
        if of_days not in days:
            made = [under.calendar(calendar, of_days) for calendar in calendars]
            asks = has_moments or any(own is not None and own.rules.day_rule in _ASKING for own in made)
            days[of_days] = None not in made and (asks or of_days.after_hours == AS_WRITTEN)
        if days[of_days]:
            yield reading
