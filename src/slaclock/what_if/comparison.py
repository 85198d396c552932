"""What another policy makes of past tickets, and the ways to show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from slaclock.formats.counts import count_text
from slaclock.formats.frames import frame_of

from . import comparison_pages
from .comparison_figures import ChangedItem, ComparisonFigures


@dataclass(frozen=True, repr=False, eq=False)
class Comparison(ComparisonFigures):
    """What a new policy makes of past tickets, beside what the old one did, and the ways to show it; see `compare`.

    >>> from slaclock import Policy, Ticket, compare
    >>> old = Policy.example()
    >>> new = Policy.from_json(old.to_json().replace("0-6 hours", "1 hour"))
    >>> tickets = [Ticket(id="T1", priority="P2", opened="2018-04-09T14:00+01:00", resolved="2018-04-09T16:00+01:00")]
    >>> [item] = compare(old, new, tickets, at="2018-04-12T09:00+01:00").changed
    >>> item.ticket, item.old_state, item.new_state
    ('T1', 'met', 'breached')
    """

    def to_frame(self, library: Literal["pandas", "polars"] = "pandas") -> Any:
        """The changed items as a frame of pandas or Polars, a row each."""
        columns = {name: [getattr(item, name) for item in self.changed] for name in ChangedItem.__slots__}
        return frame_of(columns, library)

    def to_markdown(self) -> str:
        """The comparison as Markdown."""
        return comparison_pages.markdown(self)

    def _repr_html_(self) -> str:
        return comparison_pages.cell_html(self)

    def __str__(self) -> str:
        return comparison_pages.text(self)

    def __repr__(self) -> str:
        figures = self.overall
        return (
            f"<Comparison of {count_text(figures.items, self.items.removesuffix('s'))} as of {self.at.isoformat()}: "
            f"{count_text(figures.flips, 'flip')}, {count_text(figures.moved, 'due date')} moved>"
        )
