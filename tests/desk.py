"""The desk of the packaged example, and instants in its zone."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from slaclock import Policy, Ticket, WorkingCalendar

LONDON = ZoneInfo("Europe/London")
HOURS = "Mo-Th 08:00-17:00; Fr 08:00-16:30; PH off"


def at(text: str, zone: ZoneInfo = LONDON) -> datetime:
    """`2018-04-05 16:00` in London."""
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def pair(start: str, end: str | None) -> tuple[datetime, datetime | None]:
    return at(start), None if end is None else at(end)


def desk(**fields: object) -> WorkingCalendar:
    return WorkingCalendar.parse(HOURS, timezone="Europe/London", holidays="GB-ENG", **fields)


def ticket(**fields: object) -> Ticket:
    given = {"id": "T1", "kind": "incident", "priority": "P2", "opened": at("2018-04-09 10:00")}
    return Ticket(**{**given, **fields})  # type: ignore[arg-type]


EXAMPLE = Policy.example()


def with_rules(**fields: object) -> Policy:
    """The example policy with some fields changed."""
    return EXAMPLE.model_copy(update=fields)
