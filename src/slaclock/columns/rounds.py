"""Cycles whose starts depend on how the one before them stood, of all tickets at once: one round a cycle, or a start.

Where the next cycle begins at a due date (`next = "due"`), and whether a start that comes again begins a cycle anew
(`from = "newest"`), is for the policy to say, which is asked once a round for all tickets that go on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from slaclock.policy.measures import MeasureRule

from .folds import Cycles, KnownCycles, Marks, marks_of
from .piecewise import NEVER, Bools, Ints
from .tickets import Tickets

_MOST_ROUNDS = 128
"""Tickets that need more are asked alone."""


class Stood(NamedTuple):
    """When cycles were due, `NEVER` where they have no due date, which were breached, and which cannot be told."""

    due: Ints
    breached: Bools
    doubtful: Bools


Judge = Callable[[Cycles], Stood]
"""How cycles stood as they were done."""


def cycles_by_rounds(tickets: Tickets, rule: MeasureRule, at: int, judge: Judge) -> KnownCycles:
    """The cycles that had begun by `at`, as they were known then."""
    return _Rounds(tickets, rule, at, judge).cycles()


class _Going(NamedTuple):
    """Tickets that go on: the cycle that each is in, and the mark from which on something may end it."""

    row: Ints
    start: Ints
    after_due: Bools
    place: Ints

    def of(self, chosen: Bools | Ints) -> _Going:
        """Some of them."""
        return _Going(self.row[chosen], self.start[chosen], self.after_due[chosen], self.place[chosen])


class _Rounds:
    """The work on the marks of tickets."""

    def __init__(self, tickets: Tickets, rule: MeasureRule, at: int, judge: Judge) -> None:
        self._rule, self._at, self._judge = rule, at, judge
        self._marks: Marks = marks_of(tickets, rule, at)
        self._alone = np.zeros(tickets.count, bool)
        kinds = self._marks.kinds()
        self._first = kinds.first
        self._starts, self._ends, self._closings = map(_next_places, (kinds.starts, kinds.ends, kinds.closings))
        self._parts: list[Cycles] = []

    def cycles(self) -> KnownCycles:
        """The cycles of all tickets, and those that are asked alone."""
        first = np.flatnonzero(self._first == np.arange(len(self._first)))
        row = self._marks.row[first]
        going = self._started(row, self._next(self._starts, first - 1, row))
        for _ in range(_MOST_ROUNDS):
            if not len(going.row):
                break
            going = self._round(going)
        self._alone[going.row] = True
        return KnownCycles(Cycles.joined(self._parts), self._alone)

    def _round(self, going: _Going) -> _Going:
        """One step of each ticket: the end of its cycle, or a start that comes again."""
        marks = self._marks
        end = self._next(self._ends, going.place, going.row)
        again = np.full(len(end), -1)
        if self._rule.oldest == "newest":
            again = self._next(self._starts, going.place, going.row)
            again = np.where((again >= 0) & ((end < 0) | (again < end)), again, -1)
        restarts, ended = again >= 0, (again < 0) & (end >= 0)
        answered = ended & marks.answers[end]
        asked = restarts | (answered & (self._rule.next == "due"))
        stood = self._stood(going, np.where(restarts, again, end), asked)
        goes_on = ~stood.doubtful
        anew = restarts & ~stood.breached
        kept = going.of(restarts & goes_on)
        kept = kept._replace(
            start=np.where(anew, marks.at[again], going.start)[restarts & goes_on],
            after_due=(going.after_due & ~anew)[restarts & goes_on],
            place=again[restarts & goes_on],
        )
        over = ~restarts & goes_on
        self._add(going.of(over), end[over])
        pending = np.where(answered & (stood.due >= marks.at[end]), stood.due, NEVER)
        later = ended & goes_on
        return _joined([kept, self._following(going.row[later], end[later], pending[later])])

    def _following(self, row: Ints, end: Ints, pending: Ints) -> _Going:
        """The cycles that follow ended ones: at the due date that is `pending`, or at the next start."""
        marks = self._marks
        closing = self._next(self._closings, end, row)
        waits = pending != NEVER
        closed = waits & (closing >= 0) & (marks.at[closing] <= pending)
        begins = waits & ~closed
        known = begins & (pending <= self._at)
        by_due = _Going(row[known], pending[known], np.ones(np.count_nonzero(known), bool), end[known])
        by_due = by_due._replace(place=self._last_until(by_due.row, by_due.place, by_due.start))
        after = np.where(closed, closing, end)[~begins]
        return _joined([by_due, self._started(row[~begins], self._next(self._starts, after, row[~begins]))])

    def _started(self, row: Ints, place: Ints) -> _Going:
        """The cycles that marks start, of those tickets that have one."""
        begun = place >= 0
        row, place = row[begun], place[begun]
        return _Going(row, self._marks.at[place], np.zeros(len(row), bool), place)

    def _stood(self, going: _Going, place: Ints, asked: Bools) -> Stood:
        """How the cycles stood at some marks; of those that are not asked about nothing."""
        count = len(going.row)
        stood = Stood(np.full(count, NEVER), np.zeros(count, bool), np.zeros(count, bool))
        chosen = np.flatnonzero(asked)
        if len(chosen):
            some, done = going.of(chosen), self._marks.at[place[chosen]]
            one, never = np.ones(len(chosen), np.int64), np.full(len(chosen), NEVER)
            answers = self._judge(Cycles(some.row, one, some.start, done, never, some.after_due))
            for whole, part in zip(stood, answers, strict=True):
                whole[chosen] = part
            self._alone[going.row[stood.doubtful]] = True
        return stood

    def _add(self, going: _Going, end: Ints) -> None:
        """Take cycles with the marks that ended them, -1 where none has."""
        at = np.where(end >= 0, self._marks.at[end], NEVER)
        withdrawn = (end >= 0) & self._marks.withdraws[end]
        done, cancelled = np.where(withdrawn, NEVER, at), np.where(withdrawn, at, NEVER)
        number = np.full(len(at), len(self._parts))  # in order; `joined` numbers them from 1
        self._parts.append(Cycles(going.row, number, going.start, done, cancelled, going.after_due))

    def _next(self, next_places: NDArray[np.integer[Any]], place: Ints, row: Ints) -> Ints:
        """The first mark of a kind after each place that is of the same ticket; -1 where there is none."""
        following = next_places[place + 1]
        count = len(self._marks.row)
        inside = np.minimum(following, count - 1)
        return np.where((following < count) & (self._marks.row[inside] == row), following, -1)

    def _last_until(self, row: Ints, place: Ints, until: Ints) -> Ints:
        """The last mark of a ticket from a place on that comes no later than an instant."""
        low, high = place.copy(), np.searchsorted(self._marks.row, row, side="right") - 1
        while (low < high).any():
            middle = (low + high + 1) // 2
            early = self._marks.at[middle] <= until
            low, high = np.where(early, middle, low), np.where(early, high, middle - 1)
        return low


def _next_places(mask: Bools) -> NDArray[np.integer[Any]]:
    """The first place from each on that is one of some; the number of all where there is none."""
    count = len(mask)
    dtype = np.int32 if count < (1 << 31) - 1 else np.int64
    places = np.full(count + 1, count, dtype)
    np.copyto(places[:-1], np.arange(count, dtype=dtype), where=mask)
    return np.minimum.accumulate(places[::-1])[::-1]


def _joined(parts: list[_Going]) -> _Going:
    return _Going(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))
