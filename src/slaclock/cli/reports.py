"""Files of tickets, their pauses and what was used of the allowances, read into one report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import accumulate
from typing import Any, Protocol, TextIO

import pyarrow as pa

from slaclock.errors import InputError, MissingExtraError, SlaClockError
from slaclock.policy.policy import Policy
from slaclock.reporting.model import Report
from slaclock.reporting.report import report

from .files import Batch
from .reading import of_ticket, pause_batches, read_tickets, read_usage, ticket_batches, twice

Options = Mapping[str, Any]


class Files(Protocol):
    """The files that the command line names."""

    tickets: Sequence[str]
    pauses: str | None
    events: str | None
    mapping: str | None
    usage: str | None


def read_report(
    files: Sequence[str], policy: Policy, at: datetime, *, pauses: str | None, usage: str | None, options: Options
) -> Report:
    """The report over the tickets of all files; what is wrong with one of them is said with its file and row."""
    zone = policy.calendar.zone
    batches = [batch for path in files for batch in ticket_batches(path, zone)]
    if not batches:
        raise InputError("there are no tickets", "add rows under the header", files[0])
    kindless = [batch for batch in batches if "kind" not in batch.table.column_names]
    if 0 < len(kindless) < len(batches):
        raise InputError("there is no column 'kind', which other files have", "add it", kindless[0].file)
    tickets = pa.concat_tables([batch.table for batch in batches], promote_options="default")
    _check_ids(batches)
    waits = [] if pauses is None else [batch.table for batch in pause_batches(pauses, zone)]
    used = [] if usage is None else read_usage(usage, zone)
    try:
        return report(tickets, policy, at=at, pauses=pa.concat_tables(waits) if waits else None, usage=used, **options)
    except SlaClockError as wrong:
        cause = wrong.__cause__
        if wrong.row is None or not isinstance(cause, SlaClockError):
            raise
        raise of_ticket(cause, _place(batches, wrong.row)) from None


def report_of_log(files: Files, policy: Policy, at: datetime, options: Options) -> Report:
    """The report over the tickets of an event log, and of a file of tickets beside it."""
    if len(files.tickets) > 1:
        raise InputError("several files of tickets are given beside a log", "give one")
    zone = policy.calendar.zone
    placed = read_tickets(next(iter(files.tickets), None), files.pauses, files.events, files.mapping, zone)
    used = [] if files.usage is None else read_usage(files.usage, zone)
    return report([each.ticket for each in placed], policy, at=at, usage=used, **options)


def print_report(found: Report, file: TextIO) -> None:
    """The report for a terminal, or as plain text into a file or a pipe."""
    try:
        from rich.console import Console
    except ImportError:
        raise MissingExtraError.for_extra("rich", "cli") from None
    console = Console(file=file, highlight=False, emoji=False, markup=False)
    if console.is_terminal:
        console.print(found)
    else:
        print(found, file=file)


def _check_ids(batches: Sequence[Batch]) -> None:
    """No ticket may stand twice, in one file or in two."""
    seen: set[str] = set()
    for batch in batches:
        for row, ticket in enumerate(batch.table["id"].to_pylist()):
            if ticket in seen:
                raise twice(ticket, batch.place(row))
            seen.add(ticket)


def _place(batches: Sequence[Batch], row: int) -> str:
    """Where a row of all the files stands."""
    ends = list(accumulate(len(batch.table) for batch in batches))
    number = next(index for index, end in enumerate(ends) if row < end)
    return batches[number].place(row - (ends[number - 1] if number else 0))
