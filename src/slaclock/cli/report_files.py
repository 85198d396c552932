"""Tables of tickets and what stands beside them, read into one report."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa

from slaclock.desks.readings import Reading
from slaclock.policy.book import PolicyBook, check_measure
from slaclock.policy.policy import Policy
from slaclock.reporting.bad_tickets import frame_with_all_faults
from slaclock.reporting.model import Report
from slaclock.reporting.report import report_of_source

from .file_tickets import FileTickets
from .report_options import ReportOptions, figures_of


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
    tickets = FileTickets(files, policy, sides, reading)
    asked = figures_of(options, at)

    def made(table: pa.Table, own: Mapping[str, Any]) -> Report:
        source = frame_with_all_faults(table, policy, own, timezone=reading.zone.key)
        return report_of_source(source, policy, asked, options["usage"])

    report = tickets.answered(made, at=at, measure=options["measure"])
    return dataclasses.replace(report, skipped=reading.faults.count)
