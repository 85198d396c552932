"""The tickets of the files that are named: of rows, and of an event log."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from slaclock.desks.faults import BadRow, Faults, Place
from slaclock.desks.located_tickets import LocatedTicket, located_tickets
from slaclock.desks.log_files import read_log
from slaclock.desks.mappings import EventMapping
from slaclock.desks.readings import Reading
from slaclock.desks.ticket_mappings import load_mapping
from slaclock.errors import InputError, SlaClockError
from slaclock.policy.book import PolicyBook, attributes_of
from slaclock.policy.policy import Policy

from .inputs import check_tickets
from .notes import note_log
from .policies import zone_of

T = TypeVar("T")


def read_tickets(  # noqa: PLR0917 - the files, in the order of the command line
    tickets: str | None,
    sides: Mapping[str, str],
    events: str | None,
    mapping: str | None,
    policy: Policy | PolicyBook,
    reading: Reading | None = None,
) -> list[LocatedTicket]:
    """The tickets of the files, whichever are given; by default as the policy's zone has their times."""
    reading = reading or Reading(zone_of(policy))
    if events is not None and mapping is None:
        raise InputError("--events is given without --mapping", "say how to read the log: --mapping MAP.toml")
    log = None if events is None or mapping is None else read_log(events, _log_mapping(mapping), reading)
    logged = {} if log is None else log.tickets
    located = {key: LocatedTicket(own.ticket, Place(f"{events}, ticket {key}")) for key, own in logged.items()}
    if tickets is not None:
        located |= located_tickets(tickets, sides, reading, policy, log)
    else:
        check_tickets(tickets, sides)
        if events is not None:
            given = {name for own in logged.values() for name in own.given}
            note_log(events, [name for name in attributes_of(policy) if name not in given])
    return list(located.values())


def _log_mapping(path: str) -> EventMapping:
    """What a mapping says of a log."""
    of_log, _ = load_mapping(path)
    if of_log is None:
        raise InputError("this mapping speaks of no log", "add [columns] and [states], or leave out --events", path)
    return of_log


def all_answered(tickets: Iterable[LocatedTicket], answer: Callable[[LocatedTicket], T], faults: Faults) -> list[T]:
    """The answers to tickets one by one; those that have none are told to `faults`."""
    answers: list[T] = []
    bad: list[BadRow] = []
    for located in tickets:
        try:
            answers.append(answer(located))
        except SlaClockError as error:
            bad.append(located.bad_row(error.__cause__ if isinstance(error.__cause__, SlaClockError) else error))
    faults.add(bad)
    return answers
