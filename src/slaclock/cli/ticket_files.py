"""Files of tickets and of their pauses, read in batches whose rows have what they must have."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from zoneinfo import ZoneInfo

from slaclock.clock.pauses import Pause
from slaclock.errors import InputError, SlaClockError

from .batches import Batch, Columns, batches

TICKETS = Columns(
    ("id", "kind", "priority", "category", "impact", "urgency"),
    ("opened", "responded", "resolved", "abandoned"),
    ("id", "opened"),
)
PAUSES = Columns(("ticket", "reason"), ("start", "end"), ("ticket", "start", "end", "reason"))


def ticket_batches(
    path: str, zone: ZoneInfo, progress: Callable[[float], None] = lambda share: None
) -> Iterator[Batch]:
    """The rows of a file of tickets, each with an id and an opening."""
    for batch in batches(path, TICKETS, zone, progress):
        row = batch.missing("id")
        if row is not None:
            raise InputError("the ticket's id is missing", "give one", batch.place(row, "id"))
        row = batch.missing("opened")
        if row is not None:
            raise InputError(
                "the ticket's opening is missing", "give one, e.g. 2026-11-27 15:40", batch.place(row, "opened")
            )
        yield batch


def pause_batches(path: str, zone: ZoneInfo) -> Iterator[Batch]:
    """The rows of a file of pauses, none of which ends before it starts."""
    for batch in batches(path, PAUSES, zone):
        row = batch.missing("start")
        if row is not None:
            raise InputError("the pause's start is missing", "give one", batch.place(row, "start"))
        starts, ends = batch.table["start"].to_pylist(), batch.table["end"].to_pylist()
        for row, (start, end) in enumerate(zip(starts, ends, strict=True)):
            if end is not None and end < start:
                try:
                    Pause(start=start.astimezone(zone), end=end.astimezone(zone))
                except SlaClockError as error:
                    raise InputError(error.problem, error.remedy, batch.place(row, "end")) from None
        yield batch


def ticket_error(error: SlaClockError, place: str) -> InputError:
    """The error in the ticket of a row, with its column where it is one field's fault."""
    column = f", column {error.where!r}" if error.where in (*TICKETS.texts, *TICKETS.instants) else ""
    return InputError(error.problem, error.remedy, place + column)


def duplicate_ticket(ticket: str, place: str) -> InputError:
    """The error for a ticket that stands in two rows."""
    return InputError(f"the ticket {ticket!r} stands twice", "keep one row", place)


def unknown_ticket(ticket: str, place: str) -> InputError:
    """The error for a pause of a ticket that no file has."""
    return InputError(f"there is no ticket {ticket!r}", "remove the pause, or add the ticket", place)
