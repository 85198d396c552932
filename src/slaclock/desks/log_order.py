"""The order of a log's rows: oldest first, newest first, or none, then by their times."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from slaclock.errors import EventError

from .log_times import LogTime


def in_order(
    tickets: Mapping[str, Sequence[int]], times: list[LogTime], sequence: Sequence[int] | None, first_row: int
) -> dict[str, list[int]]:
    """The rows of each ticket, oldest first; of `times`, those in the repeated hour become what they mean.

    A log is in order when, over the whole log and rows in the repeated hour left aside, each ticket's times never fall,
    or never rise; then rows of one instant keep that order. In any other, rows of one ticket and one instant must have
    a sequence. A time in the repeated hour is its first occurrence, unless the rows in order would run backwards.
    """
    rises, falls = _directions(tickets.values(), times)
    ordered: dict[str, list[int]] = {}
    for ticket, rows in tickets.items():
        own = list(rows) if rises or not falls else list(reversed(rows))
        if rises or falls:
            _choose_occurrences(own, times)
        if sequence is None:
            own.sort(key=lambda row: times[row].micros)
        else:
            own.sort(key=lambda row: (times[row].micros, sequence[row]))
        if not (rises or falls):
            _check_ties(ticket, own, times, sequence, first_row)
        ordered[ticket] = own
    return ordered


def _directions(tickets: Iterable[Sequence[int]], times: list[LogTime]) -> tuple[bool, bool]:
    """Whether no ticket's times fall, and whether none rise."""
    rises = falls = True
    for rows in tickets:
        last: int | None = None
        for row in rows:
            micros, _, later = times[row]
            if later is not None:
                continue
            if last is not None and micros != last:
                if micros < last:
                    rises = False
                else:
                    falls = False
            last = micros
        if not rises and not falls:
            break
    return rises, falls


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
