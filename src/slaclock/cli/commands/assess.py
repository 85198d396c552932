"""`slaclock assess`: a table of tickets, the worst first, and a line a priority."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from slaclock.cli.answer_files import DUE_DATES, FORMS, answers_to, table_of_rows
from slaclock.cli.answer_rows import AnswerRow
from slaclock.cli.inputs import Inputs, has_log
from slaclock.cli.options import TICKETS, add_engine, add_inputs
from slaclock.cli.outputs import STANDARD, check_outputs, say
from slaclock.cli.policies import read_policies, zone_of
from slaclock.cli.progress import progress_bar
from slaclock.cli.reading_options import reading_of
from slaclock.cli.tally import Tally
from slaclock.cli.ticket_table import print_table
from slaclock.errors import InputError
from slaclock.formats.extras import needs_extra
from slaclock.formats.tables import instant_text
from slaclock.policy.book import PolicyBook, policies_of, title_of
from slaclock.policy.measures import Measure
from slaclock.policy.policy import Policy

if TYPE_CHECKING:
    import pyarrow as pa

    from slaclock.desks.readings import Reading


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of `assess`."""
    parser.add_argument("tickets", nargs="?", metavar="TICKETS", help=TICKETS)
    add_inputs(parser)
    parser.add_argument("--limit", type=int, metavar="N", default=250, help="how many of the worst to show (250)")
    forms = f"{', '.join(FORMS)}, or {DUE_DATES} for due dates alone"
    words = f"write all answers to a file too ({forms}), or a folder of Parquet; - for them alone, as CSV"
    parser.add_argument("--out", metavar="FILE", help=words)
    add_engine(parser)


def run(arguments: Namespace) -> int:
    """Print how the tickets stand, and write all answers where a file is named."""
    if arguments.limit < 1:
        raise InputError(f"{arguments.limit} tickets cannot be shown", "give 1 or more", "--limit")
    check_outputs(arguments, ["out", "rejects"])
    policy = read_policies(arguments.policy)
    inputs, tally = Inputs.of(arguments, policy), Tally(arguments.limit)
    with ExitStack() as stack:
        if arguments.engine == "duckdb":
            with needs_extra("duckdb"):
                import slaclock.cli.duckdb_files  # noqa: F401 - whose extra has more than that of the rest
        reading = stack.enter_context(reading_of(arguments, policy))
        write = None if arguments.out is None else stack.enter_context(answers_to(arguments.out, inputs.at))
        if has_log(arguments):
            rows = _assess_log(inputs, policy, arguments.measure, reading, tally)
            if write is not None:
                write(table_of_rows(rows, zone_of(policy).key))
        else:
            for table in _answers(arguments, inputs, policy, reading, tally):
                if write is not None:
                    write(table)
    if arguments.out == STANDARD:
        return 0
    _print(tally, policy, inputs.at, reading.zone)
    if arguments.out is not None:
        what = "due dates" if arguments.out.lower().endswith(DUE_DATES) else f"all {tally.count}"
        say(f"{what} written to {arguments.out}")
    return 0


def _answers(
    arguments: Namespace, inputs: Inputs, policy: Policy | PolicyBook, reading: Reading, tally: Tally
) -> Iterator[pa.Table]:
    """The answers to tables of any size, batch by batch."""
    if arguments.engine == "duckdb":
        with needs_extra("duckdb"):
            from slaclock.cli.duckdb_files import answers_of_files
    else:
        with needs_extra("cli"):
            from slaclock.cli.ticket_stream import answers_of_files
    from slaclock.cli.answer_tables import TableAssessment

    assert inputs.tickets is not None  # without a log there are tickets
    assessment = TableAssessment(policy, inputs.at, arguments.measure)
    with progress_bar(sys.stderr) as progress:
        yield from answers_of_files(
            inputs.tickets, inputs.sides, assessment, reading=reading, tally=tally, progress=progress
        )


def _assess_log(
    inputs: Inputs, policy: Policy | PolicyBook, measure: Measure, reading: Reading, tally: Tally
) -> list[AnswerRow]:
    """The answers to the tickets of a log, one by one."""
    from slaclock.cli.tickets import all_answered, read_tickets

    zone = zone_of(policy)
    tickets = read_tickets(inputs.tickets, inputs.sides, inputs.events, inputs.mapping, policy, reading)
    opened = [located for located in tickets if located.ticket.opened <= inputs.at]
    assessed = all_answered(opened, lambda located: located.assess(policy, inputs.at, measure), reading.faults)
    rows = [AnswerRow.of(assessment, zone) for assessment in assessed]
    tally.later = len(tickets) - len(opened)
    tally.add(rows)
    return rows


def _print(tally: Tally, policy: Policy | PolicyBook, at: datetime, zone: ZoneInfo) -> None:
    print_table(tally.worst, sys.stdout)
    print()
    for line in tally.summary():
        say(line)
    as_of = instant_text(at.astimezone(zone_of(policy)))
    say(f"{len(tally.worst)} of {tally.count} tickets shown, as of {as_of}")
    if tally.later:
        say(f"{tally.later} tickets opened later and are left out")
    policies = policies_of(policy)
    label = "policy" if len(policies) == 1 else "policies"
    say(f"{label}: {_names(policies)}; times without an offset are read in {zone.key}")


def _names(policies: Sequence[Policy]) -> str:
    """The names of the policies; of several each with those to whom it applies, and from when it is in force."""
    return policies[0].name if len(policies) == 1 else ", ".join(map(title_of, policies))
