"""Tickets over which no report can be made: all of a frame's at once, where they are to be told or left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from slaclock.columns.chunks import FirstOfRow
from slaclock.columns.tickets import own_fields
from slaclock.errors import SlaClockError
from slaclock.policy.book import PolicyBook
from slaclock.policy.policy import Policy

from .facts import FactFinder
from .model import Report
from .options import attributes_split
from .sources import TicketFrame, TicketList


class BadTicketsError(SlaClockError):
    """Tickets of a frame that have no answer: what is wrong with each, by its row."""

    code = "bad-tickets"
    problems: Mapping[int, SlaClockError] = {}


class _AllAtOnce(FirstOfRow):
    """Bad rows that are an error together when all have been asked."""

    def warn(self) -> None:
        if self.problems:
            error = BadTicketsError(f"{len(self.problems)} tickets have no answer", "correct them, or leave them out")
            error.problems = self.problems
            raise error


def report_with_gaps(
    whole: TicketFrame | TicketList, make: Callable[[TicketFrame | TicketList], Report]
) -> tuple[Report, dict[int, SlaClockError]]:
    """The report over the tickets that have an answer, and what is wrong with the others, by their rows."""
    problems = whole.wrong_openings
    while True:
        rows = np.setdiff1d(np.arange(whole.count), list(problems))
        try:
            return make(whole.of(rows, _AllAtOnce())), problems
        except BadTicketsError as error:
            problems |= {int(rows[row]): problem for row, problem in error.problems.items()}


def frame_with_all_faults(
    frame: Any, policy: Policy | PolicyBook, sides: Mapping[str, Any], *, split: Sequence[str] = (), **options: Any
) -> TicketFrame:
    """A source of a report whose bad tickets are one `BadTicketsError`."""
    return TicketFrame(frame, own=(*own_fields(policy), *attributes_split(split)), bad=_AllAtOnce(), **options, **sides)


def bad_tickets(
    frame: Any, finder: FactFinder, sides: Mapping[str, Any], **options: Any
) -> Mapping[int, SlaClockError]:
    """What is wrong with the tickets of a frame, by their rows, as far as it is known before some are left out."""
    try:
        finder.facts(frame_with_all_faults(frame, finder.policy, sides, split=finder.options.split, **options))
    except BadTicketsError as error:
        return error.problems
    return {}
