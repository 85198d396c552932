"""The rules of an opening-hours text, laid one over another, in the ranks that a calendar has.

In a text a later rule replaces an earlier one on every date that it matches. A calendar ranks what it knows: closures
of times speak first, then dates of one year, dates of every year, holidays, seasons, weeks of some dates, weekdays. So
the rules of a text stand in the opposite order; where one of a lower rank comes later, and it makes a difference, the
text is refused. Dates alone are special days; with weekdays, or as whole months, they are seasons or weeks of some
dates, and speak of holidays no more than weekdays do.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import NamedTuple

from slaclock.errors import HoursError
from slaclock.temporal import intervals
from slaclock.temporal.instants import DAY

from .closures import ClosedTimes
from .dated_hours import DatedHours
from .hours import CLOSED, DayHours, WeeklyHours
from .recurrence import Recurrence
from .seasons import Season, seasons_of
from .special_days import DateRange, SpecialDay, When
from .yearly_dates import ALL_DATES, WEEKDAY_CODES, MonthDay, YearlyDates

DATES_LAST = "put the dates last"


@dataclass(frozen=True)
class OpeningHours:
    """What a text of opening hours says: the week and the seasons, the special days, the hours of holidays, closures.

    `holiday_hours` is None where the text does not speak of `PH`; where it does, holidays must be given beside it.
    `replaced` are pairs of rules of which the later takes a weekday with all its hours from the earlier, though the two
    might be meant as spans of one day, `closed_weekdays` those (0 for Monday) that a rule closes by name.
    """

    weekly: WeeklyHours
    special: tuple[SpecialDay, ...] = ()
    holiday_hours: DayHours | None = None
    seasons: tuple[Season, ...] = ()
    dated_hours: tuple[DatedHours, ...] = ()
    closed: tuple[ClosedTimes, ...] = ()
    replaced: tuple[tuple[str, str], ...] = ()
    closed_weekdays: tuple[int, ...] = ()


class Rule(NamedTuple):
    """A rule of a text: where it starts, how it reads, its hours, and the dates that it matches.

    It matches the weekdays, holidays, or both; with dates, those of them that fall on its weekdays, or all of them
    where it names none. One that `closes` closes its hours instead of opening them.
    """

    start: int
    text: str
    hours: DayHours
    weekdays: tuple[int, ...] = ()
    holidays: bool = False
    yearly: tuple[YearlyDates, ...] = ()
    dated: tuple[DateRange, ...] = ()
    closes: bool = False


class _Cell(NamedTuple):
    """The hours of a weekday on a date, and the rule that gave them."""

    hours: DayHours
    rule: Rule


class Ranks:
    """What the rules that were added come to; `error` makes the error for a place of the text."""

    def __init__(self, error: Callable[[str, str, int], HoursError]) -> None:
        self._error = error
        self._week: dict[int, _Cell] = {}
        self._seasons: dict[tuple[MonthDay, int], _Cell] = {}
        self._weeks: list[tuple[DateRange, int, _Cell]] = []  # dates, a weekday, and its hours on them
        self._holidays: DayHours | None = None
        self._yearly: dict[YearlyDates, _Cell] = {}
        self._dated: list[tuple[DateRange, DayHours]] = []
        self._opening: list[tuple[Rule, int]] = []  # with how many closures stand before it
        self._closing: list[Rule] = []
        self._replaced: dict[tuple[int, int], tuple[str, str]] = {}
        self._below_holidays: HoursError | None = None

    def add(self, rule: Rule) -> None:
        """Lay a rule over those before it."""
        if rule.closes:
            self._add_closure(rule)
            return
        self._opening.append((rule, len(self._closing)))
        if rule.weekdays:
            (self._add_season if rule.yearly else self._add_weeks if rule.dated else self._add_weekdays)(rule)
        elif rule.yearly or rule.dated:
            self._add_dates(rule)
        if rule.holidays:
            self._add_holidays(rule)

    def said(self) -> OpeningHours:
        """What all the rules come to."""
        if self._below_holidays is not None:
            raise self._below_holidays
        self._check_closures()
        weeks: dict[MonthDay, list[DayHours | None]] = {}
        for (day, weekday), cell in self._seasons.items():
            weeks.setdefault(day, [None] * 7)[weekday] = cell.hours
        # Of two recurrences the first to speak wins, while in this text the later one does.
        yearly: dict[Recurrence, SpecialDay] = {}
        for dates, cell in reversed(self._yearly.items()):
            for when in dates.recurrences():
                yearly.setdefault(when, SpecialDay(when, cell.hours))
        week = WeeklyHours(*(self._week[day].hours if day in self._week else CLOSED for day in range(7)))
        return OpeningHours(
            week,
            (*yearly.values(), *_later_first(self._dated)),
            self._holidays,
            tuple(seasons_of({day: tuple(hours) for day, hours in weeks.items()})),
            tuple(_dated_hours(self._weeks, week)),
            tuple(ClosedTimes(when, rule.hours) for rule in self._closing for when in _dates_of(rule)),
            tuple(self._replaced.values()),
            tuple(sorted(weekday for weekday, cell in self._week.items() if not cell.hours)),
        )

    def _add_weekdays(self, rule: Rule) -> None:
        if self._yearly or self._dated:
            raise self._error("weekdays stand after a rule for dates", DATES_LAST, rule.start)
        cells = [cell for (_, weekday), cell in self._seasons.items() if weekday in rule.weekdays]
        cells += [cell for _, weekday, cell in self._weeks if weekday in rule.weekdays]
        self._seasons = {at: cell for at, cell in self._seasons.items() if at[1] not in rule.weekdays}
        self._weeks = [entry for entry in self._weeks if entry[1] not in rule.weekdays]
        left = {cell.rule for cell in self._seasons.values()} | {cell.rule for *_, cell in self._weeks}
        if any(cell.rule not in left and cell.hours != rule.hours for cell in cells):
            raise self._error("weekdays stand after a rule for their dates, and replace it", DATES_LAST, rule.start)
        for weekday in rule.weekdays:
            self._note(self._week.get(weekday), rule)
            self._week[weekday] = _Cell(rule.hours, rule)
        self._check_holidays("weekdays stand", rule)

    def _add_season(self, rule: Rule) -> None:
        days = _days(rule)
        self._check_dates(rule, days)
        for day in days:
            for weekday in rule.weekdays:
                self._note(self._seasons.get((day, weekday)), rule)
                self._seasons[day, weekday] = _Cell(rule.hours, rule)
        self._check_holidays("a season stands", rule)

    def _add_weeks(self, rule: Rule) -> None:
        days = _days(rule)
        self._check_dates(rule, days)
        cells = (self._seasons.get((day, weekday)) for day in days for weekday in rule.weekdays)
        if any(cell and cell.hours != rule.hours for cell in cells):
            remedy = "leave their weekdays out, or put the season last"
            raise self._error("weekdays of dates with a year stand after a season", remedy, rule.start)
        self._weeks += [(dates, weekday, _Cell(rule.hours, rule)) for dates in rule.dated for weekday in rule.weekdays]
        self._check_holidays("weekdays stand", rule)

    def _check_dates(self, rule: Rule, days: set[MonthDay]) -> None:
        """Special days outrank what has weekdays; so that may come later only where it makes no difference."""
        special = [(set(filter(dates.covers, days)), cell.hours) for dates, cell in self._yearly.items()]
        special += [(_month_days(dates), hours) for dates, hours in self._dated]
        if any(not days.isdisjoint(dates) and hours != rule.hours for dates, hours in special):
            raise self._error("weekdays stand after a rule for dates", DATES_LAST, rule.start)

    def _check_holidays(self, what: str, rule: Rule) -> None:
        # A holiday falls on any weekday, so that the rule replaces some of what was said of PH; unless PH comes again.
        if self._holidays not in (None, rule.hours) and self._below_holidays is None:
            self._below_holidays = self._error(f"{what} after a rule for PH", "put PH last", rule.start)

    def _add_holidays(self, rule: Rule) -> None:
        # In a calendar a special day outranks a holiday, and a season does not.
        if any(hours != rule.hours for _, hours in self._dated):
            raise self._error("PH stands after a rule for dates", "put PH before the dates", rule.start)
        if any(cell.hours != rule.hours for cell in self._yearly.values()):
            for dates, cell in self._yearly.items():
                for day in filter(dates.covers, ALL_DATES):
                    self._seasons.update({(day, weekday): cell for weekday in range(7)})
            self._yearly = {}
        self._holidays, self._below_holidays = rule.hours, None

    def _add_dates(self, rule: Rule) -> None:
        self._dated += [(dates, rule.hours) for dates in rule.dated]
        if rule.yearly and self._dated:
            remedy = "put those with a year last"
            raise self._error("a date of every year stands after one with a year", remedy, rule.start)
        for dates in rule.yearly:
            self._yearly.pop(dates, None)  # so that it stands last
            self._yearly[dates] = _Cell(rule.hours, rule)

    def _add_closure(self, rule: Rule) -> None:
        if rule.holidays:
            if self._holidays is None or self._yearly or self._dated:
                remedy = "give PH its hours without it, such as PH 08:00-12:00,13:00-17:00"
                raise self._error("a part of the holidays' hours is closed", remedy, rule.start)
            self._holidays = intervals.subtract(self._holidays, rule.hours)
        self._closing.append(rule)

    def _check_closures(self) -> None:
        """A closure of times stands over every rule, so that one may replace it only where nothing is open at them."""
        around = _about([rule for rule, _ in self._opening]) if self._closing else []
        for rule, earlier in self._opening:
            for closing in self._closing[:earlier]:
                shared = _weekdays(closing) & _weekdays(rule) if _share_dates(closing, rule) else ()
                spans = [*rule.hours, *(span for weekday in shared for span in around[weekday])] if shared else []
                if intervals.intersect(closing.hours, intervals.union(spans)):
                    remedy = f"put {closing.text} last"
                    raise self._error("this opens some of the time that a rule before it closes", remedy, rule.start)

    def _note(self, earlier: _Cell | None, rule: Rule) -> None:
        """Remember a rule that takes a weekday from an earlier one with hours of which it has none."""
        if earlier and earlier.hours and rule.hours and not intervals.intersect(earlier.hours, rule.hours):
            self._replaced[earlier.rule.start, rule.start] = earlier.rule.text, rule.text


def _weekdays(rule: Rule) -> set[int]:
    """The weekdays of the dates that a rule may match."""
    return set(rule.weekdays if rule.weekdays and not rule.holidays else range(7))


def _about(rules: list[Rule]) -> list[intervals.Run]:
    """What the hours of the day before and of the day after may open, in the times of each weekday."""
    about: list[list[intervals.Interval]] = [[] for _ in range(7)]
    for rule in rules:
        for weekday in _weekdays(rule):
            for days in (1, -1):
                about[(weekday + days) % 7] += [(start - days * DAY, end - days * DAY) for start, end in rule.hours]
    return list(map(intervals.union, about))


def _share_dates(rule: Rule, other: Rule) -> bool:
    """Whether two rules, by the dates that they name, may match one date."""
    if rule.dated and other.dated:
        return any(a.first <= b.last and b.first <= a.last for a in rule.dated for b in other.dated)
    return not (rule.yearly or rule.dated) or not (other.yearly or other.dated) or bool(_days(rule) & _days(other))


def _days(rule: Rule) -> set[MonthDay]:
    """The months and days that a rule names with or without a year."""
    yearly = {day for day in ALL_DATES if any(dates.covers(day) for dates in rule.yearly)}
    return yearly.union(*map(_month_days, rule.dated))


def _month_days(dates: DateRange) -> set[MonthDay]:
    """The months and days of a range of dates."""
    days: set[MonthDay] = set()
    for ordinal in range(dates.first.toordinal(), dates.last.toordinal() + 1):
        day = date.fromordinal(ordinal)
        days.add((day.month, day.day))
        if len(days) == len(ALL_DATES):  # as a long range has them after some years
            break
    return days


def _dates_of(rule: Rule) -> Iterator[When]:
    """The dates that a rule matches, other than holidays."""
    codes = ",".join(WEEKDAY_CODES[weekday] for weekday in rule.weekdays)
    for yearly in rule.yearly:
        yield from yearly.recurrences(rule.weekdays)
    for first, last in rule.dated:
        if rule.weekdays:
            yield Recurrence(
                f"FREQ=WEEKLY;UNTIL={last:%Y%m%d};BYDAY={codes}", datetime(first.year, first.month, first.day)
            )
        else:
            yield DateRange(first, last)
    if rule.weekdays and not rule.yearly and not rule.dated:
        yield Recurrence("FREQ=DAILY" if len(rule.weekdays) == 7 else f"FREQ=WEEKLY;BYDAY={codes}")


def _dated_hours(weeks: list[tuple[DateRange, int, _Cell]], week: WeeklyHours) -> Iterator[DatedHours]:
    """The weeks of dates, each with the plain hours of the weekdays of which none speaks; of two the later does."""
    edges = {dates.first.toordinal() for dates, *_ in weeks} | {dates.last.toordinal() + 1 for dates, *_ in weeks}
    for first, end in pairwise(sorted(edges)):
        day = date.fromordinal(first)
        spoken = {weekday: cell.hours for dates, weekday, cell in weeks if day in dates}
        if spoken:
            hours = WeeklyHours(*(spoken.get(weekday, plain) for weekday, plain in enumerate(week)))
            yield DatedHours(day, date.fromordinal(end - 1), hours)


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
