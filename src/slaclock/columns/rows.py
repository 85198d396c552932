"""The rows that a question is asked of: its columns and pauses, their window, and how they are gone through."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np

from slaclock.calendar.base import Calendar
from slaclock.errors import ColumnError

from .budgets import reach
from .chunks import Answers, BadRows, Piece, Question, answered, pieces
from .instants import Instants
from .pause_columns import PauseColumns
from .pauses import Held
from .piecewise import NEVER, Bools, Ints
from .targets import RowTargets
from .windows import WIDEST, Window, window_over


class Rows:
    """Columns of instants of one length, each a column or one instant for all, and the pauses of their rows."""

    def __init__(
        self,
        calendar: Calendar,
        columns: Mapping[str, Instants],
        count: int,
        pauses: PauseColumns | None = None,
        targets: RowTargets | None = None,
    ) -> None:
        self.columns, self.count = columns, count
        self._pauses = pauses
        for name, column in columns.items():
            if column.size is not None and column.size != count:
                raise ColumnError(f"{name} has {column.size} rows, and others {count}", "give as many of each")

        self.window = self._window(calendar, targets)
        self._missing = any(column.missing for column in columns.values())
        self._inside = not self._missing and all(
            column.low is None
            or column.high is None
            or (self.window.start <= column.low and column.high < self.window.end)
            for column in columns.values()
        )

    def outside(self, *instants: Ints) -> Bools | None:
        """Rows with an instant that the window does not answer for; None when there are none in any chunk."""
        if self._inside:
            return None
        return any_of(*(self.window.outside(each) for each in instants))

    def missing(self, *instants: Ints) -> Bools | None:
        """Rows in which one of the instants is missing; None when none is in any chunk."""
        return any_of(*(each == NEVER for each in instants)) if self._missing else None

    def held(self, piece: Piece, start: Ints) -> tuple[Held | None, Bools | None]:
        """The pauses of a chunk; and the rows that a pause is wrong of."""
        if self._pauses is None:
            return None, None
        return self._pauses.held(piece, start)

    def instant(self, name: str, row: int) -> datetime | None:
        """The instant of one row, None where it is missing."""
        return self.columns[name].one(row)

    def pairs(self, row: int) -> Sequence[Any]:
        """The pauses of one row."""
        return () if self._pauses is None else self._pauses.pairs(row)

    def _window(self, calendar: Calendar, targets: RowTargets | None) -> Window:
        """A window over all instants, and as far as the targets reach from them."""
        columns = [*self.columns.values(), *(self._pauses.instants if self._pauses is not None else ())]
        known = [(column.low, column.high) for column in columns if column.low is not None and column.high is not None]
        if not known:
            return window_over(calendar, 0, 0)
        low, high = min(low for low, _ in known), max(high for _, high in known)
        if high - low > WIDEST:  # the years about the middle; what is far from there is answered row by row
            sample = np.concatenate([column.sample() for column in columns])
            middle = int(np.median(sample[sample != NEVER]))
            low, high = max(low, middle - WIDEST // 2), min(high, middle + WIDEST // 2)
        if targets is not None:
            high = min(reach(calendar, targets, high), low + WIDEST)
        return window_over(calendar, low, high)

    def answered(self, question: Question, bad: BadRows, threads: int | None, numbers: Ints | None = None) -> Answers:
        """The answers of all rows; `numbers` are those by which the caller knows them."""
        blocks: Iterable[Iterable[Piece]] = [pieces(self.count)]
        if self._pauses is not None:
            blocks = self._pauses.blocks(self.count)
        return answered(question, blocks, bad, threads, numbers)


def any_of(*masks: Bools | None) -> Bools | None:
    """Rows that are in any of the masks."""
    found: Bools | None = None
    for mask in masks:
        if mask is not None:
            found = mask if found is None else found | mask
    return found
