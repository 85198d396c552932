"""The tables that stand beside tickets, keyed by `ticket`, and say what became of them: one list for every door."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

SEQUENCE = "sequence"
"""The column that changes may have to say in which order those of one instant came; else it is that of the rows."""


class SideTable(NamedTuple):
    """The columns of a side table, beside `ticket`.

    It has all `instants` and `texts`, and may have `numbers`; in each row `needed` are not missing. `span` are the two
    instants of which the second may not come before the first; `option` is what the command line calls it, where that
    is another name.
    """

    instants: tuple[str, ...]
    texts: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()
    span: tuple[str, str] | None = None
    option: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it must have."""
        return (*self.instants, *self.texts)

    def of(self, there: Collection[str]) -> tuple[str, ...]:
        """Its columns, with those that it may have where they are `there`."""
        return (*self.columns, *(name for name in self.numbers if name in there))


SIDES: dict[str, SideTable] = {
    "pauses": SideTable(("start", "end"), ("reason",), needed=("start",), span=("start", "end")),
    "changes": SideTable(("at",), ("field", "to"), (SEQUENCE,), needed=("at", "field")),
    "reopenings": SideTable(("resolved", "reopened"), needed=("resolved", "reopened"), span=("resolved", "reopened")),
    "events": SideTable(("at",), ("name",), needed=("at", "name"), option="messages"),
}
