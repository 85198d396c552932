"""The waits of a policy's targets, and the ways to show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from slaclock.errors import PolicyError
from slaclock.formats.counts import count_text
from slaclock.formats.frames import frame_of
from slaclock.policy.measures import Measure

from . import heat, pages
from .figures import PromisedWait, WaitFigures


@dataclass(frozen=True, repr=False, eq=False)
class PromisedWaits(WaitFigures):
    """How long each target of a policy lets wait, in plain time, and the ways to show it; see `promise`.

    >>> from slaclock import Policy, promise
    >>> print(promise(Policy.example(), 2026, measure="resolve").of("incident", "P1").longest)
    4 days, 17:00:00
    """

    def of(
        self, kind: str, priority: str | None = None, measure: Measure = "resolve", policy: str | None = None
    ) -> PromisedWait:
        """The waits of one target, of a book under the `policy` of a name; `PolicyError` for none, or several."""
        waits = [
            wait
            for wait in self.waits
            if (wait.kind, wait.priority, wait.measure) == (kind, priority, measure) and policy in (None, wait.policy)
        ]
        if len(waits) == 1:
            return waits[0]
        whose = " ".join(filter(None, (kind, priority)))
        if waits:
            names = ", ".join(repr(wait.policy) for wait in waits)
            raise PolicyError(f"several policies have a {measure} target for {whose}", f"name one, policy=: {names}")
        known = ", ".join(dict.fromkeys(pages.whose(wait) for wait in self.waits)) or "none"
        of_policy = "" if policy is None else f" of {policy!r}"
        raise PolicyError(f"there is no {measure} target{of_policy} for {whose}", f"use one of: {known}")

    def heatmap(
        self, kind: str, priority: str | None = None, measure: Measure = "resolve", policy: str | None = None
    ) -> str:
        """The median wait of one target by the weekday and hour of the opening, as SVG text."""
        return heat.picture(self.of(kind, priority, measure, policy), self.period.label)

    def to_frame(self, library: Literal["pandas", "polars"] = "pandas") -> Any:
        """The waits as a frame of pandas or Polars, with the first of the worst openings, and when it is due.

        `openings` is the number of tickets by which a wait is weighted, missing where it is not.
        """
        names = [name for name in PromisedWait.__slots__ if name not in ("worst", "by_hour")]
        columns = {name: [getattr(wait, name) for wait in self.waits] for name in names}
        columns["openings"] = [None if wait.openings is None else wait.openings.count for wait in self.waits]
        columns["target"] = [str(wait.target) for wait in self.waits]
        for name in ("opened", "due"):
            columns[name] = [getattr(wait.worst[0], name) for wait in self.waits]
        return frame_of(columns, library)

    def to_markdown(self) -> str:
        """The waits as Markdown."""
        return pages.markdown(self)

    def _repr_html_(self) -> str:
        return pages.cell_html(self)

    def __str__(self) -> str:
        return pages.text(self)

    def __repr__(self) -> str:
        count = len(self.waits)
        longest = f", the longest wait {pages.longest_text(self)}" if count else ""
        return f"<PromisedWaits of {self.period.label}: {count_text(count, 'target')}{longest}>"
