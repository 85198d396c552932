"""How many items must be late, as values, which everything that shows it reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from slaclock.formats.models import Instant, JsonValue, Length, Model


class Job(Model):
    """An item that is to be done by its `due` date, and takes so much `work`, in service time.

    With `strict` it must be done before: at its due date it is late, as for a target of less than so much.

    >>> Job(id="T1", due="2018-04-06T16:30+01:00", work="1 hour").work
    datetime.timedelta(seconds=3600)
    """

    id: str
    due: Instant
    work: Length
    strict: bool = False

    if TYPE_CHECKING:
        from datetime import datetime

        def __init__(self, *, id: str, due: datetime | str, work: timedelta | str, strict: bool = ...) -> None: ...


@dataclass(frozen=True, slots=True, eq=False)
class OverloadStep(JsonValue):
    """What there is to do until a due date, of the items that would each be in time alone.

    `items` are due by then, and ask for so much `work`; all hands together have `capacity`. At least `late` of them
    must be late.
    """

    due: Instant
    items: int
    work: timedelta
    capacity: timedelta
    late: int


@dataclass(frozen=True, slots=True, eq=False)
class OverloadProof(JsonValue):
    """The interval that proves that so many items must be late: from `start` until `due` they do not fit.

    Of `items` that ask for `work` at least `late` must be late: with one fewer let go, whichever they are, `left` of
    the work is left, and there is room for `capacity`. With `ahead`, the items and their work are also those that are
    due later and of which so much must be done by then, since no two people work on one item at once.
    """

    start: Instant
    due: Instant
    items: int
    work: timedelta
    capacity: timedelta
    late: int
    left: timedelta
    ahead: bool = False


@dataclass(frozen=True, repr=False, eq=False)
class OverloadFigures(JsonValue):
    """How many of some items must be late with so many hands from an instant on.

    At least `least` must be late, whoever does what; no more than `enough` are by the `plan`, which says for each
    person what to do, in order, of no more people than there are items. `let_go` are the items that are late by it,
    `too_long` those whose work alone takes longer than there is time. `proof` is of the others that must be late, where
    there are any, and `steps` show the demand due date by due date. Beside the `items` there are `overdue` ones,
    `paused` ones without a due date, `left_out` ones that are done or for which nothing is promised, and `later` ones
    that were not there yet.
    """

    at: Instant
    hands: int
    items: int
    least: int
    enough: int
    too_long: tuple[str, ...]
    proof: OverloadProof | None
    steps: tuple[OverloadStep, ...]
    plan: tuple[tuple[str, ...], ...]
    let_go: tuple[str, ...]
    overdue: int = 0
    paused: int = 0
    left_out: int = 0
    later: int = 0

    @property
    def exact(self) -> bool:
        """Whether no fewer and no more need be late: always with one person, and where a plan does as well."""
        return self.least == self.enough
