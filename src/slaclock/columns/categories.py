"""Columns of categories, such as priorities, as numbers."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from slaclock.errors import ColumnError
from slaclock.temporal.instants import is_missing

from .frames import Series, codes_of, narwhals
from .piecewise import Bools, Ints


class Categories(NamedTuple):
    """Which of the distinct `names` each row has, -1 where it has none."""

    codes: Ints
    names: tuple[str, ...]

    def of(self, row: int) -> str | None:
        """The name of one row's."""
        code = int(self.codes[row])
        return None if code < 0 else self.names[code]

    def take(self, rows: Ints | Bools) -> Categories:
        """The categories of some rows."""
        return Categories(self.codes[rows], self.names)

    def without_missing(self) -> Categories:
        """The same, without the names that say that there is none, such as an empty text."""
        names = [name for name in self.names if not is_missing(name)]
        numbers = np.array([-1 if is_missing(name) else names.index(name) for name in self.names] + [-1])
        return Categories(numbers[self.codes], tuple(names))

    def number(self, name: str) -> int:
        """The number of a name, which no row has where there is none."""
        return self.names.index(name) if name in self.names else len(self.names)


def read_categories(series: Series, name: str) -> Categories:
    """A column of texts; numbers, such as a priority 1, are read as their text."""
    nw = narwhals()
    if series.dtype not in (nw.String, nw.Categorical, nw.Enum, nw.Object, nw.Unknown):
        if series.null_count() == len(series):
            return Categories(np.full(len(series), -1), ())
        if not series.dtype.is_integer():
            raise ColumnError(f"{name} is a column of {series.dtype}", "give texts")
    try:
        codes, names = codes_of(series)
    except TypeError:
        raise ColumnError(f"{name} is a column of lists, or the like", "give texts") from None
    column = Categories(np.ascontiguousarray(codes, np.int64), tuple(map(str, names)))
    return column.without_missing() if any(map(is_missing, column.names)) else column


def every(count: int, name: str) -> Categories:
    """The same category for all rows."""
    return Categories(np.zeros(count, np.int64), (name,))


def combined(columns: list[Categories]) -> tuple[Ints, list[tuple[str | None, ...]]]:
    """The distinct rows of some columns of categories: each row's number, and the names of each."""
    codes = np.zeros(len(columns[0].codes), np.int64)
    for column in columns:
        codes = codes * (len(column.names) + 1) + column.codes + 1
    size = int(np.prod([len(column.names) + 1 for column in columns], dtype=object))
    if size <= _DENSE:  # as it is but for columns of very many names
        present = np.flatnonzero(np.bincount(codes, minlength=1))
        number = np.zeros(size, np.int64)
        number[present] = np.arange(len(present))
        codes = number[codes]
    elif size < 1 << 62:
        present, codes = np.unique(codes, return_inverse=True)
    else:
        raise ColumnError("the columns of words have too many different ones", "leave out those that are not words")
    rows: list[tuple[str | None, ...]] = []
    for key in present.tolist():
        names: list[str | None] = []
        for column in reversed(columns):
            key, code = divmod(key, len(column.names) + 1)
            names.append(None if code == 0 else column.names[code - 1])
        rows.append(tuple(reversed(names)))
    return codes, rows


_DENSE = 1 << 20
