"""Files of tickets and their pauses, read into one report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import accumulate

import pyarrow as pa

from slaclock.errors import InputError, SlaClockError
from slaclock.policy.book import PolicyBook, attributes_of
from slaclock.policy.policy import Policy
from slaclock.reporting.model import Report
from slaclock.reporting.report import report

from .batches import Batch
from .entry_places import row_error
from .policies import zone_of
from .report_options import ReportOptions
from .side_rows import SideRows
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
    batches = [batch for path in files for batch in ticket_batches(path, zone, attributes_of(policy))]
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
    try:
        return report(tickets, policy, at=at, timezone=zone.key, **entries, **options)
    except SlaClockError as error:
        cause = error.__cause__
        if error.row is None or not isinstance(cause, SlaClockError):
            raise
        (ticket,) = tickets.slice(error.row, 1).to_pylist()
        own = [entry for rows in beside.values() for entry in rows.entries_of(ticket["id"])]
        raise row_error(cause, _place(batches, error.row), ticket, own) from None


def _check_ids(batches: Sequence[Batch]) -> None:
    """No ticket may stand twice, in one file or in two."""
    seen: set[str] = set()
    for batch in batches:
        for row, ticket in enumerate(batch.table["id"].to_pylist()):
            if ticket in seen:
                raise duplicate_ticket(ticket, batch.place(row))
            seen.add(ticket)


def _place(batches: Sequence[Batch], row: int) -> str:
    """Where a row of all the files stands."""
    ends = list(accumulate(len(batch.table) for batch in batches))
    number = next(index for index, end in enumerate(ends) if row < end)
    return batches[number].place(row - (ends[number - 1] if number else 0))
