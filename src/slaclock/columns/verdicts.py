"""The verdict on many tickets on one clock as of an instant: their states, due dates and what is left."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from slaclock.tickets.states import STATES

from .budgets import Budgets
from .clocks import ArrayClock, DaysClock
from .pauses import RowPauses
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
        """The same in service days."""
        if not self._budgets.clock.bounded:
            outside = self._budgets.window.outside
            self.doubtful = self.doubtful | outside(self._due_now) | outside(self._seen)
        return days.days(days.at(self._due_now) - days.at(self._seen))

    @cached_property
    def _due_now(self) -> Ints:
        """The due instants, where they wait those that would hold if open pauses ended now."""
        due = self._due
        if self._waits.any() and self._pauses is not None:
            ended, doubtful = self._budgets.due(self._pauses.until(self._seen))
            due = np.where(self._waits, ended, due)
            self.doubtful |= doubtful & self._waits
        return due
