"""`slaclock due-within`: what falls due within some service time, what is overdue, and what waits."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from slaclock.cli.inputs import Inputs
from slaclock.cli.options import TICKETS, add_at, add_fail_on, add_files, add_json, add_policy, code_of
from slaclock.cli.outputs import STANDARD, check_outputs, say, write_text
from slaclock.cli.policies import read_policies, zone_of
from slaclock.cli.reading_options import add_reading, reading_of
from slaclock.cli.terminals import print_lines
from slaclock.errors import InputError, SlaClockError
from slaclock.formats.extras import needs_extra
from slaclock.formats.tables import Column, instant_text
from slaclock.temporal.durations import format_duration
from slaclock.tickets.due_within import DueWithin, due_within, length_of

EXAMPLES = (
    "slaclock due-within '4 hours'",
    "slaclock due-within '1 day' tickets.csv --pauses pauses.csv --at '2018-06-29 09:00'",
    "slaclock due-within '30 minutes' tickets.csv --at '2018-06-29 09:00' --fail-on overdue --json -",
)
_COLUMNS = (
    Column(""),
    Column("ticket"),
    Column("measure"),
    Column("cycle", dropped=2),
    Column("priority", dropped=1),
    Column("due", dropped=3),
    Column("time left", right=True),
)
_LISTS = ("due", "overdue", "paused")


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of `due-within`."""
    parser.add_argument("within", metavar="LENGTH", help="service time from now on, such as '4 hours' or '1 day'")
    parser.add_argument("tickets", nargs="?", metavar="TICKETS", help=TICKETS)
    add_at(parser, "from when on")
    add_files(parser)
    add_reading(parser, skips=True)
    add_policy(parser)
    add_fail_on(parser, _LISTS, "something is in one of these lists")
    add_json(parser, "it")


def run(arguments: Namespace) -> int:
    """Print what falls due within the time, over all measures and their cycles."""
    check_outputs(arguments, ["json", "rejects"])
    try:
        length_of(arguments.within)
    except SlaClockError as error:
        raise InputError(error.problem, error.remedy, "LENGTH") from None
    policy = read_policies(arguments.policy)
    inputs = Inputs.of(arguments, policy)
    with needs_extra("cli"):
        from slaclock.cli.tickets import all_answered, read_tickets
    with reading_of(arguments, policy) as reading:
        tickets = read_tickets(inputs.tickets, inputs.sides, inputs.events, inputs.mapping, policy, reading)
        every = all_answered(
            tickets,
            lambda located: due_within([located.ticket], policy, at=inputs.at, within=arguments.within),
            reading.faults,
        )
    whole = DueWithin.joined(inputs.at, length_of(arguments.within), every)
    lists = {name: getattr(whole, name) for name in _LISTS}
    if arguments.json != STANDARD:
        zone = zone_of(policy)
        rows = [
            (
                name, item.ticket, item.measure, "" if item.cycle is None else str(item.cycle), item.priority or "",
                instant_text(item.due.astimezone(zone)), format_duration(item.remaining),
            )
            for name, items in lists.items()
            for item in items
        ]  # fmt: skip
        print_lines(_COLUMNS, rows, sys.stdout)
        counts = ", ".join(f"{len(items)} {name}" for name, items in lists.items())
        say(f"\n{counts}, within {arguments.within} of {instant_text(inputs.at.astimezone(zone))}")
    if arguments.json is not None:
        write_text(whole.to_json() + "\n", arguments.json, "--json")
    return code_of(arguments, [name for name, items in lists.items() if items])
