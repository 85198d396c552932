"""What lints say, and what they look at."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, NamedTuple

from slaclock.calendar.base import Calendar
from slaclock.calendar.combined import CombinedCalendar
from slaclock.calendar.opening_hours import parse_opening_hours
from slaclock.calendar.rule_ranks import OpeningHours
from slaclock.calendar.working_calendar import WorkingCalendar
from slaclock.policy.calendars import MAIN
from slaclock.policy.policy import Policy


class Hint(NamedTuple):
    """What a lint has to say of a key of the policy."""

    path: str
    problem: str
    remedy: str


Lint = Callable[[Policy], Iterator[Hint]]
FileLint = Callable[[Mapping[str, Any]], Iterator[Hint]]
CaseLint = Callable[[Policy, Collection[str]], Iterator[Hint]]


def calendars_of(policy: Policy) -> dict[str, Calendar]:
    """The calendars of a policy, the main one and those by name, by where they stand."""
    named = {f"calendars.{name}": calendar for name, calendar in policy.calendars.items()}
    return {"calendar": policy.calendar, **named}


def working_calendars(policy: Policy) -> Iterator[tuple[str, WorkingCalendar]]:
    """The working calendars that a policy's calendars are or are made of, each once, and where they stand.

    What an expression joins is looked at where it stands, and not again as a part of the expression.
    """
    named = calendars_of(policy)
    standing = set(named.values())
    passed: list[Calendar] = []
    for path, calendar in named.items():
        if not any(calendar is other for other in passed):  # as the other name of one, term = "main", is
            passed.append(calendar)
            yield from _working_parts(calendar, path, standing)


def _working_parts(
    calendar: Calendar, path: str, standing: Collection[Calendar]
) -> Iterator[tuple[str, WorkingCalendar]]:
    if isinstance(calendar, WorkingCalendar):
        yield path, calendar
    if isinstance(calendar, CombinedCalendar):
        for side, part in (("left", calendar.left), ("right", calendar.right)):
            if part not in standing:
                yield from _working_parts(part, f"{path}.{side}", standing)


def rules_calendar(policy: Policy, name: str) -> tuple[str, Calendar]:
    """The calendar whose day rule and cut-off hold for one by its name, of joined ones the leftmost; and its place."""
    places: dict[Calendar, str] = {}
    for place, standing in calendars_of(policy).items():
        places.setdefault(standing, place)
    calendar = policy.calendar_named(name)
    path = next(place for place, standing in calendars_of(policy).items() if standing is calendar)
    while isinstance(calendar, CombinedCalendar):
        calendar = calendar.left
        path = places.get(calendar, f"{path}.left")
    return path, calendar


def names_run_on(policy: Policy) -> set[str]:
    """The names of the calendars that a kind, a priority or a target names, and of the main one."""
    return {MAIN, *(name for targets in policy.targets.values() for name in targets.calendars.values())}


def parts_of(calendar: Calendar) -> Iterator[Calendar]:
    """A calendar and all that it is made of."""
    yield calendar
    if isinstance(calendar, CombinedCalendar):
        yield from parts_of(calendar.left)
        yield from parts_of(calendar.right)


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
