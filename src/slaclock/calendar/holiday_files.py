"""Holidays as files have them: GOV.UK's bank-holidays.json, and the events of an iCalendar (RFC 5545)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from slaclock.errors import HolidaysError, HoursError, placed
from slaclock.formats.documents import path_of, read_data, read_text

from .closures import ClosedTimes, in_order
from .ical_events import read_events
from .recurrence import Recurrence
from .special_days import parse_date

Dates = tuple[tuple[date, str], ...]
Recurring = tuple[tuple[Recurrence, str], ...]


def read_gov_uk(source: str | Path | Mapping[str, Any], division: str) -> Dates:
    """The bank holidays of a division, from the file or from what was read of it."""
    if isinstance(source, Mapping):
        return _of_division(source, division)
    path = path_of(source, "gov_uk", HolidaysError)
    text = read_text(path, HolidaysError)
    with placed(path):
        return _of_division(read_data(text, "json", HolidaysError), division)


def _of_division(data: Any, division: str) -> Dates:
    if not isinstance(division, str):
        raise HolidaysError(f"{division!r} is no division", "give a text", "division", value=division)
    if not isinstance(data, Mapping) or not isinstance(data.get(division), Mapping):
        known = ", ".join(sorted(data)) if isinstance(data, Mapping) else "none"
        raise HolidaysError(f"the bank holidays have no division {division!r}", f"use one of: {known}", value=division)
    try:
        events = [(parse_date(event["date"]), str(event["title"])) for event in data[division]["events"]]
    except (KeyError, TypeError, HoursError) as error:
        raise HolidaysError(
            f"the bank holidays of {division} cannot be read ({error})", "fetch the file anew", value=division
        ) from None
    return tuple(sorted(events))


class EventDays(NamedTuple):
    """What the events of an iCalendar close: dates, recurring dates, and times of either."""

    dates: Dates
    recurring: Recurring
    closed: tuple[ClosedTimes, ...]


def read_ical(path: Path) -> EventDays:
    """What the file's events close, but for cancelled ones.

    An event that recurs by its rule alone is kept as that rule; of others each occurrence is one, up to `HORIZON`.
    """
    dates: dict[date, str] = {}
    recurring: list[tuple[Recurrence, str]] = []
    closed: list[ClosedTimes] = []
    for event in read_events(path):
        if event.is_partial:
            closed += event.times()
            continue
        rule = event.rule()
        for day in event.days():
            if rule is None:
                dates[day] = event.name
            else:
                recurring.append((event.recurrence(day, rule), event.name))
    return EventDays(tuple(sorted(dates.items())), tuple(recurring), in_order(closed))
