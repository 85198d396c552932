"""What announcements of calendars did to a due date: what was promised, and which of them moved it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise

from slaclock.calendar.announcements import Announcement, since_text
from slaclock.formats.tables import instant_text
from slaclock.temporal.instants import from_micros, local_day, to_micros

from .answers import due_of, terms_of
from .knowledge import PROMISED, Knowledge
from .verdicts import Question, Verdict, verdict_of_cycle


def promised_due(question: Question, verdict: Verdict, at: datetime) -> int | None:
    """The due date of what is judged by what was known where its target is measured from."""
    return _due(question, verdict, at, PROMISED)


def _due(question: Question, verdict: Verdict, at: datetime, known: Knowledge) -> int | None:
    """The due date of what is judged at an instant by other knowledge, of the same cycle."""
    if verdict.cycle is None:
        return None
    if not question.policy.announced_at or question.known == known:
        return due_of(verdict)
    judged = verdict_of_cycle(question._replace(known=known), verdict.cycles, at, verdict.cycle).judged
    return None if judged is None else judged.due


def moves_of(question: Question, verdict: Verdict, at: datetime) -> tuple[str, ...]:
    """Which announcements moved the due date, or would have if the promise were not kept, in words."""
    judged = verdict.judged
    if judged is None or not question.policy.announced_at:
        return ()
    return tuple(_moves(question, verdict, at, judged.arrived))


def _moves(question: Question, verdict: Verdict, asked: datetime, start: int) -> Iterator[str]:
    known_at, calendar = verdict.known.known_at, question.policy.calendar_named(terms_of(verdict).calendar_name)
    latest = verdict.known.seen if known_at is None else known_at
    instants = [start, *(at for at in calendar.announced_at if start < at <= latest)]
    dues = [_due(question, verdict, asked, Knowledge(None, at)) for at in instants]
    zone = question.policy.calendar.zone
    for (was, due), at in zip(pairwise(dues), instants[1:], strict=True):
        if was is None or due is None or was == due:
            continue
        first, last = (local_day(edge, calendar.zone)[0] for edge in (start, max(was, due)))
        of_instant = [known for known in calendar.announcements if to_micros(known.known_from) == at]
        near = [known for known in of_instant if first <= known.day.toordinal() <= last]
        before, after = (instant_text(from_micros(instant, zone)) for instant in (was, due))
        moved = f"due was {before}, is {after}"
        if known_at is None:
            promised = instant_text(from_micros(dues[0], zone)) if dues[0] is not None else "as promised"
            moved = f"due stays {promised}, as promised, and would be {after}"
        yield f"{_names(near or of_instant)}, known from {since_text(from_micros(at, zone))}: {moved}"


def _names(announcements: list[Announcement]) -> str:
    *others, last = [known.what for known in announcements]
    return f"{', '.join(others)} and {last}" if others else last
