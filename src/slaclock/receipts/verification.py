"""What became of a receipt, and the ways to show it."""

from __future__ import annotations

from dataclasses import dataclass

from . import pages
from .verification_figures import VerificationFigures


@dataclass(frozen=True, repr=False, eq=False)
class Verification(VerificationFigures):
    """What became of a receipt: whether its answers hold today, what has moved, and the ways to show it; see `verify`.

    >>> from slaclock import Policy, Ticket, assess, verify
    >>> ticket = Ticket(id="T1", priority="P2", opened="2018-04-09T10:00+01:00")
    >>> receipt = assess(ticket, Policy.example(), at="2018-04-09T12:00+01:00").receipt()
    >>> print(verify(receipt))
    The receipt of T1, resolve as of Mon 9 Apr 2018 12:00, holds: running, due Mon 9 Apr 2018 16:00
    Nothing has moved.
    """

    @property
    def title(self) -> str:
        """Whose receipt it is, and whether it holds, in a line."""
        return pages.title_of(self)

    def to_markdown(self) -> str:
        """The verification as Markdown."""
        return pages.markdown(self)

    def _repr_html_(self) -> str:
        return pages.cell_html(self)

    def __str__(self) -> str:
        return pages.text(self)

    def __repr__(self) -> str:
        how = "holds" if self.holds else "does not hold"
        return f"<Verification of {self.ticket!r} {self.measure}: {how}, moved: {', '.join(self.kinds) or 'nothing'}>"
