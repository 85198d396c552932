"""ServiceNow: schedules with their entries, SLA definitions, incidents with their audit, and task SLAs.

The tables are those of https://www.servicenow.com/docs/r/platform-administration/time-configuration/:
`r_ScheduleEntryFields.html` (`cmn_schedule`, `cmn_schedule_span`) and `c_ParentAndChildSchedules.html`
(`cmn_other_schedule`: holidays are a child schedule that is included, whose entries are excluded); and of https://www.servicenow.com/docs/r/it-service-management/
(`contract_sla`, `task_sla`, `incident`, `sys_audit`), as the Table API answers them
(https://www.servicenow.com/docs/r/api-reference/rest-apis/c_TableAPI.html): `{"result": [...]}`, each field a text, a
reference with `value`, or both `value` and `display_value`.
"""

from __future__ import annotations

from collections.abc import Mapping

from slaclock.desks.agreements import desk_of
from slaclock.desks.imported import Desk, Imported

from .contracts import policy as policy
from .schedules import calendar as calendar
from .tickets import tickets as tickets

FILES = {
    "cmn_schedule": "GET /api/now/table/cmn_schedule",
    "cmn_schedule_span": "GET /api/now/table/cmn_schedule_span",
    "cmn_other_schedule": "GET /api/now/table/cmn_other_schedule",
    "contract_sla": "GET /api/now/table/contract_sla",
    "incident": "GET /api/now/table/incident",
    "sys_audit": "GET /api/now/table/sys_audit, of the table incident",
    "task_sla": "GET /api/now/table/task_sla",
}
"""The files of an export by their names without `.json`, and what each is an answer of."""


def desk(documents: Mapping[str, object], *, timezone: str | None = None, name: str = "ServiceNow") -> Imported[Desk]:
    """The desk of an export: documents by the names of `FILES`, any of which may be missing.

    `timezone` is the zone of schedules that float.
    """
    tables = [documents.get(table) for table in ("cmn_schedule", "cmn_schedule_span", "cmn_other_schedule")]
    agreed = policy(documents.get("contract_sla"), *tables, timezone=timezone, name=name)
    made = tickets(documents.get("incident"), documents.get("sys_audit"), documents.get("task_sla"))
    return desk_of(agreed, made)
