"""Agreements in the order in which a desk tries them, as one policy or as a book of them.

Most products have a list of agreements, each with conditions, of which the first that fits a ticket holds. Conditions
on the kind of a ticket become kinds of a policy, others (a customer, a group) become policies of a book.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from slaclock.calendar.working_calendar import WorkingCalendar
from slaclock.formats.mappings import FrozenDict
from slaclock.policy.book import PolicyBook
from slaclock.policy.measures import Measure
from slaclock.policy.policy import Policy
from slaclock.tickets.tickets import Ticket

from .zone_names import zone_name

ALWAYS = "always"
"""The name of the calendar that never closes, for targets of an agreement that hold round the clock."""
TargetText = str | dict[str, str]
"""A target as a policy's file has it: its text, or with the name of a calendar."""
ByPriority = Mapping[str | None, Mapping[Measure, TargetText]]
"""The targets by priority, under None those of every priority."""


_UNITS = ((3600, "hour"), (60, "minute"), (1, "second"))


class Agreement(NamedTuple):
    """What a desk promises tickets of some kinds and priorities (None: all), with some values of attributes."""

    name: str
    targets: ByPriority
    kinds: tuple[str, ...] | None = None
    applies_to: Mapping[str, tuple[str, ...]] = FrozenDict()
    priorities: tuple[str, ...] | None = None

    def fits(self, kind: str, given: Mapping[str, tuple[str, ...]]) -> bool:
        """Whether it is for a kind of tickets of which it is known what values some attributes may have."""
        return (self.kinds is None or kind in self.kinds) and all(
            name in given and {*given[name]} <= {*values} for name, values in self.applies_to.items()
        )


def length_text(seconds: int) -> str:
    """So many seconds as the text of a target, in the largest unit that has no rest."""
    size, unit = next((size, unit) for size, unit in _UNITS if not seconds % size)
    return f"{seconds // size} {unit}{'' if seconds == size else 's'}"


def on_calendar(text: str, calendar: str | None) -> TargetText:
    """A target whose clock runs on a calendar of a name; on the main one where there is none."""
    return text if calendar is None else {"within": text, "calendar": calendar}


def calendar_key(name: str, number: int) -> str:
    """The name of the calendar of a number, as a policy can have it."""
    plain = "-".join("".join(sign if sign.isascii() and sign.isalnum() else " " for sign in name.lower()).split())
    return f"{plain}-{number}" if plain[:1].isalpha() else f"calendar-{number}"


def always_open(timezone: str) -> dict[str, str]:
    """The calendar that never closes."""
    return {"timezone": timezone, "hours": "24/7"}


def policy_of(
    agreements: Sequence[Agreement], kinds: Sequence[str], priorities: Sequence[str], common: Mapping[str, Any]
) -> Policy | PolicyBook:
    """The policy of agreements in their order, or the book where some are for the values of attributes.

    `kinds` and `priorities` are all that tickets may have: where no agreement speaks of one, there is no target.
    `common` are the other fields of the policies, calendar and name among them.
    """
    measures = {measure for own in agreements for table in own.targets.values() for measure in table}
    conditions: list[Mapping[str, tuple[str, ...]]] = []
    for own in agreements:
        if own.applies_to and own.applies_to not in conditions:
            conditions.append(own.applies_to)

    def under(condition: Mapping[str, tuple[str, ...]]) -> Policy:
        fit = {kind: [own for own in agreements if own.fits(kind, condition)] for kind in kinds}
        names = dict.fromkeys(own.name for own in agreements if own.applies_to == condition)
        fields = {"applies_to": condition, "name": " / ".join(names)} if condition else {}
        targets = {kind: _table(fitting, priorities, measures) for kind, fitting in fit.items()}
        return Policy.model_validate({**common, **fields, "targets": targets})

    general = under({})
    return PolicyBook([*map(under, conditions), general]) if conditions else general


def _table(agreements: Sequence[Agreement], priorities: Sequence[str], measures: set[Measure]) -> dict[str, Any]:
    """The targets of a kind, by the first agreement for each priority.

    Where none is said it is said that there is none, so that it can be asked for.
    """
    general = next((own for own in agreements if own.priorities is None), None)
    every = {} if general is None else general.targets.get(None, {})
    none = {measure: "none" for measure in ("resolve", *sorted(measures - {"resolve"})) if measure not in every}
    table: dict[str, Any] = {**none, **every}
    for name in priorities:
        own = next((own for own in agreements if own.priorities is None or name in own.priorities), None)
        targets = {} if own is None else dict(own.targets.get(name, {}))
        if own is not None and own is not general:
            said = {**own.targets.get(None, {}), **targets}
            targets = {**{measure: "none" for measure in every if measure not in said}, **said}
        table[name] = targets
    return table


def without_targets(tickets: Sequence[Ticket], calendar: WorkingCalendar, name: str, pauses: Sequence[str]) -> Policy:
    """The policy of a product that has none, or exports none: it knows the words of the tickets, and sets no target.

    What was agreed for a ticket stands all the same; the `pauses` are reasons that stop `resolve`.
    """
    kinds = [*(ticket.kind for ticket in tickets), *_later(tickets, "kind")]
    priorities = [*(ticket.priority for ticket in tickets), *_later(tickets, "priority")]
    table = _table([], [priority for priority in dict.fromkeys(priorities) if priority is not None], {"respond"})
    return Policy.model_validate({
        "name": name,
        "calendar": calendar,
        "pauses": {reason: ["resolve"] for reason in pauses},
        "targets": {kind: table for kind in dict.fromkeys(kinds) if kind is not None},
    })  # fmt: skip


def _later(tickets: Sequence[Ticket], name: str) -> list[str | None]:
    return [change.to for ticket in tickets for change in ticket.changes if change.field == name]


def open_always(timezone: str | None) -> WorkingCalendar:
    """The calendar of a desk of which no hours are known: it never closes, in a zone that is given or UTC."""
    return WorkingCalendar.model_validate(always_open(zone_name(timezone or "UTC")))
