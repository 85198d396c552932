"""The times of a log: each distinct text is read once, and one in the hour that autumn repeats is known for it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from slaclock.temporal.instants import DAY, SECOND, find_zone, parse_instant, to_micros

from .mappings import EventMapping

_NUMBERS = {"%d": r"(?P<day>\d{1,2})", "%m": r"(?P<month>\d{1,2})", "%Y": r"(?P<year>\d{4})",
            "%H": r"(?P<hour>\d{1,2})", "%M": r"(?P<minute>\d{1,2})", "%S": r"(?P<second>\d{1,2})"}  # fmt: skip
_PARTS = re.compile(r"(%[dmYHMS])|([^%\w\s]| )", re.ASCII)


class LogTime(NamedTuple):
    """An instant of a log, and the later one that its text may mean where the clocks repeat an hour."""

    micros: int
    at: datetime
    later: LogTime | None = None


def reader_of(mapping: EventMapping) -> Callable[[str], LogTime]:
    """What reads the texts of a mapping's times; it raises the errors of `parse_instant`."""
    zone = None if mapping.timezone is None else find_zone(mapping.timezone)
    time_format = mapping.time_format
    pattern = None if time_format is None or zone is None else _pattern(time_format)
    named = time_format is not None and "%Z" in time_format

    def read(text: str) -> LogTime:
        if pattern is not None and zone is not None:
            read_already = _read_numbers(pattern, text, zone)
            if read_already is not None:
                return read_already
        at = parse_instant(text, zone, time_format)
        return log_time(at, local=at.tzinfo is zone and not named)

    return read


def log_time(at: datetime, *, local: bool = False) -> LogTime:
    """An instant; `local` where only its wall time is known, which may be that of two."""
    micros = to_micros(at)
    if not local:
        return LogTime(micros, at)
    second = at.replace(fold=1)
    # In a gap the second reading is the earlier one, and no reading of the text.
    later = to_micros(second)
    return LogTime(micros, at, LogTime(later, second) if later > micros else None)


@lru_cache
def _pattern(time_format: str) -> re.Pattern[str] | None:
    """The pattern of a format of numbers with signs between them, by which texts are read many times faster.

    What it does not match, or is no date, `strptime` reads or refuses, so that there is one rule for what is a time.
    """
    parts = _PARTS.findall(time_format)
    directives = [directive for directive, _ in parts if directive]
    whole = "".join(directive + sign for directive, sign in parts) == time_format
    touching = re.search(r"%\w%", time_format) is not None
    if not whole or touching or len(set(directives)) < len(directives) or not {"%d", "%m", "%Y"} <= set(directives):
        return None
    return re.compile("".join(_NUMBERS.get(directive) or re.escape(sign) for directive, sign in parts), re.ASCII)


def _read_numbers(pattern: re.Pattern[str], text: str, zone: ZoneInfo) -> LogTime | None:
    match = pattern.fullmatch(text)
    if match is None:
        return None
    try:
        at = datetime(**{name: int(digits) for name, digits in match.groupdict().items()}, tzinfo=zone)
    except ValueError:
        return None
    midnight = _steady_midnight(at.date(), zone)
    if midnight is None:
        return log_time(at, local=True)
    return LogTime(midnight + ((at.hour * 60 + at.minute) * 60 + at.second) * SECOND, at)


@lru_cache(maxsize=65_536)
def _steady_midnight(day: date, zone: ZoneInfo) -> int | None:
    """The midnight that begins a date on which the zone changes no clock; None on others, and at the ends of time."""
    if day in (date.min, date.max):
        return None
    midnight, next_one = (datetime.combine(day + timedelta(days=n), time(), zone) for n in (0, 1))
    return to_micros(midnight) if to_micros(next_one) - to_micros(midnight) == DAY else None
