"""Service standards: so many percent of a kind's items meet a target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Literal, Self

from pydantic import model_validator

from slaclock.clock.targets import Target
from slaclock.errors import PolicyError
from slaclock.formats.models import Length, Model
from slaclock.temporal.instants import DAY

from .measures import Measure
from .priorities import Priorities
from .shares import Share

StandardClock = Literal["service", "wall"]
Abandoned = Literal["left-out", "missed", "missed-after", "credit"]
"""What becomes of items that were given up before they were done.

They are left out, or missed; `missed-after` leaves out those given up within the target and counts the later ones as
missed; `credit` counts those given up within the target as met, and the later ones as missed.
"""


class Standard(Model):
    """A service standard: so many percent of a kind's items meet a target, by the service clock or the wall clock.

    Without a `target` each item's own one counts, by its kind and priority. With `priority` it is of the items that
    have one of these. `abandoned` says of items that were abandoned before they were answered whether they are left
    out, or count as met or missed; those given up sooner than `short`, in plain time, are left out whatever it says.

    >>> standard = Standard(kind="call", share="99.5", target="< 20 seconds", clock="wall", abandoned="credit")
    >>> standard.share, str(standard.limit)
    (Fraction(199, 2), '< 20 wall seconds')
    """

    kind: str
    share: Share
    target: Target | None = None
    clock: StandardClock = "service"
    measure: Measure = "respond"
    priority: Priorities = ()
    abandoned: Abandoned = "left-out"
    short: Length | None = None

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            kind: str,
            share: int | float | str | Fraction | Decimal,
            target: Target | str | None = ...,
            clock: StandardClock = ...,
            measure: Measure = ...,
            priority: str | Sequence[str] = ...,
            abandoned: Abandoned = ...,
            short: timedelta | str | None = ...,
        ) -> None: ...

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.target is None and self.clock == "wall":
            problem = f"{self.clock!r} means nothing without a target"
            raise PolicyError(problem, "add the target, or leave it out", "clock", value=self.clock)
        return self

    @property
    def limit(self) -> Target | None:
        """The target on the standard's own clock; None where each item has its own."""
        if self.target is None or self.clock == "service" or self.target.wall:
            return self.target
        if self.target.unit == "time":
            return replace(self.target, wall=True)
        low = None if self.target.low is None else int(self.target.low * DAY)
        return Target(int(self.target.high * DAY), "time", low, self.target.strict, wall=True)
