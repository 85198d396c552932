"""Closures: local times of some dates at which the desk is closed, whichever day opened it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from operator import itemgetter
from typing import Annotated, Any, NamedTuple
from zoneinfo import ZoneInfo

from pydantic import PlainSerializer, WithJsonSchema

from slaclock.errors import ErrorCollector, HoursError
from slaclock.formats.models import reads
from slaclock.temporal import intervals
from slaclock.temporal.instants import FIRST_YEAR, LAST_YEAR, find_zone, wall_to_micros
from slaclock.temporal.intervals import Run

from .hours import SPAN_SCHEMA, DayHours, day_text, parse_day
from .recurrence import Recurrence
from .special_days import DatedIndex, DateRange, When, parse_when, shape_of

_DATES = date(FIRST_YEAR, 1, 1).toordinal(), date(LAST_YEAR, 12, 31).toordinal()
_NEAR = 3  # days: times past midnight are up to two days long, and zones lie up to a day apart


@dataclass(frozen=True)
class ClosedTimes:
    """Times of some dates at which the desk is closed; in a zone of their own where one is named."""

    when: When
    times: DayHours
    name: str = ""
    timezone: str = ""

    @property
    def place(self) -> tuple[bool, str, str]:
        """Where it stands among others: dates before recurrences."""
        return isinstance(self.when, Recurrence), str(self.when), self.timezone


class Closing(NamedTuple):
    """A stretch of time `[start, end)`, as instants, that is closed, and what it is called."""

    start: int
    end: int
    name: str


class Closures:
    """The closures of a calendar, in the zone of its dates, which need not be those of all their dates (ordinals)."""

    def __init__(self, closures: Iterable[ClosedTimes], zone: ZoneInfo, without: Collection[int] = ()) -> None:
        self._all = tuple(closures)
        self._without = without
        self._zone = zone
        self._dated = DatedIndex(_side_by_side([closed for closed in self._all if isinstance(closed.when, DateRange)]))
        self._recurring = [(closed.when, closed) for closed in self._all if isinstance(closed.when, Recurrence)]

    def __bool__(self) -> bool:
        return bool(self._all)

    def shape(self, year: int) -> Hashable | None:
        """A name shared by all years of one layout in which the same times are closed; None for any other year."""
        return shape_of([self._dated], (when for when, _ in self._recurring), year)

    def near(self, first: int, last: int) -> list[Closing]:
        """What may be closed of the spans that open on the dates from `first` to `last` (ordinals), in order."""
        first, last = max(first - _NEAR, _DATES[0]), min(last + _NEAR, _DATES[1])
        closings = []
        for year in range(date.fromordinal(first).year, date.fromordinal(last).year + 1):
            for day, closed in self._of_year(year):
                if first <= day <= last:
                    zone = find_zone(closed.timezone) if closed.timezone else self._zone
                    for start, end in closed.times:
                        a, b = wall_to_micros(day, start, zone), wall_to_micros(day, end, zone)
                        if a < b:  # a clock change may leave nothing of it
                            closings.append(Closing(a, b, closed.name))
        return sorted(closings)

    def taken_off(self, days: Iterable[tuple[int, Run]], first: int, last: int) -> Iterator[tuple[int, Run]]:
        """The spans of the dates from `first` to `last` without what is closed of them."""
        closed = intervals.union((start, end) for start, end, _ in self.near(first, last))
        for day, spans in days:
            if spans:  # only what lies near the day is compared with it
                low = bisect_right(closed, spans[0][0], key=itemgetter(1))
                high = bisect_left(closed, spans[-1][1], key=itemgetter(0))
                spans = intervals.subtract(spans, closed[low:high])
            yield day, spans

    def on(self, day: int) -> ClosedTimes | None:
        """What closes some times of a date, the first of several."""
        year = date.fromordinal(day).year
        return next((closed for other, closed in self._of_year(year) if other == day), None)

    def _of_year(self, year: int) -> Iterator[tuple[int, ClosedTimes]]:
        of_year = self._every_of_year(year)
        return ((day, closed) for day, closed in of_year if day not in self._without) if self._without else of_year

    def _every_of_year(self, year: int) -> Iterator[tuple[int, ClosedTimes]]:
        for dates, closures in self._dated.of_year(year):
            yield from ((day, closed) for day in dates.days(year) for closed in closures)
        for when, closed in self._recurring:
            yield from ((day, closed) for day in when.days(year))


def _side_by_side(closures: list[ClosedTimes]) -> Iterator[tuple[DateRange, tuple[ClosedTimes, ...]]]:
    """The ranges of dates of one set of closures each, in order."""
    begin: dict[int, list[ClosedTimes]] = {}
    stop: dict[int, list[ClosedTimes]] = {}
    for closed in closures:
        assert isinstance(closed.when, DateRange)
        begin.setdefault(closed.when.first.toordinal(), []).append(closed)
        stop.setdefault(closed.when.last.toordinal() + 1, []).append(closed)
    active: list[ClosedTimes] = []
    for day, end in pairwise(sorted(begin.keys() | stop.keys())):
        active = [closed for closed in active if closed not in stop.get(day, ())] + begin.get(day, [])
        if active:
            yield DateRange(date.fromordinal(day), date.fromordinal(end - 1)), tuple(active)


def parse_closed(value: object) -> tuple[ClosedTimes, ...]:
    """Closures from `{when: times}`, where `when` is what special days take.

    `times` is a list of spans, a text of them, or `{"hours": ..., "name": ...}`.
    """
    if isinstance(value, tuple) and all(isinstance(closed, ClosedTimes) for closed in value):
        return _one_each(value)
    if not isinstance(value, Mapping):
        raise HoursError(
            f"{value!r} is not a table of closures", 'write it like {"2026-05-12": ["14:00-16:00"]}', value=value
        )
    errors = ErrorCollector()
    closures: list[ClosedTimes] = []
    for when, times in value.items():
        with errors.part(str(when)):
            table = times if isinstance(times, Mapping) else {"hours": times}
            closures += closed_times({"when": when, **table})
    errors.check()
    return _one_each(closures)


def _one_each(closures: Iterable[ClosedTimes]) -> tuple[ClosedTimes, ...]:
    """Closures by their dates, with all the times of the same dates in one."""
    known: dict[str, ClosedTimes] = {}
    for closed in closures:
        first = known.setdefault(str(closed.when), closed)
        if (first.name, first.timezone) != (closed.name, closed.timezone):
            raise HoursError(
                f"the closure {closed.when} stands twice, with different names or time zones",
                "keep one of the two, or give one of them as a range of dates",
                value=str(closed.when),
            )
        known[str(closed.when)] = replace(first, times=intervals.union([*first.times, *closed.times]))
    return in_order(known.values())


def closed_times(table: Mapping[Any, Any]) -> list[ClosedTimes]:
    """The closures of a table with `when`, `hours`, and perhaps `name` and `timezone`."""
    unknown = sorted(map(str, table.keys() - {"when", "hours", "name", "timezone"}))
    if unknown:
        raise HoursError(f"a closure has {unknown[0]!r}", "give only hours, name and timezone", value=unknown[0])
    times = parse_day(table.get("hours"))
    if not times:
        raise HoursError(
            "the closure has no times", "write them like 14:00-16:00, or close whole days with special", value=table
        )
    name, zone = (_text(table, key) for key in ("name", "timezone"))
    zone = find_zone(zone).key if zone else ""
    return [ClosedTimes(when, times, name, zone) for when in parse_when(table.get("when"))]


def _text(table: Mapping[Any, Any], key: str) -> str:
    value = table.get(key, "")
    if not isinstance(value, str):
        raise HoursError(f"the {key} of a closure is {value!r}", "give a text", key, value=value)
    return value


def in_order(closures: Iterable[ClosedTimes]) -> tuple[ClosedTimes, ...]:
    """Closures by their dates."""
    return tuple(sorted(closures, key=lambda closed: (*closed.place, closed.name, closed.times)))


def closed_to_text(closures: Iterable[ClosedTimes]) -> dict[str, object]:
    """Closures as `parse_closed` reads them."""
    tables = {str(closed.when): table_of(closed) for closed in closures}
    for table in tables.values():
        del table["when"]
    return {when: table if len(table) > 1 else table["hours"] for when, table in tables.items()}


def table_of(closed: ClosedTimes) -> dict[str, object]:
    """A closure as `closed_times` reads it."""
    named = {"name": closed.name, "timezone": closed.timezone}
    present = {key: text for key, text in named.items() if text}
    return {"when": str(closed.when), "hours": day_text(closed.times), **present}


_TIMES_SCHEMA = {
    "description": "times of a day: 14:00-16:00, or several",
    "anyOf": [{"type": "string"}, {"type": "array", "items": SPAN_SCHEMA, "minItems": 1}],
}
TABLE_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"hours": _TIMES_SCHEMA, "name": {"type": "string"}, "timezone": {"type": "string"}},
    "required": ["hours"],
    "additionalProperties": False,
}
LISTED_SCHEMA: dict[str, Any] = {
    **TABLE_SCHEMA,
    "properties": {"when": {"type": "string"}, **TABLE_SCHEMA["properties"]},
    "required": ["when", "hours"],
}
"""What JSON Schema can say of a closure, in a table by its dates and in a list."""
ClosedField = Annotated[
    tuple[ClosedTimes, ...],
    reads(parse_closed),
    PlainSerializer(closed_to_text),
    WithJsonSchema({
        "type": "object",
        "description": "the times of some dates that are closed, whichever day opened them; dates as in special",
        "additionalProperties": {"anyOf": [*_TIMES_SCHEMA["anyOf"], TABLE_SCHEMA]},
    }),
]  # fmt: skip
