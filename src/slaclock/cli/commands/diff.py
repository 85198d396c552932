"""`slaclock diff`: what a change of a policy or a book means for rules, cases and past tickets."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections import Counter
from contextlib import ExitStack

from slaclock.checking import compare
from slaclock.checking.cases import Case, CaseFile
from slaclock.checking.differences import states_of
from slaclock.cli.inputs import sides_of
from slaclock.cli.options import add_at, add_cases, add_json, add_sides
from slaclock.cli.outputs import STANDARD, check_outputs, say, write_json
from slaclock.cli.policies import read_now, read_policies
from slaclock.cli.reading_options import add_reading, reading_of
from slaclock.cli.tally import Tally
from slaclock.formats.extras import needs_extra
from slaclock.policy.book import PolicyBook
from slaclock.policy.policy import Policy

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
        "--tickets", metavar="TICKETS", help="past tickets, such as tickets.csv, to count those that change their state"
    )
    add_sides(parser)
    add_reading(parser, skips=False)
    add_at(parser, "the instant to assess them at")
    add_json(parser, "it")


def run(arguments: Namespace) -> int:
    """Print what the change means."""
    check_outputs(arguments, ["json"])
    old, new = read_policies([arguments.old], "OLD"), read_policies([arguments.new], "NEW")
    cases: dict[str, Case] | None = None
    for path in arguments.cases:
        cases = {**(cases or {}), **CaseFile.load(path).cases}
    difference = compare(old, new, cases)
    if arguments.tickets is not None:
        difference.states = _states(arguments, old, new)
    if arguments.json is not None:
        write_json(difference.to_dict(), arguments.json)
    if arguments.json != STANDARD:
        say(difference)
    return 0


def _states(arguments: Namespace, old: Policy | PolicyBook, new: Policy | PolicyBook) -> Counter[tuple[str, str]]:
    """How many past tickets go from which state to which."""
    with needs_extra("cli"):
        from slaclock.cli.answer_tables import TableAssessment
        from slaclock.cli.ticket_stream import answers_of_files
        from slaclock.desks.byte_streams import rereadable
    at = read_now(arguments.at, old)
    states: list[dict[str, str]] = []
    with ExitStack() as stack:
        tickets = stack.enter_context(rereadable(arguments.tickets))
        sides = {side: stack.enter_context(rereadable(path)) for side, path in sides_of(arguments).items()}
        for policy in (old, new):
            own: dict[str, str] = {}
            with reading_of(arguments, policy) as reading:
                assessment = TableAssessment(policy, at, "resolve")
                for table in answers_of_files(tickets, sides, assessment, reading=reading, tally=Tally(1)):
                    own.update(zip(table["id"].to_pylist(), table["state"].to_pylist(), strict=True))
            states.append(own)
    before, after = states
    ids = dict.fromkeys((*before, *after))  # by the zone of one policy a ticket may not have opened yet
    return states_of([before.get(ticket) for ticket in ids], [after.get(ticket) for ticket in ids])
