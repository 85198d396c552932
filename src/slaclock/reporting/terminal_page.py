"""A report for a terminal, by the library rich: where it is narrow, some columns are left out and none is cut."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from slaclock.figures.report_figures import ReportFigures
from slaclock.formats.extras import needs_extra
from slaclock.formats.safe_texts import shown
from slaclock.formats.tables import GAP, Column, fitting

from .headings import findings_of, lead_of, notes_of, title_of
from .section import Section
from .sections import sections_of

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions

_DROPPED = (
    "90th p. (days)", "median (days)", "cancelled", "not-covered", "no-target", "not-started", "excluded",
    "95 % interval", "90th percentile", "running", "paused", "median", "pending", "abandoned", "missed", "policy",
    "note", "elapsed", "over target", "headroom", "target", "kind", "met", "tickets", "cycles",
)  # fmt: skip
"""The columns that a narrow terminal leaves out, the first of them first; a row's first column stays."""


@dataclass(frozen=True)
class TerminalPage:
    """A report that rich prints, as wide as it has room."""

    report: ReportFigures

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Any]:
        from rich.text import Text

        yield Text(shown(title_of(self.report)), style="bold")
        yield Text(shown(lead_of(self.report)))
        yield from (Text(shown(finding)) for finding in findings_of(self.report))
        yield from (Text(shown(note), style="dim") for note in notes_of(self.report))
        for section in sections_of(self.report):
            yield Text()
            yield Text(section.title, style="bold")
            if section.finding:
                yield Text(shown(section.finding))
            yield from _table(section, options.max_width)


def terminal_page(report: ReportFigures) -> TerminalPage:
    """The report for a terminal; `MissingExtraError` where rich is not installed."""
    with needs_extra("cli"):
        import rich  # noqa: F401
    return TerminalPage(report)


def _table(section: Section, width: int) -> Iterator[Any]:
    """A table of the columns that have room, and which are left out."""
    from rich.cells import cell_len
    from rich.table import Table
    from rich.text import Text

    places = {name: place for place, name in enumerate(_DROPPED, 1)}
    columns = [
        Column(name, 0 if number == 0 else places.get(name, 0), number in section.right)
        for number, name in enumerate(section.header)
    ]
    texts = [[shown(cell) for cell in line] for line in section.lines]
    widths = [
        max(cell_len(column.name), *(cell_len(line[place]) for line in texts)) for place, column in enumerate(columns)
    ]
    kept = fitting(columns, widths, width)
    room = sum(widths[place] + GAP for place in kept) - GAP <= width
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, GAP, 0, 0))
    for place in kept:
        table.add_column(columns[place].name, justify="right" if columns[place].right else "left", no_wrap=room)
    for number, line in enumerate(texts):
        style = "bold" if number == len(section.rows) else ""
        table.add_row(*(Text(line[place], style=style) for place in kept))
    yield table
    out = [column.name for place, column in enumerate(columns) if place not in kept]
    if out:
        yield Text(f"left out at {width} columns: {', '.join(out)}", style="dim")
    if section.note:
        yield Text(shown(section.note), style="dim")
