"""The cut-off of a calendar: the local time from which an arrival counts as one of the next working day."""

from __future__ import annotations

from datetime import time
from typing import Annotated

from pydantic import PlainSerializer, WithJsonSchema

from slaclock.errors import HoursError
from slaclock.formats.models import reads
from slaclock.temporal.instants import DAY, HOUR, MINUTE, SECOND

from .hours import parse_time, time_text

_HOW = "write it like 15:00"
_SCHEMA = {
    "type": "string",
    "description": "a local time such as 15:00; what arrives from then on counts from the next working day",
    "pattern": r"^\s*([01]?\d|2[0-3])(:[0-5]\d){1,2}\s*$",
}


def read_cutoff(value: object) -> time:
    """A cut-off from its text, or from a local time as TOML and Python have one."""
    if isinstance(value, time):
        if value.tzinfo is not None or value.microsecond:
            raise HoursError(f"{value} is not a local time in whole seconds", _HOW, value=value)
        return value.replace(fold=0)
    if not isinstance(value, str):
        raise HoursError(f"{value!r} is not a time of day", _HOW, value=value)
    try:
        micros = parse_time(value)
    except HoursError as error:
        raise HoursError(error.problem, _HOW, value=value) from None
    if micros == DAY:
        raise HoursError(
            f"the cut-off {value!r} is the end of the day, after which nothing arrives on it",
            "give an earlier time, or leave cutoff out",
            value=value,
        )
    return time(micros // HOUR, micros // MINUTE % 60, micros // SECOND % 60)


def cutoff_micros(cutoff: time) -> int:
    """The time of day in microseconds since midnight, as the hours of a day have theirs."""
    return cutoff.hour * HOUR + cutoff.minute * MINUTE + cutoff.second * SECOND


def cutoff_text(cutoff: time) -> str:
    """The cut-off as a policy file writes it."""
    return time_text(cutoff_micros(cutoff))


CutoffField = Annotated[time, reads(read_cutoff), PlainSerializer(cutoff_text), WithJsonSchema(_SCHEMA)]
