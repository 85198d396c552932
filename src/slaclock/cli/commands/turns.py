"""`slaclock turns`: what turned or will turn between two instants, ticket by ticket, each turn once."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from slaclock.cli.inputs import Inputs
from slaclock.cli.options import TICKETS, add_files, add_json, add_known, add_measure, add_policy
from slaclock.cli.outputs import STANDARD, check_outputs, say, write_json
from slaclock.cli.policies import read_at, read_known, read_policies, zone_of
from slaclock.cli.reading_options import add_reading, reading_of
from slaclock.cli.terminals import print_lines
from slaclock.errors import InputError
from slaclock.formats.counts import count_text, opened_later_text
from slaclock.formats.extras import needs_extra
from slaclock.formats.tables import Column, instant_text
from slaclock.policy.measures import Measure
from slaclock.temporal.instants import to_micros
from slaclock.tickets.tickets import Ticket
from slaclock.tickets.timeline import Turn

if TYPE_CHECKING:
    from slaclock.desks.faults import Faults
    from slaclock.desks.located_tickets import LocatedTicket

EXAMPLES = (
    "slaclock turns",
    "slaclock turns tickets.csv --pauses pauses.csv --from '2018-06-25 08:00' --until '2018-06-26 08:00'",
    "slaclock turns tickets.csv --pauses pauses.csv --until '2018-06-29 12:00' --measure supplier --json -",
)
_COLUMNS = (Column("at"), Column("ticket"), Column("kind", dropped=2), Column("what"), Column("text", dropped=1))
_WEEK = timedelta(days=7)


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of `turns`."""
    parser.add_argument("tickets", nargs="?", metavar="TICKETS", help=TICKETS)
    parser.add_argument(
        "--from",
        dest="since",
        metavar="INSTANT",
        help="turns after this, such as '2018-06-25 08:00' (default: a week earlier)",
    )
    parser.add_argument(
        "--until",
        dest="at",
        metavar="INSTANT",
        help="up to this, itself included, such as '2018-06-26 08:00' (default: now)",
    )
    add_files(parser)
    add_reading(parser, skips=True)
    add_measure(parser)
    add_known(parser)
    add_policy(parser)
    add_json(parser, "the turns")


def run(arguments: Namespace) -> int:
    """Print the turns after one instant up to another, in order."""
    check_outputs(arguments, ["json", "rejects"])
    policy = read_policies(arguments.policy)
    zone = zone_of(policy)
    if arguments.at is not None:
        read_at(arguments.at, zone, "--until")  # what is no instant is said of the argument by its own name
    inputs = Inputs.of(arguments, policy)
    until = inputs.at
    since = until - _WEEK if arguments.since is None else read_at(arguments.since, zone, "--from")
    if to_micros(since) > to_micros(until):
        raise InputError(f"{since.isoformat()} is after {until.isoformat()}", "swap the two", "--from")
    with needs_extra("cli"):
        from slaclock.cli.tickets import read_tickets
    with reading_of(arguments, policy) as reading:
        tickets = read_tickets(inputs.tickets, inputs.sides, inputs.events, inputs.mapping, policy, reading)
        opened = [located for located in tickets if located.ticket.opened <= until]
        known = read_known(arguments.known, policy)

        def turns(located: LocatedTicket) -> list[_Row]:
            line = located.timeline(policy, until, arguments.measure, known)
            return [_Row(located.ticket, turn) for turn in line.between(since, until)]

        rows = _rows(opened, turns, reading.faults)
    if arguments.json != STANDARD:
        _print(rows, zone)
        ends = [instant_text(end.astimezone(zone)) for end in (since, until)]
        of = count_text(len({row.ticket.id for row in rows}), "ticket")
        say(f"{count_text(len(rows), 'turn')} of {of} after {ends[0]}, up to {ends[1]}")
        if len(opened) < len(tickets):
            say(opened_later_text(len(tickets) - len(opened)))
    if arguments.json is not None:
        _write(rows, arguments.measure, arguments.json)
    return 0


class _Row(NamedTuple):
    """A turn of a ticket."""

    ticket: Ticket
    turn: Turn

    @property
    def place(self) -> tuple[int, str]:
        """By what rows are in order: the instant, and then the ticket."""
        return to_micros(self.turn.at), self.ticket.id


def _rows(tickets: Sequence[LocatedTicket], turns: Callable[[LocatedTicket], list[_Row]], faults: Faults) -> list[_Row]:
    """The turns between, those of one instant in the order of the tickets' ids."""
    from slaclock.cli.tickets import all_answered

    rows = all_answered(tickets, turns, faults)
    return sorted((row for several in rows for row in several), key=lambda row: row.place)


def _print(rows: Sequence[_Row], zone: ZoneInfo) -> None:
    cells = [
        (instant_text(turn.at.astimezone(zone)), ticket.id, turn.kind, _what(turn), turn.text) for ticket, turn in rows
    ]
    print_lines(_COLUMNS, cells, sys.stdout)
    print()


def _what(turn: Turn) -> str:
    """What turns: of a state also from which; nothing where the kind says it all."""
    if turn.kind == "state":
        return f"{turn.before} -> {turn.after}"
    return "" if turn.what == turn.kind else turn.what


def _write(rows: Sequence[_Row], measure: Measure, path: str) -> None:
    entries = [{"ticket": ticket.id, "measure": measure, **turn.to_dict()} for ticket, turn in rows]
    write_json(entries, path)
    if path != STANDARD:
        say(f"written to {path}")
