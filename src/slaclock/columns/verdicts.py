"""The verdict on many tickets on one clock as of an instant: their states, due dates and what is left."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from slaclock.tickets.states import NOTES, STATES

from .budgets import Budgets
from .clocks import ArrayClock, DaysClock
from .pauses import RowPauses, counted
from .piecewise import NEVER, Bools, Ints

_CODE = {state: code for code, state in enumerate(STATES)}


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
        used = self._budgets.used(self._seen, self._pauses)
        answers: dict[str, NDArray[Any]] = {
            "state": self._state(),
            "due": self._due,
            "remaining": self._remaining(hours),
            "consumed": self._budgets.consumed(used),
        }
        return answers if self._budgets.clock.bounded else answers | {"elapsed": used}

    def beyond(self, hours: ArrayClock, remaining: Ints) -> dict[str, NDArray[Any]]:
        """By how much the clock has gone beyond the target, and whether it has stood still since the due date."""
        over = self._counted_since_due(hours if self._budgets.clock.bounded else self._budgets.clock)
        note = np.where(remaining < -over, NOTES.index("stopped after due"), -1)
        return {"over": over, "note": note}

    def _counted_since_due(self, clock: ArrayClock) -> Ints:
        """What a clock has counted since the due dates that are past, without the pauses."""
        over = np.zeros(len(self._due), np.int64)
        late = np.flatnonzero((self._due < self._seen) & ~self._waits)
        due, seen = self._due[late], self._seen[late]
        paused = None if self._pauses is None else self._pauses.of(late).since(due)
        if paused is not None:  # what pauses before the start of a clock that carries a due date on is not known here
            self.doubtful |= (self._due < self._budgets.start) & ~self._waits
        over[late] = counted(clock, due, seen, paused)
        return over

    def _state(self) -> Ints:
        late = np.where(self._strict, self._seen >= self._due, self._seen > self._due) & ~self._waits
        waiting = False if self._pauses is None else self._pauses.waiting
        state = np.where(waiting, _CODE["paused"], _CODE["running"])
        state = np.where(self._done, _CODE["met"], state)
        return np.where(late, _CODE["breached"], state)

    def _remaining(self, hours: ArrayClock) -> Ints:
        """The time to the due instant that would hold if open pauses ended now, on the clock that it runs on."""
        clock = hours if self._budgets.clock.bounded else self._budgets.clock
        return clock.at(self._due_now) - clock.at(self._seen)

    def remaining_days(self, days: DaysClock) -> NDArray[np.float64]:
        """What is left in service days."""
        if not self._budgets.clock.bounded:
            outside = self._budgets.window.outside
            self.doubtful = self.doubtful | outside(self._due_now) | outside(self._seen)
        return days.days(days.at(self._due_now) - days.at(self._seen))

    def over_days(self, days: DaysClock) -> NDArray[np.float64]:
        """By how much the clock has gone beyond the target, in service days."""
        if not self._budgets.clock.bounded:
            outside = self._budgets.window.outside
            self.doubtful = self.doubtful | (outside(self._due) & ~self._waits) | outside(self._seen)
        return days.days(self._counted_since_due(days))

    @cached_property
    def _due_now(self) -> Ints:
        """The due instants, where they wait those that would hold if open pauses ended now."""
        due = self._due
        if self._waits.any() and self._pauses is not None:
            ended, doubtful = self._budgets.due(self._pauses.until(self._seen))
            due = np.where(self._waits, ended, due)
            self.doubtful |= doubtful & self._waits
        return due
