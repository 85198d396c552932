"""Files of tickets and of their pauses, read in batches whose rows have what they must have."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from slaclock.clock.pauses import Pause
from slaclock.errors import InputError, SlaClockError
from slaclock.policy.attributes import FIELDS, check_changing
from slaclock.policy.book import PolicyBook, attributes_of, measures_of
from slaclock.policy.policy import Policy
from slaclock.tickets.agreed import AGREED, AGREED_FOR
from slaclock.tickets.side_tables import SIDES
from slaclock.tickets.tickets import Change, Event, Reopening

from .batches import Batch, Columns, batches
from .notes import note_attributes

TICKETS = Columns(
    ("id", *FIELDS, *AGREED.values()),
    ("opened", "responded", "resolved", "cancelled", "abandoned"),
    ("id", "opened"),
)


def ticket_columns(policy: Policy | PolicyBook) -> Columns:
    """The columns of a file of tickets, with those that a policy asks for: attributes, and what is agreed."""
    agreed = (AGREED_FOR + measure for measure in measures_of(policy) if measure not in AGREED)
    return TICKETS._replace(texts=(*TICKETS.texts, *agreed, *attributes_of(policy)))


def columns_of(side: str) -> Columns:
    """The columns of a file beside the tickets."""
    table = SIDES[side]
    return Columns(("ticket", *table.texts), table.instants, ("ticket", *table.columns), table.numbers)


def needed_of(side: str) -> tuple[str, ...]:
    """The columns of a file beside the tickets in which nothing may be missing."""
    return ("ticket", *SIDES[side].needed)


def missing_error(what: str, name: str, place: str) -> InputError:
    """The error for what a row of tickets, or of a file beside them, must have and has not."""
    if (what, name) == ("tickets", "opened"):
        return InputError("the ticket's opening is missing", "give one, e.g. 2026-11-27 15:40", place)
    return InputError(f"the {what[:-1]}'s {name} is missing", "give one", place)


def _check_given(what: str, names: Iterable[str], batch: Batch) -> None:
    """Nothing may be missing in some columns."""
    for name in names:
        row = batch.missing(name)
        if row is not None:
            raise missing_error(what, name, batch.place(row, name))


def ticket_batches(
    path: str,
    zone: ZoneInfo,
    policy: Policy | PolicyBook | None = None,
    progress: Callable[[float], None] = lambda share: None,
) -> Iterator[Batch]:
    """The rows of a file of tickets, each with an id and an opening, and what a policy asks for.

    A file without a column for an attribute by which a book chooses is noted.
    """
    columns, attributes = (TICKETS, ()) if policy is None else (ticket_columns(policy), attributes_of(policy))
    for number, batch in enumerate(batches(path, columns, zone, progress)):
        if number == 0:
            note_attributes(path, batch.table.column_names, attributes)
        _check_given("tickets", TICKETS.required, batch)
        yield batch


def side_batches(side: str, path: str, zone: ZoneInfo) -> Iterator[Batch]:
    """The rows of a file beside the tickets, each with what it needs, none of which ends before it starts."""
    table = SIDES[side]
    for batch in batches(path, columns_of(side), zone):
        _check_given(
            side, (*needed_of(side), *(name for name in table.numbers if name in batch.table.column_names)), batch
        )
        if table.span is not None:
            _check_span(side, table.span, batch, zone)
        if side == "changes":
            _check_fields(batch)
        yield batch


def _check_span(side: str, span: tuple[str, str], batch: Batch, zone: ZoneInfo) -> None:
    """No pause or reopening may end before it starts."""
    import pyarrow.compute

    pc: Any = pyarrow.compute  # whose functions are made when it is imported, so that no type checker knows them
    first, last = span
    for row in pc.indices_nonzero(pc.fill_null(pc.less(batch.table[last], batch.table[first]), False)).to_pylist():
        fields = batch.row(row)
        entry_of(side, {name: _in_zone(fields[name], zone) for name in span}, batch.place(row, last))


def _in_zone(instant: Any, zone: ZoneInfo) -> Any:
    return instant.astimezone(zone) if isinstance(instant, datetime) else instant


def _check_fields(batch: Batch) -> None:
    """A change is of a field that may change, and none leaves a ticket without a kind."""
    fields = batch.table["field"].to_pylist()
    for field in dict.fromkeys(fields):
        try:
            check_changing(field)
        except SlaClockError as error:
            raise InputError(error.problem, error.remedy, batch.place(fields.index(field), "field")) from None
    if "kind" not in fields or not batch.table["to"].null_count:
        return
    for row, change in enumerate(batch.table.select(SIDES["changes"].columns).to_pylist()):
        if change["field"] == "kind" and change["to"] is None:
            entry_of("changes", change, batch.place(row, "to"))


def entry_of(side: str, fields: Mapping[str, Any], place: str) -> Pause | Change | Reopening | Event:
    """The pause, change, reopening or event of a row; what cannot be one is an error at its place."""
    models: dict[str, type[Pause | Change | Reopening | Event]] = {
        "pauses": Pause, "changes": Change, "reopenings": Reopening, "events": Event,
    }  # fmt: skip
    try:
        return models[side].model_validate(dict(fields))
    except SlaClockError as error:
        raise InputError(error.problem, error.remedy, place) from None


def ticket_error(error: SlaClockError, place: str) -> InputError:
    """The error in the ticket of a row, with its column where it is one field's fault."""
    what, *measure = error.path[-2:] if len(error.path) > 1 else ("",)
    column = f"{AGREED_FOR}{measure[0]}" if what == "agreed" else error.where
    known = what == "agreed" or column in (*TICKETS.texts, *TICKETS.instants)
    return InputError(error.problem, error.remedy, f"{place}, column {column!r}" if known else place)


def duplicate_ticket(ticket: str, place: str) -> InputError:
    """The error for a ticket that stands in two rows."""
    return InputError(f"the ticket {ticket!r} stands twice", "keep one row", place)


def unknown_ticket(ticket: str, side: str, place: str) -> InputError:
    """The error for an entry of a ticket that no file has."""
    return InputError(f"there is no ticket {ticket!r}", f"remove the {side[:-1]}, or add the ticket", place)
