"""A policy or a book as a reading has it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from slaclock.calendar.base import Calendar
from slaclock.errors import SlaClockError
from slaclock.formats.mappings import FrozenDict
from slaclock.policy.book import PolicyBook, policies_of
from slaclock.policy.policy import Policy
from slaclock.policy.targets import KindTargets

from .calendars import calendar_under, share_timetable
from .readings import AS_WRITTEN, CALENDAR_AXES, DAY_AXES, Axis, DeskReading

_RULES: tuple[Axis, ...] = ("priority_change", "breach", "reopening")


class PoliciesUnder:
    """The policies of a book, or one alone, under whatever reading is asked for; None where it cannot be read so."""

    def __init__(self, policy: Policy | PolicyBook) -> None:
        self.policy = policy
        self._calendars: dict[tuple[int, DeskReading], Calendar] = {}
        self._policies: dict[DeskReading, Policy | PolicyBook | None] = {}

    def of(self, reading: DeskReading) -> Policy | PolicyBook | None:
        """The policy or the book under a reading, but for what is added to due dates."""
        if reading not in self._policies:
            self._policies[reading] = self._read(reading)
        return self._policies[reading]

    def calendar(self, calendar: Calendar, reading: DeskReading) -> Calendar | None:
        """One calendar under a reading; None where its rules do not go together."""
        try:
            return self._calendar(calendar, reading.only((*CALENDAR_AXES, *DAY_AXES)))
        except SlaClockError:
            return None

    def _calendar(self, calendar: Calendar, reading: DeskReading) -> Calendar:
        key = id(calendar), reading
        if key not in self._calendars:
            made = calendar_under(calendar, reading)
            plain = reading.only(CALENDAR_AXES)
            if plain != reading:  # another rule for days opens no other time: the tables are the same
                share_timetable(made, self._calendar(calendar, plain))
            self._calendars[key] = made
        return self._calendars[key]

    def _read(self, reading: DeskReading) -> Policy | PolicyBook | None:
        try:
            if isinstance(self.policy, Policy):
                return self._one(self.policy, reading)
            return PolicyBook([self._one(own, reading) for own in self.policy.policies])
        except SlaClockError:
            return None

    def _one(self, policy: Policy, reading: DeskReading) -> Policy:
        of_calendars = reading.only((*CALENDAR_AXES, *DAY_AXES))
        update: dict[str, Any] = {}
        if of_calendars.others:
            named = {name: self._calendar(own, of_calendars) for name, own in policy.calendars.items()}
            update = {"calendar": self._calendar(policy.calendar, of_calendars), "calendars": named}
        rules: dict[str, str] = {name: reading.of(name) for name in _RULES if reading.of(name) != AS_WRITTEN}
        if rules:
            update["rules"] = policy.rules.model_copy(update=rules)
        if reading.pauses != AS_WRITTEN:
            update |= _without_pauses(policy)
        return policy.model_copy(update=update) if update else policy


def policy_of(policy: Policy | PolicyBook, reading: DeskReading) -> Policy | PolicyBook:
    """The policy that says of a reading what a policy can say."""
    made = PoliciesUnder(policy).of(reading.right)
    assert made is not None  # what was tried can be read so
    return made


def calendars_of(policy: Policy | PolicyBook) -> Sequence[Calendar]:
    """The calendars of all the policies."""
    return [own for one in policies_of(policy) for own in (one.calendar, *one.calendars.values())]


def _without_pauses(policy: Policy) -> dict[str, Any]:
    """The fields of a policy under which the same reasons are known, and stop no clock."""
    targets = {
        kind: KindTargets.model_validate({
            "every": own.every,
            "priorities": own.priorities,
            "calendars": own.calendars,
            "pauses": FrozenDict(dict.fromkeys(own.pauses, ())),
        })
        for kind, own in policy.targets.items()
    }  # fmt: skip
    measures = {
        name: table if table.pauses is None else table.model_copy(update={"pauses": ()})
        for name, table in policy.measures.items()
    }
    return {"targets": targets, "measures": measures, "pauses": dict.fromkeys(policy.reasons, ())}
