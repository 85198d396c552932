"""The terminal behind an output, where one is there: its size, its colours, and texts and tables that fit in it."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, TextIO, TypeAlias, Union

from slaclock.formats.extras import needs_extra
from slaclock.formats.safe_texts import shown, shown_lines
from slaclock.formats.tables import GAP, Column, fitting, text_table

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

_UNBOUNDED = 1 << 16  # a width that no table comes to


Cell: TypeAlias = Union[str, "Text"]


def width_of(file: TextIO) -> int | None:
    """How many columns the terminal has that a file is; None for one that is no terminal, whose lines may be long."""
    return shutil.get_terminal_size().columns if file.isatty() else None


def height_of(file: TextIO) -> int | None:
    """How many lines the terminal has that a file is; None for one that is no terminal."""
    return shutil.get_terminal_size().lines if file.isatty() else None


def console_of(file: TextIO, width: int | None = None) -> Console:
    """What writes colours to a file by rich's conventions: NO_COLOR, FORCE_COLOR, and TERM=dumb for a terminal."""
    with needs_extra("cli"):
        from rich.console import Console
    return Console(file=file, highlight=False, emoji=False, markup=False, width=width or width_of(file))


def fitted(text: str, file: TextIO) -> str:
    """A text whose lines break between words where a terminal would break them within one."""
    width = width_of(file)
    if width is None:
        return text
    lines = (textwrap.wrap(line, width, subsequent_indent="  ", break_long_words=False) for line in text.split("\n"))
    return "\n".join("\n".join(parts) for parts in lines)


def print_table(columns: Sequence[Column], rows: Sequence[Sequence[Cell]], file: TextIO) -> list[str]:
    """Print a table, no cell of which is cut, and say which columns were dropped; needs the extra `cli`.

    The first cell of a row is the name of what the row is of, and is not dropped.
    """
    with needs_extra("cli"):
        from rich.cells import cell_len
        from rich.table import Table
        from rich.text import Text
    texts = [[Text(shown(cell)) if isinstance(cell, str) else cell for cell in row] for row in rows]
    widths = [
        max([cell_len(column.name), *(cell_len(row[place].plain) for row in texts)])
        for place, column in enumerate(columns)
    ]
    kept = fitting(columns, widths, width_of(file))
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, GAP, 0, 0))
    for place in kept:
        column = columns[place]
        table.add_column(column.name, justify="right" if column.right else "left", no_wrap=True)
    for row in texts:
        first = row[kept[0]]
        safe = shown_lines(first.plain)  # no line is to be taken for a build server's command
        table.add_row(Text(safe, first.style), *(row[place] for place in kept[1:]))
    console_of(file, _UNBOUNDED).print(table, crop=False)
    return [column.name for place, column in enumerate(columns) if place not in kept]


def print_lines(columns: Sequence[Column], rows: Sequence[Sequence[str]], file: TextIO) -> None:
    """Print a table of plain cells; a terminal that is too narrow for all columns says which were dropped."""
    if width_of(file) is None:
        header = [column.name for column in columns]
        right = frozenset(place for place, column in enumerate(columns) if column.right)
        print(text_table(header, rows, right), file=file)
        return
    note_dropped(print_table(columns, rows, file), file)


def note_dropped(names: Sequence[str], file: TextIO) -> None:
    """Say which columns were dropped."""
    if names:
        print(fitted(f"left out at {width_of(file)} columns: {', '.join(names)}", file), file=file)
