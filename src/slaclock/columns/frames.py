"""The callers' own columns and frames, by way of narwhals: which kind they are, and answers of the same kind.

All that is known of a single library is here: what `as_series` and `lazily` take, and its class of `ColumnKind`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from slaclock.errors import ColumnError, MissingExtraError

from .lists import ListColumn, is_list
from .piecewise import NEVER, Bools, Ints

if TYPE_CHECKING:
    import narwhals as nw

    Series = nw.Series[Any]
    Frame = nw.DataFrame[Any]
else:
    Series = Frame = Any

LAZY = ("polars.",)
"""Modules whose own calls come between the user's line and ours where a frame is lazy."""


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
    series: Series
    if isinstance(column, nw.Series):
        series = column
        return series
    if _is_pandas_index(column):
        column = column.to_series()
    if _is_arrow_array(column):
        import pyarrow as pa

        column = pa.chunked_array([column])
    try:
        series = nw.from_native(column, series_only=True)
    except TypeError:
        return None
    return series


def with_known_zone(series: Series) -> Series:
    """A column as it is, its instants in UTC where narwhals does not know what they are.

    It reads the type of pandas from its text, in which the name of a zone may have letters and strokes alone: a column
    in `America/New_York` or `Etc/GMT+5` is one of no known type.
    """
    if series.dtype != narwhals().Unknown or not series.implementation.is_pandas_like():
        return series
    native: Any = series.to_native()
    if getattr(native.dtype, "tz", None) is None:
        return series
    known: Series = narwhals().from_native(native.dt.tz_convert("UTC"), series_only=True)
    return known


def frame_of(frame: Any, what: str = "tickets") -> Frame:
    """The caller's frame, as narwhals has it; a lazy one is collected."""
    nw = narwhals()
    table: Frame
    frame = collected(frame)
    try:
        table = nw.from_native(frame)
    except TypeError:
        problem = f"the {what} are a {type(frame).__name__}"
        raise ColumnError(problem, "give a frame of pandas, Polars or PyArrow") from None
    except nw.exceptions.DuplicateError:
        names = list(getattr(frame, "column_names", frame.columns))  # Arrow's columns are the cells
        name = next(name for number, name in enumerate(names) if name in names[:number])
        raise ColumnError(f"the {what} have two columns {name!r}", "rename one of them", value=name) from None
    if isinstance(table, nw.LazyFrame):
        remedy = "collect them first, or use slaclock.engines"
        raise ColumnError(f"the {what} are a {type(frame).__name__}, which is read later", remedy)
    return _with_plain_texts(table)


def collected(frame: Any) -> Any:
    """A frame as it is; of a lazy one of Polars or a relation of DuckDB all rows, the latter as a table of Arrow."""
    if _is_lazy_polars(frame):
        return frame.collect()
    is_relation = type(frame).__name__ == "DuckDBPyRelation"
    return narwhals().from_native(frame).collect("pyarrow").to_native() if is_relation else frame


def _with_plain_texts(table: Frame) -> Frame:
    """The frame, its texts in a type of Arrow's that all of its functions know."""
    if not table.implementation.is_pyarrow():
        return table
    import pyarrow as pa

    native = table.to_native()
    fields = [pa.field(f.name, pa.string()) if pa.types.is_string_view(f.type) else f for f in native.schema]
    schema = pa.schema(fields)
    return table if schema == native.schema else narwhals().from_native(native.cast(schema), eager_only=True)


def check_columns(there: Sequence[Any], names: Sequence[str], what: str) -> None:
    """An error for the first of some columns that a table does not have."""
    missing = [name for name in names if name not in there]
    if missing:
        raise ColumnError(f"the {what} have no column {missing[0]!r}", "there: " + ", ".join(map(str, there)))


def _is_lazy_polars(frame: Any) -> bool:
    kind = type(frame)
    return kind.__module__.startswith("polars") and kind.__name__ == "LazyFrame"


def lazily(frame: Any, function: Callable[[Any], Any], added: Mapping[str, Any]) -> Any | None:
    """A lazy frame with what the function will add to it, columns of such types; None for a frame that is not lazy."""
    if not _is_lazy_polars(frame):
        return None
    schema = dict(frame.collect_schema()) | dict(narwhals().Schema(added).to_polars())
    # The function reads columns that a later `select` leaves out, and a later `filter` may ask for those that it adds.
    return frame.map_batches(function, schema=schema, projection_pushdown=False, predicate_pushdown=False)


def codes_of(series: Series) -> tuple[NDArray[Any], list[Any]]:
    """The number of each value among the distinct ones, -1 for a missing one; and the distinct ones."""
    nw = narwhals()
    if series.implementation.is_pandas():
        import pandas as pd

        codes, distinct = pd.factorize(series.to_native())
        return codes, list(distinct)
    if series.dtype == nw.Object:  # which Polars itself cannot tell apart
        numbers_of: dict[Any, int] = {}
        codes = [-1 if cell is None else numbers_of.setdefault(cell, len(numbers_of)) for cell in series.to_list()]
        return np.array(codes, np.int64), list(numbers_of)
    distinct = [value for value in series.unique().to_list() if value is not None]
    if not distinct:
        return np.full(len(series), -1), distinct
    numbers = series.replace_strict(distinct, list(range(len(distinct))), default=-1, return_dtype=nw.Int64)
    return numbers.to_numpy(), distinct


class ColumnKind(Protocol):
    """The kind of column that the caller gave first, and gets back."""

    def instants(self, micros: Ints, zone: str) -> Any:
        """Instants in the zone; UTC for NumPy."""

    def durations(self, micros: Ints) -> Any:
        """Lengths of time."""

    def numbers(self, values: NDArray[np.float64]) -> Any:
        """Numbers; a missing one is NaN for NumPy and pandas, and null elsewhere."""

    def truths(self, values: NDArray[np.int8]) -> Any:
        """True and false from 1 and 0; -1 is missing, for which NumPy gets a masked array."""

    def categories(self, codes: NDArray[np.int8], names: Sequence[str]) -> Any:
        """Names by their numbers; -1 is missing."""

    def counts(self, values: Ints) -> Any:
        """Whole numbers; `NEVER` is missing, for which NumPy gets a masked array."""

    def dates(self, days: Ints) -> Any:
        """Local dates, by their days since 1970, in the type that the caller's have."""


def kind_of(columns: Sequence[Any]) -> ColumnKind:
    """The kind of the first that is a column; two pandas columns must have the same index.

    A list, or an index of pandas, is as any other column that stands beside it.
    """
    others = [column for column in columns if not is_list(column) and not _is_pandas_index(column)]
    if not any(isinstance(column, np.ndarray) or as_series(column) is not None for column in others):
        others = [column for column in columns if not is_list(column)]
        if any(map(is_list, columns)) and not any(map(_is_pandas_index, columns)):
            return ListColumn()
    for column in others:
        if isinstance(column, np.ndarray):
            break
        series = as_series(column)
        if series is not None:
            _check_index(series, others)
            if series.implementation.is_pandas():
                return PandasColumn(series)
            if series.implementation.is_pyarrow():
                return ArrowColumn(series, whole=_is_arrow_array(column))
            return SeriesColumn(series)
    return NumpyColumn()


def _check_index(series: Series, columns: Sequence[Any]) -> None:
    """Columns are read row by row; two pandas columns whose indexes differ would be meant otherwise."""
    index = getattr(series.to_native(), "index", None)
    for column in columns:
        other = getattr(column, "index", None)
        if index is None or other is None or isinstance(column, (list, tuple, str)) or other is index:
            continue
        if not callable(other) and not index.equals(other):
            raise ColumnError("two columns have different indexes", "align them first, e.g. with reindex")


def _is_pandas_index(column: Any) -> bool:
    """Whether it is an index of pandas, such as a DatetimeIndex."""
    is_pandas = type(column).__module__.partition(".")[0] == "pandas"
    return is_pandas and hasattr(column, "to_series") and hasattr(column, "nlevels")


def _is_arrow_array(column: Any) -> bool:
    """Whether it is an array of PyArrow, and not a chunked one."""
    is_arrow = type(column).__module__.partition(".")[0] == "pyarrow"
    return is_arrow and hasattr(column, "type") and not hasattr(column, "chunks")


class NumpyColumn:
    """NumPy's arrays."""

    def instants(self, micros: Ints, zone: str) -> Any:
        """datetime64, which is UTC."""
        return micros.view("M8[us]")

    def durations(self, micros: Ints) -> Any:
        """timedelta64."""
        return micros.view("m8[us]")

    def numbers(self, values: NDArray[np.float64]) -> Any:
        """The numbers themselves."""
        return values

    def truths(self, values: NDArray[np.int8]) -> Any:
        """Booleans; a masked array where one is missing."""
        absent: Bools = values < 0
        return np.ma.MaskedArray(values > 0, absent) if absent.any() else values > 0

    def categories(self, codes: NDArray[np.int8], names: Sequence[str]) -> Any:
        """Texts; None for a missing one."""
        return np.array([*names, None], object)[codes]

    def counts(self, values: Ints) -> Any:
        """Whole numbers; a masked array where one is missing."""
        absent: Bools = values == NEVER
        return np.ma.MaskedArray(values, absent) if absent.any() else values

    def dates(self, days: Ints) -> Any:
        """datetime64[D]."""
        return days.view("M8[D]")


class SeriesColumn:
    """Columns of a library that narwhals knows, such as Polars, with the caller's name."""

    def __init__(self, like: Series) -> None:
        self._like, self._backend, self._name = like, like.implementation, like.name

    def instants(self, micros: Ints, zone: str) -> Any:
        """Instants in the zone."""
        return self._native(self._utc(micros).dt.convert_time_zone(zone))

    def durations(self, micros: Ints) -> Any:
        """Lengths of time."""
        return self._native(self._typed(micros, "m8[us]", narwhals().Duration("us")))

    def numbers(self, values: NDArray[np.float64]) -> Any:
        """Numbers; a missing one is null, but in pandas and its like NaN."""
        series = self._series(values)
        return self._native(series if self._backend.is_pandas_like() else series.fill_nan(None))

    def truths(self, values: NDArray[np.int8]) -> Any:
        """Booleans."""
        if (values < 0).any():
            return self._native(self._truths_and_nulls([None if value < 0 else value > 0 for value in values.tolist()]))
        return self._native(self._series(values > 0))

    def categories(self, codes: NDArray[np.int8], names: Sequence[str]) -> Any:
        """Texts."""
        numbers = list(range(len(names)))
        texts = self._series(codes).replace_strict(numbers, list(names), default=None, return_dtype=narwhals().String)
        return self._native(texts)

    def counts(self, values: Ints) -> Any:
        """Whole numbers."""
        if (values == NEVER).any():
            return self._native(
                self._counts_and_nulls([None if value == NEVER else value for value in values.tolist()])
            )
        return self._native(self._series(values))

    def dates(self, days: Ints) -> Any:
        """Dates, or midnights without a zone, as the caller has them."""
        nw = narwhals()
        series = self._series(days.view("M8[D]"))
        wanted = nw.Datetime("us") if isinstance(self._like.dtype, nw.Datetime) else nw.Date()
        return self._native(series if series.dtype == wanted else series.cast(wanted))

    def _counts_and_nulls(self, values: list[int | None]) -> Series:
        return self._series(values, narwhals().Int64)

    def _series(self, values: Any, dtype: Any = None) -> Series:
        series: Series = narwhals().new_series(self._name, values, dtype, backend=self._backend)
        return series

    def _utc(self, micros: Ints) -> Series:
        """Instants in UTC."""
        nw = narwhals()
        series = self._typed(micros, "M8[us]", nw.Datetime("us", "UTC"))
        return series if series.dtype == nw.Datetime("us", "UTC") else series.dt.replace_time_zone("UTC")

    def _typed(self, micros: Ints, numpy_type: str, dtype: Any) -> Series:
        """A series of a type whose values are microseconds, without a copy where the library allows it."""
        if (micros == NEVER).any():
            return self._series(micros.view(numpy_type))
        return self._series(micros).cast(dtype)

    def _truths_and_nulls(self, values: list[bool | None]) -> Series:
        return self._series(values, narwhals().Boolean)

    def _native(self, series: Series) -> Any:
        """The library's own series, with the index of the caller's where there are such."""
        native = series.to_native()
        index = getattr(self._like.to_native(), "index", None)
        if index is not None and hasattr(native, "set_axis"):
            native.index = index
        return native


class PandasColumn(SeriesColumn):
    """Columns of pandas."""

    def _typed(self, micros: Ints, numpy_type: str, dtype: Any) -> Series:
        import pandas as pd

        native = pd.Series(micros.view(numpy_type), name=self._name, copy=False)
        series: Series = narwhals().from_native(native, series_only=True)
        return series

    def dates(self, days: Ints) -> Any:
        """Midnights without a zone, Python's dates or Arrow's, as the caller has them."""
        import pandas as pd

        nw = narwhals()
        midnights = days.view("M8[D]")
        if self._like.dtype == nw.Object:
            native = pd.Series(midnights.astype(object), name=self._name, dtype=object)
        else:
            native = pd.Series(midnights.astype("M8[us]"), name=self._name)
        if self._like.dtype == nw.Date:
            native = native.astype(self._like.to_native().dtype)
        return self._native(nw.from_native(native, series_only=True))

    def _counts_and_nulls(self, values: list[int | None]) -> Series:
        import pandas as pd

        native = pd.Series(values, name=self._name, dtype="Int64")
        series: Series = narwhals().from_native(native, series_only=True)
        return series

    def _truths_and_nulls(self, values: list[bool | None]) -> Series:
        import pandas as pd

        native = pd.Series(values, name=self._name, dtype="boolean")
        series: Series = narwhals().from_native(native, series_only=True)
        return series


class ArrowColumn(SeriesColumn):
    """Columns of PyArrow, chunked as the caller's or `whole`."""

    def __init__(self, like: Series, *, whole: bool) -> None:
        super().__init__(like)
        self._whole = whole

    def instants(self, micros: Ints, zone: str) -> Any:
        """Instants in the zone."""
        import pyarrow as pa

        # Its own conversion, which narwhals calls, looks at every value.
        return self._chunked(self._utc(micros).to_native().cast(pa.timestamp("us", zone)))

    def _native(self, series: Series) -> Any:
        return self._chunked(series.to_native())

    def _chunked(self, column: Any) -> Any:
        import pyarrow as pa

        if self._whole:
            return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        return column if isinstance(column, pa.ChunkedArray) else pa.chunked_array([column])
