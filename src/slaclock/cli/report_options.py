"""What a report is asked, whichever engine works it out."""

from __future__ import annotations

from typing import TypedDict

from slaclock.figures.allowances import Usage
from slaclock.figures.report_figures import By
from slaclock.policy.measures import Measure
from slaclock.policy.subscription_years import PeriodLength


class ReportOptions(TypedDict):
    """The options that `slaclock.report` and the engines share."""

    by: By
    period: PeriodLength
    measure: Measure
    worst: int
    usage: list[Usage]
