"""The waits of a policy's targets as values, which everything that shows them reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from slaclock.clock.targets import Target
from slaclock.formats.models import Instant, JsonValue
from slaclock.policy.asked import AskedPolicy
from slaclock.policy.measures import Measure
from slaclock.policy.periods import Period

from .opening_counts import Openings


@dataclass(frozen=True, slots=True, eq=False)
class WorstOpening(JsonValue):
    """An opening that waits the longest, and when it is due."""

    opened: Instant
    due: Instant


@dataclass(frozen=True, slots=True, eq=False)
class PromisedWait(JsonValue):
    """How long a target lets wait in plain time, over every opening of a period, to the microsecond.

    At least half of the openings wait no longer than `median`, and 95 of a hundred no longer than `p95`. `worst` is of
    each stretch of openings that wait the `longest` the first. `by_hour` has the median of what opens in each hour of
    each weekday, from Monday, None where nothing does. `policy` is the name of the policy that sets the target, and
    `openings` are those by which the waits are weighted, None where every opening counts alike.
    """

    kind: str
    priority: str | None
    measure: Measure
    target: Target
    calendar: str
    least: timedelta
    median: timedelta
    p95: timedelta
    longest: timedelta
    worst: tuple[WorstOpening, ...]
    by_hour: tuple[tuple[timedelta | None, ...], ...]
    policy: str
    openings: Openings | None = None


@dataclass(frozen=True, repr=False, eq=False)
class WaitFigures(JsonValue):
    """The waits of each target of some policies, for what opens in a period, is covered, and is for the policy then.

    `days` are the dates of the period on which openings are counted; `policies` are those of a book with their own, in
    its order, or the one.
    """

    name: str
    period: Period
    days: int
    waits: tuple[PromisedWait, ...]
    policies: tuple[AskedPolicy, ...]
