"""The forms in which desks write times, and how columns of them are read.

A form is ISO 8601 (`iso`), seconds or milliseconds since 1970 (`epoch`, `epoch_ms`), Excel's serial numbers of days
(`excel`), or a format of `datetime.strptime`. Where there are several, a text must be one instant by all that can read
it: which of two readings is meant no one can know. Of several forms of numbers each reads those with as many digits as
it has in our times.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as _compute
from numpy.typing import NDArray

from slaclock.columns.instants import read_instants
from slaclock.columns.piecewise import NEVER
from slaclock.errors import InstantTextError, SlaClockError
from slaclock.temporal.instants import FIRST_INSTANT, LAST_INSTANT, from_micros, parse_instant, to_micros

from .fast_formats import local_times
from .time_forms import EPOCH, EPOCH_MS, EXCEL, ISO, NUMBERS

pc: Any = _compute  # whose functions are made when it is imported, so that no type checker knows them
_ISO = r"^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?"
_NAIVE, _AWARE = _ISO + "$", _ISO + r"(Z|[+-]\d{2}:\d{2})$"
"""The texts of instants that Arrow reads as Python does."""
_MISSING = ("nat", "nan", "null", "none")
"""Words by which programs write that there is no time."""
_WHOLE = r"^-?\d{1,13}$"
_NUMBER = re.compile(r"-?\d{1,16}(?:[.,]\d{1,20})?")
_DIGITS = {EXCEL: "1,7", EPOCH: "8,11", EPOCH_MS: "12,16"}
"""How many digits a number has before its point, where a column may have several of these forms."""
_MICROS = {EPOCH: 1_000_000, EPOCH_MS: 1_000}
_SERIALS_FROM = datetime(1899, 12, 30)
_FIRST_SERIAL, _LAST_SERIAL = 61, 2_958_465  # 1 March 1900, before which Excel has a day too many, to the end of 9999
_DAY_MS = 86_400_000


class Times(NamedTuple):
    """The instants of texts in microseconds, `NEVER` where there is none, and what is wrong with some."""

    micros: NDArray[np.int64]
    wrong: dict[int, SlaClockError]


def read_times(texts: Any, zone: ZoneInfo, forms: Sequence[str] = ()) -> Times:
    """The instants of a column of texts in one of the forms, by default ISO 8601; local times are in the zone."""
    nothing = pc.is_in(pc.utf8_lower(texts), value_set=pa.array(_MISSING))
    texts = pc.if_else(nothing, None, texts)
    if len(forms) <= 1:
        return _in_form(texts, zone, forms[0] if forms else ISO)
    # Only what begins with a year can be ISO 8601.
    dated = pc.if_else(_matches(texts, r"^[+-]?\d{4}"), texts, None)
    readings = [_in_form(dated if form == ISO else texts, zone, form) for form in forms]
    micros = np.full(len(texts), NEVER)
    wrong: dict[int, SlaClockError] = {}
    readable: dict[str, NDArray[np.int64]] = {}
    different = np.zeros(len(texts), bool)
    several = len(set(NUMBERS) & {*forms}) > 1
    for form, reading in zip(forms, readings, strict=True):
        values = reading.micros
        if form == ISO:  # to which a long number may look like a date
            values = np.where(_match(texts, r"^-?\d+([.,]\d+)?$"), NEVER, values)
        elif several and form in _DIGITS:
            values = np.where(_match(texts, rf"^-?\d{{{_DIGITS[form]}}}([.,]\d+)?$"), values, NEVER)
        readable[form] = values
        different |= (micros != NEVER) & (values != NEVER) & (micros != values)
        micros = np.where(micros == NEVER, values, micros)
    for row in np.flatnonzero(different).tolist():
        wrong[row] = _different(texts[row].as_py(), row, readable, zone)
        micros[row] = NEVER
    unread = (micros == NEVER) & pc.is_valid(texts).to_numpy() & ~different
    for row in np.flatnonzero(unread).tolist():
        text, known = texts[row].as_py(), ", ".join(map(repr, forms))
        wrong[row] = InstantTextError(f"{text!r} is not a date and time", f"write it in one of: {known}", value=text)
    return Times(micros, wrong)


def _matches(texts: Any, pattern: str) -> Any:
    return pc.fill_null(pc.match_substring_regex(texts, pattern), False)


def _match(texts: Any, pattern: str) -> NDArray[np.bool_]:
    matched: NDArray[np.bool_] = _matches(texts, pattern).to_numpy()
    return matched


def _different(text: str, row: int, readable: Mapping[str, NDArray[np.int64]], zone: ZoneInfo) -> InstantTextError:
    """The error for a text that two of the forms read differently."""
    ways = [
        f"{from_micros(int(micros[row]), zone):%Y-%m-%d %H:%M} by {form!r}"
        for form, micros in readable.items()
        if micros[row] != NEVER
    ]
    return InstantTextError(f"{text!r} may be {' or '.join(ways)}", "leave one of them out of time_format", value=text)


def _in_form(texts: Any, zone: ZoneInfo, form: str) -> Times:
    if form in _MICROS:
        return _numbers(texts, lambda number: int((number * _MICROS[form]).to_integral_value(ROUND_HALF_EVEN)), form)
    if form == EXCEL:
        return _numbers(texts, lambda number: _of_serial(number, zone), form)
    micros = np.full(len(texts), NEVER)
    rest = np.asarray(pc.is_valid(texts).to_numpy())
    if form == ISO:
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
    elif (local := local_times(texts, form)) is not None:
        values = read_instants(local, "it", zone.key).chunk(slice(0, len(texts)))
        good = rest & (values >= FIRST_INSTANT) & (values <= LAST_INSTANT)
        micros, rest = np.where(good, values, micros), rest & ~good
    time_format = None if form == ISO else form
    return _one_by_one(texts, rest, micros, lambda text: to_micros(parse_instant(text, zone, time_format)))


def _one_by_one(texts: Any, rest: NDArray[np.bool_], micros: NDArray[np.int64], read: Callable[[str], int]) -> Times:
    """The texts of the rows that are left, each of which is read once."""
    wrong: dict[int, SlaClockError] = {}
    parsed: dict[str, int | SlaClockError] = {}
    rows = np.flatnonzero(rest)
    for row, text in zip(rows.tolist(), texts.take(pa.array(rows)).to_pylist(), strict=True):
        value = parsed.get(text)
        if value is None:
            try:
                value = read(text)
            except SlaClockError as error:
                value = error
            parsed[text] = value
        if isinstance(value, int):
            micros[row] = value
        else:
            wrong[row] = value
    return Times(micros, wrong)


def _numbers(texts: Any, micros_of: Callable[[Decimal], int], form: str) -> Times:
    """The texts as numbers; whole ones of an epoch all at once."""
    micros = np.full(len(texts), NEVER)
    rest = np.asarray(pc.is_valid(texts).to_numpy())
    if form in _MICROS:
        whole = pc.fill_null(pc.match_substring_regex(texts, _WHOLE), False)
        numbers = pc.fill_null(pc.if_else(whole, texts, None).cast(pa.int64()), 0).to_numpy()
        least, most = FIRST_INSTANT // _MICROS[form] + 1, LAST_INSTANT // _MICROS[form]
        good = whole.to_numpy() & (numbers >= least) & (numbers <= most)
        micros, rest = np.where(good, numbers * _MICROS[form], micros), rest & ~good

    def read(text: str) -> int:
        if not _NUMBER.fullmatch(text):
            remedy = f"write it as {form!r} has it, or give another time_format"
            raise InstantTextError(f"{text!r} is no number", remedy, value=text)
        value = micros_of(Decimal(text.replace(",", ".")))
        if not FIRST_INSTANT <= value <= LAST_INSTANT:
            raise InstantTextError(f"{text!r} lies outside the years 1 to 9999", "check time_format", value=text)
        return value

    return _one_by_one(texts, rest, micros, read)


def _of_serial(number: Decimal, zone: ZoneInfo) -> int:
    """The instant of a serial number of Excel's, which counts local days and keeps milliseconds."""
    if not _FIRST_SERIAL <= number < _LAST_SERIAL + 1:
        problem = f"{str(number)!r} is no serial number of Excel's from March 1900 on"
        raise InstantTextError(problem, "check time_format", value=str(number))
    return to_micros(at_serial(number).replace(tzinfo=zone))


def at_serial(number: Decimal) -> datetime:
    """The local time of a serial number, to the millisecond."""
    days, part = divmod(number, 1)
    rest = int((part * _DAY_MS).to_integral_value(ROUND_HALF_EVEN))
    return _SERIALS_FROM + timedelta(days=int(days), milliseconds=rest)
