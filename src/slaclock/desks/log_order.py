"""The order of a log's rows: oldest first, newest first, or none, then by their times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from slaclock.errors import EventError

from .log_times import LogTime

_RISES, _FALLS = frozenset({True}), frozenset({False})
_BOTH = _RISES | _FALLS


def in_order(
    tickets: Mapping[str, Sequence[int]], times: list[LogTime], sequence: Sequence[int] | None, first_row: int
) -> dict[str, list[int]]:
    """The rows of each ticket, oldest first; of `times`, those in the repeated hour become what they mean.

    A log is in order when, rows in the repeated hour left aside, the tickets whose times never fall and those whose
    never rise are not both there; then rows of one instant keep that order. In any other, and of a ticket whose own
    times both rise and fall, rows of one instant must have a sequence. A time in the repeated hour is its first
    occurrence, unless the rows in order would run backwards.
    """
    directions = {ticket: _direction(rows, times) for ticket, rows in tickets.items()}
    seen = {direction for direction in directions.values() if len(direction) == 1}
    ordered: dict[str, list[int]] = {}
    for ticket, rows in tickets.items():
        own = list(reversed(rows)) if seen == {_FALLS} else list(rows)
        is_in_order = len(seen) < 2 and len(directions[ticket]) < 2
        if is_in_order:
            _choose_occurrences(own, times)
        if sequence is None:
            own.sort(key=lambda row: times[row].micros)
        else:
            own.sort(key=lambda row: (times[row].micros, sequence[row]))
        if not is_in_order:
            _check_ties(ticket, own, times, sequence, first_row)
        ordered[ticket] = own
    return ordered


def _direction(rows: Sequence[int], times: list[LogTime]) -> frozenset[bool]:
    """Whether the times of a ticket rise, fall, or both, rows in the repeated hour left aside."""
    micros = [times[row].micros for row in rows if times[row].later is None]
    return _BOTH.intersection(before < after for before, after in pairwise(micros) if before != after)


def _choose_occurrences(rows: list[int], times: list[LogTime]) -> None:
    """Let a time in the repeated hour be its second occurrence where its first would run backwards."""
    last: int | None = None
    for row in rows:
        time = times[row]
        if time.later is not None and last is not None and time.micros < last <= time.later.micros:
            times[row] = time = time.later
        last = time.micros


def _check_ties(
    ticket: str, rows: list[int], times: list[LogTime], sequence: Sequence[int] | None, first_row: int
) -> None:
    for before, row in pairwise(rows):
        if times[before].micros == times[row].micros and (sequence is None or sequence[before] == sequence[row]):
            first, second = sorted((before + first_row, row + first_row))
            raise EventError(
                f"rows {first} and {second} of {ticket} have one instant, and the log is in no order that says which "
                "came first",
                "sort the log by time, or give [columns] sequence",
                f"row {second}",
                value=times[row].at,
            )
