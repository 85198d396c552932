"""What a terminal shows: the table of tickets, and a bar for long work."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, TextIO

from slaclock.errors import MissingExtraError
from slaclock.formats.tables import instant_text
from slaclock.temporal.durations import short_text
from slaclock.temporal.instants import duration_micros

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


def _duration(length: timedelta) -> str:
    return short_text(duration_micros(length))
