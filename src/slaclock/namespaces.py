"""What `df.sla` and `series.sla` offer: the functions of `slaclock.columns`, of the frame or column that they stand on.

`slaclock.pandas` and `slaclock.polars` register them; each method takes what the function of its name takes.
"""

from __future__ import annotations

from typing import Generic, Unpack

from slaclock import columns
from slaclock.columns.typing import (
    AssessOptions,
    BreachOptions,
    ClockOptions,
    CycleOptions,
    DateOptions,
    DatesLike,
    DueOptions,
    FrameT,
    InstantsLike,
    NumbersLike,
    Options,
    SeriesT,
    TargetOptions,
    TargetsLike,
    TurnOptions,
)
from slaclock.policy.book import PolicyLike
from slaclock.reporting.model import Report
from slaclock.reporting.options import FrameReportOptions
from slaclock.reporting.report import report
from slaclock.temporal.durations import Unit
from slaclock.temporal.instants import InstantLike

__all__ = ["ColumnNamespace", "FrameNamespace"]


class FrameNamespace(Generic[FrameT]):
    """A frame of tickets under a policy."""

    def __init__(self, frame: FrameT) -> None:
        self._frame = frame

    def assess(self, policy: PolicyLike, *, at: InstantLike, **options: Unpack[AssessOptions]) -> FrameT:
        """The frame with how each ticket stands as of `at`: see `slaclock.columns.assess`."""
        return columns.assess(self._frame, policy, at=at, **options)

    def cycles(self, policy: PolicyLike, *, at: InstantLike, **options: Unpack[CycleOptions]) -> FrameT:
        """The cycles of every ticket as of `at`, one row a cycle: see `slaclock.columns.cycles`."""
        return columns.cycles(self._frame, policy, at=at, **options)

    def due_within(self, policy: PolicyLike, *, at: InstantLike, **options: Unpack[DueOptions]) -> FrameT:
        """What falls due within some service time from `at` on: see `slaclock.columns.due_within`."""
        return columns.due_within(self._frame, policy, at=at, **options)

    def next_turns(self, policy: PolicyLike, *, at: InstantLike, **options: Unpack[TurnOptions]) -> FrameT:
        """The next turn of every ticket after `at`: see `slaclock.columns.next_turns`."""
        return columns.next_turns(self._frame, policy, at=at, **options)

    def report(self, policy: PolicyLike, *, at: InstantLike, **options: Unpack[FrameReportOptions]) -> Report:
        """The service report over the tickets as of `at`: see `slaclock.report`."""
        return report(self._frame, policy, at=at, **options)


class ColumnNamespace(Generic[SeriesT]):
    """A column of instants, or of local dates, on a calendar; answers have its name and its kind."""

    def __init__(self, column: SeriesT) -> None:
        self._column = column

    def elapsed(self, end: InstantsLike, *, unit: Unit | None = None, **options: Unpack[ClockOptions]) -> SeriesT:
        """The service time from each instant to `end`: see `slaclock.columns.elapsed`."""
        return columns.elapsed(self._column, end, unit=unit, **options)

    def elapsed_days(self, end: InstantsLike, **options: Unpack[ClockOptions]) -> SeriesT:
        """The service days from each instant to `end`: see `slaclock.columns.elapsed_days`."""
        return columns.elapsed_days(self._column, end, **options)

    def deadline(self, target: TargetsLike, **options: Unpack[TargetOptions]) -> SeriesT:
        """When the target is used up from each instant on: see `slaclock.columns.deadline`."""
        return columns.deadline(self._column, target, **options)

    def remaining(
        self, target: TargetsLike, *, at: InstantsLike, unit: Unit | None = None, **options: Unpack[TargetOptions]
    ) -> SeriesT:
        """What is left of the target as of `at`: see `slaclock.columns.remaining`."""
        return columns.remaining(self._column, target, at=at, unit=unit, **options)

    def is_breached(self, target: TargetsLike, *, at: InstantsLike, **options: Unpack[BreachOptions]) -> SeriesT:
        """Whether the target is breached as of `at`: see `slaclock.columns.is_breached`."""
        return columns.is_breached(self._column, target, at=at, **options)

    def subtract(self, target: TargetsLike, **options: Unpack[TargetOptions]) -> SeriesT:
        """The latest start from which the target is used up by each instant: see `slaclock.columns.subtract`."""
        return columns.subtract(self._column, target, **options)

    def is_open(self, **options: Unpack[Options]) -> SeriesT:
        """Whether the desk is open at each instant: see `slaclock.columns.is_open`."""
        return columns.is_open(self._column, **options)

    def next_open(self, **options: Unpack[Options]) -> SeriesT:
        """Each instant at which the desk is open, else its next opening: see `slaclock.columns.next_open`."""
        return columns.next_open(self._column, **options)

    def next_close(self, **options: Unpack[Options]) -> SeriesT:
        """When the desk closes next after each instant: see `slaclock.columns.next_close`."""
        return columns.next_close(self._column, **options)

    def previous_open(self, **options: Unpack[Options]) -> SeriesT:
        """When the desk opened last, up to each instant: see `slaclock.columns.previous_open`."""
        return columns.previous_open(self._column, **options)

    def previous_close(self, **options: Unpack[Options]) -> SeriesT:
        """When the desk closed last, before each instant: see `slaclock.columns.previous_close`."""
        return columns.previous_close(self._column, **options)

    def working_day(self, n: NumbersLike, **options: Unpack[DateOptions]) -> SeriesT:
        """The nth working day after each local date: see `slaclock.columns.working_day`."""
        return columns.working_day(self._column, n, **options)

    def working_days(self, last: DatesLike, **options: Unpack[DateOptions]) -> SeriesT:
        """How many working days lie from each local date to `last`: see `slaclock.columns.working_days`."""
        return columns.working_days(self._column, last, **options)
