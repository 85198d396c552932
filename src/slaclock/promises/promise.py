"""`promise`: how long a policy's targets let wait in plain time, over every opening of a year."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from slaclock.clock.pieces import least_covering, longest_of
from slaclock.clock.targets import Target
from slaclock.errors import PolicyError, placed
from slaclock.policy.announced import known_at_opening
from slaclock.policy.asked import Own, asked_of
from slaclock.policy.book import PolicyLike, check_measure, given_policy, name_of
from slaclock.policy.measures import Measure
from slaclock.policy.periods import Period
from slaclock.policy.promises import promises_of
from slaclock.policy.subscription_years import SubscriptionYear
from slaclock.temporal.instants import from_micros, local_day

from .figures import PromisedWait, WorstOpening
from .opening_counts import Openings, OpeningTable, WeekCounts
from .openings import OpeningsLike, read_openings
from .promised_waits import PromisedWaits
from .waits import HourWeights, hours_of, medians_by_hour, pieces_of


def promise(
    policy: PolicyLike,
    year: int | SubscriptionYear | Period,
    *,
    measure: Measure | None = None,
    openings: OpeningsLike | None = None,
    columns: Mapping[str, str] | None = None,
    timezone: str | None = None,
) -> PromisedWaits:
    """How long each target lets wait, in plain time, over every opening of a year: least, median, longest.

    `year` is that in which a subscription year begins, or any period. The least and the longest wait are exact, since
    the wait is linear between instants that the calendar names; of the openings that wait the longest, the first of
    each stretch is there with its due date, which `deadline` confirms. Where the wait jumps just after an instant, the
    opening a microsecond later stands for it. Nothing is paused, and the clock runs from the opening on. Of a book each
    policy is asked about the openings that are its own.

    Every opening counts alike, or, with `openings`, as often as tickets opened in its hour of the week, by the clock of
    the policy's zone: real tickets, as `report` takes them with `columns` and `timezone`, of whichever year, each
    counting for its kind and priority; instants, as a list or a column; or the counts themselves, seven rows from
    Monday of 24 whole numbers, for all, by kind, or by kind and priority, `{"incident": {"P1": rows}}`. What has none
    of its own is weighted by those of its kind, or else by all. An hour without any is no opening then.

    What a calendar announces counts for every opening, as for `deadline`, which is the due date as it is now; under the
    rule `announced = "keeps"` it counts for openings from its announcement on, and the due dates are those promised.

    Raises `PolicyError` where nothing of the year is covered by the policy or opens in it, or for counts that are none,
    `OutOfRangeError` for a year that there is not, and what `deadline` and `report` raise.

    >>> from slaclock import Policy
    >>> waits = promise(Policy.example(), 2018, measure="resolve")
    >>> waits
    <PromisedWaits of 2018/19: 5 targets, the longest wait 19 d 30 min>
    >>> str(waits.of("incident", "P1").longest), str(waits.of("incident", "P1").worst[-1].opened)
    ('3 days, 17:30:00', '2018-08-24 14:30:00.000001+01:00')
    >>> office = [[0] * 9 + [1] * 6 + [0] * 9] * 4 + [[0] * 9 + [1] * 5 + [0] * 10] + [[0] * 24] * 2
    >>> str(promise(Policy.example(), 2018, measure="resolve", openings=office).of("incident", "P1").median)
    '2:00:00'
    """
    whole = given_policy(policy)
    if measure is not None:
        check_measure(whole, measure)
    asked = asked_of(whole, year)
    with placed("openings"):
        table_of = None if openings is None else read_openings(openings, whole, columns, timezone)
    waits: list[PromisedWait] = []
    for own in asked.policies:
        if own.openings:
            table = None if table_of is None else table_of(own.policy)
            waits += _Asked(own, asked.period, table).waits(measure)
    policies = tuple(own.asked() for own in asked.policies)
    return PromisedWaits(name_of(whole), asked.period, asked.days, tuple(waits), policies)


class _Asked:
    """A policy, the openings that it is asked about, and how often each counts."""

    def __init__(self, own: Own, period: Period, table: OpeningTable | None) -> None:
        self._policy, self._name, self._spans = own.policy, own.name, own.openings
        self._period, self._table = period, table
        zone, spans = own.policy.calendar.zone, own.openings
        first, last = local_day(spans[0][0], zone)[0], local_day(spans[-1][1] - 1, zone)[0]
        self._hours = hours_of(date.fromordinal(first), date.fromordinal(last + 1), zone)
        self._known: dict[tuple[str, Target, WeekCounts | None], _Figures] = {}

    def waits(self, measure: Measure | None) -> Iterator[PromisedWait]:
        """The waits of the policy's targets, of one measure alone where it is given."""
        for promised in promises_of(self._policy):
            if measure is not None and promised.measure != measure:
                continue
            kind, priority, target, name = promised.kind, promised.priority, promised.target, promised.calendar
            with placed("targets", kind, *filter(None, [priority]), promised.measure):
                own = None if self._table is None else self._table.of(kind, priority)
                figures = self._figures(name, target, own)
            yield PromisedWait(kind, priority, promised.measure, target, name, *figures, self._name, own)

    def _figures(self, name: str, target: Target, openings: Openings | None) -> _Figures:
        by_hour = None if openings is None else openings.by_hour
        known = self._known.get((name, target, by_hour))
        if known is None:
            known = self._known[name, target, by_hour] = self._worked_out(name, target, openings)
        return known

    def _worked_out(self, name: str, target: Target, openings: Openings | None) -> _Figures:
        calendar, zone = self._policy.calendar_named(name), self._policy.calendar.zone
        weights = None if openings is None else HourWeights(self._hours, openings.by_hour)
        cuts = () if weights is None else weights.cuts
        parts = known_at_opening(calendar, self._spans, self._policy.rules.announced)
        pieces = [piece for known, spans in parts for piece in pieces_of(known, target, spans, cuts)]
        weight_of = None if weights is None else weights.of
        if weight_of is not None:
            pieces = [piece for piece in pieces if weight_of(piece)]
        if openings is not None and not pieces:
            problem = f"no hour of {self._period.label} is one in which any of {openings.whose} opened"
            raise PolicyError(problem, "ask of a longer period, or leave the openings out")
        longest = max(piece.high for piece in pieces)
        return _Figures(
            least=_length(min(piece.low for piece in pieces)),
            median=_length(least_covering(pieces, 50, weight_of)),
            p95=_length(least_covering(pieces, 95, weight_of)),
            longest=_length(longest),
            worst=tuple(
                WorstOpening(from_micros(opened, zone), from_micros(opened + longest, zone))
                for opened in longest_of(pieces)
            ),
            by_hour=tuple(map(_lengths, medians_by_hour(pieces, self._hours))),
        )


class _Figures(NamedTuple):
    """What there is to say of the waits under one target on one calendar."""

    least: timedelta
    median: timedelta
    p95: timedelta
    longest: timedelta
    worst: tuple[WorstOpening, ...]
    by_hour: tuple[tuple[timedelta | None, ...], ...]


def _lengths(row: Iterable[int | None]) -> tuple[timedelta | None, ...]:
    return tuple(None if wait is None else _length(wait) for wait in row)


def _length(micros: int) -> timedelta:
    return timedelta(microseconds=micros)
