"""`slaclock promise`: how long each target lets wait in plain time, over every opening of a year."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from datetime import datetime

from slaclock.cli.options import add_page
from slaclock.cli.outputs import check_outputs, say_and_write
from slaclock.cli.policies import read_policies
from slaclock.errors import InputError
from slaclock.policy.book import PolicyBook
from slaclock.policy.policy import Policy

EXAMPLES = (
    "slaclock promise --year 2026",
    "slaclock promise sla.toml --year 2018 --measure resolve --json -",
    "slaclock promise --year 2018 --markdown promise.md",
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


def run(arguments: Namespace) -> int:
    """Print the waits, and write them where files are named."""
    check_outputs(arguments, ["json", "markdown"])
    policy = _policy(arguments.policy)
    from slaclock.promises.promise import promise

    year = policy.year(datetime.now(policy.calendar.zone)) if arguments.year is None else arguments.year
    waits = promise(policy, year, measure=arguments.measure)
    say_and_write(waits, arguments)
    return 0


def _policy(path: str | None) -> Policy:
    policy = read_policies([] if path is None else [path], "POLICY")
    if isinstance(policy, PolicyBook):
        raise InputError("a book has several policies", "give the file of one of them", "POLICY")
    return policy
