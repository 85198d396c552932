"""The cycles of many tickets, folded from their events at once: the mirror of `tickets/folds`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from slaclock.policy.measures import MeasureRule

from .as_of import AsOf, cancelled_before, first_answers
from .categories import Categories
from .instants import Instants
from .piecewise import FAR, NEVER, Bools, Ints
from .threads import all_of, workers
from .tickets import CATEGORIES, Tickets


class Cycles(NamedTuple):
    """The cycles of tickets in order of row and then of time: `NEVER` where one is neither done nor cancelled.

    `number` counts those of a ticket from 1; those `after_due` start at the due date of the one before.
    """

    row: Ints
    number: Ints
    start: Ints
    done: Ints
    cancelled: Ints
    after_due: Bools

    @classmethod
    def joined(cls, parts: Sequence[Cycles]) -> Cycles:
        """Cycles in parts, numbered in the order of their numbers."""
        row, number, start, done, cancelled, after_due = (
            np.concatenate(columns) for columns in zip(_NO_CYCLES, *parts, strict=True)
        )
        bits = int(number.max(initial=0)).bit_length()
        cycles = cls(row, number, start, done, cancelled, after_due).of(np.argsort((row << bits) | number))
        return cycles._replace(number=_numbers(cycles.row))

    def of(self, chosen: Ints) -> Cycles:
        """Some of them."""
        return Cycles(
            self.row[chosen], self.number[chosen], self.start[chosen], self.done[chosen], self.cancelled[chosen],
            self.after_due[chosen],
        )  # fmt: skip


_NOTHING = np.zeros(0, np.int64)
_NO_CYCLES = Cycles(_NOTHING, _NOTHING, _NOTHING, _NOTHING, _NOTHING, np.zeros(0, bool))


class FoldedCycles(NamedTuple):
    """The cycles of tickets, and the tickets of which arrays do not tell them, which are asked `alone`."""

    cycles: Cycles
    alone: Bools


# What happens at one instant is in this order: the opening, ends (first those that are starts too, as an answer is),
# the cancellation, then the ticket's resolutions (even ranks) and reopenings (odd ones) in their own order, and last
# the starts.
_OPENING, _ANSWER, _END, _CANCELLED, _RESOLVED = range(5)


def by_arrays(rule: MeasureRule) -> bool:
    """Whether arrays tell the cycles of a measure; those of all others are asked of one ticket after another."""
    return not rule.holds and rule.next != "grid" and rule.cycles == "each"


class Marks(NamedTuple):
    """What happened to tickets, in order of row, of time, and of `rank`, by which it is of a kind.

    Ranks below `start` are as listed above; those of `start` are the starts.
    """

    row: Ints
    at: Ints
    rank: NDArray[np.integer[Any]]
    start: int

    @property
    def answers(self) -> Bools:
        """Those that end a cycle and may start the next."""
        answers: Bools = self.rank == _ANSWER
        return answers

    @property
    def withdraws(self) -> Bools:
        """Those that cancel the ticket."""
        withdraws: Bools = self.rank == _CANCELLED
        return withdraws

    def kinds(self) -> _Kinds:
        """Which of them start a cycle, end one, and close the ticket."""
        rank, kinds = self.rank, _Kinds.of(self.row)
        is_turn = (rank > _END) & (rank < self.start)
        reopening = is_turn & (rank > _RESOLVED) & (rank % 2 == 1)
        closings = is_turn & ~reopening
        is_open = kinds.last(closings) <= (kinds.last(reopening) if reopening.any() else -1)
        starts = ((rank == self.start) & is_open) | (rank == _OPENING)
        return kinds._replace(starts=starts, ends=(rank == _ANSWER) | (rank == _END) | closings, closings=closings)

    def pieces(self) -> list[Marks]:
        """The same in pieces, in which the marks of a ticket lie together."""
        edges = np.searchsorted(self.row, np.unique(self.row[_PIECE::_PIECE]))
        edges = np.unique(np.concatenate([[0], edges, [len(self.row)]]))
        return [Marks(self.row[a:b], self.at[a:b], self.rank[a:b], self.start) for a, b in pairwise(edges.tolist())]


class _Kinds(NamedTuple):
    """Which marks of tickets start a cycle, end one and close the ticket; and where those of its ticket begin."""

    first: NDArray[np.integer[Any]]
    starts: Bools
    ends: Bools
    closings: Bools

    @classmethod
    def of(cls, row: Ints) -> _Kinds:
        """Marks that are of no kind."""
        count = len(row)
        place = np.arange(count, dtype=np.int32 if count < 1 << 31 else np.int64)
        is_new = np.ones(count, bool)
        np.not_equal(row[1:], row[:-1], out=is_new[1:])
        nothing = np.zeros(count, bool)
        return cls(np.maximum.accumulate(np.where(is_new, place, place[:1])), nothing, nothing, nothing)

    def last(self, mask: Bools) -> NDArray[np.integer[Any]]:
        """The place of the last mark of the ticket before each that is one of some; -1 where there is none."""
        count = len(mask)
        place = np.arange(count, dtype=self.first.dtype)
        last: NDArray[np.integer[Any]] = np.maximum.accumulate(np.where(mask, place, -1))
        before = np.append(-1, last[:-1])[:count]
        before[before < self.first] = -1
        return before


_PIECE = 1 << 17
"""So many marks are folded at once, which stay in a processor's cache."""


def cycles_of(tickets: Tickets, rule: MeasureRule, at: int, threads: int | None = None) -> Cycles:
    """The cycles that had begun by `at`, as they were known then."""
    marks = marks_of(tickets, rule, at)
    pieces = marks.pieces()
    folded: list[Cycles] = [_NO_CYCLES] * len(pieces)

    def fold(numbers: range) -> None:
        for number in numbers:
            folded[number] = _folded(pieces[number])

    count = min(workers(threads), len(pieces))
    if count > 1:
        all_of([partial(fold, range(first, len(pieces), count)) for first in range(count)])
    else:
        fold(range(len(pieces)))
    return Cycles(*(np.concatenate(columns) for columns in zip(_NO_CYCLES, *folded, strict=True)))


def _folded(marks: Marks) -> Cycles:
    """The cycles of the tickets that have some marks."""
    kinds, count = marks.kinds(), len(marks.row)
    before = kinds.last(kinds.starts | kinds.ends)  # a start begins a cycle after an end, or as the first
    chosen = np.flatnonzero(kinds.starts & ((before < 0) | kinds.ends[before]))
    row = marks.row[chosen]
    # The first end after each start, if it is of the same ticket.
    end_places = np.flatnonzero(kinds.ends)
    end = np.append(end_places, count)[np.searchsorted(end_places, chosen, side="right")]
    inside = np.minimum(end, count - 1)
    is_over = (end < count) & (marks.row[inside] == row)
    ended = np.where(is_over, marks.at[inside], NEVER)
    withdrawn = is_over & marks.withdraws[inside]
    done, cancelled = np.where(withdrawn, NEVER, ended), np.where(withdrawn, ended, NEVER)
    return Cycles(row, _numbers(row), marks.at[chosen], done, cancelled, np.zeros(len(row), bool))


def _numbers(row: Ints) -> Ints:
    """The number of each entry, from 1, among those of its row, which stand together."""
    place = np.arange(len(row))
    is_new = np.append(True, row[1:] != row[:-1])[: len(row)]
    return place - np.maximum.accumulate(np.where(is_new, place, 0)) + 1


def marks_of(tickets: Tickets, rule: MeasureRule, at: int) -> Marks:
    """What had happened by `at`; of what came after a ticket was closed for good, which begins nothing, not all."""
    every, opened, recorded = np.arange(tickets.count), tickets.opened, tickets.micros("responded")
    again = tickets.reopenings
    last = _RESOLVED if again is None else _RESOLVED + 2 * (int(again.turn.max(initial=-1)) + 1)  # the last resolution
    until = np.minimum(_closed_for_good(tickets), at)
    parts: list[tuple[Ints, Ints, Ints | int]] = []  # rows, times since the opening, and ranks

    def mark(row: Ints, when: Ints, *ranks: Ints | int) -> None:
        known = (when != NEVER) & (when <= until[row])
        row, when = row[known], when[known]
        since = when - opened[row]
        parts.extend((row, since, rank if isinstance(rank, int) else rank[known]) for rank in ranks)

    def event(name: str, row: Ints, when: Ints) -> None:
        ends = [_ANSWER if name in rule.starts else _END] if name in rule.ends else []
        mark(row, when, *ends, *([last + 1] if name in rule.starts else []))

    if "opened" in rule.starts:
        mark(every, opened, _OPENING)
    event("answered", every, recorded)
    first = recorded
    if rule.after_response or "responded" in (*rule.starts, *rule.ends):
        first = _first_responses(tickets, recorded)
        event("responded", every, first)
    if tickets.events is not None:
        for code, name in enumerate(tickets.events.name.names):
            if name not in rule.starts and name not in rule.ends:
                continue
            chosen = tickets.events.name.codes == code
            row, when = tickets.events.row[chosen], tickets.events.at[chosen]
            if name == "asked" and rule.after_response:  # before the first response it is what that responds to
                later = (first[row] != NEVER) & (when >= first[row])
                row, when = row[later], when[later]
            event(name, row, when)
    mark(every, tickets.micros("cancelled"), _CANCELLED)
    if again is not None:
        mark(again.row, again.resolved, _RESOLVED + 2 * again.turn)
        mark(again.row, again.reopened, _RESOLVED + 2 * again.turn + 1)
        event("reopened", again.row, again.reopened)
    mark(every, tickets.micros("resolved"), last)
    return Marks(*_in_order(parts, opened), last + 1)


def _closed_for_good(tickets: Tickets) -> Ints:
    """When tickets were closed that were never reopened; `FAR` for all others."""
    closed = np.full(tickets.count, FAR)
    for name in ("resolved", "cancelled"):
        when = tickets.micros(name)
        np.minimum(closed, when, out=closed, where=when != NEVER)
    if tickets.reopenings is not None:
        closed[tickets.reopenings.row] = FAR
    return closed


def _in_order(
    parts: Sequence[tuple[Ints, Ints, Ints | int]], opened: Ints
) -> tuple[Ints, Ints, NDArray[np.integer[Any]]]:
    """Marks in order of row, of time and of rank; where it fits, by one number for each, which sorts far faster."""
    columns: tuple[Sequence[Any], ...] = tuple(zip(*parts, strict=True))
    bits = [max(int(np.max(column, initial=0)) for column in same).bit_length() for same in columns]
    if sum(bits) > 63 or any(len(since) and since.min() < 0 for _, since, _ in parts):
        whole = [(row, since, np.broadcast_to(rank, len(row))) for row, since, rank in parts]
        row, since, rank = (np.concatenate(same) for same in zip(*whole, strict=True))
        places = np.lexsort((rank, since, row))
        return row[places], since[places] + opened[row[places]], rank[places]
    key = np.empty(sum(len(row) for row, _, _ in parts), np.int64)
    place = 0
    for row, since, part_rank in parts:
        part = key[place : place + len(row)]
        np.left_shift(row, bits[1], out=part)
        part |= since
        part <<= bits[2]
        part |= part_rank
        place += len(row)
    key.sort()
    rank = (key & ((1 << bits[2]) - 1)).astype(np.int16 if bits[2] < 16 else np.int64)
    key >>= bits[2]
    row = key >> bits[1]
    key &= (1 << bits[1]) - 1
    key += opened[row]
    return row, key, rank


def _last_reopened(tickets: Tickets) -> Ints:
    """When tickets were reopened for the last time; `NEVER` where they were not."""
    last = np.full(tickets.count, NEVER)
    if tickets.reopenings is not None:
        np.maximum.at(last, tickets.reopenings.row, tickets.reopenings.reopened)
    return last


def _first_responses(tickets: Tickets, recorded: Ints) -> Ints:
    """When each ticket was first answered or resolved, which is a response; `NEVER` where it was neither."""
    answered = recorded if tickets.events is None else first_answers(tickets.events, recorded)
    first = np.where(answered == NEVER, FAR, answered)
    if "resolved" in tickets.instants:
        resolved, cancelled = (tickets.micros(name) for name in ("resolved", "cancelled"))
        withdrawn = (cancelled != NEVER) & (cancelled <= resolved) & (_last_reopened(tickets) < cancelled)
        first = np.minimum(first, np.where((resolved == NEVER) | withdrawn, FAR, resolved))
    if tickets.reopenings is not None:
        answers = ~cancelled_before(tickets, tickets.reopenings)
        np.minimum.at(first, tickets.reopenings.row[answers], tickets.reopenings.resolved[answers])
    return np.where(first == FAR, NEVER, first)


class Judged(NamedTuple):
    """A cycle of each ticket: where it starts, when it was done or cancelled, and of which one has begun."""

    start: Ints
    done: Ints
    cancelled: Ints
    begun: Bools
    after_due: Bools


def last_cycles(tickets: Tickets, cycles: Cycles, at: int) -> Judged:
    """The last cycle of every ticket; one that has none stands as it opened, for as long as it is not cancelled."""
    start = tickets.opened.copy()
    done, cancelled = np.full(tickets.count, NEVER), _cancelled_until_now(tickets, at)
    begun, after_due = np.zeros(tickets.count, bool), np.zeros(tickets.count, bool)
    row = cycles.row  # in order, so that of several the last stays
    start[row], done[row], cancelled[row], begun[row] = cycles.start, cycles.done, cycles.cancelled, True
    after_due[row] = cycles.after_due
    return Judged(start, done, cancelled, begun, after_due)


def _cancelled_until_now(tickets: Tickets, at: int) -> Ints:
    """When the tickets were cancelled, where that holds at an instant; `NEVER` where it does not."""
    cancelled = tickets.micros("cancelled")
    holds = (cancelled != NEVER) & (cancelled <= at)
    if tickets.reopenings is not None:
        reopened = tickets.reopenings.reopened
        ends = (reopened <= at) & (cancelled[tickets.reopenings.row] <= reopened)
        holds[tickets.reopenings.row[ends]] = False
    return np.where(holds, cancelled, NEVER)


def as_of_cycles(tickets: Tickets, judged: Judged, at: int) -> tuple[Tickets, AsOf]:
    """The tickets as if each had opened where its cycle starts, with what held then; and what was known of them."""
    start, done, cancelled, begun, after_due = judged
    seen = np.where(done != NEVER, done, np.where(cancelled != NEVER, cancelled, at))
    learned = np.where(done != NEVER, done, at)
    nothing = np.zeros(0, np.int64)
    known = AsOf(
        tickets.reopenings, done, cancelled, seen, learned, np.where(begun, start, seen), (nothing, nothing, nothing),
        np.zeros(tickets.count, bool), begun, after_due if after_due.any() else None,
    )  # fmt: skip
    categories, changes = dict(tickets.categories), tickets.changes
    if changes is not None:
        before = changes.at <= start[changes.row]
        missing = Categories(np.full(tickets.count, -1), ())
        categories = {
            name: changes.applied(categories.get(name, missing), name, before)
            for name in CATEGORIES
            if name in categories or name in changes.field.names
        }
        changes = changes.chosen(~before)
    instants = {**tickets.instants, "opened": Instants(start.view("M8[us]"), size=tickets.count)}
    some = replace(tickets, instants=instants, categories=categories, changes=changes, since=tickets.opened)
    return some, known
