"""The files that `assess` and `explain` read, and the instant that they are asked about."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from slaclock.errors import InputError
from slaclock.policy.book import PolicyBook
from slaclock.policy.policy import Policy
from slaclock.tickets.side_tables import SIDES

from .example_files import EXAMPLE_AT, example_file, example_sides
from .policies import read_now

INPUTS = (
    "tickets",
    *(table.option or side for side, table in SIDES.items()),
    "events",
    "mapping",
    "usage",
    "outages",
    "policy",
    "file",
    "cases",
    "page",
    "openings",
    "old",
    "new",
    "receipt",
)
"""The arguments that name files to be read."""


@dataclass(frozen=True)
class Inputs:
    """The files of tickets, those beside them, and events with their mapping, whichever are given; and the instant."""

    tickets: str | None
    sides: Mapping[str, str]
    events: str | None
    mapping: str | None
    at: datetime

    @classmethod
    def of(cls, arguments: Namespace, policy: Policy | PolicyBook) -> Self:
        """What the arguments name; without any file, the packaged example's."""
        tickets, sides, at = arguments.tickets, sides_of(arguments), arguments.at
        if has_log(arguments) or tickets is not None:
            return cls(tickets, sides, arguments.events, arguments.mapping, read_now(at, policy))
        check_tickets(tickets, sides)
        if arguments.mapping is not None:
            raise InputError("--mapping is given without --events", "give the log, or TICKETS, that it speaks of")
        tickets, sides = str(example_file("tickets.csv")), example_sides()
        return cls(tickets, sides, None, None, read_now(at or EXAMPLE_AT, policy))


def files_given(given: str | Iterable[str] | None) -> tuple[str, ...]:
    """The files that an argument names, as they are given: one, several or none."""
    return (given,) if isinstance(given, str) else tuple(given or ())


def check_standard_input(arguments: Namespace) -> None:
    """Standard input can be read but once."""
    named = [name for name in INPUTS for path in files_given(getattr(arguments, name, None)) if path == "-"]
    if len(named) > 1:
        raise InputError("- is named twice, and standard input can be read once", "name files", f"--{named[-1]}")


def sides_of(arguments: Namespace) -> dict[str, str]:
    """The files that the arguments name beside the tickets, by what they hold."""
    named = {side: getattr(arguments, table.option or side) for side, table in SIDES.items()}
    return {side: path for side, path in named.items() if path is not None}


def check_tickets(tickets: str | None, sides: Mapping[str, str]) -> None:
    """No file may stand beside tickets that there are not."""
    if tickets is None and sides:
        first = next(iter(sides))
        raise InputError(f"--{SIDES[first].option or first} is given without TICKETS", "give the tickets too")


def has_log(arguments: Namespace) -> bool:
    """Whether the arguments name an event log."""
    return arguments.events is not None
