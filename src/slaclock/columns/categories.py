"""Columns of words, such as priorities, as numbers; and numbers as words."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from slaclock.errors import ColumnError

from .frames import Series, narwhals
from .piecewise import Bools, Ints


class Words(NamedTuple):
    """Which of the distinct `words` each row has, -1 where it has none."""

    codes: Ints
    words: tuple[str, ...]

    def of(self, row: int) -> str | None:
        """The word of one row."""
        code = int(self.codes[row])
        return None if code < 0 else self.words[code]

    def take(self, rows: Ints | Bools) -> Words:
        """The words of some rows."""
        return Words(self.codes[rows], self.words)

    def number(self, word: str) -> int:
        """The number of a word, which no row has where there is none."""
        return self.words.index(word) if word in self.words else len(self.words)


def read_words(series: Series, name: str) -> Words:
    """A column of texts; numbers, such as a priority 1, are read as their text."""
    nw = narwhals()
    if series.dtype not in (nw.String, nw.Categorical, nw.Enum, nw.Object, nw.Unknown):
        if series.null_count() == len(series):
            return Words(np.full(len(series), -1), ())
        if not series.dtype.is_integer():
            raise ColumnError(f"{name} is a column of {series.dtype}", "give texts")
    if series.implementation.is_pandas():
        import pandas as pd

        codes, found = pd.factorize(series.to_native())
        return Words(codes.astype(np.int64), tuple(map(str, found)))
    found = [word for word in series.unique().to_list() if word is not None]
    if not found:
        return Words(np.full(len(series), -1), ())
    replaced = series.replace_strict(found, list(range(len(found))), default=-1, return_dtype=nw.Int64)
    return Words(np.ascontiguousarray(replaced.to_numpy(), np.int64), tuple(map(str, found)))


def every(count: int, word: str) -> Words:
    """The same word for all rows."""
    return Words(np.zeros(count, np.int64), (word,))


def combined(columns: list[Words]) -> tuple[Ints, list[tuple[str | None, ...]]]:
    """The distinct rows of some columns of words: each row's number, and the words of each."""
    codes = np.zeros(len(columns[0].codes), np.int64)
    for column in columns:
        codes = codes * (len(column.words) + 1) + column.codes + 1
    size = int(np.prod([len(column.words) + 1 for column in columns], dtype=object))
    if size <= _DENSE:  # as it is but for columns of very many words
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
        words: list[str | None] = []
        for column in reversed(columns):
            key, code = divmod(key, len(column.words) + 1)
            words.append(None if code == 0 else column.words[code - 1])
        rows.append(tuple(reversed(words)))
    return codes, rows


_DENSE = 1 << 20
