"""The rows of a CSV file; what is wrong is said with its file and row."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from io import TextIOWrapper
from pathlib import Path

from slaclock.errors import InputError
from slaclock.formats.files import real_path

_PROGRESS = 1 << 12  # rows between two reports of progress


def rows_by_name(path: str, required: Iterable[str] = ()) -> Iterator[dict[str, str]]:
    """The rows of a CSV file by its columns' names; no cell has spaces round it."""
    rows = numbered_rows(path, required)
    _, header = next(rows)
    for _, cells in rows:
        yield dict(zip(header, cells, strict=True))


def numbered_rows(
    path: str, required: Iterable[str], progress: Callable[[int], None] = lambda read: None
) -> Iterator[tuple[int, list[str]]]:
    """The header and then the rows of a CSV file, with their numbers; `progress` learns how many bytes are read."""
    real_path(path)  # refuses one that no file can have
    try:
        with Path(path).open("rb") as raw, TextIOWrapper(raw, "utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            header = [name.strip() for name in next(reader, [])]
            check_header(header, required, f"{path}, row 1")
            yield 1, header
            for row in reader:
                if not row:
                    continue
                if len(row) != len(header):
                    raise InputError(
                        f"{len(row)} cells under {len(header)} columns",
                        "quote cells that hold commas",
                        f"{path}, row {reader.line_num}",
                    )
                yield reader.line_num, [cell.strip() for cell in row]
                if not reader.line_num % _PROGRESS:
                    progress(raw.tell())
    except UnicodeDecodeError:
        raise InputError("this is not UTF-8 text", "save it as CSV in UTF-8", path) from None
    except csv.Error as error:
        raise InputError(f"this is not CSV ({error})", "save it as CSV in UTF-8", path) from None


def check_header(header: Sequence[str], required: Iterable[str], place: str) -> None:
    """Every required column must be there."""
    missing = [name for name in required if name not in header]
    if missing:
        there = ", ".join(header) or "none"
        raise InputError(f"there is no column {missing[0]!r}", f"add it to the header (there: {there})", place)
