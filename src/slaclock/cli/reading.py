"""Files and words of the command line, read into tickets and instants; what is wrong is said with its place."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from slaclock.errors import InputError, SlaClockError
from slaclock.events import EventMapping, tickets_from_events
from slaclock.instants import parse_instant
from slaclock.pauses import Pause
from slaclock.policy import Policy
from slaclock.tickets import Ticket

EXAMPLE_FILES = ("sla.toml", "tickets.csv", "pauses.csv", "events.csv", "mapping.toml")
EXAMPLE_AT = "2018-06-29 12:00"
_INSTANTS = ("opened", "responded", "resolved")
_WORDS = ("kind", "priority", "category", "impact", "urgency")


@dataclass(frozen=True)
class Placed:
    """A ticket and where it was read."""

    ticket: Ticket
    place: str


@dataclass(frozen=True)
class Row:
    """A row of a file: its number as a spreadsheet counts it, and its cells by column."""

    file: str
    number: int
    cells: dict[str, str]

    @property
    def place(self) -> str:
        """The row's place, for an error."""
        return f"{self.file}, row {self.number}"

    def wrong(self, column: str, wrong: SlaClockError) -> InputError:
        """The error said to be in a column of this row."""
        return InputError(wrong.problem, wrong.remedy, f"{self.place}, column {column!r}")


def example_file(name: str) -> Path:
    """A file of the packaged example."""
    return Path(str(files("slaclock").joinpath("example", name)))


def read_policy(path: str | None) -> Policy:
    """The policy of a file, or the packaged example."""
    return Policy.example() if path is None else Policy.load(path)


def read_at(text: str, zone: ZoneInfo, name: str) -> datetime:
    """An instant given on the command line."""
    try:
        return parse_instant(text, zone)
    except SlaClockError as wrong:
        raise wrong.within(name) from None


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
        for row in _rows(tickets, ("id", "opened")):
            placed = _read_ticket(row, zone, waits, found)
            if placed.ticket.id in listed:
                raise InputError(f"the ticket {placed.ticket.id!r} stands twice", "keep one row", row.place)
            listed.add(placed.ticket.id)
            found[placed.ticket.id] = placed
        lost = next((key for key in waits if key not in found), None)
        if lost is not None:
            raise InputError(f"there is no ticket {lost!r}", "remove the pause, or add the ticket", waits[lost][0][1])
    elif pauses is not None:
        raise InputError("--pauses is given without TICKETS.csv", "give the tickets too")
    return list(found.values())


def _from_log(path: str, mapping: EventMapping) -> dict[str, Placed]:
    try:
        tickets = tickets_from_events(_LogRows(path), mapping, first_row=2)
    except SlaClockError as wrong:
        if isinstance(wrong, InputError):
            raise
        raise InputError(wrong.problem, wrong.remedy, f"{path}, {wrong.where}" if wrong.where else path) from None
    return {ticket.id: Placed(ticket, f"{path}, ticket {ticket.id}") for ticket in tickets}


class _LogRows:
    """The cells of a log's rows."""

    def __init__(self, path: str) -> None:
        self._path = path

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        return (row.cells for row in _rows(self._path, ()))


def _read_ticket(
    row: Row, zone: ZoneInfo, waits: dict[str, list[tuple[Pause, str]]], log: Mapping[str, Placed]
) -> Placed:
    """A ticket from its row; where the log knows it too, the log has the say on what happened to it."""
    key = row.cells["id"]
    if not key:
        raise InputError("the ticket's id is missing", "give one", f"{row.place}, column 'id'")
    fields: dict[str, Any] = {name: row.cells[name] for name in _WORDS if row.cells.get(name)}
    for name in _INSTANTS:
        if row.cells.get(name):
            fields[name] = _instant(row, name, zone)
    if "opened" not in fields:
        raise InputError(
            "the ticket's opening is missing", "give one, e.g. 2026-11-27 15:40", f"{row.place}, column 'opened'"
        )
    if key in log:
        fields = {**fields, **_happened(log[key].ticket)}
    fields["id"] = key
    fields["pauses"] = (*fields.get("pauses", ()), *(pause for pause, _ in waits.get(key, ())))
    try:
        return Placed(Ticket(**fields), row.place)
    except SlaClockError as wrong:
        raise InputError(wrong.problem, wrong.remedy, row.place) from None


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
    for row in _rows(path, ("ticket", "start", "end", "reason")):
        if not row.cells["start"]:
            raise InputError("the pause's start is missing", "give one", f"{row.place}, column 'start'")
        start = _instant(row, "start", zone)
        end = _instant(row, "end", zone) if row.cells["end"] else None
        try:
            pause = Pause(start=start, end=end, reason=row.cells["reason"] or None)
        except SlaClockError as wrong:
            raise row.wrong("end", wrong) from None
        found.setdefault(row.cells["ticket"], []).append((pause, row.place))
    return found


def _instant(row: Row, column: str, zone: ZoneInfo) -> datetime:
    try:
        return parse_instant(row.cells[column], zone)
    except SlaClockError as wrong:
        raise row.wrong(column, wrong) from None


def _rows(path: str, needed: tuple[str, ...]) -> Iterator[Row]:
    """The rows of a CSV file, its cells without the spaces round them."""
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            header = [name.strip() for name in next(reader, [])]
            missing = [name for name in needed if name not in header]
            if missing:
                there = ", ".join(header) or "none"
                raise InputError(
                    f"there is no column {missing[0]!r}", f"add it to the header (there: {there})", f"{path}, row 1"
                )
            for cells in reader:
                if not cells:
                    continue
                if len(cells) != len(header):
                    raise InputError(
                        f"{len(cells)} cells under {len(header)} columns",
                        "quote cells that hold commas",
                        f"{path}, row {reader.line_num}",
                    )
                yield Row(path, reader.line_num, dict(zip(header, (cell.strip() for cell in cells), strict=True)))
    except OSError as wrong:
        raise InputError(f"cannot read {path} ({wrong.strerror})", "check the path") from None
    except UnicodeDecodeError:
        raise InputError("this is not UTF-8 text", "save it as CSV in UTF-8", path) from None
    except csv.Error as wrong:
        raise InputError(f"this is not CSV ({wrong})", "save it as CSV in UTF-8", path) from None
