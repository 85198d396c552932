"""Tickets as they were known at an instant: under which policy they opened, what was done, and which pauses stop."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np

from slaclock.policy.book import PolicyBook
from slaclock.policy.measures import Measure
from slaclock.policy.policy import Policy

from .pause_columns import PauseColumns
from .piecewise import NEVER, Bools, Ints
from .tickets import Tickets
from .zones import local_dates


class AsOf(NamedTuple):
    """The instant to judge by, and what is judged."""

    at: int
    measure: Measure


def done_by(instants: Mapping[str, Ints], count: int, at: int, measure: Measure) -> Ints:
    """When the work of so many rows was done, as far as was known at an instant; `NEVER` where it was not.

    A response is done at the resolution where no earlier one is recorded.
    """
    done = np.full(count, NEVER)
    for name in ("resolved", "responded") if measure == "respond" else ("resolved",):
        if name in instants:
            column = instants[name]
            is_known = (column != NEVER) & (column <= at)
            done = np.where(is_known & ((done == NEVER) | (column < done)), column, done)
    return done


def by_policy(opened: Ints, book: Policy | PolicyBook) -> Iterator[tuple[Policy, Ints]]:
    """Each policy, and the rows that opened while it was in force; what opened before the first is its too."""
    if isinstance(book, Policy):
        yield book, np.arange(len(opened))
        return
    number = np.zeros(len(opened), np.int64)
    for index, policy in enumerate(book.policies[1:], 1):  # the earliest first, so that the last that fits stays
        number[in_force(policy, opened)] = index
    for index in np.unique(number).tolist():
        yield book.policies[index], np.flatnonzero(number == index)


def in_force(policy: Policy, opened: Ints) -> Bools:
    """Which instants lie on a local date from which the policy holds, or on a later one."""
    if policy.in_force_from is None:
        return np.ones(len(opened), bool)
    return local_dates(opened, policy.calendar.zone) >= policy.in_force_from.toordinal()


def stopping_pauses(tickets: Tickets, policy: Policy, measure: Measure) -> tuple[PauseColumns | None, Bools | None]:
    """The pauses that stop the measure; and the tickets with one whose reason the policy does not know."""
    pauses, reasons = tickets.pauses, tickets.reasons
    if pauses is None:
        return None, None
    names = () if reasons is None else reasons.names
    codes = np.full(len(pauses), -1) if reasons is None else reasons.codes
    listed = np.array([name in policy.pauses for name in names] + [False])
    stops = np.array([name in policy.pauses and measure in policy.pauses[name] for name in names] + [False])
    unlisted = None
    if not listed[codes].all():
        unlisted = np.zeros(tickets.count, bool)
        unlisted[pauses.row[~listed[codes]]] = True
    chosen = stops[codes]
    if not chosen.any():
        return None, unlisted
    return pauses if chosen.all() else pauses.of(chosen), unlisted
