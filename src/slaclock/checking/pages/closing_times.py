"""When some weekdays close, in words that do not say when they open: `Friday until 4.30pm`, `(4.30pm on Fridays)`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from .day_words import DAY_WORD, DAYS, TIME, clear_time, days_of

_GROUP = rf"(?:{DAY_WORD}\s?(?:-|to)\s?{DAY_WORD}|{DAY_WORD}|weekdays?|weekends?)"
_CLOSES = r"(?:closes?|closing|finish(?:es|ing)?)(?:\searly)?(?:\sat)?"
_UNTIL = rf"(?:until|till?|{_CLOSES})"
_PATTERNS = [
    re.compile(pattern)
    for pattern in (
        rf"(?<!\w)(?P<days>{_GROUP})(?:\s?\(|[\s,:]{{1,3}}(?:when\s)?(?:(?:we|it)\s)?{_UNTIL}\s)(?P<time>{TIME})(?![\w:%])",
        rf"\((?P<days>{_GROUP}),?\s(?P<time>{TIME})\)",
        rf"early\s(?:closing|finish)\s(?:on\s)?(?:an?\s)?(?P<days>{_GROUP})\s(?:at\s)?(?P<time>{TIME})(?![\w:%])",
        rf"(?:\(|\b{_UNTIL}\s)(?P<time>{TIME})\s(?:on\s)?(?:an?\s)?(?P<days>{_GROUP})(?!\w)",
    )
]
_OPENING = r"(?:open(?:s|ing)?|start(?:s|ing)?|from)\s(?:at\s)?"
_OPENS = re.compile(
    rf"\b{_OPENING}{TIME}\s(?:on\s)?(?:an?\s)?{_GROUP}(?!\w)"
    rf"|(?<!\w){_GROUP},?\s(?:when\s)?(?:(?:we|it)\s)?{_OPENING}{TIME}(?![\w:%])"
)


class Closings(NamedTuple):
    """When some weekdays close, the text without what says so, and why a time of some is unclear."""

    ends: Mapping[int, int]
    rest: str
    unclear: str | None = None


def closings_of(text: str, spans: Sequence[tuple[int, int]]) -> Closings:
    """When weekdays close by a text in small letters, of which some places are spans of a day with both their ends."""
    ends: dict[int, int] = {}
    unclear: str | None = None
    without, rest = _blanked(text, spans, "\0"), text
    opens = _OPENS.search(without)
    if opens is not None:
        unclear = f"{opens[0]!r} is another opening of some days by itself"
    for pattern in _PATTERNS:
        places: list[tuple[int, int]] = []
        for match in pattern.finditer(without):
            days = DAYS.search(match["days"])
            if days is None:
                continue
            places.append(match.span())
            at = clear_time(match["time"])
            if at is None:
                unclear = f"{match['time']!r} does not say which half of the day is meant"
            else:
                ends.update(dict.fromkeys(days_of(days), at))
        without, rest = (_blanked(own, places, " ") for own in (without, rest))
    return Closings(ends, rest, unclear)


def _blanked(text: str, places: Sequence[tuple[int, int]], blank: str) -> str:
    """A text of the same length with some places of it blank."""
    made, at = [], 0
    for start, end in places:
        made += [text[at:start], blank * (end - start)]
        at = end
    return "".join([*made, text[at:]])
