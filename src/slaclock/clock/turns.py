"""The instants at which the due date of a target turns: between two of them the wait is linear in the opening.

They are openings and closings, midnights, cut-offs and changes of a zone's offset, where what arrives is treated in
another way; and the openings that are due just at one of these. One too many does no harm.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from itertools import pairwise

from slaclock.calendar.base import Calendar
from slaclock.clock.budgets import Budget, budget_of
from slaclock.clock.day_rules import names_moment
from slaclock.clock.targets import Target
from slaclock.errors import NoWorkingTimeError, OutOfRangeError
from slaclock.temporal.instants import DAY, EPOCH_DAY, local_day
from slaclock.temporal.offsets import offset_at, offset_changes, wall_of
from slaclock.timetable.timetable import first_reaching

_BESIDE = 2 * DAY  # what an offset changes lies less than that from where it does
DueOf = Callable[[int], int]
"""When what opens at an instant is due."""


def turns_of(calendar: Calendar, target: Target, start: int, end: int, due_of: DueOf) -> list[int]:
    """The instants in `[start, end)` at which the due date may turn, the start among them, in order."""
    if target.wall:
        return [start]
    times = {*_times_of_day(calendar, start, end)}
    earliest, latest = due_of(start), due_of(end - 1)
    if calendar.rules.cutoff is not None:  # about which what arrives later may be due sooner, where a night runs on
        about = [due_of(at) for time in times for at in (time - 1, time) if start <= at < end]
        earliest, latest = min([earliest, *about]), max([latest, *about])
    edges = sorted(set(edges_of(calendar, start, latest)))
    shifts = [*offset_changes(calendar.zone, start - _BESIDE, latest + _BESIDE)]
    turns = {start, *edges, *shifts, *times}
    budget = budget_of(calendar, target, start)
    if names_moment(calendar.rules, target):
        turns = {turn for turn in turns if start <= turn < end}
        if target.by is None and calendar.rules.day_rule == "same-time":
            zone = calendar.zone
            walls = [wall for shift in shifts for wall in (wall_of(zone, shift - 1) + 1, wall_of(zone, shift))]
            turns |= set(_same_times(calendar, [*sorted(turns), end], due_of, edges, walls))
        turns |= {due_of(after) for after in [turn + 1 for turn in turns] if after < end}  # due as it opens
    else:
        turns |= set(_due_at(budget, (edge for edge in edges if earliest <= edge <= latest)))
    return sorted(turn for turn in turns if start <= turn < end)


def edges_of(calendar: Calendar, start: int, end: int) -> Iterator[int]:
    """Where the spans of each day open and close, from before `start` until after `end`."""
    timetable = calendar.timetable
    day = first_reaching(local_day(start, calendar.zone)[0])
    opened = start
    while opened <= end:
        try:
            day = timetable.working_day_after(day, 1)
        except (NoWorkingTimeError, OutOfRangeError):
            return  # nothing opens any more
        for opened, closed in timetable.date_spans(day):
            yield opened
            yield closed


def _due_at(budget: Budget[int] | Budget[Fraction], edges: Iterable[int]) -> Iterator[int]:
    """The latest openings that are due at the edges."""
    for edge in edges:
        yield budget.latest_start(edge)


def _times_of_day(calendar: Calendar, start: int, end: int) -> Iterator[int]:
    """Each date's midnight and cut-off, in either offset of a date on which the clocks change."""
    times = (0, calendar.rules.cutoff or 0)
    first, last = (local_day(at, calendar.zone)[0] for at in (start, end))
    for day in range(first, last + 2):
        midnight = (day - EPOCH_DAY) * DAY
        for offset in {offset_at(calendar.zone, midnight + shift) for shift in (-DAY, 0, DAY)}:
            for time in times:
                yield midnight + time - offset


def _same_times(
    calendar: Calendar, turns: list[int], due_of: DueOf, edges: list[int], shifts: list[int]
) -> Iterator[int]:
    """The openings at the time of day of an edge, or of a change of offset, of the day on which they are due."""
    # A time that the clocks skip is read by the offset before, one that they repeat as its first occurrence.
    walls = [{edge + offset_at(calendar.zone, edge + shift) for shift in (-DAY, 0, DAY)} for edge in edges]
    for low, high in pairwise(turns):
        first, last = due_of(min(low + 1, high - 1)) - DAY, due_of(high - 1) + DAY
        opened = wall_of(calendar.zone, low)
        near = walls[bisect_left(edges, first) : bisect_left(edges, last)]
        for wall in {*shifts}.union(*near):
            after = (wall - opened) % DAY
            if low + after < high:  # the midnights between are turns, too, so that it is no more than a day
                yield low + after
