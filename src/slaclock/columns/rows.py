"""The rows that are to be answered: their instants, targets and pauses, their window, and how they are gone through."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

import numpy as np

from slaclock.calendar.base import Calendar
from slaclock.errors import ColumnError
from slaclock.temporal.instants import FIRST_INSTANT, LAST_INSTANT

from .budgets import Budgets, RowBudgets, reach
from .chunks import Arrays, BadRows, Computation, Piece, computed, pieces
from .clocks import DaysClock, HoursClock, days_clock
from .instants import Instants, out_of_range
from .outputs import Output
from .pause_columns import PauseColumns
from .pauses import RowPauses
from .piecewise import NEVER, Bools, Ints
from .targets import RowTargets
from .windows import WIDEST, Window, window_over

Reach = Callable[[int, int], tuple[int, int]]
"""Where the answers about the first and the last of some instants lie."""


class Rows:
    """Columns of instants of one length, each a column or one instant for all, with the rows' targets and pauses.

    A row in which one of the `required` instants is missing has no answer. `reach` says how far off the answers lie,
    which is otherwise as far ahead as the targets reach.
    """

    def __init__(
        self,
        calendar: Calendar,
        columns: Mapping[str, Instants],
        count: int,
        *,
        pauses: PauseColumns | None = None,
        targets: RowTargets | None = None,
        required: Sequence[str] = (),
        reach: Reach | None = None,
    ) -> None:
        self.columns, self.count, self.targets = columns, count, targets
        self._calendar, self._pauses = calendar, pauses
        self._reach = (
            reach  # not a method of its own, by which rows would hold themselves, and their columns, in memory
        )
        for name, column in columns.items():
            if column.size is not None and column.size != count:
                raise ColumnError(f"{name} has {column.size} rows, and others {count}", "give as many of each")

        self.window = self._window_over_all()
        self.required = [name for name in required if columns[name].missing]
        self.inside = all(
            not column.missing
            and (
                column.low is None
                or column.high is None
                or (self.window.start <= column.low and column.high < self.window.end)
            )
            for column in columns.values()
        )

    @cached_property
    def hours(self) -> HoursClock:
        """The hours clock."""
        return HoursClock(self.window)

    @cached_property
    def days(self) -> DaysClock | None:
        """The days clock; None where no whole numbers can be."""
        return days_clock(self.window)

    @cached_property
    def budgets(self) -> RowBudgets:
        """The budgets of the rows' targets."""
        return RowBudgets(self.window, self._calendar, self.targets or RowTargets([]))

    @property
    def paused(self) -> bool:
        """Whether there are pauses."""
        return self._pauses is not None

    def pauses(self, piece: Piece, start: Ints) -> tuple[RowPauses | None, Bools | None]:
        """The pauses of a piece, none beginning before its row; and the rows that a pause is wrong of."""
        return (None, None) if self._pauses is None else self._pauses.of_piece(piece, start)

    def instant(self, name: str, row: int) -> datetime | None:
        """The instant of one row, None where it is missing."""
        return self.columns[name].one(row)

    def pairs(self, row: int) -> Sequence[Any]:
        """The pauses of one row."""
        return () if self._pauses is None else self._pauses.pairs(row)

    def answers(
        self,
        outputs: Sequence[Output],
        kernel: Callable[[Chunk], Arrays],
        scalar: Callable[[int], Sequence[Any]],
        bad: BadRows,
        *,
        threads: int | None,
        numbers: Ints | None = None,
    ) -> Arrays:
        """The answers of all rows: a chunk's by `kernel`, and those of a row that it doubts by `scalar`.

        `numbers` are those by which the caller knows the rows.
        """

        def of_piece(piece: Piece) -> tuple[Arrays, Bools | None]:
            chunk = Chunk(self, piece)
            answers = kernel(chunk)
            chunk.doubt_beyond()
            missing = chunk.missing
            if missing is None:
                return answers, chunk.doubtful
            filled = tuple(np.array(answer) for answer in answers)  # a kernel may answer with what it was given
            for output, answer in zip(outputs, filled, strict=True):
                answer[missing] = output.missing
            return filled, None if chunk.doubtful is None else chunk.doubtful & ~missing

        def of_row(row: int) -> list[float]:
            return [output.value(answer) for output, answer in zip(outputs, scalar(row), strict=True)]

        arrays = tuple(output.empty(self.count) for output in outputs)
        computation = Computation(of_piece, of_row, arrays, [output.missing for output in outputs])
        blocks: Iterable[Iterable[Piece]] = [pieces(self.count)]
        if self._pauses is not None:
            blocks = self._pauses.blocks(self.count)
        return computed(computation, blocks, bad, threads, numbers)

    def _window_over_all(self) -> Window:
        """A window over all instants, and as far as the targets reach from them."""
        columns = [*self.columns.values(), *(self._pauses.instants if self._pauses is not None else ())]
        ends = [(column.low, column.high) for column in columns if column.low is not None and column.high is not None]
        if not ends:
            return window_over(self._calendar, 0, 0)
        low, high = min(low for low, _ in ends), max(high for _, high in ends)
        if high - low > WIDEST:  # what is far from where the rows begin is answered row by row
            low, high = self._ends_about_the_starts(columns)
        low, high = (min(max(end, FIRST_INSTANT), LAST_INSTANT) for end in (low, high))
        first, last = self._ahead(low, high) if self._reach is None else self._reach(low, high)
        return window_over(self._calendar, max(first, high - WIDEST), min(last, low + WIDEST))

    def _ahead(self, low: int, high: int) -> tuple[int, int]:
        return low, high if self.targets is None else reach(self._calendar, self.targets, high)

    def _ends_about_the_starts(self, columns: Sequence[Instants]) -> tuple[int, int]:
        """The least and the greatest of the instants that lie near to where most rows begin.

        A date that stands for "for ever", such as 9999-12-31, is not among these, however many rows have it.
        """
        starts = next(column for column in columns if column.low is not None and column.size is not None)
        sample = starts.sample()
        sample = np.sort(sample[sample != NEVER])
        middle = int(sample[len(sample) // 2]) if len(sample) else starts.low or 0
        near = [column.within(middle - WIDEST // 2, middle + WIDEST // 2) for column in columns]
        ends = [pair for pair in near if pair is not None] or [(middle, middle)]
        return min(low for low, _ in ends), max(high for _, high in ends)


class Chunk:
    """Some of the rows as arrays; a kernel doubts those that arrays cannot answer."""

    def __init__(self, rows: Rows, piece: Piece) -> None:
        self.all, self.rows = rows, piece.rows
        self.doubtful: Bools | None = None
        self._piece = piece
        self._instants: dict[str, Ints] = {}

    def __len__(self) -> int:
        return int(self.rows.stop - self.rows.start)

    def __contains__(self, name: str) -> bool:
        return name in self.all.columns

    def __getitem__(self, name: str) -> Ints:
        """The microseconds of a column; `NEVER` where one is missing."""
        if name not in self._instants:
            self._instants[name] = self.all.columns[name].chunk(self.rows)
        return self._instants[name]

    @property
    def missing(self) -> Bools | None:
        """Rows in which an instant is missing that they need."""
        return any_of(*(self[name] == NEVER for name in self.all.required))

    def doubt(self, *masks: Bools | None) -> None:
        """Have the scalar function asked for the rows of any of the masks."""
        self.doubtful = any_of(self.doubtful, *masks)

    def doubt_outside(self, *instants: Ints) -> None:
        """Doubt the rows with an instant that the window does not answer for."""
        if not self.all.inside:
            self.doubt(*(self.all.window.outside(at) for at in instants))

    def doubt_beyond(self) -> None:
        """Doubt the rows with an instant that no datetime has: the scalar functions say what is wrong."""
        for name, column in self.all.columns.items():
            if column.beyond:
                self.doubt(out_of_range(self[name]))

    def clock_starts(self, arrived: Ints) -> Ints:
        """Where the clocks of the rows' targets start."""
        starts, trouble = self.all.budgets.clock_starts(self.rows, arrived)
        self.doubt(trouble)
        return starts

    def latest_arrivals(self, start: Ints) -> Ints:
        """The latest arrivals for which the clocks of the rows' targets start by the instants."""
        arrivals, trouble = self.all.budgets.latest_arrivals(self.rows, start)
        self.doubt(trouble)
        return arrivals

    def pauses(self, start: Ints) -> RowPauses | None:
        """The pauses of the rows that start at `start`; a row that a pause is wrong of is doubted."""
        pauses, doubtful = self.all.pauses(self._piece, start)
        self.doubt(doubtful)
        return pauses

    def budgets(
        self, start: Ints, pauses: RowPauses | None
    ) -> Iterator[tuple[slice | Ints, Budgets, RowPauses | None]]:
        """The budgets of the rows whose clocks start at `start`, clock by clock, each with its rows and pauses."""
        for rows, budgets in self.all.budgets.by_clock(self.rows, start):
            if rows is None:
                yield slice(None), budgets, pauses
            else:
                yield rows, budgets, None if pauses is None else pauses.of(rows)


def any_of(*masks: Bools | None) -> Bools | None:
    """Rows that are in any of the masks."""
    union: Bools | None = None
    for mask in masks:
        if mask is not None:
            union = mask if union is None else union | mask
    return union
