"""Lengths of time as text: `9h`, `90 minutes`, `1 h 30 min`, `20 seconds`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from fractions import Fraction
from typing import Any, Literal, TypeAlias, get_args

from slaclock.errors import ModelError, TargetError

from .instants import HOUR, MINUTE, SECOND, duration_micros, is_missing

# A hundred digits are more than any length of time needs, and few enough for every number that is made of them.
NUMBER = r"[0-9]{1,100}(?:\.[0-9]{1,100}|/[1-9][0-9]{0,99})?"
Unit: TypeAlias = Literal["hours", "days"]
"""What lengths are numbers of, where that is asked for: hours, or service days, one for each working day."""
UNITS: tuple[Unit, ...] = get_args(Unit)
_UNITS = {
    HOUR: ("hours", "hour", "hrs", "hr", "h"),
    MINUTE: ("minutes", "minute", "mins", "min", "m"),
    SECOND: ("seconds", "second", "secs", "sec", "s"),
}
UNIT_MICROS = {name: micros for micros, names in _UNITS.items() for name in names}
_LONGEST_TEXT = 1_000  # signs; hours, minutes and seconds of the longest numbers take fewer
_PART = re.compile(rf"\s*({NUMBER})\s*([a-z]+)\s*(?:,|and\b)?")


def parse_duration(text: str) -> int:
    """The microseconds of a duration in hours, minutes and seconds; days are not a fixed length here."""
    total, at = Fraction(0), 0
    lowered = text.strip().lower()
    while at < len(lowered) or at == 0:
        part = _PART.match(lowered, at) if len(lowered) <= _LONGEST_TEXT else None
        if part is None or part[2] not in UNIT_MICROS:
            raise TargetError(f"{text!r} is not a duration", "write it like 9h, 90 minutes or 1 h 30 min", value=text)
        total += Fraction(part[1]) * UNIT_MICROS[part[2]]
        at = part.end()
    if total.denominator != 1:
        raise TargetError(f"{text!r} is not a whole number of microseconds", "round it", value=text)
    return total.numerator


def parse_length(value: object) -> timedelta:
    """A positive length from a timedelta or its text, for fields such as `day_length`."""
    micros = duration_micros(value) if isinstance(value, timedelta) else None
    if isinstance(value, str):
        micros = parse_duration(value)
    if micros is None or micros <= 0:
        raise TargetError(f"{value!r} is not a length of time", "write a positive one like '9h'", value=value)
    return length_of(micros, value)


def length_of(micros: int, given: object) -> timedelta:
    """So many microseconds, `given` in some form, as a timedelta; `TargetError` for more than one can hold."""
    try:
        return timedelta(microseconds=micros)
    except OverflowError:
        problem = "this is longer than any length of time can be"
        raise TargetError(problem, "write a shorter one", value=given) from None


def plain_seconds(length: timedelta) -> int | float:
    """A length as a number of seconds, whole where it is."""
    seconds = length.total_seconds()
    return int(seconds) if seconds.is_integer() else seconds


def exact_text(micros: int) -> str:
    """A duration that is not negative as `parse_duration` reads it: in one unit where it is whole, else in several."""
    for unit, names in _UNITS.items():
        if micros and micros % unit == 0:
            return f"{micros // unit} {names[0] if micros != unit else names[1]}"
    _, hours, minutes, rest = _split(micros)
    parts = [f"{hours} h"] * bool(hours) + [f"{minutes} m"] * bool(minutes) + [f"{_seconds(rest)} s"] * bool(rest)
    return " ".join(parts) or "0 hours"


def _split(micros: int) -> tuple[str, int, int, int]:
    """The sign of a duration, its hours and minutes, and the microseconds that are left."""
    hours, rest = divmod(abs(micros), HOUR)
    return ("-" if micros < 0 else "", hours, *divmod(rest, MINUTE))


def _seconds(micros: int) -> str:
    """So many microseconds as a number of seconds, to the last digit."""
    seconds, rest = divmod(micros, SECOND)
    return f"{seconds}.{rest:06d}".rstrip("0") if rest else str(seconds)


def format_duration(length: timedelta | None, *, exact: bool = False, none: str = "") -> str:
    """A length of time for reading, in hours, minutes and seconds: never in days, which are no length of service time.

    From an hour on it has hours and minutes, and below seconds too: cut, not rounded, so that none looks longer than
    it is. What is less than a second is said to the microsecond. With `exact` nothing is cut, and `Target.parse` and
    every field that takes a length read it as the same length. NumPy's and pandas' lengths are formatted too; `none`
    stands for a missing one. Raises `ModelError` for what is no length of time.

    >>> format_duration(timedelta(days=1, hours=14, minutes=30)), format_duration(timedelta(minutes=-45))
    ('38 h 30 min', '-45 min')
    >>> format_duration(timedelta(hours=1, seconds=1.5)), format_duration(timedelta(hours=1, seconds=1.5), exact=True)
    ('1 h', '1 h 1.5 s')
    """
    if is_missing(length):
        return none
    if type(length).__name__ == "timedelta64":  # NumPy's, of any unit, which may go further than a timedelta
        array: Any = length
        plain = array.astype("m8[us]").item()
        micros = plain if isinstance(plain, int) else duration_micros(plain)
    elif isinstance(length, timedelta):
        micros = duration_micros(length)
    else:
        problem = f"{length!r} is no length of time"
        raise ModelError(problem, "give a timedelta, such as the elapsed of an assessment", value=length)
    return long_text(micros) if exact else short_text(micros)


def short_text(micros: int) -> str:
    """So many microseconds as `format_duration` has them for reading."""
    sign, hours, minutes, rest = _split(micros)
    if hours:
        return f"{sign}{hours:,} h" + (f" {minutes} min" if minutes else "")
    micros = minutes * MINUTE + rest
    return sign + long_text(micros // SECOND * SECOND if micros >= SECOND else micros)


def long_text(micros: int) -> str:
    """So many microseconds in hours, minutes and seconds, to the last digit."""
    sign, hours, minutes, rest = _split(micros)
    parts = [f"{hours} h"] * bool(hours) + [f"{minutes} min"] * bool(minutes) + [f"{_seconds(rest)} s"] * bool(rest)
    return sign + (" ".join(parts) or "0 min")


def iso_text(micros: int) -> str:
    """So many microseconds as an ISO 8601 duration in hours, minutes and seconds: a text for machines, without days.

    >>> iso_text(5 * HOUR + 30 * MINUTE), iso_text(-500_000), iso_text(0)
    ('PT5H30M', '-PT0.5S', 'PT0S')
    """
    sign, hours, minutes, rest = _split(micros)
    parts = f"{hours}H" * bool(hours) + f"{minutes}M" * bool(minutes) + f"{_seconds(rest)}S" * bool(rest)
    return f"{sign}PT{parts or '0S'}"


def column_texts(lengths: Sequence[int]) -> list[str]:
    """Durations for reading one below the other, all in the same units: cut to minutes, or below an hour to seconds.

    >>> column_texts([9 * HOUR, -45 * MINUTE]), column_texts([65 * SECOND])
    (['9 h 00 min', '-0 h 45 min'], ['1 min 05 s'])
    """
    long = any(abs(micros) >= HOUR for micros in lengths) or not any(lengths)
    great, small = (HOUR, MINUTE) if long else (MINUTE, SECOND)
    first, second = ("h", "min") if long else ("min", "s")
    return [
        f"{'-' if micros < 0 else ''}{abs(micros) // great:,} {first} {abs(micros) % great // small:02d} {second}"
        for micros in lengths
    ]


def days_text(days: Fraction) -> str:
    """Service days for reading, to two decimals, such as `2.5 days`."""
    text = f"{float(days):.2f}".rstrip("0").removesuffix(".")
    return f"{text} day" if text == "1" else f"{text} days"
