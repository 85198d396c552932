"""The report from its sums, whoever summed up: this process, or an engine."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Literal, cast

import numpy as np

from slaclock.columns.periods import periods_over
from slaclock.columns.piecewise import NEVER
from slaclock.errors import PolicyError
from slaclock.figures.allowances import Usage, allowance_years
from slaclock.figures.availability import AvailabilityResult, availability_periods
from slaclock.figures.outages import Outage
from slaclock.figures.report_figures import (
    CountedOn,
    PauseFigures,
    PeriodFlow,
    Promised,
    Shares,
    SplitFigures,
    TicketFigures,
    TimeFigures,
    TimeSpent,
    Untargeted,
    YearsOf,
)
from slaclock.figures.standards import GivenUp, StandardResult, of_states
from slaclock.formats.mappings import FrozenDict
from slaclock.policy.book import PolicyBook, main_policy, name_of, name_within, policies_of
from slaclock.policy.measures import Measure
from slaclock.policy.periods import Period
from slaclock.policy.policy import Policy
from slaclock.policy.promises import calendars_of_standard, promises_of
from slaclock.policy.subscription_years import PeriodLength
from slaclock.temporal.instants import from_micros, to_micros
from slaclock.tickets.assessment import Assessment, assess
from slaclock.tickets.states import STATES, State

from .facts import reasons_of, standards_of
from .model import Report
from .options import ReportOptions
from .sums import LEVELS, Key, Level, Sums

_NOTHING = TicketFigures(None, None, None, FrozenDict(dict.fromkeys(STATES, 0)), None)


def report_of(
    sums: Sums,
    policy: Policy | PolicyBook,
    options: ReportOptions,
    usage: Iterable[Usage] = (),
    outages: Sequence[Outage] | None = None,
) -> Report:
    """Every figure of the report."""
    main = main_policy(policy)
    at = from_micros(options.at_micros, main.calendar.zone)
    periods = _periods(sums, policy, options)
    figures = {level: tuple(_figures(sums, level, periods)) for level in LEVELS if level != "by_split"}
    overall = next(iter(figures["overall"]), _NOTHING)
    return Report(
        name=name_of(policy),
        at=at,
        measure=options.measure,
        by=options.by,
        period=options.length,
        totals=overall.counts,
        later=sums.counts.get(Key("later"), {}).get("later", 0),
        periods=tuple(periods.values()),
        groups=figures["groups"],
        by_priority=figures["by_priority"],
        by_period=figures["by_period"],
        overall=overall,
        standards=tuple(_standards(sums, policy, periods)),
        allowances=allowance_years(
            [entry for entry in _entries(usage) if to_micros(entry.at) <= options.at_micros],
            policy,
            years=[own.year(at) for own in policies_of(policy)],
        ),
        pauses=tuple(_pauses(sums, policy)),
        worst=tuple(_worst(sums, policy, options)),
        breaches=_breaches(sums),
        calendars=tuple(_calendars(policy, options.measure)),
        years=_years(policy),
        availability=() if outages is None else tuple(_availability(outages, policy, options, periods)),
        shares=tuple(_shares(sums, policy, options)),
        outside=sums.counts.get(Key("outside"), {}).get("outside", 0),
        flows=tuple(_flows(sums, periods)),
        untargeted=tuple(_untargeted(policy, options.measure, figures["by_priority"])),
        spent=tuple(_spent(sums)),
        split=tuple(options.split),
        by_split=tuple(_split(sums)) if options.split else (),
        items="cycles" if _has_cycles(policy, options.measure) else "tickets",
        targets=tuple(_targets(policy, options.measure)),
    )


def _has_cycles(policy: Policy | PolicyBook, measure: Measure) -> bool:
    """Whether some policy judges every cycle of a measure by itself."""
    return any(own.has_measure(measure) and own.measure(measure).cycles == "each" for own in policies_of(policy))


def _worst(sums: Sums, policy: Policy | PolicyBook, options: ReportOptions) -> Iterator[Assessment]:
    """The assessments of the tickets, or of the cycles of theirs, that missed their target by most."""
    for ticket, cycle in sums.worst:
        a = assess(ticket, policy, at=options.at, measure=options.measure, known=options.known)
        yield a.of_cycle(cycle) if cycle else a


def _availability(
    outages: Sequence[Outage], policy: Policy | PolicyBook, options: ReportOptions, periods: Mapping[int, Period]
) -> Iterator[AvailabilityResult]:
    """The availability in the periods asked for by date or name; else in the report's, and where anything was down.

    Without any of these it is that of today's period.
    """
    asked = options.periods(policy)
    if asked is not None:
        yield from availability_periods(outages, policy, asked, options.at)
        return
    at = options.at_micros
    instants = [*periods]
    for outage in outages:
        if to_micros(outage.start) <= at:
            instants += [to_micros(outage.start), min(at, at if outage.end is None else to_micros(outage.end))]
    starts = np.array(sorted(instants or [at]), np.int64)
    length = options.length
    every = periods_over(starts, main_policy(policy), "year" if length == "period" else length)
    shown = [period for period in every if to_micros(period.end) > starts[0] and to_micros(period.start) <= starts[-1]]
    yield from availability_periods(outages, policy, shown, options.at)


def _entries(usage: Iterable[Usage]) -> Iterator[Usage]:
    """What was used, entry by entry; anything else is an error."""
    if not isinstance(usage, Iterable):
        raise PolicyError(f"the usage is a {type(usage).__name__}", "give a list of Usage objects", "usage")
    for number, entry in enumerate(usage):
        if not isinstance(entry, Usage):
            problem = f"item {number} of the usage is a {type(entry).__name__}"
            raise PolicyError(problem, "give Usage objects", "usage", value=entry)
        yield entry


def _periods(sums: Sums, policy: Policy | PolicyBook, options: ReportOptions) -> dict[int, Period]:
    """The periods from the first to the last that any ticket lies in, by their starts; or those that are asked for."""
    beside = ("done", "opened", "begun", "over")
    starts = [key.period for key in sums.counts if key.period is not None and key.subject not in beside]
    return _periods_of(starts, policy, options)


def _periods_of(instants: Sequence[int], policy: Policy | PolicyBook, options: ReportOptions) -> dict[int, Period]:
    """The periods from the first to the last of some that begin then, by their starts; or those that are asked for."""
    asked = options.periods(policy)
    if asked is not None:
        return {to_micros(period.start): period for period in asked}
    starts = np.array(instants, np.int64)
    if not len(starts):
        return {}
    periods = {
        to_micros(period.start): period
        for period in periods_over(starts, main_policy(policy), cast(PeriodLength, options.length))
    }
    return {start: period for start, period in periods.items() if starts.min() <= start <= starts.max()}


def _figures(sums: Sums, level: Level, periods: Mapping[int, Period]) -> Iterator[TicketFigures]:
    """The figures of tickets at one level, by period, kind and priority; what lies in no period comes last."""
    counts: dict[Key, Counter[str]] = defaultdict(Counter)
    reopened: Counter[Key] = Counter()
    for key, by_state in sums.counts.items():
        if key.subject == "ticket":
            counts[key.at(level)].update(by_state)
        elif key.subject == "first":
            reopened[key.at(level)] += by_state.get("reopened", 0)
    for key in sorted(counts, key=_order):
        period = None if key.period is None else periods[key.period]
        states: FrozenDict[State, int] = FrozenDict({state: counts[key][state] for state in STATES})
        spread, first = (sums.spreads[level].get(of) for of in (key, key._replace(subject="first")))
        again = reopened[key._replace(subject="first")]
        yield TicketFigures(key.kind, key.priority, period, states, spread, again, first or spread)


def _shares(sums: Sums, policy: Policy | PolicyBook, options: ReportOptions) -> Iterator[Shares]:
    """The share within target in three ways of counting, over all periods and then in each."""
    by_period: dict[int | None, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    everything: dict[str, Counter[str]] = defaultdict(Counter)
    for key, by_state in sums.counts.items():
        if key.subject in ("ticket", "done", "opened"):
            by_period[key.period][key.subject].update(by_state)
            everything[key.subject].update(by_state)
    periods = _periods_of([start for start in by_period if start is not None], policy, options)
    parts = [(None, everything), *((period, by_period[start]) for start, period in periods.items())]
    for period, of in parts if everything else ():
        decided, done, opened = of["ticket"], of["done"], of["opened"]
        yield Shares(
            period,
            met=decided["met"],
            decided=decided["met"] + decided["breached"],
            done_met=done["met"],
            done=done.total(),
            opened_met=opened["met"],
            opened=opened.total(),
        )


def _flows(sums: Sums, periods: Mapping[int, Period]) -> Iterator[PeriodFlow]:
    """What each period was carried forward with."""
    counts: dict[str, dict[int, int]] = {"begun": {}, "over": {}}
    for key, states in sums.counts.items():
        if key.subject in counts:
            counts[key.subject][NEVER if key.period is None else key.period] = sum(states.values())
    for start, period in periods.items():
        end = to_micros(period.end)
        (before, opened), (over, ended) = (
            (
                sum(count for at, count in own.items() if at < start or at == NEVER),
                sum(count for at, count in own.items() if start <= at < end and at != NEVER),
            )
            for own in (counts["begun"], counts["over"])
        )
        brought = before - over
        yield PeriodFlow(period, brought, opened, ended, brought + opened - ended)


def _untargeted(policy: Policy | PolicyBook, measure: Measure, groups: Iterable[TicketFigures]) -> Iterator[Untargeted]:
    """The kinds and priorities of items without a target for the measure, with the measures that have one."""
    promised = [promise for own in policies_of(policy) for promise in promises_of(own) if promise.measure != measure]
    for own in groups:
        if own.kind is not None and own.counts["no-target"]:
            others = (
                promise.measure
                for promise in promised
                if promise.kind == own.kind and promise.priority in (own.priority, None)
            )
            yield Untargeted(own.kind, own.priority, own.counts["no-target"], tuple(dict.fromkeys(others)))


def _spent(sums: Sums) -> Iterator[TimeFigures]:
    """Where the time went, of what met its target and of what missed it."""
    keys = [key for key in sums.counts if key.subject == "spent"]
    how_many: dict[str, int] = {"met": 0, "breached": 0}
    for key in keys:
        state, where, _ = key.name.split(" ", 2)
        how_many[state] += sum(sums.counts[key].values()) if where == "clock" else 0
    names = dict.fromkeys(tuple(key.name.split(" ", 2)[1:]) for key in keys)
    order = ["clock", "pause", "while"]
    for where, name in sorted(names, key=lambda own: (order.index(own[0]), own[1])):
        met, breached = (
            _time_spent(sums, Key("spent", f"{state} {where} {name}"), how_many[state]) for state in how_many
        )
        yield TimeFigures(cast(Literal["clock", "pause", "while"], where), name, met, breached)


def _time_spent(sums: Sums, key: Key, count: int) -> TimeSpent:
    total = timedelta(microseconds=sums.lengths.get(key, 0))
    tickets = sum(sums.counts.get(key, {}).values())
    return TimeSpent(tickets, total, total / count if count else timedelta(0), sums.spreads["overall"].get(key))


def _split(sums: Sums) -> Iterator[SplitFigures]:
    """The figures by the values that tickets are told apart by, those without a value last."""
    counts: dict[Key, Counter[str]] = defaultdict(Counter)
    for key, by_state in sums.counts.items():
        if key.subject == "ticket":
            counts[key.at("by_split")].update(by_state)
    by_values = {tuple(json.loads(key.split or "[]")): key for key in counts}
    for values in sorted(by_values, key=lambda values: [(value is None, value or "") for value in values]):
        key = by_values[values]
        states: FrozenDict[State, int] = FrozenDict({state: counts[key][state] for state in STATES})
        yield SplitFigures(values, TicketFigures(None, None, None, states, sums.spreads["by_split"].get(key)))


def _order(key: Key) -> tuple[bool, int, str, str]:
    return key.period is None, key.period or 0, key.kind or "", key.priority or ""


def _standards(sums: Sums, policy: Policy | PolicyBook, periods: Mapping[int, Period]) -> Iterator[StandardResult]:
    """Each standard over all items, and then period by period; one of several of a name only in those that it has."""
    standards = standards_of(policy)
    how_many = Counter(name for _, name in standards)
    waits = [key for key in sums.counts if key.subject == "wait"]
    for (number, name), standard in standards.items():
        own = name_within(policies_of(policy)[number], policy) if how_many[name] > 1 else ""
        by_period = {
            key.period: states
            for key, states in sums.counts.items()
            if (key.subject, key.policy, key.name) == ("standard", number, name)
        }
        everything: Counter[str] = Counter()
        for states in by_period.values():
            everything.update(states)
        parts: list[tuple[Period | None, Mapping[str, int]]] = [(None, everything)]
        shown = (start for start in periods if not own or start in by_period)
        parts += [(periods[start], by_period.get(start, {})) for start in shown]
        for period, states in parts:
            in_states = cast(Mapping[State | GivenUp, int], states)
            own_waits = [
                key
                for key in waits
                if (key.policy, key.name) == (number, name)
                and (period is None or key.period == to_micros(period.start))
            ]
            yield of_states(
                name,
                standard,
                period,
                in_states,
                policy=own,
                answered=sum(sum(sums.counts[key].values()) for key in own_waits),
                waited=sum(sums.lengths.get(key, 0) for key in own_waits),
            )


def _pauses(sums: Sums, policy: Policy | PolicyBook) -> Iterator[PauseFigures]:
    """The third-party clock: for how long each reason paused the tickets."""
    for reason in reasons_of(policy):
        key = Key("pause", reason)
        if key in sums.counts:
            tickets, total = sum(sums.counts[key].values()), timedelta(microseconds=sums.lengths[key])
            yield PauseFigures(reason, tickets, total, sums.spreads["overall"][key])


def _breaches(sums: Sums) -> tuple[tuple[int, ...], ...]:
    """Breaches by weekday and hour of the due time."""
    counts = sums.counts.get(Key("breach"), {})
    return tuple(tuple(counts.get(str(day * 24 + hour), 0) for hour in range(24)) for day in range(7))


def _years(policy: Policy | PolicyBook) -> tuple[YearsOf, ...]:
    """When the years of each policy begin, the last one's last; nothing where all begin together."""
    years = [
        YearsOf(name_within(own, policy), "{:02d}-{:02d}".format(*own.year_starts), own.calendar.zone.key)
        for own in policies_of(policy)
    ]
    return tuple(years) if len({(own.starts, own.timezone) for own in years}) > 1 else ()


def _targets(policy: Policy | PolicyBook, measure: Measure) -> Iterator[Promised]:
    """The targets of a measure, each with whose it is."""
    for own in policies_of(policy):
        for promise in promises_of(own):
            if promise.measure == measure:
                yield Promised(name_within(own, policy), promise.kind, promise.priority, promise.target)


def _calendars(policy: Policy | PolicyBook, measure: Measure) -> Iterator[CountedOn]:
    """On which calendar each target counts, where some policy has several; the wall clock counts on none."""
    policies = policies_of(policy)
    for own in policies if any(own.calendars for own in policies) else ():
        name_of_own = name_within(own, policy)
        for promise in promises_of(own):
            if promise.measure == measure and not promise.target.wall:
                yield CountedOn(name_of_own, promise.whose, promise.target, promise.calendar)
        for name, standard in own.standards.items():
            if standard.limit is not None and not standard.limit.wall:
                for calendar in calendars_of_standard(own, standard):
                    yield CountedOn(name_of_own, f"standard {name}", standard.limit, calendar)
