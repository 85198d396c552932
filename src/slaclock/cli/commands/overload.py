"""`slaclock overload`: how many of the open tickets must be late with so many hands, whoever does what."""

from __future__ import annotations

import dataclasses
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from slaclock.cli.inputs import Inputs
from slaclock.cli.options import TICKETS, add_fail_on, add_inputs, add_page, code_of
from slaclock.cli.outputs import check_outputs, say_and_write
from slaclock.cli.policies import read_policies
from slaclock.cli.reading_options import reading_of
from slaclock.errors import InputError, SlaClockError
from slaclock.formats.extras import needs_extra
from slaclock.policy.book import PolicyBook, check_measure
from slaclock.policy.policy import Policy

if TYPE_CHECKING:
    from slaclock.capacity.overloads import Overload
    from slaclock.capacity.work import Work
    from slaclock.desks.readings import Reading

EXAMPLES = (
    "slaclock overload --hands 2 --work '1 hour'",
    "slaclock overload tickets.csv --pauses pauses.csv --at '2018-06-29 09:00' --work P1='2 hours' --work '45 minutes'",
    "slaclock overload tickets.csv --work-from effort --work '1 hour' --fail-on late --json -",
)


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of `overload`."""
    parser.add_argument("tickets", nargs="?", metavar="TICKETS", help=TICKETS)
    parser.add_argument("--hands", type=int, default=1, metavar="N", help="how many people there are (default: 1)")
    parser.add_argument(
        "--work",
        action="append",
        default=[],
        metavar="LENGTH",
        help="how much service time a ticket takes, such as '1 hour', or of a priority P1='2 hours'; several times",
    )
    parser.add_argument("--work-from", metavar="COLUMN", help="the column in which a ticket may say its own work")
    parser.add_argument(
        "--calendar", metavar="NAME", help="the policy's calendar by which they work, such as nights (default: main)"
    )
    add_inputs(parser)
    add_fail_on(parser, ("late", "overdue"), "at least one must be late, or one is late already")
    add_page(parser)


def run(arguments: Namespace) -> int:
    """Print how many must be late, and why, and write it where files are named."""
    check_outputs(arguments, ["json", "markdown", "rejects"])
    policy = read_policies(arguments.policy)
    check_measure(policy, arguments.measure)
    inputs = Inputs.of(arguments, policy)
    with needs_extra("cli"):
        work = _work(arguments)
        from slaclock.capacity.overload import attribute_of

        with reading_of(arguments, policy) as own:
            reading = dataclasses.replace(own, attributes=attribute_of(work))
            made = _overload(arguments, inputs, policy, reading, work)
    say_and_write(made, arguments)
    return code_of(arguments, [*["late"] * bool(made.least), *["overdue"] * bool(made.overdue)])


def _work(arguments: Namespace) -> Work:
    """What `--work`, given for all and by priority, and `--work-from` say."""
    from slaclock.capacity.work import Work

    alike: str | None = None
    by_priority: dict[str, str] = {}
    for text in arguments.work:
        priority, sign, length = text.partition("=")
        name = priority.strip()
        if (name in by_priority) if sign else alike is not None:
            whose = f"of {name}" if sign else "of all tickets"
            raise InputError(f"the work {whose} is given twice", "give it once", "--work", value=text)
        if sign:
            by_priority[name] = length
        else:
            alike = text
    try:
        whole = Work.of(alike, arguments.work_from) if alike is not None or not by_priority else None
        own = Work.of(by_priority, arguments.work_from)
    except SlaClockError as error:
        raise InputError(error.problem, error.remedy, "--work", value=error.value) from None
    return own if whole is None else whole._replace(by_priority=own.by_priority)


def _overload(
    arguments: Namespace, inputs: Inputs, policy: Policy | PolicyBook, reading: Reading, work: Work
) -> Overload:
    """The answer to the tickets of a file, or of a log with a file beside it."""
    from slaclock.capacity.overload import attribute_of, overload_of
    from slaclock.cli.file_tickets import FileTickets
    from slaclock.cli.tickets import read_tickets
    from slaclock.reporting.bad_tickets import frame_with_all_faults
    from slaclock.reporting.sources import TicketList, TicketSource

    def answer(source: TicketSource) -> Overload:
        return overload_of(
            source,
            policy,
            work,
            at=inputs.at,
            measure=arguments.measure,
            hands=arguments.hands,
            calendar=arguments.calendar,
        )

    if inputs.events is not None or inputs.tickets is None:
        located = read_tickets(inputs.tickets, inputs.sides, inputs.events, inputs.mapping, policy, reading)
        return answer(TicketList([own.ticket for own in located]))

    def made(table: Any, own: Mapping[str, Any]) -> Overload:
        split = attribute_of(work)
        return answer(frame_with_all_faults(table, policy, own, split=split, timezone=reading.zone.key))

    return FileTickets([inputs.tickets], policy, inputs.sides, reading).answered(
        made, at=inputs.at, measure=arguments.measure
    )
