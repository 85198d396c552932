"""`slaclock due-within`: what falls due within some service time, what is overdue, and what waits."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from slaclock.cli.inputs import Inputs
from slaclock.cli.options import TICKETS, add_files, add_policy
from slaclock.cli.outputs import STANDARD, check_outputs, say, write_text
from slaclock.cli.policies import read_policies, zone_of
from slaclock.cli.reading_options import add_reading, reading_of
from slaclock.errors import InputError, SlaClockError
from slaclock.formats.extras import needs_extra
from slaclock.formats.tables import instant_text, text_table
from slaclock.temporal.durations import short_text
from slaclock.temporal.instants import duration_micros
from slaclock.tickets.due_within import DueWithin, due_within, length_of

_HEADER = ("", "ticket", "measure", "cycle", "priority", "due", "time left")


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of `due-within`."""
    parser.add_argument("within", metavar="LENGTH", help="service time from now on, such as '4 hours' or '1 day'")
    parser.add_argument("tickets", nargs="?", metavar="TICKETS", help=TICKETS)
    parser.add_argument("--at", metavar="INSTANT", help="from when on (default: now)")
    add_files(parser)
    add_reading(parser, skips=True)
    add_policy(parser)
    parser.add_argument("--json", metavar="FILE", help="write it as JSON too (- for it alone)")


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
    if arguments.json != STANDARD:
        zone = zone_of(policy)
        lists = {"due": whole.due, "overdue": whole.overdue, "paused": whole.paused}
        rows = [
            (
                name, item.ticket, item.measure, "" if item.cycle is None else str(item.cycle), item.priority or "",
                instant_text(item.due.astimezone(zone)), short_text(duration_micros(item.remaining)),
            )
            for name, items in lists.items()
            for item in items
        ]  # fmt: skip
        say(text_table(_HEADER, rows, frozenset({6})))
        counts = ", ".join(f"{len(items)} {name}" for name, items in lists.items())
        say(f"\n{counts}, within {arguments.within} of {instant_text(inputs.at.astimezone(zone))}")
    if arguments.json is not None:
        write_text(whole.to_json() + "\n", arguments.json, "--json")
    return 0
