"""What another policy makes of past tickets, and the ways to show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from slaclock.formats.frames import frame_of

from . import comparison_pages
from .comparison_figures import ChangedItem, ComparisonFigures


@dataclass(frozen=True, repr=False, eq=False)
class Comparison(ComparisonFigures):
    """What a new policy makes of past tickets, beside what the old one did, and the ways to show it; see `compare`."""

    def to_frame(self, library: Literal["pandas", "polars"] = "pandas") -> Any:
        """The changed items as a frame of pandas or Polars, a row each."""
        columns = {name: [getattr(item, name) for item in self.changed] for name in ChangedItem.__slots__}
        return frame_of(columns, library)

    def to_markdown(self) -> str:
        """The comparison as Markdown."""
        return comparison_pages.markdown(self)

    def __str__(self) -> str:
        return comparison_pages.text(self)

    def __repr__(self) -> str:
        figures = self.overall
        return (
            f"<Comparison of {figures.items} {self.items} as of {self.at.isoformat()}: {figures.flips} flips, "
            f"{figures.moved} due dates moved>"
        )
