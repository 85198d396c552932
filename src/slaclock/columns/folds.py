"""The cycles of many tickets, folded from their events at once: the mirror of `tickets/cycles`."""

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

    `number` counts those of a ticket from 1.
    """

    row: Ints
    number: Ints
    start: Ints
    done: Ints
    cancelled: Ints

    def of(self, chosen: Ints) -> Cycles:
        """Some of them."""
        return Cycles(*(column[chosen] for column in self))


_NO_CYCLES = Cycles(*(np.zeros(0, np.int64) for _ in Cycles._fields))
# What happens at one instant is in this order: the opening, ends, the cancellation, then the ticket's resolutions (odd
# ranks) and reopenings (even ones) in their own order, and last the starts.
_OPENING, _END, _CANCELLED, _RESOLVED = range(4)


def by_arrays(rule: MeasureRule) -> bool:
    """Whether arrays tell the cycles of a measure; those of all others are asked of one ticket after another."""
    return not rule.holds and rule.next == "event" and rule.oldest == "oldest" and rule.cycles == "each"


class _Marks(NamedTuple):
    """What happened to tickets, in order of row, of time, and of `rank`, by which it is of a kind.

    Ranks below `start` are as listed above; those of `start` are the starts.
    """

    row: Ints
    at: Ints
    rank: NDArray[np.integer[Any]]
    start: int

    def pieces(self) -> list[_Marks]:
        """The same in pieces, in which the marks of a ticket lie together."""
        edges = np.searchsorted(self.row, np.unique(self.row[_PIECE::_PIECE]))
        edges = np.unique(np.concatenate([[0], edges, [len(self.row)]]))
        return [_Marks(self.row[a:b], self.at[a:b], self.rank[a:b], self.start) for a, b in pairwise(edges.tolist())]


_PIECE = 1 << 17
"""So many marks are folded at once, which stay in a processor's cache."""


def cycles_of(tickets: Tickets, rule: MeasureRule, at: int, threads: int | None = None) -> Cycles:
    """The cycles that had begun by `at`, as they were known then."""
    marks = _marks(tickets, rule, at)
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


def _folded(marks: _Marks) -> Cycles:
    """The cycles of the tickets that have some marks."""
    count, rank = len(marks.row), marks.rank
    place = np.arange(count, dtype=np.int32 if count < 1 << 31 else np.int64)
    is_new = np.ones(count, bool)
    np.not_equal(marks.row[1:], marks.row[:-1], out=is_new[1:])
    first = np.maximum.accumulate(np.where(is_new, place, place[:1]))  # where the marks of each ticket begin

    def last(mask: Bools) -> NDArray[np.integer[Any]]:
        """The place of the last mark of the ticket before each that is one of some; -1 where there is none."""
        found: NDArray[np.integer[Any]] = np.maximum.accumulate(np.where(mask, place, -1))
        before = np.append(-1, found[:-1])[:count]
        before[before < first] = -1
        return before

    is_turn = (rank > _END) & (rank < marks.start)
    reopening = is_turn & (rank > _RESOLVED) & (rank % 2 == 0)
    closing = is_turn & ~reopening
    is_open = last(closing) <= (last(reopening) if reopening.any() else -1)
    starts = ((rank == marks.start) & is_open) | (rank == _OPENING)
    ends = (rank == _END) | closing
    started = last(starts)
    chosen = np.flatnonzero(starts & ((started < 0) | (started < last(ends))))
    row = marks.row[chosen]
    # The first end after each start, if it is of the same ticket.
    end_places = np.flatnonzero(ends)
    end = np.append(end_places, count)[np.searchsorted(end_places, chosen, side="right")]
    inside = np.minimum(end, count - 1)
    is_over = (end < count) & (marks.row[inside] == row)
    ended = np.where(is_over, marks.at[inside], NEVER)
    withdrawn = is_over & (rank[inside] == _CANCELLED)
    new_row = np.append(True, row[1:] != row[:-1])[: len(row)]
    number = np.arange(len(row)) - np.maximum.accumulate(np.where(new_row, np.arange(len(row)), 0)) + 1
    done, cancelled = np.where(withdrawn, NEVER, ended), np.where(withdrawn, ended, NEVER)
    return Cycles(row, number, marks.at[chosen], done, cancelled)


def _marks(tickets: Tickets, rule: MeasureRule, at: int) -> _Marks:
    """What had happened by `at`; of what came after a ticket was closed for good, which begins nothing, not all."""
    every, opened, recorded = np.arange(tickets.count), tickets.opened, tickets.micros("responded")
    again = tickets.reopenings
    last = _RESOLVED if again is None else _RESOLVED + 2 * (int(again.turn.max(initial=-1)) + 1)  # the last resolution
    until = np.minimum(_closed_for_good(tickets), at)
    parts: list[tuple[Ints, Ints, Ints | int]] = []  # rows, instants and ranks

    def mark(row: Ints, when: Ints, rank: Ints | int) -> None:
        known = np.flatnonzero((when != NEVER) & (when <= until[row]))
        parts.append((row[known], when[known], rank if isinstance(rank, int) else rank[known]))

    def event(name: str, row: Ints, when: Ints) -> None:
        for names, rank in ((rule.ends, _END), (rule.starts, last + 1)):
            if name in names:
                mark(row, when, rank)

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
    return _Marks(*_in_order(parts, opened), last + 1)


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
    since = [when - opened[row] for row, when, _ in parts]
    bits = [max((int(np.max(column, initial=0)) for column in columns), default=0).bit_length()
            for columns in ([row for row, _, _ in parts], since, [rank for _, _, rank in parts])]  # fmt: skip
    if sum(bits) > 63 or any(len(own) and own.min() < 0 for own in since):
        row, when, rank = (
            np.concatenate([np.zeros(0, np.int64), *columns])
            for columns in ([row for row, _, _ in parts], [when for _, when, _ in parts],
                            [np.broadcast_to(rank, len(row)) for row, _, rank in parts])
        )  # fmt: skip
        places = np.lexsort((rank, when, row))
        return row[places], when[places], rank[places]
    key = np.empty(sum(len(own) for own in since), np.int64)
    place = 0
    for (row, _, part_rank), own in zip(parts, since, strict=True):
        part = key[place : place + len(row)]
        np.left_shift(row, bits[1], out=part)
        part |= own
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


def last_cycles(tickets: Tickets, cycles: Cycles, at: int) -> Judged:
    """The last cycle of every ticket; one that has none stands as it opened, for as long as it is not cancelled."""
    start = tickets.opened.copy()
    done, cancelled = np.full(tickets.count, NEVER), _cancelled_until_now(tickets, at)
    begun = np.zeros(tickets.count, bool)
    row = cycles.row  # in order, so that of several the last stays
    start[row], done[row], cancelled[row], begun[row] = cycles.start, cycles.done, cycles.cancelled, True
    return Judged(start, done, cancelled, begun)


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
    start, done, cancelled, begun = judged
    seen = np.where(done != NEVER, done, np.where(cancelled != NEVER, cancelled, at))
    learned = np.where(done != NEVER, done, at)
    nothing = np.zeros(0, np.int64)
    known = AsOf(
        tickets.reopenings, done, cancelled, seen, learned, np.where(begun, start, seen), (nothing, nothing, nothing),
        np.zeros(tickets.count, bool), begun,
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
