"""Columns of local dates: read from whatever the caller has them in, and the kind of column to answer with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from slaclock.errors import ColumnError
from slaclock.temporal.instants import DAY, EPOCH_DAY, is_missing

from .arrays import plain_array
from .frames import Series, as_series, narwhals, with_known_zone
from .instants import Instants
from .lists import is_list
from .piecewise import NEVER, Ints

_ODD = 1  # a microsecond after midnight is no date, and stands for what is none in a column of objects


class Dates(Instants):
    """A column of local dates, or one for every row, each as its midnight in UTC.

    `odd` are the cells of a column of objects that hold no date.
    """

    def __init__(self, raw: NDArray[Any], size: int | None = None, odd: Mapping[int, Any] | None = None) -> None:
        super().__init__(raw, size=size)
        self._odd = odd or {}

    def one(self, row: int) -> Any:
        """The date of one row, None where it is missing; what is no date as it stands."""
        if row in self._odd:
            return self._odd[row]
        at = super().one(row)
        if at is None:
            return None
        naive = at.replace(tzinfo=None)
        return naive if naive != datetime(naive.year, naive.month, naive.day) else naive.date()


def ordinals(midnights: Ints) -> Ints:
    """The ordinals of dates by their midnights."""
    days: Ints = midnights // DAY + EPOCH_DAY
    return days


def read_dates(column: Any, name: str, timezone: str | None = None) -> Dates:
    """A column of local dates, or one for all rows; datetimes will do, where all are midnights without a zone."""
    if isinstance(column, date) and not isinstance(column, datetime):
        return Dates(np.array([column], "M8[D]"))
    if isinstance(column, np.datetime64):
        return Dates(np.array([column]).astype("M8[D]" if np.isnat(column) else column.dtype))
    if isinstance(column, np.ndarray):
        if column.dtype.kind != "M":
            raise ColumnError(f"{name} is a NumPy array of {column.dtype}", "give datetime64[D]")
        if column.ndim != 1:
            raise ColumnError(f"{name} has {column.ndim} dimensions", "give one")
        plain = plain_array(column)
        return Dates(plain.astype("M8[D]") if np.datetime_data(plain.dtype)[0] == "generic" else plain, len(plain))
    if is_list(column):
        return _read_objects(list(column))
    series = as_series(column)
    if series is None:
        kind = type(column).__name__
        remedy = "give datetime64[D], a column of dates of pandas, Polars or PyArrow, or a list of dates"
        raise ColumnError(f"{name} is a {kind}", remedy)
    return _read_series(series, name)


def _read_series(series: Series, name: str) -> Dates:
    nw = narwhals()
    series = with_known_zone(series)
    if series.dtype == nw.Object:
        return _read_objects(series.to_list())
    if series.dtype == nw.Date:
        series = series.cast(nw.Datetime("ms"))  # of which int64 has all that date32 has
    dtype: Any = series.dtype
    if not isinstance(dtype, nw.Datetime):
        if len(series) == series.null_count():  # a column without any value has no type of its own
            return Dates(np.full(len(series), NEVER).view("M8[us]"), len(series))
        raise ColumnError(f"{name} is a column of {dtype}", "parse it to dates first")
    if dtype.time_zone is not None:
        raise ColumnError(f"{name} is a column of instants", "give the local dates on which they lie")
    ints = series.cast(nw.Int64)
    if ints.null_count():
        ints = ints.fill_null(NEVER)
    return Dates(np.ascontiguousarray(ints.to_numpy(), np.int64).view(f"M8[{dtype.time_unit}]"), len(series))


def _read_objects(cells: list[Any]) -> Dates:
    """A column of Python's dates, as pandas has them."""
    odd = {row: cell for row, cell in enumerate(cells) if not (_is_date(cell) or is_missing(cell))}
    days = [(cell.toordinal() - EPOCH_DAY) * DAY if _is_date(cell) else NEVER for cell in cells]
    micros = np.array(days, np.int64)
    if odd:  # beside a date that is one, if any is, so that the column reaches no farther for them
        micros[list(odd)] = max(days) + _ODD if max(days) != NEVER else _ODD
    return Dates(micros.view("M8[us]"), len(cells), odd)


def _is_date(cell: object) -> bool:
    return isinstance(cell, date) and not isinstance(cell, datetime)


class Numbers:
    """A whole number for each row, or one for all of them."""

    def __init__(self, values: Ints | None, single: Any = None, missing: NDArray[np.bool_] | None = None) -> None:
        self.size = None if values is None else len(values)
        self._values, self._single, self._missing = values, single, missing

    def of(self, row: int) -> Any:
        """The number of one row, None where it is missing; one for all is as the caller gave it."""
        if self._values is None:
            return self._single
        return None if self._missing is not None and self._missing[row] else int(self._values[row])

    def chunk(self, rows: slice) -> Ints | None:
        """The numbers of some rows; None where the one for all is no number that an array can have."""
        if self._values is not None:
            return self._values[rows]
        if isinstance(self._single, bool) or not isinstance(self._single, (int, np.integer)):
            return None
        return np.full(rows.stop - rows.start, max(-_MOST, min(_MOST, int(self._single))))

    def missing(self, rows: slice) -> NDArray[np.bool_] | None:
        """Which of the rows have none; None where all have one."""
        return None if self._missing is None else self._missing[rows]

    @property
    def ends(self) -> tuple[int, int]:
        """The least and the greatest, of those that are there."""
        values = self.chunk(slice(0, 1)) if self._values is None else self._values
        return (0, 0) if values is None or not len(values) else (int(values.min()), int(values.max()))


_MOST = 1 << 40
"""More days than there are; a number beyond is asked alone."""


def read_numbers(column: Any, name: str) -> Numbers:
    """A column of whole numbers, or one for all rows, which the scalar function checks."""
    series = as_series(column)
    if isinstance(column, (list, tuple)):
        column = np.array(column)
    if series is None and not (isinstance(column, np.ndarray) and column.ndim == 1):
        return Numbers(None, column)
    missing = np.ma.getmaskarray(column) if isinstance(column, np.ma.MaskedArray) else None
    if series is not None:
        missing = np.asarray(series.is_null().to_numpy(), bool)
        if len(series) == missing.sum():
            return Numbers(np.zeros(len(series), np.int64), missing=missing)
        if not series.dtype.is_integer():
            raise ColumnError(f"{name} is a column of {series.dtype}", "give whole numbers")
        column = series.fill_null(0).to_numpy() if missing.any() else series.to_numpy()
    if column.dtype.kind not in "iu":
        raise ColumnError(f"{name} is a NumPy array of {column.dtype}", "give whole numbers")
    data = np.ma.getdata(column)
    if data.dtype.kind == "u":  # of which int64 has not all
        data = np.minimum(data.astype(np.uint64), np.uint64(_MOST))
    values = np.clip(data.astype(np.int64), -_MOST, _MOST)
    if missing is None or not missing.any():
        return Numbers(values)
    return Numbers(np.where(missing, 0, values), missing=missing)
