"""The answers for whole columns; each is what the scalar function of the same name says of every row."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from slaclock import deadlines
from slaclock.calendar import Calendar
from slaclock.errors import ColumnError
from slaclock.instants import duration_micros, to_micros

from .chunks import CHUNK, Answers, BadRows, Errors, Piece, Question
from .frames import Kind
from .goals import Goals, read_goals
from .held import Held
from .instants import Instants, read_instants
from .pauses import read_pauses
from .planning import Planner
from .rows import Rows, any_of
from .scales import HoursScale, Scale, days_scale
from .tables import NEVER, Bools, Ints
from .workers import all_of, workers


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
    asked = _asked({"start": start, "end": end}, calendar, pauses, timezone, threads)
    rows = asked.rows
    scale = HoursScale(rows.window)

    def kernel(piece: Piece) -> tuple[Answers, Bools | None]:
        counted, missing, trouble = _counted(rows, scale, piece)
        if missing is not None:
            counted[missing] = NEVER
        return (counted,), trouble

    def alone(row: int) -> tuple[int]:
        a, b = (_known(rows, name, row) for name in ("start", "end"))
        return (duration_micros(deadlines.elapsed(a, b, calendar=calendar, pauses=rows.pairs(row))),)

    (found,) = rows.answered(Question(kernel, alone, (np.empty(rows.count, np.int64),), (NEVER,)), bad, threads)
    bad.warn()
    return asked.kind.durations(found)


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
    asked = _asked({"start": start, "end": end}, calendar, pauses, timezone, threads)
    rows = asked.rows
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
        a, b = (_known(rows, name, row) for name in ("start", "end"))
        return (float(deadlines.elapsed_days(a, b, calendar=calendar, pauses=rows.pairs(row))),)

    (found,) = rows.answered(Question(kernel, alone, (np.empty(rows.count),), (np.nan,)), bad, threads)
    bad.warn()
    return asked.kind.numbers(found)


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
    asked = _asked({"start": start}, calendar, pauses, timezone, threads, goals=read_goals(target, priority))
    rows, goals = asked.rows, asked.goals
    planner = Planner(rows.window, calendar, goals)

    def kernel(piece: Piece) -> tuple[Answers, Bools | None]:
        begun = rows.columns["start"].chunk(piece.rows)
        held, wrong = rows.held(piece, begun)
        due, trouble = _due(planner, piece, begun, held)
        return (due,), _judged(rows, any_of(trouble, wrong), (due,), begun)

    def alone(row: int) -> tuple[int]:
        wanted = goals.of(row)
        if wanted is None:
            return (NEVER,)
        due = deadlines.deadline(_known(rows, "start", row), wanted, calendar=calendar, pauses=rows.pairs(row))
        return (NEVER if due is None else to_micros(due),)

    (found,) = rows.answered(Question(kernel, alone, (np.empty(rows.count, np.int64),), (NEVER,)), bad, threads)
    bad.warn()
    return asked.kind.instants(found, calendar.zone.key)


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
    asked = _asked({"start": start, "at": at}, calendar, pauses, timezone, threads, goals=read_goals(target, priority))
    rows, goals = asked.rows, asked.goals
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
        return (left,), _judged(rows, trouble | (now < begun), (left,), begun, now)

    def alone(row: int) -> tuple[int]:
        wanted = goals.of(row)
        if wanted is None:
            return (NEVER,)
        a, now = (_known(rows, name, row) for name in ("start", "at"))
        return (duration_micros(deadlines.remaining(a, wanted, calendar=calendar, at=now, pauses=rows.pairs(row))),)

    (found,) = rows.answered(Question(kernel, alone, (np.empty(rows.count, np.int64),), (NEVER,)), bad, threads)
    bad.warn()
    return asked.kind.durations(found)


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
    asked = _asked(columns, calendar, pauses, timezone, threads, goals=read_goals(target, priority))
    rows, goals = asked.rows, asked.goals
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
        a, now = (_known(rows, name, row) for name in ("start", "at"))
        finished = None if done is None else rows.instant("done", row)
        return (
            int(deadlines.is_breached(a, wanted, calendar=calendar, at=now, done=finished, pauses=rows.pairs(row))),
        )

    (found,) = rows.answered(Question(kernel, alone, (np.empty(rows.count, np.int8),), (-1,)), bad, threads)
    bad.warn()
    return asked.kind.truths(found)


def is_open(
    at: Any, *, calendar: Calendar, timezone: str | None = None, errors: Errors = "raise", threads: int | None = None
) -> Any:
    """Whether the desk is open at each instant.

    Where an answer is missing, NumPy's callers get a masked array.
    """
    bad = BadRows(errors)
    asked = _asked({"at": at}, calendar, None, timezone, threads)
    rows = asked.rows
    window = rows.window

    def kernel(piece: Piece) -> tuple[Answers, Bools | None]:
        now = rows.columns["at"].chunk(piece.rows)
        span = np.searchsorted(window.opens, now, "right") - 1
        found = (span >= 0) & (now < window.closes[span]) if len(window.opens) else np.zeros(len(now), bool)
        verdict = found.astype(np.int8)
        return (verdict,), _judged(rows, rows.outside(now), (verdict,), now)

    def alone(row: int) -> tuple[int]:
        return (int(calendar.is_open(_known(rows, "at", row))),)

    (found,) = rows.answered(Question(kernel, alone, (np.empty(rows.count, np.int8),), (-1,)), bad, threads)
    bad.warn()
    return asked.kind.truths(found)


def next_open(
    at: Any, *, calendar: Calendar, timezone: str | None = None, errors: Errors = "raise", threads: int | None = None
) -> Any:
    """Each instant itself when the desk is open at it, else its next opening."""
    bad = BadRows(errors)
    asked = _asked({"at": at}, calendar, None, timezone, threads)
    rows = asked.rows
    window = rows.window

    def kernel(piece: Piece) -> tuple[Answers, Bools | None]:
        now = rows.columns["at"].chunk(piece.rows)
        span = np.searchsorted(window.closes, now, "right")  # the first that ends after the instant
        trouble = any_of(rows.outside(now), span >= len(window.opens))
        found = now.copy()
        if len(window.opens):
            found = np.maximum(now, window.opens[np.minimum(span, len(window.opens) - 1)])
        return (found,), _judged(rows, trouble, (found,), now)

    def alone(row: int) -> tuple[int]:
        return (to_micros(calendar.next_open(_known(rows, "at", row))),)

    (found,) = rows.answered(Question(kernel, alone, (np.empty(rows.count, np.int64),), (NEVER,)), bad, threads)
    bad.warn()
    return asked.kind.instants(found, calendar.zone.key)


class _Asked(NamedTuple):
    """What a question is asked of, and the kind of column its answer is to be."""

    rows: Rows
    kind: Kind
    goals: Goals


def _asked(
    columns: dict[str, Any],
    calendar: Calendar,
    pauses: Any,
    timezone: str | None,
    threads: int | None,
    *,
    goals: Goals | None = None,
) -> _Asked:
    goals = goals or Goals([])
    kind = Kind(list(columns.values()))
    read = _read(columns, timezone, threads)
    sizes = [column.size for column in read.values() if column.size is not None]
    if goals.size is not None:
        sizes.append(goals.size)
        if sizes[0] != goals.size:
            raise ColumnError(f"there are {goals.size} targets for {sizes[0]} rows", "give one, or one a row")
    if not sizes or all(column.size is None for column in read.values()):
        raise ColumnError("there is no column among the instants", "use the functions of slaclock for single ones")
    rows = Rows(calendar, read, sizes[0], read_pauses(pauses, sizes[0], timezone), goals)
    return _Asked(rows, kind, goals)


def _read(columns: dict[str, Any], timezone: str | None, threads: int | None) -> dict[str, Instants]:
    """The columns of instants; long ones at once, since each is looked through for its ends."""
    found: dict[str, Instants] = {}

    def read(name: str) -> None:
        found[name] = read_instants(columns[name], name, timezone)

    if workers(threads) > 1 and any(len(column) > CHUNK for column in columns.values() if hasattr(column, "__len__")):
        all_of([partial(read, name) for name in columns])
    else:
        for name in columns:
            read(name)
    return {name: found[name] for name in columns}


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
        counted = high - low - held.covered(scale, high)
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


def _judged(rows: Rows, trouble: Bools | None, answers: Answers, *instants: Ints) -> Bools | None:
    """The trouble without the rows that miss an instant, whose answers are made missing."""
    missing = rows.missing(*instants)
    if missing is None:
        return trouble
    for answer in answers:
        answer[missing] = -1 if answer.dtype == np.int8 else NEVER
    return None if trouble is None else trouble & ~missing


def _known(rows: Rows, name: str, row: int) -> datetime:
    """The instant of a row that is known to have one."""
    at = rows.instant(name, row)
    assert at is not None  # rows that miss one are no trouble
    return at
