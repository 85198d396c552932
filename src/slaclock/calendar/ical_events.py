"""The events of an iCalendar file (RFC 5545), each with its dates or its times.

An event that recurs by its rule alone keeps that rule, which is good for every year. One with exceptions (EXDATE),
further dates (RDATE), occurrences that were moved (RECURRENCE-ID), or more than a day at a time is read as its
occurrences, by the library recurring-ical-events, up to `HORIZON`, on no more than `MOST` dates in a file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from slaclock.errors import HolidaysError, HoursError, MissingExtraError, printable
from slaclock.temporal.instants import DAY, duration_micros
from slaclock.temporal.intervals import Interval

from . import ical_names as names
from .closures import ClosedTimes
from .ical_zones import name_zones
from .recurrence import Recurrence
from .special_days import DateRange

UNNAMED = "holiday"
FIRST, HORIZON = date(1900, 1, 1), date(2100, 12, 31)
"""From when on and up to when the occurrences of events are read that recur by more than a rule."""
MOST = 200_000
"""On how many dates the occurrences of a file may lie: about half a minute of reading."""
_MORE_THAN_A_RULE = (names.EXDATE, names.RDATE, names.RECURRENCE_ID)
_LONGEST = 366  # days


def read_events(path: Path, *, expand: bool = False) -> Iterator[IcalEvent]:
    """The events of the file that are not cancelled; with `expand` every recurring one as its occurrences."""
    components = _components(path)
    moved = {str(component.get(names.UID)) for component in components if names.RECURRENCE_ID in component}
    series: dict[str, list[Any]] = {}
    count = _Count()
    for component in components:
        uid = str(component.get(names.UID))
        if uid in moved:
            series.setdefault(uid, []).append(component)
            continue
        event = IcalEvent(component, path)
        if event.cancelled:
            continue
        if event.is_series(expand):
            yield from _occurrences([component], path, count)
        else:
            yield event
    for own in series.values():
        yield from _occurrences(own, path, count)


class _Count:
    """On how many dates the occurrences of a file may lie, as far as they are read."""

    def __init__(self) -> None:
        self._dates = 0

    def add(self, dates: int, event: IcalEvent) -> None:
        """Refuse the file whose occurrences become too many."""
        self._dates += dates
        if self._dates > MOST:
            problem = f"recurs so often that the occurrences of the file lie on more than {MOST} dates up to {HORIZON}"
            raise event.error(problem, "let its RRULE end, by COUNT or UNTIL, or leave it out of the file")


class _Times(NamedTuple):
    """When an event begins and how long it lasts, by the clock of its zone; no zone where it is the calendar's."""

    start: datetime
    length: timedelta
    zone: str


class IcalEvent:
    """One event of an iCalendar file."""

    def __init__(self, component: Any, path: Path) -> None:
        self._component, self._path = component, path
        self.name = "without a name"
        self.name = str(self._property(names.SUMMARY) or UNNAMED)
        if names.EXRULE in component and not self.cancelled:
            raise self.error("has EXRULE, which is not read", "list the dates that it leaves out as EXDATE")

    @property
    def cancelled(self) -> bool:
        """Whether it takes place no more."""
        return str(self._property(names.STATUS)).upper() == "CANCELLED"

    @property
    def is_partial(self) -> bool:
        """Whether it is a part of a day, or of several, and no whole days."""
        return isinstance(self._time(names.DTSTART), datetime) and not self._is_midnights()

    def is_series(self, expand: bool) -> bool:
        """Whether it is read as its occurrences, and not by its rule."""
        recurs = names.RRULE in self._component
        if recurs:
            self.check_rule()
        if any(name in self._component for name in _MORE_THAN_A_RULE) or (recurs and expand):
            return True
        if not recurs:
            return False
        return self._timed().length > timedelta(days=1) if self.is_partial else len(self.days()) > 1

    def check_rule(self) -> None:
        """Refuse a start after the horizon, and a rule that is not of days."""
        rule, first = self.rule(), self._time(names.DTSTART)
        if not isinstance(first, date):
            raise self.error("is no day and no time of one", "give it a DTSTART and a DTEND of one kind")
        day = first.date() if isinstance(first, datetime) else first
        if rule is not None:
            self.recurrence(day, rule)

    def check_horizon(self) -> None:
        """Refuse a series of which no occurrence is read."""
        first = self._time(names.DTSTART)
        if isinstance(first, date) and first.year > HORIZON.year:
            raise self.error(f"begins after {HORIZON}, up to when its occurrences are read", "write one event a day")

    def most_days(self) -> int:
        """On how many dates one occurrence lies at the most."""
        return self._timed().length.days + 1 if self.is_partial else len(self.days())

    def days(self) -> list[date]:
        """Its dates: one, or those up to the day before its DTEND, or as many as its DURATION has."""
        if isinstance(self._time(names.DTSTART), datetime):
            start, length, _ = self._timed()
            first = start.date()
        else:
            first, length = self._whole()
        if not timedelta(0) < length <= timedelta(days=_LONGEST) or length % timedelta(days=1):
            length_text = str(length).removesuffix(", 0:00:00")
            raise self.error(f"lasts {length_text}", f"let it last whole days, {_LONGEST} at the most")
        if length.days > (date.max - first).days + 1:
            raise self.error("runs past the year 9999", "let it end sooner")
        return [first + timedelta(days=offset) for offset in range(length.days)]

    def times(self) -> list[ClosedTimes]:
        """Its times where it is a part of a day, in the zone in which they are written."""
        day, span, zone = self.stretch()
        rule = self.rule()
        if rule is not None:
            return [ClosedTimes(self.recurrence(day, rule), (span,), self.name, zone)]
        return [ClosedTimes(dates, (part,), self.name, zone) for dates, part in self.by_dates(day, span)]

    def stretch(self) -> tuple[date, Interval, str]:
        """The date on which it begins, when it begins and ends after that midnight, and the zone that this is in."""
        start, length, zone = self._timed()
        day = start.date()
        begin = duration_micros(start - datetime(day.year, day.month, day.day))
        return day, (begin, begin + duration_micros(length)), zone

    def by_dates(self, day: date, span: Interval) -> list[tuple[DateRange, Interval]]:
        """The time from its begin to its end, that of more than a day as what each of its dates has of it."""
        begin, end = span
        if end - begin <= DAY:
            return [(DateRange(day, day), span)]
        days, rest = divmod(end, DAY)
        last = days if rest else days - 1  # of what ends at midnight the day before
        if last > (date.max - day).days:
            raise self.error("runs past the year 9999", "let it end sooner")
        parts = [(0, 0, (begin, DAY)), (1, days - 1, (0, DAY)), (days, last, (0, rest))]
        return [(DateRange(day + timedelta(a), day + timedelta(b)), part) for a, b, part in parts if a <= b]

    def rule(self) -> str | None:
        """Its recurrence, if it has one, with its UNTIL as the last date on which it may fall."""
        rule = self._property(names.RRULE)
        if rule is None:
            return None
        first = self._time(names.DTSTART)
        text = str(rule.to_ical().decode())
        if isinstance(first, datetime):
            return _until_date(text, first)
        return re.sub(r"UNTIL=(\d{8})T\d{6}Z?", r"UNTIL=\1", text, flags=re.ASCII)

    def recurrence(self, day: date, rule: str) -> Recurrence:
        """The rule from a day on."""
        try:
            return Recurrence.parse(f"DTSTART:{day.isoformat().replace('-', '')} RRULE:{rule}")
        except HoursError as error:
            raise self.error(f"cannot be read: {error.problem}", error.remedy) from None

    def error(self, problem: str, remedy: str) -> HolidaysError:
        """An error of this event."""
        return HolidaysError(f"the event {self.name!r} {problem}", remedy, str(self._path), value=self.name)

    def _whole(self) -> tuple[date, timedelta]:
        first, last, length = self._time(names.DTSTART), self._time(names.DTEND), self._time(names.DURATION)
        if type(first) is not date or type(last) not in (date, type(None)):
            raise self.error("is no day and no time of one", "give it a DTSTART and a DTEND of one kind")
        if last is not None:
            length = last - first
        # A DTEND on the day itself is what some programs write for one day.
        return first, length or timedelta(days=1)

    def _timed(self) -> _Times:
        start, last, length = self._time(names.DTSTART), self._time(names.DTEND), self._time(names.DURATION)
        zone = self._zone(start, names.DTSTART)
        if last is not None:
            if not isinstance(last, datetime) or bool(self._zone(last, names.DTEND)) != bool(zone):
                raise self.error("begins and ends in different ways", "give its DTSTART and DTEND in one time zone")
            length = (last.astimezone(start.tzinfo) if zone else last).replace(tzinfo=None) - start.replace(tzinfo=None)
        if length is None or not timedelta(0) < length <= timedelta(days=_LONGEST):
            problem = "has a time and no end" if length is None else f"lasts {length}"
            raise self.error(problem, f"give it a DTEND after its DTSTART, {_LONGEST} days later at the most")
        return _Times(start.replace(tzinfo=None), length, zone)

    def _is_midnights(self) -> bool:
        """Whether it runs from midnight to midnight, as Outlook writes whole days.

        Outlook says so besides, and otherwise of a time that only looks like it. Midnights in UTC are those of no desk
        in particular, unless the event says so.
        """
        start, length, zone = self._timed()
        if start.time() != time() or length % timedelta(days=1):
            return False
        whole = str(self._property("X-MICROSOFT-CDO-ALLDAYEVENT")).upper()
        return whole == "TRUE" or (zone != "UTC" and whole != "FALSE")

    def _zone(self, at: datetime, name: str) -> str:
        """The zone in which a time is written; empty where it is whichever the calendar has."""
        named = self._component[name].params.get(names.TZID)
        key = getattr(at.tzinfo, "key", None)
        if key is None and (named or at.tzinfo is not None):
            remedy = "name it in the file by an IANA name (as TZID, or X-LIC-LOCATION of its VTIMEZONE), or use UTC"
            raise self.error(f"is in the time zone {named!r}, which is not known", remedy)
        return key or ""

    def _property(self, name: str) -> Any:
        value = self._component.get(name)
        if isinstance(value, list):
            raise self.error(f"has {name} twice", "keep one of the two")
        return value

    def _time(self, name: str) -> Any:
        """The date, moment or length that a property is."""
        value = self._property(name)
        try:
            return None if value is None else value.dt
        except ValueError:  # icalendar keeps what it cannot read, and says so here
            raise self.error(f"has a {name} that cannot be read", "export it anew") from None


def _occurrences(components: Sequence[Any], path: Path, count: _Count) -> Iterator[IcalEvent]:
    """The occurrences of one series up to the horizon, without those that are left out or cancelled."""
    days = 1
    for component in components:  # what is wrong with one is said before its occurrences are sought, which takes time
        event = IcalEvent(component, path)
        event.check_rule()
        event.check_horizon()
        if not event.cancelled:
            days = max(days, event.most_days())
    import icalendar

    try:
        import recurring_ical_events
    except ImportError:
        raise MissingExtraError.for_extra("recurring-ical-events", "ical") from None
    calendar = icalendar.Calendar()
    for component in components:
        calendar.add_component(component)
    try:
        occurrences = recurring_ical_events.of(calendar).between(FIRST, HORIZON + timedelta(days=1))
    except Exception as error:  # whatever the library meets in a file: its errors have no common kind
        event = IcalEvent(components[0], path)
        raise event.error(f"has occurrences that cannot be read ({error})", "export it anew") from None
    count.add(len(occurrences) * days, IcalEvent(components[0], path))
    for occurrence in occurrences:
        event = IcalEvent(occurrence, path)
        if not event.cancelled:
            yield event


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


def _components(path: Path) -> list[Any]:
    try:
        import icalendar
    except ImportError:
        raise MissingExtraError.for_extra("icalendar", "ical") from None
    try:
        content = path.read_bytes()
    except (OSError, ValueError) as error:  # a ValueError for a path that no file can have
        why = error.strerror if isinstance(error, OSError) else error
        raise HolidaysError(f"cannot read {printable(path)} ({why})", "check the path", value=str(path)) from None
    try:
        calendar = icalendar.Calendar.from_ical(content)
        events: list[Any] = calendar.walk(names.VEVENT)
    except Exception as error:  # not only ValueError: a list where one word belongs is an AttributeError of the library
        problem = f"{printable(path)} is not an iCalendar file ({error})"
        raise HolidaysError(problem, "export it anew", value=str(path)) from None
    name_zones(calendar, events)
    if not events:
        problem = f"{printable(path)} has no events"
        raise HolidaysError(problem, "export it anew, with the holidays in it", value=str(path))
    return events
