"""In which unit columns of lengths of time come out: durations, float hours, or service days."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from slaclock.errors import ColumnError
from slaclock.formats.models import short_repr
from slaclock.temporal.durations import UNITS, Unit
from slaclock.temporal.instants import HOUR

from .frames import narwhals
from .outputs import DURATIONS, NUMBERS, Output
from .piecewise import NEVER, Ints

DAYS = "_days"
"""What the name of a length has in service days behind that of the same length in hours."""


def _hours(micros: Ints) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.where(micros == NEVER, np.nan, micros / HOUR)


HOURS = DURATIONS._replace(
    column=lambda kind, micros, _: kind.numbers(_hours(micros)), frame_type=lambda _: narwhals().Float64()
)
"""Durations that come out as float hours."""


def check_unit(unit: Unit | None) -> None:
    """An error for what is no unit."""
    if unit is not None and not (isinstance(unit, str) and unit in UNITS):
        remedy = "use 'hours' or 'days' (service days), or leave it out for durations"
        raise ColumnError(f"unit={short_repr(unit)} is no unit of time", remedy, value=unit)


def lengths_in(unit: Unit | None) -> Output:
    """What a column of lengths on one calendar's clock is in the unit; service days are worked out as such."""
    return {None: DURATIONS, "hours": HOURS, "days": NUMBERS}[unit]


def outputs_in(outputs: Mapping[str, Output], unit: Unit | None) -> dict[str, Output]:
    """Outputs with their lengths in the unit; those in service days are asked for by the names that they have there."""
    return {
        name + DAYS if output is DURATIONS and unit == "days" else name: lengths_in(unit)
        if output is DURATIONS
        else output
        for name, output in outputs.items()
    }


def named(name: str) -> str:
    """The name under which an output comes out, which is the same in every unit."""
    return name.removesuffix(DAYS)
