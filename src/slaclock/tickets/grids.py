"""The cycles of a grid: one interval after another from the first start on, whatever happens in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from slaclock.errors import PolicyError
from slaclock.policy.measures import MeasureRule

from .cycles import Cycle, Judge
from .moments import moments
from .tickets import Ticket

MOST_CYCLES = 100_000
"""No ticket has more cycles of a grid: an update an hour, day and night, for eleven years."""


def cycles_of_grids(ticket: Ticket, rule: MeasureRule, at: int, judge: Judge) -> Iterator[Cycle]:
    """The cycles between the lines of grids that had begun by `at`; each reopening begins a new grid."""
    for time in _times(ticket, rule, at):
        yield from _cycles(time, at if time.closed is None else time.closed, judge)


class _Time(NamedTuple):
    """A time of an open ticket from the first start of a measure on, and the events in it that end a cycle."""

    start: int
    ends: tuple[int, ...]
    closed: int | None
    withdrawn: bool


def _times(ticket: Ticket, rule: MeasureRule, at: int) -> Iterator[_Time]:
    starting, ending = set(rule.starts), set(rule.ends)
    start: int | None = None
    ends: list[int] = []
    is_open = True
    for moment in moments(ticket, rule, at):
        if start is None and "opened" in moment.events & starting:
            start = moment.at
        if start is not None and moment.events & ending:
            ends.append(moment.at)
        for turn in moment.turns:
            if turn == "reopened":
                is_open = True
            elif is_open:
                if start is not None:
                    yield _Time(start, tuple(ends), moment.at, turn == "cancelled")
                is_open, start, ends = False, None, []
        if is_open and start is None and moment.events & starting:
            start = moment.at
    if start is not None:
        yield _Time(start, tuple(ends), None, False)


def _cycles(time: _Time, last: int, judge: Judge) -> Iterator[Cycle]:
    """The cycles of one grid, and of those that begin where the target changes, up to the last instant."""
    cycle = first = Cycle(time.start)
    number = 1  # of the cycle, from the first of its grid on
    ends = iter(time.ends if time.closed is None or time.withdrawn else (*time.ends, time.closed))
    end = next(ends, None)
    for _ in range(MOST_CYCLES):
        while end is not None and end <= cycle.start:
            end = next(ends, None)
        line = judge.line(first, number, cycle._replace(learned=last if end is None else end), last)
        if end is not None and not line.is_targeted:  # what is promised later may be met by what was done before
            line = judge.line(first, number, cycle._replace(learned=last), last)
            end = end if line.is_targeted else None
        if line.anew:
            first, number = cycle, 1
        cycle = cycle._replace(promised=None if line.changed else first.start)
        done = end if end is not None and (line.at is None or end <= line.at) else None
        if done is not None:
            due = None if line.changed else judge.multiple(first._replace(done=done), number)
            yield cycle._replace(done=done, due=due, line=line.at)
        elif line.at is not None and line.at < last:
            over = cycle._replace(over=line.at, learned=line.learned)
            yield over if line.changed else over._replace(due=line.at)
        else:
            running = cycle if line.changed else cycle._replace(due=line.at)
            yield running if time.closed is None else running.closed(time.closed, withdrawn=time.withdrawn)
        if line.at is None or line.at >= last:
            return
        cycle = Cycle(line.at, after_due=True)
        first, number = (cycle, 1) if line.changed else (first, number + 1)
    problem = f"the ticket has more than {MOST_CYCLES:,} cycles between the lines of a grid"
    raise PolicyError(problem, "give the target a greater length, or write next = 'event'", value=MOST_CYCLES)
