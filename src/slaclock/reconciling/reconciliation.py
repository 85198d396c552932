"""Under which readings a desk's own figures come out, and the ways to show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from slaclock.formats.frames import frame_of

from . import pages
from .figures import Misfit, ReconciliationFigures


@dataclass(frozen=True, repr=False, eq=False)
class Reconciliation(ReconciliationFigures):
    """Under which named readings a desk's own figures come out, and the ways to show it; see `reconcile`.

    >>> from slaclock import Policy, Ticket, reconcile
    >>> ticket = Ticket(id="T1", priority="P2", opened="2018-04-09T10:00+01:00")
    >>> made = reconcile([ticket], Policy.example(), due={"T1": "2018-04-09T16:00+01:00"}, at="2018-04-10T00:00+01:00")
    >>> made.best.fits, made.best.reading.others
    (1, ())
    """

    def to_frame(self, library: Literal["pandas", "polars"] = "pandas") -> Any:
        """The tickets that fit no reading as a frame of pandas or Polars."""
        columns = {name: [getattr(misfit, name) for misfit in self.misfits] for name in Misfit.__slots__}
        return frame_of(columns, library)

    def to_markdown(self) -> str:
        """The reconciliation as Markdown."""
        return pages.markdown(self)

    def _repr_html_(self) -> str:
        return pages.cell_html(self)

    def __str__(self) -> str:
        return pages.text(self)

    def __repr__(self) -> str:
        best = self.best
        return f"<Reconciliation of {pages.tickets_text(self.compared)}: {pages.fit_text(best)} fit {best.reading}>"
