"""How many items must be late, and the ways to show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from slaclock.formats.counts import count_text
from slaclock.formats.frames import frame_of

from . import pages, stairs
from .figures import OverloadFigures, OverloadStep


@dataclass(frozen=True, repr=False, eq=False)
class Overload(OverloadFigures):
    """How many items must be late with so many hands, and the ways to show it; see `overload`.

    >>> import slaclock as sc
    >>> sc.overload([], sc.Policy.example(), at="2018-04-06T15:00+01:00", work="1 hour")
    <Overload of 0 items, 1 person: none need be late>
    """

    def picture(self) -> str:
        """The work that is due by each instant against the time that there is, as SVG text."""
        return stairs.picture(self)

    def to_frame(self, library: Literal["pandas", "polars"] = "pandas") -> Any:
        """The steps as a frame of pandas or Polars: a row for each due date, with all that is due by then."""
        return frame_of(
            {name: [getattr(step, name) for step in self.steps] for name in OverloadStep.__slots__}, library
        )

    def to_markdown(self) -> str:
        """How many must be late, and why, as Markdown."""
        return pages.markdown(self)

    def _repr_html_(self) -> str:
        return pages.cell_html(self)

    def __str__(self) -> str:
        return pages.text(self)

    def __repr__(self) -> str:
        return f"<Overload of {count_text(self.items, 'item')}, {pages.hands_text(self)}: {pages.answer_of(self)}>"
