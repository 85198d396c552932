"""What answers are: how arrays have them, how they are read off a scalar answer, and which column they become."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import DTypeLike, NDArray

from slaclock.errors import OutOfRangeError
from slaclock.temporal.instants import DAY, EPOCH_DAY, duration_micros, to_micros

from .frames import ColumnKind, narwhals
from .piecewise import NEVER

_LONGEST = (1 << 63) - 1


class Output(NamedTuple):
    """One kind of answer: its type in arrays, what stands there for a missing one, and the ways in and out.

    `number` is what an array has for a scalar's answer, and `column` the caller's column of an array. Its type
    in frames is `frame_type`, by narwhals, from which each library's own follows. Both are given a zone for instants.
    """

    dtype: DTypeLike
    missing: float
    number: Callable[[Any], float]
    column: Callable[[ColumnKind, NDArray[Any], str], Any]
    frame_type: Callable[[str], Any]

    def empty(self, count: int) -> NDArray[Any]:
        """An array for so many answers."""
        return np.empty(count, self.dtype)

    def value(self, answer: Any) -> float:
        """What an array has for a scalar's answer, None being a missing one."""
        return self.missing if answer is None else self.number(answer)


INSTANTS = Output(
    np.int64, NEVER, to_micros,
    lambda kind, micros, zone: kind.instants(micros, zone), lambda zone: narwhals().Datetime("us", zone),
)  # fmt: skip
DURATIONS = Output(
    np.int64, NEVER, lambda length: _fitting(duration_micros(length)),
    lambda kind, micros, _: kind.durations(micros), lambda _: narwhals().Duration("us"),
)  # fmt: skip
NUMBERS = Output(
    np.float64, np.nan, float,
    lambda kind, numbers, _: kind.numbers(numbers), lambda _: narwhals().Float64(),
)  # fmt: skip
TRUTHS = Output(
    np.int8, -1, int,
    lambda kind, truths, _: kind.truths(truths), lambda _: narwhals().Boolean(),
)  # fmt: skip
COUNTS = Output(
    np.int64, NEVER, int,
    lambda kind, counts, _: kind.counts(counts), lambda _: narwhals().Int64(),
)  # fmt: skip
DATES = Output(
    np.int64, NEVER, lambda day: day.toordinal() - EPOCH_DAY,
    lambda kind, days, _: kind.dates(days), lambda _: narwhals().Date(),
)  # fmt: skip


def _fitting(micros: int) -> int:
    """Microseconds that a column can hold."""
    if abs(micros) > _LONGEST:
        days = micros // DAY
        raise OutOfRangeError(f"the answer is a time of {days} days", "ask for a shorter target", value=days)
    return micros


def categories(names: Sequence[str]) -> Output:
    """One of some names."""
    return Output(
        np.int8 if len(names) < 1 << 7 else np.int64, -1, names.index,
        lambda kind, codes, _: kind.categories(codes, names), lambda _: narwhals().String(),
    )  # fmt: skip


def schema_of(outputs: Mapping[str, Output], prefix: str, zone: str) -> dict[str, Any]:
    """The types of the columns that are added to a frame."""
    return {prefix + name: output.frame_type(zone) for name, output in outputs.items()}
