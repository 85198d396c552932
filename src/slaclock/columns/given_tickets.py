"""A frame of tickets as a caller gives it, and frames of the caller's library with rows of answers to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from slaclock.policy.book import PolicyBook
from slaclock.policy.policy import Policy

from .frames import ColumnKind, Frame, frame_of, kind_of, narwhals
from .outputs import Output
from .piecewise import Ints
from .tickets import Tickets, names_of, own_fields, read_tickets


class GivenTickets(NamedTuple):
    """A frame, the name of its column of openings, and the tickets that it holds."""

    table: Frame
    opened: str
    tickets: Tickets

    @classmethod
    def read(
        cls,
        frame: Any,
        policy: Policy | PolicyBook,
        columns: Mapping[str, str] | None,
        timezone: str | None,
        **sides: Any,
    ) -> Self:
        """The tickets of a frame, and what the side frames say of them, with the fields that a policy asks for."""
        table = frame_of(frame)
        names = names_of(table, columns or {}, own_fields(policy))
        return cls(table, names["opened"], read_tickets(table, names, timezone, **sides))

    @property
    def kind(self) -> ColumnKind:
        """The kind of columns that answers to all rows are."""
        return kind_of([self.table[self.opened].to_native()])

    def answered(
        self, rows: Ints | None, outputs: Mapping[str, Output], answers: Mapping[str, NDArray[Any]], zone: str
    ) -> Any:
        """A frame with the `ticket` of each row of answers, its id or without ids its row, and a column an output.

        `rows` are those of the tickets that the answers are of; None where they are all of them, in order.
        """
        nw = narwhals()
        ids, opened = self.tickets.ids, self.table[self.opened]
        if ids is None:
            ids = nw.new_series("ticket", np.arange(self.tickets.count), backend=self.table.implementation)
        if rows is not None:
            ids, opened = ids[rows], opened[rows]
        kind = kind_of([nw.maybe_reset_index(opened).to_native()])
        made = {name: output.column(kind, answers[name], zone) for name, output in outputs.items()}
        series = (nw.from_native(column, series_only=True).alias(name) for name, column in made.items())
        return nw.maybe_reset_index(ids).alias("ticket").to_frame().with_columns(*series).to_native()
