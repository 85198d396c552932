"""`slaclock needed`: the least target under which so many percent of past tickets would have been kept."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from slaclock.cli.inputs import Inputs
from slaclock.cli.options import TICKETS, add_inputs, add_page
from slaclock.cli.outputs import check_outputs, say_and_write
from slaclock.cli.policies import read_policies
from slaclock.cli.reading_options import reading_of
from slaclock.formats.extras import needs_extra
from slaclock.policy.book import PolicyBook, check_measure
from slaclock.policy.policy import Policy

if TYPE_CHECKING:
    from slaclock.desks.readings import Reading
    from slaclock.what_if.needed_targets import NeededTargets

EXAMPLES = (
    "slaclock needed 95",
    "slaclock needed 99.5 tickets.csv --pauses pauses.csv --at '2018-06-29 12:00' --json -",
    "slaclock needed 90 tickets.csv --measure inform --messages messages.csv --markdown needed.md",
)


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of `needed`."""
    parser.add_argument("share", metavar="SHARE", help="the share that was to be kept, in percent, such as 95 or 99.5")
    parser.add_argument("tickets", nargs="?", metavar="TICKETS", help=TICKETS)
    add_inputs(parser)
    add_page(parser)


def run(arguments: Namespace) -> int:
    """Print the least targets, and write them where files are named."""
    check_outputs(arguments, ["json", "markdown", "rejects"])
    policy = read_policies(arguments.policy)
    check_measure(policy, arguments.measure)
    inputs = Inputs.of(arguments, policy)
    with reading_of(arguments, policy) as reading:
        made = _needed(arguments, inputs, policy, reading)
    say_and_write(made, arguments)
    return 0


def _needed(arguments: Namespace, inputs: Inputs, policy: Policy | PolicyBook, reading: Reading) -> NeededTargets:
    """The least targets of the tickets of a file, or of a log with a file beside it."""
    with needs_extra("cli"):
        from slaclock.cli.file_tickets import FileTickets
        from slaclock.cli.tickets import read_tickets
        from slaclock.reporting.bad_tickets import frame_with_all_faults
        from slaclock.what_if.needed import needed, needed_of, share_of
    at, measure, share = inputs.at, arguments.measure, arguments.share
    share_of(share)
    if inputs.events is not None or inputs.tickets is None:
        located = read_tickets(inputs.tickets, inputs.sides, inputs.events, inputs.mapping, policy, reading)
        return needed([own.ticket for own in located], policy, share, at=at, measure=measure)

    def made(table: Any, own: Mapping[str, Any]) -> NeededTargets:
        source = frame_with_all_faults(table, policy, own, timezone=reading.zone.key)
        return needed_of(source, policy, share, at=at, measure=measure)

    return FileTickets([inputs.tickets], policy, inputs.sides, reading).answered(made, at=at, measure=measure)
