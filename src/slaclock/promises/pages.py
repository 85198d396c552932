"""The waits of a policy's targets as a page: text, Markdown and a notebook's cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from slaclock.formats.cells import cell, paragraph, table_html
from slaclock.formats.pages import markdown_page, text_page
from slaclock.formats.plain_times import just_text, wait_text
from slaclock.formats.tables import instant_text

from . import heat
from .figures import PromisedWait, WaitFigures


class _Table(NamedTuple):
    """A table with its title; `right` are the columns of lengths."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    right: frozenset[int]


def text(figures: WaitFigures) -> str:
    """The waits as plain text."""
    return text_page(title_of(figures), notes_of(figures), tables_of(figures))


def markdown(figures: WaitFigures) -> str:
    """The waits as Markdown."""
    return markdown_page(title_of(figures), notes_of(figures), tables_of(figures))


def cell_html(figures: WaitFigures) -> str:
    """The waits for a notebook's cell, with the hours of the target that lets wait the longest."""
    notes = (paragraph(note, "note") for note in notes_of(figures))
    parts = [
        paragraph(title_of(figures), "lead"),
        *notes,
        *(table_html(*own[1:], own.title) for own in tables_of(figures)),
    ]
    if figures.waits:
        parts.append(heat.drawing(max(figures.waits, key=lambda wait: wait.longest), figures.period.label))
    return cell(*parts)


def title_of(figures: WaitFigures) -> str:
    """What is told."""
    return f"How long a promise lets wait in {figures.period.label}: {figures.name}"


def notes_of(figures: WaitFigures) -> list[str]:
    """What a reader must know to read the figures."""
    notes = [
        "In plain time, nights and closed days included, from the opening to the due date, over every opening of "
        f"{figures.days:,} days, at whatever hour; nothing stops the clock. A day is 24 hours."
    ]
    if not figures.waits:
        notes.append("The policy has no such target.")
    return notes


def tables_of(figures: WaitFigures) -> Iterator[_Table]:
    """The tables."""
    if figures.waits:
        lengths = ("least", "median", "95 %", "longest")
        rows = [
            (*_names(wait), str(wait.target), *map(wait_text, (wait.least, wait.median, wait.p95, wait.longest)))
            for wait in figures.waits
        ]
        header = ("kind", "priority", "measure", "target", *lengths)
        yield _Table("The waits", header, rows, frozenset({4, 5, 6, 7}))
        worst = [
            (*_names(wait), just_text(wait.worst[0].opened), just_text(wait.worst[0].due), others_text(wait))
            for wait in figures.waits
        ]
        yield _Table("Who waits the longest", (*header[:3], "opened", "due", "as long"), worst, frozenset())


def _names(wait: PromisedWait) -> tuple[str, str, str]:
    return wait.kind, wait.priority or "-", wait.measure


def whose(wait: PromisedWait) -> str:
    """Whose wait it is, in words."""
    return " ".join(filter(None, (wait.kind, wait.priority, wait.measure)))


def longest_text(figures: WaitFigures) -> str:
    """The longest wait of all targets."""
    return wait_text(max(wait.longest for wait in figures.waits))


def others_text(wait: PromisedWait) -> str:
    """The days of the other openings that wait as long, as far as there is room."""
    days = [" ".join(instant_text(worst.opened).split()[:4]) for worst in wait.worst[1:3]]
    more = len(wait.worst) - 1 - len(days)
    return ", ".join(days) + (f" and {more:,} more" if more else "") if days else "-"
