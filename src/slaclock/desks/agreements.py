"""Agreements in the order in which a desk tries them, as one policy or as a book of them.

Most products have a list of agreements, each with conditions, of which the first that fits a ticket holds. Conditions
on the kind of a ticket become kinds of a policy, others (a customer, a group) become policies of a book.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from slaclock.calendar.working_calendar import WorkingCalendar
from slaclock.errors import PolicyError
from slaclock.formats.mappings import FrozenDict
from slaclock.policy.book import PolicyBook, policies_of
from slaclock.policy.measures import Measure
from slaclock.policy.policy import Policy
from slaclock.tickets.tickets import Ticket

from .imported import Desk, Imported, Losses, Lost
from .zone_names import zone_name

ALWAYS = "always"
"""The name of the calendar that never closes, for targets of an agreement that hold round the clock."""
TargetText = str | dict[str, str]
"""A target as a policy's file has it: its text, or with the name of a calendar."""
Condition = Mapping[str, tuple[str, ...]]
"""Attributes, and the values of which a ticket's is to be one."""
ByPriority = Mapping[str | None, Mapping[Measure, TargetText]]
"""The targets by priority, under None those of every priority."""
_MOST = 200
"""So many policies a book of agreements may have."""
_UNITS = ((3600, "hour"), (60, "minute"), (1, "second"))


class Agreement(NamedTuple):
    """What a desk promises tickets of some kinds and priorities (None: all), with some values of attributes."""

    name: str
    targets: ByPriority
    kinds: tuple[str, ...] | None = None
    applies_to: Condition = FrozenDict()
    priorities: tuple[str, ...] | None = None

    def fits(self, kind: str, given: Condition) -> bool:
        """Whether it is for a kind of tickets of which it is known what values some attributes may have."""
        return (self.kinds is None or kind in self.kinds) and self.fits_all(given)

    def fits_all(self, given: Condition) -> bool:
        """Whether it is for all tickets whose attributes have some of the values that are given."""
        return all(name in given and {*given[name]} <= {*values} for name, values in self.applies_to.items())


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
    conditions = _cells([own.applies_to for own in agreements if own.applies_to])

    def under(condition: Condition) -> Policy:
        fit = {kind: [own for own in agreements if own.fits(kind, condition)] for kind in kinds}
        names = dict.fromkeys(own.name for own in agreements if own.applies_to and own.fits_all(condition))
        fields = {"applies_to": condition, "name": " / ".join(names)} if condition else {}
        targets = {kind: _table(fitting, priorities, measures) for kind, fitting in fit.items()}
        return Policy.model_validate({**common, **fields, "targets": targets, **_of_use(common, targets)})

    general = under({})
    return PolicyBook([*map(under, conditions), general]) if conditions else general


def _cells(conditions: Sequence[Condition]) -> list[Condition]:
    """The conditions, and all that tickets may meet several of at once, the narrowest first.

    So the first of them that a ticket meets says all that it meets, and which agreement is the first to fit it.
    """
    cells: dict[frozenset[tuple[str, frozenset[str]]], Condition] = {}
    for condition in conditions:
        for cell in [condition, *(_both(condition, other) for other in list(cells.values()))]:
            if cell is not None:
                cells.setdefault(frozenset((name, frozenset(values)) for name, values in cell.items()), cell)
        if len(cells) > _MOST:
            problem = f"the conditions of the agreements overlap in more than {_MOST} ways"
            raise PolicyError(problem, "export fewer of them at once", value=len(cells))
    return sorted(cells.values(), key=lambda cell: (-len(cell), sum(map(len, cell.values()))))


def _both(one: Condition, other: Condition) -> Condition | None:
    """What meets two conditions; None where nothing can."""
    both: dict[str, tuple[str, ...]] = {}
    for name in {**one, **other}:
        values = [condition[name] for condition in (one, other) if name in condition]
        both[name] = tuple(value for value in dict.fromkeys(values[0]) if value in values[-1])
        if not both[name]:
            return None
    return both


def _of_use(common: Mapping[str, Any], targets: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """What a policy has of calendars, pauses and warnings of which its targets make use."""
    tables = [part for table in targets.values() for part in (table, *table.values()) if isinstance(part, Mapping)]
    said = [(name, target) for table in tables for name, target in table.items() if target != "none"]
    named = {target["calendar"] for _, target in said if isinstance(target, Mapping) and "calendar" in target}
    used = {name for name, _ in said}
    calendars, pauses, warnings = (common.get(name, {}) for name in ("calendars", "pauses", "warnings"))
    return {
        "calendars": {name: calendar for name, calendar in calendars.items() if name in named},
        "pauses": {reason: [name for name in measures if name in used] for reason, measures in pauses.items()},
        "warnings": {name: warning for name, warning in warnings.items() if warning["measure"] in used},
    }


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


def desk_of(
    agreed: Imported[Policy | PolicyBook], made: Imported[tuple[Ticket, ...]], lost: Sequence[Lost] = ()
) -> Imported[Desk]:
    """The desk of a policy and tickets, whose policy knows every word of the tickets, and all that was lost."""
    losses = Losses()
    policy = _known(agreed.value, made.value, losses)
    return Imported(Desk(policy, made.value), (*lost, *agreed.lost, *made.lost, *losses.lost))


def _known(policy: Policy | PolicyBook, tickets: Sequence[Ticket], losses: Losses) -> Policy | PolicyBook:
    """The policy or book, which knows every kind, priority and pause reason of the tickets.

    What no agreement speaks of has no target. A reason of which none speaks stops nothing, which is noted.
    """
    policies = [_knowing(own, tickets) for own in policies_of(policy)]
    known = {reason for own in policies_of(policy) for reason in own.pauses}
    for reason in dict.fromkeys(_reasons(tickets)):
        if reason not in known:
            losses.add(("pauses", reason), "no agreement says which clocks this stops: it is taken to stop none")
    return policies[0] if isinstance(policy, Policy) else PolicyBook(policies)


def _knowing(policy: Policy, tickets: Sequence[Ticket]) -> Policy:
    words = {name: _words(tickets, name) for name in ("kind", "priority")}
    there = {name for own in policy.targets.values() for name in own.priorities}
    priorities = [name for name in words["priority"] if name not in there]
    kinds = [kind for kind in words["kind"] if kind not in policy.targets]
    reasons = [reason for reason in _reasons(tickets) if reason not in policy.pauses]
    if not (priorities or kinds or reasons):
        return policy
    none = {**dict.fromkeys(policy.measures_set or ("resolve",), "none"), **{name: {} for name in there}}
    targets: dict[str, Any] = {kind: own.model_dump() for kind, own in policy.targets.items()}
    targets |= {kind: dict(none) for kind in kinds}
    more: dict[str, Any] = {name: {} for name in priorities}
    return policy.model_copy(
        update={
            "targets": {kind: {**table, **more} for kind, table in targets.items()},
            "pauses": {**policy.pauses, **dict.fromkeys(reasons, ())},
        }
    )


def _words(tickets: Sequence[Ticket], name: str) -> list[str]:
    values = [*(getattr(ticket, name) for ticket in tickets), *_later(tickets, name)]
    return [value for value in dict.fromkeys(values) if value is not None]


def _reasons(tickets: Sequence[Ticket]) -> list[str]:
    return [pause.reason for ticket in tickets for pause in ticket.pauses if pause.reason is not None]


def without_targets(tickets: Sequence[Ticket], calendar: WorkingCalendar, name: str, pauses: Sequence[str]) -> Policy:
    """The policy of a product that has none, or exports none: it knows the words of the tickets, and sets no target.

    What was agreed for a ticket stands all the same; the `pauses` are reasons that stop `resolve`.
    """
    table = _table([], _words(tickets, "priority"), {"respond"})
    return Policy.model_validate({
        "name": name,
        "calendar": calendar,
        "pauses": {reason: ["resolve"] for reason in pauses},
        "targets": dict.fromkeys(_words(tickets, "kind"), table),
    })  # fmt: skip


def _later(tickets: Sequence[Ticket], name: str) -> list[str | None]:
    return [change.to for ticket in tickets for change in ticket.changes if change.field == name]


def open_always(timezone: str | None) -> WorkingCalendar:
    """The calendar of a desk of which no hours are known: it never closes, in a zone that is given or UTC."""
    return WorkingCalendar.model_validate(always_open(zone_name(timezone or "UTC")))
