"""The numbers of rows, counted from 0, that entries of a side frame name."""

from __future__ import annotations

from typing import Any

import numpy as np

from slaclock.errors import ColumnError

from .frames import Series, as_series, narwhals
from .piecewise import Ints


def whole_numbers(series: Series, name: str) -> Any:
    """A column as NumPy has it; whole numbers that it has no type for are an error, where they do not fit one."""
    nw = narwhals()
    if series.dtype not in (nw.Int128, nw.UInt128):
        return series.to_numpy()
    ends = series.min(), series.max()
    if len(series) and not all(-(1 << 63) <= end < 1 << 63 for end in ends):
        raise ColumnError(f"{name} has numbers of more than 64 bits", "give smaller ones", value=ends)
    return series.cast(nw.Int64).to_numpy()


def read_row_numbers(rows: Any, what: str, count: int) -> Ints:
    """The rows of pauses, say, of so many that there are; every one must be a whole number, and be there."""
    series = as_series(rows)
    if series is not None and series.null_count():
        where = series.is_null().to_list().index(True)
        raise ColumnError(f"a {what.removesuffix('s')}'s row is missing", "give its number, from 0", f"row {where}")
    numbers = rows if series is None else whole_numbers(series, f"the {what}' row")
    entry = what.removesuffix("s")
    if np.ma.is_masked(numbers):
        where = int(np.flatnonzero(np.ma.getmaskarray(numbers))[0])
        raise ColumnError(f"a {entry}'s row is missing", "give its number, from 0", f"{entry} {where}")
    numbers = np.asarray(numbers)
    if numbers.dtype.kind not in "iu" and len(numbers):
        raise ColumnError(f"the {what}' rows are {numbers.dtype}", "give whole numbers, from 0")
    whole: Ints = numbers.astype(np.int64, copy=False)
    if len(whole) and (whole.min() < 0 or whole.max() >= count):
        at = int(np.flatnonzero((whole < 0) | (whole >= count))[0])
        raise ColumnError(f"there is no row {whole[at]}", f"there are {count}, counted from 0", f"{entry} {at}")
    return whole
