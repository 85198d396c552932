"""A table of a report with its title, which every page is made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from slaclock.figures.chance import Interval
from slaclock.figures.report_figures import TicketFigures
from slaclock.figures.standards import StandardResult
from slaclock.formats.cells import table_html

SHARE = ("within target", "95 % interval")
"""The columns of a share."""


@dataclass(frozen=True)
class Share:
    """What a row says of a share, for a page that draws it."""

    share: Fraction
    interval: Interval


@dataclass(frozen=True)
class Section:
    """A table with its title; `right` are the columns of numbers.

    `key` names it among the sections of a report. `finding` is what it comes to, `total` a last row for all, and `note`
    what a reader must know. `shares` are those of its rows, and of the total, in column `share_at`. `detail` is for who
    wants to know more: a page may fold it.
    """

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    right: frozenset[int]
    note: str = ""
    key: str = ""
    finding: str = ""
    total: Sequence[str] = ()
    shares: Sequence[Share | None] = ()
    share_at: int = 0
    detail: bool = False

    @property
    def lines(self) -> list[Sequence[str]]:
        """The rows, and the total where there is one."""
        return [*self.rows, *([self.total] if self.total else ())]


def section_html(section: Section) -> str:
    """A section as a table for a notebook's cell."""
    return table_html(section.header, section.lines, section.right, section.title, section.note)


def interval_text(interval: Interval | None) -> str:
    """An interval for reading."""
    return "-" if interval is None else f"{interval.low * 100:.1f} to {interval.high * 100:.1f} %"


def share_of(figures: TicketFigures | StandardResult) -> Share | None:
    """The share of some figures, None with nothing decided."""
    share, interval = figures.share, figures.interval
    return None if share is None or interval is None else Share(share, interval)
