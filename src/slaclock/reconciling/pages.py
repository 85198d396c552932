"""A reconciliation as a page: text, Markdown and a notebook's cell."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from slaclock.formats.cells import cell, paragraph
from slaclock.formats.counts import count_text, opened_later_text
from slaclock.formats.pages import markdown_page, text_page
from slaclock.formats.tables import instant_text, percent_text
from slaclock.reporting.section import Section, section_html
from slaclock.temporal.durations import format_duration
from slaclock.tickets.tickets import Ticket

from .figures import AlikeReading, Misfit, ReadingFit, ReconciliationFigures, Rounding
from .readings import AS_WRITTEN, AXES, Axis, DeskReading, words

MOST = 20
"""So many misfits are listed in the text, and half as many readings; the value has more of them."""
AXIS_NAMES: dict[Axis, str] = {
    "hours": "hours",
    "holidays": "holidays",
    "zone": "zone",
    "day_rule": "day rule",
    "after_hours": "after hours",
    "cutoff": "cut-off",
    "priority_change": "priority change",
    "breach": "breach",
    "reopening": "reopening",
    "pauses": "pauses",
}
"""What the axes are called for reading."""
_FIGURES = {"due": "due dates", "elapsed": "elapsed times"}
_PLURALS = {"hundredth of an hour": "hundredths of an hour", "tenth of an hour": "tenths of an hour"}
_WAYS = {
    "none": "",
    "down": ", rounded down",
    "up": ", rounded up",
    "nearest": ", to the nearest",
    "either way": ", within one either way",
}


def text(made: ReconciliationFigures) -> str:
    """The reconciliation as plain text."""
    return text_page(title_of(made), notes_of(made), sections_of(made, MOST))


def markdown(made: ReconciliationFigures) -> str:
    """The reconciliation as Markdown, with all misfits."""
    return markdown_page(title_of(made), notes_of(made), sections_of(made))


def cell_html(made: ReconciliationFigures) -> str:
    """The reconciliation for a notebook's cell."""
    notes = (paragraph(note, "note") for note in notes_of(made))
    return cell(paragraph(title_of(made), "lead"), *notes, *map(section_html, sections_of(made, MOST)))


def title_of(made: ReconciliationFigures) -> str:
    """What is told."""
    return f"How the desk comes to its figures: {made.name}"


def tickets_text(count: int) -> str:
    """So many tickets."""
    return count_text(count, "ticket")


def fit_text(fit: ReadingFit) -> str:
    """The share of the tickets that a reading fits."""
    return percent_text(fit.share)


def notes_of(made: ReconciliationFigures) -> list[str]:
    """What it comes to, and what a reader must know to read the tables."""
    best = made.best
    notes = [
        f"{_reading_text(best.reading)} fits {best.fits:,} of {tickets_text(best.compared)} ({fit_text(best)}), "
        f"{best.exact:,} exactly."
    ]
    notes += [f"{_change_text(made)}"] if made.change is not None else []
    if best.reading.wrong:
        wrong = ", ".join(AXIS_NAMES[axis] for axis in best.reading.wrong)
        notes.append(f"No policy can say this of {wrong}: it is no reading of the promise, but a mistake.")
    if made.ties:
        fit = "fits" if made.ties == 1 else "fit"
        notes.append(
            f"{count_text(made.ties, 'other reading')} {fit} just as many: these tickets do not tell them apart. "
            "What is shown is the one that is most like the policy."
        )
    rounded = [_rounding_text(own) for own in made.rounding if own.to != "exact"]
    notes += [f"The desk's {', and its '.join(rounded)}."] if rounded else []
    notes.append(
        f"As of {instant_text(made.at)} ({made.at.tzname()}), to {made.measure}. {made.tried:,} combinations of "
        "readings are tried; a ticket fits where all of its figures come out."
    )
    if made.ruled_out:
        notes.append(
            f"{made.ruled_out:,} of them were not tried on all tickets: those without changes and reopenings, or a "
            "sample of the others, rule them out, or they are the least like the policy."
        )
    apart = [
        f"{tickets_text(made.apart)} by no target of the policy's" if made.apart else "",
        f"{tickets_text(made.silent)} of which the desk says nothing" if made.silent else "",
    ]
    if any(apart):
        notes.append(f"Not compared: {' and '.join(filter(None, apart))}.")
    if made.later:
        notes.append(f"{opened_later_text(made.later)}.")
    return notes


def _reading_text(reading: DeskReading) -> str:
    """A reading as the beginning of a sentence."""
    parts = [f"{AXIS_NAMES[axis]} {_name(reading.of(axis))}" for axis in reading.others]
    return "The policy as it is written" if not parts else f"The reading with {', '.join(parts)}"


def _name(name: str) -> str:
    return "as the policy has it" if name == AS_WRITTEN else f'"{name}"'


def _rounding_text(rounding: Rounding) -> str:
    unit = _PLURALS.get(rounding.to, f"{rounding.to}s")
    return f"{_FIGURES[rounding.figure]} are whole {unit}{_WAYS[rounding.direction]}"


def _change_text(made: ReconciliationFigures) -> str:
    change = made.change
    assert change is not None
    return (
        f"The reading changed: what opened up to {instant_text(change.last_old)} fits {change.old.reading}, and what "
        f"opened from {instant_text(change.first_new)} on fits {change.new.reading}. Together they fit "
        f"{change.fits:,} of {tickets_text(made.compared)}."
    )


def sections_of(made: ReconciliationFigures, most: int | None = None) -> Iterator[Section]:
    """The tables, those that say nothing left out."""
    yield _readings(made, None if most is None else most // 2)
    if made.change is not None:
        yield _changes(made)
    if made.alike:
        yield _not_told_apart(made)
    if made.misfits:
        yield _misfits(made, most)


def _readings(made: ReconciliationFigures, most: int | None) -> Section:
    shown = made.readings[:most]
    axes: list[Axis] = [axis for axis in AXES if any(axis in fit.reading.others for fit in shown)]
    rows = [
        (
            *(fit.reading.of(axis) for axis in axes),
            *([AS_WRITTEN] if not axes else ()),
            f"{fit.fits:,}",
            fit_text(fit),
            f"{fit.exact:,}",
        )
        for fit in shown
    ]
    header = (*(AXIS_NAMES[axis] for axis in axes), *(["reading"] if not axes else ()), "fits", "share", "exactly")
    right = frozenset(range(len(header) - 3, len(header)))
    return Section("The readings that fit the most", header, rows, right)


def _changes(made: ReconciliationFigures) -> Section:
    change = made.change
    assert change is not None
    rows = [
        (when, str(fit.reading), f"{fit.fits:,}", f"{fit.compared:,}", fit_text(fit))
        for when, fit in (
            (f"up to {instant_text(change.last_old)}", change.old),
            (f"from {instant_text(change.first_new)}", change.new),
        )
    ]
    return Section(
        "Where the reading changed", ("opened", "reading", "fits", "tickets", "share"), rows, frozenset({2, 3, 4})
    )


def _not_told_apart(made: ReconciliationFigures) -> Section:
    rows = [
        (
            AXIS_NAMES[own.axis],
            own.name,
            own.than,
            "none of those tried" if own.ticket is None else ticket_text(own.ticket, own, made.at.tzinfo),
            instant_text(own.due, none="-"),
            instant_text(own.other_due, none="-"),
        )
        for own in made.alike
    ]
    header = ("axis", "this reading", "fits like", "a ticket that would tell", "due by the best", "due by this")
    return Section("Not to be told apart by these tickets", header, rows, frozenset())


def ticket_text(ticket: Ticket, alike: AlikeReading, zone: Any) -> str:
    """A made-up ticket in words: its target, its opening, and what became of it."""

    def instant(at: datetime | None) -> str:
        return instant_text(None if at is None else at.astimezone(zone))

    whose = " ".join(filter(None, (ticket.kind, ticket.priority)))
    parts = [f"{whose} opened {instant(ticket.opened)}"]
    parts += [f"paused {instant(pause.start)} to {instant(pause.end)}" for pause in ticket.pauses]
    parts += [f"{change.field} {change.to} from {instant(change.at)}" for change in ticket.changes]
    parts += [f"resolved {instant(own.resolved)}, reopened {instant(own.reopened)}" for own in ticket.reopenings]
    return ", ".join(parts)


def _misfits(made: ReconciliationFigures, most: int | None) -> Section:
    shown = made.misfits[:most]
    header = ["ticket", "opened"]
    for figure in made.figures:
        header += [f"desk: {_HEADINGS[figure]}", _HEADINGS[figure]]
    rows = [(own.ticket, instant_text(own.opened), *_cells(own, made), own.stretch) for own in shown]
    left = len(made.misfits) - len(shown)
    note = f"and {left:,} more, which the frame and JSON have." if left else ""
    title = f"Tickets that fit none ({len(made.misfits):,})"
    return Section(title, (*header, "the best reading, where they first differ"), rows, frozenset(), note)


_HEADINGS = {"due": "due", "breached": "late", "elapsed": "elapsed"}


def _cells(misfit: Misfit, made: ReconciliationFigures) -> Iterator[str]:
    for figure in made.figures:
        for value in (getattr(misfit, f"desk_{figure}"), getattr(misfit, figure)):
            if isinstance(value, bool):
                yield "yes" if value else "no"
            elif isinstance(value, timedelta):
                yield format_duration(value, exact=True)
            else:
                yield instant_text(value, none="-")


def reading_words(reading: DeskReading) -> list[str]:
    """What a reading says, a sentence for each axis that it does not read as the policy does."""
    return [f"{AXIS_NAMES[axis]}: {words(axis, reading.of(axis))}" for axis in reading.others]
