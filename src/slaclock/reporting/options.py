"""The options of a report: one value, wherever the tickets lie."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypedDict, get_args

from slaclock.errors import PolicyError
from slaclock.figures.allowances import Usage
from slaclock.figures.report_figures import By
from slaclock.policy.measures import Measure
from slaclock.policy.subscription_years import PeriodLength
from slaclock.temporal.instants import InstantLike, micros_of


@dataclass(frozen=True)
class ReportOptions:
    """The instant to judge by, how periods go and how long they are, what is judged, and how many of the worst.

    Raises `PolicyError` for what cannot be asked.
    """

    at: InstantLike
    by: By
    period: PeriodLength
    measure: Measure
    worst: int

    def __post_init__(self) -> None:
        _check(self.by, get_args(By), "periods cannot go by {!r}")
        _check(self.period, get_args(PeriodLength), "{!r} is no length of a period")
        if not isinstance(self.worst, int) or self.worst < 0:
            raise PolicyError(f"{self.worst!r} worst tickets cannot be shown", "give 0 or more", value=self.worst)
        micros_of(self.at)

    @property
    def at_micros(self) -> int:
        """The instant in microseconds."""
        return micros_of(self.at)


OnError = Literal["raise", "skip"]
"""What becomes of tickets that have no answer."""


class FrameReportOptions(TypedDict, total=False):
    """What `report` takes of a frame, beside the policy and the instant."""

    by: By
    period: PeriodLength
    measure: Measure
    pauses: Any
    changes: Any
    reopenings: Any
    events: Any
    usage: Iterable[Usage]
    worst: int
    columns: Mapping[str, str] | None
    timezone: str | None
    errors: OnError
    threads: int | None


def _check(word: str, vocabulary: Collection[str], problem: str) -> None:
    """An error for a word that is not in its vocabulary."""
    if word not in vocabulary:
        *words, last = vocabulary
        raise PolicyError(problem.format(word), f"use {', '.join(words)} or {last}")
