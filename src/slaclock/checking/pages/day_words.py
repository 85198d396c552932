"""The weekdays and the times of a day in the words of a page: `Monday to Thursday`, `weekends`, `4.30pm`, `midday`."""

from __future__ import annotations

import re

from slaclock.temporal.instants import HOUR, MINUTE

DAY_WORD = r"(?:mon(?:day)?|tue(?:s|sday)?|wed(?:s|nesday)?|thu(?:r|rs|rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)s?"
_INDEX = {"mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6}
DAYS = re.compile(
    rf"(?<!\w)(?<!good )(?<!easter )(?<!whit )(?:"
    rf"(?P<first>{DAY_WORD})\s?(?:-|to|through|until|thru)\s?(?P<last>{DAY_WORD})|(?P<one>{DAY_WORD})"
    r"|(?P<week>weekdays?)|(?P<end>weekends?)|"
    r"(?P<all>every day|daily|(?:seven|7) days (?:a|per) week))(?!\w)\.?"
)
TIME = (
    r"(?:(\d{1,2})(?:[:.](\d{2}))?\s?(am|pm|a\.m\.?|p\.m\.?)?|(\d{4})\s?(?:hrs?|hours)?|(noon|midday|12 noon|midnight))"
)
_TIME = re.compile(TIME)


def days_of(match: re.Match[str]) -> tuple[int, ...]:
    """The weekdays of a match of `DAYS`, 0 for Monday."""
    if match["first"]:
        first, last = (_INDEX[match[name][:3]] for name in ("first", "last"))
        return tuple((first + step) % 7 for step in range((last - first) % 7 + 1))
    if match["one"]:
        return (_INDEX[match["one"][:3]],)
    return (0, 1, 2, 3, 4) if match["week"] else (5, 6) if match["end"] else tuple(range(7))


def time_of(parts: tuple[str | None, ...], half: str | None) -> int | None:
    """A time of day in microseconds, by the parts of a match of `TIME`, and the half of the day that is given."""
    hour_text, minute_text, _, digits, word = parts
    if word is not None:
        return 0 if word == "midnight" else 12 * HOUR
    hour, minute = (int(digits[:2]), int(digits[2:])) if digits else (int(hour_text or 0), int(minute_text or 0))
    if half is not None and not digits:
        if not 1 <= hour <= 12:
            return None if hour > 24 or half == "a" else hour * HOUR + minute * MINUTE  # 17.00pm
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        return None
    return hour * HOUR + minute * MINUTE


def clear_time(text: str) -> int | None:
    """A time of day by itself, None where it does not say which half of the day it means, or where it is none."""
    match = _TIME.fullmatch(text)
    if match is None or not any(match.groups()[1:]):  # an hour alone
        return None
    half = match[3]
    return time_of(match.groups(), None if half is None else half[0])
