"""`slaclock explain`: the ledger of one ticket, which says which time counted, and why."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from slaclock.cli.inputs import Inputs
from slaclock.cli.options import TICKETS, add_inputs, choices_of
from slaclock.cli.outputs import say
from slaclock.cli.policies import read_policies
from slaclock.cli.reading_options import reading_of
from slaclock.errors import InputError
from slaclock.formats.extras import needs_extra
from slaclock.tickets.assessment import Assessment


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of `explain`."""
    parser.add_argument("ticket", metavar="TICKET_ID")
    parser.add_argument("tickets", nargs="?", metavar="TICKETS", help=TICKETS)
    add_inputs(parser, skips=False)
    ends = choices_of(Assessment.explain, "to")
    parser.add_argument("--to", choices=ends, default="due", help="where the ledger ends (default: due)")


def run(arguments: Namespace) -> int:
    """Print the ledger."""
    policy = read_policies(arguments.policy)
    inputs = Inputs.of(arguments, policy)
    with needs_extra("cli"):
        from slaclock.cli.tickets import read_tickets
    with reading_of(arguments, policy) as reading:
        tickets = read_tickets(inputs.tickets, inputs.sides, inputs.events, inputs.mapping, policy, reading)
    located = next((located for located in tickets if located.ticket.id == arguments.ticket), None)
    if located is None:
        examples = ", ".join(located.ticket.id for located in tickets[:3])
        raise InputError(f"there is no ticket {arguments.ticket!r}", f"use an id of the file, such as {examples}")
    say(located.assess(policy, inputs.at, arguments.measure).explain(arguments.to))
    return 0
