"""`report`: from tickets and a policy to every figure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

from slaclock.allowances import Usage, allowance_years
from slaclock.assessment import STATES
from slaclock.columns.dating import number_in, periods_over
from slaclock.columns.standing import by_policy
from slaclock.columns.tables import NEVER, Bools, Ints
from slaclock.columns.zone_tables import ZoneTable
from slaclock.errors import OutOfRangeError, PolicyError
from slaclock.figures import By, HeldFigures
from slaclock.instants import DAY, HOUR, duration_micros, from_micros, to_micros
from slaclock.periods import Period
from slaclock.policy import Policy, PolicyBook
from slaclock.service_targets import MEASURES, Measure, Standard
from slaclock.standards import StandardResult, of_states
from slaclock.targets import Target
from slaclock.tickets import Ticket
from slaclock.years import PeriodLength

from .counting import Counted, counts_of, figures, overall, spread, taken
from .items import Holds, Items, Stands, TicketFrame, TicketList
from .model import Report

_DAYS_ERROR = 1e-9
_BREACHED = STATES.index("breached")
_OUTSIDE = [STATES.index("excluded"), STATES.index("not-covered")]


def report(
    tickets: Iterable[Ticket] | Any,
    policy: Policy | PolicyBook,
    *,
    at: datetime,
    by: By = "opened",
    period: PeriodLength = "year",
    measure: Measure = "resolve",
    pauses: Any = None,
    usage: Iterable[Usage] = (),
    worst: int = 10,
    columns: Mapping[str, str] | None = None,
    timezone: str | None = None,
    threads: int | None = None,
) -> Report:
    """How tickets stand as of `at`, by kind, priority and period, with the service standards and allowances.

    `tickets` are `Ticket` objects, or a frame as `slaclock.columns.assess` takes it, with its `pauses`, `columns`,
    `timezone` and `threads`. A ticket belongs to the `period` in which it opened, is due, or was resolved (for the
    measure respond: was responded to), as `by` says. A kind for which the policy has no targets, such as calls, is
    counted for the service standards alone. `usage` is what was used of the allowances. The `worst` so many misses
    come with their ledgers.

    Raises what `assess` raises, with the ticket's id or its row.

    >>> from slaclock import Policy, Ticket
    >>> tickets = [Ticket(id="T1", priority="P1", opened="2018-04-09T10:00+01:00", resolved="2018-04-09T11:00+01:00"),
    ...            Ticket(id="T2", priority="P1", opened="2018-04-09T10:00+01:00")]
    >>> found = report(tickets, Policy.example(), at=datetime.fromisoformat("2018-04-09T14:00+01:00"))
    >>> found.totals["met"], found.totals["breached"], [ticket.ticket_id for ticket in found.worst]
    (1, 1, ['T2'])
    """
    if by not in ("opened", "due", "resolved"):
        raise PolicyError(f"periods cannot go by {by!r}", "use opened, due or resolved")
    if measure not in MEASURES:
        raise PolicyError(f"{measure!r} is no measure", "use respond or resolve")
    if worst < 0:
        raise PolicyError(f"{worst} worst tickets cannot be shown", "give 0 or more")
    now = to_micros(at)
    items: Items
    if hasattr(tickets, "columns") or hasattr(tickets, "column_names"):
        items = TicketFrame(tickets, pauses, columns, timezone, threads)
    else:
        if pauses is not None:
            raise PolicyError("pauses are given beside tickets that have their own", "give pauses with a frame only")
        items = TicketList(tickets)
    known = np.flatnonzero(items.opened <= now)
    return _Reporting(items, policy, _Question(now, by, period, measure)).report(known, tuple(usage), worst)


class _Question(NamedTuple):
    """The instant to judge by, how periods go and how long they are, and what is judged."""

    at: int
    by: By
    length: PeriodLength
    measure: Measure


class _Dated(NamedTuple):
    """Items as they stand, with the instants that periods go by."""

    rows: Ints
    stands: Stands
    dates: Ints


class _Reporting:
    """One report in the making."""

    def __init__(self, items: Items, policy: Policy | PolicyBook, question: _Question) -> None:
        self._items, self._policy = items, policy
        self._at, self._by, self._length, self._measure = question
        self._policies = (policy,) if isinstance(policy, Policy) else tuple(policy.policies)
        self._last = self._policies[-1]
        self._zone = self._last.calendar.zone
        self._standards = {name: each for one in self._policies for name, each in one.standards.items()}

    def report(self, known: Ints, usage: tuple[Usage, ...], worst: int) -> Report:
        """All of it; `known` are the items that had opened."""
        served = known[self._served(known)]
        tickets = self._dated(served, self._items.stand(served, self._policy, self._at, self._measure))
        measured = {name: self._measured(each, known) for name, each in self._standards.items()}
        dates = [tickets.dates, *(dated.dates for dated, _ in measured.values())]
        periods = self._periods(np.concatenate(dates))
        counted = Counted(taken(self._items.kind, served), number_in(periods, tickets.dates), tickets.stands)
        at = from_micros(self._at, self._zone)
        return Report(
            name=self._last.name,
            at=at,
            measure=self._measure,
            by=self._by,
            period=self._length,
            totals=counts_of(tickets.stands.state),
            later=self._items.count - len(known),
            periods=periods,
            groups=figures(counted, periods, "period", "kind", "priority"),
            by_priority=figures(counted, periods, "kind", "priority"),
            by_period=figures(counted, periods, "period"),
            overall=overall(counted),
            standards=tuple(self._results(measured, periods)),
            allowances=allowance_years(
                [each for each in usage if to_micros(each.at) <= self._at], self._last, years=[self._last.year(at)]
            ),
            held=tuple(self._held(tickets)),
            worst=tuple(
                self._items.assess(row, self._policy, at, self._measure) for row in _worst(tickets, worst).tolist()
            ),
            breaches=self._breaches(tickets.stands),
        )

    def _served(self, rows: Ints) -> Bools:
        """The items that are assessed: all but those of kinds that only a standard speaks of."""
        kinds = self._items.kind
        targeted = {kind for policy in self._policies for kind in policy.targets}
        only = {standard.kind for standard in self._standards.values()} - targeted
        apart = np.array([word in only for word in kinds.words] + [False])
        found: Bools = ~apart[kinds.codes[rows]]
        return found

    def _dated(self, rows: Ints, stands: Stands) -> _Dated:
        dates = {"opened": self._items.opened[rows], "due": stands.due, "resolved": stands.done}[self._by]
        return _Dated(rows, stands, dates)

    def _measured(self, standard: Standard, known: Ints) -> tuple[_Dated, Bools]:
        """The items of a standard as they stand by its own target; and which of them were abandoned unanswered."""
        kinds = self._items.kind
        rows = known[kinds.codes[known] == (kinds.words.index(standard.kind) if standard.kind in kinds.words else -2)]
        stands = self._items.stand(rows, self._under(standard), self._at, standard.measure)
        gave_up = self._items.abandoned[rows]
        abandoned = (gave_up != NEVER) & (gave_up <= self._at) & ((stands.done == NEVER) | (stands.done > gave_up))
        abandoned &= ~np.isin(stands.state, _OUTSIDE)
        return self._dated(rows, stands), abandoned

    def _under(self, standard: Standard) -> Policy | PolicyBook:
        """The policy, or each of the book's, with the standard's target."""
        changed = [policy.under(standard) for policy in self._policies]
        return changed[0] if isinstance(self._policy, Policy) else PolicyBook(changed)

    def _results(
        self, measured: Mapping[str, tuple[_Dated, Bools]], periods: tuple[Period, ...]
    ) -> Iterable[StandardResult]:
        for name, (items, abandoned) in measured.items():
            standard = self._standards[name]
            number = number_in(periods, items.dates)
            for index in (None, *range(len(periods))):
                chosen = np.ones(len(number), bool) if index is None else number == index
                states = counts_of(items.stands.state[chosen & ~abandoned])
                period = None if index is None else periods[index]
                yield of_states(name, standard, period, states, int((abandoned & chosen).sum()))

    def _periods(self, dates: Ints) -> tuple[Period, ...]:
        """The periods from the first to the last that any item lies in."""
        try:
            found = periods_over(dates, self._last, self._length)
        except OutOfRangeError:
            raise PolicyError("an item lies in the year 9999, which has no next", "correct its instants") from None
        number = number_in(found, dates[dates != NEVER])
        return tuple(found[number.min() : number.max() + 1]) if found else ()

    def _held(self, tickets: _Dated) -> Iterable[HeldFigures]:
        """The third-party clock: for how long each reason held the tickets, up to when they were done, or now."""
        inside = ~np.isin(tickets.stands.state, _OUTSIDE)
        rows, done = tickets.rows[inside], tickets.stands.done[inside]
        seen = np.where(done == NEVER, self._at, done)
        for reason in dict.fromkeys(reason for policy in self._policies for reason in policy.pauses):
            holds = self._items.holds(rows, self._policy, seen, reason)
            figure = spread(holds.hours[holds.held], holds.days[holds.held])
            if figure is None:
                continue
            target = self._last.underpinning.get(reason)
            beyond = None if target is None else int(self._beyond(holds, rows, reason).sum())
            count = int(holds.held.sum())
            within = None if beyond is None else count - beyond
            total = timedelta(microseconds=int(holds.hours.sum()))
            yield HeldFigures(reason, count, total, figure, target, within, beyond)

    def _beyond(self, holds: Holds, rows: Ints, reason: str) -> Bools:
        """The items that the reason held for longer than the policy allows it."""
        found = np.zeros(len(rows), bool)
        for policy, part in by_policy(self._items.opened[rows], self._policy):
            target = policy.underpinning.get(reason)
            if target is not None:
                some = Holds(holds.held[part], holds.hours[part], holds.days[part])
                found[part] = some.held & _longer(some, target, policy)
        return found

    def _breaches(self, stands: Stands) -> tuple[tuple[int, ...], ...]:
        """Breaches by the weekday and hour at which they were due, on the wall clock of the policy's zone."""
        due = stands.due[(stands.state == _BREACHED) & (stands.due != NEVER)]
        counts = np.zeros(7 * 24, np.int64)
        if len(due):
            wall = ZoneTable(self._zone, int(due.min()), int(due.max())).to_wall(due)
            weekday = (wall // DAY + 3) % 7  # 1 January 1970 was a Thursday
            counts = np.bincount(weekday * 24 + wall % DAY // HOUR, minlength=7 * 24)
        return tuple(tuple(row) for row in counts.reshape(7, 24).tolist())


def _worst(tickets: _Dated, most: int) -> Ints:
    """The breached tickets that are late by most on the service clock, and then by the wall clock."""
    rows = np.flatnonzero(tickets.stands.state == _BREACHED)
    order = np.lexsort((tickets.rows[rows], tickets.stands.due[rows], tickets.stands.remaining[rows]))
    return tickets.rows[rows[order[:most]]]


def _longer(holds: Holds, target: Target, policy: Policy) -> Bools:
    """Which holds miss the target: hours on the hours clock, days on the days clock, or of a fixed length."""
    length = policy.calendar.rules.day_length
    lengths, limit = holds.hours, Fraction(target.high)
    if target.unit == "days":
        if length is None:
            above = holds.days - float(limit)  # numbers, so that what lies within their error is the limit itself
            found: Bools = above > (-_DAYS_ERROR if target.strict else _DAYS_ERROR)
            return found
        limit *= duration_micros(length)
    whole = limit.numerator // limit.denominator  # a whole length is above the limit where it is above its whole part
    met: Bools = lengths < limit.numerator if target.strict and limit.denominator == 1 else lengths <= whole
    return ~met
