"""`slaclock promise`: how long each target lets wait in plain time, over every opening of a year."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from slaclock.cli.options import TICKETS, add_page, add_year_of_policy
from slaclock.cli.outputs import STANDARD, check_outputs, say_and_write
from slaclock.cli.policies import read_policies, year_asked
from slaclock.cli.reading_options import add_reading, reading_of
from slaclock.errors import InputError, placed
from slaclock.formats.extras import needs_extra
from slaclock.policy.book import PolicyBook, main_policy
from slaclock.policy.policy import Policy

EXAMPLES = (
    "slaclock promise --year 2026",
    "slaclock promise sla.toml --year 2018 --measure resolve --json -",
    "slaclock promise sla.toml --year 2018 --openings tickets.csv",
    "slaclock promise --year 2018 --markdown promise.md",
    "slaclock promise sla.toml --year 2026 --html promise.html",
)


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of `promise`."""
    add_year_of_policy(parser)
    parser.add_argument("--measure", metavar="MEASURE", help="the targets of one measure alone, such as resolve")
    words = "past tickets, by whose hours of opening the waits are weighted, such as tickets.csv: "
    parser.add_argument("--openings", metavar="TICKETS", help=words + TICKETS)
    add_reading(parser, skips=True)
    add_page(parser)
    parser.add_argument(
        "--html",
        metavar="FILE.html",
        help="write the policy in plain words for customers, who may ask it for due dates",
    )


def run(arguments: Namespace) -> int:
    """Print the waits, and write them where files are named."""
    check_outputs(arguments, ["json", "markdown", "html", "rejects"])
    policy = read_policies(arguments.policy, "POLICY")
    if arguments.html is not None:
        _check_html(arguments, policy)
    from slaclock.promises.promise import promise

    main = main_policy(policy)
    year = year_asked(policy, arguments.year)
    openings = None if arguments.openings is None else _openings(arguments, policy)
    waits = promise(policy, year, measure=arguments.measure, openings=openings)
    html = None
    if arguments.html is not None:
        from slaclock.promises.customer_page import page_of

        html = page_of(main, waits)
    say_and_write(waits, arguments, html=html)
    return 0


def _openings(arguments: Namespace, policy: Policy | PolicyBook) -> Any:
    """The tickets of the file as a table of Arrow."""
    with needs_extra("cli"):
        from slaclock.cli.file_tickets import tickets_table
    with reading_of(arguments, policy) as reading:
        return tickets_table([arguments.openings], policy, reading)


def _check_html(arguments: Namespace, policy: Policy | PolicyBook) -> None:
    """An error for a page that cannot be written, before anything is worked out."""
    from slaclock.promises.customer_page import check_templates
    from slaclock.reporting.pages import check_suffix

    if isinstance(policy, PolicyBook):
        raise InputError("a page is of one policy, and a book has several", "give the file of one of them", "--html")
    check_templates()
    if arguments.html != STANDARD:
        with placed("--html"):
            check_suffix(Path(arguments.html), ".html")
