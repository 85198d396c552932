"""Whether the desk is open at each instant of a column, and when it opens and closes about it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Unpack, overload

import numpy as np
from numpy.typing import NDArray

from slaclock.calendar.base import Calendar

from .chunks import Errors
from .functions import column_of
from .instants import near_the_ends
from .outputs import INSTANTS, TRUTHS
from .piecewise import Ints
from .rows import Chunk
from .typing import InstantArray, InstantList, Options, SeriesT, TruthArray


@overload
def is_open(at: SeriesT, **options: Unpack[Options]) -> SeriesT: ...
@overload
def is_open(at: InstantList, **options: Unpack[Options]) -> list[Any]: ...
@overload
def is_open(at: InstantArray, **options: Unpack[Options]) -> TruthArray: ...
def is_open(
    at: Any, *, calendar: Calendar, timezone: str | None = None, errors: Errors = "raise", threads: int | None = None
) -> Any:
    """Whether the desk is open at each instant.

    Where an answer is missing, NumPy's callers get a masked array.

    Raises `ColumnError` for what is no column of instants. A row that cannot be answered raises what the scalar
    function raises, with its number; with `errors="null"` its answer is missing, and a `BadRowsWarning` counts such
    rows.

    >>> import numpy as np
    >>> from slaclock import Policy
    >>> instants = np.array(["2018-04-06T15:00", "2018-04-06T16:00"], dtype="datetime64[m]")             # UTC
    >>> is_open(instants, calendar=Policy.example().calendar).tolist()
    [True, False]
    """

    def kernel(chunk: Chunk) -> NDArray[np.int8]:
        at, window = chunk["at"], chunk.all.window
        chunk.doubt_outside(at)
        if not len(window.opens):
            return np.zeros(len(chunk), np.int8)
        span = np.searchsorted(window.opens, at, "right") - 1
        return ((span >= 0) & (at < window.closes[span])).astype(np.int8)

    return column_of(
        TRUTHS,
        kernel,
        partial(Calendar.is_open, calendar),
        {"at": at},
        calendar=calendar,
        timezone=timezone,
        errors=errors,
        threads=threads,
    )


@overload
def next_open(at: SeriesT, **options: Unpack[Options]) -> SeriesT: ...
@overload
def next_open(at: InstantList, **options: Unpack[Options]) -> list[Any]: ...
@overload
def next_open(at: InstantArray, **options: Unpack[Options]) -> InstantArray: ...
def next_open(
    at: Any, *, calendar: Calendar, timezone: str | None = None, errors: Errors = "raise", threads: int | None = None
) -> Any:
    """Each instant itself when the desk is open at it, else its next opening.

    Raises `ColumnError` for what is no column of instants. A row that cannot be answered raises what the scalar
    function raises, with its number; with `errors="null"` its answer is missing, and a `BadRowsWarning` counts such
    rows.

    >>> import numpy as np
    >>> from slaclock import Policy
    >>> instants = np.array(["2018-04-06T15:00", "2018-04-06T16:00"], dtype="datetime64[m]")             # UTC
    >>> next_open(instants, calendar=Policy.example().calendar).astype("datetime64[m]").tolist()
    [datetime.datetime(2018, 4, 6, 15, 0), datetime.datetime(2018, 4, 9, 7, 0)]
    """

    def kernel(chunk: Chunk) -> Ints:
        at, window = chunk["at"], chunk.all.window
        span = np.searchsorted(window.closes, at, "right")  # the first that ends after the instant
        chunk.doubt_outside(at)
        chunk.doubt(span >= len(window.opens))
        if not len(window.opens):
            return at.copy()
        opening: Ints = np.maximum(at, window.opens[np.minimum(span, len(window.opens) - 1)])
        return opening

    return column_of(
        INSTANTS,
        kernel,
        partial(Calendar.next_open, calendar),
        {"at": at},
        calendar=calendar,
        timezone=timezone,
        errors=errors,
        threads=threads,
    )


@overload
def next_close(at: SeriesT, **options: Unpack[Options]) -> SeriesT: ...
@overload
def next_close(at: InstantList, **options: Unpack[Options]) -> list[Any]: ...
@overload
def next_close(at: InstantArray, **options: Unpack[Options]) -> InstantArray: ...
def next_close(
    at: Any, *, calendar: Calendar, timezone: str | None = None, errors: Errors = "raise", threads: int | None = None
) -> Any:
    """The next instant after each from which the desk is no longer open; where spans touch nothing ends.

    Raises `NoWorkingTimeError` for a calendar that does not close any more.

    >>> import numpy as np
    >>> from slaclock import Policy
    >>> at = np.array(["2018-04-06T14:00", "2018-04-07T14:00"], "datetime64[m]")
    >>> next_close(at, calendar=Policy.example().calendar).astype("datetime64[m]")
    array(['2018-04-06T15:30', '2018-04-09T16:00'], dtype='datetime64[m]')
    """

    def edge(opens: Ints, closes: Ints, at: Ints) -> tuple[Ints, Ints]:
        return closes, np.searchsorted(closes, at, "right")

    return _edges(edge, Calendar.next_close, at, calendar=calendar, timezone=timezone, errors=errors, threads=threads)


@overload
def previous_open(at: SeriesT, **options: Unpack[Options]) -> SeriesT: ...
@overload
def previous_open(at: InstantList, **options: Unpack[Options]) -> list[Any]: ...
@overload
def previous_open(at: InstantArray, **options: Unpack[Options]) -> InstantArray: ...
def previous_open(
    at: Any, *, calendar: Calendar, timezone: str | None = None, errors: Errors = "raise", threads: int | None = None
) -> Any:
    """The last instant up to each, itself included, from which the desk is open and was not before.

    Raises `NoWorkingTimeError` where it was never open, or always.

    >>> import numpy as np
    >>> from slaclock import Policy
    >>> at = np.array(["2018-04-06T07:00", "2018-04-07T14:00"], "datetime64[m]")
    >>> previous_open(at, calendar=Policy.example().calendar).astype("datetime64[m]")
    array(['2018-04-06T07:00', '2018-04-06T07:00'], dtype='datetime64[m]')
    """

    def edge(opens: Ints, closes: Ints, at: Ints) -> tuple[Ints, Ints]:
        return opens, np.searchsorted(opens, at, "right") - 1

    return _edges(
        edge, Calendar.previous_open, at, calendar=calendar, timezone=timezone, errors=errors, threads=threads
    )


@overload
def previous_close(at: SeriesT, **options: Unpack[Options]) -> SeriesT: ...
@overload
def previous_close(at: InstantList, **options: Unpack[Options]) -> list[Any]: ...
@overload
def previous_close(at: InstantArray, **options: Unpack[Options]) -> InstantArray: ...
def previous_close(
    at: Any, *, calendar: Calendar, timezone: str | None = None, errors: Errors = "raise", threads: int | None = None
) -> Any:
    """The last instant before each from which the desk was no longer open.

    Raises `NoWorkingTimeError` where it was never open, or always.

    >>> import numpy as np
    >>> from slaclock import Policy
    >>> at = np.array(["2018-04-06T15:30", "2018-04-07T14:00"], "datetime64[m]")
    >>> previous_close(at, calendar=Policy.example().calendar).astype("datetime64[m]")
    array(['2018-04-05T16:00', '2018-04-06T15:30'], dtype='datetime64[m]')
    """

    def edge(opens: Ints, closes: Ints, at: Ints) -> tuple[Ints, Ints]:
        return closes, np.searchsorted(closes, at, "left") - 1

    return _edges(
        edge, Calendar.previous_close, at, calendar=calendar, timezone=timezone, errors=errors, threads=threads
    )


def _edges(
    edge: Callable[[Ints, Ints, Ints], tuple[Ints, Ints]],
    scalar: Callable[..., Any],
    at: Any,
    *,
    calendar: Calendar,
    timezone: str | None,
    errors: Errors,
    threads: int | None,
) -> Any:
    """Openings or closings about each instant: `edge` says of which of the two, and the number of each row's."""

    def kernel(chunk: Chunk) -> Ints:
        opens, closes = chunk.all.window.runs(calendar.timetable)
        chunk.doubt_outside(chunk["at"])
        edges, number = edge(opens, closes, chunk["at"])
        chunk.doubt((number < 0) | (number >= len(edges)))
        if not len(edges):
            return chunk["at"].copy()
        answer: Ints = edges[np.clip(number, 0, len(edges) - 1)]
        chunk.doubt(near_the_ends(answer))
        return answer

    return column_of(
        INSTANTS, kernel, partial(scalar, calendar), {"at": at},
        calendar=calendar, timezone=timezone, errors=errors, threads=threads,
    )  # fmt: skip
