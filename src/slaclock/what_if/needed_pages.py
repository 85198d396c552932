"""Needed targets as a page: text and Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from slaclock.clock.targets import Target
from slaclock.formats.cells import cell, paragraph
from slaclock.formats.counts import opened_later_text
from slaclock.formats.pages import markdown_page, text_page
from slaclock.formats.tables import instant_text, percent_text
from slaclock.policy.shares import percent_number
from slaclock.reporting.section import Section, section_html
from slaclock.temporal.durations import long_text

from .needed_figures import NeededFigures, NeededTarget

_CLOCKS = {"hours": "service hours", "wall": "hours of the wall clock", "days": "service days", "whole-days": "days"}


def text(needed: NeededFigures) -> str:
    """The needed targets as plain text."""
    return text_page(title_of(needed), notes_of(needed), sections_of(needed))


def markdown(needed: NeededFigures) -> str:
    """The needed targets as Markdown."""
    return markdown_page(title_of(needed), notes_of(needed), sections_of(needed))


def cell_html(needed: NeededFigures) -> str:
    """The needed targets for a notebook's cell."""
    notes = (paragraph(note, "note") for note in notes_of(needed))
    return cell(paragraph(title_of(needed), "lead"), *notes, *map(section_html, sections_of(needed)))


def title_of(needed: NeededFigures) -> str:
    """What is told."""
    return f"The least target to {needed.measure} that {wanted_of(needed)} would have met: {needed.name}"


def wanted_of(needed: NeededFigures) -> str:
    """The share in percent, exact."""
    return f"{percent_number(needed.wanted)} %"


def notes_of(needed: NeededFigures) -> list[str]:
    """What a reader must know to read the figures."""
    notes = [
        f"As of {instant_text(needed.at)} ({needed.at.tzname()}). Of the {needed.items} that are decided; those still "
        "open and late count as never done."
    ]
    if needed.apart:
        notes.append(f"{needed.apart:,} {needed.items} are by no target of the policy's and count not at all.")
    if needed.later:
        notes.append(f"{opened_later_text(needed.later)}.")
    return notes


def sections_of(needed: NeededFigures) -> Iterator[Section]:
    """The tables."""
    header = ("kind", "priority", "decided", "open and late", "within target", "target now", "needed")
    rows = [(own.kind or "-", own.priority or "-", *_cells(needed, own)) for own in needed.by_priority]
    yield Section("By priority", header, rows, frozenset({2, 3, 4}))
    if len(needed.by_priority) > 1:
        all_rows = [(_CLOCKS[own.clock], *_cells(needed, own)) for own in needed.overall]
        yield Section("All together", ("counted in", *header[2:]), all_rows, frozenset({1, 2, 3}))


def _cells(needed: NeededFigures, own: NeededTarget) -> tuple[str, ...]:
    targets = ", ".join(map(str, own.targets)) or "-"
    return f"{own.decided:,}", f"{own.never:,}", percent_text(own.share), targets, answer_of(needed, own)


def answer_of(needed: NeededFigures, own: NeededTarget) -> str:
    """The needed target, or why there is none."""
    if own.target is not None:
        return target_text(own.target)
    if not own.decided:
        return "nothing decided"
    return f"no target: at most {percent_text(own.reachable)} could be kept"


def target_text(target: Target) -> str:
    """A needed target for reading."""
    if target.unit == "days":
        return str(target)
    words = long_text(int(target.high))
    return f"{'< ' if target.strict else ''}{words}{' by the wall clock' if target.wall else ''}"
