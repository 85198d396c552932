"""A report as a page: text, Markdown, HTML, and for a terminal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from pathlib import Path
from typing import Any

from slaclock import charts
from slaclock.errors import InputError, MissingExtraError
from slaclock.figures.report_figures import ReportFigures
from slaclock.formats.files import write_whole
from slaclock.formats.safe_texts import shown, shown_lines
from slaclock.formats.tables import html_table, markdown_table, markdown_text, text_table
from slaclock.tickets.assessment import Assessment

from .sections import lead_of, notes_of, sections_of, title_of

_SCREEN = """
:root { color-scheme: light; }
body { font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif; color: #1b1b1b;
  background: #fff; max-width: 1180px; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; margin: 0 0 .25rem; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
.lead { font-size: 1.1rem; margin: .25rem 0 .75rem; } .note, footer { color: #4d5358; font-size: .9rem; }
.tiles { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1rem 0; padding: 0; list-style: none; }
.tiles li { border: 1px solid #8a9299; border-radius: 6px; padding: .4rem .9rem; min-width: 6rem; }
.tiles b { display: block; font-size: 1.4rem; font-variant-numeric: tabular-nums; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .82rem; width: 100%; }
caption { text-align: left; color: #4d5358; padding: .25rem 0; }
th, td { text-align: left; padding: .25rem .45rem; border-bottom: 1px solid #d5d9dc; vertical-align: top; }
thead th { border-bottom: 2px solid #1b1b1b; } tbody th { font-weight: 600; }
.n { text-align: right; font-variant-numeric: tabular-nums; }
tbody th, td.n, thead th { white-space: nowrap; }
.figures { display: flex; flex-wrap: wrap; gap: 1rem 2rem; align-items: flex-start; }
details { margin: .5rem 0; } summary { cursor: pointer; }
figure { margin: 1rem 0; } figure svg { max-width: 100%; height: auto; }
"""
_PRINT = """@media print {
  @page { size: A4 landscape; margin: 12mm; }
  body { margin: 0; max-width: none; font-size: 10pt; } table { font-size: 8pt; }
  h2 { break-after: avoid; } tr, figure, .ledger svg { break-inside: avoid; } .scroll { overflow: visible; }
  thead { display: table-header-group; }
}
"""


def text(report: ReportFigures) -> str:
    """The report as plain text."""
    parts = [title_of(report), lead_of(report), *notes_of(report)]
    for section in sections_of(report):
        parts += ["", section.title, text_table(section.header, section.rows, section.right), section.note]
    return shown_lines("\n".join(parts).rstrip())


def markdown(report: ReportFigures) -> str:
    """The report as Markdown."""
    parts = [f"# {markdown_text(title_of(report))}", lead_of(report), *map(shown_lines, notes_of(report))]
    for section in sections_of(report):
        table = markdown_table(section.header, section.rows, section.right)
        parts += [f"## {section.title}", table, *([section.note] if section.note else ())]
    return "\n\n".join(parts) + "\n"


def html(report: ReportFigures, pictures: bool | None = None) -> str:
    """The report as one page that needs nothing else."""
    title = escape(title_of(report))
    return (
        f'<!DOCTYPE html>\n<html lang="en-GB"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{_SCREEN}{_PRINT}</style></head>\n<body><main>{_main(report, pictures)}</main></body></html>\n"
    )


def fragment(report: ReportFigures) -> str:
    """The report for a notebook's cell."""
    return f'<div class="slaclock report"><style>{_SCREEN.replace("body {", ".report {")}</style>' + (
        f"{_main(report, pictures=False)}</div>"
    )


def save(kinds: Mapping[str, Callable[[], str]], path: Path, kind: str | None = None) -> None:
    """Write a page to a file, of the kind that is given or that the file's name says."""
    kind = path.suffix.lower() if kind is None else kind
    if kind not in kinds:
        raise InputError(f"cannot tell what to write to {str(path)!r}", "name a .html, .md or .json file")
    write_whole(path, kinds[kind]())


def rich_page(report: ReportFigures) -> Any:
    """The report for a terminal, by the library rich."""
    try:
        from rich.console import Group
        from rich.table import Table
        from rich.text import Text
    except ImportError:
        raise MissingExtraError.for_extra("rich", "cli") from None
    parts: list[Any] = [Text(shown(title_of(report)), style="bold"), Text(lead_of(report))]
    parts += [Text(shown(note), style="dim") for note in notes_of(report)]
    for section in sections_of(report):
        table = Table(box=None, pad_edge=False, header_style="bold", title_justify="left", title_style="bold")
        for index, name in enumerate(section.header):
            table.add_column(name, justify="right" if index in section.right else "left", no_wrap=index == 0)
        for row in section.rows:
            table.add_row(*(Text(shown(cell)) for cell in row))
        parts += [Text(), Text(section.title, style="bold"), table]
    return Group(*parts)


def _main(report: ReportFigures, pictures: bool | None) -> str:
    parts = [
        f"<header><h1>{escape(title_of(report))}</h1>",
        f'<p class="lead">{escape(lead_of(report))}</p>',
        *(f'<p class="note">{escape(note)}</p>' for note in notes_of(report)),
        "</header>",
        _tiles(report),
        _figures(report, pictures),
    ]
    for section in sections_of(report):
        table = html_table(section.header, section.rows, section.right, section.note)
        parts.append(f'<section><h2>{escape(section.title)}</h2><div class="scroll">{table}</div></section>')
    parts += [
        f"<details><summary>Why {escape(_name(a))} is late: every stretch of its time</summary>"
        f"{a.explain('now').to_html()}</details>"
        for a in report.worst
    ]
    return "\n".join(parts)


def _name(a: Assessment) -> str:
    """What is late: a ticket, or a cycle of one."""
    return f"{a.ticket_id} (cycle {a.cycle})" if a.is_cycle else a.ticket_id


def _tiles(report: ReportFigures) -> str:
    shown = [(state, count) for state, count in report.totals.items() if count]
    return f'<ul class="tiles">{"".join(f"<li><b>{count:,}</b>{escape(state)}</li>" for state, count in shown)}</ul>'


def _figures(report: ReportFigures, pictures: bool | None) -> str:
    """The charts, drawn into the page."""
    if pictures is False:
        return ""
    try:
        figures = charts.of_report(report)
    except MissingExtraError:
        if pictures:
            raise
        return ""
    return f'<div class="figures">{"".join(f"<figure>{charts.svg(chart)}</figure>" for chart in figures)}</div>'
