"""What a reading makes of a calendar: its rules for days, its zone and holidays, and the hours that desks misread."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from slaclock.calendar.announcements import Announcement
from slaclock.calendar.base import Calendar, Closure, DayRules
from slaclock.calendar.combined import CombinedCalendar
from slaclock.calendar.holidays import Holidays
from slaclock.calendar.working_calendar import WorkingCalendar
from slaclock.temporal.instants import MINUTE, local_day, wall_to_micros
from slaclock.temporal.intervals import Run

from .readings import ALWAYS, AS_WRITTEN, CALENDAR_AXES, LEFT_OUT, NO_CUTOFF, ONE_SPAN, WHOLE_DAYS, DeskReading

_LAST_MINUTE = 24 * 60 * MINUTE - MINUTE
_OUTSIDE = Closure("outside hours")


class _Misread(Calendar):
    """Another calendar as a desk misreads it. It has no name for files, so that no policy can ask for it."""

    whole: Calendar

    @property
    def zone(self) -> ZoneInfo:
        """The other calendar's zone."""
        return self.whole.zone

    @property
    def rules(self) -> DayRules:
        """The other calendar's rules for days."""
        return self.whole.rules

    @property
    def announcements(self) -> tuple[Announcement, ...]:
        """Those of the other calendar."""
        return self.whole.announcements

    def known_until(self, at: datetime) -> Calendar:
        """The other calendar as it was known, misread alike."""
        return type(self)(whole=self.whole.as_known(at))

    def repeats(self, year: int) -> Hashable | None:
        """Years repeat as those of the other calendar do."""
        return self.whole.repeats(year)

    def closure(self, at: int) -> Closure:
        """Why it is closed: as the other calendar is, or where that is open, out of hours."""
        return _OUTSIDE if self.whole.timetable.open_at(at) else self.whole.closure(at)


class OneSpan(_Misread):
    """Open from the first opening of each day to its last closing."""

    def opening(self, first: int, last: int) -> Iterator[tuple[int, Run]]:
        """The spans that open on each local date."""
        for day, spans in self.whole.opening(first, last):
            yield day, ((spans[0][0], spans[-1][1]),) if spans else ()


class WholeDays(_Misread):
    """Open on each working day from 00:00 to 23:59."""

    def opening(self, first: int, last: int) -> Iterator[tuple[int, Run]]:
        """The spans that open on each local date."""
        zone = self.zone
        for day, spans in self.whole.opening(first, last):
            start, end = wall_to_micros(day, 0, zone), wall_to_micros(day, _LAST_MINUTE, zone)
            yield day, ((start, end),) if spans and start < end else ()


def calendar_under(calendar: Calendar, reading: DeskReading) -> Calendar:
    """The calendar as a reading has it; raises what the calendar itself does where its rules do not go together."""
    calendar = _with_rules(calendar, reading)
    if reading.zone != AS_WRITTEN:
        calendar = _with_fields(calendar, timezone=reading.zone)
    if reading.holidays == LEFT_OUT:
        calendar = _without_holidays(calendar)
    if reading.hours == ONE_SPAN:
        return OneSpan(whole=calendar)
    if reading.hours == WHOLE_DAYS:
        return WholeDays(whole=calendar)
    return _around_the_clock(calendar) if reading.hours == ALWAYS else calendar


def _with_rules(calendar: Calendar, reading: DeskReading) -> Calendar:
    """The calendar with other rules for days; of a combined one the left's hold."""
    if isinstance(calendar, CombinedCalendar):
        left = _with_rules(calendar.left, reading)
        return calendar if left is calendar.left else calendar.model_copy(update={"left": left})
    if not isinstance(calendar, WorkingCalendar):
        return calendar
    update: dict[str, Any] = {}
    if reading.day_rule != AS_WRITTEN:
        is_fixed = reading.day_rule == "fixed-hours"
        length = calendar.day_length or usual_day(calendar)
        update = {"day_rule": reading.day_rule, "day_length": length if is_fixed else None}
    if reading.after_hours != AS_WRITTEN:
        update["after_hours"] = reading.after_hours
    if reading.cutoff != AS_WRITTEN:
        update["cutoff"] = None if reading.cutoff == NO_CUTOFF else reading.cutoff
    return calendar.model_copy(update=update) if update else calendar


def _with_fields(calendar: Calendar, **fields: Any) -> Calendar:
    """The calendar with another zone, which every part of a combined one gets."""
    if isinstance(calendar, CombinedCalendar):
        parts = {name: _with_fields(getattr(calendar, name), **fields) for name in ("left", "right")}
        return calendar.model_copy(update=parts)
    return calendar.model_copy(update=fields) if isinstance(calendar, WorkingCalendar) else calendar


def _without_holidays(calendar: Calendar) -> Calendar:
    """The calendar without holidays, and without since when these were known."""
    if isinstance(calendar, CombinedCalendar):
        parts = {name: _without_holidays(getattr(calendar, name)) for name in ("left", "right")}
        return calendar.model_copy(update=parts)
    if not isinstance(calendar, WorkingCalendar):
        return calendar
    bare = calendar.model_copy(update={"holidays": Holidays(), "known_from": ()})
    known = tuple(known for known in calendar.known_from if bare.special_about(known.day.toordinal()) is not None)
    return bare.model_copy(update={"known_from": known}) if known else bare


def _around_the_clock(calendar: Calendar) -> Calendar:
    rules = calendar.rules._asdict()
    cutoff = rules.pop("cutoff")
    if cutoff is not None:
        minutes = cutoff // MINUTE
        rules["cutoff"] = f"{minutes // 60:02d}:{minutes % 60:02d}"
    return WorkingCalendar(timezone=calendar.zone, hours="24/7", **rules)


_usual: dict[Calendar, timedelta | None] = {}
_MOST_USUAL = 64


def usual_day(calendar: Calendar) -> timedelta | None:
    """The open time that most working days of a plain year have; of two as frequent the longer one."""
    if calendar in _usual:
        return _usual[calendar]
    first = date(2018, 1, 1).toordinal()
    lengths = Counter(
        sum(end - start for start, end in spans) for _, spans in calendar.opening(first, first + 364) if spans
    )
    longest = max(lengths, key=lambda length: (lengths[length], length), default=None)
    _usual[calendar] = None if longest is None else timedelta(microseconds=longest)
    while len(_usual) > _MOST_USUAL:
        _usual.pop(next(iter(_usual)))
    return _usual[calendar]


def share_timetable(of: Calendar, like: Calendar) -> None:
    """Let a calendar read the tables of one that differs from it in its rules for days alone."""
    vars(of).setdefault("timetable", like.timetable)


def opens_alike(one: Calendar, other: Calendar, first: int, last: int) -> bool:
    """Whether two calendars open and close alike on some local dates, each day being the same one of both."""
    if one.zone != other.zone and one.zone.key != other.zone.key:
        days = range(first, last + 1)
        if any(wall_to_micros(day, 0, one.zone) != wall_to_micros(day, 0, other.zone) for day in days):
            return False
    return _days(one.opening(first, last)) == _days(other.opening(first, last))


def first_difference(one: Calendar, other: Calendar, first: int, last: int) -> int | None:
    """The first of some local dates on which two calendars open differently; None where there is none."""
    mine, others = _days(one.opening(first, last)), _days(other.opening(first, last))
    return next((day for day in range(first, last + 1) if mine.get(day) != others.get(day)), None)


def _days(opening: Iterable[tuple[int, Run]]) -> dict[int, tuple[tuple[int, int], ...]]:
    return {day: tuple(spans) for day, spans in opening if spans}


def date_of(at: int, calendar: Calendar) -> int:
    """The local date of an instant."""
    return local_day(at, calendar.zone)[0]


assert CALENDAR_AXES == ("hours", "holidays", "zone")
