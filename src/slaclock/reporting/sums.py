"""Facts summed up: how many are alike, and the spread of their lengths at each level of detail."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from math import ceil
from typing import Literal, NamedTuple

import numpy as np

from slaclock.columns.categories import Categories, combined
from slaclock.columns.pause_lengths import Floats
from slaclock.columns.piecewise import NEVER, Ints
from slaclock.figures.report_figures import Spread
from slaclock.tickets.tickets import Ticket

from .facts import Facts, FactSet, Subject

Level = Literal["groups", "by_priority", "by_period", "overall"]
LEVELS: Mapping[Level, tuple[str, ...]] = {
    "groups": ("period", "kind", "priority"),
    "by_priority": ("kind", "priority"),
    "by_period": ("period",),
    "overall": (),
}
"""What tickets are told apart by, at each level of a report."""


class Key(NamedTuple):
    """What some facts have in common: `name` and `policy` as facts have them, `period` the start of one."""

    subject: Subject
    name: str = ""
    period: int | None = None
    kind: str | None = None
    priority: str | None = None
    policy: int = 0

    def at(self, level: Level) -> Key:
        """The same with the detail of a level."""
        detail = {name: value for name, value in self._asdict().items() if name in LEVELS[level]}
        return Key(self.subject, self.name, policy=self.policy, **detail)


Spreads = Mapping[Level, Mapping[Key, Spread]]


class Sums(NamedTuple):
    """All that a report is made from, however many facts it comes from.

    `counts` are by key and state, `lengths` the microseconds for which tickets were paused or items of standards
    waited, `spreads` those of the lengths at each level, `worst` the tickets that missed their target by most, each
    with the number of the cycle that did, or 0.
    """

    counts: Mapping[Key, Mapping[str, int]]
    lengths: Mapping[Key, int]
    spreads: Spreads
    worst: Sequence[tuple[Ticket, int]]


def sums_of(fact_set: FactSet) -> Sums:
    """The sums of facts that are all here; each length counts, so every spread is exact."""
    lengths = lengths_of(fact_set.facts)
    spreads: dict[Level, dict[Key, Spread]] = {level: {} for level in LEVELS}
    for facts in fact_set.facts:
        if facts.subject == "wait":  # of which the mean is told
            continue
        for level, key, spread in _spreads(facts):
            spreads[level][key] = spread
    return Sums(counts_of(fact_set), lengths, spreads, [(miss.ticket, miss.cycle) for miss in fact_set.misses])


def counts_of(fact_set: FactSet) -> dict[Key, Counter[str]]:
    """How many facts there are of each key and state."""
    counts: dict[Key, Counter[str]] = defaultdict(Counter)
    for share in fact_set.shares:
        counts[Key(share.subject, period=share.period)][share.state] += share.items
    for facts in fact_set.facts:
        codes, cases = combined([*_columns(facts).values(), facts.state])
        for number, count in enumerate(np.bincount(codes, minlength=len(cases)).tolist()):
            *case, state = cases[number]
            counts[_key(facts, case)][state or ""] += count
    return counts


def lengths_of(many: Iterable[Facts]) -> dict[Key, int]:
    """The lengths of pauses, and of waits period by period, summed up."""
    lengths: dict[Key, int] = {}
    for facts in many:
        if facts.subject in ("pause", "wait"):
            starts, codes = np.unique(facts.period, return_inverse=True)
            # In two parts, of which no sum is more than an integer holds.
            parts = [np.zeros(len(starts), np.int64), np.zeros(len(starts), np.int64)]
            for part, own in zip(parts, (facts.hours >> 32, facts.hours & (1 << 32) - 1), strict=True):
                np.add.at(part, codes, own)
            for start, high, low in zip(starts.tolist(), *(part.tolist() for part in parts), strict=True):
                key = Key(facts.subject, facts.name, None if start == NEVER else start, policy=facts.policy)
                lengths[key] = lengths.get(key, 0) + (high << 32) + low
    return lengths


def spread_of(hours: Ints, days: Floats) -> Spread:
    """The median and the 90th percentile of some lengths, each the least that so many are at most."""
    hours, days = np.sort(hours), np.sort(days)
    median, p90 = (ceil(len(hours) * tenths / 10) - 1 for tenths in (5, 9))
    return Spread(
        timedelta(microseconds=int(hours[median])),
        timedelta(microseconds=int(hours[p90])),
        float(days[median]),
        float(days[p90]),
    )


def _spreads(facts: Facts) -> Iterator[tuple[Level, Key, Spread]]:
    """The spreads of some facts' lengths at each level."""
    rows = np.flatnonzero(facts.hours != NEVER)
    if not len(rows):
        return
    columns = {name: column.take(rows) for name, column in _columns(facts).items()}
    nothing = Categories(np.full(len(rows), -1), ())
    for level, names in LEVELS.items():
        codes, cases = combined([column if name in names else nothing for name, column in columns.items()])
        order = np.argsort(codes, kind="stable")
        edges = np.flatnonzero(np.diff(codes[order])) + 1
        for group in np.split(order, edges):
            in_group = rows[group]
            key = _key(facts, cases[int(codes[group[0]])])
            yield level, key, spread_of(facts.hours[in_group], facts.days[in_group])


def _columns(facts: Facts) -> dict[str, Categories]:
    """What facts are told apart by, in the order of a key; a period is the text of its start."""
    starts, codes = np.unique(facts.period, return_inverse=True)
    words = tuple(str(start) for start in starts.tolist())
    period = Categories(np.where(facts.period == NEVER, -1, codes), words)
    return {"period": period, "kind": facts.kind, "priority": facts.priority}


def _key(facts: Facts, case: Sequence[str | None]) -> Key:
    period, kind, priority = case
    return Key(facts.subject, facts.name, None if period is None else int(period), kind, priority, facts.policy)
