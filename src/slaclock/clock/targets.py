"""Targets, and the text they are written in: `0-2 hours`, `3-5 days`, `< 1 day`, `< 20 wall seconds`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from functools import lru_cache
from typing import Any, Literal

from pydantic_core import core_schema

from slaclock.calendar.hours import parse_time, time_text
from slaclock.errors import HoursError, TargetError
from slaclock.formats.models import JsonValue, field_schema
from slaclock.temporal.durations import NUMBER, UNIT_MICROS, exact_text, parse_duration
from slaclock.temporal.instants import DAY, duration_micros

_BOUND = re.compile(r"\s*(<=|<|within\b|in less than\b|less than\b|under\b|in\b)?\s*")
_STRICT = {"<", "in less than", "less than", "under"}
_BY = re.compile(r"\s+by\s+(close|\d{1,2}:\d{2}(?::\d{2})?)$")
_NOISE = re.compile(r"\b(?:service desk|service|business|working)\s+")
_WALL = re.compile(r"\bwall\s+")
_WINDOW = re.compile(rf"({NUMBER})\s*(?:-|\u2013|to)\s*({NUMBER})\s*([a-z]+)")
_DAYS = re.compile(rf"({NUMBER})\s*(?:days?|d)")
_HOW = "write it like '6 hours', '0-2 hours', '< 1 day', '2 days by close' or '< 20 wall seconds'"


SCHEMA = {
    "type": "string",
    "description": "a target such as 6 hours, 0-2 hours, < 1 day, 2 days by close, < 20 wall seconds",
    "pattern": rf"^\s*(<=?|[A-Za-z])?.*{NUMBER}\s*.*[A-Za-z]",
}
"""What JSON Schema can say of a target's text."""


@dataclass(frozen=True, slots=True)
class Target(JsonValue):
    """How much time there is: an amount, perhaps with an earliest one, on one of the clocks.

    `unit` is `time`, whose amounts are microseconds, or `days`, whose amounts are service days. `low` is the
    start of a window such as 3-5 days; work done before it is no breach. `strict` means "in less than": breached
    at the limit itself. `wall` means plain elapsed time, whether the desk is open or not. `by` sets the moment of
    the last day: `close`, or microseconds since its midnight.

    >>> Target.parse("3-5 days"), str(Target.parse("in less than 90 minutes"))
    (Target.parse('3-5 days'), '< 90 minutes')
    """

    high: Fraction | int
    unit: Literal["time", "days"] = "time"
    low: Fraction | int | None = None
    strict: bool = False
    wall: bool = False
    by: int | Literal["close"] | None = None

    def __post_init__(self) -> None:
        if self.high < 0 or (self.low is not None and self.low < 0):
            least = -min(self.high, self.low or 0)
            amount = exact_text(int(least)) if self.unit == "time" else f"{least} days"
            raise TargetError(f"a target of -{amount} is negative", "give 0 or more")
        if self.low is not None and self.low > self.high:
            low, high = (exact_text(int(x)) if self.unit == "time" else f"{x} days" for x in (self.low, self.high))
            raise TargetError(f"the window ends at {high}, before it starts at {low}", "swap the two")
        if self.by is not None and (self.unit != "days" or self.wall):
            raise TargetError("only service days can end 'by' a moment", "write days, or leave 'by' out")
        if self.by is not None and any(amount % 1 for amount in (self.high, self.low or 0)):
            raise TargetError("the days of a target with 'by' are not whole", "give a whole number of days")
        if self.wall and self.unit == "days":
            raise TargetError("a wall target counts time, not service days", "give its length in microseconds")

    @classmethod
    def parse(cls, text: str) -> Target:
        """Read a target; `TargetError` says what is wrong with one that cannot be read."""
        return _parse(text)

    @classmethod
    def of(cls, value: Target | timedelta | str) -> Target:
        """A target from what a caller may give: itself, its text, or a timedelta of open time."""
        if isinstance(value, Target):
            return value
        if isinstance(value, str):
            return _parse(value)
        if isinstance(value, timedelta):
            return _of_time(value)
        raise TargetError(f"{value!r} is not a target", _HOW + ", or give a timedelta", value=value)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> core_schema.CoreSchema:
        """As a field it is read from its text, and written as its text."""
        return field_schema(read_target, str, SCHEMA)

    def __str__(self) -> str:
        bound = "< " if self.strict else ""
        if self.unit == "days":
            single = self.high == 1 and self.low is None
            amount = f"{_window(self.low, self.high, 1)} {'day' if single else 'days'}"
            moment = "" if self.by is None else f" by {self.by if isinstance(self.by, str) else time_text(self.by)}"
            return f"{bound}{amount}{moment}"
        if self.low is None:
            text = exact_text(int(self.high))
        else:
            units = [(UNIT_MICROS[name], name) for name in ("hours", "minutes", "seconds")]
            micros, name = next((u for u in units if not self.high % u[0] and not self.low % u[0]), units[-1])
            text = f"{_window(self.low, self.high, micros)} {name}"
        return bound + (re.sub(r" ", " wall ", text, count=1) if self.wall else text)

    def __repr__(self) -> str:
        return f"Target.parse({str(self)!r})"


def read_target(value: object) -> Target:
    """A target of a file: its text, or one that was read already."""
    if not isinstance(value, (str, Target)):
        raise TargetError(f"{value!r} is not a target", "write it like '6 hours' or '0-3 days'", value=value)
    return Target.of(value)


@lru_cache(maxsize=1_024)
def _of_time(length: timedelta) -> Target:
    return Target(duration_micros(length))


def _window(low: Fraction | int | None, high: Fraction | int, unit: int) -> str:
    amounts = (high,) if low is None else (low, high)
    return "-".join(_decimal(Fraction(amount) / unit) for amount in amounts)


def _decimal(number: Fraction) -> str:
    """A number as a decimal, or as a fraction where it has none."""
    digits = next((digits for digits in range(20) if 10**digits % number.denominator == 0), None)
    if digits is None:
        return str(number)
    whole, rest = divmod(number.numerator * 10**digits // number.denominator, 10**digits)
    return f"{whole}.{rest:0{digits}d}" if digits else str(whole)


@lru_cache(maxsize=1_024)
def _parse(text: str) -> Target:
    lowered = " ".join(text.lower().split())
    bound = _BOUND.match(lowered)
    assert bound is not None  # every part of it is optional
    strict = bound[1] in _STRICT
    rest = lowered[bound.end() :]
    if rest.startswith("-"):
        raise TargetError(f"the target {text!r} is negative", "give 0 or more", value=text)
    by: int | Literal["close"] | None = None
    if moment := _BY.search(rest):
        rest = rest[: moment.start()]
        try:
            by = "close" if moment[1] == "close" else parse_time(moment[1])
        except HoursError as error:
            raise TargetError(f"the target {text!r}: {error.problem}", error.remedy, value=text) from None
    rest, walls = _WALL.subn("", _NOISE.sub("", rest))
    wall = bool(walls)
    try:
        return _amount(rest, strict, wall, by)
    except TargetError as error:
        raise TargetError(f"the target {text!r} cannot be read: {error.problem}", error.remedy, value=text) from None


def _amount(text: str, strict: bool, wall: bool, by: int | Literal["close"] | None) -> Target:
    if window := _WINDOW.fullmatch(text):
        low, high, name = Fraction(window[1]), Fraction(window[2]), window[3]
        if name in {"day", "days", "d"}:
            return _days(high, low, strict, wall, by)
        if name not in UNIT_MICROS:
            raise TargetError(f"{name!r} is not a unit", _HOW)
        micros = UNIT_MICROS[name]
        return Target(_whole(high * micros), "time", _whole(low * micros), strict, wall, by)
    if days := _DAYS.fullmatch(text):
        return _days(Fraction(days[1]), None, strict, wall, by)
    if re.fullmatch(NUMBER, text):
        raise TargetError("it has no unit", _HOW)
    try:
        return Target(parse_duration(text), "time", None, strict, wall, by)
    except TargetError as error:
        raise TargetError(error.problem, _HOW) from None


def _days(high: Fraction, low: Fraction | None, strict: bool, wall: bool, by: int | Literal["close"] | None) -> Target:
    if wall:  # a day of the wall clock is 24 hours
        return Target(_whole(high * DAY), "time", None if low is None else _whole(low * DAY), strict, True, by)
    return Target(high, "days", low, strict, False, by)


def _whole(micros: Fraction) -> int:
    if micros.denominator != 1:
        raise TargetError("it is not a whole number of microseconds", "round it")
    return micros.numerator
