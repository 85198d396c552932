"""Files that take all answers, a row a ticket: CSV, JSON, JSON lines, Parquet, a workbook, or standard output."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from slaclock.errors import InputError, printable
from slaclock.formats.extras import needs_extra, pyarrow
from slaclock.formats.files import is_device, whole_file, whole_folder
from slaclock.temporal.durations import Unit

from .answer_rows import LENGTHS, AnswerRow, length_name
from .outputs import STANDARD

if TYPE_CHECKING:
    import pyarrow as pa

Write = Callable[[Any], None]
"""What takes some more answers, a table with the columns of an `AnswerRow`."""
_MOST_ROWS, _LONGEST = (1 << 20) - 1, 32_767
"""How many tickets a sheet of a workbook holds under its header, and how many signs a cell."""
_FIRST_YEAR = 1900  # that a workbook knows


@contextmanager
def answers_to(
    path: str, where: str = "--out", at: datetime | None = None, unit: Unit | None = None
) -> Iterator[Write]:
    """Where all answers go: a file of the form that its name says, standard output, or a folder of Parquet files.

    `where` is the argument that names it; `--json` names a file of that form whatever it is called.

    A file or a folder stands under its name only when it is whole. In CSV and JSON durations are seconds and instants
    ISO 8601; in a workbook both are Excel's own, in the policy's zone. In a `unit` durations are numbers. An iCalendar
    file has the due dates alone, as of the instant `at`, by default now.
    """
    form = ".json" if where == "--json" else Path(path).suffix.lower()
    if path == STANDARD:
        sys.stdout.flush()
        out = sys.stdout.buffer
        with _json(out, unit) if form else _csv(out, unit, printed=True, shown=sys.stdout.isatty()) as write:
            yield write
        sys.stdout.buffer.flush()
        return
    if not form and is_device(path):
        form = ".csv"
    if not form:
        with whole_folder(path) as folder:
            yield _parts(folder, unit)
        return
    if form not in (*_FORMS, DUE_DATES):
        remedy = f"name a {', '.join(_FORMS)} or {DUE_DATES} file"
        raise InputError(f"cannot tell what to write to {printable(path)!r}", remedy, "--out", value=path)
    written = partial(_due_dates, at=at or datetime.now(UTC)) if form == DUE_DATES else _FORMS[form]
    with whole_file(Path(path), where) as part, part.open("wb") as file, written(file, unit) as write:
        yield write


def table_of_rows(rows: Iterable[AnswerRow], zone: str, unit: Unit | None = None) -> pa.Table:
    """Answers as a table, with instants in the zone and lengths in the unit."""
    return pyarrow().Table.from_pylist([row._asdict() for row in rows], _schema(zone, unit))


def _schema(zone: str, unit: Unit | None) -> Any:
    """What the answers are, whoever gives them."""
    pa = pyarrow()
    types: dict[str, Any] = {
        "due": pa.timestamp("us", zone),
        "done": pa.timestamp("us", zone),
        "consumed": pa.float64(),
    }
    types |= dict.fromkeys(LENGTHS, pa.duration("us") if unit is None else pa.float64())
    return pa.schema([(name, types.get(name, pa.string())) for name in AnswerRow._fields])


def _header(unit: Unit | None) -> list[str]:
    return [length_name(name, unit) if name in LENGTHS else name for name in AnswerRow._fields]


@contextmanager
def _csv(file: IO[bytes], unit: Unit | None, *, printed: bool = False, shown: bool = False) -> Iterator[Write]:
    """A file; or what is `printed`, maybe on a build server, or `shown` in a terminal."""
    with needs_extra("cli"):
        from pyarrow import csv

        from .answer_texts import harmless_cells, plain_table, safe_cells, shown_cells
    file.write(f"{','.join(_header(unit))}\n".encode())

    def write(table: Any) -> None:
        if printed:
            table = shown_cells(table) if shown else harmless_cells(table)
        cells, quoted = safe_cells(plain_table(table, unit))
        style = "needed" if quoted else "none"
        csv.write_csv(cells, file, csv.WriteOptions(include_header=False, quoting_style=style))

    yield write


@contextmanager
def _json_lines(file: IO[bytes], unit: Unit | None) -> Iterator[Write]:
    def write(table: Any) -> None:
        file.writelines(f"{line}\n".encode() for line in _objects(table, unit))

    yield write


@contextmanager
def _json(file: IO[bytes], unit: Unit | None) -> Iterator[Write]:
    first = True

    def write(table: Any) -> None:
        nonlocal first
        for line in _objects(table, unit):
            file.write(f"{'[' if first else ','}\n {line}".encode())
            first = False

    yield write
    file.write(b"[\n]\n" if first else b"\n]\n")


def _objects(table: pa.Table, unit: Unit | None) -> Iterator[str]:
    """The answers as objects of JSON; a whole number of seconds is one."""
    from .answer_texts import plain_table

    names = [length_name(name, unit) for name in LENGTHS if unit is None]
    for row in plain_table(table, unit).to_pylist():
        row |= {name: int(row[name]) for name in names if row[name] is not None and row[name].is_integer()}
        yield json.dumps(row, ensure_ascii=False)


@contextmanager
def _parquet(file: Any, unit: Unit | None) -> Iterator[Write]:
    pa = pyarrow()
    header = _header(unit)
    types = {field.name: field.type for field in _schema("UTC", unit)}
    types |= {length_name(name, unit): pa.float64() for name in LENGTHS}
    with pa.parquet.ParquetWriter(file, pa.schema([(name, types[name]) for name in header])) as writer:

        def write(table: Any) -> None:
            from .answer_texts import lengths

            plain = table.cast(_schema("UTC", unit))
            columns = [lengths(plain[name]) if name in LENGTHS else plain[name] for name in AnswerRow._fields]
            writer.write_table(pa.table(columns, names=header))

        yield write


def _parts(folder: Path, unit: Unit | None) -> Write:
    """A folder of Parquet files, each of some answers."""
    count = 0

    def write(table: Any) -> None:
        nonlocal count
        with (folder / f"part-{count:05d}.parquet").open("wb") as file, _parquet(file, unit) as write_part:
            write_part(table)
        count += 1

    return write


@contextmanager
def _workbook(file: IO[bytes], unit: Unit | None) -> Iterator[Write]:
    with needs_extra("cli"):
        from xlsxwriter import Workbook
    whole = io.BytesIO()
    with Workbook(whole, {"constant_memory": True}) as book:
        formats = {
            "due": book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
            "elapsed": book.add_format({"num_format": "[h]:mm;-[h]:mm" if unit is None else "0.00"}),
            "consumed": book.add_format({"num_format": "0%"}),
        }
        formats |= {"done": formats["due"], "remaining": formats["elapsed"], "over": formats["elapsed"]}
        sheet = book.add_worksheet("answers")
        sheet.freeze_panes(1, 0)
        for column, name in enumerate(AnswerRow._fields):
            sheet.set_column(column, column, 17 if name in formats else 14, formats.get(name))
        sheet.write_row(0, 0, AnswerRow._fields if unit is None else _header(unit))
        count = 0

        def write(table: Any) -> None:
            nonlocal count
            if count + len(table) > _MOST_ROWS:
                problem = f"a sheet of a workbook holds {_MOST_ROWS:,} tickets"
                raise InputError(problem, "name a .csv or .parquet file", "--out")
            for row in table.to_pylist():
                count += 1
                for column, value in enumerate(row.values()):
                    _write_cell(sheet, count, column, value)

        yield write
    file.write(whole.getvalue())


def _write_cell(sheet: Any, row: int, column: int, value: Any) -> None:
    """A value as Excel has it; no text is a formula."""
    if isinstance(value, datetime):
        if value.year >= _FIRST_YEAR:
            sheet.write_datetime(row, column, value.replace(tzinfo=None))
            return
        value = value.isoformat()
    if isinstance(value, str):
        if len(value) > _LONGEST:
            raise InputError(f"a cell of a workbook holds {_LONGEST:,} signs", "name a .csv or .parquet file", "--out")
        sheet.write_string(row, column, value)
    elif value is not None:
        days = value if isinstance(value, float) else value.total_seconds() / 86_400
        sheet.write_number(row, column, days)


@contextmanager
def _due_dates(file: IO[bytes], unit: Unit | None, at: datetime) -> Iterator[Write]:
    """The due dates as events of iCalendar; what is not due has none."""
    from slaclock.desks.ical import DueDate, DueDates

    text = DueDates()
    file.write(text.head)

    def write(table: Any) -> None:
        due = table.filter(table["due"].is_valid()).cast(_schema("UTC", unit))
        file.writelines(text.entry(DueDate(**row), at) for row in due.select(_OF_DUE_DATES).to_pylist())

    yield write
    file.write(text.tail)


_FORMS: dict[str, Callable[[Any, Unit | None], Any]] = {
    ".csv": _csv, ".json": _json, ".jsonl": _json_lines, ".parquet": _parquet, ".xlsx": _workbook,
}  # fmt: skip
"""The forms of files, by the ends of their names."""
FORMS, DUE_DATES = tuple(_FORMS), ".ics"
"""Those that hold all answers, and the one that holds the due dates alone."""
_OF_DUE_DATES = ("id", "measure", "state", "priority", "due", "done")
