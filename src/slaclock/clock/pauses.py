"""Pauses: when the clock of a ticket was stopped, and what is left of an interval without them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Self

from pydantic import model_validator

from slaclock.errors import PauseError, SlaClockError
from slaclock.formats.models import Instant, MaybeInstant, MaybeText, Model, short_repr
from slaclock.temporal import intervals
from slaclock.temporal.instants import InstantLike, is_missing, micros_of, to_micros
from slaclock.temporal.intervals import Run
from slaclock.timetable.timetable import A, Clock

FOREVER = 1 << 62
"""The end of a pause that is still open."""


class Pause(Model):
    """A time, `[start, end)`, for which a ticket waited; `end` none means that it still waits.

    `reason` is a word of the policy's `[pauses]`, which says what the pause stops.

    >>> import slaclock as sc
    >>> waiting = sc.Pause(start="2018-04-09T15:00+01:00", reason="third_party")
    >>> ticket = sc.Ticket(id="T1", priority="P2", opened="2018-04-09T10:00+01:00", pauses=[waiting])
    >>> sc.assess(ticket, sc.Policy.example(), at="2018-04-09T16:00+01:00").state
    'paused'
    """

    start: Instant
    end: MaybeInstant = None
    reason: MaybeText = None

    if TYPE_CHECKING:

        def __init__(
            self, *, start: datetime | str, end: datetime | str | None = ..., reason: str | None = ...
        ) -> None: ...

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.end is not None and to_micros(self.end) < to_micros(self.start):
            raise _backward(self.start, self.end)
        return self


PauseLike = Pause | tuple[InstantLike, InstantLike | None]
"""A pause as functions take it: a `Pause`, or its start and its end, which is None while it is open."""


def run_of(pauses: Iterable[PauseLike]) -> Run:
    """The pauses as a run: sorted, merged, and ending at `FOREVER` where one is open."""
    if isinstance(pauses, (Pause, str)) or not isinstance(pauses, Iterable):
        raise PauseError(f"{short_repr(pauses)} is not a list of pauses", "give one, such as [pause]", value=pauses)
    stretches: list[intervals.Interval] = []
    for index, pause in enumerate(pauses):
        begun: InstantLike
        ended: InstantLike | None
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
        try:
            a, b = micros_of(begun), FOREVER if ended is None else _end(ended)
        except SlaClockError as error:
            raise error.within(f"pause {index}") from None
        if b < a:
            raise _backward(begun, ended).within(f"pause {index}")
        stretches.append((a, b))
    return intervals.union(stretches)


def _end(ended: InstantLike) -> int:
    """The end of a pause, which is still open where what stands there says that there is none."""
    try:
        return micros_of(ended)
    except SlaClockError:
        if is_missing(ended):
            return FOREVER
        raise


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
    for a, b in intervals.clip(run, start):  # a target that came later may start within a pause, or after it
        running = clock.between(at, a)
        if running >= amount:
            break
        if b >= FOREVER:
            return None
        amount -= running
        at = b
    return clock.earliest(at, amount)


def reached_back(clock: Clock[A], end: int, amount: A, run: Run) -> int:
    """The latest instant from which the clock counts the amount by `end` outside the pauses, which all end by then."""
    at = end
    for a, b in reversed(run):
        running = clock.between(b, at)
        if running >= amount:
            break
        amount -= running
        at = a
    return clock.latest(at, amount)


def _backward(start: InstantLike, end: InstantLike | None) -> PauseError:
    first, last = (at.isoformat() if isinstance(at, datetime) else at for at in (start, end))
    return PauseError(f"the pause ends at {last}, before it starts at {first}", "swap the two", value=end)
