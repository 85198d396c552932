"""The callers' own columns and frames, by way of narwhals: which kind they are, and answers of the same kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from slaclock.errors import ColumnError, MissingExtraError

from .piecewise import NEVER, Bools, Ints

if TYPE_CHECKING:
    import narwhals as nw

    Series = nw.Series[Any]
    Frame = nw.DataFrame[Any]
else:
    Series = Frame = Any


def narwhals() -> Any:
    """The library, or an error that names the extra."""
    try:
        import narwhals as nw
    except ImportError:
        raise MissingExtraError.for_extra("narwhals", "columns") from None
    return nw


def as_series(column: Any) -> Series | None:
    """A column of pandas, Polars or PyArrow; None for anything else."""
    if isinstance(column, (str, bytes, list, tuple, dict)) or column is None:
        return None
    nw = narwhals()
    found: Series
    if isinstance(column, nw.Series):
        found = column
        return found
    if type(column).__module__.partition(".")[0] == "pyarrow" and hasattr(column, "type"):
        import pyarrow as pa

        column = pa.chunked_array([column]) if isinstance(column, pa.Array) else column
    try:
        found = nw.from_native(column, series_only=True)
    except TypeError:
        return None
    return found


def frame_of(frame: Any) -> Frame:
    """The caller's frame, as narwhals has it."""
    try:
        table: Frame = narwhals().from_native(frame, eager_only=True)
    except TypeError:
        raise ColumnError(
            f"the tickets are a {type(frame).__name__}", "give a frame of pandas, Polars or PyArrow"
        ) from None
    return table


def lazily(frame: Any, function: Callable[[Any], Any], added: Mapping[str, Any]) -> Any | None:
    """A lazy frame with what the function will add to it, columns of such types; None for a frame that is not lazy."""
    kind = type(frame)
    if not (kind.__module__.startswith("polars") and kind.__name__ == "LazyFrame"):
        return None
    schema = dict(frame.collect_schema()) | dict(narwhals().Schema(added).to_polars())
    return frame.map_batches(function, schema=schema)


class ColumnKind:
    """The kind of column that the caller gave first, and gets back: NumPy's, or a frame library's with its index."""

    def __init__(self, columns: Sequence[Any]) -> None:
        self._arrow_array = False
        self._like: Series | None = None
        for column in columns:
            if isinstance(column, np.ndarray):
                return
            series = as_series(column)
            if series is not None:
                self._like = series
                self._arrow_array = type(column).__module__.startswith("pyarrow") and not hasattr(column, "chunks")
                break
        self._check_index(columns)

    def _check_index(self, columns: Sequence[Any]) -> None:
        """Columns are read row by row; two pandas columns whose indexes differ would be meant otherwise."""
        index = getattr(self._like.to_native(), "index", None) if self._like is not None else None
        for column in columns:
            other = getattr(column, "index", None)
            if index is None or other is None or isinstance(column, (list, tuple, str)) or other is index:
                continue
            if not callable(other) and not index.equals(other):
                raise ColumnError("two columns have different indexes", "align them first, e.g. with reindex")

    def instants(self, micros: Ints, zone: str) -> Any:
        """Instants in the zone; UTC for NumPy."""
        if self._like is None:
            return micros.view("M8[us]")
        nw = narwhals()
        made = self._made(micros, "M8[us]", nw.Datetime("us", "UTC"))
        if self._backend.is_pyarrow():  # whose own conversion, which narwhals calls, looks at every value
            import pyarrow as pa

            return self._arrow(made.to_native().cast(pa.timestamp("us", zone)))
        return self._finished(made.dt.convert_time_zone(zone))

    def durations(self, micros: Ints) -> Any:
        """Lengths of time."""
        if self._like is None:
            return micros.view("m8[us]")
        return self._finished(self._made(micros, "m8[us]", narwhals().Duration("us")))

    def numbers(self, values: NDArray[np.float64]) -> Any:
        """Numbers; a missing one is NaN for NumPy and pandas, and null elsewhere."""
        if self._like is None:
            return values
        nw = narwhals()
        made = nw.new_series(self._name, values, backend=self._backend)
        if not self._backend.is_pandas_like():
            made = made.fill_nan(None)
        return self._finished(made)

    def categories(self, codes: NDArray[np.int8], names: Sequence[str]) -> Any:
        """Names by their numbers; -1 is missing."""
        nw = narwhals()
        known = list(range(len(names)))
        made = nw.new_series(self._name, codes, backend=self._backend)
        return self._finished(made.replace_strict(known, list(names), default=None, return_dtype=nw.String))

    def truths(self, values: NDArray[np.int8]) -> Any:
        """True and false from 1 and 0; -1 is missing, for which NumPy gets a masked array."""
        absent: Bools = values < 0
        if self._like is None:
            return np.ma.MaskedArray(values > 0, absent) if absent.any() else values > 0
        nw = narwhals()
        if not absent.any():
            return self._finished(nw.new_series(self._name, values > 0, backend=self._backend))
        texts = [None if value < 0 else value > 0 for value in values.tolist()]
        if self._backend.is_pandas():
            import pandas as pd

            return self._finished(nw.from_native(pd.Series(texts, name=self._name, dtype="boolean"), series_only=True))
        return self._finished(nw.new_series(self._name, texts, nw.Boolean, backend=self._backend))

    @property
    def _backend(self) -> Any:
        assert self._like is not None
        return self._like.implementation

    @property
    def _name(self) -> str:
        assert self._like is not None
        return self._like.name

    def _made(self, micros: Ints, numpy_type: str, dtype: Any) -> Series:
        """A series of a type whose values are microseconds, without a copy where the library allows it."""
        nw = narwhals()
        made: Series
        if self._backend.is_pandas():
            import pandas as pd

            native = pd.Series(micros.view(numpy_type), name=self._name, copy=False)
            made = nw.from_native(native, series_only=True)
        elif (micros == NEVER).any():
            made = nw.new_series(self._name, micros.view(numpy_type), backend=self._backend)
        else:
            made = nw.new_series(self._name, micros, backend=self._backend).cast(dtype)
            return made
        return made if numpy_type == "m8[us]" else made.dt.replace_time_zone("UTC")

    def _finished(self, made: Series) -> Any:
        """The series with the caller's index, out of narwhals."""
        assert self._like is not None
        native = made.to_native()
        if self._backend.is_pyarrow():
            return self._arrow(native)
        index = getattr(self._like.to_native(), "index", None)
        if index is not None and hasattr(native, "set_axis"):
            native.index = index
        return native

    def _arrow(self, column: Any) -> Any:
        import pyarrow as pa

        if self._arrow_array:
            return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        return column if isinstance(column, pa.ChunkedArray) else pa.chunked_array([column])
