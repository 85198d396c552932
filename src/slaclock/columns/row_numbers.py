"""The numbers of rows, counted from 0, that entries of a side frame name."""

from __future__ import annotations

from typing import Any

import numpy as np

from slaclock.errors import ColumnError

from .frames import as_series
from .piecewise import Ints


def read_row_numbers(rows: Any, what: str, count: int) -> Ints:
    """The rows of pauses, say, of so many that there are; every one must be a whole number, and be there."""
    series = as_series(rows)
    numbers = rows if series is None else series.to_numpy()
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
