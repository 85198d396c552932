"""Tables of tickets and of what stands beside them, whose rows have what they must have."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as _compute

from slaclock.clock.pauses import Pause
from slaclock.errors import InputError, SlaClockError
from slaclock.figures.allowances import Usage
from slaclock.figures.outages import Outage
from slaclock.policy.attributes import FIELDS, check_changing, plain_name
from slaclock.policy.book import PolicyBook, attributes_of
from slaclock.policy.policy import Policy
from slaclock.tickets.agreed import AGREED_FOR
from slaclock.tickets.side_tables import SIDES
from slaclock.tickets.tickets import Change, Event, Reopening

from .faults import BadRow
from .known_columns import OUTAGES, TICKETS, USAGE, columns_beside, ticket_columns
from .readings import Batch, Reading, batches
from .words import translated

pc: Any = _compute  # whose functions are made when it is imported, so that no type checker knows them


def ticket_batches(
    source: Any,
    reading: Reading,
    policy: Policy | PolicyBook | None = None,
    progress: Callable[[float], None] = lambda share: None,
) -> Iterator[Batch]:
    """The rows of tickets, each with an id and an opening, and what a policy asks for."""
    wanted = ticket_columns(policy, (*reading.mapping.attributes, *reading.attributes), reading.instants)
    for number, batch in enumerate(batches(source, "tickets", wanted, reading, progress)):
        batch = _of_kind(batch, reading.mapping.kind)
        if number == 0 and policy is not None:
            _note_attributes(batch, attributes_of(policy), reading)
        yield batch.without(_without("tickets", TICKETS.required, batch), reading.faults)


def _of_kind(batch: Batch, kind: str | None) -> Batch:
    """The rows of tickets, those without a kind of the one that the mapping names."""
    if kind is None:
        return batch
    table, names = batch.table, batch.table.column_names
    if "kind" in names:
        own = pc.fill_null(table["kind"], kind)
        return dataclasses.replace(batch, table=table.set_column(names.index("kind"), "kind", own))
    return dataclasses.replace(batch, table=table.append_column("kind", pa.array([kind] * len(table), pa.string())))


def _note_attributes(batch: Batch, attributes: Sequence[str], reading: Reading) -> None:
    """Say which of the attributes by which a book chooses no column gives: no ticket then has them."""
    missing = [name for name in attributes if name not in batch.table.column_names]
    if missing:
        names = ", ".join(map(repr, missing))
        what, remedy = f"column {names}", "add it, or rename the column that holds it"
        if len(missing) > 1:
            what, remedy = f"columns {names}", "add them, or rename the columns that hold them"
        result = "by which the policies choose, so that no ticket fits a policy that applies to some values alone"
        reading.note(f"{batch.file} has no {what}, {result}; {remedy}")


def side_batches(side: str, source: Any, reading: Reading) -> Iterator[Batch]:
    """The rows beside the tickets, each with what it needs, none of which ends before it starts."""
    table = SIDES[side]
    for batch in batches(source, side, columns_beside(side), reading):
        if side == "changes":
            batch = _translated_changes(batch, reading)
        if side == "events":
            _note_messages(batch, reading)
        numbers = [name for name in table.numbers if name in batch.table.column_names]
        bad = _without(side, ("ticket", *table.needed, *numbers), batch)
        suspects = set() if table.span is None else _backward(table.span, batch)
        if side == "changes":
            suspects |= _odd_changes(batch)
        for row in sorted(suspects - bad.keys()):
            if (wrong := _wrong_entry(side, batch, row)) is not None:
                bad[row] = wrong
        yield batch.without(bad, reading.faults)


_MESSAGES = ("asked", "answered", "responded", "resolved", "cancelled")
"""The names of messages that mean something to every policy."""


def _note_messages(batch: Batch, reading: Reading) -> None:
    """Say which names of messages are almost such a name: they are a desk's own, and may count for nothing."""
    for name in batch.table["name"].drop_null().unique().to_pylist():
        like = get_close_matches(plain_name(name), _MESSAGES, 1, 0.85)
        if like and name not in _MESSAGES:
            reading.note(f"{batch.file}: the message {name!r} is none that every policy knows (is it {like[0]!r}?)")


def _translated_changes(batch: Batch, reading: Reading) -> Batch:
    """Changes of which the new values are the policy's words."""
    to, fields = batch.table["to"], batch.table["field"]
    for name in FIELDS:
        own = pc.fill_null(pc.equal(fields, name), False)
        to = pc.if_else(own, translated(to, reading.mapping.words(name)), to)
    table = batch.table.set_column(batch.table.column_names.index("to"), "to", to)
    return dataclasses.replace(batch, table=table)


def read_usage(source: Any, reading: Reading) -> list[Usage]:
    """What was used of the allowances, a use a row."""
    usage: list[Usage] = []
    for batch in batches(source, "usage", USAGE, reading):
        bad = {}
        for row, fields in enumerate(batch.table.to_pylist()):
            try:
                usage.append(Usage(**fields))
            except SlaClockError as error:
                bad[row] = batch.bad(row, error.where or None, error)
        batch.without(bad, reading.faults)
    return usage


def read_outages(source: Any, reading: Reading) -> list[Outage]:
    """When services were down, an outage a row."""
    outages: list[Outage] = []
    for batch in batches(source, "outages", OUTAGES, reading):
        bad = {}
        for row, fields in enumerate(batch.table.to_pylist()):
            try:
                outages.append(Outage(**fields))
            except SlaClockError as error:
                bad[row] = batch.bad(row, error.where or None, error)
        batch.without(bad, reading.faults)
    return outages


def _without(what: str, names: Iterable[str], batch: Batch) -> dict[int, BadRow]:
    """The rows that have nothing where something must be."""
    bad: dict[int, BadRow] = {}
    for name in names:
        if batch.table[name].null_count:
            for row in np.flatnonzero(batch.table[name].is_null().to_numpy()).tolist():
                bad.setdefault(row, batch.bad(row, name, missing_error(what, name)))
    return bad


def missing_error(what: str, name: str) -> InputError:
    """The error for what a row of tickets, or of a table beside them, must have and has not."""
    if (what, name) == ("tickets", "opened"):
        return InputError("the ticket's opening is missing", "give one, e.g. 2026-11-27 15:40")
    return InputError(f"the {what[:-1]}'s {name} is missing", "give one")


def _backward(span: tuple[str, str], batch: Batch) -> set[int]:
    """The rows that end before they start."""
    first, last = span
    less = pc.fill_null(pc.less(batch.table[last], batch.table[first]), False)
    return {*np.flatnonzero(less.to_numpy()).tolist()}


def _odd_changes(batch: Batch) -> set[int]:
    """The rows of changes that may be of what cannot change, or leave a ticket without a kind."""
    fields = batch.table["field"]
    odd: set[int] = set()
    for field in fields.unique().to_pylist():
        try:
            if field is not None:
                check_changing(field)
        except SlaClockError:
            odd.update(np.flatnonzero(pc.fill_null(pc.equal(fields, field), False).to_numpy()).tolist())
    kindless = pc.and_(pc.fill_null(pc.equal(fields, "kind"), False), batch.table["to"].is_null())
    return odd | {*np.flatnonzero(kindless.to_numpy()).tolist()}


_AT_FAULT = {"pauses": "end", "reopenings": "reopened", "changes": "to", "events": "name"}
"""The column that an error in an entry is put down to, unless it says itself which."""


def _wrong_entry(side: str, batch: Batch, row: int) -> BadRow | None:
    """What is wrong with the entry of a row."""
    fields = batch.row(row)
    try:
        if side == "changes":
            check_changing(fields["field"])
    except SlaClockError as error:
        return batch.bad(row, "field", error)
    try:
        entry_of(side, {name: fields[name] for name in SIDES[side].columns})
    except SlaClockError as error:
        return batch.bad(row, _AT_FAULT[side], error)
    return None


def entry_of(side: str, fields: Mapping[str, Any]) -> Pause | Change | Reopening | Event:
    """The pause, change, reopening or event that a row tells of."""
    models: dict[str, type[Pause | Change | Reopening | Event]] = {
        "pauses": Pause, "changes": Change, "reopenings": Reopening, "events": Event,
    }  # fmt: skip
    return models[side].model_validate(dict(fields))


def column_at_fault(error: SlaClockError) -> str | None:
    """The column of a ticket's row that an error in the ticket is about, where it is one's."""
    what, *measure = error.path[-2:] if len(error.path) > 1 else ("",)
    column = f"{AGREED_FOR}{measure[0]}" if what == "agreed" else error.where
    return column if what == "agreed" or column in (*TICKETS.texts, *TICKETS.instants) else None


def duplicate_ticket(ticket: str) -> InputError:
    """The error for a ticket that stands in two rows."""
    return InputError(f"the ticket {ticket!r} stands twice", "keep one row", value=ticket)


def unknown_ticket(ticket: str, side: str) -> InputError:
    """The error for an entry of a ticket that no file has."""
    return InputError(f"there is no ticket {ticket!r}", f"remove the {side[:-1]}, or add the ticket", value=ticket)
