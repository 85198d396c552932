"""The arguments that say how files are read, and what becomes of rows that cannot be."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from slaclock.errors import InputError, placed
from slaclock.formats.extras import needs_extra
from slaclock.policy.book import PolicyBook
from slaclock.policy.policy import Policy
from slaclock.temporal.instants import find_zone

from .inputs import check_standard_input
from .notes import Notes
from .outputs import check_name
from .policies import zone_of

if TYPE_CHECKING:
    from slaclock.desks.faults import OnError
    from slaclock.desks.readings import Reading
    from slaclock.desks.ticket_mappings import TicketMapping


def add_reading(parser: ArgumentParser, *, skips: bool) -> None:
    """How files are read; and, for commands that answer for many rows, what becomes of bad ones."""
    words = (
        "how times are written, such as '%%d/%%m/%%Y %%H:%%M', or epoch, epoch_ms or excel; "
        "may be given several times (default: iso)"
    )
    parser.add_argument("--time-format", action="append", metavar="FORMAT", help=words)
    words = "which header of TICKETS holds what, such as opened=Created; may be given several times"
    parser.add_argument("--column", action="append", default=[], metavar="NAME=HEADER", help=words)
    parser.add_argument("--strict", action="store_true", help="a column that no one reads is an error, not a note")
    if skips:
        words = "what becomes of bad rows: all stops (default), or they are left out and counted"
        parser.add_argument("--errors", choices=("stop", "skip"), default="stop", help=words)
        words = "write the rows that are skipped, each with the reason, such as to rejects.csv"
        parser.add_argument("--rejects", metavar="FILE.csv", help=words)


@contextmanager
def reading_of(arguments: Namespace, policy: Policy | PolicyBook) -> Iterator[Reading]:
    """How the arguments say that files are read; times without an offset are in the policy's zone."""
    with needs_extra("cli"):
        from slaclock.desks.faults import faults_listed
        from slaclock.desks.readings import Reading
        from slaclock.desks.time_forms import forms_of
    errors: OnError = getattr(arguments, "errors", "stop")
    rejects = getattr(arguments, "rejects", None)
    check_standard_input(arguments)
    if rejects is not None:
        check_name(rejects, "name a .csv file", "--rejects")
    with placed("--time-format"):
        forms = forms_of(arguments.time_format)
    mapping = _mapping(arguments)
    notes = Notes()
    with faults_listed(errors, rejects, "--rejects") as faults:
        yield Reading(
            zone_of(policy) if mapping.timezone is None else find_zone(mapping.timezone),
            forms or mapping.time_format,
            _columns(arguments.column),
            arguments.strict,
            faults=faults,
            note=notes.add,
            mapping=mapping,
        )
        if faults.first is not None:
            notes.add(f"{faults.text()}; the first: {faults.first.error}")


def _mapping(arguments: Namespace) -> TicketMapping:
    """What the mapping says of tables of tickets; one that speaks of logs alone needs a log."""
    from slaclock.desks.ticket_mappings import TicketMapping, load_mapping

    path, events = getattr(arguments, "mapping", None), getattr(arguments, "events", None)
    if path is None:
        return TicketMapping()
    _, of_tickets = load_mapping(path)
    if of_tickets is None and events is None:
        raise InputError("--mapping is given without --events", "give the log: --events EVENTS.csv")
    return of_tickets or TicketMapping()


def _columns(words: list[str]) -> dict[str, str]:
    columns: dict[str, str] = {}
    for word in words:
        name, equals, header = word.partition("=")
        if not equals or not name.strip() or not header.strip():
            raise InputError(f"{word!r} names no column", "write it like opened=Created", "--column", value=word)
        columns[name.strip()] = header.strip()
    return columns
