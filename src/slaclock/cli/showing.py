"""What the command line prints: the table of tickets, a line a priority, and the files it writes."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TextIO

from slaclock.durations import short_text
from slaclock.errors import InputError, MissingExtraError
from slaclock.instants import duration_micros
from slaclock.render import instant_text

from .files import pyarrow
from .lines import Line

if TYPE_CHECKING:
    from rich.table import Table

_STYLES = {"breached": "bold red", "paused": "yellow", "running": "cyan", "met": "green"}
_WIDE_ENOUGH = 120


def print_table(lines: Sequence[Line], file: TextIO) -> None:
    """The tickets as a table; needs the extra `cli`."""
    try:
        from rich.console import Console
        from rich.table import Table
    except ImportError:
        raise MissingExtraError.for_extra("rich", "cli") from None
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("ticket", "kind", "priority", "state", "due", "elapsed", "remaining", "used"):
        table.add_column(name, justify="right" if name in ("elapsed", "remaining", "used") else "left", no_wrap=True)
    for line in lines:
        _add_row(table, line)
    console = Console(file=file, highlight=False, emoji=False, markup=False)
    if not console.is_terminal:
        console.width = max(console.width, _WIDE_ENOUGH)
    console.print(table)


@contextmanager
def progress_bar(file: TextIO) -> Iterator[Callable[[float], None]]:
    """A bar for long work, where a terminal is there to show it; told which share is done."""
    try:
        from rich.console import Console
        from rich.progress import Progress
    except ImportError:
        raise MissingExtraError.for_extra("rich", "cli") from None
    console = Console(file=file)
    if not console.is_terminal:
        yield lambda share: None
        return
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("reading", total=1.0)
        yield lambda share: progress.update(task, completed=share)


def _add_row(table: Table, line: Line) -> None:
    from rich.text import Text

    remaining = line.remaining
    table.add_row(
        Text(line.id),
        Text(line.kind),
        Text(line.priority or ""),
        Text(line.state, style=_STYLES.get(line.state, "")),
        instant_text(line.due, none="held" if line.state == "paused" else ""),
        _duration(line.elapsed),
        "" if remaining is None else _duration(remaining),
        "" if line.consumed is None else f"{line.consumed:.0%}",
    )


class Answers:
    """A file that takes all answers: .csv, .json or .parquet; durations are seconds, instants ISO 8601.

    It stands under its name only when it is whole.
    """

    def __init__(self, path: str) -> None:
        self._path, self._part = Path(path), Path(f"{path}.part")
        self._kind = self._path.suffix.lower()
        if self._kind not in (".csv", ".json", ".parquet"):
            raise InputError(f"cannot tell what to write to {path!r}", "name a .csv, .json or .parquet file", "--out")
        self._any = False

    def __enter__(self) -> Self:
        try:
            self._file = self._part.open("wb")
        except OSError as wrong:
            raise InputError(f"cannot write {self._path} ({wrong.strerror})", "check the path", "--out") from None
        self._text = TextIOWrapper(self._file, "utf-8", newline="", write_through=True)
        self._csv = csv.DictWriter(self._text, _COLUMNS, lineterminator="\n")
        self._parquet: Any = None
        if self._kind == ".csv":
            self._csv.writeheader()
        if self._kind == ".json":
            self._text.write("[")
        return self

    def write(self, lines: Iterable[Line]) -> None:
        """Some more answers."""
        rows = [_plain(line) for line in lines]
        if self._kind == ".csv":
            self._csv.writerows(rows)
        elif self._kind == ".json":
            for row in rows:
                self._text.write((",\n " if self._any else "\n ") + json.dumps(row, ensure_ascii=False))
                self._any = True
        else:
            self._write_parquet(rows)

    def _write_parquet(self, rows: list[dict[str, object]]) -> None:
        pa = pyarrow()
        if self._parquet is None:
            zoned = pa.timestamp("us", "UTC")
            types = {"due": zoned, "done": zoned} | dict.fromkeys(_NUMBERS, pa.float64())
            schema = pa.schema([(name, types.get(name, pa.string())) for name in _COLUMNS])
            self._parquet = pa.parquet.ParquetWriter(self._file, schema)
        for row in rows:
            for name in ("due", "done"):
                row[name] = row[name] and datetime.fromisoformat(str(row[name]))
        self._parquet.write_table(pa.Table.from_pylist(rows, self._parquet.schema))

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self._kind == ".json":
            self._text.write("\n]\n")
        if self._kind == ".parquet" and kind is None:
            self._write_parquet([])
            self._parquet.close()
        self._text.close()
        if kind is None:
            self._part.replace(self._path)
        else:
            self._part.unlink()


_NUMBERS = ("elapsed_seconds", "remaining_seconds", "consumed")
_COLUMNS = ("id", "kind", "priority", "measure", "state", "due", *_NUMBERS, "done")


def _plain(line: Line) -> dict[str, object]:
    plain: dict[str, object] = {}
    for name, value in line._asdict().items():
        if isinstance(value, timedelta) or name == "remaining":
            plain[f"{name}_seconds"] = None if value is None else _seconds(value)
        else:
            plain[name] = value.isoformat() if isinstance(value, datetime) else value
    return plain


def _seconds(length: timedelta) -> int | float:
    seconds = length.total_seconds()
    return int(seconds) if seconds.is_integer() else seconds


def _duration(length: timedelta) -> str:
    return short_text(duration_micros(length))
