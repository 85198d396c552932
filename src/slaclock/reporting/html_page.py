"""A report as HTML, by the templates beside this file: one page that needs no network and no script."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from slaclock.figures.report_figures import ReportFigures
from slaclock.formats.cells import cell
from slaclock.formats.tables import percent_text
from slaclock.formats.templates import templates_of
from slaclock.temporal.durations import short_text
from slaclock.temporal.instants import duration_micros
from slaclock.tickets.strips import strips_of

from .figure_sections import state_order
from .headings import findings_of, lead_of, notes_of, title_of
from .section import Section
from .sections import sections_of
from .share_plots import SharePlot, plot_of
from .share_series import periods_series, standard_series

if TYPE_CHECKING:
    from jinja2 import Environment

_MOST_ROWS = 130  # a page stays light, whatever it is about: ten years of months are shown
_MOST_OF_STANDARDS = 250  # of two standards so long
_LEVELS = 4


@dataclass(frozen=True)
class PageSection(Section):
    """A section as the page shows it: with its plots, and without the rows that are too many."""

    plots: Sequence[SharePlot] = ()
    left_out: str = ""

    @property
    def low(self) -> bool:
        """Whether any of the plots has a share that is marked as low."""
        return any(mark.low for plot in self.plots for mark in plot.marks)

    def level(self, cell: str) -> int:
        """How dark the square of a count is."""
        most = max(int(other) for row in self.rows for other in row[1:] if other)
        return -(-int(cell) * _LEVELS // most)

    def facts(self, row: Sequence[str], pictures: bool) -> list[tuple[str, str]]:
        """What a row says of the one that it names first, and neither its strip nor another fact does."""
        facts = dict(zip(self.header[1:], row[1:], strict=True))
        known = {
            "cycle",
            *(("due", "done") if pictures else ()),
            *(() if facts.get("note") else ("over target", "note")),
        }
        return [(name, cell) for name, cell in facts.items() if name not in known]


def html(report: ReportFigures, *, pictures: bool = True) -> str:
    """The report as one page that needs nothing else; `pictures` are its plots and strips."""
    return _rendered("page.html", report, pictures)


def fragment(report: ReportFigures) -> str:
    """The report for a notebook's cell."""
    body = _rendered("report.html", report, pictures=True)
    styles = (_templates().get_template(name).render() for name in ("looks/document.css", "report.css"))
    return cell(body, styles="".join(styles))


def check_templates() -> None:
    """`MissingExtraError` where the library is missing that makes the page."""
    _templates()


def _rendered(name: str, report: ReportFigures, pictures: bool) -> str:
    strips, legend = strips_of(report.worst)
    share = [("within target", percent_text(report.overall.share))] if report.overall.share is not None else []
    return (
        _templates()
        .get_template(name)
        .render(
            title=title_of(report),
            lead=lead_of(report),
            findings=findings_of(report),
            notes=notes_of(report),
            tiles=[*share, *((state, f"{report.totals[state]:,}") for state in state_order() if report.totals[state])],
            items=report.items,
            sections=[_on_page(section, report, pictures) for section in sections_of(report)],
            strips=strips,
            legend=legend,
            pictures=pictures,
        )
    )


def _on_page(section: Section, report: ReportFigures, pictures: bool) -> PageSection:
    """A section with its plots. Of too many rows the first are shown, of periods alone the last."""
    plots: list[SharePlot] = []
    if pictures and section.key == "standards":
        plots = list(map(plot_of, standard_series(report)))
    if pictures and section.key == "periods":
        plots = [plot_of(series) for series in (periods_series(report),) if series]
    most = _MOST_OF_STANDARDS if section.key == "standards-by-period" else _MOST_ROWS
    first = max(len(section.rows) - most, 0) if section.key == "periods" else 0
    last = min(first + most, len(section.rows))
    fields = {name.name: getattr(section, name.name) for name in dataclasses.fields(section)}
    fields |= {"rows": section.rows[first:last], "shares": [*section.shares[first:last], *section.shares[-1:]]}
    count = len(section.rows) - (last - first)
    which = "earlier" if section.key == "periods" else "more"
    left_out = f"{count:,} {which} rows are in the report's JSON and Markdown." if count else ""
    return PageSection(**fields, plots=plots, left_out=left_out)


@cache
def _templates() -> Environment:
    """The templates of a report."""
    templates = templates_of("slaclock.reporting")
    templates.filters["length_text"] = _length_text
    return templates


def _length_text(length: timedelta) -> str:
    return short_text(duration_micros(length))
