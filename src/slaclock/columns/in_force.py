"""The targets that were in force before the last ones: whether a breach of theirs stands, and what is carried on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from .arrays import renumbered
from .as_of import AsOf
from .carried import Carried, Ran
from .chunks import Arrays, BadRows
from .instants import Instants
from .outputs import DURATIONS, INSTANTS, NUMBERS, TRUTHS
from .pause_columns import PauseColumns
from .pauses import counted
from .piecewise import NEVER, Bools, Ints
from .rows import Chunk, Rows
from .stretches import Earlier
from .terms import Cases, RowTerms, terms_of
from .tickets import Tickets

KnownBy = Callable[[Ints, Ints], Ints]
"""By what was known calendars are read, of targets that are measured from an instant and judged by another."""
_RAN = (INSTANTS, TRUTHS, DURATIONS, DURATIONS, DURATIONS, NUMBERS)


class Before(NamedTuple):
    """What the targets before the last ones left: rows with a breach that stands, and what is carried on.

    `case` is the one under which it is a breach, and `start` where that target's clock starts. `carried` is None where
    nothing is. `doubtful` are the rows of which it cannot be told, and which are asked alone.
    """

    rows: Ints
    case: Ints
    start: Ints
    carried: Carried | None
    doubtful: Ints


class InForce:
    """Tickets with what was known of them, and the pauses that stop their clocks, to hold targets against."""

    def __init__(
        self, tickets: Tickets, cases: Cases, known: AsOf, pauses: PauseColumns | None, read_by: KnownBy | None = None
    ) -> None:
        self.tickets, self.cases, self.known, self._pauses = tickets, cases, known, pauses
        self._read_by = read_by

    def before(self, earlier: Sequence[Earlier], undecided: Bools) -> Before:
        """What earlier targets left of the rows that are `undecided`; of several breaches the first one stands."""
        rules, undecided = self.cases.policy.rules, undecided.copy()
        carried = None
        nothing = np.zeros(0, np.int64)
        rows = np.unique(np.concatenate([nothing, *(turn.rows for turn in earlier)]))
        if rules.priority_change == "carry" and len(rows):
            carried = Carried.nothing(rows, self.tickets.count)
        parts, doubtful = [(nothing, nothing, nothing)], [nothing]
        for turn in earlier:
            stretches = turn.of((turn.until > self.known.start[turn.rows]) & undecided[turn.rows])
            opened = self.known.start[stretches.rows]
            since = np.maximum(stretches.since, opened)
            start = opened if rules.priority_change == "from-opening" else np.where(stretches.first, opened, since)
            if carried is not None:
                carried.forget(stretches.rows[stretches.first])
            ran, alone = self._ran(stretches, start, carried)
            breached = ~alone & (rules.breach == "stands")
            breached[breached] = self._breached(stretches.of(breached), since[breached], ran.of(breached))
            parts.append((stretches.rows[breached], stretches.case[breached], start[breached]))
            doubtful.append(stretches.rows[alone])
            undecided[stretches.rows[breached | alone]] = False
            if carried is not None:
                left = ~breached & ~alone
                carried.add(stretches.rows[left], ran.of(left))
        rows, case, start = (np.concatenate(columns) for columns in zip(*parts, strict=True))
        return Before(rows, case, start, carried, np.concatenate(doubtful))

    def _breached(self, stretches: Earlier, since: Ints, ran: Ran) -> Bools:
        """The rows whose breach began while the target was in force."""
        seen = self.known.seen[stretches.rows]
        begun = np.maximum(np.where(ran.strict, ran.due, ran.due + 1), since)
        late = np.where(ran.strict, seen >= ran.due, seen > ran.due) & (ran.due != NEVER)
        breached: Bools = late & (self._outside_gaps(stretches.rows, begun) < stretches.until)
        return breached

    def _ran(self, stretches: Earlier, start: Ints, carried: Carried | None) -> tuple[Ran, Bools]:
        """How the targets ran until others took their place, and the rows of which that cannot be told."""
        ran, alone = Ran.empty(len(stretches.rows)), np.zeros(len(stretches.rows), bool)
        terms = terms_of(self.tickets.of(stretches.rows), self.cases, stretches.case)
        if self._read_by is not None:
            terms = terms.as_known(self._read_by(start, self.known.seen[stretches.rows]))
        for number in np.unique(terms.calendar_of).tolist():
            part = np.flatnonzero(terms.calendar_of == number)
            rows, until = stretches.rows[part], stretches.until[part]
            own_carried = None if carried is None else carried.of(rows)
            answers, alone[part] = self._on_calendar(rows, start[part], until, terms.of(part), own_carried)
            for column, answer in zip(ran, answers, strict=True):
                column[part] = answer
        return ran, alone

    def _on_calendar(
        self, rows: Ints, start: Ints, until: Ints, terms: RowTerms, carried: Carried | None
    ) -> tuple[Arrays, Bools]:
        seen = self.known.seen[rows]
        done = self.known.done[rows] != NEVER
        alone = np.zeros(len(rows), bool)
        instants = {"start": start, "until": until, "seen": seen}
        columns = {name: Instants(at.view("M8[us]"), size=len(rows)) for name, at in instants.items()}
        pauses = None if self._pauses is None else self._pauses.of_rows(rows, self.tickets.count)

        def kernel(chunk: Chunk) -> Arrays:
            ran = Ran.empty(len(chunk))
            ran.due[:] = NEVER
            doubtful = np.zeros(len(chunk), bool)
            chunk.doubt_outside(*(chunk[name] for name in instants))
            clock_start = chunk.clock_starts(chunk["start"])
            paused = chunk.pauses(clock_start)
            if paused is not None:
                chunk.doubt(chunk["seen"] < clock_start)  # a pause that begins before such a clock is not known here
                paused = paused.as_of(chunk["seen"], done[chunk.rows])
            if carried is not None:
                ran.elapsed[:] = counted(chunk.all.hours, clock_start, chunk["until"], paused)
                days = chunk.all.days
                ran.days[:] = np.nan if days is None else days.days(counted(days, clock_start, chunk["until"], paused))
            for part, budgets, own_pauses in chunk.budgets(clock_start, paused):
                if carried is not None:
                    budgets.carried = carried.share(chunk.rows, part)
                    ran.used[part] = budgets.used(chunk["until"][part], own_pauses)
                    ran.amount[part] = budgets.amount
                    if not budgets.clock.bounded:
                        ran.elapsed[part] = ran.used[part]
                ran.due[part], trouble = budgets.due(own_pauses)
                doubtful[part] = trouble | (budgets.window.outside(ran.due[part]) & (ran.due[part] != NEVER))
            chunk.doubt(doubtful)
            return (*ran[:1], terms.targets.strict(chunk.rows), *ran[2:])

        def ask(row: int) -> list[Any]:
            alone[row] = True
            return [None] * len(_RAN)

        asked = Rows(terms.calendars[0], columns, len(rows), pauses=pauses, targets=terms.targets)
        return asked.answers(_RAN, kernel, ask, BadRows("raise"), threads=1), alone

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
