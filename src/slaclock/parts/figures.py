"""What chains come to, as values, which everything that shows them reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

from slaclock.clock.targets import Target
from slaclock.formats.models import Instant, JsonValue
from slaclock.policy.asked import AskedPolicy
from slaclock.policy.measures import Measure
from slaclock.policy.periods import Period
from slaclock.temporal.instants import duration_micros


@dataclass(frozen=True, slots=True, eq=False)
class ChainClock(JsonValue):
    """A clock of a chain from its `start` until it is `due`: that of the whole, or of a part.

    A part starts when the one before it is due. `counted` are the stretches that the clock counts, each with its start
    and its end. During a part that `stops` it the clock of the whole stands still, as while a supplier has the ticket.
    """

    measure: Measure
    target: Target
    calendar: str
    start: Instant
    due: Instant
    counted: tuple[tuple[Instant, Instant], ...]
    stops: bool = False


@dataclass(frozen=True, eq=False)
class ChainResult(JsonValue):
    """What a chain comes to for a kind and a priority, over every opening of a period.

    `policy` is the name of the policy that has the chain. `excess` is the most, in plain time, by which its parts end
    later than the whole is due if each takes until its own deadline; less than nothing where they always end sooner.
    `whole` and `parts` are the clocks of the first opening of which that is true. `late` are the openings whose parts
    end too late, in all, of `asked`.
    """

    name: str
    kind: str
    priority: str | None
    excess: timedelta
    kept: bool
    whole: ChainClock
    parts: tuple[ChainClock, ...]
    late: timedelta
    asked: timedelta
    policy: str

    @property
    def opened(self) -> Instant:
        """The first opening that is the worst."""
        return self.whole.start

    @property
    def ended(self) -> Instant:
        """When its last part is due."""
        return self.parts[-1].due

    @property
    def due(self) -> Instant:
        """When it was promised."""
        return self.whole.due

    @property
    def late_share(self) -> Fraction:
        """The share of the openings whose parts end too late, from 0 to 1."""
        return Fraction(duration_micros(self.late), duration_micros(self.asked))


@dataclass(frozen=True, repr=False, eq=False)
class ChainFigures(JsonValue):
    """The chains of some policies, for what opens in a period, is covered, and is for the policy then.

    `days` are the dates of the period on which openings are counted; `policies` are those of a book with their own, in
    its order, or the one.
    """

    name: str
    period: Period
    days: int
    chains: tuple[ChainResult, ...]
    policies: tuple[AskedPolicy, ...]
