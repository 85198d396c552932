"""A desk's own figures: when it says that tickets are due, whether they are late, and what has been counted."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any, Literal, NamedTuple, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from slaclock.columns.frames import Frame, Series, frame_of, narwhals
from slaclock.columns.instants import read_instants
from slaclock.columns.piecewise import NEVER, Bools, Ints
from slaclock.errors import ColumnError, SlaClockError
from slaclock.formats.models import short_repr
from slaclock.temporal.durations import parse_duration
from slaclock.temporal.instants import (
    FIRST_INSTANT,
    HOUR,
    LAST_INSTANT,
    MINUTE,
    SECOND,
    duration_micros,
    find_zone,
    is_missing,
    micros_of,
)

Figure = Literal["due", "breached", "elapsed"]
"""What a desk may say of a ticket."""
FIGURES: tuple[Figure, ...] = get_args(Figure)
ElapsedUnit = Literal["milliseconds", "seconds", "minutes", "hours"]
"""What numbers in a column of elapsed time are."""
_MICROS = {"milliseconds": 1_000, "seconds": SECOND, "minutes": MINUTE, "hours": HOUR}
UNITS: tuple[ElapsedUnit, ...] = get_args(ElapsedUnit)
Given: TypeAlias = "str | Mapping[str, Any]"
"""A figure as a caller gives it: the name of a column, or the figures by the ids of the tickets."""

_TRUE = ("true", "yes", "y", "1", "t", "breached", "missed", "late", "failed", "violated")
_FALSE = ("false", "no", "n", "0", "f", "met", "achieved", "within", "kept", "on time", "in time", "not breached")
_CLOCK = re.compile(r"([0-9]{1,9}):([0-5][0-9])(?::([0-5][0-9](?:\.[0-9]{1,6})?))?")
_PLAIN = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,40})?(?:e-[0-9]{1,2})?")
_LONGEST = LAST_INSTANT - FIRST_INSTANT


class DeskFigures(NamedTuple):
    """The figures of some tickets, None where none of a kind is given; `NEVER`, and -1 of `breached`, are missing.

    Elapsed times `in_hours` were given as numbers of hours, which desks round to a decimal or two.
    """

    due: Ints | None
    breached: NDArray[np.int8] | None
    elapsed: Ints | None
    in_hours: bool = False

    @property
    def given(self) -> tuple[Figure, ...]:
        """Which kinds there are."""
        return tuple(name for name in FIGURES if getattr(self, name) is not None)

    @property
    def present(self) -> Bools:
        """The tickets of which any figure is there."""
        columns = [self.due, self.elapsed]
        parts = [column != NEVER for column in columns if column is not None]
        parts += [] if self.breached is None else [self.breached >= 0]
        present: Bools = np.logical_or.reduce(parts)
        return present

    def of(self, rows: Ints) -> DeskFigures:
        """Those of some of the tickets."""
        columns: dict[str, Any] = {name: getattr(self, name)[rows] for name in self.given}
        return self._replace(**columns)


def read_figures(
    given: Mapping[Figure, Given | None],
    frame: Any,
    ids: Callable[[], Sequence[str]],
    *,
    timezone: str | None,
    unit: ElapsedUnit | None,
) -> DeskFigures:
    """The figures of all tickets; `frame` is None where the tickets are objects, and `ids` are the tickets'.

    Raises `ColumnError` for a column that there is not or cannot be read, and where no figure is given.
    """
    if unit is not None and unit not in UNITS:
        raise ColumnError(f"{short_repr(unit)} is no unit", f"use one of: {', '.join(UNITS)}", "unit", value=unit)
    if all(own is None for own in given.values()):
        raise ColumnError("none of the desk's figures is given", "give due, breached or elapsed", "due")
    table = None if frame is None else frame_of(frame)
    reader = _Reader(table, ids, timezone, unit)
    columns = {name: None if (own := given.get(name)) is None else reader.read(name, own) for name in FIGURES}
    return DeskFigures(columns["due"], columns["breached"], columns["elapsed"], unit == "hours")


class _Reader(NamedTuple):
    """How figures are read: from which table, or for which tickets by id."""

    table: Frame | None
    ids: Callable[[], Sequence[str]]
    timezone: str | None
    unit: ElapsedUnit | None

    def read(self, name: Figure, given: Given) -> Any:
        """The figures of one kind."""
        table = self.table
        if isinstance(given, Mapping):
            return self._by_id(name, given)
        if table is None or not isinstance(given, str):
            remedy = "give the figures by the ids of the tickets" if table is None else "give the name of a column"
            raise ColumnError(f"{name} is {short_repr(given)}", remedy, name, value=given)
        if given not in table.columns:
            there = ", ".join(map(str, table.columns))
            raise ColumnError(f"the tickets have no column {given!r}", f"name one of: {there}", name, value=given)
        column = table[given]
        if name == "due":
            instants = read_instants(column.to_native(), given, self.timezone)
            return np.array(instants.chunk(slice(0, len(column))), np.int64)
        return _flags(column, given) if name == "breached" else _lengths(column, given, self.unit)

    def _by_id(self, name: Figure, given: Mapping[str, Any]) -> Any:
        ids = self.ids()
        unknown = given.keys() - set(ids)
        if unknown:
            first = min(map(str, unknown))
            raise ColumnError(
                f"there is no ticket {first!r}", "remove its figure, or add the ticket", name, value=first
            )
        values = []
        for ticket in ids:
            try:
                values.append(self._one(name, given.get(ticket)))
            except SlaClockError as error:
                raise error.within(name, f"ticket {ticket}") from None
        return np.array(values, np.int8 if name == "breached" else np.int64)

    def _one(self, name: Figure, value: Any) -> int:
        if is_missing(value):
            return -1 if name == "breached" else NEVER
        if name == "breached":
            return _flag(value)
        return _instant(value, self.timezone) if name == "due" else _length(value, self.unit)


def _instant(value: Any, timezone: str | None) -> int:
    if isinstance(value, datetime) and value.tzinfo is None and timezone is not None:
        value = value.replace(tzinfo=find_zone(timezone))
    return micros_of(value)


def _flags(column: Series, name: str) -> NDArray[np.int8]:
    """Whether tickets are late, as a column says it."""
    return _distinct(column, name, _flag, -1).astype(np.int8)


def _flag(value: Any) -> int:
    if isinstance(value, (bool, np.bool_)):
        return int(value)
    word = str(int(value) if isinstance(value, float) and value in (0, 1) else value).strip().lower()
    if word not in (*_TRUE, *_FALSE):
        remedy = "write true or false, yes or no, 1 or 0, breached or met"
        raise ColumnError(f"{short_repr(value)} does not say whether a ticket is late", remedy, value=value)
    return int(word in _TRUE)


def _lengths(column: Series, name: str, unit: ElapsedUnit | None) -> Ints:
    """Lengths of time in microseconds, as a column has them."""
    nw = narwhals()
    dtype: Any = column.dtype
    if isinstance(dtype, nw.Duration):
        per = {"ns": 1_000, "us": 1, "ms": 1_000, "s": SECOND}[dtype.time_unit]
        ints = column.cast(nw.Int64)
        raw = ints.fill_null(NEVER).to_numpy().astype(np.int64)
        made = raw // per if dtype.time_unit == "ns" else raw * per
        return np.where(raw == NEVER, NEVER, made)
    return _distinct(column, name, lambda value: _length(value, unit), NEVER)


def _length(value: Any, unit: ElapsedUnit | None) -> int:
    """A length of time in microseconds, no longer than all time."""
    micros = _micros_of_length(value, unit)
    if abs(micros) > _LONGEST:
        raise ColumnError(f"{short_repr(value)} is longer than all time", "correct the figure", value=value)
    return micros


def _micros_of_length(value: Any, unit: ElapsedUnit | None) -> int:
    """A length of time in microseconds: a timedelta, a text such as `11:30:08` or `690 min 8 s`, or a number."""
    if isinstance(value, timedelta):
        return duration_micros(value)
    text = str(value).strip()
    clock = _CLOCK.fullmatch(text) if isinstance(value, str) else None
    if clock is not None:
        hours, minutes, seconds = clock.groups()
        return int(hours) * HOUR + int(minutes) * MINUTE + round(Fraction(seconds or "0") * SECOND)
    if _PLAIN.fullmatch(text):
        if unit is None:
            remedy = f"say what numbers of elapsed time are: {', '.join(UNITS)}"
            raise ColumnError(f"{text} is a number without a unit", remedy, "elapsed_unit", value=value)
        return round(Fraction(text) * _MICROS[unit])
    return parse_duration(text)


def _distinct(column: Series, name: str, read: Callable[[Any], int], missing: int) -> Ints:
    """The cells of a column, each distinct one read once; an error has the row of the first."""
    cells: list[Any] = column.to_list()
    known: dict[Any, int] = {}
    values = np.empty(len(cells), np.int64)
    for row, cell in enumerate(cells):
        key = cell if isinstance(cell, Hashable) else repr(cell)
        if key not in known:
            try:
                known[key] = missing if is_missing(cell) else read(cell)
            except SlaClockError as error:
                raise error.within(name, f"row {row}") from None
        values[row] = known[key]
    return values
