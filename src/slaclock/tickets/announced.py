"""What announcements of calendars did to a due date: what was promised, and which of them moved it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from slaclock.calendar.announcements import Announcement, in_order, since_text
from slaclock.errors import NoWorkingTimeError, OutOfRangeError
from slaclock.formats.tables import instant_text
from slaclock.temporal.instants import from_micros, local_day, to_micros

from .answers import counting, due_of
from .in_force import targets_in_force
from .knowledge import PROMISED, Knowledge
from .verdicts import Question, Verdict, line_of


def promised_due(question: Question, verdict: Verdict, at: datetime) -> int | None:
    """The due date of what is judged by what was known where its target is measured from."""
    return _due(question, verdict, at, None)


def _due(question: Question, verdict: Verdict, at: datetime, learned: int | None) -> int | None:
    """When the target that is judged by was due as promised, or by what was known at a later instant, if one is given.

    It is that of the same cycle, and the target is the same, though another may have been judged by then. None where
    there was none, be it for a pause, or because the desk was not known to open again.
    """
    judged, own = verdict.judged, verdict.known
    if judged is None or not question.policy.announced_at or (learned is None and question.known == PROMISED):
        return due_of(verdict)
    try:
        if own.grid:
            known = PROMISED if learned is None else Knowledge(None, learned)
            return line_of(question._replace(known=known), verdict, at)
        targets = targets_in_force(question.policy.rules, own._replace(known_at=None, learned=learned))
        return next(target.due for target in targets if target.since == judged.since)
    except (NoWorkingTimeError, OutOfRangeError):
        return None


def moves_of(question: Question, verdict: Verdict, at: datetime) -> tuple[str, ...]:
    """Which announcements moved the due date, or would have if the promise were not kept, in words."""
    if verdict.judged is None or not question.policy.announced_at:
        return ()
    return tuple(_moves(question, verdict, at))


def _moves(question: Question, verdict: Verdict, asked: datetime) -> Iterator[str]:
    known, policy = verdict.known, question.policy
    start = min(target.arrived for target in counting(verdict))
    start = start if known.promised is None else min(start, known.promised)
    latest = known.seen if known.known_at is None else known.known_at
    if question.known.of == "now" and policy.rules.breach == "stands" and verdict.breached_at is not None:
        latest = min(latest, verdict.breached_at)  # what came later moves no due date whose breach stands
    calendars = {target.terms.calendar_name for target in counting(verdict)}
    announced = in_order(known for name in calendars for known in policy.calendar_named(name).announcements)
    by_instant = {at: [*known] for at, known in groupby(announced, key=lambda known: to_micros(known.known_from))}
    instants = [at for at in by_instant if start < at <= latest]
    promised = due = _due(question, verdict, asked, None)
    zone = policy.calendar.zone
    for at in instants:
        was, due = due, _due(question, verdict, asked, at)
        if was == due:
            continue
        end = max(edge for edge in (start, was, due) if edge is not None)
        first, last = (local_day(edge, zone)[0] for edge in (start, end))
        near = [known for known in by_instant[at] if first <= known.day.toordinal() <= last]
        moved = f"due was {_text(was, zone)}, is {_text(due, zone)}"
        if known.known_at is None:
            moved = f"due stays {_text(promised, zone)}, as promised, and would be {_text(due, zone)}"
        yield f"{_names(near or by_instant[at])}, known from {since_text(from_micros(at, zone))}: {moved}"


def _text(due: int | None, zone: ZoneInfo) -> str:
    return "none" if due is None else instant_text(from_micros(due, zone))


def _names(announcements: list[Announcement]) -> str:
    *others, last = [known.what for known in announcements]
    return f"{', '.join(others)} and {last}" if others else last
