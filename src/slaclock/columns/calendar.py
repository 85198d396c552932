"""Whether the desk is open at each instant of a column, and when it opens next."""

from __future__ import annotations

from typing import Any

import numpy as np

from slaclock.calendar.base import Calendar
from slaclock.temporal.instants import to_micros

from .chunks import Answers, BadRows, Errors, Piece, Question
from .piecewise import NEVER, Bools
from .questions import asked, judged, known
from .rows import any_of


def is_open(
    at: Any, *, calendar: Calendar, timezone: str | None = None, errors: Errors = "raise", threads: int | None = None
) -> Any:
    """Whether the desk is open at each instant.

    Where an answer is missing, NumPy's callers get a masked array.
    """
    bad = BadRows(errors)
    question = asked({"at": at}, calendar, None, timezone, threads)
    rows = question.rows
    window = rows.window

    def kernel(piece: Piece) -> tuple[Answers, Bools | None]:
        now = rows.columns["at"].chunk(piece.rows)
        span = np.searchsorted(window.opens, now, "right") - 1
        found = (span >= 0) & (now < window.closes[span]) if len(window.opens) else np.zeros(len(now), bool)
        verdict = found.astype(np.int8)
        return (verdict,), judged(rows, rows.outside(now), (verdict,), now)

    def alone(row: int) -> tuple[int]:
        return (int(calendar.is_open(known(rows, "at", row))),)

    (found,) = rows.answered(Question(kernel, alone, (np.empty(rows.count, np.int8),), (-1,)), bad, threads)
    bad.warn()
    return question.kind.truths(found)


def next_open(
    at: Any, *, calendar: Calendar, timezone: str | None = None, errors: Errors = "raise", threads: int | None = None
) -> Any:
    """Each instant itself when the desk is open at it, else its next opening."""
    bad = BadRows(errors)
    question = asked({"at": at}, calendar, None, timezone, threads)
    rows = question.rows
    window = rows.window

    def kernel(piece: Piece) -> tuple[Answers, Bools | None]:
        now = rows.columns["at"].chunk(piece.rows)
        span = np.searchsorted(window.closes, now, "right")  # the first that ends after the instant
        trouble = any_of(rows.outside(now), span >= len(window.opens))
        found = now.copy()
        if len(window.opens):
            found = np.maximum(now, window.opens[np.minimum(span, len(window.opens) - 1)])
        return (found,), judged(rows, trouble, (found,), now)

    def alone(row: int) -> tuple[int]:
        return (to_micros(calendar.next_open(known(rows, "at", row))),)

    (found,) = rows.answered(Question(kernel, alone, (np.empty(rows.count, np.int64),), (NEVER,)), bad, threads)
    bad.warn()
    return question.kind.instants(found, calendar.zone.key)
