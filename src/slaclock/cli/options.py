"""The arguments that several commands take."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Collection, Sequence
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
    add_at(parser, "the instant to assess at")
    add_measure(parser)
    add_policy(parser)


def add_at(parser: ArgumentParser, what: str) -> None:
    """The instant that is asked about."""
    parser.add_argument("--at", metavar="INSTANT", help=f"{what}, such as '2018-06-29 12:00' (default: now)")


def add_files(parser: ArgumentParser) -> None:
    """The files beside the tickets, and an event log."""
    add_sides(parser)
    parser.add_argument("--events", metavar="EVENTS.csv", help="the desk's event log, such as events.csv")
    parser.add_argument(
        "--mapping", metavar="MAP.toml", help="how to read the log, or TICKETS, such as mapping.toml: see slaclock map"
    )


def add_sides(parser: ArgumentParser) -> None:
    """The files beside the tickets."""
    for side, table in SIDES.items():
        names = ", ".join(("ticket", *table.columns))
        more = f", and maybe {', '.join(table.numbers)}" if table.numbers else ""
        name = table.option or side
        words = f"such as {name}.csv: {TABLE} {names}{more}"
        parser.add_argument(f"--{name}", metavar=name.upper(), help=words)


def add_measure(parser: ArgumentParser) -> None:
    """The measure that is asked about."""
    words = f"one of {', '.join(MEASURES)}, or one that the policy defines, such as supplier (default: resolve)"
    measure = parser.add_argument("--measure", default="resolve", metavar="MEASURE", help=words)
    measure.completer = lambda **_: MEASURES  # type: ignore[attr-defined]  # where the completion looks for it


def add_known(parser: ArgumentParser) -> None:
    """By what was known of calendars."""
    words = (
        "by what was known of holidays and the like: opening, now, or at an instant such as '2022-09-09 12:00' "
        "(default: as the policy's rule announced says)"
    )
    parser.add_argument("--known", metavar="WHEN", help=words)


def add_policy(parser: ArgumentParser) -> None:
    """The policy to judge by, or several."""
    parser.add_argument(
        "--policy",
        action="append",
        default=[],
        metavar="SLA.toml",
        help="such as sla.toml (default: the packaged example); several, or their folder, are for years or customers",
    )


def add_year_of_policy(parser: ArgumentParser) -> None:
    """A policy or a book, and the year over whose openings it is asked."""
    parser.add_argument(
        "policy",
        nargs="*",
        metavar="SLA.toml",
        help="the policy, such as sla.toml (default: the packaged example); several, or their folder, for a book",
    )
    parser.add_argument(
        "--year", type=int, metavar="YYYY", help="the year in which the subscription year begins (default: today's)"
    )


def add_engine(parser: ArgumentParser) -> None:
    """The engine to work with."""
    parser.add_argument(
        "--engine",
        choices=get_args(Engine),
        default="columns",
        help="what works the answers out; duckdb: for tickets larger than memory (default: columns)",
    )


def add_cases(parser: ArgumentParser) -> None:
    """Files of cases."""
    parser.add_argument(
        "--cases",
        nargs="+",
        action="extend",
        default=[],
        metavar="CASES.toml",
        help="files of cases, such as cases.toml",
    )


def choices_of(function: Callable[..., Any], parameter: str) -> tuple[str, ...]:
    """The words that a function takes for a parameter, by its annotation."""
    return get_args(get_type_hints(function)[parameter])


def add_json(parser: ArgumentParser, what: str) -> None:
    """Where the answer goes as JSON."""
    parser.add_argument(
        "--json", metavar="FILE", help=f"write {what} as JSON too, such as to answer.json (- for it alone)"
    )


def add_receipts(parser: ArgumentParser) -> None:
    """Where the receipts of the answers go."""
    words = "write a receipt of each answer too, one in each line, for slaclock verify, such as to receipts.jsonl"
    parser.add_argument("--receipts", metavar="FILE", help=f"{words} (- for them alone)")


def add_page(parser: ArgumentParser) -> None:
    """Where the answer goes as JSON and as Markdown."""
    add_json(parser, "it")
    parser.add_argument(
        "--markdown", metavar="FILE", help="write it as Markdown too, such as to answer.md (- for it alone)"
    )


def add_fail_on(parser: ArgumentParser, states: Sequence[str], whose: str) -> None:
    """The states that are a failure to a script."""
    words = f"end with 1 where {whose}; may be given several times: {', '.join(states)}"
    parser.add_argument("--fail-on", action="append", default=[], choices=states, metavar="STATE", help=words)


def code_of(arguments: Namespace, states: Collection[str]) -> int:
    """How a command ends whose answer has such states: 1 where `--fail-on` names one of them."""
    return int(any(state in states for state in arguments.fail_on))
