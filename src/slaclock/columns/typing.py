"""The types of columns and frames: what goes in decides what comes out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Protocol, Required, TypeAlias, TypedDict, TypeVar

import numpy as np
from numpy.typing import NDArray

from slaclock.calendar.base import Calendar
from slaclock.clock.deadlines import TargetLike
from slaclock.policy.measures import Measure
from slaclock.temporal.durations import Unit
from slaclock.tickets.due_within import Within
from slaclock.tickets.knowledge import KnownLike

from .chunks import Errors


class SupportsSeries(Protocol):
    """A column of pandas, Polars or PyArrow."""

    def __len__(self) -> int:
        """How many rows it has."""
        ...

    def to_numpy(self, *args: Any, **kwargs: Any) -> Any:
        """Its values as NumPy has them."""


class SupportsFrame(Protocol):
    """A frame of pandas, Polars (lazy or not) or PyArrow."""

    def filter(self, *args: Any, **kwargs: Any) -> Any:
        """Some of its rows."""

    def join(self, *args: Any, **kwargs: Any) -> Any:
        """The frame beside another."""


SeriesT = TypeVar("SeriesT", bound=SupportsSeries)
FrameT = TypeVar("FrameT", bound=SupportsFrame)

InstantArray: TypeAlias = NDArray[np.datetime64]
DurationArray: TypeAlias = NDArray[np.timedelta64]
NumberArray: TypeAlias = NDArray[np.float64]
TruthArray: TypeAlias = NDArray[np.bool_]
DateArray: TypeAlias = NDArray[np.datetime64]
CountArray: TypeAlias = NDArray[np.int64]

Instant: TypeAlias = datetime | np.datetime64
InstantList: TypeAlias = Sequence[datetime | None] | Sequence[str | None] | Sequence[datetime] | Sequence[str]
"""A list of instants, which is answered by a list."""
InstantsLike: TypeAlias = InstantArray | SupportsSeries | Instant | InstantList
"""A column of instants, or one for all rows."""
DatesLike: TypeAlias = DateArray | SupportsSeries | date | np.datetime64 | Sequence[date | None] | Sequence[date]
"""A column of local dates, or one for all rows."""
NumbersLike: TypeAlias = int | np.integer[Any] | NDArray[np.integer[Any]] | SupportsSeries | Sequence[int]
"""A column of whole numbers, or one for all rows."""
TargetsLike: TypeAlias = (
    TargetLike | np.timedelta64 | NDArray[Any] | SupportsSeries | Sequence[str | timedelta | None] | Mapping[Any, Any]
)


class DateOptions(TypedDict, total=False):
    """What every function takes; those of dates take no more."""

    calendar: Required[Calendar]
    errors: Errors
    threads: int | None


class Options(DateOptions, total=False):
    """What every function of instants takes."""

    timezone: str | None


class ClockOptions(Options, total=False):
    """What a function takes whose clock pauses stop: `Pauses`, or a frame of them."""

    pauses: Any


class TargetOptions(ClockOptions, total=False):
    """What a function takes that has targets."""

    priority: Any


class BreachOptions(TargetOptions, total=False):
    """What a function takes that asks whether the work was done in time."""

    done: InstantsLike | None


class TicketOptions(TypedDict, total=False):
    """What every function of frames of tickets takes beside the policy and the instant."""

    pauses: Any
    changes: Any
    reopenings: Any
    events: Any
    columns: Mapping[str, str] | None
    timezone: str | None
    errors: Errors
    threads: int | None


class CycleOptions(TicketOptions, total=False):
    """What `cycles` takes."""

    measure: Measure
    known: KnownLike | None
    unit: Unit | None


class AssessOptions(CycleOptions, total=False):
    """What `assess` takes."""

    promised: bool
    prefix: str


class DueOptions(TicketOptions, total=False):
    """What `due_within` takes."""

    within: Within
    unit: Unit | None


class TurnOptions(TicketOptions, total=False):
    """What `next_turns` takes."""

    measure: Measure
    known: KnownLike | None
    percents: Iterable[float]
