"""Frappe Helpdesk: service level agreements with their holiday lists, tickets with their versions and mails.

The shapes are those of the doctypes of https://github.com/frappe/helpdesk (`HD Service Level Agreement`,
`HD Service Holiday List`, `HD Ticket`, `HD Ticket Status`) and of Frappe's own `Version`, `Communication` and
`System Settings`, as the REST API answers them (https://docs.frappe.io/framework/user/en/api/rest): `{"data": [...]}`.
"""

from __future__ import annotations

from collections.abc import Mapping

from slaclock.desks.agreements import desk_of
from slaclock.desks.imported import Desk, Imported, Losses
from slaclock.desks.shapes import Shape
from slaclock.desks.zone_names import zone_name

from .policies import calendar as calendar
from .policies import policy as policy
from .tickets import tickets as tickets
from .words import records

FILES = {
    "hd_service_level_agreement": "GET /api/resource/HD Service Level Agreement/{name}, all of them in one list",
    "hd_service_holiday_list": "GET /api/resource/HD Service Holiday List/{name}, all of them in one list",
    "hd_ticket_status": 'GET /api/resource/HD Ticket Status?fields=["*"]',
    "hd_ticket": 'GET /api/resource/HD Ticket?fields=["*"]',
    "version": 'GET /api/resource/Version?fields=["*"]&filters=[["ref_doctype","=","HD Ticket"]]',
    "communication": 'GET /api/resource/Communication?fields=["*"]',
    "system_settings": "GET /api/resource/System Settings/System Settings, for the time zone",
}
"""The files of an export by their names without `.json`, and what each is an answer of."""


def desk(documents: Mapping[str, object], *, timezone: str | None = None, name: str = "Frappe") -> Imported[Desk]:
    """The desk of an export: documents by the names of `FILES`, any of which may be missing.

    Times are in `timezone`, or in that of the system settings or of an agreement, or else in UTC, which is noted.
    """
    losses = Losses()
    zone = timezone or _zone(documents, losses)
    agreed = policy(documents, timezone=zone, name=name)
    made = tickets(documents, timezone=zone)
    return desk_of(agreed, made, losses.lost)


def _zone(documents: Mapping[str, object], losses: Losses) -> str:
    settings = Shape(documents.get("system_settings"), ("system_settings",), losses)
    part = settings.way("data", "time_zone") if settings else settings
    names = [part.text() if part else None]
    names += [own.at("timezone").text() for own in records(documents, "hd_service_level_agreement", losses)]
    name = next((name for name in names if name is not None), None)
    if name is None:
        losses.add(("system_settings",), "no time zone is given: times are read in UTC")
    return zone_name(name or "UTC")
