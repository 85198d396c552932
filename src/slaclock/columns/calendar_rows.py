"""The answers to tickets, or to cycles of theirs, whose clocks run on one calendar."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from slaclock.policy.book import PolicyBook
from slaclock.policy.measures import Measure
from slaclock.policy.policy import Policy
from slaclock.tickets import assessment as scalar
from slaclock.tickets.states import NOTES, STATES

from .as_of import Asked, done_by
from .budgets import Budgets
from .chunks import Arrays, BadRows
from .instants import Instants
from .instants import instant_of as instant_at
from .least_targets import LEAST_TARGETS, least_targets
from .outputs import DURATIONS, INSTANTS, NUMBERS, TRUTHS, Output, categories
from .pauses import RowPauses, counted
from .piecewise import NEVER, Bools, Ints
from .rows import Chunk, Rows
from .tickets import Tickets
from .tickets_as_of import TicketsAsOf
from .verdicts import Verdicts

OUTPUTS: dict[str, Output] = {
    "state": categories(STATES),
    "due": INSTANTS,
    "elapsed": DURATIONS,
    "remaining": DURATIONS,
    "over": DURATIONS,
    "note": categories(NOTES),
    "consumed": NUMBERS,
}
"""The columns that are added, by the names that a scalar assessment has for them."""
_BEYOND = frozenset({"over", "over_days", "note"})
"""Of these what is worked out only where it is asked for."""
_TOLD_AS = {"promised_due": "due"}  # of rows whose calendars are read so
ALL_OUTPUTS: dict[str, Output] = {
    **OUTPUTS, "promised_due": INSTANTS, "done": INSTANTS, "elapsed_days": NUMBERS, "remaining_days": NUMBERS,
    "over_days": NUMBERS, "is_strict": TRUTHS, "least_target": LEAST_TARGETS,
}  # fmt: skip
"""With what reports and tables ask beside; they ask for the kind and the priority too, see `outputs_of`."""


class CycleTickets(NamedTuple):
    """Of which row of some tickets each cycle is, and its number."""

    tickets: Tickets
    row: Ints
    number: Ints


class Standing(NamedTuple):
    """Some rows as of the instant: where their clocks start, what they are judged by, and when they wait.

    `done` is when the work was done, `NEVER` where it was not by then; `withdrawn` are those that were cancelled.
    """

    start: Ints
    seen: Ints
    done: Ints
    withdrawn: Bools | None
    pauses: RowPauses | None

    @property
    def is_over(self) -> Bools:
        """The rows that are done or cancelled."""
        is_done: Bools = self.done != NEVER
        return is_done if self.withdrawn is None else is_done | self.withdrawn


class CalendarRows:
    """The answers to tickets on one calendar, or to `cycles` of theirs; rows that are asked alone go to the policy."""

    def __init__(
        self,
        known: TicketsAsOf,
        policy: Policy | PolicyBook,
        asked: Asked,
        outputs: Mapping[str, Output],
        cycles: CycleTickets | None = None,
    ) -> None:
        self._known, self._policy, self._outputs, self._cycles = known, policy, outputs, cycles
        self._at, self._by = asked.at, asked.known
        self._measure: Measure = asked.measure
        tickets, terms = known.tickets, known.terms
        instants = {**tickets.instants, "at": Instants.at(instant_at(asked.at))}
        if known.agreed is not None:
            instants["agreed"] = Instants(known.agreed.view("M8[us]"), size=tickets.count)
        self._calendar = terms.calendars[terms.calendar_of[0] if tickets.count else 0]
        self._rows = Rows(self._calendar, instants, tickets.count, pauses=known.pauses, targets=terms.targets)

    def answers(self, bad: BadRows, threads: int | None, numbers: Ints | None) -> Arrays:
        """The answers of all the tickets."""
        return self._rows.answers(
            [*self._outputs.values()], self._kernel, self._ask, bad, threads=threads, numbers=numbers
        )

    def _ask(self, row: int) -> list[Any]:
        cycles = self._cycles
        ticket = self._known.tickets.ticket(row) if cycles is None else cycles.tickets.ticket(int(cycles.row[row]))
        assessment = scalar.assess(ticket, self._policy, at=instant_at(self._at), measure=self._measure, known=self._by)
        if cycles is not None:
            assessment = assessment.of_cycle(int(cycles.number[row]))
        return [getattr(assessment, name) for name in self._outputs]

    def _standing(self, chunk: Chunk) -> Standing:
        """How the rows of a chunk stand; what arrays cannot answer is doubted."""
        begun, done, withdrawn = chunk["opened"], self._done(chunk), None
        if self._known.start is not None:
            begun = self._known.start[chunk.rows]
            chunk.doubt_outside(begun)
        seen = np.where(done == NEVER, self._at, done)
        if self._known.doubtful is not None:
            chunk.doubt(self._known.doubtful[chunk.rows])
        if self._known.cancelled is not None:
            cancelled = self._known.cancelled[chunk.rows]
            withdrawn = cancelled != NEVER
            seen = np.where(withdrawn, cancelled, seen)
        standing = Standing(chunk.clock_starts(begun), seen, done, withdrawn, None)
        pauses = chunk.pauses(standing.start)
        if pauses is None:
            return standing
        chunk.doubt(seen < standing.start)  # what waits since before a clock that a cut-off put off is cut off here
        pauses = pauses.as_of(seen, standing.is_over)
        return standing._replace(pauses=pauses.without(chunk["agreed"] != NEVER) if "agreed" in chunk else pauses)

    def _kernel(self, chunk: Chunk) -> Arrays:
        start, seen, done, withdrawn, pauses = self._standing(chunk)
        hours = chunk.all.hours
        answers: dict[str, NDArray[Any]] = {
            name: np.full(len(chunk), output.missing, output.dtype)
            for name, output in {**OUTPUTS, **self._outputs}.items()
        }
        answers["state"][:] = self._known.terms.states[chunk.rows]
        answers["elapsed"] = counted(hours, start, seen, pauses)
        if "done" in answers:
            answers["done"] = done
        if "started" in answers:
            answers["started"], answers["ended"] = start, done if withdrawn is None else np.where(withdrawn, seen, done)
        if "elapsed_days" in answers:
            answers["elapsed_days"] = self._days(chunk, start, seen, pauses)
        for name, codes in self._codes.items():
            answers[name][:] = codes[chunk.rows]
        strict = self._known.terms.targets.strict(chunk.rows)
        strict = strict if "agreed" not in chunk else strict & (chunk["agreed"] == NEVER)
        if "is_strict" in answers:
            answers["is_strict"][:] = strict
        doubtful = np.zeros(len(chunk), bool)
        for rows, budgets, paused in self._budgets(chunk, start, pauses):
            verdicts = Verdicts(budgets, seen[rows], done[rows] != NEVER, paused, strict[rows])
            own = verdicts.answers(hours)
            if not _BEYOND.isdisjoint(self._outputs):
                own |= verdicts.beyond(hours, own["remaining"])
            for name, answer in own.items():
                answers[name][rows] = answer
            if "remaining_days" in answers:
                days = chunk.all.days
                if days is None:
                    doubtful[rows] = True
                else:
                    answers["remaining_days"][rows] = verdicts.remaining_days(days)
                    answers["over_days"][rows] = verdicts.over_days(days)
            doubtful[rows] |= verdicts.doubtful
            if "least_target" in answers:
                answers["least_target"][rows], unknown = self._least_targets(chunk, rows, budgets, done[rows], paused)
                doubtful[rows] |= unknown
        chunk.doubt(doubtful)
        self._add_carried(chunk, answers)
        return tuple(answers[_TOLD_AS.get(name, name)] for name in self._outputs)

    def _least_targets(
        self, chunk: Chunk, rows: slice | Ints, budgets: Budgets, done: Ints, pauses: RowPauses | None
    ) -> tuple[Ints, Bools]:
        """The least targets of some rows of a chunk; missing where they are not judged by the policy's own."""
        targets = self._known.terms.targets
        codes = targets.codes
        code = np.zeros(len(done), np.int64) if codes is None else codes[chunk.rows][rows]
        agreed = self._known.tickets.agreed.get(self._measure)
        own = code >= 0
        if agreed is not None:
            own &= ~agreed.given(self._known.tickets.count)[chunk.rows][rows]
        if not own.any():
            return np.full(len(done), NEVER), np.zeros(len(done), bool)
        least, doubtful = least_targets(
            budgets, done, pauses, calendar=self._calendar, targets=targets.distinct, code=np.maximum(code, 0)
        )
        return np.where(own, least, NEVER), doubtful

    def _add_carried(self, chunk: Chunk, answers: dict[str, NDArray[Any]]) -> None:
        """Add what the clocks of the targets before have counted, from where the first of them started."""
        carried = self._known.carried
        if carried is None:
            return
        elapsed, days = carried.counted(chunk.rows)
        answers["elapsed"] += elapsed
        if "elapsed_days" in answers:
            chunk.doubt(np.isnan(days))
            answers["elapsed_days"] += days
        if "started" in answers or "least_target" in answers:
            chunk.doubt(carried.number[chunk.rows] >= 0)

    def _budgets(
        self, chunk: Chunk, start: Ints, pauses: RowPauses | None
    ) -> Iterator[tuple[slice | Ints, Budgets, RowPauses | None]]:
        """The budgets of the rows with targets, with what is carried on to them; and those of agreed due dates."""
        for rows, budgets, paused in chunk.budgets(start, pauses):
            if self._known.carried is not None:
                budgets.carried = self._known.carried.share(chunk.rows, rows)
            yield rows, budgets, paused
        if "agreed" in chunk:
            terms = self._known.terms
            in_service = (terms.states[chunk.rows] < 0) & terms.targets.missing(chunk.rows)
            rows = np.flatnonzero((chunk["agreed"] != NEVER) & in_service)
            window, due = chunk.all.window, chunk["agreed"][rows]
            yield rows, Budgets(window, chunk.all.hours, start[rows], due, window.outside(start[rows]), due), None

    def _days(self, chunk: Chunk, start: Ints, seen: Ints, pauses: RowPauses | None) -> NDArray[np.float64]:
        """The service days that have run."""
        clock = chunk.all.days
        if clock is None:
            chunk.doubt(np.ones(len(chunk), bool))
            return np.zeros(len(chunk))
        return clock.days(counted(clock, start, seen, pauses))

    @cached_property
    def _codes(self) -> dict[str, Ints]:
        """The number of each row's kind and priority among those of the outputs, where these are asked for."""
        codes = {}
        for name, column in {"kind": self._known.terms.kind, "priority": self._known.terms.priority}.items():
            if name in self._outputs:
                numbers = [*map(self._outputs[name].number, column.names), -1]
                codes[name] = np.array(numbers, np.int64)[column.codes]
        return codes

    def _done(self, chunk: Chunk) -> Ints:
        """When the work was done, as far as was known; what cannot be so of a ticket is doubted."""
        instants = {name: chunk[name] for name in self._known.tickets.instants}
        begun = instants["opened"]
        chunk.doubt((begun > self._at) | (begun == NEVER))
        for name, column in instants.items():
            given = column != NEVER
            if not chunk.all.inside:
                chunk.doubt(given & chunk.all.window.outside(column))
            if name != "opened":
                chunk.doubt(given & (column < begun))
        if self._known.done is not None:
            return self._known.done[chunk.rows]
        return done_by(instants, len(chunk), self._at, self._measure)
