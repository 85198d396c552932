"""CSV and Parquet files of any size, read in batches; what is wrong is said with its file, row and column."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from slaclock.errors import InputError, SlaClockError, printable
from slaclock.formats.files import real_path
from slaclock.formats.models import short_repr
from slaclock.temporal.instants import parse_instant, to_micros

from .csv_rows import check_header, numbered_rows
from .extras import pyarrow

if TYPE_CHECKING:
    import pyarrow as pa

BATCH = 1 << 17
"""Rows in a batch."""
_WHOLE_NUMBER = re.compile(r"[+-]?[0-9]{1,18}")


class Columns(NamedTuple):
    """The columns that are read where a file has them: texts, instants and whole numbers; and those it must have."""

    texts: tuple[str, ...]
    instants: tuple[str, ...]
    required: tuple[str, ...]
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Batch:
    """Some rows of a file: a table of texts and of instants in UTC, and the rows' numbers as a spreadsheet counts."""

    file: str
    numbers: Sequence[int]
    table: pa.Table

    def place(self, row: int, column: str | None = None) -> str:
        """Where a row stands, for an error."""
        return place_of(self.file, self.numbers[row], column)

    def row(self, row: int) -> dict[str, Any]:
        """What a row says."""
        return {name: _plain(self.table[name][row]) for name in self.table.column_names}

    def missing(self, column: str) -> int | None:
        """The first row that has nothing in the column."""
        cells = self.table[column]
        return None if not cells.null_count else cells.is_null().to_pylist().index(True)


def _plain(cell: Any) -> Any:
    """A cell as Python has it; of an instant that no datetime can be the number that the file has."""
    try:
        return cell.as_py()
    except (OverflowError, ValueError):
        return cell.value


def batches(
    path: str, columns: Columns, zone: ZoneInfo, progress: Callable[[float], None] = lambda share: None
) -> Iterator[Batch]:
    """The rows of a file; times without an offset are read in `zone`. `progress` learns what share has been read."""
    real_path(path)  # refuses one that no file can have
    read = _parquet if Path(path).suffix.lower() in (".parquet", ".pq") else _csv
    try:
        yield from read(path, columns, zone, progress)
    except OSError as error:
        raise InputError(f"cannot read {printable(path)} ({error.strerror or error})", "check the path") from None


def _csv(path: str, columns: Columns, zone: ZoneInfo, progress: Callable[[float], None]) -> Iterator[Batch]:
    pa = pyarrow()
    size = max(Path(path).stat().st_size, 1)
    rows = numbered_rows(path, columns.required, lambda read: progress(read / size))
    _, header = next(rows)
    numbers: list[int] = []
    lines: list[list[str]] = []

    def batch() -> Batch:
        cells = dict(zip(header, zip(*lines, strict=True), strict=True))
        table: dict[str, Any] = {name: _texts(pa, cells[name]) for name in columns.texts if name in cells}
        for name in columns.instants:
            if name in cells:
                table[name] = _instants(cells[name], _places(path, numbers, name), zone)
        for name in columns.numbers:
            if name in cells:
                table[name] = _whole_numbers(cells[name], _places(path, numbers, name))
        return Batch(path, list(numbers), pa.table(table))

    for number, line in rows:
        numbers.append(number)
        lines.append(line)
        if len(lines) == BATCH:
            yield batch()
            numbers.clear()
            lines.clear()
    if lines:
        yield batch()


def _parquet(path: str, columns: Columns, zone: ZoneInfo, progress: Callable[[float], None]) -> Iterator[Batch]:
    pa = pyarrow()
    try:
        # Opened by Python, since Arrow takes some paths for addresses on the network, and not every name of a file.
        with Path(path).open("rb") as raw, pa.parquet.ParquetFile(raw) as file:
            header = file.schema_arrow.names
            check_header(header, columns.required, path)
            names = [name for name in (*columns.texts, *columns.instants, *columns.numbers) if name in header]
            first = 1
            for part in file.iter_batches(BATCH, columns=names):
                numbers = range(first, first + len(part))
                table = {
                    name: _whole_numbers(part[name].to_pylist(), _places(path, numbers, name))
                    if name in columns.numbers
                    else _typed(part[name], name in columns.instants, zone, _places(path, numbers, name))
                    for name in names
                }
                yield Batch(path, numbers, pa.table(table))
                first += len(part)
                progress(first / max(file.metadata.num_rows, 1))
    except pa.ArrowInvalid as error:
        raise InputError(f"this is not Parquet ({error})", "save it as Parquet", path) from None


def _texts(pa: Any, column: Sequence[str]) -> Any:
    return pa.array([text or None for text in column], pa.string())


def _instants(column: Iterable[str | None], place: Callable[[int], str], zone: ZoneInfo) -> Any:
    """Texts as instants."""
    pa = pyarrow()
    micros: list[int | None] = []
    for row, text in enumerate(column):
        try:
            micros.append(to_micros(parse_instant(text, zone)) if text else None)
        except SlaClockError as error:
            raise InputError(error.problem, error.remedy, place(row)) from None
    return pa.array(micros, pa.int64()).cast(pa.timestamp("us", "UTC"))


def _whole_numbers(column: Iterable[object], place: Callable[[int], str]) -> Any:
    """Whole numbers, given as such or as text."""
    pa = pyarrow()
    numbers: list[int | None] = []
    for row, value in enumerate(column):
        text = "" if value is None else str(value)
        if text and not _WHOLE_NUMBER.fullmatch(text):
            raise InputError(f"{short_repr(value)} is no whole number", "number the rows 1, 2, 3", place(row))
        numbers.append(int(text) if text else None)
    return pa.array(numbers, pa.int64())


def _typed(column: Any, instants: bool, zone: ZoneInfo, place: Callable[[int], str]) -> Any:
    """A column of a Parquet file as texts or as instants in UTC."""
    from slaclock.columns.instants import read_instants

    pa = pyarrow()
    if not instants:
        try:
            return column.cast(pa.string())
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            raise type_error(str(column.type), "give texts", place(0)) from None
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        return _instants(column.to_pylist(), place, zone)
    try:
        read = read_instants(column, "it", zone.key)
    except SlaClockError as error:
        raise InputError(error.problem, error.remedy, place(0)) from None
    micros = read.chunk(slice(0, len(column)))
    return pa.array(micros.view("M8[us]")).cast(pa.timestamp("us", "UTC"))


def type_error(kind: str, remedy: str, place: str) -> InputError:
    """The error for a column that holds what cannot be read."""
    return InputError(f"it is a column of {kind}", remedy, place)


def place_of(file: str, number: int, column: str | None = None) -> str:
    """Where a row of a file stands, for an error."""
    place = f"{file}, row {number}"
    return place if column is None else f"{place}, column {column!r}"


def _places(file: str, numbers: Sequence[int], column: str) -> Callable[[int], str]:
    """Where each row of a batch stands in one column."""
    return lambda row: place_of(file, numbers[row], column)
