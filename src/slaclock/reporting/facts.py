"""The facts of a report: a row for each ticket, each item of a service standard, each pause and each breach."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple, get_args

import numpy as np

from slaclock.clock.targets import Target
from slaclock.columns.categories import Categories
from slaclock.columns.pause_lengths import Floats
from slaclock.columns.periods import number_in, periods_over
from slaclock.columns.piecewise import NEVER, Bools, Ints
from slaclock.columns.zones import ZoneTable
from slaclock.errors import PolicyError
from slaclock.policy.book import PolicyBook, main_policy, policies_of
from slaclock.policy.measures import Measure
from slaclock.policy.policy import Policy
from slaclock.policy.standards import Standard
from slaclock.temporal.instants import DAY, HOUR, to_micros
from slaclock.tickets.states import OUTSIDE, STATES
from slaclock.tickets.tickets import Ticket

from .options import ReportOptions
from .sources import Assessments, TicketSource

Subject = Literal["ticket", "standard", "pause", "breach", "later"]
PauseState = Literal["no-target", "within", "beyond"]
"""What the pauses of a ticket for one reason come to: without a target, within it, beyond it."""
_PAUSE_STATES: tuple[PauseState, ...] = get_args(PauseState)
_NO_TARGET, _WITHIN, _BEYOND = range(len(_PAUSE_STATES))
_HOURS = tuple(str(number) for number in range(7 * 24))
_BREACHED = STATES.index("breached")
_DECIDED = [STATES.index("met"), _BREACHED]
_OUTSIDE = [STATES.index(state) for state in sorted(OUTSIDE)]


class Facts(NamedTuple):
    """Rows about one subject, `name` being that of the standard or of the pauses' reason.

    `policy` is the number of the one whose standard it is, or of the first that sets the pauses their target.
    `period` is the start of the period that each lies in, `NEVER` in none; `hours` and `days` are service time, `NEVER`
    and NaN where there is none that counts. The `state` of pauses is a `PauseState`, of a breach the hour of the week.
    """

    subject: Subject
    name: str
    period: Ints
    kind: Categories
    priority: Categories
    state: Categories
    hours: Ints
    days: Floats
    policy: int = 0


class Miss(NamedTuple):
    """A ticket that missed its target; the worst have the least remaining, which is less than nothing."""

    remaining: int
    due: int
    id: str
    ticket: Ticket


class FactSet(NamedTuple):
    """All facts about some tickets, and the worst misses among them."""

    facts: list[Facts]
    misses: list[Miss]


def check_items(policy: Policy | PolicyBook, measure: Measure) -> None:
    """Raise `PolicyError` for a measure of many cycles, of the report or of a standard: what is counted are tickets."""
    for own in policies_of(policy):
        named: list[tuple[tuple[str, ...], Measure]] = [((), measure)]
        named += [(("standards", name, "measure"), standard.measure) for name, standard in own.standards.items()]
        for path, name in named:
            if own.has_measure(name) and own.measure(name).cycles == "each":
                problem = f"a report counts tickets, of which {name} may have many cycles"
                raise PolicyError(problem, "ask slaclock.columns.cycles for these", path, value=name)


class FactFinder:
    """Finds the facts about any number of tickets; made once, since a policy is made anew for each standard."""

    def __init__(self, policy: Policy | PolicyBook, options: ReportOptions) -> None:
        self.policy, self.options = policy, options
        check_items(policy, options.measure)
        self._at = options.at_micros
        self._policies = policies_of(policy)
        self._main = main_policy(policy)
        self._standards = {
            (number, name): (standard, self._policies[number].under(standard))
            for (number, name), standard in standards_of(policy).items()
        }
        self._untargeted = _untargeted(self._policies)

    def facts(self, source: TicketSource) -> FactSet:
        """All facts about some tickets, and the worst misses among them."""
        known = np.flatnonzero(source.opened <= self._at)
        numbers = source.policy_numbers(self.policy)
        rows = known[~self._only_of_standards(source.kind, numbers)[known]]
        tickets = source.assess(rows, self.policy, self._at, self.options.measure)
        facts = [
            self._ticket_facts(source, rows, tickets),
            *(
                self._standard_facts(source, number, name, known[numbers[known] == number])
                for number, name in self._standards
            ),
            *self._pause_facts(source, rows, numbers[rows], tickets),
            self._breach_facts(tickets),
            _state_facts("later", np.zeros(source.count - len(known), np.int64), ("later",)),
        ]
        worst = _worst(source, rows, tickets, self.options.worst)
        return FactSet([part for part in facts if len(part.hours)], worst)

    def _ticket_facts(self, source: TicketSource, rows: Ints, tickets: Assessments) -> Facts:
        done = np.isin(tickets.state, _DECIDED) & (tickets.done != NEVER)
        return Facts(
            "ticket",
            "",
            self._periods(source, rows, tickets),
            tickets.kind,
            tickets.priority,
            Categories(tickets.state.astype(np.int64), STATES),
            np.where(done, tickets.elapsed, NEVER),
            np.where(done, tickets.elapsed_days, np.nan),
        )

    def _only_of_standards(self, kind: Categories, numbers: Ints) -> Bools:
        """What is not among the tickets, since only a standard speaks of it, such as calls."""
        only = np.zeros(len(numbers), bool)
        for number, untargeted in enumerate(self._untargeted):
            own = np.array([name in untargeted for name in kind.names] + [False])
            only |= (numbers == number) & own[kind.codes]
        return only

    def _standard_facts(self, source: TicketSource, number: int, name: str, its_own: Ints) -> Facts:
        """The items of a policy's standard as they stand by its own target, or abandoned unanswered."""
        standard, policy = self._standards[number, name]
        rows = its_own[source.kind.codes[its_own] == source.kind.number(standard.kind)]
        items = source.assess(rows, policy, self._at, standard.measure)
        abandoned_at = source.abandoned[rows]
        abandoned = (abandoned_at <= self._at) & (abandoned_at != NEVER)
        abandoned &= (items.done == NEVER) | (items.done > abandoned_at)
        abandoned &= ~np.isin(items.state, _OUTSIDE)
        state = np.where(abandoned, len(STATES), items.state)
        facts = _state_facts("standard", state, (*STATES, "abandoned"), name)
        return facts._replace(policy=number, period=self._periods(source, rows, items))

    def _pause_facts(self, source: TicketSource, rows: Ints, numbers: Ints, tickets: Assessments) -> Iterator[Facts]:
        """The third-party clock: for how long each reason paused the tickets, up to when they were done, or now."""
        inside = ~np.isin(tickets.state, _OUTSIDE)
        rows, numbers, done = rows[inside], numbers[inside], tickets.done[inside]
        seen = np.where(done == NEVER, self._at, done)
        for reason, targets in pause_targets(self.policy).items():
            lengths = source.pause_lengths(rows, self.policy, seen, reason)
            state = np.where(lengths.beyond, _BEYOND, _WITHIN)
            state[~lengths.limited] = _NO_TARGET
            for whose in targets.values():
                paused = lengths.paused & np.isin(numbers, whose)
                facts = _state_facts("pause", state[paused], _PAUSE_STATES, reason)
                yield facts._replace(policy=whose[0], hours=lengths.hours[paused], days=lengths.days[paused])

    def _breach_facts(self, tickets: Assessments) -> Facts:
        """Breaches by the weekday and hour at which they were due, on the wall clock of the policy's zone."""
        due = tickets.due[(tickets.state == _BREACHED) & (tickets.due != NEVER)]
        hour = due
        if len(due):
            wall = ZoneTable(self._main.calendar.zone, int(due.min()), int(due.max())).to_wall(due)
            weekday = (wall // DAY + 3) % 7  # 1 January 1970 was a Thursday
            hour = weekday * 24 + wall % DAY // HOUR
        return _state_facts("breach", hour, _HOURS)

    def _periods(self, source: TicketSource, rows: Ints, tickets: Assessments) -> Ints:
        """The start of the period that each ticket belongs to."""
        instants = {"opened": source.opened[rows], "due": tickets.due, "resolved": tickets.done}[self.options.by]
        periods = periods_over(instants, self._main, self.options.period)
        starts = np.array([*(to_micros(period.start) for period in periods), NEVER])
        return starts[number_in(periods, instants)]


def standards_of(policy: Policy | PolicyBook) -> Mapping[tuple[int, str], Standard]:
    """The service standards, by the number of the policy that promises each and by its name."""
    return {
        (number, name): standard
        for number, own in enumerate(policies_of(policy))
        for name, standard in own.standards.items()
    }


def _untargeted(policies: Sequence[Policy]) -> list[set[str]]:
    """For each policy the kinds that it has no targets for, and a standard.

    So are those that no policy has targets for and any a standard: whom it is not promised to has no items of it.
    """
    targeted = {kind for own in policies for kind in own.targets}
    promised = [{standard.kind for standard in own.standards.values()} for own in policies]
    nowhere = set().union(*promised) - targeted
    return [nowhere | kinds - own.targets.keys() for own, kinds in zip(policies, promised, strict=True)]


def pause_targets(policy: Policy | PolicyBook) -> Mapping[str, Mapping[Target | None, list[int]]]:
    """The pause reasons that are listed, each with the targets that policies set for it, and these policies' numbers.

    The target is None for the numbers of those that set none.
    """
    policies = policies_of(policy)
    targets: dict[str, dict[Target | None, list[int]]] = {reason: {} for own in policies for reason in own.pauses}
    for reason, numbers_by_target in targets.items():
        for number, own in enumerate(policies):
            numbers_by_target.setdefault(own.underpinning.get(reason), []).append(number)
    return targets


def worst_of(misses: Iterable[Miss], most: int) -> list[Miss]:
    """The worst so many: late by most on the service clock, then by the wall clock, then by their ids."""
    return sorted(misses, key=lambda miss: (miss.remaining, miss.due, miss.id))[:most]


def _state_facts(subject: Subject, state: Ints, states: tuple[str, ...], name: str = "") -> Facts:
    """Facts of which the state is all that is known."""
    size = len(state)
    nothing, never = Categories(np.full(size, -1), ()), np.full(size, NEVER)
    return Facts(subject, name, never, nothing, nothing, Categories(state, states), never, np.full(size, np.nan))


def _worst(source: TicketSource, rows: Ints, tickets: Assessments, most: int) -> list[Miss]:
    """The worst of the breached tickets."""
    late = np.flatnonzero(tickets.state == _BREACHED)
    remaining, due = tickets.remaining[late], tickets.due[late]
    order = np.lexsort((due, remaining))
    if len(order) > most > 0:  # the worst, and whatever is as bad as the last of them
        last = order[most - 1]
        order = order[: most + int(np.sum((remaining == remaining[last]) & (due == due[last])))]
    numbers = rows[late[order]]
    fields = zip(remaining[order].tolist(), due[order].tolist(), source.ids(numbers), numbers.tolist(), strict=True)
    keys = sorted(fields)[:most]
    return [Miss(remaining, due, name, source.ticket(row)) for remaining, due, name, row in keys]
