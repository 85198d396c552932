"""`slaclock diff`: what a change of a policy or a book means for rules, cases and past tickets."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from contextlib import ExitStack
from typing import TYPE_CHECKING, get_args

from slaclock.checking import compare
from slaclock.checking.cases import Case, CaseFile
from slaclock.cli.inputs import sides_of
from slaclock.cli.options import add_at, add_cases, add_json, add_measure, add_sides
from slaclock.cli.outputs import STANDARD, check_outputs, say, write_json, write_text
from slaclock.cli.policies import read_now, read_policies
from slaclock.cli.reading_options import add_reading, reading_of
from slaclock.errors import InputError
from slaclock.formats.extras import needs_extra
from slaclock.policy.book import PolicyBook
from slaclock.policy.policy import Policy
from slaclock.policy.subscription_years import PeriodLength

if TYPE_CHECKING:
    from slaclock.what_if.compare import TicketsUnder
    from slaclock.what_if.comparison import Comparison

EXAMPLES = (
    "slaclock diff sla.toml new.toml",
    "slaclock diff sla.toml new.toml --tickets tickets.csv --pauses pauses.csv --at '2018-06-29 12:00' --json -",
)


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of `diff`."""
    several = "or a folder, a pattern ('policies/*.toml') or a book's JSON"
    parser.add_argument("old", metavar="OLD.toml", help=f"the policy as it was, {several}")
    parser.add_argument("new", metavar="NEW.toml", help=f"the policy as it will be, {several}")
    add_cases(parser)
    parser.add_argument(
        "--tickets",
        metavar="TICKETS",
        help="past tickets, such as tickets.csv, to say which change their state or due date",
    )
    add_sides(parser)
    add_reading(parser, skips=False)
    add_measure(parser)
    parser.add_argument("--period", choices=get_args(PeriodLength), default="year", help="(default: year)")
    add_at(parser, "the instant to assess them at")
    add_json(parser, "all of it")
    parser.add_argument(
        "--markdown", metavar="FILE", help="write what becomes of the tickets as Markdown too, such as tickets.md"
    )


def run(arguments: Namespace) -> int:
    """Print what the change means, and write it where files are named."""
    check_outputs(arguments, ["json", "markdown"])
    if arguments.markdown is not None and arguments.tickets is None:
        raise InputError("--markdown is given without --tickets", "give the past tickets that it is to speak of")
    old, new = read_policies([arguments.old], "OLD"), read_policies([arguments.new], "NEW")
    cases: dict[str, Case] | None = None
    for path in arguments.cases:
        cases = {**(cases or {}), **CaseFile.load(path).cases}
    difference = compare(old, new, cases)
    comparison = None if arguments.tickets is None else _comparison(arguments, old, new)
    if STANDARD not in (arguments.json, arguments.markdown):
        say(difference)
        if comparison is not None:
            say(comparison)
    if arguments.json is not None:
        parts = {"difference": difference.to_dict()}
        parts |= {} if comparison is None else {"comparison": json.loads(comparison.to_json())}
        write_json(parts, arguments.json)
    if arguments.markdown is not None and comparison is not None:
        write_text(comparison.to_markdown(), arguments.markdown, "--markdown")
    return 0


def _comparison(arguments: Namespace, old: Policy | PolicyBook, new: Policy | PolicyBook) -> Comparison:
    """What the new policy makes of past tickets; each reads those without an offset in its own zone."""
    with needs_extra("cli"):
        from slaclock.cli.compared_files import tickets_under
        from slaclock.desks.byte_streams import rereadable
        from slaclock.what_if.compare import comparison_of
    at, measure = read_now(arguments.at, old), arguments.measure
    with ExitStack() as stack:
        tickets = stack.enter_context(rereadable(arguments.tickets))
        sides = {side: stack.enter_context(rereadable(path)) for side, path in sides_of(arguments).items()}

        def under(policy: Policy | PolicyBook) -> TicketsUnder:
            with reading_of(arguments, policy) as reading:
                return tickets_under(tickets, policy, at, sides=sides, measure=measure, reading=reading)

        return comparison_of(under(old), under(new), arguments.period)
