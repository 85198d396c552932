"""Pauses: when the clock of a ticket was stopped, and what is left of an interval without them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Self

from pydantic import model_validator

from slaclock.errors import PauseError
from slaclock.formats.models import Instant, Model
from slaclock.temporal import intervals
from slaclock.temporal.instants import to_micros
from slaclock.temporal.intervals import Run
from slaclock.timetable.timetable import A, Clock

FOREVER = 1 << 62
"""The end of a pause that is still open."""


class Pause(Model):
    """A time, `[start, end)`, for which a ticket waited; `end` none means that it still waits.

    `reason` is a word of the policy's `[pauses]`, which says what the pause stops.
    """

    start: Instant
    end: Instant | None = None
    reason: str | None = None

    if TYPE_CHECKING:

        def __init__(
            self, *, start: datetime | str, end: datetime | str | None = ..., reason: str | None = ...
        ) -> None: ...

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.end is not None and to_micros(self.end) < to_micros(self.start):
            raise _backward(self.start, self.end)
        return self


PauseLike = Pause | tuple[datetime, datetime | None]


def run_of(pauses: Iterable[PauseLike], start: int) -> Run:
    """The pauses as a run from `start` on: sorted, merged, and ending at `FOREVER` where one is open."""
    found: list[intervals.Interval] = []
    for index, pause in enumerate(pauses):
        if isinstance(pause, Pause):
            begun, ended = pause.start, pause.end
        else:
            try:
                begun, ended = pause
            except (TypeError, ValueError):
                raise PauseError(
                    f"{pause!r} is not a pause",
                    "give a Pause or a pair (start, end)",
                    f"pause {index}",
                    value=pause,
                ) from None
        a, b = to_micros(begun), FOREVER if ended is None else to_micros(ended)
        if ended is not None and b < a:
            raise _backward(begun, ended).within(f"pause {index}")
        found.append((max(a, start), b))  # backward, and so of no effect, for one that ended before the start
    return intervals.union(found)


def ended_by(run: Run, at: int) -> Run:
    """The pauses as if every one still open at `at` ended there."""
    return intervals.clip(run, end=at)


def counted(clock: Clock[A], start: int, end: int, run: Run) -> A:
    """What the clock counts in `[start, end)` outside the pauses."""
    total = clock.between(start, end)
    for a, b in intervals.clip(run, start, end):
        total -= clock.between(a, b)
    return total


def reached(clock: Clock[A], start: int, amount: A, run: Run) -> int | None:
    """The earliest instant at which the clock has counted `amount` outside the pauses; None while one is open."""
    at = start
    for a, b in run:
        running = clock.between(at, a)
        if running >= amount:
            break
        if b >= FOREVER:
            return None
        amount -= running
        at = b
    return clock.earliest(at, amount)


def _backward(start: datetime, end: datetime) -> PauseError:
    ends = f"the pause ends at {end.isoformat()}, before it starts at {start.isoformat()}"
    return PauseError(ends, "swap the two")
