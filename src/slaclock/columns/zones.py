"""The offsets of a time zone over a stretch of time, for whole arrays of instants and of wall times."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np

from slaclock.temporal.instants import DAY, EPOCH_DAY, SECOND, from_micros, to_micros

from .piecewise import Ints

# Offsets are looked up once a day, and where two differ the change between them is found. No zone of the IANA
# database changes twice within a day.
_FIRST, _LAST = to_micros(datetime(1, 1, 3, tzinfo=UTC)), to_micros(datetime(9999, 12, 29, tzinfo=UTC))


class ZoneTable:
    """Between `start` and `end`: the instants at which the offset changes, and the offsets in force."""

    def __init__(self, zone: ZoneInfo, start: int, end: int) -> None:
        start, end = max(start - 2 * DAY, _FIRST), min(end + 2 * DAY, _LAST)
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
        return t + self._offsets[np.searchsorted(self._changes, t, "right")]

    def from_wall(self, wall: Ints) -> Ints:
        """Wall times as instants."""
        return wall - self._offsets[np.searchsorted(self._wall_changes, wall, "right")]

    def date(self, t: Ints) -> Ints:
        """The ordinals of the local dates of instants."""
        return self.to_wall(t) // DAY + EPOCH_DAY


def _offset(zone: ZoneInfo, at: int) -> int:
    offset = from_micros(at, zone).utcoffset()
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
