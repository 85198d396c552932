"""Days whose hours are not those of their weekday: a date, a range of dates, or a recurrence, with its own hours."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Annotated, Any, Generic, NamedTuple, TypeVar

from pydantic import PlainSerializer, WithJsonSchema

from slaclock.errors import ErrorCollector, HoursError, placed
from slaclock.formats.models import reads
from slaclock.temporal.instants import FIRST_YEAR, LAST_YEAR

from .hours import DAY_SCHEMA, DayHours, day_text, parse_day
from .recurrence import Recurrence
from .yearly_dates import YearlyDates


class DateRange(NamedTuple):
    """The local dates from `first` to `last`, both included."""

    first: date
    last: date

    @classmethod
    def parse(cls, text: str) -> DateRange:
        """One date, or two with `/` or `..` between them (the last is included)."""
        first, _, last = text.replace("..", "/").partition("/")
        start = parse_date(first)
        dates = cls(start, parse_date(last) if last else start)
        if dates.last < dates.first:
            raise HoursError(f"the dates {text!r} end before they start", "write the earlier date first", value=text)
        return dates

    def __str__(self) -> str:
        return f"{self.first}" if self.first == self.last else f"{self.first}/{self.last}"

    def days(self, year: int) -> range:
        """The ordinals of its days in `year`."""
        first, last = max(self.first, date(year, 1, 1)), min(self.last, date(year, 12, 31))
        return range(first.toordinal(), last.toordinal() + 1)

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.first <= day <= self.last

    def surrounds(self, year: int) -> bool:
        """Whether the range covers the year with its neighbours, and ends near none of them."""
        return self.first.year < year - 1 and year + 1 < self.last.year

    def overlaps(self, dates: DateRange) -> bool:
        """Whether some date lies in both."""
        return self.first <= dates.last and dates.first <= self.last


T = TypeVar("T")


class DatedIndex(Generic[T]):
    """Values in force on dates or ranges of them, found by date or by year without looking at all of them.

    Its ranges are in order, and no two of them overlap.
    """

    def __init__(self, entries: Iterable[tuple[DateRange, T]]) -> None:
        self._entries = tuple(entries)
        self._firsts = [dates.first for dates, _ in self._entries]
        self._lasts = [dates.last for dates, _ in self._entries]

    def between(self, first: date, last: date) -> Sequence[tuple[DateRange, T]]:
        """The entries with a date from `first` to `last`."""
        return self._entries[bisect_left(self._lasts, first) : bisect_right(self._firsts, last)]

    def on(self, day: date) -> T | None:
        """The value in force on the date."""
        near = self.between(day, day)
        return near[0][1] if near else None

    def of_year(self, year: int) -> Sequence[tuple[DateRange, T]]:
        """The entries with a date in the year."""
        return self.between(date(year, 1, 1), date(year, 12, 31))

    def shape(self, year: int) -> int | str | None:
        """A name of the entry that holds for the year and its neighbours; None where an end of one is near."""
        first, last = date(max(year - 1, FIRST_YEAR), 1, 1), date(min(year + 1, LAST_YEAR), 12, 31)
        near = self.between(first, last)
        if not near:
            return "never"
        return bisect_left(self._lasts, first) if near[0][0].surrounds(year) else None


def shape_of(dated: Iterable[DatedIndex[Any]], recurring: Iterable[Recurrence], year: int) -> Hashable | None:
    """A name shared by all years of one layout in which the same entries hold; None for any other year."""
    shapes: list[Hashable | None] = [index.shape(year) for index in dated]
    if None not in shapes:
        shapes += [when.shape(year) for when in recurring]
    return None if None in shapes else tuple(shapes)


def parse_date(value: object) -> date:
    """A date from ISO 8601 text or a `date`."""
    if type(value) is date:
        return value
    if isinstance(value, str) and len(value.strip()) == len("2026-12-24"):
        try:
            return date.fromisoformat(value.strip())
        except ValueError:
            pass
    raise HoursError(f"{value!r} is not a date", "write it like 2026-12-24", value=value)


When = DateRange | Recurrence
"""What special days and closures are dated by."""


def parse_when(value: object) -> tuple[When, ...]:
    """Dates from a `date`, or from the text of one, of a range (`2026-12-29/2026-12-31`), of a recurrence
    (`FREQ=MONTHLY;BYDAY=1TU`), or of dates of every year (`--12-24`), which are a recurrence for each month.
    """
    if not isinstance(value, str):
        day = parse_date(value)
        return (DateRange(day, day),)
    if Recurrence.looks_like(value):
        return (Recurrence.parse(value),)
    if YearlyDates.looks_like(value):
        return tuple(YearlyDates.parse(value).recurrences())
    return (DateRange.parse(value),)


@dataclass(frozen=True)
class SpecialDay:
    """Dates with their own hours, or none: a date, a range of dates, or a recurrence."""

    when: When
    hours: DayHours
    name: str = ""

    def days(self, year: int) -> Collection[int]:
        """The ordinals of its days in `year`."""
        return self.when.days(year)

    @property
    def rank(self) -> int:
        """Which of several speaks first: a date (0), then a range (1), then a recurrence (2)."""
        if isinstance(self.when, Recurrence):
            return 2
        return 0 if self.when.first == self.when.last else 1


class SpecialDays:
    """The special days of a calendar, in the order in which they speak: dates, then ranges, then recurrences."""

    def __init__(self, days: tuple[SpecialDay, ...]) -> None:
        self._dated = [
            DatedIndex((day.when, day) for day in days if day.rank == rank and isinstance(day.when, DateRange))
            for rank in (0, 1)
        ]
        self._recurring = [(day.when, day) for day in days if isinstance(day.when, Recurrence)]

    def of_year(self, year: int) -> list[SpecialDay]:
        """Those that may fall in the year."""
        dated = [day for index in self._dated for _, day in index.of_year(year)]
        return [*dated, *(day for _, day in self._recurring)]

    def shape(self, year: int) -> Hashable | None:
        """A name shared by all years of one layout in which the same dates are special; None for any other year."""
        return shape_of(self._dated, (when for when, _ in self._recurring), year)


def parse_special(value: object) -> tuple[SpecialDay, ...]:
    """Special days from `{when: hours}`, where `when` is what `parse_when` reads.

    `hours` is a list of spans, a text of them, or `{"hours": ..., "name": ...}`.
    """
    if isinstance(value, tuple) and all(isinstance(day, SpecialDay) for day in value):
        return _in_order(value)
    if not isinstance(value, Mapping):
        raise HoursError(
            f"{value!r} is not a table of special days", 'write it like {"2026-12-24": ["08:00-12:00"]}', value=value
        )
    errors = ErrorCollector()
    days: list[SpecialDay] = []
    for when, hours in value.items():
        with errors.part():
            days += _special_days(when, hours)
    errors.check()
    return _in_order(tuple(days))


def _special_days(when: object, hours: object) -> list[SpecialDay]:
    name = ""
    if isinstance(hours, Mapping):
        unknown = hours.keys() - {"hours", "name"}
        if unknown:
            first = min(map(str, unknown))
            raise HoursError(f"a special day has {first!r}", "give only hours and name", str(when), value=first)
        name, hours = hours.get("name", ""), hours.get("hours")
        if not isinstance(name, str):
            raise HoursError(f"the name of a special day is {name!r}", "give a text", (str(when), "name"), value=name)
    with placed(str(when)):
        return [SpecialDay(dates, parse_day(hours), name) for dates in parse_when(when)]


def _in_order(days: tuple[SpecialDay, ...]) -> tuple[SpecialDay, ...]:
    """Dates, ranges and recurrences, in that order.

    No two dates or ranges of one rank may overlap, and no recurrence may stand twice with other hours.
    """
    dated = [day for day in days if isinstance(day.when, DateRange)]
    dated.sort(key=lambda day: (day.rank, day.when))
    for before, after in pairwise(dated):
        if before.rank == after.rank and before.when.overlaps(after.when):  # type: ignore[union-attr,arg-type]
            problem = f"the special days {before.when} and {after.when} overlap"
            raise HoursError(problem, "let only one speak of a date", value=str(after.when))
    recurring: dict[object, SpecialDay] = {}
    for day in days:
        if isinstance(day.when, Recurrence):
            first = recurring.setdefault(day.when.dates, day)
            if (first.hours, first.name) != (day.hours, day.name):
                raise HoursError(
                    f"the special days {first.when} and {day.when} are the same dates with different hours or names",
                    "keep one of the two",
                    value=str(day.when),
                )
    return (*dated, *recurring.values())


def special_to_text(days: tuple[SpecialDay, ...]) -> dict[str, object]:
    """Special days as `parse_special` reads them."""
    # Recurrences are all tables where one is: of two the first speaks, and TOML's writers put tables last.
    named = any(day.name for day in days if isinstance(day.when, Recurrence))
    return {
        str(day.when): {"hours": day_text(day.hours), "name": day.name}
        if day.name or (named and isinstance(day.when, Recurrence))
        else day_text(day.hours)
        for day in days
    }


DATE_SCHEMA: dict[str, Any] = {
    "type": "string",
    "pattern": r"^\s*\d{4}-\d{2}-\d{2}\s*$",
    "description": "a date such as 2026-12-24",
}
"""What JSON Schema can say of a date."""
BOUND_SCHEMA: dict[str, Any] = {"anyOf": [DATE_SCHEMA, {"type": "null"}]}
PERIOD_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"from": BOUND_SCHEMA, "until": BOUND_SCHEMA},
    "additionalProperties": False,
}
DateField = Annotated[date, reads(parse_date), WithJsonSchema(DATE_SCHEMA)]
SpecialField = Annotated[
    tuple[SpecialDay, ...],
    reads(parse_special),
    PlainSerializer(special_to_text),
    WithJsonSchema({
        "type": "object",
        "description": "dates, ranges (2026-12-29/2026-12-31), yearly dates (--12-24) or recurrences, and their hours; "
        "ical names a file of them",
        "additionalProperties": {
            "anyOf": [
                *DAY_SCHEMA["anyOf"],
                {
                    "type": "object",
                    "properties": {"hours": DAY_SCHEMA, "name": {"type": "string"}},
                    "additionalProperties": False,
                },
            ]
        },
    }),
]  # fmt: skip
