"""Tickets as they were known at an instant: what was done, what had changed, and which pauses stop."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from slaclock.errors import SlaClockError
from slaclock.policy.attributes import check_changing
from slaclock.policy.measures import ENDS, Measure
from slaclock.policy.policy import Policy

from .categories import Categories
from .histories import Changes, Reopenings
from .instants import Instants
from .pause_columns import PauseColumns
from .piecewise import FAR, NEVER, Bools, Ints
from .tickets import CATEGORIES, Tickets

_MOST_REOPENINGS = 16
"""Tickets that were reopened more often are asked alone."""


class Asked(NamedTuple):
    """The instant to judge by, and what is judged."""

    at: int
    measure: Measure


def done_by(instants: Mapping[str, Ints], count: int, at: int, measure: Measure) -> Ints:
    """When the work of so many rows was done, as far as was known at an instant; `NEVER` where it was not.

    A response is done at the resolution where no earlier one is recorded.
    """
    done = np.full(count, NEVER)
    for name in ENDS[measure]:
        if name in instants:
            column = instants[name]
            is_known = (column != NEVER) & (column <= at)
            done = np.where(is_known & ((done == NEVER) | (column < done)), column, done)
    return done


def stopping_pauses(tickets: Tickets, policy: Policy, measure: Measure) -> tuple[PauseColumns | None, Bools | None]:
    """The pauses that stop the measure; and the tickets that a pause is wrong of which does not."""
    pauses, reasons = tickets.pauses, tickets.reasons
    if pauses is None:
        return None, None
    names = () if reasons is None else reasons.names
    codes = np.full(len(pauses), -1) if reasons is None else reasons.codes
    listed = np.array([name in policy.pauses for name in names] + [False])
    stops = np.array([name in policy.pauses and policy.stops(name, measure) for name in names] + [False])
    chosen = stops[codes]
    if chosen.all():
        return pauses, None
    others = pauses.of(~chosen)
    doubtful = ~listed[codes[~chosen]] | _backward(others)
    rows = np.zeros(tickets.count, bool)
    rows[others.row[doubtful]] = True
    return pauses.of(chosen) if chosen.any() else None, rows if doubtful.any() else None


def backward_pauses(tickets: Tickets) -> Bools | None:
    """The tickets of which a pause ends before it starts; None where no ticket has a pause."""
    if tickets.pauses is None:
        return None
    rows = np.zeros(tickets.count, bool)
    rows[tickets.pauses.row[_backward(tickets.pauses)]] = True
    return rows


def _backward(pauses: PauseColumns) -> Bools:
    start, end = (column.chunk(slice(0, len(pauses))) for column in pauses.instants)
    backward: Bools = (end != NEVER) & (end < start)
    return backward


@dataclass(frozen=True)
class AsOf:
    """What tickets with a history had come to by an instant, a row each.

    `tickets` have the categories that held then; `done` and `cancelled` are `NEVER` where a ticket was neither; `seen`
    is the instant to judge by; `doubtful` rows are those that are asked alone. `gaps` are the times for which a ticket
    was not open, each ended by a reopening, in which the clock stands still.
    """

    tickets: Tickets
    done: Ints
    cancelled: Ints
    seen: Ints
    doubtful: Bools
    gaps: tuple[Ints, Ints, Ints]

    def pauses(self, pauses: PauseColumns | None) -> PauseColumns | None:
        """The pauses that stop the clock, with the gaps, none of them longer than to the resolution that ended it."""
        row, start, end = self.gaps
        if pauses is not None:
            own = waits(pauses, self.tickets.reopenings, self.seen)
            row, start, end = (np.concatenate(parts) for parts in zip(own, self.gaps, strict=True))
        return pause_columns(row, start, end)


def pause_columns(row: Ints, start: Ints, end: Ints) -> PauseColumns | None:
    """Pauses of rows as columns; None where there are none."""
    if not len(row):
        return None
    return PauseColumns(row, *(Instants(column.view("M8[us]"), size=len(row)) for column in (start, end)))


def waits(pauses: PauseColumns, reopenings: Reopenings | None, seen: Ints) -> tuple[Ints, Ints, Ints]:
    """The rows, starts and ends of pauses; a resolution known at what was seen ends every one that it finds open."""
    start, end = (column.chunk(slice(0, len(pauses))) for column in pauses.instants)
    if reopenings is None:
        return pauses.row, start, end
    end = np.where(end == NEVER, FAR, end)
    for resolved, _ in by_turn(reopenings, len(seen)):
        at = np.where(resolved <= seen, resolved, NEVER)[pauses.row]
        end = np.where((at != NEVER) & (start <= at) & (at < end), at, end)
    return pauses.row, start, np.where(end == FAR, NEVER, end)


def by_turn(reopenings: Reopenings, count: int) -> Iterator[tuple[Ints, Ints]]:
    """The first, second, ... resolution of each row with its reopening, `NEVER` where a row has no more."""
    for turn in range(min(int(reopenings.turn.max(initial=-1)) + 1, _MOST_REOPENINGS)):
        own = reopenings.turn == turn
        columns = np.full((2, count), NEVER)
        columns[:, reopenings.row[own]] = reopenings.resolved[own], reopenings.reopened[own]
        yield columns[0], columns[1]


def often_reopened(reopenings: Reopenings, count: int) -> Bools:
    """The rows that were reopened more often than the arrays look at, which are asked alone."""
    rows = np.zeros(count, bool)
    rows[reopenings.row[reopenings.turn >= _MOST_REOPENINGS]] = True
    return rows


def as_of(tickets: Tickets, policy: Policy, asked: Asked) -> AsOf | None:
    """The tickets as of an instant; None where none has a history, so that its columns say all."""
    if tickets.changes is None and tickets.reopenings is None and "cancelled" not in tickets.instants:
        return None
    count = tickets.count
    instants = {name: np.asarray(column.chunk(slice(0, count))) for name, column in tickets.instants.items()}
    doubtful = np.zeros(count, bool)
    done = done_by(instants, count, asked.at, asked.measure)
    reopened = np.full(count, NEVER)  # the last reopening that was known
    if tickets.reopenings is not None:
        history = tickets.reopenings
        _doubt_order(history, instants, doubtful)
        is_known = history.resolved <= asked.at
        if asked.measure == "resolve":
            stands = is_known & (history.reopened > asked.at)  # the resolution that holds: of several the first
            done[history.row[stands][::-1]] = history.resolved[stands][::-1]
        else:
            first = np.full(count, FAR)
            np.minimum.at(first, history.row[is_known], history.resolved[is_known])
            responded = instants.get("responded", np.full(count, NEVER))
            responded = np.where((responded != NEVER) & (responded <= asked.at), responded, FAR)
            done = np.where(first < FAR, np.minimum(first, responded), done)
        np.maximum.at(reopened, history.row, np.where(history.reopened <= asked.at, history.reopened, NEVER))
        doubtful |= often_reopened(history, count)
    cancelled = instants.get("cancelled", np.full(count, NEVER))
    cancelled = np.where((cancelled <= asked.at) & (reopened < cancelled), cancelled, NEVER)
    withdrawn = (cancelled != NEVER) & ((done == NEVER) | (done >= cancelled))
    if asked.measure == "respond" and "responded" in instants:
        withdrawn &= ~((done == cancelled) & (instants["responded"] == cancelled))
    done = np.where(withdrawn, NEVER, done)
    cancelled = np.where(withdrawn, cancelled, NEVER)
    seen = np.where(done != NEVER, done, np.where(withdrawn, cancelled, asked.at))
    gaps = _gaps(tickets, policy, asked.measure, seen, doubtful)
    learned = np.where(done != NEVER, done, asked.at)  # what changes after the work was done leaves it as it is
    _doubt_changes(tickets, policy, asked.at, learned, doubtful)
    categories = _categories(tickets, learned)
    return AsOf(replace(tickets, categories=categories), done, cancelled, seen, doubtful, gaps)


def _doubt_order(history: Reopenings, instants: Mapping[str, Ints], doubtful: Bools) -> None:
    """Reopenings that cannot be so make their rows doubtful; asked alone these say what is wrong."""
    row, resolved, reopened = history.row, history.resolved, history.reopened
    before = np.where(history.turn == 0, instants["opened"][row], history.before)
    doubtful[row[(resolved == NEVER) | (reopened == NEVER) | (reopened < resolved) | (resolved < before)]] = True
    if "resolved" in instants:
        final = instants["resolved"][row]
        doubtful[row[(final != NEVER) & (final < reopened)]] = True


def _gaps(tickets: Tickets, policy: Policy, measure: Measure, seen: Ints, doubtful: Bools) -> tuple[Ints, Ints, Ints]:
    """The times for which tickets were not open; where a reopening starts the clock afresh, rows are doubted.

    Each is from a resolution, or a cancellation before it, to the reopening.
    """
    history = tickets.reopenings
    nothing = np.zeros(0, np.int64)
    if history is None or measure != "resolve":
        return nothing, nothing, nothing
    chosen = history.reopened <= seen[history.row]
    if policy.rules.reopening == "restart":
        doubtful[history.row[chosen]] = True
    start = history.resolved
    if "cancelled" in tickets.instants:
        withdrawn = tickets.instants["cancelled"].take(history.row)
        start = np.where((history.before < withdrawn) & (withdrawn < start), withdrawn, start)
    return history.row[chosen], start[chosen], history.reopened[chosen]


def _doubt_changes(tickets: Tickets, policy: Policy, at: int, learned: Ints, doubtful: Bools) -> None:
    """Rows whose changes the arrays do not judge are doubted: asked alone these are judged, or say what is wrong."""
    history = tickets.changes
    if history is None:
        return
    row, instant, field = history.row, history.at, history.field.codes
    opened = tickets.instants["opened"].take(row)
    kindless = (field == history.field.number("kind")) & (history.to.codes < 0)
    known = np.array([*map(_may_change, history.field.names), False])
    doubtful[row[(instant == NEVER) | (instant < opened) | kindless | ~known[field]]] = True
    came, is_known = instant <= at, instant <= learned[row]
    deciding = np.array([name in ("kind", "priority", "impact", "urgency") for name in history.field.names] + [False])
    doubtful[row[came & deciding[field] & ~_safe(history, policy)]] = True
    # The first priority of work that was done before it, and every rule but the plain one.
    triaged = np.zeros(tickets.count, bool)
    if "priority" in tickets.categories:
        triaged = tickets.categories["priority"].codes >= 0
    doubtful[row[came & deciding[field] & ~triaged[row]]] = True
    if policy.rules.priority_change != "from-opening" or policy.rules.breach == "stands":
        doubtful[row[is_known & deciding[field]]] = True


def _may_change(field: str) -> bool:
    """Whether a change may be of a field."""
    try:
        check_changing(field)
    except SlaClockError:
        return False
    return True


def _categories(tickets: Tickets, learned: Ints) -> dict[str, Categories]:
    """The categories that held when the last of them was learned that matters."""
    categories, history = dict(tickets.categories), tickets.changes
    if history is None:
        return categories
    is_known = history.at <= learned[history.row]
    nothing = Categories(np.full(tickets.count, -1), ())
    for name in CATEGORIES:
        if name in categories or name in history.field.names:
            categories[name] = changed(categories.get(name, nothing), name, history, is_known)
    return categories


def changed(column: Categories, name: str, history: Changes, is_known: Bools) -> Categories:
    """The column of a field after those of its changes that are known, of several the last."""
    chosen = np.flatnonzero(is_known & (history.field.codes == history.field.number(name)))
    if not len(chosen):
        return column
    number = {value: index for index, value in enumerate(column.names)}
    numbers = np.array([number.setdefault(value, len(number)) for value in history.to.names] + [-1])
    codes = column.codes.copy()
    codes[history.row[chosen]] = numbers[history.to.codes[chosen]]
    return Categories(codes, tuple(number))


def _safe(history: Changes, policy: Policy) -> Bools:
    """The changes to a priority that every kind with priorities knows, or to none."""
    listed = [set(targets.priorities) for targets in policy.targets.values() if targets.priorities]
    common = set.intersection(*listed) if listed else set()
    is_priority = history.field.codes == history.field.number("priority")
    known = np.array([name in common for name in history.to.names] + [True])
    safe: Bools = is_priority & known[history.to.codes]
    return safe
