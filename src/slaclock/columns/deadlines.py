"""The answers for whole columns; each is what the scalar function of the same name says of every row."""

from __future__ import annotations

from functools import partial
from typing import Any, Unpack, overload

import numpy as np
from numpy.typing import NDArray

from slaclock.calendar.base import Calendar
from slaclock.clock import deadlines
from slaclock.temporal.durations import Unit

from .arrays import OUT
from .budgets import reach_back
from .chunks import Errors
from .clocks import ArrayClock
from .functions import column_of
from .outputs import INSTANTS, NUMBERS, TRUTHS
from .piecewise import NEVER, Ints
from .rows import Chunk
from .targets import read_targets
from .typing import (
    BreachOptions,
    ClockOptions,
    DurationArray,
    Instant,
    InstantArray,
    InstantList,
    InstantsLike,
    NumberArray,
    SeriesT,
    TargetOptions,
    TargetsLike,
    TruthArray,
)
from .units import check_unit, lengths_in


@overload
def elapsed(start: SeriesT, end: InstantsLike, **options: Unpack[ClockOptions]) -> SeriesT: ...
@overload
def elapsed(start: InstantList, end: InstantsLike, **options: Unpack[ClockOptions]) -> list[Any]: ...
@overload
def elapsed(start: InstantArray, end: InstantsLike, **options: Unpack[ClockOptions]) -> DurationArray: ...
@overload
def elapsed(start: Instant, end: SeriesT, **options: Unpack[ClockOptions]) -> SeriesT: ...
@overload
def elapsed(start: Instant, end: InstantArray, **options: Unpack[ClockOptions]) -> DurationArray: ...
@overload
def elapsed(start: SeriesT, end: InstantsLike, *, unit: Unit | None, **options: Unpack[ClockOptions]) -> SeriesT: ...
@overload
def elapsed(
    start: InstantList, end: InstantsLike, *, unit: Unit | None, **options: Unpack[ClockOptions]
) -> list[Any]: ...
@overload
def elapsed(start: InstantArray, end: InstantsLike, *, unit: Unit, **options: Unpack[ClockOptions]) -> NumberArray: ...
@overload
def elapsed(start: Instant, end: SeriesT, *, unit: Unit | None, **options: Unpack[ClockOptions]) -> SeriesT: ...
@overload
def elapsed(start: Instant, end: InstantArray, *, unit: Unit, **options: Unpack[ClockOptions]) -> NumberArray: ...
def elapsed(
    start: Any,
    end: Any,
    *,
    calendar: Calendar,
    pauses: Any = None,
    unit: Unit | None = None,
    timezone: str | None = None,
    errors: Errors = "raise",
    threads: int | None = None,
) -> Any:
    """The service hours between the instants of two columns, or of a column and one instant.

    They are durations, or with `unit="hours"` floats; with `unit="days"` they are service days, as `elapsed_days` has
    them.

    Raises `ColumnError` for what is no column of instants. A row that cannot be answered raises what the scalar
    function raises, with its number; with `errors="null"` its answer is missing, and a `BadRowsWarning` counts such
    rows.

    >>> import numpy as np
    >>> from slaclock import Policy
    >>> opened = np.array(["2018-04-06T14:00", "2018-04-09T09:00"], "datetime64[s]")
    >>> elapsed(opened, np.datetime64("2018-04-09T10:00"), calendar=Policy.example().calendar)
    array([16200000000,  3600000000], dtype='timedelta64[us]')
    >>> elapsed(opened, np.datetime64("2018-04-09T10:00"), calendar=Policy.example().calendar, unit="hours")
    array([4.5, 1. ])
    """
    check_unit(unit)
    options: dict[str, Any] = {"calendar": calendar, "pauses": pauses, "timezone": timezone}
    if unit == "days":
        return elapsed_days(start, end, **options, errors=errors, threads=threads)

    def kernel(chunk: Chunk) -> Ints:
        return _counted(chunk, chunk.all.hours)

    return column_of(
        lengths_in(unit), kernel, partial(deadlines.elapsed, calendar=calendar), {"start": start, "end": end},
        **options, errors=errors, threads=threads,
    )  # fmt: skip


@overload
def elapsed_days(start: SeriesT, end: InstantsLike, **options: Unpack[ClockOptions]) -> SeriesT: ...
@overload
def elapsed_days(start: InstantList, end: InstantsLike, **options: Unpack[ClockOptions]) -> list[Any]: ...
@overload
def elapsed_days(start: InstantArray, end: InstantsLike, **options: Unpack[ClockOptions]) -> NumberArray: ...
@overload
def elapsed_days(start: Instant, end: SeriesT, **options: Unpack[ClockOptions]) -> SeriesT: ...
@overload
def elapsed_days(start: Instant, end: InstantArray, **options: Unpack[ClockOptions]) -> NumberArray: ...
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

    Raises `ColumnError` for what is no column of instants. A row that cannot be answered raises what the scalar
    function raises, with its number; with `errors="null"` its answer is missing, and a `BadRowsWarning` counts such
    rows.

    >>> import numpy as np
    >>> from slaclock import Policy
    >>> opened = np.array(["2018-04-06T07:00", "2018-04-09T12:30"], "datetime64[s]")
    >>> elapsed_days(opened, np.datetime64("2018-04-09T20:00"), calendar=Policy.example().calendar).round(3)
    array([2.   , 0.389])
    """

    def kernel(chunk: Chunk) -> NDArray[np.float64]:
        days = chunk.all.days
        if days is None:
            chunk.doubt(np.ones(len(chunk), bool))
            return np.zeros(len(chunk))
        return days.days(_counted(chunk, days))

    return column_of(
        NUMBERS, kernel, partial(deadlines.elapsed_days, calendar=calendar), {"start": start, "end": end},
        calendar=calendar, pauses=pauses, timezone=timezone, errors=errors, threads=threads,
    )  # fmt: skip


@overload
def deadline(start: SeriesT, target: TargetsLike, **options: Unpack[TargetOptions]) -> SeriesT: ...
@overload
def deadline(start: InstantList, target: TargetsLike, **options: Unpack[TargetOptions]) -> list[Any]: ...
@overload
def deadline(start: InstantArray, target: TargetsLike, **options: Unpack[TargetOptions]) -> InstantArray: ...
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

    Raises `ColumnError` for what is no column of instants. A row that cannot be answered raises what the scalar
    function raises, with its number; with `errors="null"` its answer is missing, and a `BadRowsWarning` counts such
    rows.

    >>> import numpy as np
    >>> from slaclock import Policy
    >>> opened = np.array(["2018-04-06T14:00", "2018-04-09T09:00"], "datetime64[s]")
    >>> deadline(opened, ["2 hours", "1 day"], calendar=Policy.example().calendar)
    array(['2018-04-09T07:30:00.000000', '2018-04-10T09:00:00.000000'],
          dtype='datetime64[us]')
    """

    def kernel(chunk: Chunk) -> Ints:
        return _due(chunk, chunk["start"])

    return column_of(
        INSTANTS, kernel, partial(deadlines.deadline, calendar=calendar), {"start": start},
        targets=read_targets(target, priority),
        calendar=calendar, pauses=pauses, timezone=timezone, errors=errors, threads=threads,
    )  # fmt: skip


@overload
def remaining(
    start: SeriesT, target: TargetsLike, *, at: InstantsLike, **options: Unpack[TargetOptions]
) -> SeriesT: ...
@overload
def remaining(
    start: InstantList, target: TargetsLike, *, at: InstantsLike, **options: Unpack[TargetOptions]
) -> list[Any]: ...
@overload
def remaining(
    start: InstantArray, target: TargetsLike, *, at: InstantsLike, **options: Unpack[TargetOptions]
) -> DurationArray: ...
@overload
def remaining(start: Instant, target: TargetsLike, *, at: SeriesT, **options: Unpack[TargetOptions]) -> SeriesT: ...
@overload
def remaining(
    start: Instant, target: TargetsLike, *, at: InstantArray, **options: Unpack[TargetOptions]
) -> DurationArray: ...
@overload
def remaining(
    start: SeriesT, target: TargetsLike, *, at: InstantsLike, unit: Unit | None, **options: Unpack[TargetOptions]
) -> SeriesT: ...
@overload
def remaining(
    start: InstantList, target: TargetsLike, *, at: InstantsLike, unit: Unit | None, **options: Unpack[TargetOptions]
) -> list[Any]: ...
@overload
def remaining(
    start: InstantArray, target: TargetsLike, *, at: InstantsLike, unit: Unit, **options: Unpack[TargetOptions]
) -> NumberArray: ...
@overload
def remaining(
    start: Instant, target: TargetsLike, *, at: SeriesT, unit: Unit | None, **options: Unpack[TargetOptions]
) -> SeriesT: ...
@overload
def remaining(
    start: Instant, target: TargetsLike, *, at: InstantArray, unit: Unit, **options: Unpack[TargetOptions]
) -> NumberArray: ...
def remaining(
    start: Any,
    target: Any,
    *,
    calendar: Calendar,
    at: Any,
    priority: Any = None,
    pauses: Any = None,
    unit: Unit | None = None,
    timezone: str | None = None,
    errors: Errors = "raise",
    threads: int | None = None,
) -> Any:
    """The open time from `at` to the due date that would hold if every pause ended at `at`; negative once overdue.

    It is a duration, or with `unit="hours"` a float; with `unit="days"` it is the number of service days, also of a
    target in hours.

    Raises `ColumnError` for what is no column of instants. A row that cannot be answered raises what the scalar
    function raises, with its number; with `errors="null"` its answer is missing, and a `BadRowsWarning` counts such
    rows.

    >>> import numpy as np
    >>> from slaclock import Policy
    >>> opened, now = np.array(["2018-04-06T14:00"], "datetime64[s]"), np.datetime64("2018-04-09T10:00")
    >>> desk = Policy.example().calendar
    >>> remaining(opened, "2 days", at=now, calendar=desk, unit="hours").round(2)
    array([13.41])
    >>> remaining(opened, "2 days", at=now, calendar=desk, unit="days").round(2)
    array([1.49])
    """
    check_unit(unit)
    is_days = unit == "days"

    def kernel(chunk: Chunk) -> NDArray[Any]:
        begun, now = chunk["start"], chunk["at"]
        doubtful = now < begun
        days = chunk.all.days if is_days else None
        if is_days and days is None:
            chunk.doubt(np.ones(len(chunk), bool))
            return np.zeros(len(chunk))
        answers = np.full(len(chunk), np.nan) if is_days else np.full(len(chunk), NEVER)
        start = chunk.clock_starts(begun)
        for rows, budgets, paused in chunk.budgets(start, chunk.pauses(start)):
            due, doubt = budgets.due(None if paused is None else paused.until(now[rows]))
            clock: ArrayClock = chunk.all.hours if budgets.clock.bounded else budgets.clock
            length = (clock if days is None else days).at(due) - (clock if days is None else days).at(now[rows])
            answers[rows] = length if days is None else days.days(length)
            doubtful[rows] |= doubt
            if budgets.clock.bounded or is_days:
                doubtful[rows] |= budgets.window.outside(due) | budgets.window.outside(now[rows])
        chunk.doubt(doubtful)
        return answers

    scalar = deadlines.remaining_days if is_days else deadlines.remaining
    return column_of(
        lengths_in(unit), kernel, partial(scalar, calendar=calendar), {"start": start, "at": at},
        targets=read_targets(target, priority),
        calendar=calendar, pauses=pauses, timezone=timezone, errors=errors, threads=threads,
    )  # fmt: skip


@overload
def is_breached(
    start: SeriesT, target: TargetsLike, *, at: InstantsLike, **options: Unpack[BreachOptions]
) -> SeriesT: ...
@overload
def is_breached(
    start: InstantList, target: TargetsLike, *, at: InstantsLike, **options: Unpack[BreachOptions]
) -> list[Any]: ...
@overload
def is_breached(
    start: InstantArray, target: TargetsLike, *, at: InstantsLike, **options: Unpack[BreachOptions]
) -> TruthArray: ...
@overload
def is_breached(start: Instant, target: TargetsLike, *, at: SeriesT, **options: Unpack[BreachOptions]) -> SeriesT: ...
@overload
def is_breached(
    start: Instant, target: TargetsLike, *, at: InstantArray, **options: Unpack[BreachOptions]
) -> TruthArray: ...
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

    Raises `ColumnError` for what is no column of instants. A row that cannot be answered raises what the scalar
    function raises, with its number; with `errors="null"` its answer is missing, and a `BadRowsWarning` counts such
    rows.

    >>> import numpy as np
    >>> from slaclock import Policy
    >>> opened = np.array(["2018-04-09T09:00", "2018-04-09T13:00"], dtype="datetime64[m]")               # UTC
    >>> now = np.datetime64("2018-04-09T14:00")
    >>> is_breached(opened, "2 hours", calendar=Policy.example().calendar, at=now).tolist()
    [True, False]
    """
    targets = read_targets(target, priority)

    def kernel(chunk: Chunk) -> NDArray[np.int8]:
        begun, seen = chunk["start"], chunk["at"]
        chunk.doubt(seen < begun)
        if "done" in chunk:
            done = chunk["done"]
            is_done = done != NEVER
            chunk.doubt(is_done & (done < begun))
            seen = np.where(is_done, np.minimum(seen, done), seen)
        due = _due(chunk, begun)
        late = np.where(targets.strict(chunk.rows), seen >= due, seen > due) & (due != NEVER)
        return np.where(targets.missing(chunk.rows), -1, late).astype(np.int8)

    return column_of(
        TRUTHS, kernel, partial(deadlines.is_breached, calendar=calendar), {"start": start, "at": at, "done": done},
        optional=["done"], targets=targets,
        calendar=calendar, pauses=pauses, timezone=timezone, errors=errors, threads=threads,
    )  # fmt: skip


@overload
def subtract(end: SeriesT, target: TargetsLike, **options: Unpack[TargetOptions]) -> SeriesT: ...
@overload
def subtract(end: InstantList, target: TargetsLike, **options: Unpack[TargetOptions]) -> list[Any]: ...
@overload
def subtract(end: InstantArray, target: TargetsLike, **options: Unpack[TargetOptions]) -> InstantArray: ...
def subtract(
    end: Any,
    target: Any,
    *,
    calendar: Calendar,
    priority: Any = None,
    pauses: Any = None,
    timezone: str | None = None,
    errors: Errors = "raise",
    threads: int | None = None,
) -> Any:
    """The latest start from which each row's target is used up by `end`, outside the row's pauses.

    `target` is what `deadline` takes. Days that end at a moment of their last day have no such start: `TargetError`.

    >>> import numpy as np
    >>> from slaclock import Policy
    >>> due = np.array(["2018-04-09T07:30", "2018-04-10T09:00"], "datetime64[m]")
    >>> subtract(due, ["2 hours", "1 day"], calendar=Policy.example().calendar).astype("datetime64[m]")
    array(['2018-04-06T14:00', '2018-04-09T09:00'], dtype='datetime64[m]')
    """
    targets = read_targets(target, priority)

    def kernel(chunk: Chunk) -> Ints:
        ended = chunk["end"]
        pauses = chunk.pauses(np.full(len(chunk), -OUT))
        starts = np.full(len(chunk), NEVER)
        doubtful = np.zeros(len(chunk), bool)
        for rows, budgets, own in chunk.budgets(ended, None if pauses is None else pauses.until(ended)):
            starts[rows], doubtful[rows] = budgets.latest_start(own)
        chunk.doubt(doubtful)
        return chunk.latest_arrivals(starts)

    def reach(low: int, high: int) -> tuple[int, int]:
        return reach_back(calendar, targets, low), high

    return column_of(
        INSTANTS, kernel, partial(deadlines.subtract, calendar=calendar), {"end": end}, reach=reach, targets=targets,
        calendar=calendar, pauses=pauses, timezone=timezone, errors=errors, threads=threads,
    )  # fmt: skip


def _counted(chunk: Chunk, clock: ArrayClock) -> Ints:
    """What a clock counts from start to end outside the pauses."""
    start, end = chunk["start"], chunk["end"]
    backward = end < start
    if backward.any():
        chunk.doubt(backward)
    chunk.doubt_outside(start, end)
    low, high = clock.at(start), clock.at(end)
    pauses = chunk.pauses(start)
    if pauses is None:
        return np.subtract(high, low, out=high)
    return high - low - pauses.covered(clock, low, high)


def _due(chunk: Chunk, arrived: Ints) -> Ints:
    """The due instants of the rows, `NEVER` where there is no target, or where an open pause holds it."""
    due = np.full(len(chunk), NEVER)
    doubtful = np.zeros(len(chunk), bool)
    start = chunk.clock_starts(arrived)
    for rows, budgets, own in chunk.budgets(start, chunk.pauses(start)):
        if isinstance(rows, slice):  # all of them, and no array need be filled
            due, doubtful = budgets.due(own)
        else:
            due[rows], doubtful[rows] = budgets.due(own)
    chunk.doubt(doubtful)
    return due
