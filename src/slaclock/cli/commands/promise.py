"""`slaclock promise`: how long each target lets wait in plain time, over every opening of a year."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from slaclock.cli.options import add_page, add_year_of_policy
from slaclock.cli.outputs import check_outputs, say_and_write
from slaclock.cli.policies import read_policy, year_asked

EXAMPLES = (
    "slaclock promise --year 2026",
    "slaclock promise sla.toml --year 2018 --measure resolve --json -",
    "slaclock promise --year 2018 --markdown promise.md",
)


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of `promise`."""
    add_year_of_policy(parser)
    parser.add_argument("--measure", metavar="MEASURE", help="the targets of one measure alone, such as resolve")
    add_page(parser)


def run(arguments: Namespace) -> int:
    """Print the waits, and write them where files are named."""
    check_outputs(arguments, ["json", "markdown"])
    policy = read_policy(arguments.policy)
    from slaclock.promises.promise import promise

    year = year_asked(policy, arguments.year)
    waits = promise(policy, year, measure=arguments.measure)
    say_and_write(waits, arguments)
    return 0
