"""In which order the rows of a log happened: by their times, and where these say nothing by how the log is written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from slaclock.errors import EventError
from slaclock.formats.models import short_repr

from .log_rows import LogRows


def ordered_rows(log: LogRows) -> dict[str, list[int]]:
    """The rows of each ticket, oldest first, the tickets in the order in which they first appear.

    A log is in order where over the whole of it the times of each ticket never fall (it is read from its beginning) or
    never rise (from its end); rows whose local time comes twice are left aside. Where it is neither, because of tickets
    whose times differ all and so need no other order, the tickets with two rows of one instant are asked alone; these
    must then be in order, and not of one instant whole, or an `EventError` names the rows. A column `sequence` puts the
    rows of each ticket in order first, and then orders those of one instant in any log.
    """
    tickets: dict[str, list[int]] = {}
    for row, key in enumerate(log.tickets):
        rows = tickets.get(key)
        if rows is None:
            tickets[key] = [row]
        else:
            rows.append(row)
    if log.numbers:
        for rows in tickets.values():
            rows.sort(key=log.numbers.__getitem__)
    _Order(log, tickets).settle()
    return tickets


class _Order:
    def __init__(self, log: LogRows, tickets: dict[str, list[int]]) -> None:
        self._log, self._tickets = log, tickets
        self._micros = [moment.micros for moment in log.moments]
        self._repeated = {row for row, moment in enumerate(log.moments) if moment.again is not None}

    def settle(self) -> None:
        """Put the rows of every ticket in order."""
        rising, falling = self._directions(self._tickets.values())
        strays = not (rising or falling)
        if strays:
            tied = {key: rows for key, rows in self._tickets.items() if len(set(self._times(rows))) < len(rows)}
            rising, falling = self._directions(tied.values())
            for key, rows in tied.items():
                times = self._times(rows)
                if not (rising or falling) or min(times) == max(times):
                    self._refuse_ties(key, rows)
        if falling and not rising:
            for rows in self._tickets.values():
                rows.reverse()
        if self._repeated and (rising or falling):
            for rows in self._tickets.values():
                self._settle_repeated(rows)
        if strays or self._repeated:
            for rows in self._tickets.values():
                rows.sort(key=self._micros.__getitem__)

    def _times(self, rows: Sequence[int]) -> list[int]:
        return [self._micros[row] for row in rows]

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

    def _refuse_ties(self, key: str, rows: list[int]) -> None:
        """An error where two rows of a ticket have the same instant, and no numbers that order them."""
        numbers, first = self._log.numbers, self._log.first
        ranks = sorted((self._micros[row], numbers[row] if numbers else 0, row) for row in rows)
        for (at, number, row), (other_at, other_number, other) in pairwise(ranks):
            if (at, number) == (other_at, other_number):
                instant = self._log.moments[row].at
                raise EventError(
                    f"rows {first + row} and {first + other} of ticket {short_repr(key)} have the same instant, "
                    f"{instant.isoformat(' ')}, and the log is in no order that says which came first",
                    "sort the log by its times, or name the column that numbers its rows: [columns] sequence",
                    value=instant,
                )
