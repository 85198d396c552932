"""The facts of a report: a row for each item, each item of a service standard, each pause and each breach."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Literal, NamedTuple, cast, get_args

import numpy as np

from slaclock.columns.categories import Categories, combined
from slaclock.columns.items import last_of_rows
from slaclock.columns.pause_lengths import Floats, ReadOn
from slaclock.columns.periods import number_in, periods_over
from slaclock.columns.piecewise import NEVER, Bools, Ints
from slaclock.columns.tickets_as_of import known_by
from slaclock.columns.zones import ZoneTable
from slaclock.figures.standards import GIVEN_UP
from slaclock.policy.book import PolicyBook, main_policy, policies_of
from slaclock.policy.calendars import MAIN
from slaclock.policy.measures import MeasureTable
from slaclock.policy.periods import Period
from slaclock.policy.policy import Policy
from slaclock.policy.standards import Standard
from slaclock.policy.subscription_years import PeriodLength
from slaclock.temporal.instants import DAY, HOUR, duration_micros, to_micros
from slaclock.tickets.states import OUTSIDE, STATES, State
from slaclock.tickets.tickets import Ticket

from .options import ReportOptions
from .sources import Assessments, TicketSource
from .standard_kinds import only_of_standards

Subject = Literal[
    "ticket", "standard", "wait", "pause", "breach", "later", "first", "done", "opened", "outside", "begun", "over",
    "spent",
]  # fmt: skip
_HOURS = tuple(str(number) for number in range(7 * 24))
_BREACHED = STATES.index("breached")
_DECIDED = [STATES.index("met"), _BREACHED]
_CANCELLED = STATES.index("cancelled")
_NO_WORK = [STATES.index("excluded"), STATES.index("not-covered")]
_OUTSIDE = [STATES.index(state) for state in sorted(OUTSIDE)]


class Facts(NamedTuple):
    """Rows about one subject, `name` being that of the standard or of the pauses' reason.

    `policy` is the number of the one whose standard it is.
    `period` is the start of the period that each lies in, `NEVER` in none; `hours` and `days` are service time, `NEVER`
    and NaN where there is none that counts. `split` are the values, as JSON, that tickets are told apart by beside. The
    `state` of a breach is the hour of the week, of pauses nothing. A `wait` is that for what a standard is about, a
    `first` how long a ticket took to its first resolution.
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
    split: Categories | None = None

    def of(self, rows: Bools) -> Facts:
        """Some of them."""
        kind, priority, state = (column.take(rows) for column in (self.kind, self.priority, self.state))
        return self._replace(
            period=self.period[rows], kind=kind, priority=priority, state=state,
            hours=self.hours[rows], days=self.days[rows], split=None if self.split is None else self.split.take(rows),
        )  # fmt: skip


class Miss(NamedTuple):
    """An item that missed its target; the worst have the least remaining, which is less than nothing.

    `cycle` is the number of the ticket's cycle that it is, 0 where it is the ticket.
    """

    remaining: int
    due: int
    id: str
    cycle: int
    ticket: Ticket


class ShareCount(NamedTuple):
    """How many items of a state were `done`, or `opened`, in the period that starts at an instant."""

    subject: Subject
    period: int
    state: State
    items: int


class FactSet(NamedTuple):
    """All facts about some tickets, the worst misses among their items, and what was counted at once.

    The `flows` are how many items had begun, and were over, from an instant on.
    """

    facts: list[Facts]
    misses: list[Miss]
    shares: list[ShareCount]
    flows: Mapping[tuple[Subject, int | None], int]


class FactFinder:
    """Finds the facts about any number of tickets; made once, since a policy is made anew for each standard."""

    def __init__(self, policy: Policy | PolicyBook, options: ReportOptions) -> None:
        self.policy, self.options = policy, options
        self._at = options.at_micros
        self._policies = policies_of(policy)
        self._main = main_policy(policy)
        self._asked = options.periods(policy)
        self._standards = {
            (number, name): (standard, self._policies[number].under(standard))
            for (number, name), standard in standards_of(policy).items()
        }

    def facts(self, source: TicketSource) -> FactSet:
        """All facts about some tickets, and the worst misses among their items."""
        known = np.flatnonzero(source.opened <= self._at)
        numbers = source.policy_numbers(self.policy)
        rows = known[~only_of_standards(self.policy, source.kind, numbers)[known]]
        items = source.assess(rows, self.policy, self._at, self.options.measure, known=self.options.known)
        flows = self._flows(source, items)
        inside = self._inside(items)
        items = items if inside is None else items.of(inside)
        facts = [
            self._item_facts(source, items),
            *self._first_facts(source, items),
            *(
                facts
                for number, name in self._standards
                for facts in self._standard_facts(source, number, name, known[numbers[known] == number])
            ),
            *self._pause_facts(source, numbers, items),
            *(self._spent_facts(source, numbers, items) if self.options.why else ()),
            self._breach_facts(items),
            _state_facts("outside", np.zeros(0 if inside is None else int(np.sum(~inside)), np.int64), ("outside",)),
            _state_facts("later", np.zeros(source.count - len(known), np.int64), ("later",)),
        ]
        worst = _worst(source, items, self.options.worst)
        shares = list(self._share_counts(items))
        return FactSet([part for part in facts if len(part.hours)], worst, shares, flows)

    def _inside(self, items: Assessments) -> Bools | None:
        """The items that lie in the periods which are asked for; None where all are wanted."""
        return None if self._asked is None else np.greater_equal(number_in(self._asked, self._instants(items)), 0)

    def _flows(self, source: TicketSource, items: Assessments) -> dict[tuple[Subject, int | None], int]:
        """How many items opened and ended from each instant on at which a period begins or ends; None before all."""
        chosen = ~np.isin(items.state, _NO_WORK)
        row, cancelled = items.row[chosen], items.state[chosen] == _CANCELLED
        ended = items.ended[chosen]
        ended = np.where(cancelled & (ended == NEVER), source.cancelled[row], ended)
        flows: dict[tuple[Subject, int | None], int] = {}
        instants: dict[Subject, Ints] = {"begun": items.opened[chosen], "over": ended[ended != NEVER]}
        for subject, own in instants.items():
            periods = self._periods_of(own)
            edges = np.unique([to_micros(at) for period in periods for at in (period.start, period.end)])
            counts = np.bincount(np.searchsorted(edges, own, "right"), minlength=len(edges) + 1).tolist()
            starts = [None, *edges.tolist()]
            flows |= {(subject, start): count for start, count in zip(starts, counts, strict=True) if count}
        return flows

    def _periods_of(self, instants: Ints) -> Sequence[Period]:
        """The periods in which instants may lie: those that are asked for, or all from the first to the last."""
        length = self.options.length
        return self._asked or periods_over(instants, self._main, "year" if length == "period" else length)

    def _item_facts(self, source: TicketSource, items: Assessments) -> Facts:
        done = np.isin(items.state, _DECIDED) & (items.done != NEVER)
        return Facts(
            "ticket",
            "",
            self._periods(items),
            items.kind,
            items.priority,
            Categories(items.state.astype(np.int64), STATES),
            np.where(done, items.elapsed, NEVER),
            np.where(done, items.elapsed_days, np.nan),
            split=self._split(source, items) if self.options.split else None,
        )

    def _split(self, source: TicketSource, items: Assessments) -> Categories:
        """The values by which each item is told apart, in one text: as they were when it was done, or are now."""
        seen = np.where(items.done == NEVER, self._at, items.done)
        columns = []
        for name in self.options.split:
            if name in get_args(PeriodLength):
                columns.append(self._labels(items, cast(PeriodLength, name)))
            elif name in ("kind", "priority"):
                columns.append(items.kind if name == "kind" else items.priority)
            else:
                columns.append(source.values(items.row, name, seen))
        codes, cases = combined(columns)
        return Categories(codes, tuple(json.dumps(case, ensure_ascii=False) for case in cases))

    def _labels(self, items: Assessments, length: PeriodLength) -> Categories:
        """The labels of the periods of a length in which the items lie."""
        instants = self._instants(items)
        periods = periods_over(instants, self._main, length)
        return Categories(number_in(periods, instants), tuple(period.label for period in periods))

    def _share_counts(self, items: Assessments) -> Iterator[ShareCount]:
        """The items that are done by when they were, and all that have a target by when they opened."""
        done = np.isin(items.state, _DECIDED) & (items.done != NEVER)
        parts: list[tuple[Subject, Bools, Ints]] = [
            ("done", done, items.ended),
            ("opened", ~np.isin(items.state, _OUTSIDE), items.opened),
        ]
        for subject, chosen, instants in parts:
            instants = np.where(chosen, instants, NEVER)
            periods = self._periods_of(instants)
            number = number_in(periods, instants)
            place = number * len(STATES) + items.state
            counts = np.bincount(place[number >= 0], minlength=len(periods) * len(STATES)).tolist()
            for place_of, count in enumerate(counts):
                if count:
                    period, state = divmod(place_of, len(STATES))
                    yield ShareCount(subject, to_micros(periods[period].start), STATES[state], count)

    def _first_facts(self, source: TicketSource, items: Assessments) -> Iterator[Facts]:
        """How long the tickets that are done took to their first resolution, where any may have been reopened."""
        if not source.may_be_reopened or self.options.measure != "resolve" or items.cycle.any():
            return
        done = np.flatnonzero(np.isin(items.state, _DECIDED) & (items.done != NEVER))
        rows = items.row[done]
        again = source.reopened(rows, items.done[done])
        hours, days = items.elapsed[done], items.elapsed_days[done]
        if again.any():
            first = source.assess(rows[again], self._to_first, self._at, "resolve", known=self.options.known)
            hours[again], days[again] = first.elapsed, first.elapsed_days
        state = Categories(again.astype(np.int64), ("once", "reopened"))
        kind, priority = items.kind.take(done), items.priority.take(done)
        yield Facts("first", "", self._periods(items)[done], kind, priority, state, hours, days)

    @cached_property
    def _to_first(self) -> Policy | PolicyBook:
        """The same promises for the first resolution of each ticket alone."""
        own = [_to_first(policy) for policy in self._policies]
        return own[0] if isinstance(self.policy, Policy) else PolicyBook(own)

    def _standard_facts(self, source: TicketSource, number: int, name: str, its_own: Ints) -> Iterator[Facts]:
        """The items of a policy's standard as they stand by its own target, or given up unanswered; and their waits."""
        standard, policy = self._standards[number, name]
        rows = its_own[source.kind.codes[its_own] == source.kind.number(standard.kind)]
        items = source.assess(rows, policy, self._at, standard.measure, known=self.options.known)
        inside = self._inside(items)
        items = items if inside is None else items.of(inside)
        state = self._given_up(items, source.abandoned[items.row], standard)
        state = np.where(state < 0, items.state, len(STATES) + state)
        facts = _state_facts("standard", state, (*STATES, *GIVEN_UP), name)
        facts = facts._replace(policy=number, period=self._periods(items))
        answered = np.isin(state, _DECIDED) & (items.done != NEVER)
        waits = _state_facts("wait", np.full(len(state), -1), (), name)
        waits = waits._replace(policy=number, period=facts.period, hours=items.elapsed)
        if standard.priority:
            wanted = np.array([priority in standard.priority for priority in items.priority.names] + [False])
            chosen = wanted[items.priority.codes]
            facts, answered = facts.of(chosen), answered & chosen
        yield facts
        yield waits.of(answered)

    def _given_up(self, items: Assessments, given_up: Ints, standard: Standard) -> Ints:
        """When each item was given up, by its number in `GIVEN_UP`; -1 where it was not, or was done before."""
        is_given_up = (items.opened <= given_up) & (given_up <= self._at) & (given_up != NEVER)
        is_given_up &= (items.done == NEVER) | (items.done > given_up)
        is_given_up &= ~np.isin(items.state, _OUTSIDE)
        short = 0 if standard.short is None else duration_micros(standard.short)
        in_time = (items.due == NEVER) | np.where(items.is_strict == 1, given_up < items.due, given_up <= items.due)
        when = np.where(in_time, GIVEN_UP.index("given up in time"), GIVEN_UP.index("given up late"))
        # Not given_up - opened, which may be more than an integer holds where nothing was given up.
        when = np.where(items.opened > given_up - short, GIVEN_UP.index("given up short"), when)
        numbers: Ints = np.where(is_given_up, when, -1)
        return numbers

    def _pause_facts(self, source: TicketSource, numbers: Ints, items: Assessments) -> Iterator[Facts]:
        """The third-party clock: for how long each reason paused the tickets, up to when they were done, or now."""
        inside = last_of_rows(items.row) & ~np.isin(items.state, _OUTSIDE)
        rows, done = items.row[inside], items.done[inside]
        calendars = self._calendars(source, numbers, items.of(inside))
        seen = np.where(done == NEVER, self._at, done)
        for reason in reasons_of(self.policy):
            lengths = source.pause_lengths(rows, self.policy, seen, reason, calendars)
            facts = _state_facts("pause", np.full(np.count_nonzero(lengths.paused), -1), (), reason)
            yield facts._replace(hours=lengths.hours[lengths.paused], days=lengths.days[lengths.paused])

    def _spent_facts(self, source: TicketSource, numbers: Ints, items: Assessments) -> Iterator[Facts]:
        """Where the time of decided tickets went: of each the one item, or its last, says whether it met its target."""
        items = items.of(last_of_rows(items.row) & np.isin(items.state, _DECIDED))
        spent = [("clock", self.options.measure, items.row, items.elapsed, items.elapsed_days)]
        seen = np.where(items.done == NEVER, self._at, items.done)
        calendars = self._calendars(source, numbers, items)
        numbers = numbers[items.row]
        for reason in reasons_of(self.policy):
            lengths = source.pause_lengths(items.row, self.policy, seen, reason, calendars)
            own = lengths.hours > 0  # a wait while the desk is closed took no time
            spent.append(("pause", reason, items.row[own], lengths.hours[own], lengths.days[own]))
        for measure in dict.fromkeys(
            name for own in self._policies for name in own.measures if own.measure(name).holds
        ):
            known = [number for number, own in enumerate(self._policies) if own.has_measure(measure)]
            held = source.assess(
                items.row[np.isin(numbers, known)], self.policy, self._at, measure, known=self.options.known
            )
            rows, place = np.unique(held.row, return_inverse=True)
            hours, days = np.zeros(len(rows), np.int64), np.zeros(len(rows))
            np.add.at(hours, place, held.elapsed)
            np.add.at(days, place, held.elapsed_days)
            some = hours > 0
            spent.append(("while", measure, rows[some], hours[some], days[some]))
        outcome = np.full(source.count, -1)
        outcome[items.row] = items.state
        for where, name, row, lengths_of, in_days in spent:
            for state in ("met", "breached"):
                own = outcome[row] == STATES.index(state)
                facts = _state_facts("spent", np.full(np.count_nonzero(own), -1), (), f"{state} {where} {name}")
                yield facts._replace(hours=lengths_of[own], days=in_days[own])

    def _calendars(self, source: TicketSource, numbers: Ints, items: Assessments) -> ReadOn:
        """The calendar that the policy of each item's ticket has for its kind and priority, as its clock knows it."""
        numbers = numbers[items.row]
        opened, known_at = source.opened[items.row], np.where(items.ended == NEVER, self._at, items.ended)
        for number, own in enumerate(self._policies):
            read_by = known_by(own, self.options.known)
            if read_by is not None:
                known_at = np.where(numbers == number, read_by(opened, known_at), known_at)
        return ReadOn(self._calendar_names(numbers, items.kind, items.priority), known_at)

    def _calendar_names(self, numbers: Ints, kind: Categories, priority: Categories) -> Categories:
        """The name of the calendar that the policy of each ticket has for its kind and priority."""
        whose = Categories(np.where(numbers < 0, -1, numbers), tuple(map(str, range(len(self._policies)))))
        codes, cases = combined([whose, kind, priority])
        names: dict[str, int] = {MAIN: 0}
        of_case = []
        for number, own_kind, own_priority in cases:
            targets = None if number is None else self._policies[int(number)].targets.get(own_kind or "")
            name = MAIN if targets is None else targets.calendar(own_priority, None)
            of_case.append(names.setdefault(name, len(names)))
        return Categories(np.array(of_case, np.int64)[codes], tuple(names))

    def _breach_facts(self, items: Assessments) -> Facts:
        """Breaches by the weekday and hour at which they were due, on the wall clock of the policy's zone."""
        due = items.due[(items.state == _BREACHED) & (items.due != NEVER)]
        hour = due
        if len(due):
            wall = ZoneTable(self._main.calendar.zone, int(due.min()), int(due.max())).to_wall(due)
            weekday = (wall // DAY + 3) % 7  # 1 January 1970 was a Thursday
            hour = weekday * 24 + wall % DAY // HOUR
        return _state_facts("breach", hour, _HOURS)

    def _instants(self, items: Assessments) -> Ints:
        """The instants that periods go by."""
        return {"opened": items.opened, "due": items.due, "resolved": items.ended}[self.options.by]

    def _periods(self, items: Assessments) -> Ints:
        """The start of the period that each item belongs to."""
        return self._starts(self._instants(items))

    def _starts(self, instants: Ints) -> Ints:
        """The start of the period in which each instant lies."""
        periods = self._periods_of(instants)
        starts = np.array([*(to_micros(period.start) for period in periods), NEVER])
        return starts[number_in(periods, instants)]


def standards_of(policy: Policy | PolicyBook) -> Mapping[tuple[int, str], Standard]:
    """The service standards, by the number of the policy that promises each and by its name."""
    return {
        (number, name): standard
        for number, own in enumerate(policies_of(policy))
        for name, standard in own.standards.items()
    }


def _to_first(policy: Policy) -> Policy:
    """A policy whose clock of the resolution ends with the first one, for good."""
    own = policy.measures.get("resolve", MeasureTable())
    first = own.model_copy(update={"cycles": "first"})
    return policy.model_copy(update={"measures": {**policy.measures, "resolve": first}})


def reasons_of(policy: Policy | PolicyBook) -> tuple[str, ...]:
    """The reasons to wait that the policies name."""
    return tuple(dict.fromkeys(reason for own in policies_of(policy) for reason in own.reasons))


def worst_of(misses: Iterable[Miss], most: int) -> list[Miss]:
    """The worst so many: late by most on the service clock, then by the wall clock, then by their ids and cycles."""
    return sorted(misses, key=lambda miss: miss[:4])[:most]


def _state_facts(subject: Subject, state: Ints, states: tuple[str, ...], name: str = "") -> Facts:
    """Facts of which the state is all that is known."""
    size = len(state)
    nothing, never = Categories(np.full(size, -1), ()), np.full(size, NEVER)
    return Facts(subject, name, never, nothing, nothing, Categories(state, states), never, np.full(size, np.nan))


def _worst(source: TicketSource, items: Assessments, most: int) -> list[Miss]:
    """The worst of the breached items."""
    late = np.flatnonzero(items.state == _BREACHED)
    remaining, due = items.remaining[late], items.due[late]
    order = np.lexsort((due, remaining))
    if len(order) > most > 0:  # the worst, and whatever is as bad as the last of them
        last = order[most - 1]
        order = order[: most + int(np.sum((remaining == remaining[last]) & (due == due[last])))]
    rows, cycles = items.row[late[order]], items.cycle[late[order]].tolist()
    fields = zip(remaining[order].tolist(), due[order].tolist(), source.ids(rows), cycles, rows.tolist(), strict=True)
    keys = sorted(fields)[:most]
    return [Miss(left, due, name, cycle, source.ticket(row)) for left, due, name, cycle, row in keys]
