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
from slaclock.temporal.instants import check_format

from .notes import Notes
from .policies import zone_of

if TYPE_CHECKING:
    from slaclock.desks.faults import OnError
    from slaclock.desks.readings import Reading


def add_reading(parser: ArgumentParser, *, skips: bool) -> None:
    """How files are read; and, for commands that answer for many rows, what becomes of bad ones."""
    words = "how times are written, such as '%%d/%%m/%%Y %%H:%%M' (default: ISO 8601)"
    parser.add_argument("--time-format", metavar="FORMAT", help=words)
    words = "which header of TICKETS holds what, such as opened=Created; may be given several times"
    parser.add_argument("--column", action="append", default=[], metavar="NAME=HEADER", help=words)
    parser.add_argument("--strict", action="store_true", help="a column that no one reads is an error")
    if skips:
        words = "what becomes of bad rows: all stops (default), or they are left out and counted"
        parser.add_argument("--errors", choices=("stop", "skip"), default="stop", help=words)
        words = "write the rows that are skipped, each with the reason"
        parser.add_argument("--rejects", metavar="FILE.csv", help=words)


@contextmanager
def reading_of(arguments: Namespace, policy: Policy | PolicyBook) -> Iterator[Reading]:
    """How the arguments say that files are read; times without an offset are in the policy's zone."""
    with needs_extra("cli"):
        from slaclock.desks.faults import faults_listed
        from slaclock.desks.readings import Reading
    errors: OnError = getattr(arguments, "errors", "stop")
    rejects = getattr(arguments, "rejects", None)
    if arguments.time_format is not None:
        with placed("--time-format"):
            check_format(arguments.time_format)
    notes = Notes()
    with faults_listed(errors, rejects, "--rejects") as faults:
        yield Reading(
            zone_of(policy),
            arguments.time_format,
            _columns(arguments.column),
            arguments.strict,
            faults=faults,
            note=notes.add,
        )
        if faults.first is not None:
            notes.add(f"{faults.text()}; the first: {faults.first.error}")


def _columns(words: list[str]) -> dict[str, str]:
    columns: dict[str, str] = {}
    for word in words:
        name, equals, header = word.partition("=")
        if not equals or not name.strip() or not header.strip():
            raise InputError(f"{word!r} names no column", "write it like opened=Created", "--column", value=word)
        columns[name.strip()] = header.strip()
    return columns
