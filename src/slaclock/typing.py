"""The types of arguments and answers, for those who annotate their own code."""

from __future__ import annotations

from slaclock.calendar.base import AfterHours, ClosureKind, DayRule
from slaclock.clock.deadlines import TargetLike
from slaclock.clock.pauses import PauseLike
from slaclock.policy.book import PolicyLike
from slaclock.policy.measures import Measure
from slaclock.policy.subscription_years import PeriodLength
from slaclock.temporal.instants import InstantLike
from slaclock.tickets.knowledge import KnownLike
from slaclock.tickets.ledger import RowKind
from slaclock.tickets.states import State
from slaclock.tickets.turning import TurnKind

__all__ = [
    "AfterHours", "ClosureKind", "DayRule", "InstantLike", "KnownLike", "Measure", "PauseLike", "PeriodLength",
    "PolicyLike", "RowKind", "State", "TargetLike", "TurnKind",
]  # fmt: skip
