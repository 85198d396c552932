"""The report: every figure as a value, and the ways to show it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

from slaclock.allowances import AllowanceYear
from slaclock.assessment import Assessment, State
from slaclock.frame_libraries import frame_of
from slaclock.periods import Period
from slaclock.service_targets import Measure
from slaclock.standards import StandardResult
from slaclock.targets import Target
from slaclock.years import PeriodLength

By = Literal["opened", "due", "resolved"]


@dataclass(frozen=True)
class Spread:
    """Half of some lengths are at most the median, nine in ten at most the 90th percentile; both are among them."""

    median: timedelta
    ninetieth: timedelta
    median_days: float
    ninetieth_days: float


@dataclass(frozen=True)
class Figures:
    """The tickets of one kind, priority and period; each of the three is None where all of them are meant.

    `counts` are the tickets in each state; `spread` is over the elapsed service time of those that are done.
    `period` is None too for tickets without the instant that periods go by: not due, or not resolved.
    """

    kind: str | None
    priority: str | None
    period: Period | None
    counts: Mapping[State, int]
    spread: Spread | None

    @property
    def total(self) -> int:
        """How many tickets there are."""
        return sum(self.counts.values())

    @property
    def decided(self) -> int:
        """Tickets that met their target or missed it."""
        return self.counts["met"] + self.counts["breached"]

    @property
    def share(self) -> Fraction | None:
        """The exact share of the decided that met their target; None with nothing decided."""
        return Fraction(self.counts["met"], self.decided) if self.decided else None


@dataclass(frozen=True)
class HeldFigures:
    """The tickets that a reason held, and for how long; against the target that the policy sets for it, if it does."""

    reason: str
    tickets: int
    total: timedelta
    spread: Spread
    target: Target | None
    within: int | None
    beyond: int | None


@dataclass(frozen=True)
class Report:
    """How tickets stand under a policy as of an instant; made by `report`.

    `totals` are the tickets in each state. `groups` are figures by period, kind and priority; `by_priority` those of
    all periods, and `by_period` those of all tickets. `standards` has each service standard over all items and then
    period by period, `allowances` what was used of them, `held` the third-party clock, `worst` the tickets that missed
    their target by most. `breaches` counts them by weekday (Monday first) and hour of the due time, local. `later`
    tickets opened after the instant and are not in any figure.
    """

    name: str
    at: datetime
    measure: Measure
    by: By
    period: PeriodLength
    totals: Mapping[State, int]
    later: int
    periods: tuple[Period, ...]
    groups: tuple[Figures, ...]
    by_priority: tuple[Figures, ...]
    by_period: tuple[Figures, ...]
    overall: Figures
    standards: tuple[StandardResult, ...]
    allowances: tuple[AllowanceYear, ...]
    held: tuple[HeldFigures, ...]
    worst: tuple[Assessment, ...]
    breaches: tuple[tuple[int, ...], ...]

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values: instants are ISO 8601 text, durations seconds, shares numbers."""
        from .plain import as_dict

        return as_dict(self)

    def to_json(self) -> str:
        """The same as JSON text."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=2)

    def to_frame(self, library: Literal["pandas", "polars"] = "pandas") -> Any:
        """The figures by period, kind and priority as a frame of pandas or Polars, a row each."""
        from .plain import columns_of

        return frame_of(columns_of(self), library)

    def to_markdown(self) -> str:
        """The report as Markdown."""
        from .pages import markdown

        return markdown(self)

    def to_html(self, *, pictures: bool | None = None) -> str:
        """The report as one HTML page that needs nothing else: no network, no script; it prints on A4.

        `pictures` draws the report's charts into it, which needs the extra `notebook`; by default they are drawn
        where it is installed.
        """
        from .pages import html

        return html(self, pictures)

    def save(self, path: str | Path, kind: str | None = None) -> None:
        """Write the report to a `.html`, `.md` or `.json` file; `kind` is one of these where the name does not say."""
        from .pages import save

        save(self, Path(path), kind)

    def __str__(self) -> str:
        from .pages import text

        return text(self)

    def __rich__(self) -> Any:
        from .pages import rich_page

        return rich_page(self)

    def _repr_html_(self) -> str:
        from .pages import fragment

        return fragment(self)
