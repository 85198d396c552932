"""Holidays, which close the desk: by country code, by date, from GOV.UK's JSON and from an iCalendar file."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from operator import itemgetter
from pathlib import Path
from typing import Any

from pydantic_core import core_schema

from slaclock.errors import HolidaysError, HoursError, SlaClockError
from slaclock.formats.documents import path_of
from slaclock.formats.lazy import lazy
from slaclock.formats.models import JsonValue, field_schema, short_repr

from .closures import LISTED_SCHEMA, ClosedTimes, closed_times, in_order, table_of
from .holiday_files import Dates, Recurring, read_gov_uk, read_ical
from .holiday_sources import HolidaySource
from .ical_events import UNNAMED
from .recurrence import Recurrence
from .special_days import DatedIndex, DateRange, parse_when
from .yearly_dates import YearlyDates

_LONGEST = 366  # days of a range
_ONE = {"code", "country"}
"""What may be written for `countries` by mistake."""
_KINDS = {"countries", "dates", "recurring", "closed", "categories", "language"}


@dataclass(frozen=True)
class Holidays(JsonValue):
    """The holidays of a calendar: those of countries and markets, named dates, and recurring dates.

    Country holidays come from the `holidays` library, which knows them up to the year 2100; later years have
    only the dates and recurrences given here. `closed` are parts of days, from the events of an iCalendar file.

    >>> import slaclock as sc
    >>> desk = sc.WorkingCalendar.parse("Mo-Fr 09:00-17:00", timezone="Europe/London",
    ...                                 holidays=sc.Holidays.parse(["GB-ENG", "2018-04-20"]))
    >>> str(desk.closed_because("2018-03-30T12:00+01:00")), desk.is_open("2018-04-20T12:00+01:00")
    ('Good Friday (holiday)', False)
    """

    sources: tuple[HolidaySource, ...] = ()
    dates: Dates = ()
    recurring: Recurring = ()
    closed: tuple[ClosedTimes, ...] = ()

    @property
    def countries(self) -> tuple[str, ...]:
        """The codes of the countries and markets."""
        return tuple(source.code for source in self.sources)

    @classmethod
    def parse(cls, value: object) -> Holidays:
        """From a code (`GB-ENG`, `NYSE`), an iterable of dates and codes, `{date: name}`, or a file.

        A date may be a range (`2026-12-24/2026-12-31`) or one of every year (`--12-25`). A file is named as
        `{"gov_uk": path, "division": "england-and-wales"}` or `{"ical": path}`, and several kinds at once as
        `{"countries": [code], "dates": {date: name}, "recurring": [[rule, name]]}`, where `categories` and `language`
        may stand beside the countries.
        """
        if isinstance(value, Holidays):
            return value
        if value is None:
            return cls()
        if isinstance(value, str):
            value = [value]
        if isinstance(value, Mapping):
            if "gov_uk" in value or "ical" in value:
                return _from_file(value)
            if value and value.keys() <= _KINDS:
                return _from_kinds(value)
            _check_keys(value)
            return _from_dates([(day, _name(name, day)) for day, name in value.items()])
        if not isinstance(value, Iterable) or isinstance(value, bytes):
            raise HolidaysError(
                f"{value!r} is not a set of holidays",
                "give a code like 'GB-ENG', dates, or {date: name}",
                value=value,
            )
        items = list(value)
        codes = [item for item in items if isinstance(item, Mapping) or (isinstance(item, str) and not _is_date(item))]
        sources = tuple(dict.fromkeys(map(HolidaySource.parse, codes)))
        named = _from_dates([(item, UNNAMED) for item in items if not any(item is code for code in codes)])
        return cls(sources, named.dates, named.recurring)

    @classmethod
    def from_gov_uk(cls, source: str | Path | Mapping[str, Any], division: str = "england-and-wales") -> Holidays:
        """From GOV.UK's bank-holidays.json, as a path or as the parsed JSON; `division` is one of its three."""
        return cls(dates=read_gov_uk(source, division))

    @classmethod
    def from_ical(cls, source: str | Path) -> Holidays:
        """From the events of an iCalendar file (RFC 5545), whole days or parts of them; needs the extra `ical`."""
        days = read_ical(path_of(source, "ical", HolidaysError))
        return cls(dates=days.dates, recurring=days.recurring, closed=days.closed)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> core_schema.CoreSchema:
        """As a field it is read by `parse`, and written as `to_text` says."""
        return field_schema(cls.parse, cls.to_text, _SCHEMA)

    def in_year(self, year: int) -> dict[int, str]:
        """The names of the year's holidays by the ordinal of their day."""
        names: dict[int, str] = {}
        for rule, name in self.recurring:
            names.update(dict.fromkeys(rule.days(year), name))
        names.update(self.of_countries(year))
        names.update({dates.first.toordinal(): name for dates, name in self._by_date.of_year(year)})
        return names

    def of_countries(self, year: int) -> dict[int, str]:
        """The names of the countries' holidays of the year by the ordinal of their day."""
        names: dict[int, str] = {}
        for source in self.sources:
            names.update(source.in_year(year))
        return names

    def shape(self, year: int) -> Hashable | None:
        """A name shared by all years whose holidays their layout alone decides; None for any other year."""
        near = (year - 1, year, year + 1)
        if self._by_date.shape(year) is None or any(map(self.of_countries, near)):
            return None
        shapes = tuple(rule.shape(year) for rule, _ in self.recurring)
        return None if None in shapes else shapes

    def __getstate__(self) -> dict[str, Any]:
        # What was worked out is worked out anew wherever a pickled value arrives.
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @lazy
    def _by_date(self) -> DatedIndex[str]:
        return DatedIndex((DateRange(day, day), name) for day, name in sorted(self.dates, key=itemgetter(0)))

    def to_text(self) -> object:
        """The holidays as `parse` reads them."""
        named = {day.isoformat(): name for day, name in self.dates}
        sources = [source.to_text() for source in self.sources]
        whole = not self.recurring and not self.closed
        if whole and not self.dates and sources and sources == list(self.countries):
            return sources[0] if len(sources) == 1 else sources
        if whole and not sources:
            return named
        recurring = [[str(rule), name] for rule, name in self.recurring]
        closed = {"closed": list(map(table_of, self.closed))} if self.closed else {}
        return {"countries": sources, "dates": named, "recurring": recurring, **closed}

    def __or__(self, other: Holidays) -> Holidays:
        return Holidays(
            tuple(dict.fromkeys(self.sources + other.sources)),
            tuple(sorted({**dict(other.dates), **dict(self.dates)}.items())),
            tuple(dict.fromkeys(self.recurring + other.recurring)),
            in_order(set(self.closed + other.closed)),
        )


def _check_keys(value: Mapping[Any, Any]) -> None:
    """What is no date by its key is said first, since what stands under it may be of any sort."""
    unknown = next((key for key in value if isinstance(key, str) and key not in _KINDS and not _is_date(key)), None)
    if unknown is not None and value.keys() & {*_KINDS, *_ONE}:
        remedy = "write countries = ['GB-ENG'], and categories = ['public'] beside it, or dates and their names"
        raise HolidaysError(f"holidays have no {unknown!r} (got {short_repr(value[unknown])})", remedy, value=unknown)
    if unknown is None and (kinds := [key for key in value if key in _KINDS]):
        remedy = "give each under dates: dates = { '2026-12-24' = 'Christmas Eve' }"
        raise HolidaysError(f"dates stand beside {kinds[0]!r}", remedy, value=kinds[0])


def _name(value: object, day: object) -> str:
    if not isinstance(value, str):
        raise HolidaysError(f"the name of the holiday {day} is {value!r}", "give a text", value=value)
    return value


def _is_date(text: str) -> bool:
    """Whether a text is meant as dates, and not as a code."""
    return text[:1].isdigit() or YearlyDates.looks_like(text) or Recurrence.looks_like(text)


def _from_dates(named: list[tuple[object, str]]) -> Holidays:
    """Holidays by dates, ranges, and dates of every year; of a date in a range its own name holds."""
    ranged: dict[date, str] = {}
    single: dict[date, str] = {}
    recurring: list[tuple[Recurrence, str]] = []
    for value, name in named:
        if isinstance(value, datetime):
            raise HolidaysError(f"{value!r} is a moment, not a date", "give its .date()", value=value)
        try:
            dated = parse_when(value)
        except HoursError as error:
            raise HolidaysError(error.problem, error.remedy, value=error.value) from None
        for when in dated:
            if isinstance(when, Recurrence):
                recurring.append((when, name))
            elif (when.last - when.first).days >= _LONGEST:
                remedy = f"let a range of holidays have {_LONGEST} dates at the most"
                raise HolidaysError(f"the dates {when} are too many", remedy, value=value)
            else:
                days = single if when.first == when.last else ranged
                days.update(
                    {date.fromordinal(n): name for n in range(when.first.toordinal(), when.last.toordinal() + 1)}
                )
    return Holidays((), tuple(sorted({**ranged, **single}.items())), tuple(dict.fromkeys(recurring)))


def _from_file(value: Mapping[str, Any]) -> Holidays:
    if value.keys() <= {"gov_uk", "division"} and "gov_uk" in value:
        return Holidays.from_gov_uk(value["gov_uk"], value.get("division", "england-and-wales"))
    if value.keys() == {"ical"}:
        return Holidays.from_ical(value["ical"])
    raise HolidaysError(f"the holidays have the keys {sorted(value)}", "give gov_uk and division, or ical", value=value)


def _from_kinds(value: Mapping[str, Any]) -> Holidays:
    given = value.get("recurring", ())
    if not isinstance(given, (list, tuple)):
        raise HolidaysError(
            f"{given!r} is no list of recurring holidays", "write [[rule, name], ...]", "recurring", value=given
        )
    recurring = tuple(_recurring(entry, ("recurring", number)) for number, entry in enumerate(given))
    dates = Holidays.parse(value.get("dates"))
    if dates.sources:
        country = dates.countries[0]
        raise HolidaysError(f"{country!r} is not a date", "give it among countries", "dates", value=country)
    return Holidays(_sources(value)) | Holidays((), dates.dates, dates.recurring + recurring, _closed(value))


def _sources(value: Mapping[str, Any]) -> tuple[HolidaySource, ...]:
    """The countries, each with the categories and the language that stand beside them all, if it has none."""
    countries = value.get("countries")
    beside = {key: value[key] for key in ("categories", "language") if key in value}
    if isinstance(countries, Mapping) or not isinstance(countries, (str, Iterable, type(None))):
        raise HolidaysError(
            f"{countries!r} are no countries", "give codes such as GB-ENG", "countries", value=countries
        )
    listed: list[Any] = [countries] if isinstance(countries, str) else list(countries or ())
    if beside and not listed:
        raise HolidaysError("categories and languages are those of countries", "add countries", value=value)
    for code in listed:
        if isinstance(code, str) and _is_date(code):
            raise HolidaysError(f"{code!r} is no country", "give it among dates", "countries", value=code)
    sources = []
    for number, code in enumerate(listed):
        own = code if isinstance(code, Mapping) else {"code": code}
        try:
            sources.append(HolidaySource.parse({**beside, **own}))
        except HolidaysError as error:
            if error.path and error.path[0] not in own:
                raise  # it stands beside the countries
            raise error.within(*(("countries",) if isinstance(countries, str) else ("countries", number))) from None
    return tuple(sources)


def _closed(value: Mapping[str, Any]) -> tuple[ClosedTimes, ...]:
    given = value.get("closed", ())
    if not isinstance(given, (list, tuple)) or not all(isinstance(table, Mapping) for table in given):
        remedy = 'write [{"when": "2026-05-12", "hours": ["14:00-16:00"]}]'
        raise HolidaysError(f"{given!r} is no list of closures", remedy, "closed", value=given)
    closures: list[ClosedTimes] = []
    for number, table in enumerate(given):
        try:
            closures += closed_times(table)
        except SlaClockError as error:
            place = ("closed", number, *error.path)
            raise HolidaysError(error.problem, error.remedy, place, value=error.value) from None
    return in_order(closures)


def _recurring(entry: object, place: tuple[str, int]) -> tuple[Recurrence, str]:
    match entry:
        case [str(rule), str(name)]:
            try:
                return Recurrence.parse(rule), name
            except HoursError as error:
                raise HolidaysError(error.problem, error.remedy, place, value=error.value) from None
    raise HolidaysError(
        f"{entry!r} is no recurring holiday", "write ['FREQ=YEARLY;...', 'its name']", place, value=entry
    )


_NAMED: dict[str, Any] = {
    "type": "object",
    "propertyNames": {"pattern": r"^\s*(\d{4}-|--)|FREQ=|RRULE:|DTSTART:"},
    "additionalProperties": {"type": "string"},
}
_CATEGORIES: dict[str, Any] = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
_LISTED: dict[str, Any] = {"type": "array", "items": {"type": "string"}}
_RECURRING: dict[str, Any] = {"type": "array", "prefixItems": [{"type": "string"}] * 2, "minItems": 2, "maxItems": 2}


# No mutants, since it is called as the module is read.
def _table(required: tuple[str, ...] = (), **properties: Any) -> dict[str, Any]:  # pragma: no mutate block
    table = {"type": "object", "properties": properties, "additionalProperties": False, "minProperties": 1}
    return {**table, "required": list(required)}


_BESIDE: dict[str, Any] = {"categories": _CATEGORIES, "language": {"type": "string"}}
_SOURCES: dict[str, Any] = {
    "type": "array",
    "items": {"anyOf": [{"type": "string"}, _table(("code",), code={"type": "string"}, **_BESIDE)]},
}
_SCHEMA: dict[str, Any] = {
    "description": "a code such as GB-ENG or NYSE, dates, {date: name}, or a file",
    "anyOf": [
        {"type": "string"},
        {"type": "null"},
        _SOURCES,
        _NAMED,
        _table(("gov_uk",), gov_uk={"type": ["string", "object"]}, division={"type": "string"}),
        _table(("ical",), ical={"type": "string"}),
        _table(
            countries={"anyOf": [{"type": "string"}, {"type": "null"}, _SOURCES]},
            **_BESIDE,
            closed={"type": "array", "items": LISTED_SCHEMA},
            dates={"anyOf": [_LISTED, {"type": "null"}, _NAMED, {"type": "string"}]},
            recurring={"type": "array", "items": _RECURRING},
        ),
    ],
}
