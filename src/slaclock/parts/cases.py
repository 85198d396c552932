"""A chain as it is for one kind and priority: the promise that is the whole, and the deadlines of its parts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from slaclock.calendar.base import Calendar
from slaclock.clock.budgets import budget_of
from slaclock.clock.targets import Target
from slaclock.clock.turns import edges_of, turns_of
from slaclock.policy.announced import known_at_opening
from slaclock.policy.chains import Chain
from slaclock.policy.measures import PAUSE, Measure
from slaclock.policy.policy import Policy
from slaclock.policy.promises import Promise, promises_of
from slaclock.policy.rules import AnnouncedRule
from slaclock.temporal.intervals import Run, union


class Part(NamedTuple):
    """A measure of a chain, with its target and calendar; as a part it may have the clock of the whole stand still.

    By the rule `announced` its due date goes by all that the calendar says, or by what is known of it as it begins.
    """

    measure: Measure
    target: Target
    calendar: Calendar
    calendar_name: str
    announced: AnnouncedRule
    stops: bool

    def known(self, begun: int) -> Calendar:
        """The calendar by which it is due that begins at an instant."""
        return self.calendar.known_by(begun) if self.announced == "keeps" else self.calendar

    def turns(self, start: int, end: int) -> list[int]:
        """The instants in `[start, end)` at which the due date may turn of what begins then, the start among them."""
        return [
            turn
            for calendar, spans in known_at_opening(self.calendar, ((start, end),), self.announced)
            for since, until in spans
            for turn in turns_of(calendar, self.target, since, until, self.due)
        ]

    def edges(self, start: int, end: int) -> list[int]:
        """Where its hours begin and end between two instants, by whatever is known; none of a wall clock."""
        if self.target.wall:
            return []
        known = known_at_opening(self.calendar, ((start, end + 1),), self.announced)
        return sorted({edge for calendar, _ in known for edge in edges_of(calendar, start, end)})

    def due(self, begun: int, pauses: Run = ()) -> int:
        """When it is due that begins at an instant, with pauses that all end."""
        due = budget_of(self.known(begun), self.target, begun).due(pauses)
        assert due is not None  # no pause stays open
        return due


class ChainCase(NamedTuple):
    """A chain for one kind and priority: the whole, and the parts, one after another."""

    name: str
    kind: str
    priority: str | None
    whole: Part
    parts: tuple[Part, ...]

    def ends(self, opened: int) -> list[int]:
        """The opening, and when each of the parts is due that begins as the one before is due."""
        ends = [opened]
        for part in self.parts:
            ends.append(part.due(ends[-1]))
        return ends

    def stops(self, ends: Sequence[int]) -> Run:
        """The stretches for which the clock of the whole stands still, of as many parts as there are ends of."""
        parts = zip(self.parts, ends, ends[1:], strict=False)
        return union((begun, ended) for part, begun, ended in parts if part.stops)

    def promised(self, ends: Sequence[int]) -> int:
        """When the whole is due, whose clock stands still during parts that stop it, as far as their ends are known."""
        return self.whole.due(ends[0], self.stops(ends))


def cases_of(policy: Policy, name: str, chain: Chain) -> Iterator[ChainCase]:
    """The cases of a chain of a policy: for each kind and priority that it is of."""
    promises = {(own.kind, own.priority, own.measure): own for own in promises_of(policy)}
    for kind, priority in chain.cases(policy.targets):
        whole = promises[kind, priority, chain.measure]
        parts = tuple(_part(policy, promises[kind, priority, part], whole) for part in chain.parts)
        yield ChainCase(name, kind, priority, _part(policy, whole), parts)


def _part(policy: Policy, promise: Promise, whole: Promise | None = None) -> Part:
    """A measure with its target; a part of a whole stops it where each of the reasons for which it runs does."""
    reasons = policy.measure(promise.measure).holds.get(PAUSE, ())
    stops = whole is not None and bool(reasons) and {*reasons} <= {*whole.stopped_by}
    calendar, rule = policy.calendar_named(promise.calendar), policy.rules.announced
    return Part(promise.measure, promise.target, calendar, promise.calendar, rule, stops)
