"""The calendars of a policy in a line each, for those who read what changes."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby

from slaclock.calendar.base import Calendar
from slaclock.calendar.combined import CombinedCalendar
from slaclock.calendar.hours import WEEKDAYS, day_text
from slaclock.calendar.working_calendar import WorkingCalendar
from slaclock.policy.calendars import MAIN
from slaclock.policy.policy import Policy

_SIGNS = {"union": "|", "intersection": "&", "difference": "-"}


def expressions_of(policy: Policy) -> dict[str, str]:
    """The calendars by name that are made of others by name, each as its expression such as `main & term`."""
    names: dict[Calendar, str] = {}
    for name in (MAIN, *policy.calendars):
        names.setdefault(policy.calendar_named(name), name)
    texts = {}
    for name, calendar in policy.calendars.items():
        text = names[calendar] if names[calendar] != name else _joined(calendar, names)
        if text is not None:
            texts[name] = text
    return texts


def _joined(calendar: Calendar, names: Mapping[Calendar, str]) -> str | None:
    """What joins calendars by name; None where a part has no name, and for what joins none."""
    if not isinstance(calendar, CombinedCalendar):
        return None
    sides = []
    for part in (calendar.left, calendar.right):
        text = _joined(part, names)
        side = names.get(part, None if text is None else f"({text})")
        if side is None:
            return None
        sides.append(side)
    return f"{sides[0]} {_SIGNS[calendar.how]} {sides[1]}"


def summary(calendar: Calendar) -> str:
    """A calendar in a few words: the hours of its week and its zone, or what kind it is of."""
    if not isinstance(calendar, WorkingCalendar):
        return repr(calendar)
    week = [(name, ", ".join(day_text(day))) for name, day in zip(WEEKDAYS, calendar.hours, strict=True)]
    parts = []
    for hours, days in groupby(week, key=lambda entry: entry[1]):
        names = [name for name, _ in days]
        if hours:
            parts.append(f"{names[0]}-{names[-1]} {hours}" if len(names) > 1 else f"{names[0]} {hours}")
    return f"{'; '.join(parts) or 'no hours'} ({calendar.timezone})"
