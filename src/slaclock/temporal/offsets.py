"""The offsets of a zone from UTC, and the instants at which they change."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from zoneinfo import ZoneInfo

from .instants import DAY, duration_micros, from_micros


def offset_at(at: int, zone: ZoneInfo) -> int:
    """What is added to an instant to make the local time, in microseconds."""
    offset = from_micros(at, zone).utcoffset()
    assert offset is not None  # a zone has one always
    return duration_micros(offset)


def offset_changes(start: int, end: int, zone: ZoneInfo) -> Iterator[int]:
    """The instants after `start`, until `end`, from which the offset is another one."""
    for before, after in pairwise([*range(start, end, DAY), end]):
        if offset_at(before, zone) != offset_at(after, zone):
            low, high = before, after
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if offset_at(middle, zone) == offset_at(before, zone) else (low, middle)
            yield high
