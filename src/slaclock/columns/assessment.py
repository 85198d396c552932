"""How many tickets stand as of an instant, in the columns of a frame; each is what the scalar `assess` says of one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from slaclock.errors import SlaClockError
from slaclock.policy.book import PolicyBook, main_policy, policies_of
from slaclock.policy.measures import Measure, check_measure
from slaclock.policy.policy import Policy
from slaclock.temporal.instants import to_micros
from slaclock.tickets import assessment as scalar
from slaclock.tickets.states import STATES

from .as_of import AsOf, by_policy, done_by, in_force, known_at, stopping_pauses
from .budgets import Budgets
from .chunks import Arrays, BadRows, Errors
from .clocks import ArrayClock
from .frames import frame_of, kind_of, lazily, narwhals
from .instants import Instants, instant_of
from .outputs import DURATIONS, INSTANTS, NUMBERS, Output, categories, schema_of
from .pauses import RowPauses
from .piecewise import NEVER, Bools, Ints
from .rows import Chunk, Rows
from .terms import terms_of
from .tickets import Tickets, names_of, read_tickets
from .typing import FrameT

OUTPUTS: dict[str, Output] = {
    "state": categories(STATES),
    "due": INSTANTS,
    "elapsed": DURATIONS,
    "remaining": DURATIONS,
    "consumed": NUMBERS,
}
"""The columns that are added, by the names that a scalar assessment has for them."""
ALL_OUTPUTS: dict[str, Output] = {**OUTPUTS, "done": INSTANTS, "elapsed_days": NUMBERS}
"""With what reports and tables ask beside; they ask for the kind and the priority too, see `outputs_of`."""
_WORDS = ("kind", "priority")
_CODE = {state: code for code, state in enumerate(STATES)}


def assess(
    frame: FrameT,
    policy: Policy | PolicyBook,
    *,
    at: datetime,
    measure: Measure = "resolve",
    pauses: Any = None,
    changes: Any = None,
    reopenings: Any = None,
    columns: Mapping[str, str] | None = None,
    prefix: str = "sla_",
    timezone: str | None = None,
    errors: Errors | BadRows = "raise",
    threads: int | None = None,
) -> FrameT:
    """A frame of tickets with how each of them stands as of `at`, in five more columns.

    `sla_state`, `sla_due` (in the calendar's zone; missing while an open pause holds it), `sla_elapsed` and
    `sla_remaining` (durations), `sla_consumed` (the share of the target that is used up); `prefix` replaces `sla_`.

    The frame needs the column `opened`, and may have `id`, `kind` (without it all are incidents), `priority`,
    `responded`, `resolved`, `cancelled`, `category`, `impact` and `urgency`; `columns` maps these names to the frame's
    own. Side frames say what became of the tickets: `pauses` with the columns `ticket`, `start`, `end` and `reason` (or
    a `Pauses`), `changes` with `ticket`, `at`, `field` and `to`, `reopenings` with `ticket`, `resolved` and `reopened`.
    A lazy Polars frame stays lazy, and is answered when it is collected.
    """
    check_measure(measure)
    to_micros(at)
    zone = main_policy(policy).calendar.zone.key
    options = {"at": at, "measure": measure, "pauses": pauses, "columns": columns, "prefix": prefix}
    options |= {
        "timezone": timezone,
        "errors": errors,
        "threads": threads,
        "changes": changes,
        "reopenings": reopenings,
    }
    later: FrameT | None = lazily(frame, lambda part: assess(part, policy, **options), schema_of(OUTPUTS, prefix, zone))
    if later is not None:
        return later
    table = frame_of(frame)
    names = names_of(table, columns or {})
    bad = errors if isinstance(errors, BadRows) else BadRows(errors)
    tickets = read_tickets(table, names, timezone, pauses=pauses, changes=changes, reopenings=reopenings)
    answers = assess_rows(tickets, policy, AsOf(to_micros(at), measure), OUTPUTS, bad, threads=threads)
    bad.warn()
    kind = kind_of([table[names["opened"]].to_native()])
    added = {prefix + name: output.column(kind, answers[name], zone) for name, output in OUTPUTS.items()}
    nw = narwhals()
    series = [nw.from_native(column, series_only=True).alias(name) for name, column in added.items()]
    answered: FrameT = table.with_columns(*series).to_native()
    return answered


def _words(tickets: Tickets, policy: Policy | PolicyBook) -> dict[str, tuple[str, ...]]:
    """The kinds and priorities that answers may name: those that tickets have, come to have, or are agreed for them."""
    later = () if tickets.changes is None else tickets.changes.to.names
    agreed = [
        priority
        for own in policies_of(policy)
        for by_urgency in own.priorities.values()
        for priority in by_urgency.values()
    ]
    words = {name: [*tickets.names(name), *later] for name in _WORDS}
    words["priority"] += agreed
    return {name: tuple(dict.fromkeys(names)) for name, names in words.items()}


def outputs_of(
    names: Iterable[str], tickets: Tickets, policy: Policy | PolicyBook
) -> tuple[dict[str, Output], dict[str, tuple[str, ...]]]:
    """Outputs by their names, and the words that those of the kind and the priority number."""
    words = _words(tickets, policy)
    every = ALL_OUTPUTS | {name: categories(own) for name, own in words.items()}
    return {name: every[name] for name in names}, words


def assess_rows(
    tickets: Tickets,
    policy: Policy | PolicyBook,
    as_of: AsOf,
    outputs: Mapping[str, Output],
    bad: BadRows,
    *,
    threads: int | None,
    numbers: Ints | None = None,
) -> dict[str, NDArray[Any]]:
    """Some outputs of every ticket, under the policy in force when it opened; of its kind and priority the numbers.

    `numbers` are those by which the caller knows the tickets, where they are only some of his.
    """
    if isinstance(policy, Policy):
        whole = PolicyRows(tickets, policy, policy, as_of, outputs).answers(bad, threads, numbers)
        return dict(zip(outputs, whole, strict=True))
    arrays = {name: output.empty(tickets.count) for name, output in outputs.items()}
    problems = []
    for one, rows in by_policy(tickets.opened, policy):
        own_numbers = rows if numbers is None else numbers[rows]
        try:
            answers = PolicyRows(tickets.of(rows), one, policy, as_of, outputs).answers(bad, threads, own_numbers)
        except SlaClockError as problem:
            if problem.row is None:
                raise
            problems.append((problem.row, problem))  # another policy may have a row that comes before it
            continue
        for array, answer in zip(arrays.values(), answers, strict=True):
            array[rows] = answer
    if problems:
        raise min(problems, key=lambda numbered: numbered[0])[1]
    return arrays


class PolicyRows:
    """Tickets under one policy; `book` is where the policy came from, to which rows that are asked alone go."""

    def __init__(
        self,
        tickets: Tickets,
        policy: Policy,
        book: Policy | PolicyBook,
        as_of: AsOf,
        outputs: Mapping[str, Output],
    ) -> None:
        self._tickets, self._policy, self._book, self._outputs = tickets, policy, book, outputs
        self._at = as_of.at
        self._measure: Measure = as_of.measure
        self._early: Bools | None = None  # those that opened before the first policy of the book
        if isinstance(book, PolicyBook):
            self._early = ~in_force(policy, tickets.opened)
        self._known = known_at(tickets, policy, as_of)
        held = tickets if self._known is None else self._known.tickets
        terms = terms_of(held, policy, as_of.measure)
        self._words = {"kind": held.categories["kind"], "priority": terms.priority}
        pauses, self._unlisted = stopping_pauses(tickets, policy, as_of.measure)
        if self._known is not None:
            if tickets.changes is not None:
                # A word of the opening that the policy does not know is an error, whatever it was changed to.
                changed = np.unique(tickets.changes.row)
                unknown = terms_of(tickets.of(changed), policy, as_of.measure).targets.unknown
                self._known.doubtful[changed[unknown]] = True
            terms = terms.without(self._known.cancelled != NEVER)
            pauses = self._known.pauses(pauses)
        self._terms = terms
        instants = {**tickets.instants, "at": Instants.at(instant_of(as_of.at))}
        self._rows = Rows(policy.calendar, instants, tickets.count, pauses=pauses, targets=self._terms.targets)

    def answers(self, bad: BadRows, threads: int | None, numbers: Ints | None) -> Arrays:
        """The answers of all the tickets."""
        return self._rows.answers(
            [*self._outputs.values()], self._kernel, self._ask, bad, threads=threads, numbers=numbers
        )

    def _ask(self, row: int) -> list[Any]:
        ticket, at = self._tickets.ticket(row), instant_of(self._at)
        assessment = scalar.assess(ticket, self._book, at=at, measure=self._measure)
        return [getattr(assessment, name) for name in self._outputs]

    def _kernel(self, chunk: Chunk) -> Arrays:
        begun, done, over = chunk["opened"], self._done(chunk), None
        seen = np.where(done == NEVER, self._at, done)
        if self._known is not None:
            cancelled = self._known.cancelled[chunk.rows]
            chunk.doubt(self._known.doubtful[chunk.rows])
            over = cancelled != NEVER
            seen = np.where(over, cancelled, seen)
        pauses = chunk.pauses(begun)
        if pauses is not None:
            pauses = pauses.as_of(seen, done != NEVER if over is None else over | (done != NEVER))
        hours = chunk.all.hours
        low, high = hours.at(begun), hours.at(seen)
        answers: dict[str, NDArray[Any]] = {
            name: np.full(len(chunk), output.missing, output.dtype)
            for name, output in {**OUTPUTS, **self._outputs}.items()
        }
        answers["state"][:] = self._terms.states[chunk.rows]
        answers["elapsed"] = high - low - (0 if pauses is None else pauses.covered(hours, low, high))
        if "done" in answers:
            answers["done"] = done
        if "elapsed_days" in answers:
            answers["elapsed_days"] = self._days(chunk, begun, seen, pauses)
        for name, codes in self._codes.items():
            answers[name][:] = codes[chunk.rows]
        strict = self._terms.targets.strict(chunk.rows)
        if self._unlisted is not None:
            chunk.doubt(self._unlisted[chunk.rows])
        doubtful = np.zeros(len(chunk), bool)
        for rows, budgets, own in chunk.budgets(begun, pauses):
            verdicts = Verdicts(budgets, seen[rows], done[rows] != NEVER, own, strict[rows])
            for name, answer in verdicts.answers(hours).items():
                answers[name][rows] = answer
            doubtful[rows] = verdicts.doubtful
        chunk.doubt(doubtful)
        return tuple(answers[name] for name in self._outputs)

    def _days(self, chunk: Chunk, begun: Ints, seen: Ints, pauses: RowPauses | None) -> NDArray[np.float64]:
        """The service days that have run."""
        clock = chunk.all.days
        if clock is None:
            chunk.doubt(np.ones(len(chunk), bool))
            return np.zeros(len(chunk))
        low, high = clock.at(begun), clock.at(seen)
        return clock.days(high - low - (0 if pauses is None else pauses.covered(clock, low, high)))

    @cached_property
    def _codes(self) -> dict[str, Ints]:
        """The number of each row's kind and priority among those of the outputs, where these are asked for."""
        codes = {}
        for name, own in self._words.items():
            if name in self._outputs:
                numbers = [*map(self._outputs[name].number, own.names), -1]
                codes[name] = np.array(numbers, np.int64)[own.codes]
        return codes

    def _done(self, chunk: Chunk) -> Ints:
        """When the work was done, as far as was known; what cannot be so of a ticket is doubted."""
        instants = {name: chunk[name] for name in self._tickets.instants}
        begun = instants["opened"]
        chunk.doubt((begun > self._at) | (begun == NEVER))
        if self._early is not None:
            chunk.doubt(self._early[chunk.rows])
        for name, column in instants.items():
            given = column != NEVER
            if not chunk.all.inside:
                chunk.doubt(given & chunk.all.window.outside(column))
            if name != "opened":
                chunk.doubt(given & (column < begun))
        if self._known is not None:
            return self._known.done[chunk.rows]
        return done_by(instants, len(chunk), self._at, self._measure)


class Verdicts:
    """Tickets with targets on one clock, as of `seen`; `doubtful` are those that the window does not answer for."""

    def __init__(self, budgets: Budgets, seen: Ints, done: Bools, pauses: RowPauses | None, strict: Bools) -> None:
        self._budgets, self._seen, self._done, self._pauses, self._strict = budgets, seen, done, pauses, strict
        self._due, self.doubtful = budgets.due(pauses)
        self._waits = self._due == NEVER
        if budgets.clock.bounded:
            outside = budgets.window.outside
            self.doubtful = self.doubtful | (outside(self._due) & ~self._waits) | outside(seen)

    def answers(self, hours: ArrayClock) -> dict[str, NDArray[Any]]:
        """The outputs; what has elapsed is told only where it does not run on the hours clock."""
        used, amount = self._budgets.used(self._seen, self._pauses), self._budgets.amount
        answers: dict[str, NDArray[Any]] = {
            "state": self._state(),
            "due": self._due,
            "remaining": self._remaining(hours),
            "consumed": np.where(amount == 0, 1.0, used / np.where(amount == 0, 1, amount)),
        }
        return answers if self._budgets.clock.bounded else answers | {"elapsed": used}

    def _state(self) -> Ints:
        late = np.where(self._strict, self._seen >= self._due, self._seen > self._due) & ~self._waits
        waiting = False if self._pauses is None else self._pauses.waiting
        state = np.where(waiting, _CODE["paused"], _CODE["running"])
        state = np.where(self._done, _CODE["met"], state)
        return np.where(late, _CODE["breached"], state)

    def _remaining(self, hours: ArrayClock) -> Ints:
        """The time to the due instant that would hold if open pauses ended now, on the clock that it runs on."""
        due = self._due
        if self._waits.any() and self._pauses is not None:
            ended, doubtful = self._budgets.due(self._pauses.until(self._seen))
            due = np.where(self._waits, ended, due)
            self.doubtful |= doubtful & self._waits
        clock = hours if self._budgets.clock.bounded else self._budgets.clock
        return clock.at(due) - clock.at(self._seen)
