"""The openings of tickets, as objects or in a frame, and of columns of instants: by kind and priority."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from slaclock.columns.categories import Categories
from slaclock.columns.instants import read_instants
from slaclock.columns.piecewise import NEVER, Ints
from slaclock.columns.tickets import own_fields
from slaclock.errors import ColumnError
from slaclock.policy.book import PolicyBook
from slaclock.policy.policy import Policy
from slaclock.reporting.sources import TicketSource, source_of

from .opening_counts import OpeningTable, TableOf, counts_of


def table_of_tickets(
    tickets: Any, policy: Policy | PolicyBook, columns: Mapping[str, str] | None, timezone: str | None
) -> TableOf:
    """The openings of tickets by what each opened with; a policy's are those of whom it is for, in whichever year."""
    source = source_of(tickets, {}, own=own_fields(policy), columns=columns, timezone=timezone)
    if not source.count:
        raise ColumnError("there are no tickets, whose openings could be counted", "give some, or leave them out")
    rows = np.arange(source.count)
    numbers = rows * 0 if isinstance(policy, Policy) else source.policy_numbers(_whenever(policy))

    def table(own: Policy) -> OpeningTable:
        mine = rows if isinstance(policy, Policy) else rows[numbers == _group_of(own, policy)]
        if not len(mine):  # nobody's of theirs, so that those of all say what hours of a week are busy
            mine = rows
        cases = _cases(source, mine, own)
        return OpeningTable(counts_of(zip(cases, source.opened[mine].tolist(), strict=True), own.calendar.zone))

    return table


def column_micros(column: Any, timezone: str | None) -> list[int | None]:
    """The instants of a column or a list; None where one is missing."""
    instants = read_instants(column, "openings", timezone, single=False)
    return [None if at == NEVER else at for at in instants.chunk(slice(0, len(instants))).tolist()]


def _whenever(book: PolicyBook) -> PolicyBook:
    """One policy of the book for each of those whom its policies are for, whichever date a ticket opened on."""
    return PolicyBook([group[0].model_copy(update={"in_force_from": None}) for group in book.groups])


def _group_of(policy: Policy, book: PolicyBook) -> int:
    return next(number for number, group in enumerate(book.groups) if any(own is policy for own in group))


def _cases(source: TicketSource, rows: Ints, policy: Policy) -> list[tuple[str | None, str | None]]:
    """The kind and priority of each ticket as it opened; the latter by impact and urgency where it had none."""
    opened = source.opened[rows]

    def texts(name: str) -> list[str | None]:
        column: Categories = source.values(rows, name, opened)
        return [column.of(row) for row in range(len(rows))]

    agreed = (
        own if own is not None else policy.priorities.get(impact or "", {}).get(urgency or "")
        for own, impact, urgency in zip(texts("priority"), texts("impact"), texts("urgency"), strict=True)
    )
    return list(zip(texts("kind"), agreed, strict=True))
