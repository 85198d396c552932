"""Desks whose figures come about under a reading, right or wrong: slowly and plainly, by no code of the product's."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import oracle
import slaclock as sc

LONDON = ZoneInfo("Europe/London")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEK = [[("08:00", "12:00"), ("13:00", "17:00")]] * 4 + [[("08:00", "12:00"), ("13:00", "16:30")], [], []]
HOLIDAYS = {date(2018, 5, 7), date(2018, 5, 28), date(2018, 6, 14)}
TARGETS = {"P1": "2 hours", "P2": "6 hours", "P3": "3 days", "P4": "1 day"}
AMOUNTS = {"P1": ("hours", timedelta(hours=2)), "P2": ("hours", timedelta(hours=6)),
           "P3": ("days", Fraction(3)), "P4": ("days", Fraction(1))}  # fmt: skip
POLICY = sc.Policy.model_validate({
    "name": "Desk",
    "calendar": {
        "timezone": "Europe/London",
        "hours": {name: [f"{a}-{b}" for a, b in day] for name, day in zip(WEEKDAYS, WEEK, strict=True)},
        "holidays": [day.isoformat() for day in sorted(HOLIDAYS)],
    },
    "targets": {"incident": {name: {"resolve": target} for name, target in TARGETS.items()}},
    "pauses": {"customer": ["resolve"]},
})  # fmt: skip
READINGS: dict[str, tuple[str, ...]] = {
    "hours": ("one span a day", "00:00-23:59", "around the clock"),
    "holidays": ("left out",),
    "zone": ("America/New_York",),
    "day_rule": ("same-time", "close-of-business", "fixed-hours"),
    "cutoff": ("15:00",),
    "pauses": ("ignored", "added to the due date"),
}


@dataclass(frozen=True)
class Case:
    """A ticket: its priority, its opening and what it waited for."""

    name: str
    priority: str
    opened: datetime
    pauses: tuple[tuple[datetime, datetime], ...]

    def product(self) -> sc.Ticket:
        waits = [sc.Pause(start=start, end=end, reason="customer") for start, end in self.pauses]
        return sc.Ticket(id=self.name, priority=self.priority, opened=self.opened, pauses=waits)


def drawn_case(draw: random.Random, number: int) -> Case:
    opened = datetime(2018, 5, 1, tzinfo=UTC) + timedelta(minutes=draw.randrange(55 * 24 * 60))
    pauses = []
    if draw.random() < 0.4:
        start = opened + timedelta(minutes=draw.randrange(1, 90))
        pauses = [(start, start + timedelta(minutes=draw.randrange(30, 3_000)))]
    return Case(f"T{number:03}", draw.choice([*TARGETS]), opened, tuple(pauses))


def calendar_under(reading: dict[str, str]) -> oracle.Calendar:
    """The desk's calendar as a reading has it."""
    week = WEEK
    hours = reading.get("hours")
    if hours == "one span a day":
        week = [[(day[0][0], day[-1][1])] if day else [] for day in WEEK]
    elif hours == "00:00-23:59":
        week = [[("00:00", "23:59")] if day else [] for day in WEEK]
    elif hours == "around the clock":
        week = [[("00:00", "24:00")]] * 7
    holidays = set() if hours == "around the clock" or "holidays" in reading else HOLIDAYS
    zone = ZoneInfo(reading["zone"]) if "zone" in reading else LONDON
    plain = oracle.Calendar(zone, week, set(holidays))
    rule = reading.get("day_rule", "proportional")
    return replace(
        plain,
        day_rule=rule,
        day_length=timedelta(hours=8) if rule == "fixed-hours" else None,
        cutoff=None if reading.get("cutoff") == "none" else reading.get("cutoff"),
        after_hours=reading.get("after_hours", "next-opening"),
    )


_known: dict[tuple[tuple[str, str], ...], oracle.Calendar] = {}


def due_under(case: Case, reading: dict[str, str]) -> datetime:
    """When a desk that reads so has the ticket due."""
    calendar = _known.setdefault(tuple(reading.items()), calendar_under(reading))
    kind, amount = AMOUNTS[case.priority]
    stops = [(oracle.utc(start), oracle.utc(end)) for start, end in case.pauses if "pauses" not in reading]
    due = oracle.deadline(calendar, oracle.utc(case.opened), kind, amount, None, stops)
    assert due is not None
    if reading.get("pauses") == "added to the due date":
        due += sum((end - start for start, end in case.pauses), timedelta())
    return due.replace(tzinfo=UTC)


def drawn_reading(draw: random.Random) -> dict[str, str]:
    """A reading of one or two axes."""
    while True:
        axes = draw.sample([*READINGS], draw.choice([1, 1, 2]))
        reading: dict[str, Any] = {axis: draw.choice(READINGS[axis]) for axis in axes}
        if reading.get("hours") != "around the clock" or "holidays" not in reading:
            return reading
