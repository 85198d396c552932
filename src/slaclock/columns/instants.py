"""Columns of instants as whole microseconds, read a chunk at a time from whatever the caller has them in."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from slaclock.errors import ColumnError, NaiveDatetimeError, OutOfRangeError
from slaclock.temporal.instants import DAY, FIRST_INSTANT, LAST_INSTANT, find_zone, from_micros, to_micros

from .arrays import OUT, instant_micros, plain_array
from .frames import Series, as_series, with_known_zone
from .lists import is_list, list_micros
from .piecewise import NEVER, Bools, Ints
from .zones import ZoneTable, zone_table

OUTSIDE = "an instant lies outside the years 1 to 9999", "correct it"
"""What is wrong with an instant that no datetime has, and the remedy."""
_PART = 1 << 16  # values that are read from memory once for both their least and their greatest


class Instants:
    """A column of instants, or one instant for every row.

    `low` and `high` are the least and the greatest of them, None where all are missing; `missing` is whether any is.
    """

    def __init__(self, raw: NDArray[Any], zone: ZoneInfo | None = None, size: int | None = None) -> None:
        self._raw = raw  # datetime64 of any unit
        self._zone = zone
        self._unit, step = np.datetime_data(raw.dtype)
        self._plain = self._unit in ("us", "ns") and step == 1
        self._distant = False  # whether one is so far away that it has to be cut
        self.size = size
        self._walls: ZoneTable | None = None
        self.low, self.high, self.missing = self._range()
        if zone is not None and self.low is not None and self.high is not None:
            self._walls = zone_table(zone, self.sample())

    @classmethod
    def at(cls, at: datetime) -> Instants:
        """One instant for every row."""
        return cls(np.array([to_micros(at)], np.int64).view("M8[us]"))

    def __len__(self) -> int:
        return 1 if self.size is None else self.size

    def chunk(self, rows: slice) -> Ints:
        """The microseconds of some rows; `NEVER` where there is none."""
        if self.size is None:
            return np.broadcast_to(self._micros(self._raw), rows.stop - rows.start)
        return self._micros(self._raw[rows])

    def take(self, rows: Ints) -> Ints:
        """The microseconds of some rows, in that order."""
        if self.size is None:
            return np.broadcast_to(self._micros(self._raw), len(rows))
        return self._micros(self._raw.take(rows, mode="clip"))

    def of(self, rows: Ints) -> Instants:
        """The column of some rows."""
        return self if self.size is None else Instants(self._raw.take(rows), self._zone, len(rows))

    def one(self, row: int) -> datetime | None:
        """The instant of one row, None where it is missing."""
        micros = int(self.chunk(slice(row, row + 1))[0])
        return None if micros == NEVER else instant_of(micros)

    def sample(self) -> Ints:
        """A few hundred of the instants, the missing ones among them."""
        return self._micros(self._raw[:: max(1, len(self._raw) // 512)])

    def within(self, low: int, high: int) -> tuple[int, int] | None:
        """The least and the greatest of the instants from `low` to `high`; None where none lies there."""
        ends: list[tuple[int, int]] = []
        for start in range(0, len(self._raw), _PART):
            part = self._micros(self._raw[start : start + _PART])
            part = part[(part >= low) & (part <= high)]
            if len(part):
                ends.append((int(part.min()), int(part.max())))
        return (min(end[0] for end in ends), max(end[1] for end in ends)) if ends else None

    @property
    def beyond(self) -> bool:
        """Whether one may lie outside the years 1 to 9999."""
        if self.low is None or self.high is None:
            return False
        return self.low < FIRST_INSTANT + DAY or self.high > LAST_INSTANT - DAY

    def _micros(self, raw: NDArray[Any]) -> Ints:
        if self._plain and not self._distant:
            out: Ints = raw.view(np.int64)
            if self._unit == "ns":
                out = np.where(out == NEVER, NEVER, out // 1_000) if self.missing else out // 1_000
        else:
            out = instant_micros(raw)
        if self._walls is None:
            return out
        return np.where(out == NEVER, NEVER, self._walls.from_wall(out))

    def _range(self) -> tuple[int | None, int | None, bool]:
        self.missing = True  # until it is known
        if not len(self._raw):
            return None, None, False
        ints = self._raw.view(np.int64)
        parts = np.split(ints, range(_PART, len(ints), _PART))
        both = [(int(part.min()), int(part.max())) for part in parts]
        low, high = min(low for low, _ in both), max(high for _, high in both)
        if self._plain and low != NEVER:
            per = 1_000 if self._unit == "ns" else 1
            low, high = low // per, high // per
            self._distant = low < -OUT or high > OUT
            return max(low, -OUT), min(high, OUT), False
        if high == NEVER:
            return None, None, True
        valid = low != NEVER
        if low == NEVER:
            low = int(np.where(ints == NEVER, high, ints).min())
        ends = instant_micros(np.array([low, high], np.int64).view(self._raw.dtype))
        self._distant = int(ends[0]) == -OUT or int(ends[1]) == OUT
        return int(ends[0]), int(ends[1]), not valid


def out_of_range(t: Ints) -> Bools:
    """Which instants lie outside the years 1 to 9999; not those that are missing."""
    outside: Bools = ((t < FIRST_INSTANT) | (t > LAST_INSTANT)) & (t != NEVER)
    return outside


def near_the_ends(t: Ints) -> Bools:
    """Which answers lie so near to the ends of time, or beyond, that a datetime of some zone may not hold them."""
    near: Bools = (t < FIRST_INSTANT + DAY) | (t > LAST_INSTANT - DAY)
    return near


def instant_of(micros: int) -> datetime:
    """An instant as a datetime, for a row that is answered alone."""
    if not FIRST_INSTANT <= micros <= LAST_INSTANT:
        raise OutOfRangeError(*OUTSIDE)
    return from_micros(micros, find_zone("UTC"))


def read_instants(column: Any, name: str, timezone: str | None = None, *, single: bool = True) -> Instants:
    """A column of instants, or one instant where `single` allows it.

    NumPy's datetime64 is UTC. A column of a frame is aware, or is read in `timezone` where it is naive.
    """
    if isinstance(column, datetime) and single:
        return Instants.at(column)
    if isinstance(column, np.datetime64) and single:
        return Instants(_with_unit(np.array([column])))
    if isinstance(column, np.ndarray):
        if column.dtype.kind != "M":
            raise ColumnError(f"{name} is a NumPy array of {column.dtype}", "give datetime64, which is UTC")
        if column.ndim != 1:
            raise ColumnError(f"{name} has {column.ndim} dimensions", "give one")
        return Instants(_with_unit(plain_array(column)), size=len(column))
    if is_list(column):
        return Instants(list_micros(column, name, timezone), size=len(column))
    series = as_series(column)
    if series is None:
        kind = type(column).__name__
        remedy = "give NumPy datetime64, a column of pandas, Polars or PyArrow, or a list of datetimes"
        raise ColumnError(f"{name} is a {kind}", remedy)
    return _read_series(series, name, timezone)


def _with_unit(array: NDArray[Any]) -> NDArray[Any]:
    """An array of datetimes; one of nothing but NaT need not say its unit."""
    return array.astype("M8[us]") if np.datetime_data(array.dtype)[0] == "generic" else array


def _read_series(series: Series, name: str, timezone: str | None) -> Instants:
    import narwhals as nw

    series = with_known_zone(series)
    if series.dtype == nw.Date:
        series = series.cast(nw.Datetime("us"))
    dtype = series.dtype
    if not isinstance(dtype, nw.Datetime):
        if len(series) == series.null_count():  # a column without any value has no type of its own
            return Instants(np.full(len(series), NEVER).view("M8[us]"), size=len(series))
        raise ColumnError(f"{name} is a column of {dtype}", "parse it to datetimes first")
    zone = None
    if dtype.time_zone is None:
        if timezone is None:
            raise NaiveDatetimeError(
                f"{name} is a column of datetimes without a time zone", "name the zone: timezone='Europe/London'"
            )
        zone = find_zone(timezone)
    ints = series.cast(nw.Int64)
    if ints.null_count():
        ints = ints.fill_null(NEVER)
    raw = np.ascontiguousarray(ints.to_numpy(), np.int64)
    return Instants(raw.view(f"M8[{dtype.time_unit}]"), zone, size=len(raw))
