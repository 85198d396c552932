"""What lints say, and what they look at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from slaclock.calendar.base import Calendar
from slaclock.calendar.combined import CombinedCalendar
from slaclock.calendar.opening_hours import parse_opening_hours
from slaclock.calendar.rule_ranks import OpeningHours
from slaclock.calendar.working_calendar import WorkingCalendar
from slaclock.policy.policy import Policy


class Hint(NamedTuple):
    """What a lint has to say of a key of the policy."""

    path: str
    problem: str
    remedy: str


Lint = Callable[[Policy], Iterator[Hint]]
FileLint = Callable[[Mapping[str, Any]], Iterator[Hint]]


def working_calendars(calendar: Calendar, path: str = "calendar") -> Iterator[tuple[str, WorkingCalendar]]:
    """The working calendars that a calendar is, or is made of, and where they stand."""
    if isinstance(calendar, WorkingCalendar):
        yield path, calendar
    if isinstance(calendar, CombinedCalendar):
        yield from working_calendars(calendar.left, f"{path}.left")
        yield from working_calendars(calendar.right, f"{path}.right")


def opening_hours_of(data: Mapping[str, Any]) -> Iterator[tuple[str, OpeningHours]]:
    """What the texts of opening hours of a policy's data say, and in which calendar each stands."""
    calendars = data.get("calendars")
    tables = [("calendar", data.get("calendar"))]
    tables += [(f"calendars.{name}", table) for name, table in calendars.items()] if isinstance(calendars, dict) else []
    while tables:
        path, table = tables.pop(0)
        if not isinstance(table, Mapping):
            continue
        tables += [(f"{path}.{side}", table[side]) for side in ("left", "right") if side in table]
        if isinstance(table.get("hours"), str):
            yield path, parse_opening_hours(table["hours"])
