"""When a ticket was open, and when it waited."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from slaclock.clock.pauses import FOREVER
from slaclock.temporal.instants import to_micros
from slaclock.temporal.intervals import Interval

from .tickets import Ticket, responses

REOPENED = "resolved, until it was reopened"
CANCELLED = "cancelled, until it was reopened"


class OpenTime(NamedTuple):
    """A time for which a ticket was open: from its opening or a reopening until it was `closed`, if it was.

    It is `withdrawn` where a cancellation closed it, which wins over a resolution at its instant.
    """

    start: int
    closed: int | None
    withdrawn: bool


def open_times(ticket: Ticket) -> Iterator[OpenTime]:
    """The times for which the ticket was open, in order."""
    cancelled = None if ticket.cancelled is None else to_micros(ticket.cancelled)
    start, first = to_micros(ticket.opened), True
    for reopening in ticket.reopenings:
        yield _open_time(start, to_micros(reopening.resolved), cancelled, first)
        start, first = to_micros(reopening.reopened), False
    yield _open_time(start, None if ticket.resolved is None else to_micros(ticket.resolved), cancelled, first)


def _open_time(start: int, resolved: int | None, cancelled: int | None, first: bool) -> OpenTime:
    # At one instant a cancellation comes before the ticket's own resolutions and reopenings.
    withdrawn = cancelled is not None and (first or start < cancelled) and (resolved is None or cancelled <= resolved)
    return OpenTime(start, cancelled if withdrawn else resolved, withdrawn)


class Stop(NamedTuple):
    """A time for which a clock stands still, and why: the ticket waits, or it is not open."""

    start: int
    end: int
    reason: str


def closed(ticket: Ticket) -> Iterator[Interval]:
    """The times between two for which the ticket was open, in order."""
    for before, after in pairwise(open_times(ticket)):
        assert before.closed is not None  # another follows
        yield before.closed, after.start


def first_response(ticket: Ticket) -> int | None:
    """The first response, if there is one; a resolution is one too, unless the ticket was withdrawn before."""
    resolved = (time.closed for time in open_times(ticket) if time.closed is not None and not time.withdrawn)
    return min((*responses(ticket), *resolved), default=None)


class Wait(NamedTuple):
    """A pause as it turned out: a resolution ends it for good."""

    start: int
    end: int
    reason: str | None


def waits(ticket: Ticket, seen: int) -> Iterator[Wait]:
    """The pauses that had begun by `seen`, each to its end; a resolution ends every one that it finds open for good."""
    # The last resolution is what is seen, if it is known; so only those before it are left to end a pause.
    resolutions = [to_micros(reopening.resolved) for reopening in ticket.reopenings]
    for pause in ticket.pauses:
        begun = to_micros(pause.start)
        if begun > seen:
            continue
        ended = FOREVER if pause.end is None else to_micros(pause.end)
        if resolutions:
            ended = min(ended, next((instant for instant in resolutions if begun <= instant <= seen), FOREVER))
        yield Wait(begun, ended, pause.reason)
