"""What became of a receipt as a page: text, Markdown and a notebook's cell."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from pydantic import TypeAdapter

from slaclock.formats.pages import PageTable, cell_page, markdown_page, text_page
from slaclock.formats.tables import instant_text
from slaclock.temporal.durations import format_duration

from .verification_figures import MoveKind, VerificationFigures

KIND_TEXTS: dict[MoveKind, str] = {
    "inputs": "the receipt",
    "rules": "rules",
    "holidays": "holidays",
    "zones": "zone data",
    "code": "code",
}
"""What each kind of move is called."""
NONE = "none"
ALTERED = (
    "The receipt is not as it was made, so that what it says of then may be wrong: take it from where it was kept. "
    "A hash that fits would prove nothing either: it is no signature."
)
_LENGTH = TypeAdapter(timedelta)
_LENGTHS = ("elapsed", "remaining", "over")
_INSTANTS = ("started", "done", "due", "promised_due", "expected_from", "breached_at")


def text(figures: VerificationFigures) -> str:
    """What became of the receipt as plain text."""
    return text_page(title_of(figures), notes_of(figures), tables_of(figures))


def markdown(figures: VerificationFigures) -> str:
    """The same as Markdown."""
    return markdown_page(title_of(figures), notes_of(figures), tables_of(figures))


def cell_html(figures: VerificationFigures) -> str:
    """The same for a notebook's cell."""
    return cell_page(title_of(figures), notes_of(figures), tables_of(figures))


def title_of(figures: VerificationFigures) -> str:
    """Whose receipt it is, and whether it holds."""
    whose = f"The receipt of {figures.ticket}, {figures.measure} as of {instant_text(figures.at)}"
    due = "without a due date" if figures.due is None else f"due {instant_text(figures.due)}"
    then = f"{figures.state}, {due}"
    if figures.holds:
        return f"{whose}, holds: {then}"
    if not figures.answers and not figures.error:
        return f"{whose}, was altered; the answers that it has hold: {then}"
    return f"{whose}, does not hold: it says {then}"


def notes_of(figures: VerificationFigures) -> Iterator[str]:
    """What a reader must know beside the tables."""
    if "inputs" in figures.kinds:
        yield ALTERED
    if figures.error:
        yield f"Today there is no answer: {figures.error}"
    if not figures.moves and figures.holds:
        yield "Nothing has moved."
    elif figures.moves and not figures.answers and not figures.error and figures.holds:
        yield "Something has moved, and the answers are the same."
    if figures.parting:
        yield f"Where the ledgers part: {figures.parting}"


def tables_of(figures: VerificationFigures) -> Iterator[PageTable]:
    """What has moved, the answers, and the versions, as far as there is something to tell."""
    if figures.moves:
        facts = [(KIND_TEXTS[move.kind], move.fact) for move in figures.moves]
        yield PageTable("What has moved", ("what", "how"), facts)
    if figures.answers:
        answers = [
            (answer.name.replace("_", " "), shown(answer.name, answer.then), shown(answer.name, answer.now))
            for answer in figures.answers
        ]
        yield PageTable("Answers that are others today", ("answer", "then", "now"), answers)
    changed = [version for version in figures.versions if version.then != version.now]
    if changed:
        versions = [(version.of, version.then or "not known", version.now or "not known") for version in changed]
        yield PageTable("Versions", ("of", "then", "now"), versions)


def shown(name: str, value: str | None) -> str:
    """An answer for reading, as a receipt writes it."""
    if value is None:
        return NONE
    if name in _INSTANTS:
        return instant_text(datetime.fromisoformat(value))
    if name in _LENGTHS:
        return format_duration(_LENGTH.validate_python(value), exact=True)
    return value
