"""The cells of a column as texts, instants or whole numbers; of each cell that is none what is wrong with it."""

from __future__ import annotations

import re
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as _compute
from numpy.typing import NDArray

from slaclock.columns.instants import OUTSIDE, out_of_range, read_instants
from slaclock.columns.piecewise import NEVER
from slaclock.errors import InputError, OutOfRangeError, SlaClockError
from slaclock.formats.models import short_repr
from slaclock.temporal.instants import FIRST_INSTANT, LAST_INSTANT, parse_instant, to_micros

pc: Any = _compute  # whose functions are made when it is imported, so that no type checker knows them
_ISO = r"^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?"
_NAIVE, _AWARE = _ISO + "$", _ISO + r"(Z|[+-]\d{2}:\d{2})$"
"""The texts of instants that Arrow reads as Python does."""
_MISSING = ("nat", "nan", "null", "none")
"""Words by which programs write that there is no time."""
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
        texts = column.cast(pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        kind_text = "lists or objects" if pa.types.is_nested(kind) else str(kind)
        raise InputError(f"it is a column of {kind_text}", "give texts") from None
    if _is_text(kind):
        texts = pc.utf8_trim_whitespace(texts)
    empty = pc.equal(texts, "")
    return Cells(pc.if_else(empty, None, texts) if pc.any(empty).as_py() else texts, {})


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


def instant_cells(column: Any, zone: ZoneInfo, time_format: str | None = None) -> Cells:
    """Instants in the zone: texts, or a column of datetimes; those without an offset are read in the zone.

    A column that holds neither is an error.
    """
    column = _plain(column)
    wrong: dict[int, SlaClockError] = {}
    if _is_text(column.type):
        micros, wrong = _micros_of_texts(text_cells(column).array, zone, time_format)
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


def _micros_of_texts(
    texts: Any, zone: ZoneInfo, time_format: str | None
) -> tuple[NDArray[np.int64], dict[int, SlaClockError]]:
    micros = np.full(len(texts), NEVER)
    rest = np.asarray(pc.is_valid(texts).to_numpy())
    if time_format is None:
        for pattern, kind in ((_NAIVE, pa.timestamp("us")), (_AWARE, pa.timestamp("us", "UTC"))):
            if not rest.any():
                break
            known = pc.fill_null(pc.match_substring_regex(texts, pattern), False)
            try:
                read = pc.if_else(known, texts, None).cast(kind)
            except pa.ArrowInvalid:  # a month 13 is somewhere: which row's, Python says
                continue
            values = read_instants(read, "it", zone.key).chunk(slice(0, len(texts)))
            good = known.to_numpy() & (values >= FIRST_INSTANT) & (values <= LAST_INSTANT)
            micros, rest = np.where(good, values, micros), rest & ~good
    wrong: dict[int, SlaClockError] = {}
    parsed: dict[str, int | SlaClockError] = {}
    rows = np.flatnonzero(rest)
    for row, text in zip(rows.tolist(), texts.take(pa.array(rows)).to_pylist(), strict=True):
        if text.casefold() in _MISSING:
            continue
        value = parsed.get(text)
        if value is None:
            value = parsed[text] = _micros_of(text, zone, time_format)
        if isinstance(value, int):
            micros[row] = value
        else:
            wrong[row] = value
    return micros, wrong


def _micros_of(text: str, zone: ZoneInfo, time_format: str | None) -> int | SlaClockError:
    try:
        return to_micros(parse_instant(text, zone, time_format))
    except SlaClockError as error:
        return error


def _plain(column: Any) -> Any:
    """The column without Arrow's ways to save room."""
    return column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column


def _is_text(kind: Any) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


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
