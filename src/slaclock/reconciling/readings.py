"""The readings that desks' software is known to have, by name: the right ones, which a policy says, and the wrong ones.

A right reading is a value of a policy's own keys. A wrong one is only ever a name here: no policy can ask for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Literal, NamedTuple, get_args

from slaclock.calendar.base import AfterHours, DayRule
from slaclock.formats.models import JsonValue
from slaclock.policy.rules import BreachRule, PriorityChangeRule, ReopeningRule

Axis = Literal[
    "hours", "holidays", "zone", "day_rule", "after_hours", "cutoff", "priority_change", "breach", "reopening", "pauses"
]
"""What desks read in more than one way."""
AXES: tuple[Axis, ...] = get_args(Axis)
CALENDAR_AXES: tuple[Axis, ...] = ("hours", "holidays", "zone")
"""What a reading may make of the calendar's open time."""
DAY_AXES: tuple[Axis, ...] = ("day_rule", "after_hours", "cutoff")
"""What matters to targets in days alone."""
AS_WRITTEN = "as written"
"""The reading that the policy has, which is one of each axis."""
NO_CUTOFF = "none"
ONE_SPAN, WHOLE_DAYS, ALWAYS = "one span a day", "00:00-23:59", "around the clock"
LEFT_OUT = "left out"
IGNORED, ADDED = "ignored", "added to the due date"


class NamedReading(NamedTuple):
    """A reading of one axis: its name, and what it says in words. `is_wrong`: no policy can say it."""

    axis: Axis
    name: str
    words: str
    is_wrong: bool = False


_DAY_RULES: dict[DayRule, str] = {
    "proportional": "a day is the same share of the next working day",
    "same-time": "a day ends at the same time of the next working day",
    "close-of-business": "a day ends at the close of the next working day",
    "fixed-hours": "a day is a fixed number of hours",
}
_AFTER_HOURS: dict[AfterHours, str] = {
    "next-opening": "what arrives out of hours counts from the next opening, and its day",
    "same-date": "what arrives out of hours counts on its own date",
}
_PRIORITY_CHANGES: dict[PriorityChangeRule, str] = {
    "from-opening": "a new target is measured from the opening",
    "restart": "a new target is measured from the change",
    "carry": "the share of the old target that is used up is carried to the new one",
}
_BREACHES: dict[BreachRule, str] = {
    "of-target": "only the target in force is judged",
    "stands": "a breach under an earlier target stays",
}
_REOPENINGS: dict[ReopeningRule, str] = {
    "resume": "a reopened ticket's clock goes on",
    "restart": "a reopened ticket's clock starts afresh",
}

READINGS: tuple[NamedReading, ...] = (
    NamedReading("hours", ONE_SPAN, "breaks are forgotten: open from a day's first opening to its last closing", True),
    NamedReading("hours", WHOLE_DAYS, "a working day counts from 00:00 to 23:59, a minute short of a day", True),
    NamedReading("hours", ALWAYS, "hours are forgotten: the clock runs day and night", True),
    NamedReading("holidays", LEFT_OUT, "holidays are forgotten: they are days like others", True),
    *(NamedReading("day_rule", name, words) for name, words in _DAY_RULES.items()),
    *(NamedReading("after_hours", name, words) for name, words in _AFTER_HOURS.items()),
    NamedReading("cutoff", NO_CUTOFF, "what arrives late in a day counts on that day"),
    *(NamedReading("priority_change", name, words) for name, words in _PRIORITY_CHANGES.items()),
    *(NamedReading("breach", name, words) for name, words in _BREACHES.items()),
    *(NamedReading("reopening", name, words) for name, words in _REOPENINGS.items()),
    NamedReading("pauses", IGNORED, "pauses stop nothing", True),
    NamedReading("pauses", ADDED, "the wall-clock length of the pauses is added to the due date", True),
)
"""Every reading with a name of its own. Those of `zone` go by the names of zones, those of `cutoff` by local times."""


def in_zone(zone: str) -> NamedReading:
    """The hours read in another zone, such as that of the server."""
    return NamedReading("zone", zone, f"the hours are read in the zone {zone}", True)


def at_cutoff(time: str) -> NamedReading:
    """A cut-off at a local time."""
    return NamedReading("cutoff", time, f"for targets in days, what arrives at {time} or later counts on the next day")


def named(axis: Axis) -> tuple[NamedReading, ...]:
    """The readings of an axis."""
    return tuple(reading for reading in READINGS if reading.axis == axis)


@dataclass(frozen=True, slots=True)
class DeskReading(JsonValue):
    """One reading of each axis: how a desk may have come to its figures. What it does not say is as the policy has it.

    >>> from slaclock.reconciling.readings import DeskReading
    >>> reading = DeskReading(day_rule="close-of-business", holidays="left out")
    >>> str(reading), reading.wrong
    ('holidays left out, day_rule close-of-business', ('holidays',))
    """

    hours: str = AS_WRITTEN
    holidays: str = AS_WRITTEN
    zone: str = AS_WRITTEN
    day_rule: str = AS_WRITTEN
    after_hours: str = AS_WRITTEN
    cutoff: str = AS_WRITTEN
    priority_change: str = AS_WRITTEN
    breach: str = AS_WRITTEN
    reopening: str = AS_WRITTEN
    pauses: str = AS_WRITTEN

    def of(self, axis: Axis) -> str:
        """The name of its reading of an axis."""
        name: str = getattr(self, axis)
        return name

    def with_(self, axis: Axis, name: str) -> DeskReading:
        """The same with another reading of an axis."""
        return replace(self, **{axis: name})

    def only(self, axes: tuple[Axis, ...]) -> DeskReading:
        """Its readings of some axes alone."""
        return DeskReading(**{axis: self.of(axis) for axis in axes})

    @property
    def others(self) -> tuple[Axis, ...]:
        """The axes that it does not read as the policy does."""
        return tuple(axis for axis in AXES if self.of(axis) != AS_WRITTEN)

    @property
    def wrong(self) -> tuple[Axis, ...]:
        """The axes that it reads as no policy can say it."""
        return tuple(axis for axis in self.others if axis in _WRONG_AXES)

    @property
    def right(self) -> DeskReading:
        """What of it a policy can say."""
        return self.only(tuple(axis for axis in AXES if axis not in _WRONG_AXES))

    def __str__(self) -> str:
        return ", ".join(f"{axis} {self.of(axis)}" for axis in self.others) or AS_WRITTEN


_WRONG_AXES: frozenset[Axis] = frozenset({"hours", "holidays", "zone", "pauses"})
assert {reading.axis for reading in READINGS if reading.is_wrong} <= _WRONG_AXES
assert tuple(field.name for field in fields(DeskReading)) == AXES


HELD = DeskReading(hours=ALWAYS, cutoff=NO_CUTOFF, priority_change="from-opening", reopening="resume")
"""The clock that counts for how long tickets were held in plain time, as those who add that to due dates do."""


def words_of(reading: DeskReading) -> Iterator[str]:
    """What a reading says, in words, where it is not the policy's."""
    for axis in reading.others:
        yield words(axis, reading.of(axis))


def words(axis: Axis, name: str) -> str:
    """What a reading of an axis says, in words."""
    if name == AS_WRITTEN:
        return "as the policy has it"
    own = next((reading for reading in named(axis) if reading.name == name), None)
    if own is None:
        own = in_zone(name) if axis == "zone" else at_cutoff(name)
    return own.words
