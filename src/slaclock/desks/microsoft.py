"""Microsoft Graph's `getSchedule`, which is refused.

https://learn.microsoft.com/graph/api/calendar-getschedule: its `workingHours` have one `startTime` and one `endTime`
for all `daysOfWeek`, and its `scheduleItems` and `availabilityView` say when a person is busy. A desk that closes
earlier on Fridays, or at noon, is not in it. What a calendar of Outlook has of closed days comes as iCalendar.
"""

from __future__ import annotations

from typing import NoReturn

from slaclock.errors import ModelError
from slaclock.formats.models import short_repr

from .imported import Desk, Imported

FILES = {"getSchedule": "Microsoft Graph, POST /users/{id}/calendar/getSchedule"}


def calendar(schedule: object) -> NoReturn:
    """Refuse an answer of `getSchedule`.

    Raises `ModelError`: of the answer no calendar can be made, since it gives all days of a week the same hours.
    """
    raise ModelError(
        f"getSchedule has one start and one end for all days of a week ({short_repr(schedule)}), and no closed noon",
        "write the weekly hours in sla.toml, and take holidays from the calendar's .ics file",
        "getSchedule",
        value=schedule,
    )


def desk(documents: dict[str, object], *, timezone: str | None = None, name: str = "") -> Imported[Desk]:
    """Refuse an export of Microsoft Graph."""
    calendar(documents.get("getSchedule"))
