"""NumPy's arrays: instants and lengths as whole microseconds of any unit, byte order and mask; and rows' numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from slaclock.errors import ColumnError
from slaclock.temporal.instants import DAY, LAST_INSTANT

from .piecewise import NEVER, Ints

OUT = LAST_INSTANT + 7 * DAY
"""An instant farther than any that a datetime has, and near enough to add a few to one another."""
MOST = 1 << 61
"""A length that no window holds, and that can be added to any place."""
_MICROS = {
    "W": 7 * DAY, "D": DAY, "h": DAY // 24, "m": 60_000_000, "s": 1_000_000, "ms": 1_000, "us": 1,
}  # fmt: skip
_PER_MICRO = {"ns": 10**3, "ps": 10**6, "fs": 10**9, "as": 10**12}


def plain_array(array: NDArray[Any]) -> NDArray[Any]:
    """An array in this machine's byte order, in one piece; what is masked of instants or lengths of time is NaT."""
    if isinstance(array, np.ma.MaskedArray):
        array = np.where(np.ma.getmaskarray(array), np.array("NaT", array.dtype), array.data)
    return np.ascontiguousarray(array, array.dtype.newbyteorder("="))


def cells_of(column: Any) -> list[Any]:
    """The cells of a list or of a NumPy array as Python has them; None for a masked one."""
    return list(column.tolist() if isinstance(column, np.ndarray) else column)


def instant_micros(raw: NDArray[Any]) -> Ints:
    """The microseconds of datetimes of any unit; what is too far away to have any is cut to just out of range."""
    unit, step = np.datetime_data(raw.dtype)
    ints = raw.view(np.int64)
    if unit in ("Y", "M"):  # of no fixed length: NumPy counts those that are near enough
        most = 8_100 * (12 if unit == "M" else 1) // step + 1
        near = np.clip(ints, -most, most).view(raw.dtype).astype("M8[us]").view(np.int64)
        return np.where(ints == NEVER, NEVER, np.clip(near, -OUT, OUT))
    return _scaled(ints, unit, step, OUT)


def length_micros(raw: NDArray[Any], name: str) -> Ints:
    """The microseconds of lengths of time, none of them farther from 0 than `MOST`."""
    raw = plain_array(raw)
    unit, step = np.datetime_data(raw.dtype)
    if unit in ("Y", "M", "generic"):
        problem = {"Y": "years, which have no fixed length", "M": "months, which have no fixed length"}
        raise ColumnError(f"{name} is in {problem.get(unit, 'no unit')}", "give hours or days, e.g. timedelta64[h]")
    return _scaled(raw.view(np.int64), unit, step, MOST)


def _scaled(ints: Ints, unit: str, step: int, most: int) -> Ints:
    """Numbers of a unit as microseconds, cut to `most` either way."""
    if unit in _MICROS:
        per = _MICROS[unit] * step
        largest = most // per + 1 if per <= most else 1
        out: Ints = np.clip(ints, -largest, largest) * min(per, most)
    elif step == 1:
        out = ints // _PER_MICRO[unit]
    else:  # by Python's own numbers, since these products of a rare unit may fit no other
        per = _PER_MICRO[unit]
        out = np.array([max(-most, min(most, number * step // per)) for number in ints.tolist()], np.int64)
    return np.where(ints == NEVER, NEVER, np.clip(out, -most, most))


def repeated(entry_row: Ints, rows: Ints, count: int) -> tuple[Ints, Ints]:
    """The entries of some of so many rows, which may come again: the number of each, and its place among the rows."""
    order = np.argsort(entry_row, kind="stable")
    many = np.bincount(entry_row, minlength=count)
    first = np.cumsum(many) - many
    own = many[rows]
    place = np.repeat(np.arange(len(rows)), own)
    within = np.arange(len(place)) - np.repeat(np.cumsum(own) - own, own)
    number: Ints = order[first[rows][place] + within]
    return number, place


def renumbered(rows: Ints, count: int) -> Ints:
    """For each of so many rows its number among some of them, -1 where it is none of these."""
    number = np.full(count, -1)
    number[rows] = np.arange(len(rows))
    return number
