"""Shares that are wanted, in percent: whole numbers, or decimals that stay exact."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, TypeAlias

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema

from slaclock.errors import ModelError, PolicyError
from slaclock.formats.models import errors_inside

Percent: TypeAlias = int | Fraction
"""A number of percent, an `int` where it is whole."""
_TEXT = r"[0-9]{1,3}(?:\.[0-9]{1,9})?"


def read_percent(value: object) -> Percent:
    """A number of percent from 0 to 100 with nine decimals at most, from a number or its text.

    A float is what it is written as: 99.9 is 999 / 10, and not the binary fraction that is nearest to it.
    """
    if isinstance(value, (int, float, Fraction)) and not isinstance(value, bool):
        if not 0 <= value <= 100:  # also what is no number
            raise ModelError(f"{value!r} is no share", "write a number of percent from 0 to 100", value=value)
        number = value * 10**9 if isinstance(value, Fraction) else Fraction(repr(value)) * 10**9
        exact = None if number.denominator != 1 else Fraction(number, 10**9)
    else:
        exact = Fraction(str(value)) if isinstance(value, (str, Decimal)) and re.fullmatch(_TEXT, str(value)) else None
    if exact is None:
        raise PolicyError(f"{value!r} is no share", "write a number of percent, such as 80 or 99.5", value=value)
    if exact > 100:
        raise ModelError(f"{value!r} is no share", "write a number of percent from 0 to 100", value=value)
    return int(exact) if exact.denominator == 1 else exact


def percent_number(percent: Percent) -> str:
    """A number of percent as it is written, of nine decimals at most.

    >>> percent_number(80), percent_number(Fraction(199, 2))
    ('80', '99.5')
    """
    whole, rest = divmod(percent, 1)
    decimals = f"{int(rest * 10**9):09d}".rstrip("0")
    return f"{whole}.{decimals}" if decimals else str(whole)


def _read(value: object) -> Percent:
    with errors_inside():
        return read_percent(value)


def _written(percent: Percent) -> int | str:
    return percent if isinstance(percent, int) else percent_number(percent)


_SCHEMA: dict[str, Any] = {
    "anyOf": [{"type": "number", "minimum": 0, "maximum": 100}, {"type": "string", "pattern": f"^{_TEXT}$"}],
}
Share = Annotated[int | Fraction, PlainValidator(_read), PlainSerializer(_written), WithJsonSchema(_SCHEMA)]
"""A field that holds a share that is wanted, in percent."""
