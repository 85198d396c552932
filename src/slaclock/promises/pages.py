"""The waits of a policy's targets as a page: text, Markdown and a notebook's cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from slaclock.formats.counts import count_text
from slaclock.formats.pages import PageTable, cell_page, markdown_page, text_page
from slaclock.formats.plain_times import just_text, wait_text
from slaclock.formats.tables import instant_text
from slaclock.policy.asked import notes_of_policies

from . import heat
from .figures import PromisedWait, WaitFigures


def text(figures: WaitFigures) -> str:
    """The waits as plain text."""
    return text_page(title_of(figures), notes_of(figures), tables_of(figures))


def markdown(figures: WaitFigures) -> str:
    """The waits as Markdown."""
    return markdown_page(title_of(figures), notes_of(figures), tables_of(figures))


def cell_html(figures: WaitFigures) -> str:
    """The waits for a notebook's cell, with the hours of the target that lets wait the longest."""
    longest = max(figures.waits, key=lambda wait: wait.longest, default=None)
    drawn = "" if longest is None else heat.drawing(longest, figures.period.label)
    return cell_page(title_of(figures), notes_of(figures), tables_of(figures), below=drawn)


def title_of(figures: WaitFigures) -> str:
    """What is told."""
    return f"How long a promise lets wait in {figures.period.label}: {figures.name}"


def notes_of(figures: WaitFigures) -> list[str]:
    """What a reader must know to read the figures."""
    weighted = any(wait.openings is not None for wait in figures.waits)
    over = "the hours in which tickets opened, on" if weighted else "every opening of"
    more = "" if weighted else ", at whatever hour"
    notes = [
        f"In plain time, nights and closed days included, from the opening to the due date, over {over} "
        f"{count_text(figures.days, 'day')}{more}; nothing stops the clock. A day is 24 hours."
    ]
    if weighted:
        notes.append(
            "Each hour of the week counts as often as tickets opened in it: those of the kind and priority, or else of "
            "the kind, or else all."
        )
    notes += notes_of_policies(figures.policies, figures.period)
    if not figures.waits:
        notes.append("The policy has no such target.")
    return notes


def tables_of(figures: WaitFigures) -> Iterator[PageTable]:
    """The tables, of a book those of each policy."""
    for own in figures.policies:
        waits = [wait for wait in figures.waits if wait.policy == own.name]
        if waits:
            of_book = len(figures.policies) > 1
            whose = f"{own.name}, {count_text(own.days, 'day')}: " if of_book else ""
            yield from _tables(waits, whose)


def _tables(waits: Sequence[PromisedWait], whose: str) -> Iterator[PageTable]:
    lengths = ("least", "median", "95 %", "longest")
    weighted = any(wait.openings is not None for wait in waits)
    rows = [
        (
            *_names(wait),
            str(wait.target),
            *map(wait_text, (wait.least, wait.median, wait.p95, wait.longest)),
            *([_weighted_by(wait)] if weighted else ()),
        )
        for wait in waits
    ]
    header = ("kind", "priority", "measure", "target", *lengths, *(["weighted by"] if weighted else ()))
    yield PageTable(f"{whose}the waits" if whose else "The waits", header, rows, frozenset({4, 5, 6, 7}))
    worst = [
        (*_names(wait), just_text(wait.worst[0].opened), just_text(wait.worst[0].due), others_text(wait))
        for wait in waits
    ]
    title = f"{whose}who waits the longest" if whose else "Who waits the longest"
    yield PageTable(title, (*header[:3], "opened", "due", "as long"), worst, frozenset())


def _weighted_by(wait: PromisedWait) -> str:
    return "-" if wait.openings is None else f"{wait.openings.count:,} of {wait.openings.whose}"


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
