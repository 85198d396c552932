"""The options of a report: one value, wherever the tickets lie."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypedDict, cast, get_args

from slaclock.errors import PolicyError
from slaclock.figures.allowances import Usage
from slaclock.figures.report_figures import By
from slaclock.formats.models import short_repr
from slaclock.policy.attributes import FIELDS
from slaclock.policy.book import PolicyBook, main_policy, policies_of
from slaclock.policy.measures import Measure
from slaclock.policy.named_periods import AskedPeriod, periods_asked
from slaclock.policy.periods import Period
from slaclock.policy.policy import Policy
from slaclock.policy.subscription_years import PeriodLength
from slaclock.temporal.instants import InstantLike, micros_of
from slaclock.tickets.knowledge import KnownLike, check_known


@dataclass(frozen=True)
class ReportOptions:
    """The instant to judge by, how periods go and how long they are, what is judged, and how many of the worst.

    `split` are the columns, attributes or lengths of periods by which figures are told apart beside;
    `why` asks where the time went. `known` is by what was known of calendars.

    Raises `PolicyError` for what cannot be asked.
    """

    at: InstantLike
    by: By
    period: AskedPeriod
    measure: Measure
    worst: int
    split: Sequence[str] = ()
    why: bool = False
    known: KnownLike | None = None

    def __post_init__(self) -> None:
        if isinstance(self.by, str) and self.by not in get_args(By):
            *words, last = get_args(By)
            problem, remedy = f"periods cannot go by {self.by!r}", f"use {', '.join(words)} or {last}"
            raise PolicyError(problem, f"{remedy}; to tell tickets apart by a column, give it as split", value=self.by)
        _check(self.by, get_args(By), "periods cannot go by {!r}")
        object.__setattr__(self, "split", _names(self.split))
        if not isinstance(self.worst, int) or self.worst < 0:
            raise PolicyError(f"{self.worst!r} worst tickets cannot be shown", "give 0 or more", value=self.worst)
        micros_of(self.at)
        check_known(self.known)

    def periods(self, policy: Policy | PolicyBook) -> tuple[Period, ...] | None:
        """The periods that are asked for; None where they are the years, or parts of them, in which there are items."""
        zone = main_policy(policy).calendar.zone.key
        return periods_asked(self.period, [own.periods for own in policies_of(policy)], zone)

    @property
    def length(self) -> PeriodLength | Literal["period"]:
        """The word for a period."""
        own = self.period if isinstance(self.period, str) else ""
        return cast(PeriodLength, own) if own in get_args(PeriodLength) else "period"

    @property
    def at_micros(self) -> int:
        """The instant in microseconds."""
        return micros_of(self.at)


OnError = Literal["raise", "skip"]
"""What becomes of tickets that have no answer."""


class FrameReportOptions(TypedDict, total=False):
    """What `report` takes of a frame, beside the policy and the instant."""

    by: By
    period: AskedPeriod
    measure: Measure
    pauses: Any
    changes: Any
    reopenings: Any
    events: Any
    usage: Iterable[Usage]
    outages: Any
    worst: int
    split: Sequence[str]
    why: bool
    known: KnownLike | None
    columns: Mapping[str, str] | None
    timezone: str | None
    errors: OnError
    threads: int | None


def _names(split: object) -> tuple[str, ...]:
    """Some names, each once."""
    names = [split] if isinstance(split, str) else [*split] if isinstance(split, Iterable) else [split]
    if not all(isinstance(name, str) and name.strip() for name in names):
        raise PolicyError(
            f"{short_repr(split)} names no columns", "give one, such as 'team', or several", "split", value=split
        )
    return tuple(dict.fromkeys(map(str, names)))


def _check(word: str, vocabulary: Collection[str], problem: str) -> None:
    """An error for a word that is not in its vocabulary."""
    if word not in vocabulary:
        *words, last = vocabulary
        raise PolicyError(problem.format(word), f"use {', '.join(words)} or {last}")


def attributes_split(split: Iterable[str]) -> tuple[str, ...]:
    """Those names of columns that are no fields of every ticket, and no lengths of periods."""
    return tuple(name for name in split if name not in FIELDS and name not in get_args(PeriodLength))
