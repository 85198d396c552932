"""What is judged of many tickets: each ticket, or where every cycle is judged by itself each of its cycles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from slaclock.errors import SlaClockError
from slaclock.policy.book import PolicyBook, main_policy
from slaclock.policy.policy import Policy
from slaclock.temporal.instants import to_micros
from slaclock.tickets import assessment as scalar

from .as_of import Asked, wrong_tickets
from .assessment import assess_rows
from .chosen import by_policy
from .chunks import BadRows, FirstOfRow
from .cycle_answers import cycle_answers, known_cycles
from .folds import FoldedCycles
from .instants import instant_of
from .outputs import INSTANTS, Output
from .piecewise import NEVER, Bools, Ints
from .tickets import Tickets


class Items(NamedTuple):
    """Items in the order of their tickets' rows and of time, with some outputs of each.

    `cycle` is the number of a cycle, 0 where the ticket as a whole is judged: by a measure of one clock, or since no
    cycle has begun. `opened` is when the cycle began, or the ticket opened; `ended` when the cycle was over, or the
    work on the ticket done, `NEVER` where it is not.
    """

    row: Ints
    cycle: Ints
    opened: Ints
    ended: Ints
    answers: dict[str, NDArray[Any]]

    def of(self, chosen: Bools | Ints) -> Items:
        """Some of them."""
        answers = {name: array[chosen] for name, array in self.answers.items()}
        return Items(self.row[chosen], self.cycle[chosen], self.opened[chosen], self.ended[chosen], answers)


def items_of(
    tickets: Tickets,
    policy: Policy | PolicyBook,
    asked: Asked,
    outputs: Mapping[str, Output],
    bad: BadRows,
    *,
    threads: int | None,
    numbers: Ints | None = None,
    cycles: bool = False,
) -> Items:
    """What is judged of tickets; `done` must be among the outputs, but where only `cycles` are asked for.

    `numbers` are those by which the caller knows the tickets. Of a wrong ticket, which has no items, `bad` hears once,
    of what is wrong with the first before all others.
    """
    problems = FirstOfRow()
    work = _Work(tickets, policy, asked, outputs, problems, threads, cycles)
    parts = [*work.items()]
    problems.tell(bad, numbers)
    if len(parts) == 1 and not problems.problems:
        return parts[0]
    row, cycle, opened, ended = (
        np.concatenate([np.zeros(0, np.int64), *columns])
        for columns in (
            [part.row for part in parts],
            [part.cycle for part in parts],
            [part.opened for part in parts],
            [part.ended for part in parts],
        )
    )
    answers = {
        name: np.concatenate([output.empty(0), *(part.answers[name] for part in parts)])
        for name, output in outputs.items()
    }
    order = np.lexsort((cycle, row))
    return Items(row, cycle, opened, ended, answers).of(order[~np.isin(row[order], list(problems.problems))])


class _Work:
    """The work on tickets in parts, by what their policies say of the measure."""

    def __init__(  # noqa: PLR0917 - what is asked, and of what
        self,
        tickets: Tickets,
        policy: Policy | PolicyBook,
        asked: Asked,
        outputs: Mapping[str, Output],
        problems: FirstOfRow,
        threads: int | None,
        cycles: bool,
    ) -> None:
        self._tickets, self._policy, self._asked, self._outputs = tickets, policy, asked, outputs
        self._problems, self._threads, self._cycles = problems, threads, cycles

    def items(self) -> Iterator[Items]:
        """The items in parts."""
        whole = [np.zeros(0, np.int64)]
        for own, rows in by_policy(self._tickets, self._policy):
            rule = (main_policy(self._policy) if own is None else own).measure(self._asked.measure)
            if rule.cycles == "each" or self._cycles:
                yield from self._of_cycles(own, rows)
            else:
                whole.append(rows)
        rows = np.sort(np.concatenate(whole))
        yield from self._whole(rows)

    def _whole(self, rows: Ints) -> Iterator[Items]:
        """Tickets that are judged as a whole; where only cycles are asked for, what is wrong with them."""
        if not len(rows):
            return
        some = self._some(rows)
        answers = assess_rows(
            some, self._policy, self._asked, self._outputs, self._problems, threads=self._threads, numbers=rows
        )
        if not self._cycles:
            yield Items(rows, np.zeros(len(rows), np.int64), some.opened, answers["done"], answers)

    def _some(self, rows: Ints) -> Tickets:
        return self._tickets if len(rows) == self._tickets.count else self._tickets.of(rows)

    def _of_cycles(self, own: Policy | None, rows: Ints) -> Iterator[Items]:
        """The cycles of tickets under one policy, and the tickets of which none has begun."""
        some = self._some(rows)
        known = known_cycles(some, self._policy, own, self._asked, self._threads)
        alone = self._is_alone(some, own, known)
        if known is not None:
            none = ~alone & (np.bincount(known.cycles.row, minlength=some.count) == 0)
            yield from self._whole(rows[none])
            cycles = known.cycles.of(np.flatnonzero(~alone[known.cycles.row])) if alone.any() else known.cycles
            ended = np.where(cycles.done == NEVER, cycles.cancelled, cycles.done)
            answered = cycle_answers(
                some, cycles, self._policy, own, self._asked, self._outputs, self._problems, self._threads, rows
            )
            for chosen, answers in answered:
                number, start = cycles.number[chosen], cycles.start[chosen]
                yield Items(rows[cycles.row[chosen]], number, start, ended[chosen], answers)
        yield from self._alone(rows[alone])

    def _is_alone(self, tickets: Tickets, own: Policy | None, known: FoldedCycles | None) -> Bools:
        """The tickets of one policy whose cycles arrays do not tell."""
        if known is None:
            return np.ones(tickets.count, bool)
        due = tickets.due_as_agreed(self._asked.measure)  # of a measure of many cycles that is an error
        alone = known.alone | wrong_tickets(tickets) | _before_opening(tickets) | (tickets.opened > self._asked.at)
        nothing = None if own is None else tickets.agreed_for_nothing(own)
        for wrong in (tickets.wrongly_agreed, None if due is None else due != NEVER, nothing):
            alone = alone if wrong is None else alone | wrong
        return alone

    def _alone(self, rows: Ints) -> Iterator[Items]:
        """The items of tickets that are asked one after another."""
        for row in rows.tolist():
            try:
                ticket, at = self._tickets.ticket(row), instant_of(self._asked.at)
                a = scalar.assess(ticket, self._policy, at=at, measure=self._asked.measure, known=self._asked.known)
                items = a.cycles if self._cycles else a.items
                values = {
                    name: np.array([output.value(getattr(item, name)) for item in items], output.dtype)
                    for name, output in self._outputs.items()
                }
            except SlaClockError as problem:
                self._problems.add(row, problem)
                continue
            is_cycle = self._cycles or (bool(items) and items[0].is_cycle)
            cycle = np.array([item.cycle if is_cycle else 0 for item in items], np.int64)
            opened = np.array([to_micros(item.opened) for item in items], np.int64)
            ended = np.array([INSTANTS.value(item.ended if is_cycle else item.done) for item in items], np.int64)
            yield Items(np.full(len(items), row), cycle, opened, ended, values)


def _before_opening(tickets: Tickets) -> Bools:
    """The tickets to which something happened before they opened."""
    opened, early = tickets.opened, np.zeros(tickets.count, bool)
    for name in tickets.instants:
        at = tickets.micros(name)
        early |= (at != NEVER) & (at < opened)
    return early


def last_of_rows(row: Ints) -> Bools:
    """Which items, in order of their rows, are the last of their tickets."""
    return np.append(row[1:] != row[:-1], True)[: len(row)]
