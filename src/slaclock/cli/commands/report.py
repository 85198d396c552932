"""`slaclock report`: the service report, printed, and written as a page, as Markdown or as JSON."""

from __future__ import annotations

import dataclasses
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from slaclock.cli.example_files import EXAMPLE_AT, example_file, example_sides
from slaclock.cli.inputs import has_log, sides_of
from slaclock.cli.options import TICKETS, add_engine, add_fail_on, add_inputs, add_known, code_of
from slaclock.cli.outputs import STANDARD, check_outputs, say
from slaclock.cli.policies import read_known, read_now, read_policies
from slaclock.cli.progress import progress_bar
from slaclock.cli.reading_options import reading_of
from slaclock.cli.report_options import ReportOptions
from slaclock.cli.terminals import console_of
from slaclock.errors import InputError, placed
from slaclock.figures.report_figures import By
from slaclock.formats.extras import needs_extra
from slaclock.formats.files import encoded
from slaclock.formats.safe_texts import without_commands
from slaclock.policy.book import PolicyBook
from slaclock.policy.named_periods import AskedPeriod
from slaclock.policy.policy import Policy
from slaclock.tickets.states import STATES

if TYPE_CHECKING:
    from slaclock.desks.readings import Reading
    from slaclock.reporting.model import Report

_PAGES = {"html": (".html", "as one page"), "markdown": (".md", "as Markdown"), "json": (".json", "as JSON")}
"""What the report may be written as: the kind of file, and the help."""


EXAMPLES = (
    "slaclock report",
    "slaclock report --split category,month --why",
    "slaclock report tickets.csv --pauses pauses.csv --usage training.csv --period month --html report.html",
    "slaclock report tickets.csv --at '2018-06-29 12:00' --by resolved --worst 5 --fail-on breached --json -",
)


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of `report`."""
    parser.add_argument("tickets", nargs="*", metavar="TICKETS", help=TICKETS)
    add_inputs(parser)
    add_known(parser)
    words = (
        "the periods that tickets are counted in: year, quarter or month of the subscription year (default: year), or "
        "a name of [periods] in the policy, such as 'Autumn term', which counts what lies in it alone"
    )
    parser.add_argument("--period", metavar="PERIOD", help=words)
    words = "count only what lies in the period from this date on, such as 2018-04-01"
    parser.add_argument("--from", dest="first", metavar="DATE", help=words)
    words = "and up to this date, which is no longer in it, such as 2018-05-01"
    parser.add_argument("--to", dest="end", metavar="DATE", help=words)
    words = "whether a ticket belongs to the period in which it opened, or to that of its resolution (default: opened)"
    parser.add_argument("--by", choices=get_args(By), default="opened", help=words)
    words = "what was used of the allowances, such as training.csv: a file with the columns allowance, at, amount"
    parser.add_argument("--usage", metavar="USAGE", help=words)
    words = "when services were down, such as outages.csv: a file with the columns start, end, planned, availability"
    parser.add_argument("--outages", metavar="OUTAGES", help=words)
    parser.add_argument("--worst", type=int, metavar="N", default=10, help="how many of the worst misses to show (10)")
    words = (
        "tell tickets apart beside: by columns or attributes, such as team or team,site, as they last were; also by "
        "year, quarter and month"
    )
    parser.add_argument("--split", metavar="NAMES", default="", help=words)
    words = "say where the time went, of what missed its target beside what met it, and when that was due"
    parser.add_argument("--why", action="store_true", help=words)
    add_engine(parser)
    for name, (end, form) in _PAGES.items():
        words = f"write the report {form} too, such as to report{end} (- for it alone)"
        parser.add_argument(f"--{name}", metavar="FILE", help=words)
    add_fail_on(parser, STATES, "a ticket is in this state")


def run(arguments: Namespace) -> int:
    """Print the report, and write it where files are named."""
    check_outputs(arguments, [*_PAGES, "rejects"])
    paths = {name: path for name in _PAGES if (path := getattr(arguments, name)) is not None}
    _check_pages(paths)
    policy = read_policies(arguments.policy)
    with reading_of(arguments, policy) as own:
        with needs_extra("cli"):
            from slaclock.reporting.options import attributes_split
        reading = dataclasses.replace(own, attributes=attributes_split(names_of(arguments.split)))
        if has_log(arguments):
            report = _report_of_log(arguments, policy, reading)
        elif arguments.engine == "duckdb":
            report = _report_by_duckdb(arguments, policy, reading)
        else:
            report = _report_of_files(arguments, policy, reading)
    if STANDARD not in paths.values():
        _print(report)
    for name, path in paths.items():
        if path == STANDARD:
            _write(report, name)
        else:
            report.save(path, _PAGES[name][0])
            say(f"written to {path}", file=sys.stderr if STANDARD in paths.values() else None)
    return code_of(arguments, [state for state, count in report.totals.items() if count])


def _period(arguments: Namespace) -> AskedPeriod:
    """The period that is asked for."""
    first, end, period = arguments.first, arguments.end, arguments.period
    if first is None and end is None:
        return period or "year"
    if period is not None:
        raise InputError("--period is given beside --from and --to", "leave one of them out", "--period", value=period)
    if first is None or end is None:
        missing = "--from" if first is None else "--to"
        raise InputError(f"{missing} is not given", "give both, such as --from 2018-04-01 --to 2018-05-01", missing)
    return first, end


def names_of(words: str) -> tuple[str, ...]:
    """The names between commas."""
    return tuple(name for word in words.split(",") if (name := word.strip()))


def _check_pages(paths: Mapping[str, str]) -> None:
    """An error for a page that cannot be written, before anything is read."""
    if paths:
        with needs_extra("cli"):
            from slaclock.reporting.html_page import check_templates
            from slaclock.reporting.pages import check_suffix
        for name, path in paths.items():
            with placed(f"--{name}"):
                if path != STANDARD:
                    check_suffix(Path(path), _PAGES[name][0])
        if "html" in paths:
            check_templates()


def _report_of_files(arguments: Namespace, policy: Policy | PolicyBook, reading: Reading) -> Report:
    """The report over files, or over the packaged example's."""
    with needs_extra("cli"):
        from slaclock.cli.report_files import report_of_files
    files, sides, usage, at = arguments.tickets, sides_of(arguments), arguments.usage, arguments.at
    if not files:
        if sides or usage is not None or arguments.mapping is not None or arguments.outages is not None:
            raise InputError("files are given without TICKETS", "give the tickets too")
        *files, usage = (str(example_file(name)) for name in ("tickets.csv", "contacts.csv", "training.csv"))
        at, sides = at or EXAMPLE_AT, example_sides()
    options = _options(arguments, policy, usage, reading)
    return report_of_files(files, policy, read_now(at, policy), sides=sides, options=options, reading=reading)


def _report_by_duckdb(arguments: Namespace, policy: Policy | PolicyBook, reading: Reading) -> Report:
    """The report over tickets larger than memory."""
    with needs_extra("duckdb"):
        from slaclock.cli.duckdb_files import report_of_files
    at, sides, options = (
        read_now(arguments.at, policy),
        sides_of(arguments),
        _options(arguments, policy, arguments.usage, reading),
    )
    with progress_bar(sys.stderr) as progress:
        return report_of_files(
            arguments.tickets, policy, at, sides=sides, options=options, reading=reading, progress=progress
        )


def _report_of_log(arguments: Namespace, policy: Policy | PolicyBook, reading: Reading) -> Report:
    """The report over the tickets of an event log, and of a file of tickets beside it."""
    with needs_extra("cli"):
        from slaclock.cli.report_files import report_of_log
        from slaclock.cli.tickets import read_tickets
    if len(arguments.tickets) > 1:
        raise InputError("several files of tickets are given beside a log", "give one")
    file = next(iter(arguments.tickets), None)
    tickets = read_tickets(file, sides_of(arguments), arguments.events, arguments.mapping, policy, reading)
    options = _options(arguments, policy, arguments.usage, reading)
    return report_of_log(tickets, policy, read_now(arguments.at, policy), options=options, reading=reading)


def _options(arguments: Namespace, policy: Policy | PolicyBook, usage: str | None, reading: Reading) -> ReportOptions:
    from slaclock.desks.ticket_tables import read_outages, read_usage

    return {
        "by": arguments.by,
        "period": _period(arguments),
        "measure": arguments.measure,
        "worst": arguments.worst,
        "split": names_of(arguments.split),
        "why": arguments.why,
        "known": read_known(arguments.known, policy),
        "usage": [] if usage is None else read_usage(usage, reading),
        "outages": None if arguments.outages is None else read_outages(arguments.outages, reading),
    }


def _write(report: Report, name: str) -> None:
    """A page alone on standard output, in UTF-8 as in a file; a build server finds no command in it."""
    pages = {"html": report.to_html, "markdown": report.to_markdown, "json": report.to_json}
    text = without_commands(pages[name](), "&#58;")
    sys.stdout.flush()
    sys.stdout.buffer.write(encoded(text, STANDARD))


def _print(report: Report) -> None:
    """The report for a terminal, or as plain text into a file or a pipe."""
    console = console_of(sys.stdout)
    if console.is_terminal:
        console.print(report)
    else:
        say(report)
