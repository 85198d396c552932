"""The answers for whole columns; each is what the scalar function of the same name says of every row."""

from __future__ import annotations

from typing import Any

import numpy as np

from slaclock.calendar.base import Calendar
from slaclock.clock import deadlines
from slaclock.temporal.instants import duration_micros, to_micros

from .chunks import Answers, BadRows, Errors, Piece, Question
from .clocks import HoursScale, Scale, days_scale
from .pauses import Held
from .piecewise import NEVER, Bools, Ints
from .planning import Planner
from .questions import asked, judged, known
from .rows import Rows, any_of
from .targets import read_goals


def elapsed(
    start: Any,
    end: Any,
    *,
    calendar: Calendar,
    pauses: Any = None,
    timezone: str | None = None,
    errors: Errors = "raise",
    threads: int | None = None,
) -> Any:
    """The service hours between the instants of two columns, or of a column and one instant; durations.

    >>> import numpy as np
    >>> from slaclock import Policy
    >>> opened = np.array(["2018-04-06T14:00", "2018-04-09T09:00"], "datetime64[s]")
    >>> elapsed(opened, np.datetime64("2018-04-09T10:00"), calendar=Policy.example().calendar)
    array([16200000000,  3600000000], dtype='timedelta64[us]')
    """
    bad = BadRows(errors)
    question = asked({"start": start, "end": end}, calendar, pauses, timezone, threads)
    rows = question.rows
    scale = HoursScale(rows.window)

    def kernel(piece: Piece) -> tuple[Answers, Bools | None]:
        counted, missing, trouble = _counted(rows, scale, piece)
        if missing is not None:
            counted[missing] = NEVER
        return (counted,), trouble

    def alone(row: int) -> tuple[int]:
        a, b = (known(rows, name, row) for name in ("start", "end"))
        return (duration_micros(deadlines.elapsed(a, b, calendar=calendar, pauses=rows.pairs(row))),)

    (found,) = rows.answered(Question(kernel, alone, (np.empty(rows.count, np.int64),), (NEVER,)), bad, threads)
    bad.warn()
    return question.kind.durations(found)


def elapsed_days(
    start: Any,
    end: Any,
    *,
    calendar: Calendar,
    pauses: Any = None,
    timezone: str | None = None,
    errors: Errors = "raise",
    threads: int | None = None,
) -> Any:
    """The service days between the instants of two columns, as float64; the scalar function is exact.

    >>> import numpy as np
    >>> from slaclock import Policy
    >>> opened = np.array(["2018-04-06T07:00", "2018-04-09T12:30"], "datetime64[s]")
    >>> elapsed_days(opened, np.datetime64("2018-04-09T20:00"), calendar=Policy.example().calendar).round(3)
    array([2.   , 0.389])
    """
    bad = BadRows(errors)
    question = asked({"start": start, "end": end}, calendar, pauses, timezone, threads)
    rows = question.rows
    days = days_scale(rows.window)

    def kernel(piece: Piece) -> tuple[Answers, Bools | None]:
        if days is None:
            every = np.ones(piece.rows.stop - piece.rows.start, bool)
            return (np.zeros(len(every)),), every
        counted, missing, trouble = _counted(rows, days, piece)
        whole = counted // days.unit
        found = whole + (counted - whole * days.unit) / days.unit
        if missing is not None:
            found[missing] = np.nan
        return (found,), trouble

    def alone(row: int) -> tuple[float]:
        if any(rows.instant(name, row) is None for name in rows.columns):
            return (np.nan,)
        a, b = (known(rows, name, row) for name in ("start", "end"))
        return (float(deadlines.elapsed_days(a, b, calendar=calendar, pauses=rows.pairs(row))),)

    (found,) = rows.answered(Question(kernel, alone, (np.empty(rows.count),), (np.nan,)), bad, threads)
    bad.warn()
    return question.kind.numbers(found)


def deadline(
    start: Any,
    target: Any,
    *,
    calendar: Calendar,
    priority: Any = None,
    pauses: Any = None,
    timezone: str | None = None,
    errors: Errors = "raise",
    threads: int | None = None,
) -> Any:
    """When each row's target is used up; missing while an open pause holds it.

    `target` is one target, a column of targets (texts or durations), or a mapping of priorities to targets, which
    needs the column `priority`.

    >>> import numpy as np
    >>> from slaclock import Policy
    >>> opened = np.array(["2018-04-06T14:00", "2018-04-09T09:00"], "datetime64[s]")
    >>> deadline(opened, ["2 hours", "1 day"], calendar=Policy.example().calendar)
    array(['2018-04-09T07:30:00.000000', '2018-04-10T09:00:00.000000'],
          dtype='datetime64[us]')
    """
    bad = BadRows(errors)
    question = asked({"start": start}, calendar, pauses, timezone, threads, goals=read_goals(target, priority))
    rows, goals = question.rows, question.goals
    planner = Planner(rows.window, calendar, goals)

    def kernel(piece: Piece) -> tuple[Answers, Bools | None]:
        begun = rows.columns["start"].chunk(piece.rows)
        held, wrong = rows.held(piece, begun)
        due, trouble = _due(planner, piece, begun, held)
        return (due,), judged(rows, any_of(trouble, wrong), (due,), begun)

    def alone(row: int) -> tuple[int]:
        wanted = goals.of(row)
        if wanted is None:
            return (NEVER,)
        due = deadlines.deadline(known(rows, "start", row), wanted, calendar=calendar, pauses=rows.pairs(row))
        return (NEVER if due is None else to_micros(due),)

    (found,) = rows.answered(Question(kernel, alone, (np.empty(rows.count, np.int64),), (NEVER,)), bad, threads)
    bad.warn()
    return question.kind.instants(found, calendar.zone.key)


def remaining(
    start: Any,
    target: Any,
    *,
    calendar: Calendar,
    at: Any,
    priority: Any = None,
    pauses: Any = None,
    timezone: str | None = None,
    errors: Errors = "raise",
    threads: int | None = None,
) -> Any:
    """The open time from `at` to the due date that would hold if every pause ended at `at`; negative once overdue."""
    bad = BadRows(errors)
    question = asked(
        {"start": start, "at": at}, calendar, pauses, timezone, threads, goals=read_goals(target, priority)
    )
    rows, goals = question.rows, question.goals
    planner = Planner(rows.window, calendar, goals)

    def kernel(piece: Piece) -> tuple[Answers, Bools | None]:
        begun, now = (rows.columns[name].chunk(piece.rows) for name in ("start", "at"))
        held, wrong = rows.held(piece, begun)
        left = np.full(len(begun), NEVER)
        trouble = wrong if wrong is not None else np.zeros(len(begun), bool)
        for kept, budgets in planner.budgets(piece.rows, begun):
            some = slice(None) if kept is None else kept
            own = held if held is None or kept is None else held.of(kept)
            due, untold = budgets.due(None if own is None else own.until(now[some]))
            clock = budgets.scale if not budgets.scale.bounded else planner.hours
            left[some] = clock.at(due) - clock.at(now[some])
            trouble[some] |= untold
            if budgets.scale.bounded:
                trouble[some] |= planner.window.outside(due) | planner.window.outside(now[some])
        return (left,), judged(rows, trouble | (now < begun), (left,), begun, now)

    def alone(row: int) -> tuple[int]:
        wanted = goals.of(row)
        if wanted is None:
            return (NEVER,)
        a, now = (known(rows, name, row) for name in ("start", "at"))
        return (duration_micros(deadlines.remaining(a, wanted, calendar=calendar, at=now, pauses=rows.pairs(row))),)

    (found,) = rows.answered(Question(kernel, alone, (np.empty(rows.count, np.int64),), (NEVER,)), bad, threads)
    bad.warn()
    return question.kind.durations(found)


def is_breached(
    start: Any,
    target: Any,
    *,
    calendar: Calendar,
    at: Any,
    done: Any = None,
    priority: Any = None,
    pauses: Any = None,
    timezone: str | None = None,
    errors: Errors = "raise",
    threads: int | None = None,
) -> Any:
    """Whether each row's target is breached at `at`, the work having been done at `done`, or not yet where missing.

    Where an answer is missing, NumPy's callers get a masked array.
    """
    columns = {"start": start, "at": at} if done is None else {"start": start, "at": at, "done": done}
    bad = BadRows(errors)
    question = asked(columns, calendar, pauses, timezone, threads, goals=read_goals(target, priority))
    rows, goals = question.rows, question.goals
    planner = Planner(rows.window, calendar, goals)

    def kernel(piece: Piece) -> tuple[Answers, Bools | None]:
        begun, now = (rows.columns[name].chunk(piece.rows) for name in ("start", "at"))
        held, wrong = rows.held(piece, begun)
        due, trouble = _due(planner, piece, begun, held)
        backward = now < begun
        seen = now
        if done is not None:
            finished = rows.columns["done"].chunk(piece.rows)
            known = finished != NEVER
            backward |= known & (finished < begun)
            seen = np.where(known, np.minimum(now, finished), now)
        late = np.where(goals.strict(piece.rows), seen >= due, seen > due) & (due != NEVER)
        verdict = late.astype(np.int8)
        verdict[goals.missing(piece.rows)] = -1
        gone = (begun == NEVER) | (now == NEVER)
        verdict[gone] = -1
        return (verdict,), any_of(trouble, wrong, backward) & ~gone

    def alone(row: int) -> tuple[int]:
        wanted = goals.of(row)
        if wanted is None:
            return (-1,)
        a, now = (known(rows, name, row) for name in ("start", "at"))
        finished = None if done is None else rows.instant("done", row)
        return (
            int(deadlines.is_breached(a, wanted, calendar=calendar, at=now, done=finished, pauses=rows.pairs(row))),
        )

    (found,) = rows.answered(Question(kernel, alone, (np.empty(rows.count, np.int8),), (-1,)), bad, threads)
    bad.warn()
    return question.kind.truths(found)


def _counted(rows: Rows, scale: Scale, piece: Piece) -> tuple[Ints, Bools | None, Bools | None]:
    """What a scale counts from start to end outside the pauses; which rows miss one of the two; and the trouble."""
    a, b = rows.columns["start"].chunk(piece.rows), rows.columns["end"].chunk(piece.rows)
    backward = b < a
    trouble = any_of(rows.outside(a, b), backward if backward.any() else None)
    low, high = scale.at(a), scale.at(b)
    held, wrong = rows.held(piece, a)
    if held is None:
        counted = np.subtract(high, low, out=high)
    else:
        counted = high - low - held.covered(scale, low, high)
        trouble = any_of(trouble, wrong)
    missing = rows.missing(a, b)
    if missing is not None and trouble is not None:
        trouble = trouble & ~missing
    return counted, missing, trouble


def _due(planner: Planner, piece: Piece, begun: Ints, held: Held | None) -> tuple[Ints, Bools]:
    """The due instants of a chunk, `NEVER` for rows without a target or held by an open pause; and the trouble."""
    due = np.full(len(begun), NEVER)
    trouble = np.zeros(len(begun), bool)
    for kept, budgets in planner.budgets(piece.rows, begun):
        if kept is None:
            return budgets.due(held)
        due[kept], trouble[kept] = budgets.due(None if held is None else held.of(kept))
    return due, trouble
