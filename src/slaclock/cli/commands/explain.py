"""`slaclock explain`: the ledger of one ticket, which says which time counted, and why."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from slaclock.cli.inputs import Inputs
from slaclock.cli.options import (
    TICKETS,
    add_fail_on,
    add_inputs,
    add_json,
    add_known,
    add_receipts,
    choices_of,
    code_of,
)
from slaclock.cli.outputs import STANDARD, check_outputs, check_standard_output, say, write_json
from slaclock.cli.policies import read_known, read_policies
from slaclock.cli.reading_options import reading_of
from slaclock.cli.receipt_files import write_receipts
from slaclock.cli.terminals import fitted, print_lines, width_of
from slaclock.errors import InputError
from slaclock.formats.extras import needs_extra
from slaclock.formats.tables import Column
from slaclock.tickets.assessment import Assessment
from slaclock.tickets.ledger import COLUMNS, Ledger, texts_of
from slaclock.tickets.states import STATES

EXAMPLES = (
    "slaclock explain T0041",
    "slaclock explain T0041 tickets.csv --pauses pauses.csv --at '2018-06-29 12:00' --to now",
    "slaclock explain T0197 --measure inform --cycle 2",
    "slaclock explain T0041 --fail-on breached --json -",
    "slaclock explain T0041 --receipts receipt.json",
)


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of `explain`."""
    parser.add_argument("ticket", metavar="TICKET_ID", help="the id of the ticket, such as T0041")
    parser.add_argument("tickets", nargs="?", metavar="TICKETS", help=TICKETS)
    add_inputs(parser, skips=False)
    add_known(parser)
    ends = choices_of(Assessment.explain, "to")
    parser.add_argument(
        "--cycle", type=int, metavar="N", help="one cycle of a measure of many, by its number, such as 2"
    )
    parser.add_argument("--to", choices=ends, default="due", help="where the ledger ends (default: due)")
    add_json(parser, "the answers and their ledgers")
    add_receipts(parser)
    add_fail_on(parser, STATES, "what is explained is in this state")


_COLUMNS = [Column(name, {"to": 1, "total": 2}.get(name, 0), right=name in ("counted", "total")) for name in COLUMNS]
"""A row begins where the one before it ended: where a terminal is narrow, the ends are the first to go."""


def run(arguments: Namespace) -> int:
    """Print the ledger; where every cycle is judged by itself that of each of them."""
    check_outputs(arguments, ["json", "receipts"])
    check_standard_output(arguments, ["json", "receipts"])
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
    a = located.assess(policy, inputs.at, arguments.measure, read_known(arguments.known, policy))
    cycles = [item for item in a.items if item.is_cycle]
    if arguments.cycle is not None:
        if not 1 <= arguments.cycle <= len(cycles):
            there = (
                f"give 1 to {len(cycles)}"
                if cycles
                else f"leave it out: {arguments.measure} has one clock, or none yet"
            )
            raise InputError(f"there is no cycle {arguments.cycle}", there, "--cycle", value=arguments.cycle)
        cycles = [cycles[arguments.cycle - 1]]
    explained = cycles or [a]
    if STANDARD not in (arguments.json, arguments.receipts):
        for item in explained:
            if item.is_cycle:
                say(f"{'' if item is cycles[0] else chr(10)}cycle {item.cycle} of {len(a.cycles)}")
            _say_ledger(item.explain(arguments.to))
    if arguments.json is not None:
        from slaclock.reporting.plain import assessment_dict

        write_json([assessment_dict(item, arguments.to) for item in explained], arguments.json)
    if arguments.receipts is not None:
        write_receipts([item.receipt() for item in explained], arguments.receipts)
    return code_of(arguments, {item.state for item in explained})


def _say_ledger(ledger: Ledger) -> None:
    """Print a ledger, no row of which is broken on a terminal."""
    if width_of(sys.stdout) is None or not ledger.rows:
        say(fitted(str(ledger), sys.stdout))
        return
    say(fitted(ledger.title, sys.stdout))
    print_lines(_COLUMNS, [texts_of(row) for row in ledger.rows], sys.stdout)
    for line in filter(None, (*ledger.moves, ledger.verdict)):
        say(fitted(line, sys.stdout))
