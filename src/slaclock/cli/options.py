"""The arguments that several commands take."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any, Literal, get_args, get_type_hints

from slaclock.policy.measures import MEASURES
from slaclock.tickets.side_tables import SIDES

from .reading_options import add_reading

Engine = Literal["columns", "duckdb"]
"""What works the answers out."""

TABLE = "a file (CSV, JSON, Parquet, Feather or .xlsx; - for standard input) with the columns"
"""What a table may be, for the help."""
TICKETS = (
    f"{TABLE} id and opened, and any of kind, priority, responded, resolved, "
    "cancelled, abandoned, category, impact, urgency, agreed_respond, agreed_resolve"
)
"""The help on files of tickets."""


def add_inputs(parser: ArgumentParser, *, skips: bool = True) -> None:
    """What is read beside the tickets, and what is asked of them."""
    add_files(parser)
    add_reading(parser, skips=skips)
    parser.add_argument("--at", metavar="INSTANT", help="the instant to assess at (default: now)")
    add_measure(parser)
    add_policy(parser)


def add_files(parser: ArgumentParser) -> None:
    """The files beside the tickets, and an event log."""
    add_sides(parser)
    parser.add_argument("--events", metavar="EVENTS.csv", help="the desk's event log")
    parser.add_argument("--mapping", metavar="MAP.toml", help="how to read the log, or TICKETS: see slaclock map")


def add_sides(parser: ArgumentParser) -> None:
    """The files beside the tickets."""
    for side, table in SIDES.items():
        names = ", ".join(("ticket", *table.columns))
        more = f", and maybe {', '.join(table.numbers)}" if table.numbers else ""
        words = f"{TABLE} {names}{more}"
        name = table.option or side
        parser.add_argument(f"--{name}", metavar=name.upper(), help=words)


def add_measure(parser: ArgumentParser) -> None:
    """The measure that is asked about."""
    words = f"one of {', '.join(MEASURES)}, or one that the policy defines (default: resolve)"
    parser.add_argument("--measure", default="resolve", help=words)


def add_policy(parser: ArgumentParser) -> None:
    """The policy to judge by, or several."""
    parser.add_argument(
        "--policy",
        action="append",
        default=[],
        metavar="SLA.toml",
        help="the policy (default: the packaged example); several, or their folder, are for years or customers",
    )


def add_engine(parser: ArgumentParser) -> None:
    """The engine to work with."""
    parser.add_argument(
        "--engine",
        choices=get_args(Engine),
        default="columns",
        help="duckdb: tickets larger than memory",
    )


def add_cases(parser: ArgumentParser) -> None:
    """Files of cases."""
    parser.add_argument("--cases", nargs="+", action="extend", default=[], metavar="CASES.toml", help="files of cases")


def choices_of(function: Callable[..., Any], parameter: str) -> tuple[str, ...]:
    """The words that a function takes for a parameter, by its annotation."""
    return get_args(get_type_hints(function)[parameter])
