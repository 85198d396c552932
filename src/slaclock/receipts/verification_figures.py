"""What became of a receipt, as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from slaclock.formats.models import Instant, JsonValue
from slaclock.policy.measures import Measure

MoveKind = Literal["inputs", "rules", "holidays", "zones", "code"]
"""What may have moved: the receipt itself, the policy, holidays, the data of time zones, or the code that answers."""
MOVE_KINDS: tuple[MoveKind, ...] = get_args(MoveKind)


@dataclass(frozen=True, slots=True, eq=False)
class Move(JsonValue):
    """Something that has moved, of which kind, and what of it in words, such as a date that is a holiday now."""

    kind: MoveKind
    fact: str


@dataclass(frozen=True, slots=True, eq=False)
class MovedAnswer(JsonValue):
    """An answer that is another today: its name, what it was and what it is, as a receipt writes both.

    `now` is None for an answer that there is none of today, as `then` for one that there was none of.
    """

    name: str
    then: str | None
    now: str | None


@dataclass(frozen=True, slots=True, eq=False)
class Version(JsonValue):
    """Whose version it is, which it was and which it is; None for one that is not known."""

    of: str
    then: str | None
    now: str | None


@dataclass(frozen=True, eq=False)
class VerificationFigures(JsonValue):
    """What became of a receipt: whether its answers hold today, and what has moved.

    `moves` are the facts, each with its kind; `answers` those that are others today; `versions` all that are compared,
    whether they changed or not; `error` why there is no answer today, and `parting` where the ledger under the
    receipt's own rules parts from that of today's, both empty where there is none such.
    """

    ticket: str
    measure: Measure
    at: Instant
    state: str
    due: Instant | None
    moves: tuple[Move, ...] = ()
    answers: tuple[MovedAnswer, ...] = ()
    versions: tuple[Version, ...] = ()
    error: str = ""
    parting: str = ""

    @property
    def holds(self) -> bool:
        """Whether all its answers are the same today, and the receipt is as it was made."""
        return not self.answers and not self.error and "inputs" not in self.kinds

    @property
    def kinds(self) -> tuple[MoveKind, ...]:
        """What has moved, by kind; the answers may hold all the same."""
        moved = {move.kind for move in self.moves}
        return tuple(kind for kind in MOVE_KINDS if kind in moved)

    @property
    def due_now(self) -> datetime | None:
        """The due date of today; None where there is none."""
        moved = next((answer for answer in self.answers if answer.name == "due"), None)
        if self.error:
            return None
        if moved is None:
            return self.due
        return None if moved.now is None else datetime.fromisoformat(moved.now)
