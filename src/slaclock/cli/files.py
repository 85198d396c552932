"""CSV and Parquet files of any size, read in batches; what is wrong is said with its file, row and column."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from slaclock.errors import InputError, MissingExtraError, SlaClockError
from slaclock.temporal.instants import parse_instant, to_micros

if TYPE_CHECKING:
    import pyarrow as pa

BATCH = 1 << 17
"""Rows in a batch."""


class Wanted(NamedTuple):
    """The columns that are read where a file has them: words, instants, and those of either that it must have."""

    words: tuple[str, ...]
    instants: tuple[str, ...]
    needed: tuple[str, ...]


@dataclass(frozen=True)
class Batch:
    """Some rows of a file: a table of texts and of instants in UTC, and the rows' numbers as a spreadsheet counts."""

    file: str
    numbers: Sequence[int]
    table: pa.Table

    def place(self, row: int, column: str | None = None) -> str:
        """Where a row stands, for an error."""
        return _place(self.file, self.numbers[row], column)

    def missing(self, column: str) -> int | None:
        """The first row that has nothing in the column."""
        cells = self.table[column]
        return None if not cells.null_count else cells.is_null().to_pylist().index(True)


def _place(file: str, number: int, column: str | None) -> str:
    place = f"{file}, row {number}"
    return place if column is None else f"{place}, column {column!r}"


def _places(file: str, numbers: Sequence[int], column: str) -> Callable[[int], str]:
    """Where each row of a batch stands in one column."""
    return lambda row: _place(file, numbers[row], column)


def batches(
    path: str, wanted: Wanted, zone: ZoneInfo, progress: Callable[[float], None] = lambda share: None
) -> Iterator[Batch]:
    """The rows of a file; times without an offset are read in `zone`. `progress` is told what share has been read."""
    read = _parquet if Path(path).suffix.lower() in (".parquet", ".pq") else _csv
    try:
        yield from read(path, wanted, zone, progress)
    except OSError as wrong:
        raise InputError(f"cannot read {path} ({wrong.strerror or wrong})", "check the path") from None


def pyarrow() -> Any:
    """The library, or an error that names the extra."""
    try:
        import pyarrow as pa
        import pyarrow.compute
        import pyarrow.parquet
    except ImportError:
        raise MissingExtraError.for_extra("pyarrow", "cli") from None
    assert pyarrow.compute
    assert pyarrow.parquet
    return pa


def cells(path: str, needed: Iterable[str] = ()) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a CSV file by its columns' names, with their numbers; no cell has spaces round it."""
    rows = _lines(path, needed)
    _, header = next(rows)
    for number, line in rows:
        yield number, dict(zip(header, line, strict=True))


def _lines(
    path: str, needed: Iterable[str], told: Callable[[int], None] = lambda at: None
) -> Iterator[tuple[int, list[str]]]:
    """The header and then the rows of a CSV file."""
    try:
        with Path(path).open("rb") as raw, TextIOWrapper(raw, "utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            header = [name.strip() for name in next(reader, [])]
            _check(header, needed, f"{path}, row 1")
            yield 1, header
            for line in reader:
                if not line:
                    continue
                if len(line) != len(header):
                    raise InputError(
                        f"{len(line)} cells under {len(header)} columns",
                        "quote cells that hold commas",
                        f"{path}, row {reader.line_num}",
                    )
                yield reader.line_num, [cell.strip() for cell in line]
                if not reader.line_num % _OFTEN:
                    told(raw.tell())
    except UnicodeDecodeError:
        raise InputError("this is not UTF-8 text", "save it as CSV in UTF-8", path) from None
    except csv.Error as wrong:
        raise InputError(f"this is not CSV ({wrong})", "save it as CSV in UTF-8", path) from None


_OFTEN = 1 << 12


def _check(header: Sequence[str], needed: Iterable[str], place: str) -> None:
    lost = [name for name in needed if name not in header]
    if lost:
        there = ", ".join(header) or "none"
        raise InputError(f"there is no column {lost[0]!r}", f"add it to the header (there: {there})", place)


def _csv(path: str, wanted: Wanted, zone: ZoneInfo, progress: Callable[[float], None]) -> Iterator[Batch]:
    pa = pyarrow()
    size = max(Path(path).stat().st_size, 1)
    rows = _lines(path, wanted.needed, lambda at: progress(at / size))
    _, header = next(rows)
    numbers: list[int] = []
    lines: list[list[str]] = []

    def batch() -> Batch:
        columns = dict(zip(header, zip(*lines, strict=True), strict=True))
        made: dict[str, Any] = {name: _texts(pa, columns[name]) for name in wanted.words if name in columns}
        for name in wanted.instants:
            if name in columns:
                made[name] = _parsed(columns[name], _places(path, numbers, name), zone)
        return Batch(path, list(numbers), pa.table(made))

    for number, line in rows:
        numbers.append(number)
        lines.append(line)
        if len(lines) == BATCH:
            yield batch()
            numbers.clear()
            lines.clear()
    if lines:
        yield batch()


def _texts(pa: Any, column: Sequence[str]) -> Any:
    return pa.array([text or None for text in column], pa.string())


def _parsed(column: Iterable[str | None], place: Callable[[int], str], zone: ZoneInfo) -> Any:
    """Texts as instants."""
    pa = pyarrow()
    found: list[int | None] = []
    for row, text in enumerate(column):
        try:
            found.append(to_micros(parse_instant(text, zone)) if text else None)
        except SlaClockError as wrong:
            raise InputError(wrong.problem, wrong.remedy, place(row)) from None
    return pa.array(found, pa.int64()).cast(pa.timestamp("us", "UTC"))


def _parquet(path: str, wanted: Wanted, zone: ZoneInfo, progress: Callable[[float], None]) -> Iterator[Batch]:
    pa = pyarrow()
    try:
        with pa.parquet.ParquetFile(path) as file:
            header = file.schema_arrow.names
            _check(header, wanted.needed, path)
            names = [name for name in (*wanted.words, *wanted.instants) if name in header]
            first = 1
            for part in file.iter_batches(BATCH, columns=names):
                numbers = range(first, first + len(part))
                columns = {
                    name: _typed(part[name], name in wanted.instants, zone, _places(path, numbers, name))
                    for name in names
                }
                yield Batch(path, numbers, pa.table(columns))
                first += len(part)
                progress(first / max(file.metadata.num_rows, 1))
    except pa.ArrowInvalid as wrong:
        raise InputError(f"this is not Parquet ({wrong})", "save it as Parquet", path) from None


def _typed(column: Any, instants: bool, zone: ZoneInfo, place: Callable[[int], str]) -> Any:
    """A column of a Parquet file as texts or as instants in UTC."""
    from slaclock.columns.instants import read_instants

    pa = pyarrow()
    if not instants:
        return column.cast(pa.string())
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        return _parsed(column.to_pylist(), place, zone)
    try:
        read = read_instants(column, "it", zone.key)
    except SlaClockError as wrong:
        raise InputError(wrong.problem, wrong.remedy, place(0)) from None
    micros = read.chunk(slice(0, len(column)))
    return pa.array(micros.view("M8[us]")).cast(pa.timestamp("us", "UTC"))
