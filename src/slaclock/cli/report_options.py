"""What a report is asked, whichever engine works it out."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, TypedDict

from slaclock.figures.allowances import Usage
from slaclock.figures.outages import Outage
from slaclock.figures.report_figures import By
from slaclock.policy.measures import Measure
from slaclock.policy.named_periods import AskedPeriod
from slaclock.tickets.knowledge import Known

if TYPE_CHECKING:
    from slaclock.reporting.options import ReportOptions as FigureOptions


class ReportOptions(TypedDict):
    """The options that `slaclock.report` and the engines share."""

    by: By
    period: AskedPeriod
    measure: Measure
    worst: int
    split: tuple[str, ...]
    why: bool
    known: Known | datetime | None
    usage: list[Usage]
    outages: list[Outage] | None


def figures_of(options: ReportOptions, at: datetime) -> FigureOptions:
    """What the figures of a report are to say, as of an instant."""
    from slaclock.reporting.options import ReportOptions as FigureOptions

    names = ("by", "period", "measure", "worst", "split", "why", "known")
    return FigureOptions(at, *(options[name] for name in names))  # type: ignore[literal-required]
