"""How many tickets stand as of an instant: what was known of each by then, and what its target comes to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from slaclock.clock.pauses import Pause
from slaclock.clock.targets import Target
from slaclock.errors import SlaClockError
from slaclock.policy.book import PolicyBook
from slaclock.policy.measures import Measure
from slaclock.policy.policy import Policy
from slaclock.temporal.instants import wall_to_micros
from slaclock.tickets.assessment import STATES
from slaclock.tickets.assessment import assess as assess_one
from slaclock.tickets.tickets import Ticket

from .budgets import Budgets
from .categories import Categories, combined
from .chunks import Arrays, BadRows
from .clocks import Scale
from .frames import Series
from .instants import Instants, instant_of
from .outputs import DURATIONS, INSTANTS, NUMBERS, Output
from .pause_columns import PauseColumns
from .pauses import Held
from .piecewise import FAR, NEVER, Bools, Ints
from .rows import Chunk, Rows
from .targets import MISSING, UNKNOWN, RowTargets

TICKET_INSTANTS = ("opened", "responded", "resolved")
CATEGORIES = ("kind", "priority", "category", "impact", "urgency")
_CODE = {state: code for code, state in enumerate(STATES)}
OUTPUTS = {
    "state": Output(np.int8, -1, STATES.index, lambda kind, codes, _: kind.categories(codes, STATES)),
    "due": INSTANTS,
    "elapsed": DURATIONS,
    "remaining": DURATIONS,
    "consumed": NUMBERS,
}
"""The columns that are answered, by the names that a scalar assessment has for them."""


@dataclass(frozen=True)
class Tickets:
    """The columns of the frame that matter, and the pauses with their reasons."""

    count: int
    ids: Series | None
    instants: dict[str, Instants]
    categories: dict[str, Categories]
    pauses: PauseColumns | None
    reasons: Categories | None

    def of(self, rows: Ints) -> Tickets:
        """Some of the tickets, numbered anew."""
        categories = {name: column.take(rows) for name, column in self.categories.items()}
        instants = {name: column.of(rows) for name, column in self.instants.items()}
        ids = None if self.ids is None else self.ids[rows.tolist()]
        pauses, reasons = self.pauses, self.reasons
        if pauses is not None:
            number = np.full(self.count, -1)
            number[rows] = np.arange(len(rows))
            row = number[pauses.row]
            chosen = row >= 0
            pauses = pauses.of(chosen, row)
            reasons = None if reasons is None else reasons.take(chosen)
        return Tickets(len(rows), ids, instants, categories, pauses, reasons)

    def ticket(self, row: int) -> Ticket:
        """One row as a ticket."""
        fields: dict[str, Any] = {name: column.of(row) for name, column in self.categories.items()}
        fields |= {name: column.one(row) for name, column in self.instants.items()}
        pauses = []
        if self.pauses is not None:
            pairs = self.pauses.pairs(row)
            for (start, end), number in zip(pairs, self.pauses.numbers(row).tolist(), strict=True):
                reason = None if self.reasons is None else self.reasons.of(number)
                pauses.append(Pause(start=start, end=end, reason=reason))
        fields = {name: value for name, value in fields.items() if value is not None or name in ("kind", "opened")}
        return Ticket(id=str(row if self.ids is None else self.ids[row]), pauses=pauses, **fields)


class AsOf(NamedTuple):
    """The instant to judge by, and what is judged."""

    at: int
    measure: Measure


def assess_rows(
    tickets: Tickets,
    policy: Policy | PolicyBook,
    as_of: AsOf,
    bad: BadRows,
    threads: int | None,
    *,
    numbers: Ints | None = None,
) -> dict[str, NDArray[Any]]:
    """The outputs of every ticket, under the policy in force when it opened.

    `numbers` are those by which the caller knows the tickets, where they are only some of his.
    """
    if isinstance(policy, Policy):
        whole = PolicyRows(tickets, policy, policy, as_of).answers(bad, threads, numbers)
        return dict(zip(OUTPUTS, whole, strict=True))
    arrays = {name: output.empty(tickets.count) for name, output in OUTPUTS.items()}
    for one, rows in by_policy(tickets.instants["opened"].chunk(slice(0, tickets.count)), policy):
        own_numbers = rows if numbers is None else numbers[rows]
        answers = PolicyRows(tickets.of(rows), one, policy, as_of).answers(bad, threads, own_numbers)
        for array, answer in zip(arrays.values(), answers, strict=True):
            array[rows] = answer
    return arrays


def done_by(instants: Mapping[str, Ints], count: int, at: int, measure: Measure) -> Ints:
    """When the work of so many rows was done, as far as was known at an instant; `NEVER` where it was not.

    A response is done at the resolution where no earlier one is recorded.
    """
    done = np.full(count, NEVER)
    for name in ("resolved", "responded") if measure == "respond" else ("resolved",):
        if name in instants:
            column = instants[name]
            is_known = (column != NEVER) & (column <= at)
            done = np.where(is_known & ((done == NEVER) | (column < done)), column, done)
    return done


def by_policy(opened: Ints, book: Policy | PolicyBook) -> Iterator[tuple[Policy, Ints]]:
    """Each policy, and the rows that opened while it was in force; what opened before the first is its too."""
    if isinstance(book, Policy):
        yield book, np.arange(len(opened))
        return
    starts = np.array([_in_force_from(each) for each in book.policies])
    number = np.maximum(np.searchsorted(starts, opened, "right") - 1, 0)
    for index in np.unique(number).tolist():
        yield book.policies[index], np.flatnonzero(number == index)


def _in_force_from(policy: Policy) -> int:
    """The instant from which a policy holds."""
    return wall_to_micros((policy.in_force_from or date.min).toordinal(), 0, policy.calendar.zone)


class PolicyRows:
    """Tickets under one policy; `book` is where the policy came from, to which rows that are asked alone go."""

    def __init__(self, tickets: Tickets, policy: Policy, book: Policy | PolicyBook, as_of: AsOf) -> None:
        self._tickets, self._policy, self._book = tickets, policy, book
        self._at, self._measure = as_of
        self._since = _in_force_from(policy) if isinstance(book, PolicyBook) else -FAR
        self._targets, self._excluded = self._targets_of_rows()
        pauses, self._unknown_reason = self._stopping()
        instants = {**tickets.instants, "at": Instants.at(instant_of(as_of.at))}
        self._rows = Rows(
            policy.calendar, instants, tickets.count, pauses=pauses, targets=self._targets, required=["opened"]
        )

    def answers(self, bad: BadRows, threads: int | None, numbers: Ints | None) -> Arrays:
        """The answers of all the tickets."""
        return self._rows.answers([*OUTPUTS.values()], self._kernel, self._ask, bad, threads=threads, numbers=numbers)

    def _ask(self, row: int) -> list[Any]:
        assessment = assess_one(self._tickets.ticket(row), self._book, at=instant_of(self._at), measure=self._measure)
        return [getattr(assessment, name) for name in OUTPUTS]

    def _targets_of_rows(self) -> tuple[RowTargets, Bools]:
        """The target of each ticket, and which are excluded; an unknown word makes a row one that is asked alone."""
        names = [name for name in CATEGORIES if name in self._tickets.categories]
        codes, cases = combined([self._tickets.categories[name] for name in names])
        distinct: dict[Target, int] = {}
        code_of, excluded = np.full(len(cases), UNKNOWN), np.zeros(len(cases), bool)
        for number, case_names in enumerate(cases):
            case = dict(zip(names, case_names, strict=True))
            try:
                priority = case.get("priority")
                impact, urgency = case.get("impact"), case.get("urgency")
                if priority is None and impact is not None and urgency is not None:
                    priority = self._policy.priority(impact, urgency)
                if case.get("category") in self._policy.exclusions:
                    code_of[number], excluded[number] = MISSING, True
                elif case["kind"] is not None:
                    target = self._policy.target(case["kind"], priority, self._measure)
                    code_of[number] = distinct.setdefault(target, len(distinct))
            except SlaClockError:
                continue  # the row, asked alone, says what is wrong
        of_rows = code_of[codes]
        of_rows[~self._covered()] = MISSING
        return RowTargets(list(distinct), of_rows), excluded[codes]

    def _covered(self) -> Bools:
        """The tickets that opened on a date of the subscription."""
        count = self._tickets.count
        if not self._policy.coverage:
            return np.ones(count, bool)
        zone = self._policy.calendar.zone
        opened = self._tickets.instants["opened"].chunk(slice(0, count))
        covered = np.zeros(count, bool)
        for period in self._policy.coverage:
            first = wall_to_micros(period.first.toordinal(), 0, zone)
            end = wall_to_micros(period.last.toordinal() + 1, 0, zone)
            covered |= (opened >= first) & (opened < end)
        return covered

    def _stopping(self) -> tuple[PauseColumns | None, Bools | None]:
        """The pauses that stop the measure; and the tickets with one whose reason the policy does not know."""
        pauses, reasons = self._tickets.pauses, self._tickets.reasons
        if pauses is None:
            return None, None
        known = self._policy.pauses
        names = () if reasons is None else reasons.names
        codes = np.full(len(pauses), -1) if reasons is None else reasons.codes
        stops = np.array([name in known and self._measure in known[name] for name in names] + [False])
        unknown = np.array([name not in known for name in names] + [True])
        unknown_reason = None
        if unknown[codes].any():
            unknown_reason = np.zeros(self._tickets.count, bool)
            unknown_reason[pauses.row[unknown[codes]]] = True
        chosen = stops[codes]
        if not chosen.any():
            return None, unknown_reason
        return pauses if chosen.all() else pauses.of(chosen), unknown_reason

    def _kernel(self, chunk: Chunk) -> Arrays:
        begun, done = chunk["opened"], self._done(chunk)
        seen = np.where(done == NEVER, self._at, done)
        pauses = chunk.pauses(begun)
        if pauses is not None:
            pauses = pauses.as_of(seen, done != NEVER)
        hours = chunk.all.hours
        low, high = hours.at(begun), hours.at(seen)
        answers: dict[str, NDArray[Any]] = {
            name: np.full(len(chunk), output.missing, output.dtype) for name, output in OUTPUTS.items()
        }
        answers["state"] = np.where(self._excluded[chunk.rows], _CODE["excluded"], _CODE["not-covered"]).astype(np.int8)
        answers["elapsed"] = high - low - (0 if pauses is None else pauses.covered(hours, high))
        strict = self._targets.strict(chunk.rows)
        doubtful = np.zeros(len(chunk), bool) if self._unknown_reason is None else self._unknown_reason[chunk.rows]
        for rows, budgets, own in chunk.budgets(begun, pauses):
            verdicts = Verdicts(budgets, seen[rows], done[rows] != NEVER, own, strict[rows])
            answers["state"][rows], answers["due"][rows] = verdicts.state, verdicts.due
            answers["remaining"][rows], answers["consumed"][rows] = verdicts.remaining(hours), verdicts.consumed
            if not budgets.clock.bounded:
                answers["elapsed"][rows] = verdicts.used
            doubtful[rows] |= verdicts.doubtful
        chunk.doubt(doubtful)
        return tuple(answers.values())

    def _done(self, chunk: Chunk) -> Ints:
        """When the work was done, as far as was known; what cannot be so of a ticket is doubted."""
        instants = {name: chunk[name] for name in self._tickets.instants}
        begun = instants["opened"]
        chunk.doubt((begun > self._at) | (begun < self._since))
        for name, column in instants.items():
            given = column != NEVER
            if not chunk.all.inside:
                chunk.doubt(given & chunk.all.window.outside(column))
            if name != "opened":
                chunk.doubt(given & (column < begun))
        return done_by(instants, len(chunk), self._at, self._measure)


class Verdicts:
    """Tickets with targets on one clock, as of `seen`; `doubtful` are those that the window does not answer for."""

    def __init__(self, budgets: Budgets, seen: Ints, done: Bools, pauses: Held | None, strict: Bools) -> None:
        self._budgets, self._seen, self._pauses = budgets, seen, pauses
        self.due, self.doubtful = budgets.due(pauses)
        self.used = budgets.used(seen, pauses)
        self._waits = self.due == NEVER
        late = np.where(strict, seen >= self.due, seen > self.due) & ~self._waits
        waiting = np.zeros(len(seen), bool) if pauses is None else pauses.waiting
        state = np.where(waiting, _CODE["paused"], _CODE["running"])
        state = np.where(done, _CODE["met"], state)
        self.state = np.where(late, _CODE["breached"], state)
        amount = budgets.amount
        self.consumed = np.where(amount == 0, 1.0, self.used / np.where(amount == 0, 1, amount))
        if budgets.clock.bounded:
            outside = budgets.window.outside
            self.doubtful = self.doubtful | (outside(self.due) & ~self._waits) | outside(seen)

    def remaining(self, hours: Scale) -> Ints:
        """The time to the due instant that would hold if open pauses ended now, on the clock that it runs on."""
        due = self.due
        if self._waits.any() and self._pauses is not None:
            ended, doubtful = self._budgets.due(self._pauses.until(self._seen))
            due = np.where(self._waits, ended, due)
            self.doubtful |= doubtful & self._waits
        clock = hours if self._budgets.clock.bounded else self._budgets.clock
        return clock.at(due) - clock.at(self._seen)
