"""GLPI: calendars with their segments and holidays, SLAs with their levels, tickets and the log of their changes.

The shapes are those of GLPI's REST API (https://github.com/glpi-project/glpi/blob/main/apirest.md), each file the
answer of an item type: `Calendar`, `CalendarSegment`, `Calendar_Holiday`, `Holiday`, `SLA`, `SlaLevel`, `Ticket`,
`Log`. In GLPI a ticket is given its SLAs by rules, so that here they are attributes, and the policies of a book are
chosen by them.
"""

from __future__ import annotations

from collections.abc import Mapping

from slaclock.desks.agreements import desk_of
from slaclock.desks.imported import Desk, Imported, Losses
from slaclock.desks.zone_names import zone_name

from .calendars import calendar as calendar
from .policies import policy as policy
from .tickets import tickets as tickets

FILES = {
    "Calendar": "GET /apirest.php/Calendar",
    "CalendarSegment": "GET /apirest.php/CalendarSegment",
    "Calendar_Holiday": "GET /apirest.php/Calendar_Holiday",
    "Holiday": "GET /apirest.php/Holiday",
    "SLA": "GET /apirest.php/SLA",
    "SlaLevel": "GET /apirest.php/SlaLevel",
    "Ticket": "GET /apirest.php/Ticket",
    "Log": "GET /apirest.php/Ticket/{id}/Log, those of all tickets in one list",
}
"""The files of an export by their names without `.json`, and what each is an answer of."""


def desk(documents: Mapping[str, object], *, timezone: str | None = None, name: str = "GLPI") -> Imported[Desk]:
    """The desk of an export: documents by the names of `FILES`, any of which may be missing.

    GLPI says no time zone: times are in `timezone`, or else in UTC, which is noted.
    """
    losses = Losses()
    if timezone is None:
        losses.add(("Calendar",), "GLPI says no time zone, and none is given: its times are read in UTC")
    zone = zone_name(timezone or "UTC")
    made = tickets(documents.get("Ticket"), documents.get("Log"), timezone=zone)
    agreed = policy(documents, made.value, timezone=zone, name=name)
    return desk_of(agreed, made, losses.lost)
