"""Files of tickets and their pauses, read into one report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import pyarrow as pa

from slaclock.errors import InputError
from slaclock.policy.book import PolicyBook
from slaclock.policy.policy import Policy
from slaclock.reporting.model import Report
from slaclock.reporting.report import report

from .batches import Batch
from .policies import zone_of
from .report_options import ReportOptions
from .side_rows import SideRows, rows_at_fault
from .ticket_files import duplicate_ticket, ticket_batches


def report_of_files(
    files: Sequence[str],
    policy: Policy | PolicyBook,
    at: datetime,
    *,
    sides: Mapping[str, str],
    options: ReportOptions,
) -> Report:
    """The report over the tickets of all files; what is wrong with one of them is said with its file and row."""
    zone = zone_of(policy)
    batches = [batch for path in files for batch in ticket_batches(path, zone, policy)]
    if not batches:
        raise InputError("there are no tickets", "add rows under the header", files[0])
    kindless = [batch for batch in batches if "kind" not in batch.table.column_names]
    if 0 < len(kindless) < len(batches):
        raise InputError("there is no column 'kind', which other files have", "add it", kindless[0].file)
    tickets = pa.concat_tables([batch.table for batch in batches], promote_options="default")
    _check_ids(batches)
    beside = {side: SideRows(side, path, zone) for side, path in sides.items()}
    entries = {side: rows.of(tickets["id"]) for side, rows in beside.items()}
    for rows in beside.values():
        rows.check()
    with rows_at_fault(batches, beside):
        return report(tickets, policy, at=at, timezone=zone.key, **entries, **options)


def _check_ids(batches: Sequence[Batch]) -> None:
    """No ticket may stand twice, in one file or in two."""
    seen: set[str] = set()
    for batch in batches:
        for row, ticket in enumerate(batch.table["id"].to_pylist()):
            if ticket in seen:
                raise duplicate_ticket(ticket, batch.place(row))
            seen.add(ticket)
