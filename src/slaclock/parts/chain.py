"""`chains`: whether the parts of a policy's promises can keep the whole, over every opening of a year."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

from slaclock.errors import PolicyError, placed
from slaclock.policy.asked import Own, asked_of
from slaclock.policy.book import PolicyLike, given_policy, name_of, policies_of
from slaclock.policy.periods import Period
from slaclock.policy.subscription_years import SubscriptionYear
from slaclock.temporal.instants import from_micros
from slaclock.temporal.intervals import Interval, Run, subtract

from .cases import ChainCase, Part, cases_of
from .chain_results import ChainResults
from .figures import ChainClock, ChainResult
from .worst import Worst, most_kept, worst_of


def chains(policy: PolicyLike, year: int | SubscriptionYear | Period, *, chain: str | None = None) -> ChainResults:
    """By how much the parts of each chain of a policy may end later than promised, over every opening of a year.

    Each part begins when the one before it is due, and takes until its own deadline. Both that and the due date of the
    whole go evenly from one opening to the next but for finitely many, so that the worst of all openings is exact, and
    there as a witness, which `deadline` confirms. The clock of the whole stands still during a part that runs while a
    reason holds that stops it; else nothing is paused. Under the rule `announced = "keeps"` each clock goes by what is
    known of its calendar as it begins, and else by all that is. `year` is that in which a subscription year begins, or
    any period; `chain` the name of one chain alone. Of a book each policy is asked about the openings that are its own.

    Raises `PolicyError` where nothing of the year is covered by the policy, or for a chain that there is not,
    `OutOfRangeError` for a year that there is not, and what `deadline` raises.

    >>> from slaclock import Policy
    >>> policy = Policy.model_validate({
    ...     "name": "IT", "calendar": {"timezone": "Europe/London", "hours": "Mo-Fr 08:00-17:00"},
    ...     "measures": {"l1": {"while": {"team": "L1"}}, "l2": {"while": {"team": "L2"}}},
    ...     "targets": {"incident": {"resolve": "6 hours", "l1": "2 hours", "l2": "4 hours"}},
    ...     "chains": {"teams": {"parts": ["l1", "l2"]}},
    ... })
    >>> chains(policy, 2026)
    <ChainResults of 2026/27: 1 chain, which keeps what is promised>
    """
    whole = given_policy(policy)
    names = dict.fromkeys(name for own in policies_of(whole) for name in own.chains)
    if chain is not None and chain not in names:
        remedy = f"use one of: {', '.join(names)}" if names else f"define [chains.{chain}]"
        raise PolicyError(f"there is no chain {chain!r}", remedy, "chain", value=chain)
    asked = asked_of(whole, year)
    results = tuple(
        worked.result(case)
        for own in asked.policies
        if own.openings
        for worked in [WorkedChains(own)]
        for name in own.policy.chains
        if chain in (None, name)
        for case in worked.cases(name)
    )
    policies = tuple(own.asked() for own in asked.policies)
    return ChainResults(name_of(whole), asked.period, asked.days, results, policies)


class WorkedChains:
    """The chains of a policy over the openings that are its own; cases of the same clocks are worked out once."""

    def __init__(self, own: Own) -> None:
        self._own = own
        self._worst: dict[tuple[Hashable, ...], Worst] = {}

    @property
    def count(self) -> int:
        """How many different cases were worked out."""
        return len(self._worst)

    def cases(self, name: str) -> Iterator[ChainCase]:
        """The cases of a chain."""
        return cases_of(self._own.policy, name, self._own.policy.chains[name])

    def result(self, case: ChainCase) -> ChainResult:
        """What a case comes to."""
        own = self._own
        with placed("chains", case.name):
            worst = self._worst_of(case)
            ends = case.ends(worst.opened)
            due = case.promised(ends)
        zone = own.policy.calendar.zone
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
            asked=timedelta(microseconds=sum(end - start for start, end in own.openings)),
            policy=own.name,
        )

    def _worst_of(self, case: ChainCase) -> Worst:
        clocks = tuple((part.target, part.calendar_name, part.stops) for part in (case.whole, *case.parts))
        worst = self._worst.get(clocks)
        if worst is None:
            worst = self._worst[clocks] = worst_of(case, self._own.openings)
        return worst


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
