"""The table of tickets that a terminal shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TextIO

from slaclock.formats.extras import needs_extra
from slaclock.formats.tables import Column, instant_text
from slaclock.temporal.durations import Unit, format_duration

from .answer_rows import LENGTHS, AnswerRow, Length
from .terminals import Cell, print_table

_STYLES = {"breached": "bold red", "paused": "yellow", "running": "cyan", "met": "green"}
_COLUMNS = (
    Column("ticket"),
    Column("kind", dropped=1),
    Column("priority", dropped=4),
    Column("state"),
    Column("due", dropped=5),
    Column("elapsed", dropped=3, right=True),
    Column("remaining", dropped=6, right=True),
    Column("used", dropped=2, right=True),
)
"""The columns, and in which order they are dropped where a terminal is narrow: docs/command-line.md says it too."""


def print_tickets(rows: Sequence[AnswerRow], file: TextIO, unit: Unit | None = None) -> list[str]:
    """Print the tickets as a table, and say which columns were dropped; needs the extra `cli`."""
    with needs_extra("cli"):
        import rich  # noqa: F401 - also for a table of no rows
    columns = [
        column if unit is None or column.name not in LENGTHS else column._replace(name=f"{column.name} ({unit})")
        for column in _COLUMNS
    ]
    return print_table(columns, [_cells(row) for row in rows], file)


def _cells(row: AnswerRow) -> list[Cell]:
    from rich.text import Text

    return [
        row.id,
        row.kind,
        row.priority or "",
        Text(row.state, style=_STYLES.get(row.state, "")),
        instant_text(row.due, none="paused" if row.state == "paused" else ""),
        _length(row.elapsed),
        _length(row.remaining),
        "" if row.consumed is None else f"{row.consumed:.0%}",
    ]


def _length(length: Length | None) -> str:
    return f"{length:,.2f}" if isinstance(length, (float, int)) else format_duration(length)
