"""The targets under which a share would have been kept, as values, which everything that shows them reads."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from slaclock.clock.targets import Target
from slaclock.figures.report_figures import ItemKind
from slaclock.formats.models import Instant, JsonValue
from slaclock.policy.measures import Measure
from slaclock.tickets.least_targets import LeastClock


@dataclass(frozen=True, slots=True, eq=False)
class NeededTarget(JsonValue):
    """The least target under which a share of some items would have been kept; None where no target would do.

    The items are those of a kind and priority, each None where all are meant, whose targets count on one `clock`, of
    which `targets` are those that the policy has now. `met` of the `decided` met theirs. `never` are open and late
    already: whatever the target, they count as missed. The `pending` are not decided yet, and count not at all.
    """

    kind: str | None
    priority: str | None
    clock: LeastClock
    targets: tuple[Target, ...]
    met: int
    decided: int
    never: int
    pending: int
    target: Target | None

    @property
    def share(self) -> Fraction | None:
        """The exact share of the decided that met their target; None with nothing decided."""
        return Fraction(self.met, self.decided) if self.decided else None

    @property
    def reachable(self) -> Fraction | None:
        """The greatest share that any target would have kept: that of the decided items that are done."""
        return Fraction(self.decided - self.never, self.decided) if self.decided else None


@dataclass(frozen=True, repr=False, eq=False)
class NeededFigures(JsonValue):
    """The least targets under which a `share`, in percent, of items would have been kept as of an instant.

    `by_priority` are those of each kind and priority, and `overall` those of all items, one for each clock on which
    targets count. `apart` are those by no target of the policy's: outside the service, without a target, or with one
    that was agreed for them alone. `later` tickets opened after the instant.
    """

    name: str
    at: Instant
    measure: Measure
    items: ItemKind
    wanted: Fraction
    by_priority: tuple[NeededTarget, ...]
    overall: tuple[NeededTarget, ...]
    apart: int = 0
    later: int = 0

    @property
    def target(self) -> Target | None:
        """The least target of all items where their targets count on one clock; None where no target would do."""
        return self.overall[0].target if len(self.overall) == 1 else None
