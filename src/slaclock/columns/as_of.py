"""Tickets as they were known at an instant: what was done, what had changed, and which pauses stop."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import numpy as np

from slaclock.errors import SlaClockError
from slaclock.policy.attributes import check_changing
from slaclock.policy.measures import OWN_EVENTS, RULES, Measure, MeasureRule
from slaclock.policy.policy import Policy
from slaclock.temporal.instants import InstantLike, instant_of, to_micros
from slaclock.tickets.knowledge import Known, KnownLike, checked_known

from .histories import Events, Reopenings
from .instants import Instants, out_of_range
from .pause_columns import PauseColumns
from .piecewise import FAR, NEVER, Bools, Ints
from .tickets import Tickets

_MOST_REOPENINGS = 16
"""Tickets that were reopened more often are asked alone."""


def is_one_clock(measure: Measure, rule: MeasureRule) -> bool:
    """Whether a measure is that of the response or the resolution, one clock each, as every policy has it."""
    return measure in ("respond", "resolve") and rule._replace(pauses=None) == RULES[measure]


class Asked(NamedTuple):
    """The instant to judge by, what is judged, and by what was known of calendars, if not as the policy says."""

    at: int
    measure: Measure
    known: Known | datetime | None = None

    @classmethod
    def of(cls, at: InstantLike, measure: Measure, known: KnownLike | None = None) -> Asked:
        """What is asked for, checked."""
        return cls(to_micros(instant_of(at)), measure, None if known is None else checked_known(known))


def done_by(instants: Mapping[str, Ints], count: int, at: int, measure: Measure) -> Ints:
    """When the work of so many rows was done, as far as was known at an instant; `NEVER` where it was not.

    A response is done at the resolution where no earlier one is recorded.
    """
    done = np.full(count, NEVER)
    for name in ("responded", "resolved") if measure == "respond" else ("resolved",):
        if name in instants:
            column = instants[name]
            is_known = (column != NEVER) & (column <= at)
            done = np.where(is_known & ((done == NEVER) | (column < done)), column, done)
    return done


def stopping_pauses(
    tickets: Tickets, policy: Policy, stopped_by: Sequence[Sequence[str]], of_rows: Ints | None = None
) -> tuple[PauseColumns | None, Bools | None]:
    """The pauses that stop the rows' clocks; and the tickets that a pause is wrong of which does not.

    `stopped_by` are lists of reasons, and `of_rows` the number of each row's, where there are several.
    """
    pauses, reasons = tickets.pauses, tickets.reasons
    if pauses is None:
        return None, None
    names = () if reasons is None else reasons.names
    codes = np.full(len(pauses), -1) if reasons is None else reasons.codes
    listed = np.array([name in policy.reasons for name in names] + [False])
    stops = np.array([[name in reasons for name in names] + [False] for reasons in stopped_by])
    chosen = stops[0][codes] if of_rows is None else stops[of_rows[pauses.row], codes]
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
    """What tickets with a reopenings had come to by an instant, a row each, as far as their columns and reopenings say.

    It asks no policy, but for whether a reopening restarts the clock. Terms, and the pauses that stop the clock, come
    with `TicketsAsOf`, which writes into `start` and `doubtful` what changes do to them.

    `done` and `cancelled` are `NEVER` where a ticket was neither; `seen` is the instant to judge by, and `learned` the
    one until which their changes matter; `start` is where their clocks start: the opening, or a reopening that starts
    them afresh. `gaps` are the rows, starts and ends of the times for which a ticket was not open, each to its
    reopening or to what is `seen`, in which the clock stands still. `begun` are those of which a cycle has begun; None
    where that is of all. `after_due` are those that start at the due date of the cycle before, None where none does.
    `doubtful` rows are those that are asked alone.
    """

    reopenings: Reopenings | None
    done: Ints
    cancelled: Ints
    seen: Ints
    learned: Ints
    start: Ints
    gaps: tuple[Ints, Ints, Ints]
    doubtful: Bools
    begun: Bools | None = None
    after_due: Bools | None = None

    def pauses(self, pauses: PauseColumns | None) -> PauseColumns | None:
        """The pauses that stop the clock, with the gaps, none of them longer than to the resolution that ended it."""
        row, start, end = self.gaps
        if pauses is not None:
            own = waits(pauses, self.reopenings, self.seen)
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


def as_of(tickets: Tickets, asked: Asked, *, restarts: bool) -> AsOf | None:
    """The tickets as of an instant; None where none has a reopenings, so that its columns say all.

    Whether a reopening `restarts` the clock of a resolution is a rule of the policy.
    """
    sides = (tickets.changes, tickets.reopenings, tickets.events)
    if "cancelled" not in tickets.instants and all(side is None for side in sides):
        return None
    count = tickets.count
    instants = {name: tickets.micros(name) for name in tickets.instants}
    doubtful = wrong_tickets(tickets) | _resolved_at_once(tickets)
    if tickets.events is not None:
        instants["responded"] = first_answers(tickets.events, instants.get("responded", np.full(count, NEVER)))
    done = done_by(instants, count, asked.at, asked.measure)
    reopened = np.full(count, NEVER)  # the last reopening that was known
    if tickets.reopenings is not None:
        reopenings = tickets.reopenings
        is_known = reopenings.resolved <= asked.at
        if asked.measure == "resolve":
            stands = is_known & (reopenings.reopened > asked.at)  # the resolution that holds: of several the first
            done[reopenings.row[stands][::-1]] = reopenings.resolved[stands][::-1]
        else:
            first = np.full(count, FAR)
            answers = is_known & ~cancelled_before(tickets, reopenings)
            np.minimum.at(first, reopenings.row[answers], reopenings.resolved[answers])
            responded = instants.get("responded", np.full(count, NEVER))
            responded = np.where((responded != NEVER) & (responded <= asked.at), responded, FAR)
            done = np.where(first < FAR, np.minimum(first, responded), done)
        np.maximum.at(reopened, reopenings.row, np.where(reopenings.reopened <= asked.at, reopenings.reopened, NEVER))
    cancelled = instants.get("cancelled", np.full(count, NEVER))
    cancelled = np.where((cancelled <= asked.at) & (reopened < cancelled), cancelled, NEVER)
    withdrawn = (cancelled != NEVER) & ((done == NEVER) | (done >= cancelled))
    if asked.measure == "respond" and "responded" in instants:
        withdrawn &= ~((done == cancelled) & (instants["responded"] == cancelled))
    done = np.where(withdrawn, NEVER, done)
    cancelled = np.where(withdrawn, cancelled, NEVER)
    seen = np.where(done != NEVER, done, np.where(withdrawn, cancelled, asked.at))
    gaps = _gaps(tickets, seen)
    start = instants["opened"].copy()
    if asked.measure == "resolve" and restarts:
        np.maximum.at(start, gaps[0], gaps[2])
    learned = np.where(done != NEVER, done, asked.at)  # what changes after the work was done leaves it as it is
    return AsOf(tickets.reopenings, done, cancelled, seen, learned, start, gaps, doubtful)


def wrong_tickets(tickets: Tickets) -> Bools:
    """The tickets whose histories cannot be so; asked alone these say what is wrong."""
    doubtful = np.zeros(tickets.count, bool)
    if tickets.reopenings is not None:
        instants = {name: tickets.micros(name) for name in tickets.instants}
        _doubt_order(tickets.reopenings, instants, doubtful)
        doubtful |= often_reopened(tickets.reopenings, tickets.count)
    _doubt_changes(tickets, doubtful)
    if tickets.events is not None:
        _doubt_events(tickets.events, tickets.opened, doubtful)
    return doubtful


def _doubt_order(reopenings: Reopenings, instants: Mapping[str, Ints], doubtful: Bools) -> None:
    """Reopenings that cannot be so make their rows doubtful; asked alone these say what is wrong."""
    row, resolved, reopened = reopenings.row, reopenings.resolved, reopenings.reopened
    before = np.where(reopenings.turn == 0, instants["opened"][row], reopenings.before)
    wrong = (resolved == NEVER) | (reopened == NEVER) | (reopened < resolved) | (resolved < before)
    doubtful[row[wrong | out_of_range(resolved) | out_of_range(reopened)]] = True
    if "resolved" in instants:
        final = instants["resolved"][row]
        doubtful[row[(final != NEVER) & (final < reopened)]] = True


def _resolved_at_once(tickets: Tickets) -> Bools:
    """The tickets that were resolved as they were reopened, which does not open them again; they are asked alone."""
    rows, reopenings = np.zeros(tickets.count, bool), tickets.reopenings
    if reopenings is not None:
        rows[reopenings.row[(reopenings.turn > 0) & (reopenings.resolved == reopenings.before)]] = True
        if "resolved" in tickets.instants:
            final = tickets.instants["resolved"].take(reopenings.row)
            rows[reopenings.row[final == reopenings.reopened]] = True
    return rows


def cancelled_before(tickets: Tickets, reopenings: Reopenings) -> Bools:
    """The resolutions of tickets that were cancelled before, or just then."""
    if "cancelled" not in tickets.instants:
        return np.zeros(len(reopenings.row), bool)
    cancelled = tickets.instants["cancelled"].take(reopenings.row)
    before: Bools = (reopenings.before < cancelled) & (cancelled <= reopenings.resolved)
    return before


def _gaps(tickets: Tickets, seen: Ints) -> tuple[Ints, Ints, Ints]:
    """The times for which tickets were not open: from a resolution, or a cancellation before it, to the reopening."""
    reopenings = tickets.reopenings
    if reopenings is None:
        nothing = np.zeros(0, np.int64)
        return nothing, nothing, nothing
    row, start = reopenings.row, reopenings.resolved
    if "cancelled" in tickets.instants:
        start = np.where(cancelled_before(tickets, reopenings), tickets.instants["cancelled"].take(row), start)
    known = start < seen[row]
    return row[known], start[known], np.minimum(reopenings.reopened, seen[row])[known]


def _doubt_events(events: Events, opened: Ints, doubtful: Bools) -> None:
    """Events that cannot be so make their rows doubtful; asked alone these say what is wrong."""
    named = np.array([name not in OWN_EVENTS for name in events.name.names] + [False])
    wrong = (events.at == NEVER) | (events.at < opened[events.row]) | ~named[events.name.codes]
    doubtful[events.row[wrong]] = True


def first_answers(events: Events, responded: Ints) -> Ints:
    """When the desk answered first: a recorded response is an answer."""
    first = np.where(responded == NEVER, FAR, responded)
    answers = (events.name.codes == events.name.number("answered")) & (events.at != NEVER)
    np.minimum.at(first, events.row[answers], events.at[answers])
    return np.where(first == FAR, NEVER, first)


def _doubt_changes(tickets: Tickets, doubtful: Bools) -> None:
    """Changes that cannot be so make their rows doubtful; asked alone these say what is wrong."""
    changes = tickets.changes
    if changes is None:
        return
    field = changes.field.codes
    opened = tickets.instants["opened"].take(changes.row)
    kindless = (field == changes.field.number("kind")) & (changes.to.codes < 0)
    known = np.array([*map(_may_change, changes.field.names), False])
    wrong = (changes.at == NEVER) | (changes.at < opened) | out_of_range(changes.at)
    doubtful[changes.row[wrong | kindless | ~known[field]]] = True


def _may_change(field: str) -> bool:
    """Whether a change may be of a field."""
    try:
        check_changing(field)
    except SlaClockError:
        return False
    return True
