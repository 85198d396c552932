"""Holidays that the `holidays` library knows: of countries, of their parts, and of financial markets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from slaclock.errors import HolidaysError

if TYPE_CHECKING:
    from holidays import HolidayBase

_COUNTRY = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
_MARKET = re.compile(r"[A-Z][A-Z0-9]{1,3}")


@dataclass(frozen=True)
class HolidaySource:
    """A country or one of its parts by ISO 3166 code, or a market such as NYSE, as the library knows it.

    Without categories its public holidays are meant; without a language names are in the country's own.
    """

    code: str
    categories: tuple[str, ...] = ()
    language: str = ""

    @classmethod
    def parse(cls, value: object) -> HolidaySource:
        """From a code, or from `{"code": ..., "categories": [...], "language": ...}`."""
        table = value if isinstance(value, Mapping) else {"code": value}
        unknown = sorted(map(str, table.keys() - {"code", "categories", "language"}))
        if unknown:
            remedy = "give only code, categories and language"
            raise HolidaysError(f"a country has {unknown[0]!r}", remedy, value=unknown[0])
        code, language = table.get("code"), table.get("language", "")
        if not isinstance(code, str):
            raise HolidaysError(f"{code!r} is no country", "give a code such as GB-ENG", value=code)
        if not isinstance(language, str):
            raise HolidaysError(f"the language is {language!r}", "give a text", "language", value=language)
        source = cls(code.strip(), _categories(table.get("categories", ())), language)
        source._check()
        return source

    def to_text(self) -> object:
        """The source as `parse` reads it."""
        if not self.categories and not self.language:
            return self.code
        categories = {"categories": list(self.categories)} if self.categories else {}
        return {"code": self.code, **categories, **({"language": self.language} if self.language else {})}

    def in_year(self, year: int) -> Mapping[int, str]:
        """The names of the year's holidays by the ordinal of their day; none outside the years that are known."""
        return _holidays(self, year)

    def _check(self) -> None:
        if not _COUNTRY.fullmatch(self.code) and not _MARKET.fullmatch(self.code):
            remedy = "write it like GB or GB-ENG, or a market like NYSE"
            raise HolidaysError(f"{self.code!r} is not an ISO 3166 code", remedy, value=self.code)
        plain = _from_library(HolidaySource(self.code), None)
        for what, given, known in (
            ("category", self.categories, plain.supported_categories),
            ("language", (self.language,) * bool(self.language), plain.supported_languages),
        ):
            for name in given:
                if name not in known:
                    raise HolidaysError(
                        f"the holidays library knows no {what} {name!r} of {self.code}",
                        "use one of: " + ", ".join(known) if known else "leave it out",
                        value=name,
                    )


def _categories(value: object) -> tuple[str, ...]:
    names = (value,) if isinstance(value, str) else value
    if not isinstance(names, Iterable) or isinstance(names, (bytes, Mapping)):
        raise HolidaysError(f"{value!r} are no categories", "give names such as public", "categories", value=value)
    listed = tuple(names)
    for name in listed:
        if not isinstance(name, str):
            raise HolidaysError(f"{name!r} is no category", "give a name such as public", "categories", value=name)
    return tuple(sorted(set(listed)))


@lru_cache(maxsize=4_096)
def _holidays(source: HolidaySource, year: int) -> Mapping[int, str]:
    first, last = _known_years(source)
    if not first <= year <= last:
        return {}
    return {day.toordinal(): name for day, name in _from_library(source, year).items()}


@lru_cache
def _known_years(source: HolidaySource) -> tuple[int, int]:
    """The years in which the library knows the source; outside them it would answer with no holidays."""
    library = _from_library(source, None)
    return library.start_year, library.end_year


def _from_library(source: HolidaySource, year: int | None) -> HolidayBase:
    import holidays  # here, since it takes longer to import than all the rest

    options: dict[str, Any] = {"years": year, "expand": False}
    options |= {"categories": source.categories} if source.categories else {}
    country, _, part = source.code.partition("-")
    market = not _COUNTRY.fullmatch(source.code)
    try:
        # Where no language is named, the library takes the machine's, and its names would differ from one to another.
        kind = getattr(holidays, country, None)
        options["language"] = source.language or getattr(kind, "default_language", None)
        if market:
            return holidays.financial_holidays(country, **options)
        return holidays.country_holidays(country, subdiv=part or None, **options)
    except NotImplementedError:
        raise HolidaysError(
            f"the holidays library knows no {source.code!r}",
            "use a code such as GB-ENG, or NYSE, or give the dates themselves",
            value=source.code,
        ) from None
