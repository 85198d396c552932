"""The text of opening hours, after OpenStreetMap's opening_hours: `Mo-Th 08:00-17:00; Fr 08:00-16:30; PH off`.

Read are: weekday ranges and lists, several spans, `off` and `closed`, `24/7`, `PH` with its own hours or `off`, months
(`Jul-Aug`), dates and ranges of them (`Dec 24-Jan 2`, `2026 Dec 24`), lists of these, all with weekdays or without, and
`12:00-13:00 off`, which closes that time. A later rule replaces an earlier one on every date that it matches; what a
calendar's ranks cannot say of that order (see `rule_ranks`) is refused. Everything else is an error that points at the
character.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import MAXYEAR, date
from typing import NamedTuple, NoReturn

from slaclock.errors import HoursError

from .hours import ALL_DAY, CLOSED, WEEKDAY_NAMES, DayHours, parse_day
from .rule_ranks import OpeningHours, Ranks, Rule
from .special_days import DateRange
from .yearly_dates import MONTH_LENGTHS, MonthDay, YearlyDates

_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAY = "|".join(_DAYS)
_WORD = re.compile(r"[A-Za-z]{3,}")
_MONTH = "|".join(_MONTHS)
_SELECTOR = re.compile(rf"({_DAY}|PH)\b(?:\s*-\s*({_DAY})\b)?", re.IGNORECASE)
_NUMBER = r"\d{1,2}(?!\d|:\d)"
_DATES = re.compile(
    rf"(?:(?P<year>\d{{4}})\s+)?(?P<month>{_MONTH})\b(?:\s+(?P<day>{_NUMBER}))?"
    rf"(?:\s*-\s*(?:(?:(?P<year2>\d{{4}})\s+)?(?P<month2>{_MONTH})\b(?:\s+(?P<day2>{_NUMBER}))?|(?P<bare>{_NUMBER})))?",
    re.IGNORECASE,
)
_MORE_DAYS = re.compile(rf"(?P<day>{_NUMBER})(?:\s*-\s*(?P<bare>{_NUMBER}))?")
_TIME = r"\d{1,2}:\d{2}"
_SPAN = rf"{_TIME}\s*-\s*{_TIME}"
_TIMES = re.compile(rf"{_SPAN}(?:\s*,\s*{_SPAN})*")
_OPEN_END = re.compile(rf"(?:{_SPAN}\s*,\s*)*{_TIME}(?:\s*-\s*{_TIME})?(\+)")
_OFF = re.compile(r"(?:off|closed)\b", re.IGNORECASE)
_GAP = re.compile(r"\s*")
_AFTER_DATES = re.compile(r"\s*:(?=\s)")


def parse_opening_hours(text: str) -> OpeningHours:
    """Read a text of opening hours.

    >>> parse_opening_hours("Mo-Fr 08:00-12:00,13:00-17:00; We 08:00-12:00").weekly.to_text()["wed"]
    ['08:00-12:00']
    """
    return _Reader(text).read()


class _Dates(NamedTuple):
    """One entry of a list of dates: from month and day to month and day; `days` says whether days were written."""

    first: MonthDay
    last: MonthDay
    days: bool
    year: int | None
    last_year: int | None

    @property
    def range(self) -> DateRange:
        """The dates, where they have a year."""
        assert self.year is not None
        assert self.last_year is not None
        month, day = self.last
        end = day if self.days else monthrange(self.last_year, month)[1]
        return DateRange(date(self.year, *self.first), date(self.last_year, month, end))


class _Reader:
    """Reads the rules of one text from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self._ranks = Ranks(self._error)

    def read(self) -> OpeningHours:
        if not self.text.strip():
            raise HoursError("the opening hours are empty", "write them like Mo-Fr 09:00-17:00", value=self.text)
        while True:
            self._skip()
            if self.at < len(self.text):
                self._ranks.add(self._rule())
            self._skip()
            if self.at >= len(self.text):
                break
            if self.text[self.at] != ";":
                raise self._error("this is not understood", "separate rules with ';'", self.at)
            self.at += 1
        return self._ranks.said()

    def _rule(self) -> Rule:
        start = self.at
        if self.text.startswith("24/7", self.at):
            self.at += 4
            return Rule(start, "24/7", ALL_DAY, weekdays=tuple(range(7)))
        dates = self._dates()
        self._skip()
        at = self.at
        weekdays, holidays = self._weekdays()
        if dates and holidays:
            raise self._error("PH stands within dates", "write a rule for PH of its own", at)
        hours = self._hours(named=bool(dates or weekdays or holidays))
        closes = bool(hours) and self._is_off()
        # Months speak of their weekdays, as a rule without dates does; dates alone are special days.
        if not weekdays and not holidays and not (dates and all(part.days for part in dates)):
            weekdays = list(range(7))
        return Rule(
            start,
            self.text[start : self.at].strip(),
            hours,
            tuple(sorted(set(weekdays))),
            holidays,
            tuple(YearlyDates(part.first, part.last) for part in dates if part.year is None),
            tuple(part.range for part in dates if part.year is not None),
            closes,
        )

    def _is_off(self) -> bool:
        self._skip()
        return self._take(_OFF) is not None

    def _weekdays(self) -> tuple[list[int], bool]:
        days: list[int] = []
        holidays = False
        while match := self._take(_SELECTOR):
            first = match[1].capitalize()
            if match[1].upper() == "PH":
                if match[2]:
                    raise self._error("PH is not part of a range", "write PH,Mo-Fr", match.start())
                holidays = True
            else:
                a = _DAYS.index(first)
                b = _DAYS.index(match[2].capitalize()) if match[2] else a
                days += [(a + step) % 7 for step in range((b - a) % 7 + 1)]
            self._skip()
            if not self.text.startswith(",", self.at):
                break
            self.at += 1
            self._skip()
            if not _SELECTOR.match(self.text, self.at):
                raise self._error("a weekday is expected here", "write Mo, Tu, We, Th, Fr, Sa, Su or PH", self.at)
        return days, holidays

    def _hours(self, named: bool) -> DayHours:
        self._skip()
        if self._take(_OFF):
            return CLOSED
        if self.text.startswith("24/7", self.at):
            raise self._error("24/7 names its own days", "write 00:00-24:00", self.at)
        at = self.at
        if endless := _OPEN_END.match(self.text, at):
            raise self._error("an open end is not supported", "give the closing time", endless.start(1))
        match = self._take(_TIMES)
        if match is None:
            if not named:
                raise self._error("this is not understood", "write rules like Mo-Fr 09:00-17:00 or PH off", at)
            raise self._error("a span of hours is expected here", "write it like 08:00-17:00, or off", at)
        try:
            return parse_day(match[0])
        except HoursError as error:
            raise self._error(error.problem, error.remedy, at) from None

    def _dates(self) -> list[_Dates]:
        """The dates and months that a list names."""
        listed: list[_Dates] = []
        start = self.at
        while True:
            at = self.at
            dates = self._one_of_dates(listed[-1] if listed else None)
            if dates is None:
                if listed:
                    raise self._error("a date is expected here", "write it like Dec 24, or a month like Jul", at)
                return []
            listed.append(dates)
            end = self.at
            self._skip()
            if not self.text.startswith(",", self.at):
                self.at = end
                break
            self.at += 1
            self._skip()
        if len({dates.year is None for dates in listed}) > 1:
            raise self._error("some of the dates have a year and some have none", "write each with its year", start)
        self._take(_AFTER_DATES)
        return listed

    def _one_of_dates(self, before: _Dates | None) -> _Dates | None:
        at = self.at
        if match := self._take(_DATES):
            year, month, day = _number(match["year"]), _month(match["month"]), _number(match["day"])
            year2, month2, day2 = _number(match["year2"]), match["month2"], _number(match["day2"] or match["bare"])
            first = month, day
            last = (_month(month2) if month2 else month, day2 if month2 or match["bare"] else day)
        elif before and before.days and (match := self._take(_MORE_DAYS)):
            year, year2, month2 = before.last_year, None, None
            first, last = ((before.last[0], int(match[name] or match["day"])) for name in ("day", "bare"))
        else:
            return None
        if (first[1] is None) != (last[1] is None):
            raise self._error("the range is of a date and a month", "write both with a day, or both without", at)
        for m, d in (first, last):
            if d is not None and not 1 <= d <= MONTH_LENGTHS[m - 1]:
                raise self._error(f"{_MONTHS[m - 1]} has no day {d}", "correct the date", at)
        days = first[1] is not None
        whole = (first[0], first[1] or 1), (last[0], last[1] or MONTH_LENGTHS[last[0] - 1])
        if not month2 and whole[1] < whole[0]:
            self._backwards(_over_month(year, *whole[0], whole[1][1]), at)
        if year2 is not None and year is None:
            raise self._error("the range has a year only at its end", "write the year first", at)
        if year is not None and year2 is None and whole[1][0] < whole[0][0]:
            ends = [_MONTHS[month - 1] + f" {day}" * days for month, day in whole]
            self._backwards(f"{year} {ends[0]}-{year + 1} {ends[1]}", at)
        dates = _Dates(*whole, days, year, year if year2 is None else year2)
        if year is not None:
            self._check(dates, at)
        return dates

    def _backwards(self, meant: str, at: int) -> NoReturn:
        """The error for a range that ends before it starts, with what may be meant, unless no year has it."""
        remedy = "write the earlier date first" if str(MAXYEAR + 1) in meant else f"write {meant}"
        raise self._error("the range ends before it starts", remedy, at)

    def _check(self, dates: _Dates, at: int) -> None:
        for year, (month, day) in ((dates.year, dates.first), (dates.last_year, dates.last)):
            if not year:
                raise self._error("there is no year 0", "correct the date", at)
            if dates.days and day > monthrange(year, month)[1]:
                raise self._error(f"{_MONTHS[month - 1]} {year} has no day {day}", "correct the date", at)
        span = dates.range
        if span.last < span.first:
            raise self._error("the range ends before it starts", "write the earlier date first", at)

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        match = pattern.match(self.text, self.at)
        if match:
            self.at = match.end()
        return match

    def _skip(self) -> None:
        self._take(_GAP)

    def _error(self, problem: str, remedy: str, at: int) -> HoursError:
        pointer = f"{self.text!r}, character {at + 1}"
        if (word := _weekday_at(self.text, at)) is not None:
            return HoursError(
                f"{word!r} is not how a weekday is written", f"write {word[:2]}", pointer, value=self.text
            )
        rest = self.text[at : at + 12]
        message = f"{problem}: {rest!r}" if rest else f"{problem}: the text ends"
        return HoursError(message, remedy, pointer, value=self.text)


def _weekday_at(text: str, at: int) -> str | None:
    """The word at a character, or behind a dash, where it is a weekday's name in more than two letters: Mon."""
    at = len(text) - len(text[at:].lstrip(" -"))
    for match in _WORD.finditer(text):
        if match.start() <= at < match.end():
            word = match[0].capitalize()
            return word if any(name.startswith(word) for name in WEEKDAY_NAMES) else None
    return None


def _number(text: str | None) -> int | None:
    return None if text is None else int(text)


def _month(name: str) -> int:
    return _MONTHS.index(name.capitalize()) + 1


def _over_month(year: int | None, month: int, day: int, day2: int) -> str:
    """A range from a day of a month to one of the next."""
    years = ("", "") if year is None else (f"{year} ", f"{year + month // 12} ")
    return f"{years[0]}{_MONTHS[month - 1]} {day}-{years[1]}{_MONTHS[month % 12]} {day2}"
