"""`promise`: how long a policy's targets let wait in plain time, over every opening of a year."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from slaclock.clock.pieces import least_covering, longest_of
from slaclock.clock.targets import Target
from slaclock.errors import PolicyError, placed
from slaclock.policy.book import PolicyBook, PolicyLike, check_measure, given_policy
from slaclock.policy.measures import Measure
from slaclock.policy.openings import days_covered, openings_of, period_of
from slaclock.policy.periods import Period
from slaclock.policy.policy import Policy
from slaclock.policy.promises import promises_of
from slaclock.policy.subscription_years import SubscriptionYear
from slaclock.temporal.instants import from_micros
from slaclock.temporal.intervals import Run

from .figures import PromisedWait, WorstOpening
from .promised_waits import PromisedWaits
from .waits import Hour, hours_of, medians_by_hour, pieces_of


def promise(
    policy: PolicyLike, year: int | SubscriptionYear | Period, *, measure: Measure | None = None
) -> PromisedWaits:
    """How long each target lets wait, in plain time, over every opening of a year: least, median, longest.

    `year` is that in which a subscription year begins, or any period. The least and the longest wait are exact, since
    the wait is linear between instants that the calendar names; of the openings that wait the longest, the first of
    each stretch is there with its due date, which `deadline` confirms. Where the wait jumps just after an instant, the
    opening a microsecond later stands for it. Nothing is paused, and the clock runs from the opening on.

    Raises `PolicyError` where nothing of the year is covered by the policy, or for a book, `OutOfRangeError` for a year
    that there is not, and what `deadline` raises.

    >>> from slaclock import Policy
    >>> waits = promise(Policy.example(), 2018, measure="resolve")
    >>> waits
    <PromisedWaits of 2018/19: 5 targets, the longest wait 19 d 30 min>
    >>> str(waits.of("incident", "P1").longest), str(waits.of("incident", "P1").worst[-1].opened)
    ('3 days, 17:30:00', '2018-08-24 14:30:00.000001+01:00')
    """
    own = given_policy(policy)
    if isinstance(own, PolicyBook):
        raise PolicyError("a book has several policies", "ask of one of them, such as book.policies[0]", "policy")
    if measure is not None:
        check_measure(own, measure)
    zone = own.calendar.zone
    with placed("year"):
        period = period_of(own, year)
        days = days_covered(own, period)
    openings = openings_of(own, days)
    hours = hours_of(date.fromordinal(days[0][0]), date.fromordinal(days[-1][1]), zone)
    known: dict[tuple[str, Target], _Figures] = {}
    waits = []
    for promised in promises_of(own):
        if measure is None or promised.measure == measure:
            target, name = promised.target, promised.calendar
            figures = known.get((name, target))
            if figures is None:
                with placed("targets", promised.kind, *filter(None, [promised.priority]), promised.measure):
                    figures = known[name, target] = _figures(own, name, target, openings, hours)
            waits.append(PromisedWait(promised.kind, promised.priority, promised.measure, target, name, *figures))
    return PromisedWaits(own.name, period, sum(end - first for first, end in days), tuple(waits))


class _Figures(NamedTuple):
    """What there is to say of the waits under one target on one calendar."""

    least: timedelta
    median: timedelta
    p95: timedelta
    longest: timedelta
    worst: tuple[WorstOpening, ...]
    by_hour: tuple[tuple[timedelta | None, ...], ...]


def _figures(policy: Policy, name: str, target: Target, openings: Run, hours: Sequence[Hour]) -> _Figures:
    calendar, zone = policy.calendar_named(name), policy.calendar.zone
    pieces = pieces_of(calendar, target, openings)
    longest = max(piece.high for piece in pieces)
    return _Figures(
        least=_length(min(piece.low for piece in pieces)),
        median=_length(least_covering(pieces, 50)),
        p95=_length(least_covering(pieces, 95)),
        longest=_length(longest),
        worst=tuple(
            WorstOpening(from_micros(opened, zone), from_micros(opened + longest, zone))
            for opened in longest_of(pieces)
        ),
        by_hour=tuple(
            tuple(None if wait is None else _length(wait) for wait in row) for row in medians_by_hour(pieces, hours)
        ),
    )


def _length(micros: int) -> timedelta:
    return timedelta(microseconds=micros)
