"""The figures of a comparison as values, which everything that shows them reads."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from slaclock.figures.report_figures import ItemKind
from slaclock.formats.mappings import FrozenMapping
from slaclock.formats.models import Instant, JsonValue
from slaclock.policy.measures import Measure
from slaclock.policy.periods import Period
from slaclock.policy.subscription_years import PeriodLength
from slaclock.temporal.instants import to_micros
from slaclock.tickets.ledger_differences import in_one_line
from slaclock.tickets.states import State


@dataclass(frozen=True, slots=True, eq=False)
class Flip(JsonValue):
    """How many items go from one state to another; None where under one of the policies there is no such item."""

    old: State | None
    new: State | None
    count: int


@dataclass(frozen=True, slots=True, eq=False)
class ComparedFigures(JsonValue):
    """The items of one kind, priority and period, each None where all of them are meant, under both policies.

    `old` and `new` count those in each state; `flips` change their state, and `moved` have another due date, or one
    more or less, whatever becomes of their state.
    """

    kind: str | None
    priority: str | None
    period: Period | None
    items: int
    old: FrozenMapping[State, int]
    new: FrozenMapping[State, int]
    flips: int
    moved: int

    @property
    def old_share(self) -> Fraction | None:
        """The exact share of the decided that met their target under the old policy; None with nothing decided."""
        return _share(self.old)

    @property
    def new_share(self) -> Fraction | None:
        """The exact share under the new policy."""
        return _share(self.new)


@dataclass(frozen=True, slots=True, eq=False)
class ChangedItem(JsonValue):
    """A ticket, or a `cycle` of one, of which the state or the due date is another under the new policy.

    A state is None where there is no such item under that policy, and a due date where an open pause holds it, or there
    is no target. `old_stretch` and `new_stretch` say in words where the two ledgers part: the stretch of each from that
    instant on, empty where it has ended, where they do not part, or where so many items change that this one was not
    looked at. `kind`, `priority` and `period` are those under the old policy, where it has the item.
    """

    ticket: str
    cycle: int | None
    kind: str | None
    priority: str | None
    period: str | None
    opened: Instant
    old_state: State | None
    new_state: State | None
    old_due: Instant | None
    new_due: Instant | None
    old_stretch: str = ""
    new_stretch: str = ""

    @property
    def flips(self) -> bool:
        """Whether its state is another."""
        return self.old_state != self.new_state

    @property
    def moved(self) -> bool:
        """Whether its due date is another."""
        before, after = (None if due is None else to_micros(due) for due in (self.old_due, self.new_due))
        return before != after

    @property
    def stretch(self) -> str:
        """Where the ledgers part, in one line: what the new policy says of it, and what the old one said."""
        return in_one_line(self.old_stretch, self.new_stretch)


@dataclass(frozen=True, repr=False, eq=False)
class ComparisonFigures(JsonValue):
    """What a new policy makes of past tickets, beside what the old one did.

    `old` and `new` name the policies. `overall` are the figures of all items, which are tickets, or for a measure that
    judges each cycle by itself `cycles`; `by_priority`, `by_period` and `groups` those of parts of them. An item
    belongs to the `period` in which it opened. `flips` say from which state to which how many go, and `changed` are the
    items whose state or due date changes: first those that come to be breached, then those that no longer are, others
    that change their state, and those of which only the due date moves. `later` tickets opened after the instant.
    """

    old: str
    new: str
    at: Instant
    measure: Measure
    items: ItemKind
    period: PeriodLength
    overall: ComparedFigures
    flips: tuple[Flip, ...]
    by_priority: tuple[ComparedFigures, ...]
    by_period: tuple[ComparedFigures, ...]
    groups: tuple[ComparedFigures, ...]
    changed: tuple[ChangedItem, ...]
    later: int = 0


def _share(counts: FrozenMapping[State, int]) -> Fraction | None:
    decided = counts["met"] + counts["breached"]
    return Fraction(counts["met"], decided) if decided else None
