"""Zendesk Support: schedules and holidays, SLA policies, tickets with their audits or metric events.

The shapes are those of https://developer.zendesk.com/api-reference/ticketing/: ticket-management/schedules,
business-rules/sla_policies, tickets/tickets, tickets/ticket_audits, tickets/ticket_metric_events; and of
https://developer.zendesk.com/documentation/ticketing/reference-guides/: ticket-audit-events-reference and
ticket-metric-event-types-reference.
"""

from __future__ import annotations

from collections.abc import Mapping

from slaclock.desks.agreements import desk_of
from slaclock.desks.imported import Desk, Imported

from .policies import policy as policy
from .schedules import calendar as calendar
from .schedules import intervals as intervals
from .tickets import tickets as tickets

FILES = {
    "schedules": "GET /api/v2/business_hours/schedules",
    "holidays": "GET /api/v2/business_hours/schedules/{id}/holidays, of the first schedule",
    "sla_policies": "GET /api/v2/slas/policies",
    "tickets": "GET /api/v2/tickets",
    "audits": "GET /api/v2/ticket_audits, or those of each ticket in one list",
    "metric_events": "GET /api/v2/incremental/ticket_metric_events",
}
"""The files of an export by their names without `.json`, and what each is an answer of."""


def desk(documents: Mapping[str, object], *, timezone: str | None = None, name: str = "Zendesk") -> Imported[Desk]:
    """The desk of an export: documents by the names of `FILES`, of which tickets may be missing.

    The first schedule is the calendar. Without one the desk is always open, in `timezone` or else UTC.
    """
    hours = calendar(documents.get("schedules"), documents.get("holidays"), timezone=timezone)
    agreed = policy(documents.get("sla_policies"), hours.value, name=name)
    made = tickets(documents.get("tickets"), documents.get("audits"), documents.get("metric_events"))
    return desk_of(agreed, made, hours.lost)
