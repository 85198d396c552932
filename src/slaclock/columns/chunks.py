"""Long columns a chunk at a time, on several threads; and the rows that the arrays cannot answer, one at a time."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from slaclock.errors import BadRowsWarning, ColumnError, SlaClockError
from slaclock.formats.counts import count_text

from .frames import LAZY
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


Arrays = tuple[NDArray[Any], ...]


class Computation(NamedTuple):
    """How every row is answered: by arrays, and where these cannot, alone.

    `kernel` answers a piece, and marks the rows that it cannot answer. `alone` answers one row as the scalar functions
    do, or raises what they raise. `outputs` take the answers, and `missing` is what stands for a missing one.
    """

    kernel: Callable[[Piece], tuple[Arrays, Bools | None]]
    alone: Callable[[int], Sequence[Any]]
    outputs: Arrays
    missing: Sequence[Any]


class BadRows:
    """Rows whose answer is an error: the error is raised with the row's number, or the rows are counted."""

    def __init__(self, errors: str) -> None:
        if errors not in ("raise", "null"):
            raise ColumnError(f"errors={errors!r} is not known", "use 'raise' or 'null'")
        self._raise = errors == "raise"
        self._wrong: set[int] = set()
        self._first: tuple[int, SlaClockError] | None = None

    def add(self, row: int, problem: SlaClockError) -> None:
        """Raise the row's error, or count it."""
        placed = problem.within(f"row {row}")
        placed.row = row
        if self._raise:
            raise placed from problem
        self._wrong.add(row)
        self._first = min(self._first or (row, placed), (row, placed), key=lambda numbered: numbered[0])

    def warn(self) -> None:
        """Say how many rows were left empty, if any, at the line outside the library that asked."""
        if self._first is not None:
            many = count_text(len(self._wrong), "row")
            text = f"{many} could not be answered; the first: {self._first[1]}"
            warnings.warn(text, BadRowsWarning, stacklevel=_levels())


class FirstOfRow(BadRows):
    """What is wrong with each row: of a row that is asked several times what is found first."""

    def __init__(self) -> None:
        super().__init__("null")
        self.problems: dict[int, SlaClockError] = {}

    def add(self, row: int, problem: SlaClockError) -> None:
        """Keep what is wrong."""
        self.problems.setdefault(row, problem)

    def tell(self, bad: BadRows, numbers: Ints | None = None) -> None:
        """Add all in the order of the rows, by the numbers by which the caller knows them."""
        for row in sorted(self.problems):
            bad.add(row if numbers is None else int(numbers[row]), self.problems[row])


class EnoughRowsError(Exception):
    """So many bad rows are known that no more are asked for; caught by whoever set the limit."""


class FirstRows(FirstOfRow):
    """What is wrong with each row, of so many rows at `most`: then an `EnoughRowsError` ends the work."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def add(self, row: int, problem: SlaClockError) -> None:
        """Keep what is wrong."""
        super().add(row, problem)
        if len(self.problems) >= self._most:
            raise EnoughRowsError


def _levels() -> int:
    """How many calls of this library, and of one that asks it to answer a lazy frame, lie above the warning."""
    levels, frame = 0, inspect.currentframe()
    while frame is not None and frame.f_globals.get("__name__", "").startswith(("slaclock.", *LAZY)):
        levels, frame = levels + 1, frame.f_back
    return levels


def computed(
    computation: Computation,
    blocks: Iterable[Iterable[Piece]],
    bad: BadRows,
    threads: int | None,
    numbers: Ints | None = None,
) -> Arrays:
    """The outputs, filled piece by piece; a block's pieces are done before the next block is made.

    Where a row's answer is an error, it goes to `bad` and is missing. `numbers` are those by which the
    caller knows the rows, where they are only some of his.
    """
    troubled: list[Ints] = []

    def work(strip: Iterable[Piece]) -> None:
        for piece in strip:
            answers, trouble = computation.kernel(piece)
            for output, answer in zip(computation.outputs, answers, strict=True):
                output[piece.rows] = answer
            if trouble is not None and trouble.any():
                troubled.append(np.flatnonzero(trouble) + piece.rows.start)

    count = workers(threads)
    if len(computation.outputs[0]) <= CHUNK:
        count = 1
    for block in blocks:
        if count == 1:
            work(block)
        else:
            parts = list(block)
            # One strip a worker: handing out single pieces costs as much as answering them.
            all_of([partial(work, parts[worker::count]) for worker in range(count)])
    for row in np.sort(np.concatenate(troubled)).tolist() if troubled else ():
        values = computation.missing
        try:
            values = computation.alone(row)
        except SlaClockError as problem:
            bad.add(row if numbers is None else int(numbers[row]), problem)
        for output, value in zip(computation.outputs, values, strict=True):
            output[row] = value
    return computation.outputs
