"""What was agreed for one ticket: a target of its own, or the instant at which it is due."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import PlainSerializer, WithJsonSchema

from slaclock.clock.targets import Target, read_target
from slaclock.errors import SlaClockError
from slaclock.formats.models import reads
from slaclock.policy.measures import MEASURES, Measure
from slaclock.temporal.instants import parse_instant, to_micros

Agreed = Target | datetime
AGREED_FOR = "agreed_"
"""How columns of what was agreed begin, before the measure; they hold a target as text, or an instant."""
AGREED: dict[Measure, str] = {measure: AGREED_FOR + measure for measure in MEASURES}
"""Those of the measures that every policy has."""
_DATE = re.compile(r"\s*\d{4}-\d{2}-\d{2}")


def read_agreed(value: object, zone: ZoneInfo | None = None) -> Agreed:
    """A target or an instant, given as such or as text; an instant without an offset is read in `zone`.

    Raises `TargetError` for what is no target, and `InstantTextError` for a date without a time or an offset.
    """
    if isinstance(value, datetime):
        to_micros(value)  # refuses a naive one
        return value
    if isinstance(value, str) and _DATE.match(value):
        return parse_instant(value, zone)
    return read_target(value)


def agreed_or_text(text: str, zone: ZoneInfo | None) -> Agreed | str:
    """What was agreed; a bad text stays itself, so that the ticket that it is given to says what is wrong with it."""
    try:
        return read_agreed(text, zone)
    except SlaClockError:
        return text


def agreed_text(agreed: Agreed) -> str:
    """What was agreed as text, as `read_agreed` reads it."""
    return agreed.isoformat() if isinstance(agreed, datetime) else str(agreed)


AgreedField = Annotated[
    Agreed,
    reads(read_agreed),
    PlainSerializer(agreed_text, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "description": "a target such as 1 day, or ISO 8601 with an offset"}),
]
