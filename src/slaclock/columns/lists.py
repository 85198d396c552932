"""Lists where columns are taken: of datetimes or ISO 8601 texts, and lists of plain values as answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, TypeGuard

import numpy as np
from numpy.typing import NDArray

from slaclock.errors import NaiveDatetimeError, SlaClockError
from slaclock.temporal.instants import (
    EPOCH_DAY,
    find_zone,
    from_micros,
    is_missing,
    micros_of,
    parse_instant,
    to_micros,
)

from .piecewise import NEVER, Ints


def is_list(column: object) -> TypeGuard[Sequence[Any]]:
    """Whether a column is a list or a tuple."""
    return isinstance(column, (list, tuple))


def list_micros(values: Sequence[Any], name: str, timezone: str | None) -> NDArray[np.datetime64]:
    """The instants of a list; what has no offset is read in `timezone`, as in every column."""
    zone = None if timezone is None else find_zone(timezone)

    def micros(value: Any) -> int:
        if is_missing(value):
            return NEVER
        if zone is not None and isinstance(value, str):
            return to_micros(parse_instant(value, zone))
        if zone is not None and isinstance(value, datetime) and value.tzinfo is None:
            return to_micros(value.replace(tzinfo=zone, fold=0))
        return micros_of(value)

    answer = np.empty(len(values), np.int64)
    for row, value in enumerate(values):
        try:
            answer[row] = micros(value)
        except SlaClockError as error:
            if isinstance(error, NaiveDatetimeError) and timezone is None:
                error = NaiveDatetimeError(error.problem, "give it one, or name the zone: timezone='Europe/London'")
            placed = error.within(name, f"row {row}")
            placed.row = row
            raise placed from None
    return answer.view("M8[us]")


class ListColumn:
    """Lists of Python's own values; None where one is missing."""

    def instants(self, micros: Ints, zone: str) -> list[datetime | None]:
        """Aware datetimes in the zone."""
        own = find_zone(zone)
        return [None if value == NEVER else from_micros(value, own) for value in micros.tolist()]

    def durations(self, micros: Ints) -> list[timedelta | None]:
        """Lengths of time."""
        return [None if value == NEVER else timedelta(microseconds=value) for value in micros.tolist()]

    def numbers(self, values: NDArray[np.float64]) -> list[float | None]:
        """Floats."""
        return [None if value != value else value for value in values.tolist()]  # noqa: PLR0124 - as NaN is

    def truths(self, values: NDArray[np.int8]) -> list[bool | None]:
        """True and false."""
        return [None if value < 0 else value > 0 for value in values.tolist()]

    def categories(self, codes: NDArray[np.int8], names: Sequence[str]) -> list[str | None]:
        """Texts."""
        words: list[str] = list(names)
        return [None if code < 0 else words[code] for code in codes.tolist()]

    def counts(self, values: Ints) -> list[int | None]:
        """Whole numbers."""
        return [None if value == NEVER else value for value in values.tolist()]

    def dates(self, days: Ints) -> list[date | None]:
        """Dates."""
        return [None if day == NEVER else date.fromordinal(day + EPOCH_DAY) for day in days.tolist()]
