"""How many tickets opened in each hour of each weekday, of each kind and priority."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias
from zoneinfo import ZoneInfo

from slaclock.errors import PolicyError
from slaclock.formats.models import JsonValue
from slaclock.policy.policy import Policy
from slaclock.temporal.instants import from_micros

WeekCounts: TypeAlias = tuple[tuple[int, ...], ...]
"""How many opened in each of 24 hours of each of seven weekdays, from Monday, by the clock on the wall."""
Whose: TypeAlias = tuple[str | None, str | None]
"""A kind and a priority, None for all."""


@dataclass(frozen=True, slots=True, eq=False)
class Openings(JsonValue):
    """The tickets by which waits are weighted: of which kind and priority, and how many opened in each hour of a week.

    `kind` and `priority` are None where those of all count, since there are none of the target's own. `by_hour` has a
    row for each weekday from Monday and a count for each hour, by the clock on the wall.
    """

    kind: str | None
    priority: str | None
    by_hour: WeekCounts

    @property
    def count(self) -> int:
        """How many tickets they are."""
        return sum(map(sum, self.by_hour))

    @property
    def whose(self) -> str:
        """Of which kind and priority they are, in words."""
        return " ".join(filter(None, (self.kind, self.priority))) or "all kinds"


class OpeningTable:
    """The openings of each kind and priority, of each kind, and of all."""

    def __init__(self, counts: Mapping[Whose, WeekCounts]) -> None:
        sums: dict[Whose, list[WeekCounts]] = {}
        for (kind, priority), own in counts.items():
            for whose in dict.fromkeys(((kind, priority), (kind, None), (None, None))):
                sums.setdefault(whose, []).append(own)
        self._counts = {whose: _sum(own) for whose, own in sums.items()}

    def of(self, kind: str, priority: str | None) -> Openings:
        """Those of a kind and priority; where there are none those of the kind, and where it has none either, all."""
        for own_kind, own_priority in ((kind, priority), (kind, None), (None, None)):
            counts = self._counts.get((own_kind, own_priority))
            if counts is not None and any(map(any, counts)):
                return Openings(own_kind, own_priority, counts)
        raise PolicyError("nothing has opened, by which a wait could be weighted", "give openings, or leave them out")


TableOf: TypeAlias = Callable[[Policy], OpeningTable]
"""The openings of those whom a policy is for, by the clock of its zone."""


def counts_of(rows: Iterable[tuple[Whose, int]], zone: ZoneInfo) -> dict[Whose, WeekCounts]:
    """The openings of each kind and priority by weekday and hour of a zone."""
    opened: dict[Whose, list[int]] = {}
    for whose, at in rows:
        opened.setdefault(whose, []).append(at)
    return {whose: by_hour(own, zone) for whose, own in opened.items()}


def by_hour(opened: Iterable[int], zone: ZoneInfo) -> WeekCounts:
    """Some instants, in microseconds, by weekday and hour of a zone."""
    local = (from_micros(at, zone) for at in opened)
    counts = Counter((at.weekday(), at.hour) for at in local)
    return tuple(tuple(counts[day, hour] for hour in range(24)) for day in range(7))


def _sum(weeks: Sequence[WeekCounts]) -> WeekCounts:
    return tuple(tuple(map(sum, zip(*rows, strict=True))) for rows in zip(*weeks, strict=True))
