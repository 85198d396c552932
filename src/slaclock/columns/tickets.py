"""Many tickets at once: the columns of a frame that matter, and what its side frames say of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from slaclock.clock.pauses import Pause
from slaclock.errors import ColumnError
from slaclock.policy import attributes
from slaclock.policy.book import PolicyBook, attributes_read, measures_of
from slaclock.policy.measures import Measure
from slaclock.policy.policy import Policy
from slaclock.temporal.instants import is_missing
from slaclock.tickets.agreed import AGREED, AGREED_FOR
from slaclock.tickets.tickets import Ticket

from .agreed import AgreedColumn, check_agreed, read_agreed_column
from .arrays import cells_of, renumbered, repeated
from .categories import Categories, every, read_categories
from .frames import Frame, Series, as_series, frame_of, narwhals
from .histories import Changes, Events, Reopenings, read_changes, read_events, read_reopenings
from .instants import Instants, read_instants
from .pause_columns import PauseColumns, Pauses, read_pauses
from .piecewise import NEVER, Bools, Ints
from .rows import any_of
from .ticket_ids import TicketIds

INSTANTS = ("opened", "responded", "resolved", "cancelled", "abandoned")
CATEGORIES = attributes.FIELDS
FIELDS = ("id", *INSTANTS, *CATEGORIES, *AGREED.values())


@dataclass(frozen=True)
class Tickets:
    """Tickets as columns, a row each: all that a `Ticket` says, as far as the frames have it.

    `instants` and `categories` are those of `INSTANTS` and `CATEGORIES` that the frame has, by their names: `opened`
    and `kind` in any case. `agreed` is what was agreed for a ticket alone, by the measure, and `attributes` are those
    by which the policies of a book choose, as the tickets opened. `pauses`, with their `reasons` in the same order,
    `changes`, `reopenings` and `events` come of the side frames, and are None where there are none. `ids` are None
    where the frame has no such column. Where these are cycles of tickets, `since` is when the tickets themselves
    opened.
    """

    count: int
    ids: Series | None
    instants: dict[str, Instants]
    categories: dict[str, Categories]
    pauses: PauseColumns | None
    reasons: Categories | None
    changes: Changes | None = None
    reopenings: Reopenings | None = None
    events: Events | None = None
    agreed: Mapping[Measure, AgreedColumn] = dataclasses.field(default_factory=dict)
    attributes: Mapping[str, Categories] = dataclasses.field(default_factory=dict)
    since: Ints | None = None

    @cached_property
    def opened(self) -> Ints:
        """When the tickets opened, in microseconds; `NEVER` where that is missing."""
        return self.micros("opened")

    def micros(self, name: str) -> Ints:
        """A column of instants in microseconds; `NEVER` where one is missing, in all rows where there is no column."""
        if name not in self.instants:
            return np.full(self.count, NEVER)
        return np.asarray(self.instants[name].chunk(slice(0, self.count)))

    def names(self, category: str) -> tuple[str, ...]:
        """The distinct words of a category; none where the tickets do not have it."""
        return self.categories[category].names if category in self.categories else ()

    def of(self, rows: Ints) -> Tickets:
        """Some of the tickets, numbered anew."""
        categories = {name: column.take(rows) for name, column in self.categories.items()}
        instants = {name: column.of(rows) for name, column in self.instants.items()}
        ids = None if self.ids is None else self.ids[rows.tolist()]
        pauses, reasons = self.pauses, self.reasons
        number = renumbered(rows, self.count)
        changes = None if self.changes is None else self.changes.of(number)
        reopenings = None if self.reopenings is None else self.reopenings.of(number)
        events = None if self.events is None else self.events.of(number)
        if pauses is not None:
            row = number[pauses.row]
            chosen = row >= 0
            pauses = pauses.of(chosen, row)
            reasons = None if reasons is None else reasons.take(chosen)
        agreed: dict[Measure, AgreedColumn] = {name: column.take(rows) for name, column in self.agreed.items()}
        attributes = {name: column.take(rows) for name, column in self.attributes.items()}
        sides = changes, reopenings, events
        return Tickets(len(rows), ids, instants, categories, pauses, reasons, *sides, agreed, attributes)

    def repeated(self, rows: Ints) -> Tickets:
        """A row for each of some rows, which may come again, of what the cycles of tickets are made of.

        That is when they opened, what they were and became, and when they waited.
        """
        changes, pauses, reasons = self.changes, self.pauses, self.reasons
        if changes is not None:
            number, row = repeated(changes.row, rows, self.count)
            changes = changes.at_rows(number, row)
        if pauses is not None:
            number, row = repeated(pauses.row, rows, self.count)
            pauses = pauses.at_rows(number, row)
            reasons = None if reasons is None else reasons.take(number)
        return Tickets(
            len(rows),
            None,
            {"opened": self.instants["opened"].of(rows)},
            {name: column.take(rows) for name, column in self.categories.items()},
            pauses,
            reasons,
            changes,
            self.reopenings
            if self.reopenings is None
            else self.reopenings.at_rows(*repeated(self.reopenings.row, rows, self.count)),
            agreed={name: column.take(rows) for name, column in self.agreed.items()},
        )

    @property
    def wrongly_agreed(self) -> Bools | None:
        """The rows of which what was agreed for any measure cannot be so; None where nothing was."""
        return any_of(*(column.wrong(self.opened) for column in self.agreed.values()))

    def agreed_for_nothing(self, policy: Policy) -> Bools | None:
        """The rows for which anything was agreed for a measure that the policy does not have; None where for none."""
        unknown = [column for measure, column in self.agreed.items() if not policy.has_measure(measure)]
        return any_of(*(column.given(self.count) for column in unknown))

    def due_as_agreed(self, measure: Measure) -> Ints | None:
        """The due dates that were agreed, `NEVER` for rows without one; None where nothing was agreed."""
        column = self.agreed.get(measure)
        return None if column is None else column.due(self.count)

    def ticket(self, row: int) -> Ticket:
        """One row as a ticket."""
        fields: dict[str, Any] = {name: column.of(row) for name, column in self.categories.items()}
        fields |= {name: column.one(row) for name, column in self.instants.items()}
        if fields["opened"] is None:
            raise ColumnError("the ticket has no opening", "give one, or leave the ticket out", "opened")
        pauses = []
        if self.pauses is not None:
            pairs = self.pauses.pairs(row)
            for (start, end), number in zip(pairs, self.pauses.numbers(row).tolist(), strict=True):
                reason = None if self.reasons is None else self.reasons.of(number)
                pauses.append(Pause(start=start, end=end, reason=reason))
        fields = {name: value for name, value in fields.items() if value is not None or name in ("kind", "opened")}
        changes = () if self.changes is None else tuple(self.changes.of_row(row))
        reopenings = () if self.reopenings is None else tuple(self.reopenings.of_row(row))
        own_id = None if self.ids is None else self.ids[row]
        number = str(row if is_missing(own_id) else own_id)
        agreed = {measure: column.of(row) for measure, column in self.agreed.items()}
        fields["agreed"] = {measure: value for measure, value in agreed.items() if value is not None}
        fields["attributes"] = {name: value for name, column in self.attributes.items() if (value := column.of(row))}
        events = () if self.events is None else tuple(self.events.of_row(row))
        return Ticket(id=number, pauses=pauses, changes=changes, reopenings=reopenings, events=events, **fields)


def own_fields(policy: Policy | PolicyBook) -> tuple[str, ...]:
    """The fields that tickets have for the sake of a policy: the attributes that it looks at, and what is agreed."""
    return (*attributes_read(policy), *(AGREED_FOR + measure for measure in measures_of(policy)))


def names_of(table: Frame, columns: Mapping[str, str], own: Collection[str] = ()) -> dict[str, str]:
    """The frame's own names of the fields that it has, and of those that it has for the sake of a policy."""
    fields = dict.fromkeys((*FIELDS, *own))
    unknown = [field for field in columns if field not in fields]
    if unknown:
        raise ColumnError(f"{unknown[0]!r} is no field of a ticket", "use one of: " + ", ".join(fields))
    names = {field: columns.get(field, field) for field in fields}
    for field, name in names.items():
        if name not in table.columns and (field in columns or field == "opened"):
            there = ", ".join(map(str, table.columns))
            remedy = f"name the one for {field!r} in columns=; there: {there}"
            raise ColumnError(f"the tickets have no column {name!r}", remedy)
    check_agreed([str(name) for name in table.columns if name not in names.values()], fields)
    return {field: name for field, name in names.items() if name in table.columns}


def read_tickets(
    table: Frame,
    names: Mapping[str, str],
    timezone: str | None,
    *,
    pauses: Any = None,
    changes: Any = None,
    reopenings: Any = None,
    events: Any = None,
) -> Tickets:
    """The columns of the frame that matter, and what the side frames say of its tickets."""
    count = len(table)
    instants = {
        name: read_instants(table[names[name]].to_native(), name, timezone) for name in INSTANTS if name in names
    }
    categories = {name: read_categories(table[names[name]], name) for name in CATEGORIES if name in names}
    if "kind" not in categories:
        categories["kind"] = every(count, "incident")
    ids = table[names["id"]] if "id" in names else None
    keys = None if ids is None else TicketIds(ids, names["id"])
    if pauses is not None and not isinstance(pauses, Pauses):
        entries = frame_of(pauses, "pauses")
        by_row = "row" in entries.columns and "ticket" not in entries.columns
        if ids is None and not by_row:
            raise ColumnError("pauses are given for tickets without ids", "add the column id, or give Pauses(row, ...)")
        pauses = Pauses.of(pauses, None if by_row else keys)
    reasons = None
    if pauses is not None and pauses.reason is not None:
        series = as_series(pauses.reason)
        if series is None:
            series = narwhals().new_series(
                "reason", cells_of(pauses.reason), narwhals().String, backend=table.implementation
            )
        reasons = read_categories(series, "reason")
    return Tickets(
        count,
        ids,
        instants,
        categories,
        read_pauses(pauses, count, timezone),
        reasons,
        read_changes(changes, count, keys, timezone),
        read_reopenings(reopenings, count, keys, timezone),
        read_events(events, count, keys, timezone),
        {
            name.removeprefix(AGREED_FOR): read_agreed_column(table[own], name, timezone)
            for name, own in names.items()
            if name.startswith(AGREED_FOR)
        },
        {
            name: read_categories(table[own], name)
            for name, own in names.items()
            if name not in FIELDS and not name.startswith(AGREED_FOR)
        },
    )
