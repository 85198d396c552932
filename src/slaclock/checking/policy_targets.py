"""The targets of a policy as its lints look at them: where each stands, and what is due on its calendars."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from slaclock.calendar.base import Calendar
from slaclock.calendar.working_calendar import WorkingCalendar
from slaclock.clock.budgets import budget_of
from slaclock.clock.targets import Target
from slaclock.errors import SlaClockError
from slaclock.policy.measures import Measure
from slaclock.policy.policy import Policy

from .years import dates_of, first_year, instant_on


class PolicyTarget(NamedTuple):
    """A target and where it stands, with the calendars by whose names its clock runs."""

    path: str
    kind: str
    priority: str | None
    measure: Measure
    target: Target
    calendars: tuple[str, ...]


def targets_of(policy: Policy) -> Iterator[PolicyTarget]:
    """The targets of a policy; one of a kind as a whole is that of each priority that has none of its own."""
    for kind, targets in policy.targets.items():
        for priority, measures in targets.priorities.items():
            for measure in policy.measures_set:
                if target := measures.get(measure):
                    path = f"targets.{kind}.{priority}.{measure}"
                    name = targets.calendar(priority, measure)
                    yield PolicyTarget(path, kind, priority, measure, target, (name,))
        for measure in policy.measures_set:
            if target := targets.every.get(measure):
                # It is the target of each priority that has none of its own, by that priority's calendar.
                heirs: list[str | None] = [name for name, own in targets.priorities.items() if measure not in own]
                names = tuple(dict.fromkeys(targets.calendar(heir, measure) for heir in heirs or [None]))
                yield PolicyTarget(f"targets.{kind}.{measure}", kind, None, measure, target, names)


def usual_opening(policy: Policy, name: str) -> int | None:
    """The first opening of the first ordinary week of the policy's first year, whose days are all worked."""
    year, calendar = first_year(policy).period, policy.calendar_named(name)
    try:
        opening = calendar.timetable.next_open(instant_on(policy, year.first_day))
        for day in dates_of(year):
            week = [day + timedelta(days=number) for number in range(7)]
            if day.weekday() == 0 and _ordinary(calendar, week):
                return calendar.timetable.next_open(instant_on(policy, day))
    except SlaClockError:  # no opening at all
        return None
    return opening


def _ordinary(calendar: Calendar, week: list[date]) -> bool:
    if not isinstance(calendar, WorkingCalendar):
        return True
    return all(calendar.is_working_day(day) == bool(calendar.hours[day.weekday()]) for day in week)


def due_from(policy: Policy, name: str, target: Target, start: int) -> int | None:
    """When a target is due by the calendar of a name, from an instant on; None where nothing can say it."""
    try:
        return budget_of(policy.calendar_named(name), target, start).due(())
    except SlaClockError:  # so much open time lies nowhere ahead, or its days are not whole
        return None
