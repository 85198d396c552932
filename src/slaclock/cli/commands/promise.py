"""`slaclock promise`: how long each target lets wait in plain time, over every opening of a year."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from datetime import datetime
from pathlib import Path

from slaclock.cli.options import add_page
from slaclock.cli.outputs import STANDARD, check_outputs, say_and_write
from slaclock.cli.policies import read_policies
from slaclock.errors import InputError, placed
from slaclock.policy.book import PolicyBook
from slaclock.policy.policy import Policy

EXAMPLES = (
    "slaclock promise --year 2026",
    "slaclock promise sla.toml --year 2018 --measure resolve --json -",
    "slaclock promise --year 2018 --markdown promise.md",
    "slaclock promise sla.toml --year 2026 --html promise.html",
)


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of `promise`."""
    parser.add_argument(
        "policy", nargs="?", metavar="SLA.toml", help="the policy, such as sla.toml (default: the packaged example)"
    )
    parser.add_argument(
        "--year", type=int, metavar="YYYY", help="the year in which the subscription year begins (default: today's)"
    )
    parser.add_argument("--measure", metavar="MEASURE", help="the targets of one measure alone, such as resolve")
    add_page(parser)
    parser.add_argument(
        "--html",
        metavar="FILE.html",
        help="write the policy in plain words for customers, who may ask it for due dates",
    )


def run(arguments: Namespace) -> int:
    """Print the waits, and write them where files are named."""
    check_outputs(arguments, ["json", "markdown", "html"])
    if arguments.html is not None:
        _check_html(arguments.html)
    policy = _policy(arguments.policy)
    from slaclock.promises.customer_page import page_of
    from slaclock.promises.promise import promise

    year = policy.year(datetime.now(policy.calendar.zone)) if arguments.year is None else arguments.year
    waits = promise(policy, year, measure=arguments.measure)
    say_and_write(waits, arguments, html=None if arguments.html is None else page_of(policy, waits))
    return 0


def _check_html(path: str) -> None:
    """An error for a page that cannot be written, before anything is worked out."""
    from slaclock.promises.customer_page import check_templates
    from slaclock.reporting.pages import check_suffix

    check_templates()
    if path != STANDARD:
        with placed("--html"):
            check_suffix(Path(path), ".html")


def _policy(path: str | None) -> Policy:
    policy = read_policies([] if path is None else [path], "POLICY")
    if isinstance(policy, PolicyBook):
        raise InputError("a book has several policies", "give the file of one of them", "POLICY")
    return policy
