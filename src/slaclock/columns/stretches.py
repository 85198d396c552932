"""The terms that held one after another for tickets with changes: the last ones, and from when they count."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from slaclock.policy.attributes import FIELDS

from .categories import Categories
from .histories import Changes
from .piecewise import Bools, Ints
from .terms import Cases
from .tickets import Tickets

_MOST_TURNS = 64
"""Tickets that changed at more instants are asked alone."""
_CATEGORY = "category"  # an exclusion is a state; it does not change which target is in force


class Earlier(NamedTuple):
    """Terms with a target, each of one row, that held from `since` until others took their place."""

    rows: Ints
    case: Ints
    since: Ints
    until: Ints
    first: Bools

    def of(self, chosen: Bools) -> Earlier:
        """Those of some rows."""
        rows, case, since, until, first = self
        return Earlier(rows[chosen], case[chosen], since[chosen], until[chosen], first[chosen])


class Stretches(NamedTuple):
    """The last terms of the tickets with changes, by the numbers of their cases, a row each.

    They held from `since` on, and those of the `first` priority that a ticket got are measured from the opening.
    `opening` are the cases as the tickets opened, and `earlier` the terms that held before the last, in order.
    `doubtful` rows had a word of which the policy knows nothing, or changed too often, and are asked alone.
    """

    rows: Ints
    case: Ints
    since: Ints
    first: Bools
    opening: Ints
    earlier: tuple[Earlier, ...]
    doubtful: Bools

    def without(self, rows: Bools) -> Stretches:
        """Those of the tickets that are not among some of all."""
        earlier = tuple(turn.of(~rows[turn.rows]) for turn in self.earlier)
        kept = ~rows[self.rows]
        own, case, since, first, opening, _, doubtful = self
        return Stretches(own[kept], case[kept], since[kept], first[kept], opening[kept], earlier, doubtful[kept])


def stretches_of(tickets: Tickets, changes: Changes, cases: Cases, learned: Ints, at: int) -> Stretches:
    """The terms of the tickets with changes, as far as was known by `learned`, an instant for every ticket.

    The first priority that a ticket gets is no change: it holds from when it had none, and for what was done before it.
    """
    turns = _Turns(tickets, changes)
    rows, opened = turns.rows, tickets.opened[turns.rows]
    learned = learned[rows]
    values = {name: turns.opening(name, tickets) for name in FIELDS}
    turns.apply(values, 0, np.ones(len(rows), bool))
    case = opening = _cases(cases, values)
    since, since_untriaged = opened.copy(), opened.copy()
    first = np.zeros(len(rows), bool)
    earlier = []
    by_case = _ByCase.of(cases)
    had_priority = by_case.priority[case] >= 0
    going = by_case.known[case]
    doubtful = ~going | (turns.count > _MOST_TURNS)
    for turn in range(1, min(turns.most, _MOST_TURNS) + 1):
        instant, own = turns.instant(turn)
        after_done = own & (instant > learned)  # after the work was done only its first priority still counts
        ignored = after_done & ((instant > at) | had_priority | ~by_case.untriaged[case])
        going &= ~ignored
        own &= going
        turns.apply(values, turn, own, after_done=after_done)
        chosen = np.flatnonzero(own)
        later = case.copy()
        later[chosen] = _cases(cases, {name: column.take(chosen) for name, column in values.items()})
        by_case = _ByCase.of(cases)
        strange = own & ~by_case.known[later]
        doubtful |= strange
        going &= ~strange
        own &= going
        is_alike = by_case.kind[later] == by_case.kind[case]
        priority, was_untriaged = by_case.priority[later], by_case.untriaged[case]
        is_first = own & (priority >= 0) & ~had_priority
        triaged = is_first & was_untriaged
        another = own & ~triaged & ~(is_alike & (is_first | (priority == by_case.priority[case])))
        ended = np.flatnonzero(another & by_case.has_target[case])
        if len(ended):
            earlier.append(Earlier(rows[ended], case[ended], since[ended], instant[ended], first[ended]))
        since = np.where(triaged, since_untriaged, np.where(another, instant, since))
        since_untriaged = np.where(another & ~was_untriaged, instant, since_untriaged)
        first = np.where(another, is_first, first | is_first)
        had_priority |= own & (priority >= 0)
        case = np.where(own, later, case)
    case = _cases(cases, values, with_category=True)
    doubtful |= ~_ByCase.of(cases).known[case]
    return Stretches(rows, case, since, first, opening, tuple(earlier), doubtful)


class _Turns:
    """The instants at which tickets changed, in order; those of the opening's own instant are number 0."""

    def __init__(self, tickets: Tickets, changes: Changes) -> None:
        number = np.array([FIELDS.index(name) if name in FIELDS else -1 for name in changes.field.names] + [-1])
        field = number[changes.field.codes]
        chosen = np.flatnonzero(field >= 0)
        row, self._at, self._field = changes.row[chosen], changes.at[chosen], field[chosen]
        self._to = changes.to.take(chosen)
        self.rows, self._place = np.unique(row, return_inverse=True)
        is_new_row = np.append(True, row[1:] != row[:-1])[: len(row)]
        is_new = is_new_row | np.append(True, self._at[1:] != self._at[:-1])[: len(row)]
        counted = np.cumsum(is_new & (self._at != tickets.opened[row]))
        before = np.maximum.accumulate(np.where(is_new_row, counted - (self._at != tickets.opened[row]), 0))
        self._turn = counted - before
        self.count = np.zeros(len(self.rows), np.int64)
        np.maximum.at(self.count, self._place, self._turn)
        self.most = int(self.count.max(initial=0))

    def opening(self, name: str, tickets: Tickets) -> Categories:
        """The values of a field as the tickets opened, with the names of all that it is changed to."""
        column = tickets.categories.get(name, Categories(np.full(tickets.count, -1), ())).take(self.rows)
        later = np.unique(self._to.codes[self._field == FIELDS.index(name)])
        names = (self._to.names[code] for code in later.tolist() if code >= 0)
        return Categories(column.codes.copy(), tuple(dict.fromkeys([*column.names, *names])))

    def instant(self, turn: int) -> tuple[Ints, Bools]:
        """When each ticket changed for the so-manieth time, and which did."""
        entries = self._turn == turn
        instant, own = np.zeros(len(self.rows), np.int64), np.zeros(len(self.rows), bool)
        instant[self._place[entries]] = self._at[entries]
        own[self._place[entries]] = True
        return instant, own

    def apply(self, values: dict[str, Categories], turn: int, own: Bools, after_done: Bools | None = None) -> None:
        """Give the fields of some tickets the values that a turn has for them; `after_done` ones stay as they are."""
        entries = (self._turn == turn) & own[self._place]
        for number, name in enumerate(FIELDS):
            chosen = entries & (self._field == number)
            if after_done is not None and name in ("kind", _CATEGORY):
                chosen &= ~after_done[self._place]
            column = values[name]
            number_of = {own: code for code, own in enumerate(column.names)}
            numbers = np.array([number_of.get(own, -1) for own in self._to.names] + [-1])
            column.codes[self._place[chosen]] = numbers[self._to.codes[chosen]]  # of several the last


def _cases(cases: Cases, values: dict[str, Categories], *, with_category: bool = False) -> Ints:
    return cases.numbers({name: column for name, column in values.items() if with_category or name != _CATEGORY})


class _ByCase(NamedTuple):
    """Of each case whether it is known, the numbers of its kind and priority, and what it lacks."""

    known: Bools
    kind: Ints
    priority: Ints
    untriaged: Bools
    has_target: Bools

    @classmethod
    def of(cls, cases: Cases) -> _ByCase:
        kinds: dict[str, int] = {}
        priorities: dict[str | None, int] = {None: -1}
        return cls(
            cases.table(lambda terms: 1, 0) > 0,
            cases.table(lambda terms: kinds.setdefault(terms.kind, len(kinds)), -1),
            cases.table(lambda terms: priorities.setdefault(terms.priority, len(priorities)), -1),
            cases.table(lambda terms: terms.untriaged, 0) > 0,
            cases.table(lambda terms: terms.target is not None, 0) > 0,
        )
