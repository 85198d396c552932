"""What a text that is no ISO 8601 date and time may be meant for, so that an error can say what to do."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from .time_looks import STAMP, formats_like, is_stamp, stands_for_nothing

_SLASHED = re.compile(
    r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})(?:(,?\s+|T)(\d{1,2}:\d{2})(:\d{2})?(\s*[AaPp][Mm])?)?(?!\d)"
)
_NUMBER = re.compile(r"\d{5}(?:\.\d+)?|\d{10}|\d{13}")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_EXCEL = datetime(1899, 12, 30)


def hint_of(text: str) -> tuple[str, str] | None:
    """What is wrong with the text, and the remedy; None where nothing is known of it."""
    if (match := _SLASHED.match(text)) is not None:
        return _slashed(text, match)
    if _NUMBER.fullmatch(text):
        return _number(text)
    if stands_for_nothing(text):
        return f"{text!r} is not a date and time", "leave it empty, or in a file list it under missing in a mapping"
    formats = (STAMP,) if is_stamp(text) else formats_like(text)
    return next((_not_iso(text, known) for known in formats if _reads(text, known)), None)


def _reads(text: str, time_format: str) -> bool:
    try:
        datetime.strptime(text, time_format)
    except ValueError:
        return False
    return True


def _not_iso(text: str, time_format: str) -> tuple[str, str]:
    return f"{text!r} is not ISO 8601", f"give time_format {time_format!r}, or write it like 2026-11-27 15:40"


def _slashed(text: str, match: re.Match[str]) -> tuple[str, str] | None:
    first, second = int(match[1]), int(match[3])
    day_first, month_first = 1 <= second <= 12 and 1 <= first <= 31, 1 <= first <= 12 and 1 <= second <= 31
    formats = {order: _format(match, order) for order in ("dm", "md")}
    if day_first and month_first and first != second:
        days = f"{first} {_MONTHS[second - 1]} or {second} {_MONTHS[first - 1]}"
        return f"{text!r} may be {days}", f"give time_format, {formats['dm']!r} or {formats['md']!r}"
    if not day_first and not month_first:
        return None
    return _not_iso(text, formats["dm" if day_first else "md"])


def _format(match: re.Match[str], order: str) -> str:
    sign, year = match[2], "%Y" if len(match[4]) == 4 else "%y"
    date = sign.join(("%d", "%m", year) if order == "dm" else ("%m", "%d", year))
    if match[6] is None:
        return f"{date} %H:%M"
    noon = " %p" if match[8] else ""
    gap = "T" if match[5] == "T" else ", " if "," in match[5] else " "
    return f"{date}{gap}{'%I' if noon else '%H'}:%M{':%S' if match[7] else ''}{noon}"


def _number(text: str) -> tuple[str, str] | None:
    remedy = "write it like 2026-11-27 15:40"
    if len(text.partition(".")[0]) == 5:
        at = _EXCEL + timedelta(days=float(text))
        return (
            f"{text!r} looks like Excel's serial number of {at:%Y-%m-%d %H:%M}",
            f"{remedy}, format the cells as dates, or in a file give time_format 'excel'",
        )
    unit, form = ("seconds", "epoch") if len(text) == 10 else ("milliseconds", "epoch_ms")
    at = datetime.fromtimestamp(int(text) / (1 if len(text) == 10 else 1000), UTC)
    problem = f"{text!r} looks like {unit} since 1970, {at:%Y-%m-%d %H:%M}Z"
    return problem, f"{remedy}, or in a file give time_format {form!r}"
