"""Tables of tickets and what stands beside them, read into one report."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa

from slaclock.desks.located_tickets import LocatedTicket
from slaclock.desks.readings import Reading
from slaclock.errors import SlaClockError
from slaclock.policy.book import PolicyBook, check_measure
from slaclock.policy.policy import Policy
from slaclock.reporting.bad_tickets import frame_with_all_faults
from slaclock.reporting.facts import FactFinder
from slaclock.reporting.model import Report
from slaclock.reporting.report import report_of_source
from slaclock.reporting.sources import TicketList

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
        return report_of_source(source, policy, asked, options["usage"], options["outages"])

    report = tickets.answered(made, at=at, measure=options["measure"])
    return dataclasses.replace(report, skipped=reading.faults.count)


def report_of_log(
    tickets: Sequence[LocatedTicket],
    policy: Policy | PolicyBook,
    at: datetime,
    *,
    options: ReportOptions,
    reading: Reading,
) -> Report:
    """The report over the tickets of a log; what is wrong with some of them is said with their places."""
    check_measure(policy, options["measure"])
    asked, beside = figures_of(options, at), (options["usage"], options["outages"])
    try:
        made = report_of_source(TicketList(located.ticket for located in tickets), policy, asked, *beside)
    except SlaClockError:
        bad = dict(_bad(tickets, FactFinder(policy, asked)))
        if not bad:
            raise
        reading.faults.add(located.bad_row(error) for located, error in bad.values())
        good = TicketList(located.ticket for located in tickets if located.ticket.id not in bad)
        made = report_of_source(good, policy, asked, *beside)
    return dataclasses.replace(made, skipped=reading.faults.count)


def _bad(
    tickets: Sequence[LocatedTicket], finder: FactFinder
) -> Iterator[tuple[str, tuple[LocatedTicket, SlaClockError]]]:
    """The tickets over which no report can be made, by their ids, which are sought by halves."""
    try:
        finder.facts(TicketList(located.ticket for located in tickets))
    except SlaClockError as error:
        if len(tickets) > 1:
            half = len(tickets) // 2
            yield from _bad(tickets[:half], finder)
            yield from _bad(tickets[half:], finder)
        else:
            yield tickets[0].ticket.id, (tickets[0], error.alone())
