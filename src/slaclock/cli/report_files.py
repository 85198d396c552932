"""Tables of tickets and what stands beside them, read into one report."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from slaclock.desks.entry_places import LocatedEntry
from slaclock.desks.faults import Place
from slaclock.desks.readings import Batch, Reading
from slaclock.desks.ticket_ids import TicketIds
from slaclock.desks.ticket_tables import ticket_batches
from slaclock.errors import InputError
from slaclock.policy.book import PolicyBook, check_measure
from slaclock.policy.policy import Policy
from slaclock.reporting.bad_tickets import BadTicketsError, frame_with_all_faults
from slaclock.reporting.facts import FactFinder
from slaclock.reporting.model import Report
from slaclock.reporting.report import report_of_source

from .answer_tables import TableAssessment
from .judged_rows import Judge
from .report_options import ReportOptions, figures_of
from .side_rows import SideRows


def report_of_files(
    files: Sequence[str],
    policy: Policy | PolicyBook,
    at: datetime,
    *,
    sides: Mapping[str, str],
    options: ReportOptions,
    reading: Reading,
) -> Report:
    """The report over the tickets of all files; what is wrong with one of them is said with its file and row."""
    check_measure(policy, options["measure"])
    ids = TicketIds()
    batches = [ids.only_new(batch, reading.faults) for path in files for batch in ticket_batches(path, reading, policy)]
    filled = [batch for batch in batches if len(batch.table)]
    if not filled:
        raise InputError("there are no tickets", "add rows under the header", batches[0].file)
    check_kinds(filled)
    tickets = pa.concat_tables([batch.table for batch in filled], promote_options="default")
    beside = {side: SideRows(side, path, reading) for side, path in sides.items()}
    rows = np.arange(len(tickets))
    asked = figures_of(options, at)

    def entries_of(ticket: str) -> Iterator[LocatedEntry]:
        return (entry for own in beside.values() for entry in own.entries_of(ticket))

    judge = Judge(TableAssessment(policy, at, options["measure"]), entries_of, reading.faults)
    entries = {side: own.of(tickets["id"]) for side, own in beside.items()}
    for own in beside.values():
        own.check()
    finder = FactFinder(policy, asked)
    while True:
        table = tickets.take(pa.array(rows))
        own_entries = {side: _of_rows(own, rows, len(tickets)) for side, own in entries.items()}
        try:
            source = frame_with_all_faults(table, finder, own_entries, timezone=reading.zone.key)
            made = report_of_source(source, policy, asked, options["usage"], options["outages"])
        except BadTicketsError as error:
            judge.tell(error.problems, table, partial(_place, filled, rows))
            rows = np.delete(rows, [*error.problems])
        else:
            return dataclasses.replace(made, skipped=reading.faults.count)


def check_kinds(batches: Sequence[Batch]) -> None:
    """Tickets have a column of kinds in all files, or in none."""
    kindless = [batch for batch in batches if "kind" not in batch.table.column_names]
    if 0 < len(kindless) < len(batches):
        raise InputError("there is no column 'kind', which other files have", "add it", kindless[0].file)


def _of_rows(entries: pa.Table, rows: NDArray[np.int64], count: int) -> pa.Table:
    """The entries of some rows, which are numbered anew."""
    number = np.full(count, -1)
    number[rows] = np.arange(len(rows))
    row = number[entries["row"].to_numpy()]
    chosen = entries.filter(pa.array(row >= 0))
    return chosen.set_column(chosen.column_names.index("row"), "row", pa.array(row[row >= 0], pa.int64()))


def _place(batches: Sequence[Batch], rows: NDArray[np.int64], chosen: int) -> Place:
    """Where one of the chosen rows stands, which are counted through all batches."""
    row = int(rows[chosen])
    for batch in batches:
        if row < len(batch.table):
            return batch.place(row)
        row -= len(batch.table)
    raise IndexError(row)
