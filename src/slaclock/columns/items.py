"""What is judged of many tickets: each ticket, or where every cycle is judged by itself each of its cycles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from slaclock.errors import SlaClockError
from slaclock.policy.book import PolicyBook, main_policy
from slaclock.policy.measures import MeasureRule
from slaclock.policy.policy import Policy
from slaclock.temporal.instants import to_micros
from slaclock.tickets import assessment as scalar

from .as_of import Asked
from .assessment import assess_rows
from .chosen import by_policy
from .chunks import BadRows, FirstOfRow
from .cycle_rows import cycle_answers
from .folds import by_arrays, cycles_of
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


def items_of(
    tickets: Tickets,
    policy: Policy | PolicyBook,
    asked: Asked,
    outputs: Mapping[str, Output],
    bad: BadRows,
    *,
    threads: int | None,
    numbers: Ints,
) -> Items:
    """What is judged of tickets that have all opened; `done` must be among the outputs.

    `numbers` are those by which the caller knows the tickets. Of a wrong ticket `bad` hears once, of the first before
    all others.
    """
    problems = FirstOfRow()
    work = _Work(tickets, policy, asked, outputs, problems, threads)
    parts = [*work.items()]
    problems.tell(bad, numbers)
    row, cycle, opened, ended = (
        np.concatenate([np.zeros(0, np.int64), *columns])
        for columns in (
            [part.row for part in parts],
            [part.cycle for part in parts],
            [part.opened for part in parts],
            [part.ended for part in parts],
        )
    )
    order = np.lexsort((cycle, row))
    answers = {
        name: np.concatenate([output.empty(0), *(part.answers[name] for part in parts)])[order]
        for name, output in outputs.items()
    }
    return Items(row[order], cycle[order], opened[order], ended[order], answers)


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
    ) -> None:
        self._tickets, self._policy, self._asked, self._outputs = tickets, policy, asked, outputs
        self._problems, self._threads = problems, threads
        self._lent = main_policy(policy)

    def items(self) -> Iterator[Items]:
        """The items in parts."""
        by_rule = [(own, self._rule(own), rows) for own, rows in by_policy(self._tickets, self._policy)]
        alone = [rows for _, rule, rows in by_rule if rule.cycles == "each" and not by_arrays(rule)]
        together = [part for part in by_rule if part[1].cycles != "each" or by_arrays(part[1])]
        last = self._last(np.sort(np.concatenate([np.zeros(0, np.int64), *(rows for _, _, rows in together)])))
        for own, rule, rows in together:
            if rule.cycles == "each":
                yield from self._of_cycles(own, rule, rows, last)
            else:
                yield self._whole(rows, last)
        for rows in alone:
            yield from self._alone(rows)

    def _rule(self, own: Policy | None) -> MeasureRule:
        return (self._lent if own is None else own).measure(self._asked.measure)

    def _last(self, rows: Ints) -> dict[str, NDArray[Any]]:
        """The answers to some of the tickets as `assess` gives them, of many cycles the last; by rows of them all."""
        answers = assess_rows(
            self._tickets.of(rows), self._policy, self._asked, self._outputs, self._problems,
            threads=self._threads, numbers=rows,
        )  # fmt: skip
        whole = {name: output.empty(self._tickets.count) for name, output in self._outputs.items()}
        for name, array in whole.items():
            array[rows] = answers[name]
        return whole

    def _whole(self, rows: Ints, last: Mapping[str, NDArray[Any]]) -> Items:
        """Tickets that are judged as a whole."""
        answers = {name: array[rows] for name, array in last.items()}
        return Items(rows, np.zeros(len(rows), np.int64), self._tickets.opened[rows], answers["done"], answers)

    def _of_cycles(
        self, own: Policy | None, rule: MeasureRule, rows: Ints, last: Mapping[str, NDArray[Any]]
    ) -> Iterator[Items]:
        """The cycles of tickets under one policy: the last ones are answered, those before them are asked for."""
        some = self._tickets.of(rows)
        cycles = cycles_of(some, rule, self._asked.at)
        ended = np.where(cycles.done == NEVER, cycles.cancelled, cycles.done)
        count = np.bincount(cycles.row, minlength=some.count)
        yield self._whole(rows[count == 0], last)
        is_last = cycles.number == count[cycles.row]
        row = rows[cycles.row[is_last]]
        answers = {name: array[row] for name, array in last.items()}
        yield Items(row, cycles.number[is_last], cycles.start[is_last], ended[is_last], answers)
        wrong = np.isin(rows, list(self._problems.problems))
        before = np.flatnonzero(~is_last & ~wrong[cycles.row])
        earlier, ended = cycles.of(before), ended[before]
        answered = cycle_answers(
            some, earlier, self._policy, own, self._asked, self._outputs, self._problems, self._threads, rows
        )
        for chosen, by_name in answered:
            number, start = earlier.number[chosen], earlier.start[chosen]
            yield Items(rows[earlier.row[chosen]], number, start, ended[chosen], by_name)

    def _alone(self, rows: Ints) -> Iterator[Items]:
        """The items of tickets that are asked one after another."""
        for row in rows.tolist():
            try:
                ticket, at = self._tickets.ticket(row), instant_of(self._asked.at)
                items = scalar.assess(ticket, self._policy, at=at, measure=self._asked.measure).items
                values = {
                    name: np.array([output.value(getattr(item, name)) for item in items], output.dtype)
                    for name, output in self._outputs.items()
                }
            except SlaClockError as problem:
                self._problems.add(row, problem)
                continue
            cycle = np.array([item.cycle if item.is_cycle else 0 for item in items], np.int64)
            opened = np.array([to_micros(item.opened) for item in items], np.int64)
            ended = np.array([INSTANTS.value(item.ended if item.is_cycle else item.done) for item in items], np.int64)
            yield Items(np.full(len(items), row), cycle, opened, ended, values)


def last_of_rows(row: Ints) -> Bools:
    """Which items, in order of their rows, are the last of their tickets."""
    return np.append(row[1:] != row[:-1], True)[: len(row)]
