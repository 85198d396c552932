"""The offsets of a zone from UTC, and the instants at which they change."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from zoneinfo import ZoneInfo

from .instants import DAY, FIRST_INSTANT, LAST_INSTANT, duration_micros, from_micros


def offset_at(zone: ZoneInfo, at: int) -> int:
    """How far the zone is from UTC at an instant, in microseconds, to the east."""
    offset = from_micros(at, zone).utcoffset()
    assert offset is not None  # a zone has one always
    return duration_micros(offset)


def wall_of(zone: ZoneInfo, at: int) -> int:
    """The local time of an instant, in microseconds; about the ends of time by the offset that the zone has there."""
    return at + offset_at(zone, min(max(at, FIRST_INSTANT + DAY), LAST_INSTANT - DAY))


def offset_changes(zone: ZoneInfo, start: int, end: int) -> Iterator[int]:
    """The instants from `start` to a day after `end` at most at which the offset of a zone changes, in order.

    Offsets are looked up once a day: no zone of the IANA database changes twice within one.
    """
    for before, after in pairwise(range(start, end + DAY, DAY)):
        old = offset_at(zone, before)
        if offset_at(zone, after) != old:
            low, high = before, after
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if offset_at(zone, middle) == old else (low, middle)
            yield high
