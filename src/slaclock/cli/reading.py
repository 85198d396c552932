"""Files and words of the command line, read into tickets and instants; what is wrong is said with its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from slaclock.clock.pauses import Pause
from slaclock.desks.logs import tickets_from_events
from slaclock.desks.mappings import EventMapping
from slaclock.errors import InputError, SlaClockError, placed
from slaclock.figures.allowances import Usage
from slaclock.policy.policy import Policy
from slaclock.temporal.instants import parse_instant
from slaclock.tickets.tickets import Ticket

from .files import Batch, Wanted, batches, cells

EXAMPLE_FILES = (
    "sla.toml", "tickets.csv", "pauses.csv", "events.csv", "mapping.toml", "contacts.csv", "training.csv",
)  # fmt: skip
EXAMPLE_AT = "2018-06-29 12:00"
TICKETS = Wanted(
    ("id", "kind", "priority", "category", "impact", "urgency"),
    ("opened", "responded", "resolved", "abandoned"),
    ("id", "opened"),
)
USAGE = Wanted(("allowance", "amount"), ("at",), ("allowance", "at", "amount"))
PAUSES = Wanted(("ticket", "reason"), ("start", "end"), ("ticket", "start", "end", "reason"))


@dataclass(frozen=True)
class Placed:
    """A ticket and where it was read."""

    ticket: Ticket
    place: str


def example_file(name: str) -> Path:
    """A file of the packaged example."""
    return Path(str(files("slaclock").joinpath("example", name)))


def read_policy(path: str | None) -> Policy:
    """The policy of a file, or the packaged example."""
    return Policy.example() if path is None else Policy.load(path)


def read_at(text: str, zone: ZoneInfo, name: str) -> datetime:
    """An instant given on the command line."""
    with placed(name):
        return parse_instant(text, zone)


def read_now(text: str | None, policy: Policy) -> datetime:
    """The instant of `--at` in the policy's zone, or now."""
    return datetime.now(UTC) if text is None else read_at(text, policy.calendar.zone, "--at")


def read_tickets(
    tickets: str | None, pauses: str | None, events: str | None, mapping: str | None, zone: ZoneInfo
) -> list[Placed]:
    """The tickets of the files, whichever are given; times without an offset are read in `zone`."""
    if events is not None and mapping is None:
        raise InputError("--events is given without --mapping", "say how to read the log: --mapping MAP.toml")
    if mapping is not None and events is None:
        raise InputError("--mapping is given without --events", "give the log: --events EVENTS.csv")
    found: dict[str, Placed] = {}
    if events is not None and mapping is not None:
        found = _from_log(events, EventMapping.load(mapping))
    if tickets is not None:
        listed: set[str] = set()
        waits = {} if pauses is None else _read_pauses(pauses, zone)
        for batch in ticket_batches(tickets, zone):
            for row, fields in enumerate(batch.table.to_pylist()):
                placed = _read_ticket(fields, batch.place(row), waits, found)
                if placed.ticket.id in listed:
                    raise twice(placed.ticket.id, placed.place)
                listed.add(placed.ticket.id)
                found[placed.ticket.id] = placed
        lost = next((key for key in waits if key not in found), None)
        if lost is not None:
            raise stray(lost, waits[lost][0][1])
    elif pauses is not None:
        raise InputError("--pauses is given without TICKETS", "give the tickets too")
    return list(found.values())


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
                except SlaClockError as wrong:
                    raise InputError(wrong.problem, wrong.remedy, batch.place(row, "end")) from None
        yield batch


def read_usage(path: str, zone: ZoneInfo) -> list[Usage]:
    """What was used of the allowances."""
    found = []
    for batch in batches(path, USAGE, zone):
        for row, fields in enumerate(batch.table.to_pylist()):
            try:
                found.append(Usage(**fields))
            except SlaClockError as wrong:
                raise InputError(wrong.problem, wrong.remedy, batch.place(row, wrong.where or None)) from None
    return found


def twice(ticket: str, place: str) -> InputError:
    """The error for a ticket that a file has in two rows."""
    return InputError(f"the ticket {ticket!r} stands twice", "keep one row", place)


def stray(ticket: str, place: str) -> InputError:
    """The error for a pause of a ticket that no file has."""
    return InputError(f"there is no ticket {ticket!r}", "remove the pause, or add the ticket", place)


def _from_log(path: str, mapping: EventMapping) -> dict[str, Placed]:
    try:
        tickets = tickets_from_events((row for _, row in cells(path)), mapping, first_row=2)
    except SlaClockError as wrong:
        if isinstance(wrong, InputError):
            raise
        raise InputError(wrong.problem, wrong.remedy, f"{path}, {wrong.where}" if wrong.where else path) from None
    except OSError as wrong:
        raise InputError(f"cannot read {path} ({wrong.strerror})", "check the path") from None
    return {ticket.id: Placed(ticket, f"{path}, ticket {ticket.id}") for ticket in tickets}


def _read_ticket(
    row: Mapping[str, Any], place: str, waits: dict[str, list[tuple[Pause, str]]], log: Mapping[str, Placed]
) -> Placed:
    """A ticket from its row; where the log knows it too, the log has the say on what happened to it."""
    fields = {name: value for name, value in row.items() if value is not None or name == "kind"}
    key = fields["id"]
    if key in log:
        fields = {**fields, **_happened(log[key].ticket)}
    fields["pauses"] = (*fields.get("pauses", ()), *(pause for pause, _ in waits.get(key, ())))
    try:
        return Placed(Ticket(**fields), place)
    except SlaClockError as wrong:
        raise of_ticket(wrong, place) from None


def of_ticket(wrong: SlaClockError, place: str) -> InputError:
    """What is wrong with the ticket of a row, said with its column where it is one field's fault."""
    column = f", column {wrong.where!r}" if wrong.where in (*TICKETS.words, *TICKETS.instants) else ""
    return InputError(wrong.problem, wrong.remedy, place + column)


def _happened(logged: Ticket) -> dict[str, Any]:
    """What the log tells of a ticket; that it is not resolved is told too."""
    told: dict[str, Any] = {
        "resolved": logged.resolved,
        "pauses": logged.pauses,
        "reopenings": logged.reopenings,
        "priority_changes": logged.priority_changes,
    }
    known = {"priority": logged.priority, "responded": logged.responded}
    return {**told, **{name: value for name, value in known.items() if value is not None}}


def _read_pauses(path: str, zone: ZoneInfo) -> dict[str, list[tuple[Pause, str]]]:
    """The pauses of each ticket, each with its place."""
    found: dict[str, list[tuple[Pause, str]]] = {}
    for batch in pause_batches(path, zone):
        for row, fields in enumerate(batch.table.to_pylist()):
            pause = Pause(start=fields["start"], end=fields["end"], reason=fields["reason"])
            found.setdefault(fields["ticket"] or "", []).append((pause, batch.place(row)))
    return found
