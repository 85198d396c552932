"""The targets under which a share would have been kept, and the ways to show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from slaclock.formats.frames import frame_of

from . import needed_pages
from .needed_figures import NeededFigures, NeededTarget


@dataclass(frozen=True, repr=False, eq=False)
class NeededTargets(NeededFigures):
    """The least targets under which a share would have been kept, and the ways to show them; see `needed`.

    >>> from slaclock import Policy, Ticket, needed
    >>> late = Ticket(id="T1", priority="P2", opened="2018-04-09T08:00+01:00")
    >>> needed([late], Policy.example(), 80, at="2018-04-11T08:00+01:00")
    <NeededTargets of resolve for 80 %: no target: at most 0 % could be kept>
    """

    def to_frame(self, library: Literal["pandas", "polars"] = "pandas") -> Any:
        """The targets by kind and priority as a frame of pandas or Polars; the needed ones as their text."""
        rows = self.by_priority
        columns = {name: [getattr(own, name) for own in rows] for name in NeededTarget.__slots__}
        columns["targets"] = [", ".join(map(str, own.targets)) for own in rows]
        columns["target"] = [None if own.target is None else str(own.target) for own in rows]
        return frame_of(columns, library)

    def to_markdown(self) -> str:
        """The needed targets as Markdown."""
        return needed_pages.markdown(self)

    def _repr_html_(self) -> str:
        return needed_pages.cell_html(self)

    def __str__(self) -> str:
        return needed_pages.text(self)

    def __repr__(self) -> str:
        answers = ", ".join(needed_pages.answer_of(self, own) for own in self.overall) or "nothing decided"
        return f"<NeededTargets of {self.measure} for {needed_pages.wanted_of(self)}: {answers}>"
