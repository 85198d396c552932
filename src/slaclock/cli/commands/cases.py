"""`slaclock cases`: a draft of the cases at the edges of a policy, with today's answers."""

from __future__ import annotations

import tomllib
from argparse import ArgumentParser, Namespace

from slaclock.checking import suggest
from slaclock.cli.options import add_json
from slaclock.cli.outputs import STANDARD, check_outputs, write_json
from slaclock.cli.policies import read_policies
from slaclock.errors import InputError, SlaClockError
from slaclock.policy.book import PolicyBook
from slaclock.policy.policy import Policy
from slaclock.policy.subscription_years import SubscriptionYear

EXAMPLES = (
    "slaclock cases --suggest sla.toml",
    "slaclock cases --suggest sla.toml --year 2026 --json -",
)


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of `cases`."""
    words = "the policy, such as sla.toml; several, or their folder, for a case of each policy of the book"
    parser.add_argument("--suggest", required=True, nargs="+", metavar="SLA.toml", dest="policy", help=words)
    parser.add_argument(
        "--year", type=int, metavar="YYYY", help="the year in which the subscription year begins, such as 2026"
    )
    add_json(parser, "the draft")


def run(arguments: Namespace) -> int:
    """Print a draft of the cases of a policy, or of a book."""
    check_outputs(arguments, ["json"])
    policy = read_policies(arguments.policy, "--suggest")
    year = None if arguments.year is None else _year(arguments.year, policy)
    draft = suggest(policy, year)
    if arguments.json is not None:
        write_json(tomllib.loads(draft), arguments.json)
    if arguments.json != STANDARD:
        print(draft, end="")
    return 0


def _year(number: int, policy: Policy | PolicyBook) -> SubscriptionYear:
    """The subscription year that begins in a year of that number; a book has no one year."""
    if isinstance(policy, PolicyBook):
        raise InputError("--year is of no use for a book", "leave it out, or draft the cases of one policy", "--year")
    try:
        year = SubscriptionYear(number, policy.year_starts, policy.calendar.zone.key)
        _ = year.period
    except SlaClockError:
        raise InputError(f"{number} is no year to draft cases for", "use one of our days", "--year") from None
    return year
