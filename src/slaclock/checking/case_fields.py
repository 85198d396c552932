"""What a case is made of: moments, lengths, pauses, events and cycles, as tables and as text."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Annotated, Any, Literal, cast, get_args
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, WithJsonSchema

from slaclock.errors import CaseError
from slaclock.formats.models import Model, short_repr
from slaclock.temporal.durations import NUMBER, length_of, parse_duration
from slaclock.temporal.instants import is_missing, parse_instant
from slaclock.tickets.states import State

NONE = "none"
EVENT = re.compile(r"\s*(\S.*?)\s+(\d{4}-\d{2}-\d{2}[T ].*?)\s*")
"""An event as text: its name and its moment."""
_DAYS = re.compile(rf"[+-]?{NUMBER}")


def _moment(value: object) -> datetime:
    """A moment of TOML, or its text; without an offset it is read in the policy's zone."""
    if isinstance(value, str):
        # An offset is kept where there is one; in which zone the others are read is known only with the policy.
        moment = parse_instant(value, ZoneInfo("UTC"))
        return moment if datetime.fromisoformat(value.strip()).tzinfo else moment.replace(tzinfo=None)
    if isinstance(value, datetime) and not is_missing(value):
        return value
    raise CaseError(f"{value!r} is not a moment", "write it like 2018-04-06 15:00", value=value)


def _moment_or_none(value: object) -> object:
    return value if value == NONE else _moment(value)


def _length(value: object) -> timedelta:
    if not isinstance(value, str):
        raise CaseError(f"{value!r} is not a length of time", "write it like '1 h 30 min'", value=value)
    text = value.strip()
    sign = -1 if text.startswith("-") else 1
    return sign * length_of(parse_duration(text.removeprefix("-")), text)


def _fraction(value: object) -> Fraction:
    whole = isinstance(value, int) and not isinstance(value, bool)
    if whole or (isinstance(value, str) and _DAYS.fullmatch(value.strip())):
        return Fraction(cast("str | int", value))
    raise CaseError(f"{short_repr(value)} is not a number of days", "write it like '1/2' or '8/9'", value=value)


def _pause(value: object) -> object:
    if not isinstance(value, str):
        return value
    start, _, rest = value.partition("/")
    *end, reason = rest.split() or [""]
    if not start.strip() or not reason:
        raise CaseError(
            f"{short_repr(value)} is not a pause",
            "write it like '2018-04-09 15:00/2018-04-10 09:00 third_party'",
            value=value,
        )
    return {"start": start.strip(), "end": " ".join(end) or None, "reason": reason}


def _event(value: object) -> object:
    if not isinstance(value, str):
        return value
    parts = EVENT.fullmatch(value)
    if parts is None:
        raise CaseError(f"{short_repr(value)} is not an event", "write it like 'asked 2018-04-09 15:00'", value=value)
    return {"name": parts[1], "at": parts[2]}


def _cycle(value: object) -> object:
    if not isinstance(value, str):
        return value
    start, slash, rest = value.rpartition("/")
    *due, state = rest.split() or [""]
    if not due or state not in get_args(State) or (slash and not start.strip()):
        raise CaseError(
            f"{short_repr(value)} is not a cycle",
            "write its due date and its state, like '2018-04-09 14:00 met' or 'none paused'",
            value=value,
        )
    return {"start": start.strip() or None, "due": " ".join(due), "state": state}


_MOMENT_SCHEMA = {
    "type": "string",
    "pattern": r"^\s*\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}",
    "description": "a moment such as 2018-04-06 15:00, in the policy's zone where it has no offset",
}
Moment = Annotated[datetime, BeforeValidator(_moment), WithJsonSchema(_MOMENT_SCHEMA)]
MaybeMoment = Annotated[Moment | None, BeforeValidator(lambda value: None if is_missing(value) else value)]
MomentOrNone = Annotated[
    datetime | Literal["none"],
    BeforeValidator(_moment_or_none),
    WithJsonSchema({"anyOf": [{"const": NONE}, _MOMENT_SCHEMA]}),
]
Length = Annotated[
    timedelta,
    BeforeValidator(_length),
    WithJsonSchema({"type": "string", "description": "a length: 9h, -30 minutes", "pattern": r"\d\s*[A-Za-z]"}),
]
Days = Annotated[
    Fraction,
    BeforeValidator(_fraction),
    WithJsonSchema({"type": ["string", "integer"], "description": "a number of days such as 1/2 or 8/9"}),
]


class CasePause(Model):
    """A wait, also as text: `2018-04-09 15:00/2018-04-10 09:00 third_party`, or without its end if still open."""

    start: Moment
    end: MaybeMoment = None
    reason: str


class CaseChange(Model):
    """From a moment on a field of the ticket has another value, or none."""

    at: Moment
    field: str = "priority"
    to: str | None = None


class CaseReopening(Model):
    """A resolution that did not last."""

    resolved: Moment
    reopened: Moment


class CaseEvent(Model):
    """Something that happened to the ticket, also as text: `asked 2018-04-09 15:00`."""

    at: Moment
    name: str


class CaseCycle(Model):
    """What is expected of one cycle, also as text: `2018-04-09 14:00 met`, or `START/DUE STATE`."""

    start: MaybeMoment = None
    due: MomentOrNone | None = None
    done: MomentOrNone | None = None
    state: State | None = None

    @property
    def expectations(self) -> dict[str, object]:
        """What is expected, by name."""
        return {name: value for name in type(self).model_fields if (value := getattr(self, name)) is not None}


class _OrText:
    """What JSON Schema says of what may also be given as a text."""

    def __init__(self, example: str) -> None:
        self._example = example

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        return {"anyOf": [{"type": "string", "description": self._example}, handler(schema)]}


PauseField = Annotated[CasePause, BeforeValidator(_pause), _OrText("2018-04-09 15:00/2018-04-10 09:00 third_party")]
EventField = Annotated[CaseEvent, BeforeValidator(_event), _OrText("asked 2018-04-09 15:00")]
CycleField = Annotated[CaseCycle, BeforeValidator(_cycle), _OrText("2018-04-09 14:00 met")]
