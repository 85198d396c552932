"""In which order the rows of a log happened: by their times, and where these say nothing by how the log is written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from slaclock.formats.models import short_repr

from .faults import BadRow
from .log_rows import LogRows


class OrderedRows(NamedTuple):
    """The rows of each ticket, oldest first, the tickets in the order in which they first appear.

    `tied` are those of which no order says which of two rows came first, with what is to be said of them.
    """

    tickets: dict[str, list[int]]
    tied: dict[str, BadRow]


def ordered_rows(log: LogRows) -> OrderedRows:
    """The rows of each ticket in the order in which they happened.

    A log is in order where over the whole of it the times of each ticket never fall (it is read from its beginning) or
    never rise (from its end); rows whose local time comes twice are left aside. Where it is neither, because of tickets
    whose times differ all and so need no other order, the tickets with two rows of one instant are asked alone; these
    must then be in order, and not of one instant whole, or they are tied. A column `sequence` puts the rows of each
    ticket in order first, and then orders those of one instant in any log.
    """
    tickets: defaultdict[str, list[int]] = defaultdict(list)
    for row, key in enumerate(log.tickets):
        tickets[key].append(row)
    if log.sequence:
        for rows in tickets.values():
            rows.sort(key=log.sequence.__getitem__)
    return OrderedRows(tickets, _Order(log, tickets).settle())


class _Order:
    def __init__(self, log: LogRows, tickets: dict[str, list[int]]) -> None:
        self._log, self._tickets = log, tickets
        self._micros = [moment.micros for moment in log.moments]
        self._repeated = {row for row, moment in enumerate(log.moments) if moment.again is not None}

    def settle(self) -> dict[str, BadRow]:
        """Put the rows of every ticket in order, but for those that are tied."""
        ties: dict[str, BadRow] = {}
        rising, falling = self._directions(self._tickets.values())
        strays = not (rising or falling)
        if strays:
            tied = {key: rows for key, rows in self._tickets.items() if len(set(self._times(rows))) < len(rows)}
            rising, falling = self._directions(tied.values())
            for key, rows in tied.items():
                times = self._times(rows)
                if (not (rising or falling) or min(times) == max(times)) and (tie := self._tie(key, rows)) is not None:
                    ties[key] = tie
        if falling and not rising:
            for rows in self._tickets.values():
                rows.reverse()
        twice = [self._tickets[key] for key in {self._log.tickets[row] for row in self._repeated}]
        if rising or falling:
            for rows in twice:
                self._settle_repeated(rows)
        for rows in self._tickets.values() if strays else twice:
            rows.sort(key=self._micros.__getitem__)
        return ties

    def _times(self, rows: Sequence[int]) -> list[int]:
        return list(map(self._micros.__getitem__, rows))

    def _certain(self, rows: list[int]) -> list[int]:
        """The rows of which the local time comes once."""
        if not self._repeated or self._repeated.isdisjoint(rows):
            return rows
        return [row for row in rows if row not in self._repeated]

    def _directions(self, tickets: Iterable[list[int]]) -> tuple[bool, bool]:
        """Whether the times of every ticket never fall, and whether they never rise."""
        rising = falling = True
        for rows in tickets:
            times = self._times(self._certain(rows))
            ordered = sorted(times)
            if times != ordered:
                rising = False
                times.reverse()
                falling = falling and times == ordered
            elif falling and times and times[0] != times[-1]:
                falling = False
            if not (rising or falling):
                break
        return rising, falling

    def _settle_repeated(self, rows: list[int]) -> None:
        """Put a row at the second of its two instants where the first lies before that of the row before."""
        times = self._times(self._certain(rows))
        if len(times) == len(rows) or times != sorted(times):
            return
        moments, micros = self._log.moments, self._micros
        for before, row in pairwise(rows):
            again = moments[row].again
            if again is not None and micros[row] < micros[before]:
                moments[row], micros[row] = again, again.micros

    def _tie(self, key: str, rows: Sequence[int]) -> BadRow | None:
        """What is to be said where two rows of a ticket have the same instant, and no numbers that order them."""
        log, sequence = self._log, self._log.sequence
        ranks = sorted((self._micros[row], sequence[row] if sequence else 0, row) for row in rows)
        for (at, number, row), (other_at, other_number, other) in pairwise(ranks):
            if (at, number) == (other_at, other_number):
                instant = log.moments[row].at
                return BadRow(
                    log.place(row)._replace(number=None),
                    instant,
                    f"rows {log.numbers[row]} and {log.numbers[other]} of ticket {short_repr(key)} have the same "
                    f"instant, {instant.isoformat(' ')}, and the log is in no order that says which came first",
                    "sort the log by its times, or name the column that numbers its rows: [columns] sequence",
                )
        return None
