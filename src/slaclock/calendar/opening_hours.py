"""The text of opening hours, after OpenStreetMap's opening_hours: `Mo-Th 08:00-17:00; Fr 08:00-16:30; PH off`.

Read are: weekday ranges and lists, several spans, `off` and `closed`, `24/7`, `PH` with its own hours or `off`,
single dates (`2026 Dec 24`) and month-day ranges (`Dec 24-26`, `Dec 24-Jan 2`). A later rule replaces an earlier
one on the days that it names. Everything else is an error that points at the character.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from slaclock.errors import HoursError

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


@dataclass
class OpeningHours:
    """What a text of opening hours says: the week, the special days, and the hours of holidays.

    `names_holidays` tells whether the text speaks of `PH`, so that holidays must be given beside it.
    """

    week: list[DayHours] = field(default_factory=lambda: [CLOSED] * 7)
    special: list[SpecialDay] = field(default_factory=list)
    holiday_hours: DayHours = CLOSED
    names_holidays: bool = False

    @property
    def weekly(self) -> WeeklyHours:
        """The hours of the week."""
        return WeeklyHours(*self.week)


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
        self.found = OpeningHours()

    def read(self) -> OpeningHours:
        if not self.text.strip():
            raise HoursError("the opening hours are empty", "write them like Mo-Fr 09:00-17:00")
        while True:
            self._skip()
            if self.at < len(self.text):
                self._rule()
            self._skip()
            if self.at >= len(self.text):
                return self.found
            if self.text[self.at] != ";":
                raise self._wrong("this is not understood", "separate rules with ';'")
            self.at += 1

    def _rule(self) -> None:
        start = self.at
        if self.text.startswith("24/7", self.at):
            self.at += 4
            self.found.week = [ALL_DAY] * 7
            return
        dates = self._dates()
        days, holidays = ([], False) if dates else self._weekdays()
        hours = self._hours(named=bool(dates or days or holidays))
        if dates:
            self._add_special(dates, hours, start)
            return
        if self.found.special and (days or not holidays):
            raise self._wrong("weekdays stand after a rule for dates", "put the dates last", start)
        for day in days if days or holidays else range(7):
            self.found.week[day] = hours
        if holidays:
            # Here a special day outranks a holiday, while in this text the later rule wins.
            if any(day.hours != hours or hours for day in self.found.special):
                raise self._wrong("PH stands after a rule for dates", "put PH before the dates", start)
            self.found.names_holidays, self.found.holiday_hours = True, hours

    def _weekdays(self) -> tuple[list[int], bool]:
        days: list[int] = []
        holidays = False
        while match := self._take(_SELECTOR):
            first = match[1].capitalize()
            if match[1].upper() == "PH":
                if match[2]:
                    raise self._wrong("PH is not part of a range", "write PH,Mo-Fr", match.start())
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
                raise self._wrong("a weekday is expected here", "write Mo, Tu, We, Th, Fr, Sa, Su or PH")
        return days, holidays

    def _hours(self, named: bool) -> DayHours:
        self._skip()
        if self._take(_OFF):
            return CLOSED
        if self.text.startswith("24/7", self.at):
            raise self._wrong("24/7 names its own days", "write 00:00-24:00")
        at = self.at
        if endless := _OPEN_END.match(self.text, at):
            raise self._wrong("an open end is not supported", "give the closing time", endless.start(1))
        match = self._take(_TIMES)
        if match is None:
            if not named:
                raise self._wrong("this is not understood", "write rules like Mo-Fr 09:00-17:00 or PH off")
            raise self._wrong("a span of hours is expected here", "write it like 08:00-17:00, or off")
        try:
            return parse_day(match[0])
        except HoursError as wrong:
            raise self._wrong(wrong.problem, wrong.remedy, at) from None

    def _dates(self) -> list[DateRange | Recurrence]:
        at = self.at
        match = self._take(_DATE)
        if match is None:
            return []
        month = _month(match["month"])
        month2 = _month(match["month2"]) if match["month2"] else month
        day, day2 = int(match["day"]), int(match["day2"] or match["day"])
        for m, d in ((month, day), (month2, day2)):
            if not 1 <= d <= _MONTH_LENGTHS[m - 1]:
                raise self._wrong(f"{_MONTHS[m - 1]} has no day {d}", "correct the date", at)
        if match["year"]:
            return [self._range(at, int(match["year"]), month, day, int(match["year2"] or match["year"]), month2, day2)]
        if match["year2"]:
            raise self._wrong("the range has a year only at its end", "write the year first", at)
        return list(_yearly(month, day, month2, day2))

    def _range(self, at: int, *ends: int) -> DateRange:
        try:
            dates = DateRange(date(*ends[:3]), date(*ends[3:]))
        except ValueError as wrong:
            raise self._wrong(str(wrong), "correct the date", at) from None
        if dates.last < dates.first:
            raise self._wrong("the range ends before it starts", "write the earlier date first", at)
        return dates

    def _add_special(self, dates: list[DateRange | Recurrence], hours: DayHours, start: int) -> None:
        # In this text a later rule replaces an earlier one. Among special days a date with a year outranks one
        # that returns every year, and of two that return the first to speak wins: hence the order made here.
        if isinstance(dates[0], Recurrence) and any(isinstance(day.when, DateRange) for day in self.found.special):
            raise self._wrong("a date of every year stands after one with a year", "put those with a year last", start)
        new = [SpecialDay(when, hours) for when in dates]
        self.found.special = new + [day for day in self.found.special if day.when not in dates]

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        match = pattern.match(self.text, self.at)
        if match:
            self.at = match.end()
        return match

    def _skip(self) -> None:
        self._take(_GAP)

    def _wrong(self, problem: str, remedy: str, at: int | None = None) -> HoursError:
        at = self.at if at is None else at
        pointer = f"{self.text!r}, character {at + 1}"
        rest = self.text[at : at + 12]
        return HoursError(f"{problem}: {rest!r}" if rest else f"{problem}: the text ends", remedy, pointer)


def _month(name: str) -> int:
    return _MONTHS.index(name.capitalize()) + 1


def _yearly(month: int, day: int, month2: int, day2: int) -> list[Recurrence]:
    """The recurrences, one a month, of a range of dates that returns every year."""
    steps = 12 if month == month2 and day > day2 else (month2 - month) % 12  # Dec 24-Dec 2 goes round the year
    months = [(month + step - 1) % 12 + 1 for step in range(steps + 1)]
    found = []
    for index, each in enumerate(months):
        first = day if index == 0 else 1
        last = day2 if index == len(months) - 1 else _MONTH_LENGTHS[each - 1]
        days = ",".join(str(d) for d in range(first, last + 1))
        found.append(Recurrence(f"FREQ=YEARLY;BYMONTH={each};BYMONTHDAY={days}"))
    return found
