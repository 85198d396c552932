"""When some weekdays close, in words that do not say when they open: `Friday until 4.30pm`, `(4.30pm on Fridays)`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from .day_words import DAY_WORD, DAYS, TIME, days_of, time_of

_TIME = re.compile(TIME)
_GROUP = rf"(?:{DAY_WORD}\s?(?:-|to)\s?{DAY_WORD}|{DAY_WORD}|weekdays?|weekends?)"
_CLOSES = r"(?:closes?|closing|finish(?:es|ing)?)(?:\searly)?(?:\sat)?"
_UNTIL = rf"(?:until|till?|{_CLOSES})"
_PATTERNS = [
    re.compile(pattern)
    for pattern in (
        rf"(?<!\w)(?P<days>{_GROUP})(?:\s?\(|[\s,:]{{1,3}}(?:(?:we|it)\s)?{_UNTIL}\s)(?P<time>{TIME})(?![\w:%])",
        rf"\((?P<days>{_GROUP}),?\s(?P<time>{TIME})\)",
        rf"early\s(?:closing|finish)\s(?:on\s)?(?:an?\s)?(?P<days>{_GROUP})\s(?:at\s)?(?P<time>{TIME})(?![\w:%])",
        rf"(?:\(|\b{_UNTIL}\s)(?P<time>{TIME})\s(?:on\s)?(?:an?\s)?(?P<days>{_GROUP})(?!\w)",
    )
]


class Closings(NamedTuple):
    """When some weekdays close, the text without what says so, and a time of it that may be of either half of a day."""

    ends: Mapping[int, int]
    rest: str
    unclear: str | None = None


def closings_of(text: str, spans: Sequence[tuple[int, int]]) -> Closings:
    """When weekdays close by a text in small letters, of which some places are spans of a day with both their ends."""
    ends: dict[int, int] = {}
    rest, unclear = text, None
    for pattern in _PATTERNS:
        for match in pattern.finditer(rest):
            start, end = match.span("time")
            days = DAYS.search(match["days"])
            if days is None or any(first < end and start < last for first, last in spans):
                continue
            at = _end(match["time"])
            if at is None:
                unclear = match["time"]
            else:
                ends.update(dict.fromkeys(days_of(days), at))
            rest = rest[: match.start()] + " " * len(match[0]) + rest[match.end() :]
    return Closings(ends, rest, unclear)


def _end(text: str) -> int | None:
    """A time of day, None where it does not say which half of the day it means."""
    match = _TIME.fullmatch(text)
    assert match is not None
    half = match[3]
    if not any(match.groups()[1:]):  # an hour alone
        return None
    return time_of(match.groups(), None if half is None else half[0])
