"""The hours of dates as an iCalendar file has them: what its events with times open, and its whole days close."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from slaclock.errors import HolidaysError
from slaclock.formats.documents import path_of
from slaclock.temporal import intervals
from slaclock.temporal.instants import DAY, find_zone, local_day, wall_to_micros
from slaclock.temporal.intervals import Interval

from .ical_events import IcalEvent, read_events
from .special_days import DateRange, SpecialDay, parse_special


def special_with_file(table: Mapping[Any, Any], zone: ZoneInfo) -> tuple[SpecialDay, ...]:
    """The special days of a table with `ical`, the path of a file, and perhaps dates as in `parse_special`."""
    path = path_of(table["ical"], "ical", HolidaysError)
    by_hand = parse_special({when: hours for when, hours in table.items() if when != "ical"})
    return parse_special((*by_hand, *read_special(path, zone)))


def read_special(path: Path, zone: ZoneInfo) -> tuple[SpecialDay, ...]:
    """The special days of the file's events, in the calendar's zone.

    The events with times are the hours of their dates, all of one date together; a date that only has an event of whole
    days is closed. Events that recur are read up to the horizon of `ical_events`.
    """
    names: dict[date, str] = {}
    hours: dict[date, list[tuple[int, int]]] = {}
    for event in read_events(path, expand=True):
        if not event.is_partial:
            for day in event.days():
                names.setdefault(day, event.name)
                hours.setdefault(day, [])
            continue
        for day, span in _local(event, zone):
            names.setdefault(day, event.name)
            hours.setdefault(day, []).append(span)
    return tuple(
        SpecialDay(DateRange(day, day), intervals.union(spans), names[day]) for day, spans in sorted(hours.items())
    )


def _local(event: IcalEvent, zone: ZoneInfo) -> Iterator[tuple[date, Interval]]:
    """The times of an event as dates and wall times of the calendar's zone."""
    day, span, named = event.stretch()  # every recurring event is read as its occurrences
    own = find_zone(named) if named else zone
    if own.key != zone.key:
        instants = [wall_to_micros(day.toordinal(), at, own) for at in span]
        (first, start), (last, end) = (local_day(at, zone) for at in instants)
        day, span = date.fromordinal(first), (start, (last - first) * DAY + end)
        if [wall_to_micros(first, at, zone) for at in span] != instants:
            raise event.error(
                f"begins or ends in the hour that the clocks of {zone.key} repeat",
                "let it begin and end outside that hour",
            )
    for dates, part in event.by_dates(day, span):
        for ordinal in range(dates.first.toordinal(), dates.last.toordinal() + 1):
            yield date.fromordinal(ordinal), part
