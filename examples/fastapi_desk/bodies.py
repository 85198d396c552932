"""What is sent and answered, beside slaclock's own values, which are bodies as they stand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

import slaclock as sc


class Body(BaseModel):
    """A body refuses what it does not know."""

    model_config = ConfigDict(extra="forbid")


class Opening(Body):
    """A new ticket."""

    id: str
    kind: str = "incident"
    priority: str | None = None
    opened: AwareDatetime | None = None


class Changed(Body):
    """A field has another value from now on."""

    what: Literal["changed"]
    field: str
    to: str | None


class Paused(Body):
    """The ticket waits from now on."""

    what: Literal["paused"]
    reason: str


class Happened(Body):
    """Something that needs no more words."""

    what: Literal["resumed", "responded", "resolved", "reopened", "cancelled"]


Edit = Annotated[Changed | Paused | Happened, Field(discriminator="what")]


class Standing(BaseModel):
    """How a ticket of a list stands. Where no policy knows the ticket, it has no state."""

    id: str
    priority: str | None
    state: str | None
    due: datetime | None
    remaining: timedelta | None

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """The standing of a row that `columns.assess` answered."""
        return cls(
            id=row["id"], priority=row["priority"], state=row["sla_state"], due=row["sla_due"],
            remaining=row["sla_remaining"],
        )  # fmt: skip


class Refusal(BaseModel):
    """One thing that is wrong: a code to match on, the way to the field, the problem, and what to do about it."""

    code: str
    path: list[str | int]
    problem: str
    remedy: str = ""

    @classmethod
    def of(cls, error: sc.SlaClockError, *where: str | int) -> Self:
        """What slaclock says."""
        path = [*where, *(part if isinstance(part, int) else str(part) for part in error.path)]
        return cls(code=error.code, path=path, problem=error.problem, remedy=error.remedy)

    @classmethod
    def of_field(cls, error: Mapping[str, Any]) -> list[Self]:
        """What pydantic says of a field of a request: slaclock's own error where there is one below it."""
        cause = error.get("ctx", {}).get("error")
        if isinstance(cause, sc.SlaClockError):
            return [cls.of(one, *error["loc"]) for one in cause.all]
        return [cls(code=error["type"], path=list(error["loc"]), problem=error["msg"])]


class Refusals(BaseModel):
    """All that is wrong with a request."""

    detail: list[Refusal]
