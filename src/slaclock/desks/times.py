"""Columns of times in the forms of `time_forms`, read at once as far as that goes, else text by text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as _compute
from numpy.typing import NDArray

from slaclock.columns.instants import read_instants
from slaclock.columns.piecewise import NEVER
from slaclock.errors import SlaClockError
from slaclock.temporal.instants import FIRST_INSTANT, LAST_INSTANT, to_micros

from .fast_formats import local_times
from .time_forms import EXCEL, ISO, MICROS, NO_TIME, looks_of, time_in_forms

pc: Any = _compute  # whose functions are made when it is imported, so that no type checker knows them
_ISO = r"^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?"
_NAIVE, _AWARE = _ISO + "$", _ISO + r"(Z|[+-]\d{2}:\d{2})$"
"""The texts of instants that Arrow reads as Python does."""
_WHOLE = r"^-?\d{1,13}$"


class Times(NamedTuple):
    """The instants of texts in microseconds, `NEVER` where there is none, and what is wrong with some."""

    micros: NDArray[np.int64]
    wrong: dict[int, SlaClockError]


def read_times(texts: Any, zone: ZoneInfo, forms: Sequence[str] = ()) -> Times:
    """The instants of a column of texts in one of the forms, by default ISO 8601; local times are in the zone."""
    texts = pc.if_else(pc.is_in(pc.utf8_lower(texts), value_set=pa.array(NO_TIME)), None, texts)
    if len(forms) <= 1:
        return _in_form(texts, zone, forms[0] if forms else ISO)
    micros = np.full(len(texts), NEVER)
    different = np.zeros(len(texts), bool)
    for form in forms:
        looks = looks_of(form, forms)
        own = texts if looks is None else pc.if_else(_matches(texts, f"(?s)^{looks}$"), texts, None)
        values = _in_form(own, zone, form).micros
        different |= (micros != NEVER) & (values != NEVER) & (micros != values)
        micros = np.where(micros == NEVER, values, micros)
    wrong = (pc.is_valid(texts).to_numpy() & (micros == NEVER)) | different
    return _one_by_one(texts, wrong, np.where(different, NEVER, micros), zone, forms)


def _matches(texts: Any, pattern: str) -> Any:
    return pc.fill_null(pc.match_substring_regex(texts, pattern), False)


def _in_form(texts: Any, zone: ZoneInfo, form: str) -> Times:
    micros = np.full(len(texts), NEVER)
    rest = np.asarray(pc.is_valid(texts).to_numpy())
    if form in MICROS:
        whole = _matches(texts, _WHOLE)
        numbers = pc.fill_null(pc.if_else(whole, texts, None).cast(pa.int64()), 0).to_numpy()
        least, most = FIRST_INSTANT // MICROS[form] + 1, LAST_INSTANT // MICROS[form]
        good = whole.to_numpy() & (numbers >= least) & (numbers <= most)
        micros, rest = np.where(good, numbers * MICROS[form], micros), rest & ~good
    elif form == ISO:
        for pattern, kind in ((_NAIVE, pa.timestamp("us")), (_AWARE, pa.timestamp("us", "UTC"))):
            if not rest.any():
                break
            known = _matches(texts, pattern)
            try:
                read = pc.if_else(known, texts, None).cast(kind)
            except pa.ArrowInvalid:  # a month 13 is somewhere: which row's, Python says
                continue
            values = read_instants(read, "it", zone.key).chunk(slice(0, len(texts)))
            good = known.to_numpy() & (values >= FIRST_INSTANT) & (values <= LAST_INSTANT)
            micros, rest = np.where(good, values, micros), rest & ~good
    elif form != EXCEL and (local := local_times(texts, form)) is not None:
        values = read_instants(local, "it", zone.key).chunk(slice(0, len(texts)))
        good = rest & (values >= FIRST_INSTANT) & (values <= LAST_INSTANT)
        micros, rest = np.where(good, values, micros), rest & ~good
    return _one_by_one(texts, rest, micros, zone, (form,))


def _one_by_one(
    texts: Any, rest: NDArray[np.bool_], micros: NDArray[np.int64], zone: ZoneInfo, forms: Sequence[str]
) -> Times:
    """The texts of the rows that are left, each of which is read once."""
    wrong: dict[int, SlaClockError] = {}
    parsed: dict[str, int | SlaClockError] = {}
    rows = np.flatnonzero(rest)
    for row, text in zip(rows.tolist(), texts.take(pa.array(rows)).to_pylist(), strict=True):
        value = parsed.get(text)
        if value is None:
            try:
                value = to_micros(time_in_forms(text, zone, forms))
            except SlaClockError as error:
                value = error
            parsed[text] = value
        if isinstance(value, int):
            micros[row] = value
        else:
            wrong[row] = value
    return Times(micros, wrong)
