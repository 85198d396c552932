"""The table of tickets that a terminal shows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, TextIO

from slaclock.formats.extras import needs_extra
from slaclock.formats.safe_texts import shown, shown_lines
from slaclock.formats.tables import instant_text
from slaclock.temporal.durations import short_text
from slaclock.temporal.instants import duration_micros

from .answer_rows import AnswerRow

if TYPE_CHECKING:
    from rich.table import Table

_STYLES = {"breached": "bold red", "paused": "yellow", "running": "cyan", "met": "green"}
_RIGHT = ("elapsed", "remaining", "used")
_MIN_WIDTH = 120


def print_table(rows: Sequence[AnswerRow], file: TextIO) -> None:
    """The tickets as a table; needs the extra `cli`."""
    with needs_extra("cli"):
        from rich.console import Console
        from rich.table import Table
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("ticket", "kind", "priority", "state", "due", *_RIGHT):
        table.add_column(name, justify="right" if name in _RIGHT else "left", no_wrap=True)
    for row in rows:
        _add_row(table, row)
    console = Console(file=file, highlight=False, emoji=False, markup=False)
    if not console.is_terminal:
        console.width = max(console.width, _MIN_WIDTH)
    console.print(table)


def _add_row(table: Table, row: AnswerRow) -> None:
    from rich.text import Text

    table.add_row(
        Text(shown_lines(shown(row.id))),  # the first of a line, which no build server is to take for a command
        Text(shown(row.kind)),
        Text(shown(row.priority or "")),
        Text(row.state, style=_STYLES.get(row.state, "")),
        instant_text(row.due, none="paused" if row.state == "paused" else ""),
        _duration(row.elapsed),
        "" if row.remaining is None else _duration(row.remaining),
        "" if row.consumed is None else f"{row.consumed:.0%}",
    )


def _duration(length: timedelta) -> str:
    return short_text(duration_micros(length))
