"""The offsets of a time zone over a stretch of time, for whole arrays of instants and of wall times."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np

from slaclock.errors import OutOfRangeError
from slaclock.temporal.instants import DAY, EPOCH_DAY, SECOND, from_micros, to_micros, wall_to_micros

from .piecewise import NEVER, Ints

# Offsets are looked up once a day, and where two differ the change between them is found. No zone of the IANA
# database changes twice within a day.
_YEAR = 366 * DAY
_WIDEST = 200 * _YEAR
_FIRST, _LAST = to_micros(datetime(1, 1, 3, tzinfo=UTC)), to_micros(datetime(9999, 12, 29, tzinfo=UTC))


class ZoneTable:
    """Between `start` and `end`: the instants at which the offset changes, and the offsets in force.

    What lies outside is asked of the zone itself, a distinct instant at a time.
    """

    def __init__(self, zone: ZoneInfo, start: int, end: int) -> None:
        self._zone, self._start, self._end = zone, start, end
        start, end = min(max(start - 2 * DAY, _FIRST), _LAST), max(min(end + 2 * DAY, _LAST), _FIRST)
        changes: list[int] = []
        offsets = [_offset(zone, start)]
        for at in range(start + DAY, end + DAY, DAY):
            offset = _offset(zone, min(at, end))
            if offset != offsets[-1]:
                changes.append(_change(zone, at - DAY, min(at, end)))
                offsets.append(offset)
        self._offsets = np.array(offsets, np.int64)
        self._changes = np.array(changes, np.int64)
        # RFC 5545 section 3.3.5: in a gap the offset before it holds, and of two occurrences the first is meant. So
        # the new offset begins where the wall clock, by whichever offset is the larger, has reached the change.
        self._wall_changes = self._changes + np.maximum(self._offsets[1:], self._offsets[:-1])

    def to_wall(self, t: Ints) -> Ints:
        """Instants as wall times: microseconds since 1970-01-01 00:00 on the wall."""
        wall: Ints = t + self._offsets[np.searchsorted(self._changes, t, "right")]
        return self._with_far(wall, t, lambda at: at + _offset(self._zone, at))

    def from_wall(self, wall: Ints) -> Ints:
        """Wall times as instants."""
        t: Ints = wall - self._offsets[np.searchsorted(self._wall_changes, wall, "right")]
        return self._with_far(t, wall, lambda at: wall_to_micros(at // DAY + EPOCH_DAY, at % DAY, self._zone))

    def date(self, t: Ints) -> Ints:
        """The ordinals of the local dates of instants."""
        return self.to_wall(t) // DAY + EPOCH_DAY

    def _with_far(self, answers: Ints, asked: Ints, one: Callable[[int], int]) -> Ints:
        """The answers with those of what lies outside the table."""
        far = np.flatnonzero((asked < self._start) | (asked > self._end))
        if len(far):
            distinct, number = np.unique(asked[far], return_inverse=True)
            answers[far] = np.array([at if at == NEVER else one(at) for at in distinct.tolist()], np.int64)[number]
        return answers


def zone_table(zone: ZoneInfo, t: Ints) -> ZoneTable:
    """A table of whole years over some instants or wall times; over those in the middle, where they lie far apart."""
    known = t[t != NEVER]
    if not len(known):
        return _table(zone, 0, 0)
    low, high = int(known.min()), int(known.max())
    if high - low > _WIDEST:
        middle = int(np.partition(known, len(known) // 2)[len(known) // 2])
        near = known[np.abs(known - middle) <= _WIDEST // 2]
        low, high = int(near.min()), int(near.max())
    return _table(zone, low // _YEAR, high // _YEAR)


@lru_cache(maxsize=32)
def _table(zone: ZoneInfo, first: int, last: int) -> ZoneTable:
    return ZoneTable(zone, first * _YEAR, (last + 1) * _YEAR)


def local_dates(t: Ints, zone: ZoneInfo) -> Ints:
    """The ordinals of the local dates of instants; 0 for a missing one."""
    return np.where(t == NEVER, 0, zone_table(zone, t).date(t))


def _offset(zone: ZoneInfo, at: int) -> int:
    try:
        local = from_micros(at, zone)
    except OutOfRangeError:  # no datetime has it, but the nearest offset is as good as any
        local = from_micros(_FIRST if at < _FIRST else _LAST, zone)
    offset = local.utcoffset()
    assert offset is not None
    return (offset.days * 86_400 + offset.seconds) * SECOND + offset.microseconds


def _change(zone: ZoneInfo, before: int, after: int) -> int:
    """The second at which the offset changes, between two instants of different offsets."""
    old = _offset(zone, before)
    low, high = before // SECOND, after // SECOND
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(zone, middle * SECOND) == old:
            low = middle
        else:
            high = middle
    return high * SECOND
