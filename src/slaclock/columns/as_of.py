"""How many tickets stand as of an instant: what was known of each by then, and what its target comes to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import numpy as np

from slaclock.clock.pauses import Pause
from slaclock.clock.targets import Target
from slaclock.errors import SlaClockError
from slaclock.policy.book import PolicyBook
from slaclock.policy.measures import Measure
from slaclock.policy.policy import Policy
from slaclock.temporal.instants import duration_micros, to_micros, wall_to_micros
from slaclock.tickets.assessment import STATES
from slaclock.tickets.assessment import assess as assess_one
from slaclock.tickets.tickets import Ticket

from .budgets import Budgets
from .categories import Words, combined
from .chunks import Answers, BadRows, Piece, Question
from .frames import Series
from .instants import Instants, instant_of
from .pause_columns import PauseColumns
from .pauses import Held
from .piecewise import FAR, NEVER, Bools, Ints
from .planning import Planner
from .rows import Rows
from .targets import MISSING, UNKNOWN, Goals

INSTANTS = ("opened", "responded", "resolved")
WORDS = ("kind", "priority", "category", "impact", "urgency")
_CODE = {state: code for code, state in enumerate(STATES)}
_NOTHING = (-1, NEVER, NEVER, NEVER, np.nan)


@dataclass(frozen=True)
class Tickets:
    """The columns of the frame that matter, and the pauses with their reasons."""

    count: int
    ids: Series | None
    instants: dict[str, Instants]
    words: dict[str, Words]
    pauses: PauseColumns | None
    reasons: Words | None

    def of(self, rows: Ints) -> Tickets:
        """Some of the tickets, numbered anew."""
        words = {name: column.take(rows) for name, column in self.words.items()}
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
        return Tickets(len(rows), ids, instants, words, pauses, reasons)

    def ticket(self, row: int) -> Ticket:
        """One row as a ticket."""
        fields: dict[str, Any] = {name: column.of(row) for name, column in self.words.items()}
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


def stand(
    tickets: Tickets,
    policy: Policy | PolicyBook,
    as_of: AsOf,
    bad: BadRows,
    threads: int | None,
    *,
    numbers: Ints | None = None,
) -> Answers:
    """State, due, elapsed, remaining and consumed of every ticket, under the policy in force when it opened.

    `numbers` are those by which the caller knows the tickets, where they are only some of his.
    """
    if isinstance(policy, Policy):
        return _Standing(tickets, policy, policy, as_of).answers(bad, threads, numbers)
    outputs = _outputs(tickets.count)
    for each, rows in by_policy(tickets.instants["opened"].chunk(slice(0, tickets.count)), policy):
        part = _Standing(tickets.of(rows), each, policy, as_of)
        known = rows if numbers is None else numbers[rows]
        for output, answer in zip(outputs, part.answers(bad, threads, known), strict=True):
            output[rows] = answer
    return outputs


def done_by(instants: Mapping[str, Ints], count: int, at: int, measure: Measure) -> Ints:
    """When the work of so many rows was done, as far as was known at an instant; `NEVER` where it was not.

    A response is done at the resolution where no earlier one is recorded.
    """
    done = np.full(count, NEVER)
    for name in ("resolved", "responded") if measure == "respond" else ("resolved",):
        if name in instants:
            column = instants[name]
            known = (column != NEVER) & (column <= at)
            done = np.where(known & ((done == NEVER) | (column < done)), column, done)
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


def _outputs(count: int) -> Answers:
    return (np.empty(count, np.int8), *(np.empty(count, np.int64) for _ in range(3)), np.empty(count))


class _Standing:
    """Tickets under one policy; `book` is where the policy came from, to which rows that are asked alone go."""

    def __init__(self, tickets: Tickets, policy: Policy, book: Policy | PolicyBook, as_of: AsOf) -> None:
        self._tickets, self._policy, self._book = tickets, policy, book
        self._at, self._measure = as_of
        self._since = _in_force_from(policy) if isinstance(book, PolicyBook) else -FAR
        self._goals, self._excluded = self._goals_of_rows()
        pauses, self._doubtful = self._stopping()
        instants = {**tickets.instants, "at": Instants.at(instant_of(as_of.at))}
        self._rows = Rows(policy.calendar, instants, tickets.count, pauses, self._goals)
        self._planner = Planner(self._rows.window, policy.calendar, self._goals)

    def answers(self, bad: BadRows, threads: int | None, numbers: Ints | None) -> Answers:
        """The answers of all the tickets."""
        question = Question(self._kernel, self._alone, _outputs(self._tickets.count), _NOTHING)
        return self._rows.answered(question, bad, threads, numbers)

    def _alone(self, row: int) -> tuple[int, int, int, int, float]:
        found = assess_one(self._tickets.ticket(row), self._book, at=instant_of(self._at), measure=self._measure)
        left = NEVER if found.remaining is None else duration_micros(found.remaining)
        consumed = np.nan if found.consumed is None else found.consumed
        due = NEVER if found.due is None else to_micros(found.due)
        return _CODE[found.state], due, duration_micros(found.elapsed), left, consumed

    def _goals_of_rows(self) -> tuple[Goals, Bools]:
        """The target of each ticket, and which are excluded; an unknown word makes a row one that is asked alone."""
        names = [name for name in WORDS if name in self._tickets.words]
        codes, cases = combined([self._tickets.words[name] for name in names])
        targets: dict[Target, int] = {}
        goal, excluded = np.full(len(cases), UNKNOWN), np.zeros(len(cases), bool)
        for number, words in enumerate(cases):
            case = dict(zip(names, words, strict=True))
            try:
                priority = case.get("priority")
                impact, urgency = case.get("impact"), case.get("urgency")
                if priority is None and impact is not None and urgency is not None:
                    priority = self._policy.priority(impact, urgency)
                if case.get("category") in self._policy.exclusions:
                    goal[number], excluded[number] = MISSING, True
                elif case["kind"] is not None:
                    target = self._policy.target(case["kind"], priority, self._measure)
                    goal[number] = targets.setdefault(target, len(targets))
            except SlaClockError:
                continue  # the row, asked alone, says what is wrong
        goals = goal[codes]
        goals[~self._covered() & (goals != MISSING)] = MISSING
        return Goals(list(targets), goals), excluded[codes]

    def _covered(self) -> Bools:
        """The tickets that opened on a date of the subscription."""
        count = self._tickets.count
        if not self._policy.coverage:
            return np.ones(count, bool)
        zone = self._policy.calendar.zone
        opened = self._tickets.instants["opened"].chunk(slice(0, count))
        found = np.zeros(count, bool)
        for period in self._policy.coverage:
            first = wall_to_micros(period.first.toordinal(), 0, zone)
            end = wall_to_micros(period.last.toordinal() + 1, 0, zone)
            found |= (opened >= first) & (opened < end)
        return found

    def _stopping(self) -> tuple[PauseColumns | None, Bools | None]:
        """The pauses that stop the measure; and the tickets with one whose reason the policy does not know."""
        pauses, reasons = self._tickets.pauses, self._tickets.reasons
        if pauses is None:
            return None, None
        known = self._policy.pauses
        words = () if reasons is None else reasons.words
        codes = np.full(len(pauses), -1) if reasons is None else reasons.codes
        stops = np.array([word in known and self._measure in known[word] for word in words] + [False])
        strange = np.array([word not in known for word in words] + [True])
        doubtful = None
        if strange[codes].any():
            doubtful = np.zeros(self._tickets.count, bool)
            doubtful[pauses.row[strange[codes]]] = True
        chosen = stops[codes]
        if not chosen.any():
            return None, doubtful
        return pauses if chosen.all() else pauses.of(chosen), doubtful

    def _kernel(self, piece: Piece) -> tuple[Answers, Bools | None]:
        rows = piece.rows
        begun, done, trouble = self._known(rows)
        seen = np.where(done == NEVER, self._at, done)
        held, wrong = self._rows.held(piece, begun)
        if held is not None:
            held = held.as_of(seen, done != NEVER)
        trouble = trouble | (wrong if wrong is not None else False)
        if self._doubtful is not None:
            trouble |= self._doubtful[rows]
        hours = self._planner.hours
        low, high = hours.at(begun), hours.at(seen)
        elapsed = high - low - (0 if held is None else held.covered(hours, low, high))
        state = np.where(self._excluded[rows], _CODE["excluded"], _CODE["not-covered"]).astype(np.int8)
        due, left = np.full(len(begun), NEVER), np.full(len(begun), NEVER)
        consumed = np.full(len(begun), np.nan)
        strict = self._goals.strict(rows)
        for kept, budgets in self._planner.budgets(rows, begun):
            some = slice(None) if kept is None else kept
            own = held if held is None or kept is None else held.of(kept)
            stood = _Stood(budgets, seen[some], done[some] != NEVER, own, strict[some])
            trouble[some] |= stood.trouble
            state[some], due[some], consumed[some] = stood.state, stood.due, stood.consumed
            left[some] = stood.left(hours)
            if not budgets.scale.bounded:
                elapsed[some] = stood.used
        missing = begun == NEVER
        for answer, nothing in zip((state, due, elapsed, left, consumed), _NOTHING, strict=True):
            answer[missing] = nothing
        return (state, due, elapsed, left, consumed), trouble & ~missing

    def _known(self, rows: slice) -> tuple[Ints, Ints, Bools]:
        """When the tickets opened, when their work was done as far as was known; and which rows cannot be so."""
        instants = {name: column.chunk(rows) for name, column in self._tickets.instants.items()}
        begun = instants["opened"]
        trouble = (begun > self._at) | (begun < self._since)
        outside = self._rows.outside(*instants.values())
        if outside is not None:
            for name, column in instants.items():
                trouble |= self._rows.window.outside(column) & ((column != NEVER) | (name == "opened"))
        for name in ("resolved", "responded"):
            if name in instants:
                trouble |= (instants[name] != NEVER) & (instants[name] < begun)
        return begun, done_by(instants, len(begun), self._at, self._measure), trouble


class _Stood:
    """Tickets with targets on one scale, as of `seen`."""

    def __init__(self, budgets: Budgets, seen: Ints, done: Bools, held: Held | None, strict: Bools) -> None:
        self._budgets, self._seen, self._held = budgets, seen, held
        self.due, trouble = budgets.due(held)
        self.used = budgets.used(seen, held)
        self._waits = self.due == NEVER
        late = np.where(strict, seen >= self.due, seen > self.due) & ~self._waits
        waiting = np.zeros(len(seen), bool) if held is None else held.waiting
        state = np.where(waiting, _CODE["paused"], _CODE["running"])
        state = np.where(done, _CODE["met"], state)
        self.state = np.where(late, _CODE["breached"], state).astype(np.int8)
        amount = budgets.amount
        self.consumed = np.where(amount == 0, 1.0, self.used / np.where(amount == 0, 1, amount))
        self.trouble = trouble
        if budgets.scale.bounded:
            outside = budgets.window.outside
            self.trouble = trouble | (outside(self.due) & ~self._waits) | outside(seen)

    def left(self, hours: Any) -> Ints:
        """The time to the due instant that would hold if open pauses ended now, on the clock that it runs on."""
        due = self.due
        if self._waits.any() and self._held is not None:
            ended, trouble = self._budgets.due(self._held.until(self._seen))
            due = np.where(self._waits, ended, due)
            self.trouble |= trouble & self._waits
        clock = hours if self._budgets.scale.bounded else self._budgets.scale
        found: Ints = clock.at(due) - clock.at(self._seen)
        return found
