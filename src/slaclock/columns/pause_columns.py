"""Pauses as columns: which row each belongs to, and the pauses of a chunk put in order of row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import numpy as np

from slaclock.errors import ColumnError, PauseError

from .arrays import renumbered
from .chunks import CHUNK, Packing, Piece
from .frames import check_columns, frame_of
from .instants import Instants, instant_of, out_of_range, read_instants
from .pauses import RowPauses
from .piecewise import FAR, NEVER, Bools, Ints
from .row_numbers import read_row_numbers
from .ticket_ids import TicketIds

_AT_ONCE = 1 << 21  # pauses that are sorted together; where there are more, they are sorted in blocks
_BLOCK = 3 << 18
_TOGETHER = 1 << 15  # pauses that are worked on together, unless one row has more: these stay in the cache


@dataclass(frozen=True, slots=True)
class Pauses:
    """The pauses of many rows: the number of each one's row (from 0), its start and its end, as arrays or columns.

    They may come in any order and overlap; an end that is missing is a pause that is still open. `reason` is for
    `assess`, whose policy says which reasons stop the clock.

    >>> import numpy as np
    >>> pauses = Pauses(np.array([0, 0, 2]), *np.array([
    ...     ["2018-04-09T15:00", "2018-04-11T09:00", "2018-04-09T12:00"],
    ...     ["2018-04-10T09:00", "NaT", "2018-04-09T13:00"]], "datetime64[s]"))
    >>> len(pauses)
    3
    """

    row: Any
    start: Any
    end: Any
    reason: Any = None

    def __len__(self) -> int:
        return len(self.row)

    @classmethod
    def of(
        cls,
        frame: Any,
        ids: Any = None,
        *,
        ticket: str = "ticket",
        start: str = "start",
        end: str = "end",
        reason: str = "reason",
    ) -> Pauses:
        """The pauses of a frame: with a column `row`, or of tickets whose ids the rows have in `ids`.

        A pause of a ticket that is not among the ids is an error; so is an id that two rows have. The column of
        reasons need not be there.
        """
        table = frame_of(frame, "pauses")
        check_columns(table.columns, (start, end, "row" if ids is None else ticket), "pauses")
        row = table["row"] if ids is None else _ids(ids).rows(table[ticket], "pauses")
        return cls(row, table[start], table[end], table[reason] if reason in table.columns else None)


def _ids(ids: Any) -> TicketIds:
    return ids if isinstance(ids, TicketIds) else TicketIds(ids)


def read_pauses(pauses: Any, count: int, timezone: str | None) -> PauseColumns | None:
    """The pauses as a caller gives them: `Pauses`, or a frame with the columns row, start and end."""
    if pauses is None:
        return None
    if not isinstance(pauses, Pauses):
        pauses = Pauses.of(pauses)
    rows = read_row_numbers(pauses.row, "pauses", count)
    start = read_instants(pauses.start, "the pauses' start", timezone, single=False)
    end = read_instants(pauses.end, "the pauses' end", timezone, single=False)
    if not len(rows) == len(start) == len(end):
        raise ColumnError(
            f"there are {len(rows)} rows, {len(start)} starts and {len(end)} ends of pauses", "give as many of each"
        )
    if not len(rows):
        return None
    return PauseColumns(rows, start, end)


class PauseColumns:
    """Pauses as numbers, and the plan by which the chunks come to theirs."""

    def __init__(self, row: Ints, start: Instants, end: Instants) -> None:
        self._row, self._start, self._end = row, start, end

    def __len__(self) -> int:
        return len(self._row)

    def of(self, chosen: Bools, row: Ints | None = None) -> PauseColumns:
        """Some of the pauses, perhaps with new rows."""
        numbers = np.flatnonzero(chosen)
        rows = self._row if row is None else row
        return PauseColumns(rows.take(numbers), self._start.of(numbers), self._end.of(numbers))

    def at_rows(self, number: Ints, row: Ints) -> PauseColumns:
        """Pauses by their numbers, each of a row that it is given."""
        return PauseColumns(row, self._start.of(number), self._end.of(number))

    def of_rows(self, rows: Ints, count: int) -> PauseColumns:
        """The pauses of some of so many rows, which are numbered anew."""
        row = renumbered(rows, count)[self._row]
        return self.of(row >= 0, row)

    @property
    def row(self) -> Ints:
        """The row of each pause."""
        return self._row

    @cached_property
    def in_order(self) -> bool:
        """Whether the rows' numbers never fall; looked at in chunks, so that it takes no memory."""
        for at in range(0, len(self._row) - 1, CHUNK):
            part = self._row[at : at + CHUNK + 1]
            if (part[1:] < part[:-1]).any():
                return False
        return True

    @cached_property
    def _by_row(self) -> tuple[Ints, Ints]:
        """The pauses' numbers in order of row, and their rows; for rows that are answered alone."""
        order = np.argsort(self._row, kind="stable")
        return order, self._row[order]

    @property
    def instants(self) -> tuple[Instants, Instants]:
        """The starts and the ends."""
        return self._start, self._end

    def blocks(self, count: int) -> Iterator[Iterator[Piece]]:
        """The rows in pieces that have not too many pauses, and with each the numbers of its pauses.

        Pauses that come grouped by row are read as they lie. Others are sorted, a block of them at a time, so that
        no more memory is taken however many there are.
        """
        if self.in_order:
            yield (Piece(rows, pauses) for rows, pauses in _stretches(self._row, 0, count))
            return
        blocks = 1 if len(self._row) <= _AT_ONCE else -(-len(self._row) // _BLOCK)
        step = -(-count // blocks // CHUNK) * CHUNK
        for first in range(0, count, step):
            last = min(first + step, count)
            yield self._sorted(self._of_rows(first, last) if blocks > 1 else None, first, last)

    def _sorted(self, numbers: Ints | None, first: int, last: int) -> Iterator[Piece]:
        """The rows from `first` to `last` in pieces, for pauses in any order; `numbers` are theirs, None for all."""
        # A row and a pause's number in one integer: NumPy sorts those several times as fast as it finds an order.
        bits = len(self._row).bit_length()
        keys = (self._row if numbers is None else self._row.take(numbers)) - first
        keys <<= bits
        keys |= np.arange(len(keys)) if numbers is None else numbers
        keys.sort()
        for rows, pauses in _stretches(keys, bits, last - first):
            yield Piece(slice(first + rows.start, first + rows.stop), keys[pauses], Packing(bits, first))

    def _of_rows(self, first: int, last: int) -> Ints:
        """The numbers of the pauses of some rows."""
        numbers = []
        for at in range(0, len(self._row), CHUNK):
            rows = self._row[at : at + CHUNK]
            numbers.append(np.flatnonzero((rows >= first) & (rows < last)) + at)
        return np.concatenate(numbers)

    def of_piece(self, piece: Piece, row_start: Ints) -> tuple[RowPauses, Bools]:
        """The pauses of a chunk, none beginning before its row; and the rows that a pause is wrong of."""
        count = piece.rows.stop - piece.rows.start
        index = piece.pauses
        assert index is not None
        if isinstance(index, slice):
            row, start, end = self._row[index] - piece.rows.start, self._start.chunk(index), self._end.chunk(index)
        else:
            bits, first = piece.packing
            row = index >> bits
            row -= piece.rows.start - first
            number = index & ((1 << bits) - 1)
            start, end = self._start.take(number), self._end.take(number)
        end = np.where(end == NEVER, FAR, end) if self._end.missing else end
        doubtful = np.zeros(count, bool)
        bad = end < start
        if self._start.missing:
            bad |= start == NEVER
        for column, at in ((self._start, start), (self._end, end)):
            if column.beyond:
                bad |= out_of_range(at) & (at != FAR)
        if bad.any():
            doubtful[row[bad]] = True
        begun = row_start.take(row, mode="clip")
        start = np.maximum(start, begun, out=begun)
        return RowPauses(count, row, start, np.maximum(end, start)), doubtful

    def numbers(self, row: int) -> Ints:
        """The numbers of one row's pauses, as they came."""
        order, rows = self._by_row
        return np.sort(order[slice(*np.searchsorted(rows, [row, row + 1]))])

    def pairs(self, row: int) -> list[tuple[datetime, datetime | None]]:
        """The pauses of one row as pairs of datetimes."""
        pairs = []
        numbers = self.numbers(row)
        own = zip(self._start.take(numbers).tolist(), self._end.take(numbers).tolist(), strict=True)
        for number, (a, b) in enumerate(own):  # of the row's own, as the scalar functions number them
            if a == NEVER:
                raise PauseError("its start is missing", "give one", f"pause {number}")
            pairs.append((instant_of(a), None if b == NEVER else instant_of(b)))
        return pairs


def _stretches(keys: Ints, bits: int, count: int) -> Iterator[tuple[slice, slice]]:
    """The rows from 0 to `count` in stretches that have not too many pauses, each with where its pauses lie.

    The keys are in order, and a pause's row is its key without so many bits.
    """
    row, pause = 0, 0
    while row < count:
        end = min(row + CHUNK, count)
        until = int(np.searchsorted(keys, end << bits))
        if until - pause > _TOGETHER:
            end = max(int(keys[pause + _TOGETHER]) >> bits, row + 1)
            until = int(np.searchsorted(keys, end << bits))
        yield slice(row, end), slice(pause, until)
        row, pause = end, until
