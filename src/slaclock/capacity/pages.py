"""How many items must be late as a page: text, Markdown and a notebook's cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from slaclock.formats.counts import count_text
from slaclock.formats.pages import PageTable, cell_page, markdown_page, text_page
from slaclock.formats.tables import instant_text
from slaclock.temporal.durations import format_duration

from . import stairs
from .figures import OverloadFigures, OverloadProof

_MOST_NAMED = 10


def text(figures: OverloadFigures) -> str:
    """How many must be late, and why, as plain text."""
    return text_page(title_of(figures), notes_of(figures), tables_of(figures))


def markdown(figures: OverloadFigures) -> str:
    """How many must be late, and why, as Markdown."""
    return markdown_page(title_of(figures), notes_of(figures), tables_of(figures))


def cell_html(figures: OverloadFigures) -> str:
    """How many must be late, for a notebook's cell, with the picture of demand and capacity."""
    drawn = stairs.drawing(figures) if figures.steps else ""
    return cell_page(title_of(figures), notes_of(figures), tables_of(figures), above=drawn)


def hands_text(figures: OverloadFigures) -> str:
    """How many people there are."""
    return "1 person" if figures.hands == 1 else f"{figures.hands:,} people"


def answer_of(figures: OverloadFigures) -> str:
    """How many must be late, in a few words."""
    if not figures.enough:
        return "none need be late"
    if figures.exact:
        return f"exactly {figures.least:,} must be late"
    if not figures.least:
        return f"none is proven to be late, {figures.enough:,} are by the plan"
    return f"at least {figures.least:,} must be late, {figures.enough:,} are by the plan"


def title_of(figures: OverloadFigures) -> str:
    """The answer."""
    items = count_text(figures.items, "open item")
    since = instant_text(figures.at)
    return f"Of {items}, with {hands_text(figures)} from {since} on, {answer_of(figures)}"


def notes_of(figures: OverloadFigures) -> list[str]:
    """Why, and what is not in it."""
    notes = []
    if figures.too_long:
        names = _names(figures.too_long)
        notes.append(f"Late whatever happens, as the work alone takes longer than there is time: {names}.")
    if figures.proof is not None:
        notes.append(proof_text(figures.proof, figures))
    apart = {
        "late already": figures.overdue,
        "paused without a due date": figures.paused,
        "done, or without a promise": figures.left_out,
        "opened later": figures.later,
    }
    counted = ", ".join(f"{count:,} {what}" for what, count in apart.items() if count)
    if counted:
        notes.append(f"Not counted: {counted}.")
    return notes


def proof_text(proof: OverloadProof, figures: OverloadFigures) -> str:
    """The interval that proves it, in words."""
    items = f"{proof.items:,} {'item' if proof.items == 1 else 'items'}"
    whose = f"{items} due by then, or later and so long that they must be at work before," if proof.ahead else ""
    return (
        f"Until {instant_text(proof.due)} {hands_text(figures)} {'has' if figures.hands == 1 else 'have'} "
        f"{_length(proof.capacity)} of service time; {whose or f'{items} due by then'} ask for {_length(proof.work)}"
        + (
            f", and with {proof.late - 1:,} of them let go, whichever they are, for {_length(proof.left)}. So at least "
            if proof.late > 1
            else ". So at least "
        )
        + f"{proof.late:,} of them must be late."
    )


def tables_of(figures: OverloadFigures) -> Iterator[PageTable]:
    """The demand due date by due date, and the plan."""
    if figures.steps:
        rows = [
            (instant_text(step.due), f"{step.items:,}", _length(step.work), _length(step.capacity), f"{step.late:,}")
            for step in figures.steps
        ]
        header = ("due by", "items", "work", "time there is", "must be late")
        yield PageTable("Until each due date", header, rows, frozenset({1, 2, 3, 4}))
    if figures.let_go:
        plan = [(f"{number:,}", _names(ids) or "-") for number, ids in enumerate(figures.plan, 1)]
        own = [*plan, ("let go", _names(figures.let_go))]
        yield PageTable("A plan by which no more are late", ("who", "what, in order"), own)


def _names(ids: Sequence[str]) -> str:
    """The first of some items; all of them are in the answer itself."""
    more = len(ids) - _MOST_NAMED
    return ", ".join(ids[:_MOST_NAMED]) + (f" and {more:,} more" if more > 0 else "")


def _length(length: timedelta) -> str:
    return format_duration(length)
