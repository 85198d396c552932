"""Whether the desk is open at each instant of a column, and when it opens next."""

from __future__ import annotations

from typing import Any, Unpack, overload

import numpy as np
from numpy.typing import NDArray

from slaclock.calendar.base import Calendar

from .chunks import Errors
from .functions import column_of
from .outputs import INSTANTS, TRUTHS
from .piecewise import Ints
from .rows import Chunk
from .typing import InstantArray, Options, SeriesT, TruthArray


@overload
def is_open(at: SeriesT, **options: Unpack[Options]) -> SeriesT: ...
@overload
def is_open(at: InstantArray, **options: Unpack[Options]) -> TruthArray: ...
def is_open(
    at: Any, *, calendar: Calendar, timezone: str | None = None, errors: Errors = "raise", threads: int | None = None
) -> Any:
    """Whether the desk is open at each instant.

    Where an answer is missing, NumPy's callers get a masked array.
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
        calendar.is_open,
        {"at": at},
        calendar=calendar,
        timezone=timezone,
        errors=errors,
        threads=threads,
    )


@overload
def next_open(at: SeriesT, **options: Unpack[Options]) -> SeriesT: ...
@overload
def next_open(at: InstantArray, **options: Unpack[Options]) -> InstantArray: ...
def next_open(
    at: Any, *, calendar: Calendar, timezone: str | None = None, errors: Errors = "raise", threads: int | None = None
) -> Any:
    """Each instant itself when the desk is open at it, else its next opening."""

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
        calendar.next_open,
        {"at": at},
        calendar=calendar,
        timezone=timezone,
        errors=errors,
        threads=threads,
    )
