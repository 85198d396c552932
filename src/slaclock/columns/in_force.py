"""The targets that were in force before the last ones, where a breach of theirs stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from .arrays import renumbered
from .as_of import AsOf
from .chunks import Arrays, BadRows
from .instants import Instants
from .outputs import INSTANTS, TRUTHS
from .pause_columns import PauseColumns
from .piecewise import NEVER, Bools, Ints
from .rows import Chunk, Rows
from .stretches import Earlier
from .terms import Cases, RowTerms, terms_of
from .tickets import Tickets


class Standing(NamedTuple):
    """Rows with a breach that stands: the case under which it is one, and where that target's clock starts.

    `doubtful` are the rows of which that cannot be told, and which are asked alone.
    """

    rows: Ints
    case: Ints
    start: Ints
    doubtful: Ints


class InForce:
    """Tickets with what was known of them, and the pauses that stop their clocks, to hold targets against."""

    def __init__(self, tickets: Tickets, cases: Cases, known: AsOf, pauses: PauseColumns | None) -> None:
        self.tickets, self.cases, self.known, self._pauses = tickets, cases, known, pauses

    def standing(self, earlier: Sequence[Earlier], undecided: Bools) -> Standing:
        """Of the rows that are `undecided` those with an earlier target whose breach stands, each by the first one."""
        undecided = undecided.copy()
        parts, doubtful = [], []
        for turn in earlier:
            chosen = (turn.until > self.known.start[turn.rows]) & undecided[turn.rows]
            stretches = turn.of(chosen)
            opened = self.known.start[stretches.rows]
            since = np.maximum(stretches.since, opened)
            afresh = self.cases.policy.rules.priority_change == "restart"
            start = np.where(stretches.first, opened, since) if afresh else opened
            breached, alone = self._breached(stretches, start, since)
            parts.append((stretches.rows[breached], stretches.case[breached], start[breached]))
            doubtful.append(stretches.rows[alone])
            undecided[stretches.rows[breached | alone]] = False
        nothing = np.zeros(0, np.int64)
        rows, case, start = (np.concatenate(columns) for columns in zip((nothing,) * 3, *parts, strict=True))
        return Standing(rows, case, start, np.concatenate([nothing, *doubtful]))

    def _breached(self, stretches: Earlier, start: Ints, since: Ints) -> tuple[Bools, Bools]:
        """The rows whose breach began while the target was in force, and those of which that cannot be told."""
        breached, alone = np.zeros((2, len(stretches.rows)), bool)
        terms = terms_of(self.tickets.of(stretches.rows), self.cases, stretches.case)
        for number in np.unique(terms.calendar_of).tolist():
            part = np.flatnonzero(terms.calendar_of == number)
            due, strict, alone[part] = self._due(stretches.rows[part], start[part], terms.of(part))
            begun = np.maximum(np.where(strict, due, due + 1), since[part])
            began = self._outside_gaps(stretches.rows[part], begun)
            seen = self.known.seen[stretches.rows[part]]
            late = np.where(strict, seen >= due, seen > due) & (due != NEVER)
            breached[part] = late & (began < stretches.until[part]) & ~alone[part]
        return breached, alone

    def _due(self, rows: Ints, start: Ints, terms: RowTerms) -> tuple[Ints, Bools, Bools]:
        """When the targets are used up, which of them are missed at their limit, and which cannot be told."""
        seen = self.known.seen[rows]
        done = self.known.done[rows] != NEVER
        alone = np.zeros(len(rows), bool)
        columns = {name: Instants(at.view("M8[us]"), size=len(rows)) for name, at in (("start", start), ("seen", seen))}
        pauses = None if self._pauses is None else self._pauses.of_rows(rows, self.tickets.count)

        def kernel(chunk: Chunk) -> Arrays:
            due = np.full(len(chunk), NEVER)
            doubtful = np.zeros(len(chunk), bool)
            chunk.doubt_outside(chunk["start"], chunk["seen"])
            clock_start = chunk.clock_starts(chunk["start"])
            paused = chunk.pauses(clock_start)
            if paused is not None:
                paused = paused.as_of(chunk["seen"], done[chunk.rows])
            for part, budgets, own_pauses in chunk.budgets(clock_start, paused):
                due[part], trouble = budgets.due(own_pauses)
                doubtful[part] = trouble | (budgets.window.outside(due[part]) & (due[part] != NEVER))
            chunk.doubt(doubtful)
            return due, terms.targets.strict(chunk.rows)

        def ask(row: int) -> list[Any]:
            alone[row] = True
            return [None, False]

        asked = Rows(terms.calendars[0], columns, len(rows), pauses=pauses, targets=terms.targets)
        due, strict = asked.answers([INSTANTS, TRUTHS], kernel, ask, BadRows("raise"), threads=1)
        return due, strict > 0, alone

    def _outside_gaps(self, rows: Ints, instant: Ints) -> Ints:
        """The instants, or the end of the gap in which one lies: no breach begins while a ticket is not open."""
        row, start, end = self.known.gaps
        number = renumbered(rows, self.tickets.count)[row]
        own = np.flatnonzero(number >= 0)
        number, start, end = number[own], start[own], end[own]
        inside = (start < instant[number]) & (instant[number] < end)
        moved = instant.copy()
        moved[number[inside]] = end[inside]
        return moved
