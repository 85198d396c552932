"""`chains`: whether the parts of a policy's promises can keep the whole, over every opening of a year."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from slaclock.errors import PolicyError, placed
from slaclock.policy.book import PolicyBook, PolicyLike, given_policy
from slaclock.policy.openings import days_covered, openings_of, period_of
from slaclock.policy.periods import Period
from slaclock.policy.policy import Policy
from slaclock.policy.subscription_years import SubscriptionYear
from slaclock.temporal.instants import from_micros
from slaclock.temporal.intervals import Interval, Run, subtract

from .cases import ChainCase, Part, cases_of
from .chain_results import ChainResults
from .figures import ChainClock, ChainResult
from .worst import most_kept, worst_of


def chains(policy: PolicyLike, year: int | SubscriptionYear | Period, *, chain: str | None = None) -> ChainResults:
    """By how much the parts of each chain of a policy may end later than promised, over every opening of a year.

    Each part begins when the one before it is due, and takes until its own deadline. Both that and the due date of the
    whole go evenly from one opening to the next but for finitely many, so that the worst of all openings is exact, and
    there as a witness, which `deadline` confirms. The clock of the whole stands still during a part that runs while a
    reason holds that stops it; else nothing is paused. Under the rule `announced = "keeps"` each clock goes by what is
    known of its calendar as it begins, and else by all that is. `year` is that in which a subscription year begins, or
    any period; `chain` the name of one chain alone.

    Raises `PolicyError` where nothing of the year is covered by the policy, for a chain that it has not or for a book,
    `OutOfRangeError` for a year that there is not, and what `deadline` raises.

    >>> policy = Policy.model_validate({
    ...     "name": "IT", "calendar": {"timezone": "Europe/London", "hours": "Mo-Fr 08:00-17:00"},
    ...     "measures": {"l1": {"while": {"team": "L1"}}, "l2": {"while": {"team": "L2"}}},
    ...     "targets": {"incident": {"resolve": "6 hours", "l1": "2 hours", "l2": "4 hours"}},
    ...     "chains": {"teams": {"parts": ["l1", "l2"]}},
    ... })
    >>> chains(policy, 2026)
    <ChainResults of 2026/27: 1 chain, which keeps what is promised>
    """
    own = given_policy(policy)
    if isinstance(own, PolicyBook):
        raise PolicyError("a book has several policies", "ask of one of them, such as book.policies[0]", "policy")
    if chain is not None and chain not in own.chains:
        remedy = f"use one of: {', '.join(own.chains)}" if own.chains else f"define [chains.{chain}]"
        raise PolicyError(f"there is no chain {chain!r}", remedy, "chain", value=chain)
    with placed("year"):
        period = period_of(own, year)
        days = days_covered(own, period)
    openings = openings_of(own, days)
    results = tuple(
        result
        for name in (own.chains if chain is None else [chain])
        for case in cases_of(own, name, own.chains[name])
        for result in [_result(own, case, openings)]
    )
    return ChainResults(own.name, period, sum(end - first for first, end in days), results)


def _result(policy: Policy, case: ChainCase, openings: Run) -> ChainResult:
    with placed("chains", case.name):
        worst = worst_of(case, openings)
        ends = case.ends(worst.opened)
        due = case.promised(ends)
    zone = policy.calendar.zone
    stops = case.stops(ends)
    return ChainResult(
        name=case.name,
        kind=case.kind,
        priority=case.priority,
        excess=timedelta(microseconds=worst.excess),
        kept=worst.excess <= most_kept(case),
        whole=_clock(case.whole, (worst.opened, due), stops, zone),
        parts=tuple(_clock(part, (ends[at], ends[at + 1]), (), zone) for at, part in enumerate(case.parts)),
        late=timedelta(microseconds=worst.late),
        asked=timedelta(microseconds=sum(end - start for start, end in openings)),
    )


def _clock(part: Part, stretch: Interval, stops: Run, zone: ZoneInfo) -> ChainClock:
    """A clock over its stretch, without the parts of it for which it stands still."""
    begun, due = stretch
    open_time = (stretch,) if part.target.wall else part.known(begun).timetable.spans(begun, due)
    return ChainClock(
        part.measure,
        part.target,
        part.calendar_name,
        from_micros(begun, zone),
        from_micros(due, zone),
        tuple((from_micros(a, zone), from_micros(b, zone)) for a, b in subtract(tuple(open_time), stops)),
        part.stops,
    )
