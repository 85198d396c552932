"""Availability in service hours: for how much of them a service was up, how often it failed, and what is left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import chain
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from slaclock.calendar.base import Calendar, not_a_calendar
from slaclock.errors import NegativeIntervalError, PolicyError
from slaclock.formats.models import Instant, JsonValue
from slaclock.policy.availability import Availability, PlannedRule
from slaclock.policy.book import PolicyBook, name_within, policies_of
from slaclock.policy.periods import Period
from slaclock.policy.policy import Policy
from slaclock.policy.shares import Percent
from slaclock.temporal import intervals
from slaclock.temporal.instants import InstantLike, from_micros, instant_of, micros_of, to_micros, wall_to_micros
from slaclock.temporal.intervals import Run

from .outages import Outage, outages_of

_ZERO = timedelta(0)


@dataclass(frozen=True)
class AvailabilityResult(JsonValue):
    """For how much of the service hours from `start` to `end` a service was up.

    `service` are all the service hours of that time, and `planned` and `down` those of planned outages and of others;
    what was both was planned. `failures` are the outages that were not planned, overlapping ones counted once, as far
    as they took service hours. `whole` are the service hours of the whole period, of which some may lie after `end`,
    the instant asked about. `rule` says what planned outages count as. `name`, `period` and `policy` say of what it is
    in a report: `period` is None where all are meant, and `policy` is empty where no other has one of the name.

    >>> import slaclock as sc
    >>> calendar = sc.Policy.example().calendar
    >>> outages = [sc.Outage(start="2018-04-04T16:00+01:00", end="2018-04-05T10:00+01:00")]
    >>> april = sc.availability(outages, "2018-04-01T00:00+01:00", "2018-05-01T00:00+01:00", calendar=calendar)
    >>> april.failures, str(april.down), f"{float(april.share):.2%}"
    (1, '3:00:00', '98.31%')
    """

    start: Instant
    end: Instant
    promise: Availability | None
    service: timedelta
    planned: timedelta
    down: timedelta
    failures: int
    whole: timedelta
    name: str = ""
    period: Period | None = None
    policy: str = ""
    rule: PlannedRule = "excluded"

    @property
    def agreed(self) -> timedelta:
        """The service hours that count: without planned outages, where these are excluded."""
        return self.service - (self.planned if self.rule == "excluded" else _ZERO)

    @property
    def up(self) -> timedelta:
        """The service hours for which it was up."""
        return self.agreed - self.down - (self.planned if self.rule == "down" else _ZERO)

    @property
    def share(self) -> Fraction | None:
        """The exact share of the agreed hours for which it was up; None where there were none."""
        return Fraction(_micros(self.up), _micros(self.agreed)) if self.agreed else None

    @property
    def wanted(self) -> Percent | None:
        """The share that is promised, in percent; None where none is."""
        return None if self.promise is None else self.promise.share

    @property
    def attained(self) -> bool | None:
        """Whether the share is what is promised, compared exactly; None where nothing is, or there were no hours."""
        return None if self.share is None or self.wanted is None else self.share * 100 >= self.wanted

    @property
    def mttr(self) -> timedelta | None:
        """The mean time to restore: the service hours for which it was down, by failures; None without any."""
        return self.down / self.failures if self.failures else None

    @property
    def mtbf(self) -> timedelta | None:
        """The mean time between failures: the service hours for which it was up, by failures; None without any."""
        return self.up / self.failures if self.failures else None

    @property
    def budget(self) -> timedelta | None:
        """For how much of the whole period's hours it may be down; None where nothing is promised."""
        if self.wanted is None:
            return None
        agreed = self.whole - (self.planned if self.rule == "excluded" else _ZERO)
        return timedelta(microseconds=int(_micros(agreed) * (100 - Fraction(self.wanted)) // 100))

    @property
    def left(self) -> timedelta | None:
        """What is left of the budget, negative once it is overdrawn; None where nothing is promised."""
        return None if self.budget is None else self.budget - (self.agreed - self.up)


class _Time(NamedTuple):
    """What is measured: the service hours of a calendar in a period, as far as they are `covered`, as of an instant."""

    calendar: Calendar
    start: int
    end: int
    at: int
    covered: Run | None = None

    def run(self, end: int) -> Run:
        """The time up to an instant."""
        whole = ((self.start, end),) if self.start < end else ()
        return whole if self.covered is None else intervals.intersect(whole, self.covered)

    def hours(self, run: Run) -> int:
        """The service hours of some time."""
        return sum(self.calendar.timetable.hours.between(a, b) for a, b in run)


def availability(
    outages: Iterable[Outage | Mapping[str, Any]] | Any,
    start: InstantLike,
    end: InstantLike,
    *,
    calendar: Calendar,
    share: Percent | float | str | None = None,
    planned: PlannedRule = "excluded",
    at: InstantLike | None = None,
    timezone: str | None = None,
) -> AvailabilityResult:
    """For how much of the calendar's service hours in `[start, end)` a service was up.

    `outages` are `Outage` objects, records, or a frame with the columns `start`, `end` and `planned`; times of records
    and frames without an offset are read in `timezone`. One without an end lasts to `at`, which is `end` where it is
    not given; nothing after it is known. Outages that overlap count once. `planned` ones are `excluded` from the
    service hours, or time for which the service is `down` or `up`. `share` is the number of percent that is promised.

    Raises `NegativeIntervalError` for an end before the start, `ModelError` for an outage or a calendar that is none.

    >>> import slaclock as sc
    >>> desk = sc.Policy.example().calendar
    >>> outages = [{"start": "2018-04-04T16:00+01:00", "end": "2018-04-05T10:00+01:00"},
    ...            {"start": "2018-04-13T15:00+01:00", "end": "2018-04-13T18:00+01:00", "planned": True}]
    >>> april = sc.availability(outages, "2018-04-01T00:00+01:00", "2018-05-01T00:00+01:00", share="98.5",
    ...                         calendar=desk)
    >>> f"{float(april.share):.2%}", april.attained, *map(sc.format_duration, (april.mttr, april.left))
    ('98.30%', False, '3 h', '-21 min 9 s')
    """
    if not isinstance(calendar, Calendar):
        raise not_a_calendar(calendar)
    promise = Availability(share=100 if share is None else share, planned=planned)
    a, b = micros_of(start), micros_of(end)
    if b < a:
        problem = f"the end {instant_of(end).isoformat()} lies before the start {instant_of(start).isoformat()}"
        raise NegativeIntervalError(problem, "swap the two", value=end)
    time = _Time(calendar, a, b, b if at is None else micros_of(at))
    rule = promise.planned
    return _result(time, outages_of(outages, timezone), None if share is None else promise, rule)


def availability_periods(
    outages: Sequence[Outage], policy: Policy | PolicyBook, periods: Sequence[Period], at: InstantLike
) -> Iterator[AvailabilityResult]:
    """Every availability that is promised over all the periods, which are in order, and then in each of them.

    What lies between periods that have a gap counts in none. Of a book each policy's counts while it is the one in
    force for its tickets. Raises `PolicyError` for an outage of what no policy promises.
    """
    policies = policies_of(policy)
    names = list(dict.fromkeys(name for own in policies for name in own.availability))
    for number, outage in enumerate(outages):
        if outage.availability is not None and outage.availability not in names:
            problem, known = f"no policy promises an availability {outage.availability!r}", ", ".join(names) or "none"
            raise PolicyError(problem, f"use one of: {known}", f"outage {number}", value=outage.availability)
    if not periods:
        return
    runs = [((to_micros(period.start), to_micros(period.end)),) for period in periods]
    spans: list[tuple[Period | None, Run]] = [(None, intervals.union(chain(*runs))), *zip(periods, runs, strict=True)]
    now = micros_of(at)
    for name in names:
        several = sum(name in own.availability for own in policies) > 1
        its_own = [outage for outage in outages if outage.availability in (None, name)]
        for own in (own for own in policies if name in own.availability):
            promise = own.availability[name]
            covered = _covered(own, policy)
            for period, run in spans:
                start, end = run[0][0], run[-1][1]
                within = run if covered is None else intervals.intersect(run, covered)
                time = _Time(own.calendar_named(promise.calendar), start, end, now, within)
                if start < now and (within or period is None):
                    whose = name_within(own, policy) if several else ""
                    yield _result(time, its_own, promise, promise.planned, name=name, period=period, policy=whose)


def _covered(policy: Policy, whole: Policy | PolicyBook) -> Run | None:
    """The time for which a policy promises anything: of the subscription, and of a book while it is in force."""
    zone = policy.calendar.zone
    runs = []
    if policy.coverage:
        runs.append(
            intervals.union((_midnight(span.first, zone), _midnight(span.last, zone, 1)) for span in policy.coverage)
        )
    if isinstance(whole, PolicyBook):
        group = next(group for group in whole.groups if policy in group)
        later = group[group.index(policy) + 1 :]
        since = policy.in_force_from or date.min
        until = date.max if not later else later[0].in_force_from or date.max
        runs.append(((_midnight(since, zone), _midnight(until, zone)),))
    if not runs:
        return None
    return runs[0] if len(runs) == 1 else intervals.intersect(*runs)


def _midnight(day: date, zone: ZoneInfo, after: int = 0) -> int:
    """The first instant of a date, or of so many after it; of the first and the last date of all for ever."""
    if day in (date.min, date.max):
        return -_FAR if day == date.min else _FAR
    return wall_to_micros(day.toordinal() + after, 0, zone)


_FAR = 1 << 62


def _result(
    time: _Time,
    outages: Iterable[Outage],
    promise: Availability | None,
    rule: PlannedRule,
    *,
    name: str = "",
    period: Period | None = None,
    policy: str = "",
) -> AvailabilityResult:
    until = max(time.start, min(time.end, time.at))
    known = time.run(until)
    runs: dict[bool, list[tuple[int, int]]] = {True: [], False: []}
    for outage in outages:
        end = time.at if outage.end is None else to_micros(outage.end)
        runs[outage.planned].append((to_micros(outage.start), end))
    planned = intervals.union(runs[True])
    failures = [
        hours
        for failure in intervals.union(runs[False])
        if (hours := time.hours(intervals.intersect(known, intervals.subtract((failure,), planned))))
    ]
    service, in_plan, whole = map(time.hours, (known, intervals.intersect(known, planned), time.run(time.end)))
    start, end_at = (from_micros(micros, time.calendar.zone) for micros in (time.start, until))
    return AvailabilityResult(
        start,
        end_at,
        promise,
        service=timedelta(microseconds=service),
        planned=timedelta(microseconds=in_plan),
        down=timedelta(microseconds=sum(failures)),
        failures=len(failures),
        whole=timedelta(microseconds=whole),
        name=name,
        period=period,
        policy=policy,
        rule=rule,
    )


def _micros(length: timedelta) -> int:
    return length // timedelta(microseconds=1)
