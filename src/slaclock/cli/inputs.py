"""The files that `assess` and `explain` read, and the instant that they are asked about."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from slaclock.errors import InputError
from slaclock.policy.book import PolicyBook
from slaclock.policy.policy import Policy

from .example_files import EXAMPLE_AT, example_file
from .policies import read_now


@dataclass(frozen=True)
class Inputs:
    """The files of tickets, pauses and events with their mapping, whichever are given, and the instant."""

    tickets: str | None
    pauses: str | None
    events: str | None
    mapping: str | None
    at: datetime

    @classmethod
    def of(cls, arguments: Namespace, policy: Policy | PolicyBook) -> Self:
        """What the arguments name; without any file, the packaged example's."""
        tickets, pauses, at = arguments.tickets, arguments.pauses, arguments.at
        if has_log(arguments) or tickets is not None:
            return cls(tickets, pauses, arguments.events, arguments.mapping, read_now(at, policy))
        if pauses is not None:
            raise InputError("--pauses is given without TICKETS", "give the tickets too")
        tickets, pauses = str(example_file("tickets.csv")), str(example_file("pauses.csv"))
        return cls(tickets, pauses, None, None, read_now(at or EXAMPLE_AT, policy))


def has_log(arguments: Namespace) -> bool:
    """Whether the arguments name an event log, or half of what reading one takes."""
    return arguments.events is not None or arguments.mapping is not None
