"""The cells of a column as texts, instants or whole numbers; of each cell that is none what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as _compute

from slaclock.columns.instants import OUTSIDE, out_of_range, read_instants
from slaclock.columns.piecewise import NEVER
from slaclock.errors import InputError, OutOfRangeError, SlaClockError
from slaclock.formats.models import short_repr
from slaclock.temporal.instants import is_missing

from .times import read_times

pc: Any = _compute  # whose functions are made when it is imported, so that no type checker knows them
_WHOLE_NUMBER = re.compile(r"[+-]?[0-9]{1,18}")


class Cells(NamedTuple):
    """A column, and what is wrong in some of its rows, where it has nothing."""

    array: Any
    wrong: dict[int, SlaClockError]


def text_cells(column: Any) -> Cells:
    """Texts without spaces round them; an empty one is missing. A column that holds no texts or numbers is an error."""
    column = _plain(column)
    kind = column.type
    if pa.types.is_floating(kind):  # as pandas has whole numbers where one is missing
        column = pc.if_else(pc.is_nan(column), None, column)
        whole = pc.all(pc.fill_null(pc.equal(column, pc.floor(column)), True)).as_py()
        if whole and (pc.max(pc.abs(column)).as_py() or 0) < 2**53:
            column = column.cast(pa.int64())
    try:
        texts = _written(column) if pa.types.is_floating(column.type) else column.cast(pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        kind_text = "lists or objects" if pa.types.is_nested(kind) else str(kind)
        raise InputError(f"it is a column of {kind_text}", "give texts") from None
    if _is_text(kind):
        texts = pc.utf8_trim_whitespace(texts)
    empty = pc.equal(texts, "")
    return Cells(pc.if_else(empty, None, texts) if pc.any(empty).as_py() else texts, {})


def _written(numbers: Any) -> Any:
    """Numbers as they are written without an exponent, which Arrow gives to long ones."""
    texts = (None if is_missing(value) else f"{Decimal(repr(value)):f}" for value in numbers.to_pylist())
    return pa.chunked_array([pa.array(texts, pa.string())])


def number_cells(column: Any) -> Cells:
    """Whole numbers, given as such or as texts."""
    if pa.types.is_integer(column.type):
        return Cells(column.cast(pa.int64()), {})
    numbers: list[int | None] = []
    wrong: dict[int, SlaClockError] = {}
    for row, value in enumerate(text_cells(column).array.to_pylist()):
        good = value is not None and _WHOLE_NUMBER.fullmatch(value)
        if value is not None and not good:
            wrong[row] = InputError(f"{short_repr(value)} is no whole number", "number the rows 1, 2, 3", value=value)
        numbers.append(int(value) if value is not None and good else None)
    return Cells(pa.chunked_array([pa.array(numbers, pa.int64())]), wrong)


def instant_cells(column: Any, zone: ZoneInfo, forms: Sequence[str] = ()) -> Cells:
    """Instants in the zone: texts in one of the forms, or a column of datetimes; local times are read in the zone.

    A column that holds neither is an error, and so is one of days, which have no time; numbers are read like texts.
    """
    column = _plain(column)
    wrong: dict[int, SlaClockError] = {}
    if pa.types.is_date(column.type) and column.null_count < len(column):
        raise InputError("it is a column of days, which have no time of day", "give a column of datetimes or texts")
    if _is_text(column.type) or _is_number(column.type):
        micros, wrong = read_times(text_cells(column).array, zone, forms)
    else:
        try:
            micros = read_instants(column, "it", zone.key).chunk(slice(0, len(column)))
        except SlaClockError as error:
            raise InputError(error.problem, error.remedy) from None
    outside = out_of_range(micros)
    if outside.any():
        wrong |= {row: OutOfRangeError(*OUTSIDE) for row in np.flatnonzero(outside).tolist()}
        micros = np.where(outside, NEVER, micros)
    array = pa.array(micros.view("M8[us]")).cast(pa.timestamp("us", zone.key))
    return Cells(pa.chunked_array([array]), wrong)


def _plain(column: Any) -> Any:
    """The column without Arrow's ways to save room."""
    return column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column


def _is_text(kind: Any) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _is_number(kind: Any) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def plain_cell(cell: Any) -> Any:
    """A cell as Python has it: an instant that is none in its zone, at the ends of time, in UTC, or as its number."""
    try:
        return cell.as_py()
    except (OverflowError, ValueError):
        pass
    try:
        return cell.cast(pa.timestamp("us", "UTC")).as_py()
    except (OverflowError, ValueError, pa.ArrowException):
        return cell.value
