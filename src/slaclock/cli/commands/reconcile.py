"""`slaclock reconcile`: under which reading of a policy a desk's own figures come out."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from slaclock.cli.inputs import Inputs
from slaclock.cli.options import TICKETS, add_inputs, add_page
from slaclock.cli.outputs import check_outputs, say_and_write, write_text
from slaclock.cli.policies import read_policies
from slaclock.cli.reading_options import reading_of
from slaclock.errors import InputError
from slaclock.formats.extras import needs_extra
from slaclock.policy.book import PolicyBook, check_measure
from slaclock.policy.policy import Policy

if TYPE_CHECKING:
    from slaclock.desks.readings import Reading
    from slaclock.reconciling.reconciliation import Reconciliation

EXAMPLES = (
    "slaclock reconcile tickets.csv --due 'Due date' --pauses pauses.csv",
    "slaclock reconcile tickets.csv --due sla_due --breached late --cutoff 15:00 --write-policy desk.toml",
    "slaclock reconcile tickets.csv --elapsed minutes --elapsed-unit minutes --zone America/New_York --json -",
)
_DESK = "desk_"
"""What the desk's columns are called beside those of the tickets."""
_UNITS = ("milliseconds", "seconds", "minutes", "hours")


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of `reconcile`."""
    parser.add_argument("tickets", metavar="TICKETS", help=f"{TICKETS}, and the desk's own figures")
    parser.add_argument("--due", metavar="COLUMN", help="the column of the desk's due dates, such as 'Due date'")
    parser.add_argument(
        "--breached", metavar="COLUMN", help="the column that says whether a ticket is late, such as is_breached"
    )
    parser.add_argument(
        "--elapsed", metavar="COLUMN", help="the column of what the clock has counted, such as business_minutes"
    )
    parser.add_argument(
        "--elapsed-unit", choices=_UNITS, help="what numbers of elapsed time are (texts such as 11:30:08 say it)"
    )
    parser.add_argument(
        "--zone",
        action="append",
        default=[],
        metavar="ZONE",
        help="another zone in which the hours may have been read, such as that of the server (default: UTC)",
    )
    parser.add_argument(
        "--cutoff",
        action="append",
        default=[],
        metavar="TIME",
        help="a cut-off that the desk may have, such as 15:00 (one at a half hour is sought as well)",
    )
    add_inputs(parser)
    add_page(parser)
    words = "write the policy that says what of the best reading a policy can say, such as to desk.toml"
    parser.add_argument("--write-policy", metavar="FILE.toml", help=words)


def run(arguments: Namespace) -> int:
    """Print under which readings the figures come out, and write it where files are named."""
    check_outputs(arguments, ["json", "markdown", "write_policy", "rejects"])
    if arguments.events is not None:
        raise InputError(
            "--events is given, and a log has no figures of the desk's",
            "give a table of tickets, with the desk's figures in columns",
            "--events",
        )
    if not any((arguments.due, arguments.breached, arguments.elapsed)):
        raise InputError("none of the desk's figures is named", "give --due, --breached or --elapsed", "--due")
    policy = read_policies(arguments.policy)
    if arguments.write_policy is not None and isinstance(policy, PolicyBook):
        raise InputError("a book has several policies", "reconcile the tickets of one of them", "--write-policy")
    check_measure(policy, arguments.measure)
    inputs = Inputs.of(arguments, policy)
    with reading_of(arguments, policy) as reading:
        made = _reconciliation(arguments, inputs, policy, _with_figures(reading, arguments))
    say_and_write(made, arguments)
    if arguments.write_policy is not None:
        write_text(_policy_text(made), arguments.write_policy, "--write-policy")
    return 0


def _with_figures(reading: Reading, arguments: Namespace) -> Reading:
    """The reading of the tickets with the columns of the desk's figures."""
    named = {_DESK + name: getattr(arguments, name) for name in ("due", "breached", "elapsed")}
    columns = {**reading.columns, **{name: header for name, header in named.items() if header is not None}}
    texts = (*reading.attributes, *(f"{_DESK}{name}" for name in ("breached", "elapsed")))
    return replace(reading, columns=columns, attributes=texts, instants=(f"{_DESK}due",))


def _reconciliation(
    arguments: Namespace, inputs: Inputs, policy: Policy | PolicyBook, reading: Reading
) -> Reconciliation:
    with needs_extra("cli"):
        import numpy as np

        from slaclock.cli.file_tickets import FileTickets
        from slaclock.reconciling.desk_figures import read_figures
        from slaclock.reconciling.reconcile import options_of, reconciliation_of
        from slaclock.reporting.bad_tickets import frame_with_all_faults
    at, measure, zone = inputs.at, arguments.measure, reading.zone.key
    options = options_of(policy, arguments.zone or ["UTC"], arguments.cutoff)

    def made(table: Any, own: Mapping[str, Any]) -> Reconciliation:
        source = frame_with_all_faults(table, policy, own, timezone=zone)
        given: Any = {
            name: _DESK + name for name in ("due", "breached", "elapsed") if _DESK + name in table.column_names
        }
        desk = read_figures(
            given, table, lambda: source.ids(np.arange(source.count)), timezone=zone, unit=arguments.elapsed_unit
        )
        return reconciliation_of(source, policy, desk, at=at, measure=measure, options=options)

    assert inputs.tickets is not None  # the tickets are a file
    return FileTickets([inputs.tickets], policy, inputs.sides, reading).answered(made, at=at, measure=measure)


def _policy_text(made: Reconciliation) -> str:
    """The policy of the best reading as the text of its file."""
    from slaclock.cli.desk_files import policy_text

    assert isinstance(made.policy, Policy)  # a book is refused before
    return policy_text(made.policy)
