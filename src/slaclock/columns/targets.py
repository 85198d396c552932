"""Targets of many rows: one for all, one a row, or one for each priority."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, cast

import numpy as np

from slaclock.clock.deadlines import TargetLike
from slaclock.clock.targets import Target
from slaclock.errors import ColumnError, SlaClockError, TargetError, UnknownPriorityError

from .arrays import cells_of, length_micros
from .frames import as_series, narwhals
from .piecewise import NEVER, Bools, Ints

MISSING, UNKNOWN = -1, -2


class RowTargets:
    """The distinct targets, and which of them each row has.

    `codes` number the targets; None means that every row has the first, if there is one, `MISSING` that a row has none
    and `UNKNOWN` that what it has is no target. `lengths` stand in for both where a column of durations was given.
    """

    def __init__(
        self,
        distinct: Sequence[Target],
        codes: Ints | None = None,
        lengths: Ints | None = None,
        problems: Mapping[int, SlaClockError] | None = None,
    ) -> None:
        self.distinct, self.codes, self.lengths = tuple(distinct), codes, lengths
        self._problems = problems or {}

    @property
    def size(self) -> int | None:
        """How many rows there are; None where one target serves for all."""
        column = self.codes if self.codes is not None else self.lengths
        return None if column is None else len(column)

    def strict(self, rows: slice) -> Bools:
        """Which of the rows have a target that is already missed at its limit."""
        strict = np.array([target.strict for target in self.distinct] or [False])
        if self.codes is None:
            return np.broadcast_to(strict[:1], rows.stop - rows.start)
        of_rows: Bools = strict.take(self.codes[rows], mode="clip")
        return of_rows

    @property
    def unknown(self) -> Bools:
        """Which of all rows have what is no target."""
        return np.zeros(0, bool) if self.codes is None else np.equal(self.codes, UNKNOWN)

    def missing(self, rows: slice) -> Bools:
        """Which of the rows have no target."""
        if self.lengths is not None:
            return np.equal(self.lengths[rows], NEVER)
        if self.codes is None:
            return np.full(rows.stop - rows.start, not self.distinct)
        return np.equal(self.codes[rows], MISSING)

    def of(self, row: int) -> Target | None:
        """The target of one row, None where it is missing; a text that is no target is an error."""
        if self.lengths is not None:
            length = int(self.lengths[row])
            return None if length == NEVER else Target.of(timedelta(microseconds=length))
        code = (0 if self.distinct else MISSING) if self.codes is None else int(self.codes[row])
        if code == UNKNOWN:
            raise self._problems[row]
        return None if code == MISSING else self.distinct[code]


def read_targets(target: Any, priority: Any = None) -> RowTargets:
    """The targets as a caller gives them."""
    if isinstance(target, Mapping):
        return _by_priority(target, priority)
    if priority is not None:
        raise ColumnError("a priority column is given, and one target", "give a mapping of priorities to targets")
    if isinstance(target, np.timedelta64):
        (length,) = length_micros(np.array([target]), "target").tolist()
        return RowTargets([] if length == NEVER else [Target.of(timedelta(microseconds=length))])
    if isinstance(target, (Target, timedelta, str)):
        return RowTargets([Target.of(target)])
    if isinstance(target, np.ndarray) and target.dtype.kind == "m":
        return RowTargets([], lengths=length_micros(target, "target"))
    values = _values(target, "target")
    return values if isinstance(values, RowTargets) else _coded(values, _read_target)


def _values(column: Any, name: str) -> list[Any] | RowTargets:
    """The cells of a column as a list; those of a column of durations as targets."""
    if isinstance(column, (np.ndarray, list, tuple)):
        return cells_of(column)
    series = as_series(column)
    if series is None:
        raise ColumnError(f"{name} is a {type(column).__name__}", "give one value, or a column of them")
    nw = narwhals()
    if isinstance(series.dtype, nw.Duration):
        unit = cast(Any, series.dtype).time_unit
        ints = series.cast(nw.Int64)
        if ints.null_count():
            ints = ints.fill_null(NEVER)
        raw = np.ascontiguousarray(ints.to_numpy(), np.int64).view(f"m8[{unit}]")
        return RowTargets([], lengths=length_micros(raw, name))
    return list(series.to_list())


def _by_priority(targets: Mapping[Any, TargetLike], priority: Any) -> RowTargets:
    if priority is None:
        raise ColumnError("a mapping of targets is given without a priority column", "give priority=")
    by_priority = {priority: Target.of(target) for priority, target in targets.items()}

    def read(priority: Any) -> Target:
        if priority not in by_priority:
            priorities = ", ".join(map(str, by_priority))
            raise UnknownPriorityError(f"{priority!r} is no priority", f"use one of: {priorities}")
        return by_priority[priority]

    values = _values(priority, "priority")
    if isinstance(values, RowTargets):
        raise ColumnError("the priority column holds durations", "give the column of priorities")
    return _coded(values, read)


def _read_target(value: Any) -> Target:
    try:
        return Target.of(value)
    except TypeError:
        raise TargetError(f"{value!r} is not a target", "write it like '6 hours'") from None


def _coded(values: list[Any], read: Any) -> RowTargets:
    """The values as codes; each distinct one is read once."""
    distinct: list[Target] = []
    problems: dict[Any, SlaClockError] = {}

    class Codes(dict[Any, int]):
        def __missing__(self, value: Any) -> int:
            if value is None or value != value:  # noqa: PLR0124 - None, NaN and NaT
                return MISSING
            try:
                distinct.append(read(value))
                self[value] = len(distinct) - 1
            except SlaClockError as problem:
                problems[value] = problem
                self[value] = UNKNOWN
            return self[value]

    codes = np.fromiter(map(Codes().__getitem__, values), np.int64, len(values))
    of_rows = {int(row): problems[values[row]] for row in np.flatnonzero(codes == UNKNOWN)} if problems else {}
    return RowTargets(distinct, codes, problems=of_rows)
