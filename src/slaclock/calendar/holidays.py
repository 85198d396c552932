"""Holidays, which close the desk: by country code, by date, from GOV.UK's JSON and from an iCalendar file."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import lru_cache
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic_core import core_schema

from slaclock.errors import HolidaysError, HoursError
from slaclock.formats.documents import path_of
from slaclock.formats.lazy import lazy
from slaclock.formats.models import JsonValue, field_schema

from .holiday_files import UNNAMED, Dates, Recurring, read_gov_uk, read_ical
from .recurrence import Recurrence
from .special_days import DATE_SCHEMA, DatedIndex, DateRange, parse_date

if TYPE_CHECKING:
    from holidays import HolidayBase

_CODE = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")


@dataclass(frozen=True)
class Holidays(JsonValue):
    """The holidays of a calendar: countries by ISO 3166 code, named dates, and recurring dates.

    Country holidays come from the `holidays` library, which knows them up to the year 2100; later years have
    only the dates and recurrences given here.
    """

    countries: tuple[str, ...] = ()
    dates: Dates = ()
    recurring: Recurring = ()

    @classmethod
    def parse(cls, value: object) -> Holidays:
        """From a code (`GB-ENG`), an iterable of dates and codes, `{date: name}`, or a file.

        A file is named as `{"gov_uk": path, "division": "england-and-wales"}` or `{"ical": path}`, and several
        kinds at once as `{"countries": [code], "dates": {date: name}, "recurring": [[rule, name]]}`.
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
            if value and value.keys() <= {"countries", "dates", "recurring"}:
                return _from_kinds(value)
            return cls(dates=tuple(sorted((_date(day), _name(name, day)) for day, name in value.items())))
        if not isinstance(value, Iterable) or isinstance(value, bytes):
            raise HolidaysError(
                f"{value!r} is not a set of holidays",
                "give a code like 'GB-ENG', dates, or {date: name}",
                value=value,
            )
        items = list(value)
        codes = tuple(_country(item) for item in items if isinstance(item, str) and not item[:1].isdigit())
        days = {_date(item) for item in items if not isinstance(item, str) or item[:1].isdigit()}
        return cls(codes, tuple((day, UNNAMED) for day in sorted(days)))

    @classmethod
    def from_gov_uk(cls, source: str | Path | Mapping[str, Any], division: str = "england-and-wales") -> Holidays:
        """From GOV.UK's bank-holidays.json, as a path or as the parsed JSON; `division` is one of its three."""
        return cls(dates=read_gov_uk(source, division))

    @classmethod
    def from_ical(cls, source: str | Path) -> Holidays:
        """From the whole-day events of an iCalendar file (RFC 5545); needs the extra `ical`."""
        dates, recurring = read_ical(path_of(source, "ical", HolidaysError))
        return cls(dates=dates, recurring=recurring)

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
        for code in self.countries:
            names.update(_country_holidays(code, year))
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
        if self.countries and not self.dates and not self.recurring:
            return self.countries[0] if len(self.countries) == 1 else list(self.countries)
        if not self.countries and not self.recurring:
            return named
        recurring = [[str(rule), name] for rule, name in self.recurring]
        return {"countries": list(self.countries), "dates": named, "recurring": recurring}

    def __or__(self, other: Holidays) -> Holidays:
        return Holidays(
            tuple(dict.fromkeys(self.countries + other.countries)),
            tuple(sorted({**dict(other.dates), **dict(self.dates)}.items())),
            tuple(dict.fromkeys(self.recurring + other.recurring)),
        )


def _name(value: object, day: object) -> str:
    if not isinstance(value, str):
        raise HolidaysError(f"the name of the holiday {day} is {value!r}", "give a text", value=value)
    return value


def _date(value: object) -> date:
    if isinstance(value, datetime):
        raise HolidaysError(f"{value!r} is a moment, not a date", "give its .date()", value=value)
    try:
        return parse_date(value)
    except HoursError as error:
        raise HolidaysError(error.problem, error.remedy) from None


def _country(code: str) -> str:
    """The code, once the holidays library is known to have it."""
    code = code.strip()
    if not _CODE.fullmatch(code):
        raise HolidaysError(f"{code!r} is not an ISO 3166 code", "write it like GB or GB-ENG", value=code)
    _known_years(code)
    return code


@lru_cache(maxsize=4_096)
def _country_holidays(code: str, year: int) -> dict[int, str]:
    first, last = _known_years(code)
    if not first <= year <= last:
        return {}
    return {day.toordinal(): name for day, name in _from_library(code, year).items()}


@lru_cache
def _known_years(code: str) -> tuple[int, int]:
    """The years in which the holidays library knows the country; outside them it would answer with no holidays."""
    library = _from_library(code, None)
    return library.start_year, library.end_year


def _from_library(code: str, year: int | None) -> HolidayBase:
    import holidays  # here, since it takes longer to import than all the rest

    country, _, subdivision = code.partition("-")
    try:
        return holidays.country_holidays(country, subdiv=subdivision or None, years=year, expand=False)
    except NotImplementedError:
        raise HolidaysError(
            f"the holidays library knows no {code!r}",
            "use a code such as GB-ENG, or give the dates themselves",
            value=code,
        ) from None


def _from_file(value: Mapping[str, Any]) -> Holidays:
    if value.keys() <= {"gov_uk", "division"} and "gov_uk" in value:
        return Holidays.from_gov_uk(value["gov_uk"], value.get("division", "england-and-wales"))
    if value.keys() == {"ical"}:
        return Holidays.from_ical(value["ical"])
    raise HolidaysError(f"the holidays have the keys {sorted(value)}", "give gov_uk and division, or ical")


def _from_kinds(value: Mapping[str, Any]) -> Holidays:
    given = value.get("recurring", ())
    if not isinstance(given, (list, tuple)):
        raise HolidaysError(
            f"{given!r} is no list of recurring holidays", "write [[rule, name], ...]", "recurring", value=given
        )
    countries = value.get("countries")
    if isinstance(countries, Mapping):
        raise HolidaysError(
            f"{countries!r} are no countries", "give codes such as GB-ENG", "countries", value=countries
        )
    recurring = tuple(_recurring(entry, ("recurring", number)) for number, entry in enumerate(given))
    return Holidays.parse(countries) | Holidays((), Holidays.parse(value.get("dates")).dates, recurring)


def _recurring(entry: object, place: tuple[str, int]) -> tuple[Recurrence, str]:
    match entry:
        case [str(rule), str(name)]:
            try:
                return Recurrence.parse(rule), name
            except HoursError as error:
                raise HolidaysError(error.problem, error.remedy, place) from None
    raise HolidaysError(
        f"{entry!r} is no recurring holiday", "write ['FREQ=YEARLY;...', 'its name']", place, value=entry
    )


_NAMED: dict[str, Any] = {"type": "object", "propertyNames": DATE_SCHEMA, "additionalProperties": {"type": "string"}}
_LISTED: dict[str, Any] = {"type": "array", "items": {"type": "string"}}
_RECURRING: dict[str, Any] = {"type": "array", "prefixItems": [{"type": "string"}] * 2, "minItems": 2, "maxItems": 2}


def _table(required: tuple[str, ...] = (), **properties: Any) -> dict[str, Any]:
    table = {"type": "object", "properties": properties, "additionalProperties": False, "minProperties": 1}
    return {**table, "required": list(required)}


_SCHEMA: dict[str, Any] = {
    "description": "a country's code such as GB-ENG, dates, {date: name}, or a file",
    "anyOf": [
        {"type": "string"},
        {"type": "null"},
        _LISTED,
        _NAMED,
        _table(("gov_uk",), gov_uk={"type": ["string", "object"]}, division={"type": "string"}),
        _table(("ical",), ical={"type": "string"}),
        _table(
            countries={"anyOf": [{"type": "string"}, {"type": "null"}, _LISTED]},
            dates={"anyOf": [_LISTED, {"type": "null"}, _NAMED, {"type": "string"}]},
            recurring={"type": "array", "items": _RECURRING},
        ),
    ],
}
