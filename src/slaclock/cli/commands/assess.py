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
from slaclock.cli.options import (
    TICKETS,
    add_engine,
    add_fail_on,
    add_inputs,
    add_json,
    add_known,
    add_receipts,
    code_of,
)
from slaclock.cli.outputs import STANDARD, check_outputs, check_standard_output, say
from slaclock.cli.policies import read_known, read_policies, zone_of
from slaclock.cli.progress import progress_bar
from slaclock.cli.reading_options import reading_of
from slaclock.cli.receipt_files import write_receipts
from slaclock.cli.tally import Tally
from slaclock.cli.terminals import fitted, height_of, note_dropped
from slaclock.cli.ticket_table import print_tickets
from slaclock.errors import InputError
from slaclock.formats.counts import count_text, opened_later_text
from slaclock.formats.extras import needs_extra
from slaclock.formats.tables import instant_text
from slaclock.policy.book import PolicyBook, policies_of, title_of
from slaclock.policy.policy import Policy
from slaclock.temporal.durations import UNITS, Unit
from slaclock.tickets.states import STATES

if TYPE_CHECKING:
    import pyarrow as pa

    from slaclock.desks.readings import Reading


EXAMPLES = (
    "slaclock assess",
    "slaclock assess tickets.csv --pauses pauses.csv --policy sla.toml",
    "slaclock assess tickets.csv --at '2018-06-29 12:00' --limit 20 --out answers.xlsx",
    "slaclock assess --events events.csv --mapping mapping.toml --at '2018-06-29 12:00'",
    "slaclock assess tickets.csv --at '2018-06-29 12:00' --receipts receipts.jsonl",
    "slaclock assess tickets.csv --measure inform --at '2018-06-29 12:00' --fail-on breached --json -",
)
_USUAL_LIMIT, _LEAST_LIMIT = 250, 5


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of `assess`."""
    parser.add_argument("tickets", nargs="?", metavar="TICKETS", help=TICKETS)
    add_inputs(parser)
    add_known(parser)
    words = f"how many of the worst to show (default: as many as the terminal has room for, elsewhere {_USUAL_LIMIT})"
    parser.add_argument("--limit", type=int, metavar="N", help=words)
    forms = f"{', '.join(FORMS)}, {DUE_DATES} for due dates alone, or a folder of Parquet"
    words = f"write all answers to a file too, such as answers.csv ({forms}; - for them alone, as CSV)"
    parser.add_argument("--out", metavar="FILE", help=words)
    add_json(parser, "all answers")
    add_receipts(parser)
    words = "numbers of hours or of service days for lengths of time (default: as people read them, in files seconds)"
    parser.add_argument("--unit", choices=UNITS, help=words)
    add_fail_on(parser, STATES, "a ticket is in this state")
    add_engine(parser)


def run(arguments: Namespace) -> int:
    """Print how the tickets stand, and write all answers where a file is named."""
    limit, unit = arguments.limit, arguments.unit
    if limit is not None and limit < 1:
        raise InputError(f"{limit} tickets cannot be shown", "give 1 or more", "--limit")
    check_outputs(arguments, ["out", "json", "rejects", "receipts"])
    outputs = {"--out": arguments.out, "--json": arguments.json}
    check_standard_output(arguments, ["out", "json", "receipts"])
    if arguments.receipts is not None and arguments.engine != "columns":
        problem = f"receipts are made ticket by ticket, and not by {arguments.engine}"
        raise InputError(problem, "leave out --engine", "--receipts", value=arguments.engine)
    policy = read_policies(arguments.policy)
    inputs, tally = Inputs.of(arguments, policy), Tally(limit or height_of(sys.stdout) or _USUAL_LIMIT)
    with ExitStack() as stack:
        if arguments.engine == "duckdb":
            with needs_extra("duckdb"):
                import slaclock.cli.duckdb_files  # noqa: F401 - whose extra has more than that of the rest
        reading = stack.enter_context(reading_of(arguments, policy))
        writes = [
            stack.enter_context(answers_to(path, name, inputs.at, unit))
            for name, path in outputs.items()
            if path is not None
        ]
        if has_log(arguments) or arguments.receipts is not None:
            rows = _assess_one_by_one(inputs, policy, arguments, reading, tally)
            for write in writes:
                write(table_of_rows(rows, zone_of(policy).key, unit))
        else:
            for table in _answers(arguments, inputs, policy, reading, tally):
                for write in writes:
                    write(table)
    if STANDARD not in (*outputs.values(), arguments.receipts):
        _print(tally, policy, inputs.at, reading.zone, unit, is_bounded=limit is None)
        for path in filter(None, outputs.values()):
            what = "due dates" if path.lower().endswith(DUE_DATES) else f"all {tally.count}"
            say(f"{what} written to {path}")
        if arguments.receipts is not None:
            say(f"{count_text(tally.count, 'receipt')} written to {arguments.receipts}")
    return code_of(arguments, {state for (_, _, state), count in tally.states.items() if count})


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
    known = read_known(arguments.known, policy)
    assessment = TableAssessment(policy, inputs.at, arguments.measure, arguments.unit, known)
    with progress_bar(sys.stderr) as progress:
        yield from answers_of_files(
            inputs.tickets, inputs.sides, assessment, reading=reading, tally=tally, progress=progress
        )


def _assess_one_by_one(
    inputs: Inputs, policy: Policy | PolicyBook, arguments: Namespace, reading: Reading, tally: Tally
) -> list[AnswerRow]:
    """The answers to the tickets of a log, or of which receipts are wanted, one by one."""
    from slaclock.cli.tickets import all_answered, read_tickets

    zone, measure, known = zone_of(policy), arguments.measure, read_known(arguments.known, policy)
    tickets = read_tickets(inputs.tickets, inputs.sides, inputs.events, inputs.mapping, policy, reading)
    opened = [located for located in tickets if located.ticket.opened <= inputs.at]
    assessed = all_answered(opened, lambda located: located.assess(policy, inputs.at, measure, known), reading.faults)
    if arguments.receipts is not None:
        write_receipts((assessment.receipt() for assessment in assessed), arguments.receipts)
    rows = [AnswerRow.of(assessment, zone, arguments.unit) for assessment in assessed]
    tally.later = len(tickets) - len(opened)
    tally.add(rows)
    return rows


def _print(
    tally: Tally, policy: Policy | PolicyBook, at: datetime, zone: ZoneInfo, unit: Unit | None, *, is_bounded: bool
) -> None:
    """Print the worst and what is said of all; `is_bounded` is whether all of it is to stay on a terminal's screen."""
    summary = [fitted(line, sys.stdout) for line in tally.summary()]
    policies = policies_of(policy)
    label = "policy" if len(policies) == 1 else "policies"
    words = f"{label}: {_names(policies)}; times without an offset are read in {zone.key}"
    end = fitted(words, sys.stdout)
    height = height_of(sys.stdout) if is_bounded else None
    worst = tally.worst
    if height is not None:
        others = "\n".join([*summary, end]).count("\n") + 1
        # Beside these the header, the line of columns left out, two of counts, an empty one, and the prompt.
        worst = worst[: max(_LEAST_LIMIT, height - others - 6)]
    dropped = print_tickets(worst, sys.stdout, unit)
    print()
    note_dropped(dropped, sys.stdout)
    for line in summary:
        say(line)
    as_of = instant_text(at.astimezone(zone_of(policy)))
    say(f"{len(worst)} of {count_text(tally.count, 'ticket')} shown, as of {as_of}")
    if tally.later:
        say(opened_later_text(tally.later))
    say(end)


def _names(policies: Sequence[Policy]) -> str:
    """The names of the policies; of several each with those to whom it applies, and from when it is in force."""
    return policies[0].name if len(policies) == 1 else ", ".join(map(title_of, policies))
