"""Working days by number, and how many there are, for columns of local dates."""

from __future__ import annotations

from datetime import date
from typing import Any, Unpack, overload

import numpy as np

from slaclock.calendar.base import Calendar
from slaclock.errors import SlaClockError
from slaclock.temporal.instants import DAY, EPOCH_DAY

from .chunks import Errors
from .dates import ordinals, read_dates, read_numbers
from .functions import column_of
from .outputs import COUNTS, DATES
from .piecewise import NEVER, Ints
from .rows import Chunk
from .typing import CountArray, DateArray, DateOptions, DatesLike, NumbersLike, SeriesT


@overload
def working_day(dates: SeriesT, n: NumbersLike, **options: Unpack[DateOptions]) -> SeriesT: ...
@overload
def working_day(dates: DateArray, n: NumbersLike, **options: Unpack[DateOptions]) -> DateArray: ...
def working_day(dates: Any, n: Any, *, calendar: Calendar, errors: Errors = "raise", threads: int | None = None) -> Any:
    """The nth working day after each local date, or before it where n is negative; `n` is one number, or one a row.

    With n = 0 it is the date itself where that is a working day, else the next. Dates are datetime64[D], pandas'
    naive midnights or Python's dates, Polars' Date or Arrow's date32, and come back as they are given.

    Raises `ColumnError` for what is no column of dates. A row that cannot be answered raises what the scalar function
    raises, with its number; with `errors="null"` its answer is missing, and a `BadRowsWarning` counts such rows.

    >>> import numpy as np
    >>> from slaclock import Policy
    >>> dates = np.array(["2018-03-29", "2018-04-01"], "datetime64[D]")
    >>> working_day(dates, 1, calendar=Policy.example().calendar)
    array(['2018-04-03', '2018-04-03'], dtype='datetime64[D]')
    """
    numbers = read_numbers(n, "n")

    def kernel(chunk: Chunk) -> Ints:
        day, worked = _days(chunk, "day"), chunk.all.window.dates
        number = numbers.chunk(chunk.rows)
        if number is None or not len(worked):
            chunk.doubt(np.ones(len(chunk), bool))
            return np.full(len(chunk), NEVER)
        first = np.searchsorted(worked, day, "left")
        works = worked[np.minimum(first, len(worked) - 1)] == day
        index = first + number + np.where(number > 0, works - 1, 0)
        chunk.doubt((index < 0) | (index >= len(worked)))
        answer = worked[np.clip(index, 0, len(worked) - 1)] - EPOCH_DAY
        missing = numbers.missing(chunk.rows)
        return answer if missing is None else np.where(missing, NEVER, answer)

    def reach(low: int, high: int) -> tuple[int, int]:
        least, most = numbers.ends
        return _off(calendar, low, least), _off(calendar, high, max(most, 1))

    return column_of(
        DATES, kernel, calendar.working_day, {"day": dates}, read=read_dates, others={"n": numbers}, reach=reach,
        calendar=calendar, errors=errors, threads=threads,
    )  # fmt: skip


@overload
def working_days(first: SeriesT, last: DatesLike, **options: Unpack[DateOptions]) -> SeriesT: ...
@overload
def working_days(first: DateArray, last: DatesLike, **options: Unpack[DateOptions]) -> CountArray: ...
@overload
def working_days(first: date | np.datetime64, last: SeriesT, **options: Unpack[DateOptions]) -> SeriesT: ...
@overload
def working_days(first: date | np.datetime64, last: DateArray, **options: Unpack[DateOptions]) -> CountArray: ...
def working_days(
    first: Any, last: Any, *, calendar: Calendar, errors: Errors = "raise", threads: int | None = None
) -> Any:
    """How many working days lie from one local date to another, both included; whole numbers.

    Where an answer is missing, NumPy's callers get a masked array.

    Raises `ColumnError` for what is no column of dates. A row that cannot be answered raises what the scalar function
    raises, with its number; with `errors="null"` its answer is missing, and a `BadRowsWarning` counts such rows.

    >>> import numpy as np
    >>> from slaclock import Policy
    >>> dates = np.array(["2018-03-29", "2018-04-01"], "datetime64[D]")
    >>> working_days(dates, np.datetime64("2018-04-06"), calendar=Policy.example().calendar)
    array([5, 4])
    """

    def kernel(chunk: Chunk) -> Ints:
        start, end, worked = _days(chunk, "first"), _days(chunk, "last"), chunk.all.window.dates
        chunk.doubt(end < start)
        counted: Ints = np.searchsorted(worked, end, "right") - np.searchsorted(worked, start, "left")
        return counted

    return column_of(
        COUNTS, kernel, calendar.working_days, {"first": first, "last": last}, read=read_dates,
        calendar=calendar, errors=errors, threads=threads,
    )  # fmt: skip


def _days(chunk: Chunk, name: str) -> Ints:
    """The ordinals of a column of dates; what is no date, or lies in no year of the window, is doubted."""
    at, window = chunk[name], chunk.all.window
    day = ordinals(at)
    chunk.doubt(at % DAY != 0, day < date(window.first, 1, 1).toordinal(), day > date(window.last, 12, 31).toordinal())
    return day


def _off(calendar: Calendar, at: int, n: int) -> int:
    """The midnight of the nth working day from an instant; the instant itself where there is no such day."""
    try:
        day = calendar.working_day(date.fromordinal(at // DAY + EPOCH_DAY), n)
    except (SlaClockError, ValueError):
        return at
    return (day.toordinal() - EPOCH_DAY) * DAY
