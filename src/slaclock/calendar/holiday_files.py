"""Holidays as files have them: GOV.UK's bank-holidays.json, and the whole-day events of an iCalendar (RFC 5545)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from slaclock.errors import HolidaysError, HoursError, MissingExtraError, placed
from slaclock.formats.documents import path_of, read_data, read_text

from .recurrence import Recurrence
from .special_days import parse_date

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


def read_ical(path: Path) -> tuple[Dates, Recurring]:
    """The dates and the recurring dates of the file's events, but for cancelled ones."""
    dates: dict[date, str] = {}
    recurring: list[tuple[Recurrence, str]] = []
    for component in _events(path):
        event = _Event(component, path)
        if event.cancelled:
            continue
        rule = event.rule()
        for day in event.days():
            if rule is None:
                dates[day] = event.name
            else:
                recurring.append((event.recurrence(day, rule), event.name))
    return tuple(sorted(dates.items())), tuple(recurring)


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
            raise self._error("is not a whole day", "keep only whole-day events")
        if last is not None:
            length = last - first
        if length is None or not length:  # a DTEND on the day itself is what some programs write for one day
            length = timedelta(days=1)
        if not timedelta(0) < length <= timedelta(days=_LONGEST) or length % timedelta(days=1):
            said = str(length).removesuffix(", 0:00:00")
            raise self._error(f"lasts {said}", f"let it last whole days, {_LONGEST} at the most")
        if length.days > 1 and "RRULE" in self._component:
            raise self._error(f"recurs and lasts {length.days} days", "write one event a day")
        if length.days > (date.max - first).days + 1:
            raise self._error("runs past the year 9999", "let it end sooner")
        return [first + timedelta(days=offset) for offset in range(length.days)]

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


def _events(path: Path) -> list[Any]:
    try:
        import icalendar
    except ImportError:
        raise MissingExtraError.for_extra("icalendar", "ical") from None
    try:
        content = path.read_bytes()
    except OSError as error:
        raise HolidaysError(f"cannot read {path} ({error.strerror})", "check the path") from None
    except ValueError as error:  # a path that no file can have
        raise HolidaysError(f"cannot read {str(path)!r} ({error})", "check the path", value=str(path)) from None
    try:
        events: list[Any] = icalendar.Calendar.from_ical(content).walk("VEVENT")
    except ValueError as error:
        raise HolidaysError(f"{path} is not an iCalendar file ({error})", "export it anew") from None
    if not events:
        raise HolidaysError(f"{path} has no events", "export it anew, with the holidays in it")
    return events
