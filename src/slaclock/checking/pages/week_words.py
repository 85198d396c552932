"""Opening hours in the words of a page: `Monday to Thursday 8am-5pm, Friday 8am-4.30pm`, `24/7`, `weekends: closed`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from slaclock.calendar.hours import ALL_DAY, CLOSED, DayHours
from slaclock.temporal.instants import DAY
from slaclock.temporal.intervals import union

from .closing_times import Closings, closings_of
from .day_words import DAYS, TIME, days_of, time_of
from .passages import plain

_SPAN = re.compile(rf"(?<![\w.:£-]){TIME}\s?(?:-|to|until|till?|and)\s?{TIME}(?![\w:%])")
_ALWAYS = re.compile(
    r"24\s?/\s?7|24\s?x\s?7|24 hours(?: a| per|,)? ?(?:day)?,?(?: and)? ?(?:seven|7) days|round the clock"
)
_ALL_HOURS = re.compile(r"24 hours (?:a|per) day|all day(?! \w)")
_CLOSED = re.compile(r"\bclosed\b")
_JOINT = re.compile(r"[\s,;&+]{0,3}(?:and|or)?\s?")
_SEASON = re.compile(
    r"\b(?:term[- ]?time|out of term|vacations?|semesters?|half[- ]term|school holidays?"
    r"|summer|winter|spring|autumn|christmas|easter)\b"
)
_OF_AMOUNT = re.compile(r"(?:sec|min|h(?:ou)?r|day)\w*\.?\s?\(?$")
"""What stands before a 24/7 that says which hours are meant by an amount."""
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
    """The hours that a text says of some weekdays, 0 for Monday, and whether the desk is closed on holidays.

    `closes` has when other weekdays close, of which it does not say when they open.
    """

    days: Mapping[int, DayHours]
    closed_on_holidays: bool | None
    closes: Mapping[int, int]

    def closing_at(self, closes: Mapping[int, int]) -> WeekSaid:
        """The same with some weekdays closing sooner, of which a text says so in another place."""
        days = {day: _until(hours, closes.get(day, hours[-1][1] if hours else 0)) for day, hours in self.days.items()}
        return self._replace(days=days)


class WeekUnclear(NamedTuple):
    """Days with times that cannot be read as hours, and why."""

    why: str


def week_of(text: str, *, is_closed: bool = False) -> WeekSaid | WeekUnclear | None:
    """The hours that a text says, None where it says none; `is_closed` where the lead-in says that the desk is shut."""
    lowered = plain(text)
    if not _MAYBE.search(lowered):
        return None
    holidays = _on_holidays(lowered, is_closed)
    always = _ALWAYS.search(lowered)
    if always is not None and not _OF_AMOUNT.search(lowered, max(0, always.start() - 20), always.start()):
        return WeekSaid(dict.fromkeys(range(7), ALL_DAY), holidays, {})
    closings = closings_of(lowered, [match.span() for match in _SPAN.finditer(lowered)])
    if closings.unclear is not None:
        return WeekUnclear(closings.unclear)
    parts = _parts(closings.rest)
    days = parts if isinstance(parts, WeekUnclear) else _hours_by_day(parts, is_closed)
    if isinstance(days, WeekUnclear):
        return days
    has_times = any(days.values()) or bool(closings.ends)
    is_dated = _DATE.search(lowered) is not None
    if has_times and (is_dated or _of_a_season(lowered)):
        which = "some dates" if is_dated else "a part of the year"
        return WeekUnclear(f"hours of {which} are not compared with those of the week")
    return _said({} if is_dated else days, holidays, closings)  # dates without times are a list of holidays


def _said(days: Mapping[int, DayHours], holidays: bool | None, closings: Closings) -> WeekSaid | None:
    """The hours of some days, and of others when they close."""
    left = {day: end for day, end in closings.ends.items() if not days.get(day)}
    week = WeekSaid(days, holidays, left).closing_at(closings.ends)
    return week if week.days or week.closes or holidays is not None else None


def _until(hours: DayHours, end: int) -> DayHours:
    return tuple((start, min(last, end)) for start, last in hours if start < end)


def _of_a_season(text: str) -> bool:
    """Whether hours are said of a part of the year, such as term time, that is not named to be left out."""
    return any(
        not _EXCLUDED.search(text[max(0, season.start() - 60) : season.start()]) for season in _SEASON.finditer(text)
    )


def _hours_by_day(parts: Sequence[_Part], is_closed: bool) -> dict[int, DayHours] | WeekUnclear:
    days: dict[int, list[tuple[int, int]]] = {}
    said_with: dict[int, int] = {}  # how many days the hours of a day were said of
    for own, spans in _paired(parts):
        if spans and not own:
            return WeekUnclear("it does not say of which days some of its times are")
        if {part.kind for part in spans} == {"closed", "span"}:
            return WeekUnclear("times at which the desk is closed are not compared")
        if spans or is_closed:
            hours = [part.span for part in spans if part.kind == "span" and not is_closed]
            for day in own:
                if len(own) < said_with.get(day, 0) and any(a < d and c < b for a, b in hours for c, d in days[day]):
                    days[day] = []  # Monday to Friday 8am-5pm, except Friday 8am-4.30pm
                said_with[day] = len(own)
                days.setdefault(day, []).extend(hours)
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
    groups = [_Part(*match.span(), "days", days_of(match)) for match in DAYS.finditer(text)]
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
    elif spans:
        yield (), spans


def _span(match: re.Match[str]) -> tuple[int, int] | None:
    """The span of two times, None where it is not clear which half of the day they mean."""
    first, second = match.groups()[:5], match.groups()[5:]
    half, other = (None if own[2] is None else own[2][0] for own in (first, second))
    if half is None and other is not None and first[0] is not None:
        tried = [time_of(first, given) for given in (other, "a")]
        end = time_of(second, other)
        start = next((own for own in tried if own is not None and end is not None and own < end), None)
    else:
        start, end = time_of(first, half), time_of(second, other)
    if start is None or end is None or start == end:
        return None
    if end == 0:
        end = DAY
    bare = half is None and other is None and all(own[0] is not None and own[3] is None for own in (first, second))
    if bare and (first[1] is None or second[1] is None or end <= start):
        return None  # 9-5
    return start, end if end > start else end + DAY
