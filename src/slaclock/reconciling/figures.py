"""What comes of a reconciliation as values, which everything that shows it reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

from slaclock.formats.models import Instant, JsonValue
from slaclock.policy.book import PolicyBook
from slaclock.policy.measures import Measure
from slaclock.policy.policy import Policy
from slaclock.tickets.tickets import Ticket

from .desk_figures import Figure
from .readings import Axis, DeskReading
from .roundings import Direction, RoundedTo


@dataclass(frozen=True, slots=True, eq=False)
class ReadingFit(JsonValue):
    """How many of the `compared` tickets a reading fits: all figures within their rounding, and `exact` to the last."""

    reading: DeskReading
    fits: int
    exact: int
    compared: int

    @property
    def share(self) -> Fraction:
        """The exact share of the tickets that it fits."""
        return Fraction(self.fits, self.compared)


@dataclass(frozen=True, slots=True, eq=False)
class Rounding(JsonValue):
    """To what the desk rounds one of its figures: all are whole multiples of it; and which way those that fit are."""

    figure: Figure
    to: RoundedTo
    direction: Direction


@dataclass(frozen=True, slots=True, eq=False)
class AlikeReading(JsonValue):
    """Another reading of one axis that fits these tickets just as well, and a ticket that would tell the two apart.

    `name` is the other reading, and `than` that of the best. The `ticket` is made up: the best reading has it due at
    `due`, the other at `other_due`. All three are None where none of those that were tried tells them apart.
    """

    axis: Axis
    name: str
    than: str
    ticket: Ticket | None = None
    due: Instant | None = None
    other_due: Instant | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ReadingChange(JsonValue):
    """The desk changed its reading: `old` fits what opened up to `last_old`, `new` what opened from `first_new` on.

    The two are openings of tickets that only the reading of their side fits; between them both fit, or neither. `fits`
    are all tickets that the reading of their side fits; the figures of `old` and `new` are those of their own side.
    """

    old: ReadingFit
    new: ReadingFit
    last_old: Instant
    first_new: Instant
    fits: int


@dataclass(frozen=True, slots=True, eq=False)
class Misfit(JsonValue):
    """A ticket that fits none of the readings: the desk's figures, and those of the best reading.

    `stretch` says of the first of them in words what the best reading's clock does where the two first differ; empty
    where it is not sought.
    """

    ticket: str
    opened: Instant
    desk_due: Instant | None = None
    due: Instant | None = None
    desk_breached: bool | None = None
    breached: bool | None = None
    desk_elapsed: timedelta | None = None
    elapsed: timedelta | None = None
    stretch: str = ""


@dataclass(frozen=True, repr=False, eq=False)
class ReconciliationFigures(JsonValue):
    """Under which readings a desk's own figures come out, as of an instant.

    `compared` tickets have a target and any of the `figures`; `apart` are by no target of the policy's, `silent` are
    those of which the desk says nothing, and `later` opened after the instant. `readings` are those of the `tried` that
    fit the most, the best first, but for those that were `ruled_out` by some of the tickets: of those that fit as many,
    the ones that a policy can say, and that are most like the given one, come first. `ties` fit exactly as many as the
    best; `alike` are those of them that differ from it in one axis, and readings of axes that matter to none of these
    tickets. `change` is there where the reading changed on a date. `misfits` fit none of the readings. `policy` is the
    given one with what of the best reading a policy can say.
    """

    name: str
    at: Instant
    measure: Measure
    figures: tuple[Figure, ...]
    compared: int
    apart: int
    silent: int
    later: int
    tried: int
    ruled_out: int
    ties: int
    readings: tuple[ReadingFit, ...]
    rounding: tuple[Rounding, ...]
    alike: tuple[AlikeReading, ...]
    change: ReadingChange | None
    misfits: tuple[Misfit, ...]
    policy: Policy | PolicyBook

    @property
    def best(self) -> ReadingFit:
        """The reading that fits the most tickets."""
        return self.readings[0]
