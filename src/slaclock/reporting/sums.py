"""Facts summed up: how many are alike, and the spread of their lengths at each level of detail."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from math import ceil
from typing import NamedTuple

import numpy as np

from slaclock.columns.categories import Categories, combined
from slaclock.columns.piecewise import NEVER, Ints
from slaclock.figures.report_figures import Spread
from slaclock.tickets.tickets import Ticket

from .facts import Facts, Miss, Subject
from .sources import Floats

LEVELS: tuple[tuple[str, ...], ...] = (("period", "kind", "priority"), ("kind", "priority"), ("period",), ())
"""What the lengths of tickets are told apart by, at each level of a report."""


class Key(NamedTuple):
    """What some facts have in common; `name` is that of a standard or a reason, `period` the start of one."""

    subject: Subject
    name: str = ""
    period: int | None = None
    kind: str | None = None
    priority: str | None = None

    def at(self, level: Sequence[str]) -> Key:
        """The same with less detail."""
        kept = {name: value for name, value in self._asdict().items() if name in level}
        return Key(self.subject, self.name, **kept)


class Sums(NamedTuple):
    """All that a report is made from, however many facts it comes from.

    `counts` are by key and state, `lengths` the microseconds that each reason held tickets, `spreads` those of the
    lengths at each level, `worst` the tickets that missed their target by most.
    """

    counts: Mapping[Key, Mapping[str, int]]
    lengths: Mapping[str, int]
    spreads: Sequence[Mapping[Key, Spread]]
    worst: Sequence[Ticket]


def summed(facts: Sequence[Facts], worst: Iterable[Miss]) -> Sums:
    """The sums of facts that are all here; each length counts, so every spread is exact."""
    lengths = {each.name: int(each.hours.sum()) for each in facts if each.subject == "held"}
    spreads: list[dict[Key, Spread]] = [{} for _ in LEVELS]
    for each in facts:
        for found, more in zip(spreads, _spreads(each), strict=True):
            found.update(more)
    return Sums(counted(facts), lengths, spreads, [miss.ticket for miss in worst])


def counted(facts: Iterable[Facts]) -> dict[Key, Counter[str]]:
    """How many facts there are of each key and state."""
    found: dict[Key, Counter[str]] = defaultdict(Counter)
    for each in facts:
        codes, cases = combined([*_columns(each).values(), each.state])
        for number, count in enumerate(np.bincount(codes, minlength=len(cases)).tolist()):
            *case, state = cases[number]
            found[_key(each, case)][state or ""] += count
    return found


def spread(hours: Ints, days: Floats) -> Spread:
    """The median and the 90th percentile of some lengths, each the least that so many are at most."""
    hours, days = np.sort(hours), np.sort(days)
    half, most = (ceil(len(hours) * part / 10) - 1 for part in (5, 9))
    return Spread(
        timedelta(microseconds=int(hours[half])),
        timedelta(microseconds=int(hours[most])),
        float(days[half]),
        float(days[most]),
    )


def _spreads(facts: Facts) -> Iterator[dict[Key, Spread]]:
    """The spreads of some facts' lengths at each level."""
    rows = np.flatnonzero(facts.hours != NEVER)
    columns = {name: column.take(rows) for name, column in _columns(facts).items()} if len(rows) else {}
    nothing = Categories(np.full(len(rows), -1), ())
    for level in LEVELS:
        found = {}
        if columns:
            codes, cases = combined([column if name in level else nothing for name, column in columns.items()])
            for code, some in _split(codes):
                found[_key(facts, cases[code])] = spread(facts.hours[rows[some]], facts.days[rows[some]])
        yield found


def _columns(facts: Facts) -> dict[str, Categories]:
    """What facts are told apart by; a period is the text of its start."""
    starts, codes = np.unique(facts.period, return_inverse=True)
    words = tuple(str(start) for start in starts.tolist())
    period = Categories(np.where(facts.period == NEVER, -1, codes), words)
    return {"period": period, "kind": facts.kind, "priority": facts.priority}


def _key(facts: Facts, case: Sequence[str | None]) -> Key:
    period, kind, priority = case
    return Key(facts.subject, facts.name, None if period is None else int(period), kind, priority)


def _split(codes: Ints) -> Iterator[tuple[int, Ints]]:
    """Each number that there is, and the rows that have it."""
    order = np.argsort(codes, kind="stable")
    ordered = codes[order]
    edges = np.flatnonzero(np.diff(ordered)) + 1
    for rows in np.split(order, edges):
        if len(rows):
            yield int(codes[rows[0]]), rows
