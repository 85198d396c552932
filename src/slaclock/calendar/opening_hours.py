"""The text of opening hours, after OpenStreetMap's opening_hours: `Mo-Th 08:00-17:00; Fr 08:00-16:30; PH off`.

Read are: weekday ranges and lists, several spans, `off` and `closed`, `24/7`, `PH` with its own hours or `off`,
single dates (`2026 Dec 24`) and month-day ranges (`Dec 24-26`, `Dec 24-Jan 2`). A later rule replaces an earlier
one on every date that it matches. A calendar ranks its rules: a date with a year speaks before one of every year, that
before a holiday, and a holiday before a weekday; a text whose order cannot be said so is refused. Everything else is
an error that points at the character.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from slaclock.errors import HoursError
from slaclock.temporal import intervals

from .hours import ALL_DAY, CLOSED, DayHours, WeeklyHours, parse_day
from .recurrence import Recurrence
from .special_days import DateRange, SpecialDay

_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTH_LENGTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_DAY = "|".join(_DAYS)
_MONTH = "|".join(_MONTHS)
_SELECTOR = re.compile(rf"({_DAY}|PH)\b(?:\s*-\s*({_DAY})\b)?", re.IGNORECASE)
_DATE = re.compile(
    rf"(?:(?P<year>\d{{4}})\s+)?(?P<month>{_MONTH})\s+(?P<day>\d{{1,2}})"
    rf"(?:\s*-\s*(?:(?:(?P<year2>\d{{4}})\s+)?(?P<month2>{_MONTH})\s+)?(?P<day2>\d{{1,2}})(?![\d:]))?",
    re.IGNORECASE,
)
_TIME = r"\d{1,2}:\d{2}"
_SPAN = rf"{_TIME}\s*-\s*{_TIME}"
_TIMES = re.compile(rf"{_SPAN}(?:\s*,\s*{_SPAN})*")
_OPEN_END = re.compile(rf"(?:{_SPAN}\s*,\s*)*{_TIME}(?:\s*-\s*{_TIME})?(\+)")
_OFF = re.compile(r"(?:off|closed)\b", re.IGNORECASE)
_GAP = re.compile(r"\s*")


@dataclass(frozen=True)
class OpeningHours:
    """What a text of opening hours says: the week, the special days, and the hours of holidays.

    `holiday_hours` is None where the text does not speak of `PH`; where it does, holidays must be given beside it.
    `replaced` are pairs of rules of which the later takes a weekday with all its hours from the earlier, though the two
    might be meant as spans of one day.
    """

    weekly: WeeklyHours
    special: tuple[SpecialDay, ...] = ()
    holiday_hours: DayHours | None = None
    replaced: tuple[tuple[str, str], ...] = ()


def parse_opening_hours(text: str) -> OpeningHours:
    """Read a text of opening hours.

    >>> parse_opening_hours("Mo-Fr 08:00-12:00,13:00-17:00; We 08:00-12:00").weekly.to_text()["wed"]
    ['08:00-12:00']
    """
    return _Reader(text).read()


class _Reader:
    """Reads the rules of one text from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.week: list[DayHours] = [CLOSED] * 7
        self.holiday_hours: DayHours | None = None
        self.yearly: dict[Recurrence, DayHours] = {}
        self.dated: list[tuple[DateRange, DayHours]] = []
        self._rules: list[tuple[int, str] | None] = [None] * 7  # which gave each weekday its hours, and how it reads
        self._replaced: dict[tuple[int, int], tuple[str, str]] = {}
        self._open_dates = False
        self._weekdays_over_holidays: HoursError | None = None

    def read(self) -> OpeningHours:
        if not self.text.strip():
            raise HoursError("the opening hours are empty", "write them like Mo-Fr 09:00-17:00", value=self.text)
        while True:
            self._skip()
            if self.at < len(self.text):
                self._rule()
            self._skip()
            if self.at >= len(self.text):
                break
            if self.text[self.at] != ";":
                raise self._error("this is not understood", "separate rules with ';'")
            self.at += 1
        if self._weekdays_over_holidays is not None:
            raise self._weekdays_over_holidays
        # Of two recurrences the first to speak wins, while in this text the later one does.
        yearly = [SpecialDay(when, hours) for when, hours in reversed(self.yearly.items())]
        special = (*yearly, *_later_first(self.dated))
        return OpeningHours(WeeklyHours(*self.week), special, self.holiday_hours, tuple(self._replaced.values()))

    def _rule(self) -> None:
        start = self.at
        if self.text.startswith("24/7", self.at):
            self.at += 4
            self._set_weekdays(range(7), ALL_DAY, start)
            return
        dates = self._dates()
        days, holidays = ([], False) if dates else self._weekdays()
        hours = self._hours(named=bool(dates or days or holidays))
        if dates:
            self._set_dates(dates, hours, start)
            return
        if days or not holidays:
            self._set_weekdays(days or range(7), hours, start)
        if holidays:
            self._set_holidays(hours, start)

    def _set_weekdays(self, days: Iterable[int], hours: DayHours, start: int) -> None:
        if self.yearly or self.dated:
            raise self._error("weekdays stand after a rule for dates", "put the dates last", start)
        rule = start, self.text[start : self.at].strip()
        for day in days:
            earlier = self._rules[day]
            if earlier and self.week[day] and hours and not intervals.intersect(self.week[day], hours):
                self._replaced[earlier[0], start] = earlier[1], rule[1]
            self.week[day], self._rules[day] = hours, rule
        # A holiday falls on any weekday, so that the rule replaces some of what was said of PH; unless PH comes again.
        if self.holiday_hours not in (None, hours) and self._weekdays_over_holidays is None:
            self._weekdays_over_holidays = self._error("weekdays stand after a rule for PH", "put PH last", start)

    def _set_holidays(self, hours: DayHours, start: int) -> None:
        # In a calendar a special day outranks a holiday; where both are closed it makes no difference.
        if self._open_dates or (hours and (self.yearly or self.dated)):
            raise self._error("PH stands after a rule for dates", "put PH before the dates", start)
        self.holiday_hours, self._weekdays_over_holidays = hours, None

    def _set_dates(self, dates: DateRange | list[Recurrence], hours: DayHours, start: int) -> None:
        self._open_dates = self._open_dates or bool(hours)
        if isinstance(dates, DateRange):
            self.dated.append((dates, hours))
            return
        if self.dated:
            raise self._error("a date of every year stands after one with a year", "put those with a year last", start)
        for when in dates:
            self.yearly.pop(when, None)  # so that it stands last
            self.yearly[when] = hours

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
                raise self._error("a weekday is expected here", "write Mo, Tu, We, Th, Fr, Sa, Su or PH")
        return days, holidays

    def _hours(self, named: bool) -> DayHours:
        self._skip()
        if self._take(_OFF):
            return CLOSED
        if self.text.startswith("24/7", self.at):
            raise self._error("24/7 names its own days", "write 00:00-24:00")
        at = self.at
        if endless := _OPEN_END.match(self.text, at):
            raise self._error("an open end is not supported", "give the closing time", endless.start(1))
        match = self._take(_TIMES)
        if match is None:
            if not named:
                raise self._error("this is not understood", "write rules like Mo-Fr 09:00-17:00 or PH off")
            raise self._error("a span of hours is expected here", "write it like 08:00-17:00, or off")
        try:
            return parse_day(match[0])
        except HoursError as error:
            raise self._error(error.problem, error.remedy, at) from None

    def _dates(self) -> DateRange | list[Recurrence]:
        at = self.at
        match = self._take(_DATE)
        if match is None:
            return []
        month = _month(match["month"])
        month2 = _month(match["month2"]) if match["month2"] else month
        day, day2 = int(match["day"]), int(match["day2"] or match["day"])
        for m, d in ((month, day), (month2, day2)):
            if not 1 <= d <= _MONTH_LENGTHS[m - 1]:
                raise self._error(f"{_MONTHS[m - 1]} has no day {d}", "correct the date", at)
        if day2 < day and not match["month2"]:
            year = int(match["year"]) if match["year"] else None
            raise self._error("the range ends before it starts", f"write {_over_month(year, month, day, day2)}", at)
        if match["year"]:
            return self._range(at, int(match["year"]), month, day, int(match["year2"] or match["year"]), month2, day2)
        if match["year2"]:
            raise self._error("the range has a year only at its end", "write the year first", at)
        return list(_yearly(month, day, month2, day2))

    def _range(self, at: int, *ends: int) -> DateRange:
        try:
            dates = DateRange(date(*ends[:3]), date(*ends[3:]))
        except ValueError as error:
            raise self._error(str(error), "correct the date", at) from None
        if dates.last < dates.first:
            raise self._error("the range ends before it starts", "write the earlier date first", at)
        return dates

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        match = pattern.match(self.text, self.at)
        if match:
            self.at = match.end()
        return match

    def _skip(self) -> None:
        self._take(_GAP)

    def _error(self, problem: str, remedy: str, at: int | None = None) -> HoursError:
        at = self.at if at is None else at
        pointer = f"{self.text!r}, character {at + 1}"
        rest = self.text[at : at + 12]
        said = f"{problem}: {rest!r}" if rest else f"{problem}: the text ends"
        return HoursError(said, remedy, pointer, value=self.text)


def _month(name: str) -> int:
    return _MONTHS.index(name.capitalize()) + 1


def _over_month(year: int | None, month: int, day: int, day2: int) -> str:
    """A range from a day of a month to one of the next."""
    years = ("", "") if year is None else (f"{year} ", f"{year + month // 12} ")
    return f"{years[0]}{_MONTHS[month - 1]} {day}-{years[1]}{_MONTHS[month % 12]} {day2}"


def _yearly(month: int, day: int, month2: int, day2: int) -> Iterator[Recurrence]:
    """The recurrences, one a month, of a range of dates that returns every year."""
    steps = 12 if month == month2 and day > day2 else (month2 - month) % 12  # Dec 24-Dec 2 goes round the year
    for step in range(steps + 1):
        number = (month + step - 1) % 12 + 1
        first = day if step == 0 else 1
        last = day2 if step == steps else _MONTH_LENGTHS[number - 1]
        days = ",".join(str(d) for d in range(first, last + 1))
        yield Recurrence(f"FREQ=YEARLY;BYMONTH={number};BYMONTHDAY={days}")


def _later_first(rules: list[tuple[DateRange, DayHours]]) -> list[SpecialDay]:
    """The rules as special days of which no two speak of one date: what later ones have of a range is cut from it."""
    days: list[SpecialDay] = []
    spoken: list[tuple[int, int]] = []  # ordinals, in order and disjoint: the dates of the rules that were read
    for dates, hours in reversed(rules):
        first, end = dates.first.toordinal(), dates.last.toordinal() + 1
        low = bisect_left(spoken, first, key=lambda run: run[1])  # the first run that touches it
        high = bisect_right(spoken, end, key=lambda run: run[0])
        days += [
            SpecialDay(DateRange(date.fromordinal(a), date.fromordinal(b - 1)), hours)
            for a, b in intervals.subtract(((first, end),), spoken[low:high])
        ]
        if low < high:
            first, end = min(first, spoken[low][0]), max(end, spoken[high - 1][1])
        spoken[low:high] = [(first, end)]
    return days
