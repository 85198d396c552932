"""Service standards: so many percent of a kind's items meet a target."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from slaclock.clock.targets import Target
from slaclock.errors import PolicyError
from slaclock.formats.models import Model
from slaclock.temporal.instants import DAY

from .measures import Measure

StandardClock = Literal["service", "wall"]
Abandoned = Literal["left-out", "missed"]


def _percent(value: object) -> object:
    if isinstance(value, bool) or (isinstance(value, str) and not re.fullmatch(_PERCENT, value)):
        raise PolicyError(f"{value!r} is no share", "write a whole number of percent, such as 80", value=value)
    return value


_PERCENT = r"[0-9]{1,3}"
Percent = Annotated[
    int,
    BeforeValidator(_percent),
    Field(ge=0, le=100),
    WithJsonSchema({
        "anyOf": [{"type": "integer", "minimum": 0, "maximum": 100}, {"type": "string", "pattern": f"^{_PERCENT}$"}],
    }),
]  # fmt: skip


class Standard(Model):
    """A service standard: so many percent of a kind's items meet a target, by the service clock or the wall clock.

    Without a `target` each item's own one counts, by its kind and priority. `abandoned` says of items that were
    abandoned before they were answered whether they are left out, or count as missed.
    """

    kind: str
    share: Percent
    target: Target | None = None
    clock: StandardClock = "service"
    measure: Measure = "respond"
    abandoned: Abandoned = "left-out"

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            kind: str,
            share: int | str,
            target: Target | str | None = ...,
            clock: StandardClock = ...,
            measure: Measure = ...,
            abandoned: Abandoned = ...,
        ) -> None: ...

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.target is None and self.clock == "wall":
            raise PolicyError("clock = 'wall' means nothing without a target", "add the target, or leave it out")
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
