"""The next turn of many tickets, one row each; each is what the scalar `timeline` says of one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from math import ceil, floor
from typing import Any, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from slaclock.calendar.base import Calendar
from slaclock.clock.targets import Target
from slaclock.policy.book import PolicyBook, PolicyLike, check_measure, given_policy, main_policy, policies_of
from slaclock.policy.measures import Measure
from slaclock.policy.policy import Policy
from slaclock.policy.warnings import WarningAt
from slaclock.temporal.instants import DAY, InstantLike, duration_micros
from slaclock.tickets import assessment as scalar
from slaclock.tickets.knowledge import KnownLike
from slaclock.tickets.states import STATES
from slaclock.tickets.timeline import next_turn, percents_of
from slaclock.tickets.turning import TurnKind

from .as_of import Asked
from .assessment import assess_rows
from .budgets import Budgets, RowBudgets
from .calendar_rows import CalendarRows, Standing
from .chunks import Arrays, BadRows, Errors
from .clocks import DaysClock, HoursClock
from .given_tickets import GivenTickets
from .instants import instant_of as instant_at
from .options import check_options
from .outputs import INSTANTS, Output, categories
from .pauses import RowPauses
from .piecewise import FAR, NEVER, Bools, Ints
from .rows import Chunk
from .targets import MISSING, RowTargets
from .tickets_as_of import TicketsAsOf
from .typing import FrameT

_KINDS: tuple[TurnKind, ...] = get_args(TurnKind)
_LARGEST = 1 << 62


def next_turns(
    frame: FrameT,
    policy: PolicyLike,
    *,
    at: InstantLike,
    measure: Measure = "resolve",
    percents: Iterable[float] = scalar.MILESTONES,
    known: KnownLike | None = None,
    pauses: Any = None,
    changes: Any = None,
    reopenings: Any = None,
    events: Any = None,
    columns: Mapping[str, str] | None = None,
    timezone: str | None = None,
    errors: Errors = "raise",
    threads: int | None = None,
) -> FrameT:
    """The next turn of every ticket of a frame after `at`, one row a ticket and in their order.

    The columns are `ticket` (its id, or without ids its row from 0), `at` (in the zone of the policy's main calendar,
    of a book the last policy's), `kind` and `what`: the turn that `timeline(...).next` is for the ticket alone. All
    three are missing where nothing turns by itself any more. The arguments are those of `assess`, and `percents` of
    the milestones. A lazy Polars frame is collected at once.

    Raises `ColumnError` where a column that is needed is missing or cannot be read. A row that cannot be answered
    raises what the scalar function raises, with its number; with `errors="null"` its answer is missing, and a
    `BadRowsWarning` counts such rows.

    >>> import pandas as pd
    >>> from slaclock import Policy
    >>> tickets = pd.DataFrame({"id": ["T1"], "priority": ["P1"], "opened": pd.to_datetime(["2018-04-06 15:00"])})
    >>> turns = next_turns(tickets, Policy.example(), at="2018-04-06T16:05+01:00", timezone="Europe/London")
    >>> turns[["ticket", "kind", "what"]].to_dict("records"), str(turns["at"][0])
    ([{'ticket': 'T1', 'kind': 'milestone', 'what': '75%'}], '2018-04-06 16:30:00+01:00')
    """
    policy = given_policy(policy)
    check_measure(policy, measure)
    check_options(columns=columns, timezone=timezone, threads=threads)
    shares = percents_of(percents)
    asked = Asked.of(at, measure, known)
    sides = {"pauses": pauses, "changes": changes, "reopenings": reopenings, "events": events}
    given = GivenTickets.read(frame, policy, columns, timezone, **sides)
    outputs = _outputs(policy, shares)
    bad = BadRows(errors)
    answers = assess_rows(
        given.tickets, policy, asked, outputs, bad, threads=threads,
        asking=lambda own, known: _NextTurnRows(known, policy, asked, outputs, own, shares),
    )  # fmt: skip
    bad.warn()
    answered: FrameT = given.answered(None, outputs, answers, main_policy(policy).calendar.zone.key)
    return answered


def _outputs(policy: Policy | PolicyBook, percents: tuple[int | float, ...]) -> dict[str, Output]:
    """The columns of the turns; what turns is one of the words that there are for these policies."""
    warnings = [name for own in policies_of(policy) for name in own.warnings]
    words = dict.fromkeys([*(f"{percent}%" for percent in percents), "window", "due", *STATES, *warnings])
    return {"at": INSTANTS, "kind": categories(_KINDS), "what": categories(tuple(words))}


class _Best:
    """The first turn of each row that has been met with so far; of two at one instant that which came first."""

    def __init__(self, count: int, now: int, outputs: Mapping[str, Output]) -> None:
        self._now, self._outputs = now, outputs
        self.at = np.full(count, FAR)
        self.kind = np.full(count, -1, np.int64)
        self.what = np.full(count, -1, np.int64)

    def take(self, rows: Ints, when: Ints, kind: TurnKind, what: str) -> None:
        """A turn of some rows, which `NEVER` have it where it does not come."""
        better = (when > self._now) & (when < self.at[rows])
        chosen = rows[better]
        self.at[chosen] = when[better]
        self.kind[chosen], self.what[chosen] = _KINDS.index(kind), int(self._outputs["what"].number(what))

    @property
    def answers(self) -> Arrays:
        """The outputs."""
        return np.where(self.at == FAR, NEVER, self.at), self.kind, self.what


class _Warning(NamedTuple):
    """A warning of a policy, and the rows that it is of."""

    name: str
    at: WarningAt
    rows: Bools


class _NextTurnRows(CalendarRows):
    """The next turns of tickets on one calendar."""

    def __init__(  # noqa: PLR0917 - what is asked, and of what
        self,
        known: TicketsAsOf,
        policy: Policy | PolicyBook,
        asked: Asked,
        outputs: Mapping[str, Output],
        own: Policy,
        percents: tuple[int | float, ...],
    ) -> None:
        super().__init__(known, policy, asked, outputs)
        self._percents = percents
        self._follows_due = own.measure(asked.measure).next == "due"
        terms = known.terms
        self._calendar: Calendar = terms.calendars[terms.calendar_of[0] if known.tickets.count else 0]
        self._windows = _windows(self._rows.window, self._calendar, terms.targets, self._rows.budgets.cutoff is None)
        priorities = [*terms.priority.names, None]
        self._warnings = [
            _Warning(
                name, rule.at, np.array([rule.is_of(asked.measure, own) for own in priorities])[terms.priority.codes]
            )
            for name, rule in own.warnings.items()
        ]

    def _ask(self, row: int) -> list[Any]:
        ticket = self._known.tickets.ticket(row)
        a = scalar.assess(ticket, self._policy, at=instant_at(self._at), measure=self._measure, known=self._by)
        turn = next_turn(a, self._percents)
        return [None, None, None] if turn is None else [turn.at, turn.kind, turn.what]

    def _kernel(self, chunk: Chunk) -> Arrays:
        standing = self._standing(chunk)
        if self._known.carried is not None:
            chunk.doubt(self._known.carried.number[chunk.rows] >= 0)
        if "agreed" in chunk:
            chunk.doubt(chunk["agreed"] != NEVER)
        runs = ~standing.is_over
        if self._follows_due:  # the next cycle may begin at a due date that is still to come
            chunk.doubt(standing.done != NEVER)
        best = _Best(len(chunk), self._at, self._outputs)
        doubtful = np.zeros(len(chunk), bool)
        self._take_windows(chunk, standing, runs, best, doubtful)
        strict = self._known.terms.targets.strict(chunk.rows)
        every = np.arange(len(chunk))
        for some, budgets, paused in chunk.budgets(standing.start, standing.pauses):
            rows = every[some]
            due, trouble = budgets.due(paused)
            if budgets.clock.bounded:
                outside = budgets.window.outside
                trouble = trouble | (outside(due) & (due != NEVER)) | outside(standing.seen[rows])
            doubtful[rows] |= trouble
            running = np.flatnonzero(runs[rows] & ~trouble)
            if len(running):
                own = budgets if len(running) == len(rows) else budgets.some(running)
                own_pauses = paused if paused is None or len(running) == len(rows) else paused.of(running)
                own_rows, own_due = rows[running], due[running]
                for share in self._percents:
                    when, trouble = own.of_amount(_share(own.amount, Fraction(share) / 100)).due(own_pauses)
                    doubtful[own_rows] |= trouble
                    best.take(own_rows, when, "milestone", f"{share}%")
                for warning in self._warnings:
                    mine = warning.rows[chunk.rows][own_rows]
                    if mine.any():
                        when, trouble = self._warned(warning.at, own, own_due, own_pauses)
                        doubtful[own_rows] |= trouble & mine
                        best.take(own_rows[mine], when[mine], "warning", warning.name)
                best.take(own_rows, own_due, "due", "due")
                late = np.where((own_due == NEVER) | strict[own_rows], own_due, own_due + 1)
                best.take(own_rows, late, "state", "breached")
        chunk.doubt(doubtful)
        return best.answers

    def _take_windows(self, chunk: Chunk, standing: Standing, runs: Bools, best: _Best, doubtful: Bools) -> None:
        """Where the windows of the rows open."""
        if self._windows is None:
            return
        every = np.arange(len(chunk))
        for some, budgets in self._windows.by_clock(chunk.rows, standing.start):
            rows = every if some is None else every[some]
            pauses = standing.pauses
            when, trouble = budgets.due(pauses if pauses is None or some is None else pauses.of(some))
            if budgets.clock.bounded:
                trouble = trouble | (budgets.window.outside(when) & (when != NEVER))
            doubtful[rows] |= trouble
            running = runs[rows]
            best.take(rows[running], when[running], "window", "window")

    def _warned(self, at: WarningAt, own: Budgets, due: Ints, pauses: RowPauses | None) -> tuple[Ints, Bools]:
        """When a warning of some budgets is due, `NEVER` where it is not; and the trouble."""
        if at.percent is not None:
            return own.of_amount(_share(own.amount, at.percent / 100)).due(pauses)
        length = self._length(at, own)
        if length is None:
            return due, np.ones(len(due), bool)
        if not length:
            return due, np.zeros(len(due), bool)
        amount = own.amount + ceil(length) if at.after else own.amount - floor(length)
        when, trouble = own.of_amount(np.maximum(amount, 0)).due(pauses)
        return np.where(amount < 0, NEVER, when), trouble & (amount >= 0)

    def _length(self, at: WarningAt, own: Budgets) -> Fraction | int | None:
        """What a warning's length comes to on the clock of some budgets, None where it is counted on another one."""
        length, rules = at.length, self._calendar.rules
        assert length is not None  # or it would be a share
        if not own.clock.bounded:
            return ceil(length.high * (1 if length.unit == "time" else DAY))
        if isinstance(own.clock, DaysClock):
            return Fraction(length.high) * own.clock.unit if length.unit == "days" else None
        if length.unit == "time" or not isinstance(own.clock, HoursClock):
            return int(length.high)
        if rules.day_rule == "fixed-hours" and rules.day_length is not None:
            return ceil(length.high * duration_micros(rules.day_length))
        return None if length.high else 0


def _share(amount: Ints, share: Fraction) -> Ints:
    """A share of amounts, rounded up to the clock's unit."""
    most = int(amount.max(initial=0))
    if most * share.numerator < _LARGEST and share.denominator < _LARGEST:
        return -(-amount * share.numerator // share.denominator)
    distinct, place = np.unique(amount, return_inverse=True)
    parts = [min(ceil(one * share), _LARGEST) for one in distinct.tolist()]
    shares: NDArray[np.int64] = np.array(parts, np.int64)[place]
    return shares


def _windows(window: Any, calendar: Calendar, targets: RowTargets, skips_zero: bool) -> RowBudgets | None:
    """The budgets of what comes before the windows of the targets open; None where there are none that may open yet."""
    lows: dict[int, int] = {}
    distinct: list[Target] = []
    for code, target in enumerate(targets.distinct):
        if target.low is not None and (target.low or not skips_zero):  # a clock that runs has passed its start
            lows[code] = len(distinct)
            distinct.append(replace(target, low=None, high=target.low))
    if not distinct or targets.codes is None:
        return None
    numbers = np.array([*(lows.get(code, MISSING) for code in range(len(targets.distinct))), MISSING], np.int64)
    return RowBudgets(window, calendar, RowTargets(distinct, numbers[np.maximum(targets.codes, MISSING)]))
