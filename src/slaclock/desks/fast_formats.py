"""Times in formats of numbers and short names of months, read for a whole column at once.

What is not read here is no error: `strptime` reads it or refuses it, so that there is one rule for what is a time.
"""

from __future__ import annotations

import calendar
import re
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as _compute
from numpy.typing import NDArray

pc: Any = _compute  # whose functions are made when it is imported, so that no type checker knows them
_PARTS = {
    "%d": r"(?P<d>\d{1,2})", "%m": r"(?P<m>\d{1,2})", "%Y": r"(?P<Y>\d{4})", "%y": r"(?P<y>\d{2})",
    "%H": r"(?P<H>\d{1,2})", "%I": r"(?P<I>\d{1,2})", "%M": r"(?P<M>\d{1,2})", "%S": r"(?P<S>\d{1,2})",
    "%p": r"(?P<p>[AaPp][Mm])", "%b": r"(?P<b>[A-Za-z]{3})",
}  # fmt: skip
_DIRECTIVE = re.compile("(%.)")
_FIRST_OF_20TH = 69  # as POSIX has it, 69 is 1969 and 68 is 2068


def local_times(texts: Any, time_format: str) -> Any | None:
    """The local times of texts, null where a text is not plainly one; None for a format of other parts."""
    pattern = _pattern(time_format)
    if pattern is None:
        return None
    parts = pc.extract_regex(texts, pattern)
    parts = parts.combine_chunks() if isinstance(parts, pa.ChunkedArray) else parts
    good = np.asarray(parts.is_valid().to_numpy(zero_copy_only=False))
    numbers = {name: _numbers(pc.struct_field(parts, name), name) for name in re.findall(r"\?P<(\w)>", pattern)}
    nothing = np.zeros(len(texts), np.int64)
    year = numbers["Y"] if "Y" in numbers else numbers["y"] + np.where(numbers["y"] < _FIRST_OF_20TH, 2000, 1900)
    month = numbers["m"] if "m" in numbers else numbers["b"]
    hour = numbers.get("H", nothing)
    if "I" in numbers:
        good &= (numbers["I"] >= 1) & (numbers["I"] <= 12)
        hour = numbers["I"] % 12 + 12 * numbers["p"]
    day, minute, second = numbers["d"], numbers.get("M", nothing), numbers.get("S", nothing)
    good &= (year >= 1) & (month >= 1) & (month <= 12) & (day >= 1) & (hour < 24) & (minute < 60) & (second < 60)
    months = np.where(good, (year - 1970) * 12 + month - 1, 0).astype("M8[M]")
    days = months.astype("M8[D]") + np.where(good, day - 1, 0)
    good &= days.astype("M8[M]") == months  # 30 February is none
    micros = days.astype("M8[us]").astype(np.int64) + ((hour * 60 + minute) * 60 + second) * 1_000_000
    return pa.array(micros, pa.timestamp("us"), mask=~good)


@lru_cache
def _pattern(time_format: str) -> str | None:
    parts = [part for part in _DIRECTIVE.split(time_format) if part]
    own = [part for part in parts if part.startswith("%")]
    touching = any(one.startswith("%") and other.startswith("%") for one, other in zip(parts, parts[1:], strict=False))
    if len({*own}) < len(own) or any(part not in _PARTS for part in own) or touching:
        return None
    dated = "%d" in own and ("%Y" in own) != ("%y" in own) and ("%m" in own) != ("%b" in own)
    if not dated or ("%I" in own) != ("%p" in own) or {"%I", "%H"} <= {*own}:
        return None
    return f"^{''.join(_PARTS.get(part) or re.escape(part) for part in parts)}$"


def _numbers(texts: Any, name: str) -> NDArray[np.int64]:
    """The numbers of a part; -1 where there is none."""
    if name == "p":
        texts = pc.if_else(pc.equal(pc.utf8_lower(texts), "pm"), "1", "0")
    if name == "b":
        names = pa.array([month.lower() for month in calendar.month_abbr])
        return np.asarray(pc.fill_null(pc.index_in(pc.utf8_lower(texts), value_set=names), -1), np.int64)
    plain = pc.if_else(pc.equal(texts, ""), None, texts)
    return np.asarray(pc.fill_null(plain.cast(pa.int64()), -1), np.int64)
