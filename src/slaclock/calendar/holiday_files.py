"""Holidays as files have them: GOV.UK's bank-holidays.json, and the events of an iCalendar (RFC 5545)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from slaclock.errors import HolidaysError, HoursError, MissingExtraError, placed, printable
from slaclock.formats.documents import path_of, read_data, read_text
from slaclock.temporal.instants import DAY, duration_micros

from .closures import ClosedTimes, in_order
from .recurrence import Recurrence
from .special_days import DateRange, parse_date

UNNAMED = "holiday"
Dates = tuple[tuple[date, str], ...]
Recurring = tuple[tuple[Recurrence, str], ...]
_UNREAD = ("EXDATE", "RDATE", "EXRULE", "RECURRENCE-ID")
_LONGEST = 366  # days


def read_gov_uk(source: str | Path | Mapping[str, Any], division: str) -> Dates:
    """The bank holidays of a division, from the file or from what was read of it."""
    data: Any = source if isinstance(source, Mapping) else _bank_holidays(path_of(source, "gov_uk", HolidaysError))
    if not isinstance(division, str):
        raise HolidaysError(f"{division!r} is no division", "give a text", "division", value=division)
    if not isinstance(data, Mapping) or not isinstance(data.get(division), Mapping):
        known = ", ".join(sorted(data)) if isinstance(data, Mapping) else "none"
        raise HolidaysError(f"the bank holidays have no division {division!r}", f"use one of: {known}", value=division)
    try:
        events = [(parse_date(event["date"]), str(event["title"])) for event in data[division]["events"]]
    except (KeyError, TypeError, HoursError) as error:
        raise HolidaysError(
            f"the bank holidays of {division} cannot be read ({error})", "fetch the file anew"
        ) from None
    return tuple(sorted(events))


def _bank_holidays(path: Path) -> Any:
    text = read_text(path, HolidaysError)
    with placed(Path(path)):
        return read_data(text, "json", HolidaysError)


class EventDays(NamedTuple):
    """What the events of an iCalendar close: dates, recurring dates, and times of either."""

    dates: Dates
    recurring: Recurring
    closed: tuple[ClosedTimes, ...]


def read_ical(path: Path) -> EventDays:
    """What the file's events close, but for cancelled ones."""
    dates: dict[date, str] = {}
    recurring: list[tuple[Recurrence, str]] = []
    closed: list[ClosedTimes] = []
    for component in _events(path):
        event = _Event(component, path)
        if event.cancelled:
            continue
        if event.timed:
            closed += event.times()
            continue
        rule = event.rule()
        for day in event.days():
            if rule is None:
                dates[day] = event.name
            else:
                recurring.append((event.recurrence(day, rule), event.name))
    return EventDays(tuple(sorted(dates.items())), tuple(recurring), in_order(closed))


class _Event:
    """One event of an iCalendar file."""

    def __init__(self, component: Any, path: Path) -> None:
        self._component, self._path = component, path
        self.name = "without a name"
        self.name = str(self._property("SUMMARY") or UNNAMED)
        unread = [key for key in _UNREAD if key in component]
        if unread and not self.cancelled:
            raise self._error(f"has {unread[0]}, which is not read", "list its dates")

    @property
    def cancelled(self) -> bool:
        return str(self._property("STATUS")).upper() == "CANCELLED"

    def days(self) -> list[date]:
        """Its dates: one, or those up to the day before its DTEND, or as many as its DURATION has."""
        first, last, length = self._time("DTSTART"), self._time("DTEND"), self._time("DURATION")
        if type(first) is not date or type(last) not in (date, type(None)):
            raise self._error("is no day and no time of one", "give it a DTSTART and a DTEND of one kind")
        if last is not None:
            length = last - first
        if length is None or not length:  # a DTEND on the day itself is what some programs write for one day
            length = timedelta(days=1)
        if not timedelta(0) < length <= timedelta(days=_LONGEST) or length % timedelta(days=1):
            length_text = str(length).removesuffix(", 0:00:00")
            raise self._error(f"lasts {length_text}", f"let it last whole days, {_LONGEST} at the most")
        if length.days > 1 and "RRULE" in self._component:
            raise self._error(f"recurs and lasts {length.days} days", "write one event a day")
        if length.days > (date.max - first).days + 1:
            raise self._error("runs past the year 9999", "let it end sooner")
        return [first + timedelta(days=offset) for offset in range(length.days)]

    @property
    def timed(self) -> bool:
        """Whether it is a part of a day, or of several."""
        return isinstance(self._time("DTSTART"), datetime)

    def times(self) -> list[ClosedTimes]:
        """What it closes where it has times, in the zone in which they are written."""
        start, last, length = self._time("DTSTART"), self._time("DTEND"), self._time("DURATION")
        zone = self._zone(start, "DTSTART")
        if last is not None:
            if not isinstance(last, datetime) or bool(self._zone(last, "DTEND")) != bool(zone):
                raise self._error("begins and ends in different ways", "give its DTSTART and DTEND in one time zone")
            length = (last.astimezone(start.tzinfo) if zone else last).replace(tzinfo=None) - start.replace(tzinfo=None)
        if length is None or not timedelta(0) < length <= timedelta(days=_LONGEST):
            problem = "has a time and no end" if length is None else f"lasts {length}"
            raise self._error(problem, f"give it a DTEND after its DTSTART, {_LONGEST} days later at the most")
        day = start.date()
        begin = duration_micros(start.replace(tzinfo=None) - datetime(day.year, day.month, day.day))
        end = begin + duration_micros(length)
        rule = self.rule()
        if rule is not None:
            if end - begin > DAY:
                raise self._error(f"recurs and lasts {length}", "write one event a day")
            return [ClosedTimes(self.recurrence(day, _until_date(rule, start)), ((begin, end),), self.name, zone)]
        if end - begin <= DAY:
            return [ClosedTimes(DateRange(day, day), ((begin, end),), self.name, zone)]
        days, rest = divmod(end, DAY)
        if days > (date.max - day).days:
            raise self._error("runs past the year 9999", "let it end sooner")
        parts = [(0, 0, (begin, DAY)), (1, days - 1, (0, DAY)), (days, days, (0, rest))]
        return [
            ClosedTimes(DateRange(day + timedelta(days=a), day + timedelta(days=b)), (span,), self.name, zone)
            for a, b, span in parts
            if a <= b and span[0] < span[1]
        ]

    def _zone(self, at: datetime, name: str) -> str:
        """The zone in which a time is written; empty where it is whichever the calendar has."""
        named = self._component[name].params.get("TZID")
        key = getattr(at.tzinfo, "key", None)
        if at.tzinfo is UTC:
            return "UTC"
        if key is None and (named or at.tzinfo is not None):
            raise self._error(f"is in the time zone {named!r}, which is not known", "use an IANA name, or UTC")
        return key or ""

    def rule(self) -> str | None:
        """Its recurrence, if it has one."""
        rule = self._property("RRULE")
        return None if rule is None else str(rule.to_ical().decode())

    def recurrence(self, day: date, rule: str) -> Recurrence:
        try:
            return Recurrence.parse(f"DTSTART:{day.isoformat().replace('-', '')} RRULE:{rule}")
        except HoursError as error:
            raise self._error(f"cannot be read: {error.problem}", error.remedy) from None

    def _property(self, name: str) -> Any:
        value = self._component.get(name)
        if isinstance(value, list):
            raise self._error(f"has {name} twice", "keep one of the two")
        return value

    def _time(self, name: str) -> Any:
        """The date, moment or length that a property is."""
        value = self._property(name)
        try:
            return None if value is None else value.dt
        except ValueError:  # icalendar keeps what it cannot read, and says so here
            raise self._error(f"has a {name} that cannot be read", "export it anew") from None

    def _error(self, problem: str, remedy: str) -> HolidaysError:
        return HolidaysError(f"the event {self.name!r} {problem}", remedy, str(self._path), value=self.name)


def _until_date(rule: str, start: datetime) -> str:
    """The rule with its UNTIL, which is an instant for events with times, as the last date on which it may fall."""

    def dated(match: re.Match[str]) -> str:
        try:
            until = datetime.strptime(match[1], "%Y%m%dT%H%M%S")
        except ValueError:
            return match[0]  # refused where the rule is read
        if match[2] and start.tzinfo is not None:
            until = until.replace(tzinfo=UTC).astimezone(start.tzinfo).replace(tzinfo=None)
        last = until.date() if until.time() >= start.time() or until.date() == date.min else until.date() - timedelta(1)
        return f"UNTIL={last.isoformat().replace('-', '')}"

    return re.sub(r"UNTIL=(\d{8}T\d{6})(Z?)", dated, rule, flags=re.ASCII)


def _events(path: Path) -> list[Any]:
    try:
        import icalendar
    except ImportError:
        raise MissingExtraError.for_extra("icalendar", "ical") from None
    try:
        content = path.read_bytes()
    except OSError as error:
        raise HolidaysError(f"cannot read {printable(path)} ({error.strerror})", "check the path") from None
    except ValueError as error:  # a path that no file can have
        raise HolidaysError(f"cannot read {printable(path)} ({error})", "check the path", value=str(path)) from None
    try:
        events: list[Any] = icalendar.Calendar.from_ical(content).walk("VEVENT")
    except ValueError as error:
        raise HolidaysError(f"{printable(path)} is not an iCalendar file ({error})", "export it anew") from None
    if not events:
        raise HolidaysError(f"{printable(path)} has no events", "export it anew, with the holidays in it")
    return events
