"""Opening hours in the words of a page: `Monday to Thursday 8am-5pm, Friday 8am-4.30pm`, `24/7`, `weekends: closed`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from slaclock.calendar.hours import ALL_DAY, CLOSED, DayHours
from slaclock.temporal.instants import DAY, HOUR, MINUTE
from slaclock.temporal.intervals import union

from .passages import plain

_DAY = r"(?:mon(?:day)?|tue(?:s|sday)?|wed(?:s|nesday)?|thu(?:r|rs|rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)s?"
_INDEX = {"mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6}
_DAYS = re.compile(
    rf"(?<!\w)(?<!good )(?<!easter )(?<!whit )(?:"
    rf"(?P<first>{_DAY})\s?(?:-|to|through|until|thru)\s?(?P<last>{_DAY})|(?P<one>{_DAY})"
    r"|(?P<week>weekdays?)|(?P<end>weekends?)|"
    r"(?P<all>every day|daily|(?:seven|7) days (?:a|per) week))(?!\w)\.?"
)
_TIME = (
    r"(?:(\d{1,2})(?:[:.](\d{2}))?\s?(am|pm|a\.m\.?|p\.m\.?)?|(\d{4})\s?(?:hrs?|hours)?|(noon|midday|12 noon|midnight))"
)
_SPAN = re.compile(rf"(?<![\w.:£-]){_TIME}\s?(?:-|to|until|till?|and)\s?{_TIME}(?![\w:%])")
_ALWAYS = re.compile(
    r"24\s?/\s?7|24\s?x\s?7|24 hours(?: a| per|,)? ?(?:day)?,?(?: and)? ?(?:seven|7) days|round the clock"
)
_ALL_HOURS = re.compile(r"24 hours (?:a|per) day|all day(?! \w)")
_CLOSED = re.compile(r"\bclosed\b")
_JOINT = re.compile(r"[\s,;&+]{0,3}(?:and|or)?\s?")
_LENGTH = re.compile(r"\s?(?:\w+\s)?(?:seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?)(?!\w)")
_DATE = re.compile(
    r"\d{1,2}(?:st|nd|rd|th)?\s(?:of\s)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|\d{4}-\d{2}-\d{2}"
    r"|(?:january|february|march|april|may|june|july|august|september|october|november|december)\s\d{1,2}"
)
_HOLIDAY = re.compile(r"(?:bank|public|statutory|national|university|company)(?:\s(?:and|or|&)\s\w+)?\sholidays?")
_MAYBE = re.compile(r"day|mon|tue|wed|thu|fri|sat|sun|week|24|daily|clock")
"""What stands in every text that has hours."""
_LEAD_IN = re.compile(r"(?:not (?:available|open|staffed)|closed|unavailable)(?: (?:on|at|during|as follows))?:?\s*$")
_EXCLUDED = re.compile(
    r"(?:exclud\w+|except\w*(?: for| on)?|not(?: on| including| open on)?|closed(?: on| for)?|other than"
    r"|apart from|outside|unavailable on|no \w+ on|excl\.?|exc\.?|minus)\W{0,3}(?:\w+\W{1,2}){0,5}$"
)
_INCLUDED = re.compile(
    r"(?:include[sd]?|including|inclusive(?: of)?|incl?\.?|open(?: on)?|even on|as well as on)"
    r"\W{0,3}(?:\w+\W{1,2}){0,4}$"
)


class WeekSaid(NamedTuple):
    """The hours that a text says of some weekdays, 0 for Monday, and whether the desk is closed on holidays."""

    days: Mapping[int, DayHours]
    closed_on_holidays: bool | None


class WeekUnclear(NamedTuple):
    """Days with times that cannot be read as hours, and why."""

    why: str


def week_of(text: str, *, is_closed: bool = False) -> WeekSaid | WeekUnclear | None:
    """The hours that a text says, None where it says none; `is_closed` where the lead-in says that the desk is shut."""
    lowered = plain(text)
    if not _MAYBE.search(lowered):
        return None
    holidays = _on_holidays(lowered, is_closed)
    if _ALWAYS.search(lowered):
        return WeekSaid(dict.fromkeys(range(7), ALL_DAY), holidays)
    parts = _parts(lowered)
    if isinstance(parts, WeekUnclear):
        return parts
    days = _hours_by_day(parts, is_closed)
    if days and _DATE.search(lowered):
        if any(days.values()):
            return WeekUnclear("hours of some dates are not compared with those of the week")
        days = {}  # a list of holidays
    return WeekSaid(days, holidays) if days or holidays is not None else None


def _hours_by_day(parts: Sequence[_Part], is_closed: bool) -> dict[int, DayHours]:
    days: dict[int, list[tuple[int, int]]] = {}
    for own, spans in _paired(parts):
        if spans or is_closed:
            for day in own:
                days.setdefault(day, []).extend(part.span for part in spans if part.kind == "span" and not is_closed)
    return {day: union(spans) if spans else CLOSED for day, spans in days.items()}


def says_closed(text: str) -> bool:
    """Whether a heading or a lead-in says that the desk is shut at what follows."""
    return _LEAD_IN.search(plain(text)) is not None


def _on_holidays(text: str, is_closed: bool) -> bool | None:
    match = _HOLIDAY.search(text)
    if match is None:
        return None
    before = text[max(0, match.start() - 60) : match.start()]
    after = text[match.end() : match.end() + 30]
    if is_closed or _EXCLUDED.search(before) or re.match(r"\W{0,3}(?:are |is )?(?:excluded|closed|not)", after):
        return True
    if _INCLUDED.search(before) or re.match(r"\W{0,3}(?:are |is )?included", after):
        return False
    return None


class _Part(NamedTuple):
    """Some days, a span of a day, or the word that they are closed, and where it stands."""

    start: int
    end: int
    kind: Literal["days", "span", "closed"]
    days: tuple[int, ...] = ()
    span: tuple[int, int] = (0, 0)


def _parts(text: str) -> list[_Part] | WeekUnclear:
    """The groups of days, the spans of a day, and words for closed, in order; days joined by `and` are one group."""
    groups = [_Part(*match.span(), "days", _days(match)) for match in _DAYS.finditer(text)]
    parts: list[_Part] = []
    for group in groups:
        last = parts[-1] if parts else None
        if last is not None and _JOINT.fullmatch(text, last.end, group.start):
            parts[-1] = _Part(last.start, group.end, "days", (*last.days, *group.days))
        else:
            parts.append(group)
    for match in _SPAN.finditer(text):
        span = _span(match)
        if span is not None:
            parts.append(_Part(*match.span(), "span", span=span))
        elif groups and not _LENGTH.match(text, match.end()):
            return WeekUnclear(f"{match[0]!r} does not say which half of the day is meant")
    parts += [_Part(*match.span(), "span", span=(0, DAY)) for match in _ALL_HOURS.finditer(text)]
    if groups:
        parts += [_Part(*match.span(), "closed") for match in _CLOSED.finditer(text)]
    return sorted(parts)


def _paired(parts: Sequence[_Part]) -> Iterator[tuple[tuple[int, ...], list[_Part]]]:
    """Each group of days with its spans, which stand all behind the days or all before them."""
    if not any(part.kind == "days" for part in parts):
        return
    days: tuple[int, ...] = ()
    spans: list[_Part] = []
    first = parts[0].kind
    for part in parts:
        if part.kind != "days":
            spans.append(part)
        elif first == "days":
            if spans:
                yield days, spans
                days, spans = (), []
            days = (*days, *part.days)
        else:
            yield part.days, spans
            spans = []
    if first == "days":
        yield days, spans


def _days(match: re.Match[str]) -> tuple[int, ...]:
    if match["first"]:
        first, last = (_INDEX[match[name][:3]] for name in ("first", "last"))
        return tuple((first + step) % 7 for step in range((last - first) % 7 + 1))
    if match["one"]:
        return (_INDEX[match["one"][:3]],)
    return (0, 1, 2, 3, 4) if match["week"] else (5, 6) if match["end"] else tuple(range(7))


def _span(match: re.Match[str]) -> tuple[int, int] | None:
    """The span of two times, None where it is not clear which half of the day they mean."""
    first, second = match.groups()[:5], match.groups()[5:]
    half, other = (None if own[2] is None else own[2][0] for own in (first, second))
    if half is None and other is not None and first[0] is not None:
        tried = [_time(first, given) for given in (other, "a")]
        end = _time(second, other)
        start = next((own for own in tried if own is not None and end is not None and own < end), None)
    else:
        start, end = _time(first, half), _time(second, other)
    if start is None or end is None or start == end:
        return None
    if end == 0:
        end = DAY
    bare = half is None and other is None and all(own[0] is not None and own[3] is None for own in (first, second))
    if bare and (first[1] is None or second[1] is None or end <= start):
        return None  # 9-5
    return start, end if end > start else end + DAY


def _time(parts: tuple[str | None, ...], half: str | None) -> int | None:
    """A time of day, by the half of the day that is given."""
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
