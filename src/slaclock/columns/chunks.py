"""Long columns a chunk at a time, on several threads; and the rows that the arrays cannot answer, one at a time."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from slaclock.errors import BadRowsWarning, ColumnError, SlaClockError

from .piecewise import Bools, Ints
from .threads import all_of, workers

Errors = Literal["raise", "null"]
CHUNK = 1 << 16
"""Rows in a chunk: so few that what is worked out on the way stays in the processor's cache."""


class Packing(NamedTuple):
    """How numbers of pauses are packed with those of their rows: so many bits, and the row that counts as 0."""

    bits: int
    first: int


class Piece(NamedTuple):
    """Some rows, and which pauses are theirs: a stretch of them in order of row, or a row and a number in one."""

    rows: slice
    pauses: slice | Ints | None = None
    packing: Packing = Packing(0, 0)


def pieces(count: int) -> Iterator[Piece]:
    """All rows in chunks, without pauses."""
    for start in range(0, count, CHUNK):
        yield Piece(slice(start, min(start + CHUNK, count)))


Answers = tuple[NDArray[Any], ...]


class Question(NamedTuple):
    """What is asked of every row: by arrays, and for rows that these cannot answer, alone.

    `kernel` answers a piece, and marks the rows that it cannot answer. `alone` answers one row as the scalar functions
    do, or raises what they raise. `outputs` take the answers, and `nothing` is what stands for a missing one.
    """

    kernel: Callable[[Piece], tuple[Answers, Bools | None]]
    alone: Callable[[int], Sequence[Any]]
    outputs: Answers
    nothing: Sequence[Any]


class BadRows:
    """Rows whose answer is an error: the error is raised with the row's number, or the rows are counted."""

    def __init__(self, errors: str) -> None:
        if errors not in ("raise", "null"):
            raise ColumnError(f"errors={errors!r} is not known", "use 'raise' or 'null'")
        self._raise = errors == "raise"
        self._count = 0
        self._first: tuple[int, SlaClockError] | None = None

    def add(self, row: int, wrong: SlaClockError) -> None:
        """Raise the row's error, or count it."""
        placed = wrong.within(f"row {row}")
        placed.row = row
        if self._raise:
            raise placed from wrong
        self._count += 1
        self._first = min(self._first or (row, placed), (row, placed), key=lambda found: found[0])

    def warn(self) -> None:
        """Say how many rows were left empty, if any; to be called by the function that the user has called."""
        if self._first is not None:
            many = "1 row" if self._count == 1 else f"{self._count} rows"
            text = f"{many} could not be answered; the first: {self._first[1]}"
            warnings.warn(text, BadRowsWarning, stacklevel=3)


def answered(
    question: Question,
    blocks: Iterable[Iterable[Piece]],
    bad: BadRows,
    threads: int | None,
    numbers: Ints | None = None,
) -> Answers:
    """The outputs, filled piece by piece; a block's pieces are done before the next block is made.

    Where a row's answer is an error, it goes to `bad` and the row becomes `nothing`. `numbers` are those by which the
    caller knows the rows, where they are only some of his.
    """
    troubled: list[Ints] = []

    def work(strip: Iterable[Piece]) -> None:
        for piece in strip:
            answers, trouble = question.kernel(piece)
            for output, answer in zip(question.outputs, answers, strict=True):
                output[piece.rows] = answer
            if trouble is not None and trouble.any():
                troubled.append(np.flatnonzero(trouble) + piece.rows.start)

    count = workers(threads)
    if len(question.outputs[0]) <= CHUNK:
        count = 1
    for block in blocks:
        if count == 1:
            work(block)
        else:
            each = list(block)
            # One strip a worker: handing out single pieces costs as much as answering them.
            all_of([partial(work, each[worker::count]) for worker in range(count)])
    for row in np.sort(np.concatenate(troubled)).tolist() if troubled else ():
        values = question.nothing
        try:
            values = question.alone(row)
        except SlaClockError as wrong:
            bad.add(row if numbers is None else int(numbers[row]), wrong)
        for output, value in zip(question.outputs, values, strict=True):
            output[row] = value
    return question.outputs
