"""Files that take all answers, a row a ticket: CSV, JSON or Parquet."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, Self

from slaclock.errors import InputError
from slaclock.formats.extras import pyarrow
from slaclock.formats.files import whole_file, whole_folder
from slaclock.temporal.durations import plain_seconds

from .answer_rows import AnswerRow

if TYPE_CHECKING:
    import pyarrow as pa

_LENGTHS = ("elapsed", "remaining")
_COLUMNS = tuple(f"{name}_seconds" if name in _LENGTHS else name for name in AnswerRow._fields)


class Answers(Protocol):
    """Where all answers go."""

    def write(self, rows: Iterable[AnswerRow]) -> None:
        """Some more answers."""
        ...

    def write_table(self, table: pa.Table) -> None:
        """Some more answers, as a table with the columns of an `AnswerRow`."""
        ...


@contextmanager
def answers_to(path: str) -> Iterator[Answers]:
    """A file for all answers, or a folder of Parquet files; either stands under its name only when it is whole."""
    if Path(path).suffix:
        with AnswerFile(path) as file:
            yield file
    else:
        with whole_folder(path) as folder:
            yield AnswerFolder(folder)


class AnswerFolder:
    """A folder of Parquet files for all answers."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._parts = folder, 0

    def write(self, rows: Iterable[AnswerRow]) -> None:
        """Some more answers, as a file of their own."""
        with self._part() as part:
            part.write(rows)

    def write_table(self, table: pa.Table) -> None:
        """Some more answers, as a file of their own."""
        with self._part() as part:
            part.write_table(table)

    def _part(self) -> AnswerFile:
        self._parts += 1
        return AnswerFile(str(self._folder / f"part-{self._parts - 1:05d}.parquet"))


class AnswerFile:
    """A file that takes all answers: .csv, .json or .parquet; durations are seconds, instants ISO 8601."""

    def __init__(self, path: str) -> None:
        self._path = Path(path)
        self._kind = self._path.suffix.lower()
        if self._kind not in (".csv", ".json", ".parquet"):
            raise InputError(f"cannot tell what to write to {path!r}", "name a .csv, .json or .parquet file", "--out")
        self._written = False

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            part = stack.enter_context(whole_file(self._path, "--out"))
            if self._kind == ".parquet":
                file = stack.enter_context(part.open("wb"))
                self._parquet = stack.enter_context(pyarrow().parquet.ParquetWriter(file, _schema(_COLUMNS)))
            else:
                self._text = stack.enter_context(part.open("w", encoding="utf-8", newline=""))
                self._csv = csv.DictWriter(self._text, _COLUMNS, lineterminator="\n")
                self._text.write("[") if self._kind == ".json" else self._csv.writeheader()
            stack.push(self._end)
            self._stack = stack.pop_all()
        return self

    def write(self, rows: Iterable[AnswerRow]) -> None:
        """Some more answers."""
        if self._kind == ".parquet":
            values = [row._asdict() for row in rows]
            self.write_table(pyarrow().Table.from_pylist(values, _schema(AnswerRow._fields)))
        elif self._kind == ".csv":
            self._csv.writerows(map(_plain, rows))
        else:
            for row in rows:
                self._text.write((",\n " if self._written else "\n ") + json.dumps(_plain(row), ensure_ascii=False))
                self._written = True

    def write_table(self, table: pa.Table) -> None:
        """Some more answers, as a table with the columns of an `AnswerRow`."""
        if self._kind != ".parquet":
            self.write(AnswerRow(**row) for row in table.to_pylist())
            return
        pa = pyarrow()
        plain = table.select(list(AnswerRow._fields)).cast(_schema(AnswerRow._fields))
        for name in _LENGTHS:
            seconds = pa.compute.divide(plain[name].cast(pa.int64()).cast(pa.float64()), 1e6)
            plain = plain.set_column(plain.column_names.index(name), f"{name}_seconds", seconds)
        self._parquet.write_table(plain)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, traceback)

    def _end(self, kind: type[BaseException] | None, *_: object) -> None:
        """Write what comes last, where all has gone well."""
        if self._kind == ".json" and kind is None:
            self._text.write("\n]\n")


def _schema(names: Iterable[str]) -> Any:
    pa = pyarrow()
    zoned, length, number = pa.timestamp("us", "UTC"), pa.duration("us"), pa.float64()
    types = {"due": zoned, "done": zoned, "consumed": number}
    types |= dict.fromkeys(_LENGTHS, length) | {f"{name}_seconds": number for name in _LENGTHS}
    return pa.schema([(name, types.get(name, pa.string())) for name in names])


def _plain(row: AnswerRow) -> dict[str, object]:
    plain: dict[str, object] = {}
    for name, value in row._asdict().items():
        if name in _LENGTHS:
            plain[f"{name}_seconds"] = plain_seconds(value) if isinstance(value, timedelta) else None
        else:
            plain[name] = value.isoformat() if isinstance(value, datetime) else value
    return plain
