"""A cycle: a stretch of a ticket's life that a measure counts, and what its fold asks of the policy."""

from __future__ import annotations

from itertools import pairwise, starmap
from typing import NamedTuple, Protocol

from slaclock.policy.measures import MeasureRule

from .waits import CANCELLED, REOPENED, Stop


class Cycle(NamedTuple):
    """A stretch of a ticket's life that is judged: from `start` until it was `done` or `cancelled`, if it was by then.

    Its clock stands still in the `gaps`. One that follows a due date `after_due` counts its days from the day of that.
    One of a grid may be due at a line of it, `due`, and is over at `over` where nothing had ended it by then; `learned`
    is then the instant up to which changes are of it. One that is done goes on to its `line`, where that is known; its
    due date was `promised` where the grid starts.
    """

    start: int
    done: int | None = None
    cancelled: int | None = None
    gaps: tuple[Stop, ...] = ()
    after_due: bool = False
    due: int | None = None
    over: int | None = None
    learned: int | None = None
    line: int | None = None
    promised: int | None = None

    def closed(self, at: int, *, withdrawn: bool) -> Cycle:
        """The cycle as what closes the ticket ends it."""
        return self._replace(cancelled=at) if withdrawn else self._replace(done=at)


class Line(NamedTuple):
    """The line of a grid at which a cycle ends, None where it has none yet: a pause holds it, or there is no target.

    Where the priority is another than that of the grid as the cycle opens, the grid begins `anew` with it. Where it
    `changed` in the cycle the line is its due instant, by what was `learned` up to an instant.
    """

    at: int | None
    anew: bool
    changed: bool
    learned: int
    is_targeted: bool


class Judge(Protocol):
    """What says when the cycles of a ticket are due, as far as is known."""

    def due(self, cycle: Cycle) -> int | None:
        """When a cycle that is done was due, None where it had no target."""
        ...

    def is_breached(self, cycle: Cycle) -> bool:
        """Whether a cycle is breached."""
        ...

    def multiple(self, first: Cycle, number: int) -> int | None:
        """When so many times the target of a cycle are used up; None where nothing is due, or a pause holds it."""
        ...

    def line(self, first: Cycle, number: int, cycle: Cycle, known: int) -> Line:
        """Where a cycle ends that is so many of a grid from the `first`, by the pauses that were known at an instant.

        Raises `PolicyError` for a target of no length, of which there are ever so many.
        """
        ...


def joined(cycles: tuple[Cycle, ...], rule: MeasureRule) -> Cycle:
    """The one that is judged: the first, the last, or for a clock that goes on all of them as one."""
    if rule.cycles == "first":
        return cycles[0]
    if rule.cycles != "resume" or len(cycles) == 1:
        return cycles[-1]
    return cycles[-1]._replace(start=cycles[0].start, gaps=tuple(starmap(_between, pairwise(cycles))))


def _between(before: Cycle, after: Cycle) -> Stop:
    if before.done is not None:
        return Stop(before.done, after.start, REOPENED)
    assert before.cancelled is not None  # it is over
    return Stop(before.cancelled, after.start, CANCELLED)
