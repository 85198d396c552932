"""`compare`: what a new policy makes of past tickets, beside what the old one did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, get_args
from zoneinfo import ZoneInfo

import numpy as np

from slaclock.columns.categories import Categories, combined
from slaclock.columns.periods import number_in, periods_over
from slaclock.columns.piecewise import NEVER, Bools, Ints
from slaclock.columns.tickets import own_fields
from slaclock.errors import PolicyError
from slaclock.formats.mappings import FrozenDict, FrozenMapping
from slaclock.policy.book import PolicyBook, PolicyLike, check_measure, given_policy, main_policy, name_of, policies_of
from slaclock.policy.measures import Measure
from slaclock.policy.periods import Period
from slaclock.policy.policy import Policy
from slaclock.policy.subscription_years import PeriodLength
from slaclock.reporting.sources import Assessments, TicketSource, source_of
from slaclock.reporting.standard_kinds import only_of_standards
from slaclock.temporal.instants import InstantLike, from_micros, instant_of, to_micros
from slaclock.tickets.assessment import Assessment, assess
from slaclock.tickets.ledger_differences import sentences_of
from slaclock.tickets.states import OUTSIDE, STATES, State
from slaclock.tickets.tickets import Ticket

from .comparison import Comparison
from .comparison_figures import ChangedItem, ComparedFigures, Flip

EXPLAINED = 200
"""Of so many changed items it is sought where their ledgers part."""
_NONE = len(STATES)
_BREACHED = STATES.index("breached")


def compare(
    old: PolicyLike,
    new: PolicyLike,
    tickets: Iterable[Ticket] | Any,
    *,
    at: InstantLike,
    measure: Measure = "resolve",
    period: PeriodLength = "year",
    pauses: Any = None,
    changes: Any = None,
    reopenings: Any = None,
    events: Any = None,
    columns: Mapping[str, str] | None = None,
    timezone: str | None = None,
    threads: int | None = None,
) -> Comparison:
    """What a new policy or book makes of past tickets as of `at`, beside what the old one did.

    It says which tickets change their state, and which have another due date though their state is the same; both due
    dates; for the first 200 where the two ledgers part; and how many of each by kind, priority and `period`, the
    subscription year, quarter or month of the old policy in which they opened. `tickets` are `Ticket` objects, or a
    frame with its side frames, as `report` takes them.

    Raises what `report` raises under either policy, with the ticket's id or its row.

    >>> from slaclock import Policy, Ticket
    >>> old = Policy.example()
    >>> shut = old.calendar.model_copy(update={"special": {"2018-04-10": []}})
    >>> tickets = [Ticket(id="T1", priority="P2", opened="2018-04-09T14:00+01:00", resolved="2018-04-09T16:00+01:00")]
    >>> made = compare(old, old.model_copy(update={"calendar": shut}), tickets, at="2018-04-12T09:00+01:00")
    >>> made
    <Comparison of 1 ticket as of 2018-04-12T09:00:00+01:00: 0 flips, 1 due date moved>
    >>> print(made.changed[0].old_due, made.changed[0].new_due)
    2018-04-10 11:00:00+01:00 2018-04-11 11:00:00+01:00
    """
    old, new = given_policy(old), given_policy(new)
    for policy in (old, new):
        check_measure(policy, measure)
    sides = {"pauses": pauses, "changes": changes, "reopenings": reopenings, "events": events}
    own = tuple(dict.fromkeys((*own_fields(old), *own_fields(new))))
    source = source_of(tickets, sides, own=own, columns=columns, timezone=timezone, threads=threads)
    before, after = (TicketsUnder(source, policy, at=instant_of(at), measure=measure) for policy in (old, new))
    return comparison_of(before, after, period)


def comparison_of(old: TicketsUnder, new: TicketsUnder, period: PeriodLength = "year") -> Comparison:
    """The comparison of tickets under two policies; of two sources, one of an id is the same ticket."""
    if period not in get_args(PeriodLength):
        raise PolicyError(f"{period!r} is no length of a period", "use year, quarter or month", value=period)
    pairs = _paired(old, new)
    main, at, measure = main_policy(old.policy), old.at, old.measure
    periods = periods_over(pairs.opened, main, period)
    number = number_in(periods, pairs.opened)
    figures = [*_figures(pairs, number, periods)]
    groups = {names: tuple(_summed(figures, names)) for names in (("kind", "priority"), ("period",), _ALL, ())}
    has_cycles = any(
        own.has_measure(measure) and own.measure(measure).cycles == "each"
        for side in (old, new)
        for own in policies_of(side.policy)
    )
    flips = Counter({(own.old, own.new): 0 for own in figures})
    for own in figures:
        flips[own.old, own.new] += own.items
    return Comparison(
        old=name_of(old.policy),
        new=name_of(new.policy),
        at=from_micros(to_micros(at), main.calendar.zone),
        measure=measure,
        items="cycles" if has_cycles else "tickets",
        period=period,
        overall=groups[()][0] if groups[()] else _compared((None, None, None), ()),
        flips=tuple(
            Flip(_state(one), _state(other), count) for (one, other), count in sorted(flips.items()) if one != other
        ),
        by_priority=groups["kind", "priority"],
        by_period=groups["period",],
        groups=groups[_ALL],
        changed=tuple(_changed(pairs, (old, new), number, periods, main.calendar.zone)),
        later=old.later,
    )


class TicketsUnder:
    """Tickets as one policy judges them, as of an instant; which opened later are not among them."""

    def __init__(self, source: TicketSource, policy: Policy | PolicyBook, *, at: datetime, measure: Measure) -> None:
        self.source, self.policy, self.at, self.measure = source, policy, at, measure
        known = np.flatnonzero(source.opened <= to_micros(at))
        self.later = source.count - len(known)
        self.rows = known[~only_of_standards(policy, source.kind, source.policy_numbers(policy))[known]]
        self.items: Assessments = source.assess(self.rows, policy, to_micros(at), measure)

    def assessment(self, item: int) -> Assessment:
        """The assessment of one item."""
        ticket = self.source.ticket(int(self.items.row[item]))
        a = assess(ticket, self.policy, at=self.at, measure=self.measure)
        cycle = int(self.items.cycle[item])
        return a.of_cycle(cycle) if cycle else a


class _Pairs(NamedTuple):
    """Items under both policies, in the order of the tickets: the number of each on either side, -1 where it is not."""

    one: Ints
    other: Ints
    cycle: Ints
    opened: Ints
    old_state: Ints
    new_state: Ints
    old_due: Ints
    new_due: Ints
    kind: Categories
    priority: Categories

    @property
    def moved(self) -> Bools:
        """Which have another due date."""
        return np.not_equal(self.old_due, self.new_due)

    @property
    def flips(self) -> Bools:
        """Which have another state."""
        return np.not_equal(self.old_state, self.new_state)


def _paired(old: TicketsUnder, new: TicketsUnder) -> _Pairs:
    """The items of both sides; a ticket is the same by its row in one source, by its id in two."""
    row = new.items.row
    if old.source is not new.source:
        ids = {name: number for number, name in enumerate(old.source.ids(np.arange(old.source.count)))}
        names = new.source.ids(np.arange(new.source.count))
        numbers = np.array([ids.get(name, len(ids) + at) for at, name in enumerate(names)], np.int64)
        row = numbers[row]
    cycles = 1 + max(old.items.cycle.max(initial=0), new.items.cycle.max(initial=0))
    keys = old.items.row * cycles + old.items.cycle, row * cycles + new.items.cycle
    both: Ints = np.unique(np.concatenate(keys))
    one, other = (_places(both, own) for own in keys)
    last = one < 0

    def chosen(name: str) -> Ints:
        """What the old side says of an item, or else the new one."""
        return np.where(last, _at(getattr(new.items, name), other), _at(getattr(old.items, name), one))

    return _Pairs(
        one,
        other,
        chosen("cycle"),
        chosen("opened"),
        _at(old.items.state.astype(np.int64), one, _NONE),
        _at(new.items.state.astype(np.int64), other, _NONE),
        _at(old.items.due, one),
        _at(new.items.due, other),
        _either(old.items.kind, one, new.items.kind, other),
        _either(old.items.priority, one, new.items.priority, other),
    )


def _places(both: Ints, own: Ints) -> Ints:
    """Where each of the keys stands among one side's own, -1 where it does not."""
    order = np.argsort(own, kind="stable")
    place = np.searchsorted(own[order], both)
    place = np.minimum(place, max(len(own) - 1, 0))
    if not len(own):
        return np.full(len(both), -1)
    return np.where(own[order][place] == both, order[place], -1)


def _at(values: Ints, places: Ints, missing: int = NEVER) -> Ints:
    """The values at some places, what is missing at the place -1."""
    return np.append(values, missing)[places]


def _either(one: Categories, places: Ints, other: Categories, others: Ints) -> Categories:
    """The words of one side, or where it has no item those of the other."""
    names = tuple(dict.fromkeys((*one.names, *other.names)))
    codes, other_codes = (
        np.array([*(names.index(name) for name in column.names), -1], np.int64)[_at(column.codes, own, -1)]
        for column, own in ((one, places), (other, others))
    )
    return Categories(np.where(places < 0, other_codes, codes), names)


class _Alike(NamedTuple):
    """How many items are alike in all that is counted."""

    kind: str | None
    priority: str | None
    period: Period | None
    old: int
    new: int
    moved: bool
    items: int


_ALL = ("kind", "priority", "period")


def _figures(pairs: _Pairs, number: Ints, periods: Sequence[Period]) -> Iterator[_Alike]:
    numbers = tuple(map(str, range(max(len(periods), _NONE + 1))))
    columns = [pairs.kind, pairs.priority]
    own = (number, pairs.old_state, pairs.new_state, pairs.moved.astype(np.int64))
    columns += [Categories(column, numbers) for column in own]
    codes, cases = combined(columns)
    for case, count in zip(cases, np.bincount(codes, minlength=len(cases)).tolist(), strict=True):
        kind, priority, period, old, new, moved = case
        assert old is not None
        assert new is not None
        own_period = None if period is None else periods[int(period)]
        yield _Alike(kind, priority, own_period, int(old), int(new), moved == "1", count)


def _summed(figures: Iterable[_Alike], names: tuple[str, ...]) -> Iterator[ComparedFigures]:
    """The figures of what is told apart by some of period, kind and priority, in their order."""
    parts: dict[tuple[str | None, str | None, Period | None], list[_Alike]] = {}
    for own in figures:
        kind, priority, period = (getattr(own, name) if name in names else None for name in _ALL)
        key = kind, priority, period
        parts.setdefault(key, []).append(own)

    def order(key: tuple[str | None, str | None, Period | None]) -> tuple[Any, ...]:
        kind, priority, period = key
        return (0 if period is None else period.first_day.toordinal(), kind or "", priority or "")

    yield from (_compared(key, parts[key]) for key in sorted(parts, key=order))


def _compared(key: tuple[str | None, str | None, Period | None], parts: Iterable[_Alike]) -> ComparedFigures:
    old: Counter[int] = Counter()
    new: Counter[int] = Counter()
    items = flips = moved = 0
    for own in parts:
        old[own.old] += own.items
        new[own.new] += own.items
        items += own.items
        flips += own.items * (own.old != own.new)
        moved += own.items * own.moved
    return ComparedFigures(*key, items, _counts(old), _counts(new), flips, moved)


def _counts(by_code: Counter[int]) -> FrozenMapping[State, int]:
    counts: FrozenDict[State, int] = FrozenDict({state: by_code[code] for code, state in enumerate(STATES)})
    return counts


def _changed(
    pairs: _Pairs, sides: tuple[TicketsUnder, TicketsUnder], number: Ints, periods: Sequence[Period], zone: ZoneInfo
) -> Iterator[ChangedItem]:
    """The items that change, those that flip first."""
    late, was_late = pairs.new_state == _BREACHED, pairs.old_state == _BREACHED
    rank = np.select([~pairs.flips, late, was_late], [3, 0, 1], 2)
    chosen = np.flatnonzero(pairs.flips | pairs.moved)
    chosen = chosen[np.argsort(rank[chosen], kind="stable")]
    one, other = sides
    ids = np.full(len(chosen), "", object)
    for side, places in ((other, pairs.other[chosen]), (one, pairs.one[chosen])):
        has = places >= 0
        ids[has] = side.source.ids(side.items.row[places[has]])
    for place, item in enumerate(chosen.tolist()):
        stretches = ("", "")
        if place < EXPLAINED and pairs.one[item] >= 0 and pairs.other[item] >= 0:
            stretches = _stretches(one.assessment(int(pairs.one[item])), other.assessment(int(pairs.other[item])), zone)
        yield ChangedItem(
            ids[place],
            int(pairs.cycle[item]) or None,
            pairs.kind.of(item),
            pairs.priority.of(item),
            None if number[item] < 0 else periods[int(number[item])].label,
            from_micros(int(pairs.opened[item]), zone),
            _state(int(pairs.old_state[item])),
            _state(int(pairs.new_state[item])),
            _instant(int(pairs.old_due[item]), zone),
            _instant(int(pairs.new_due[item]), zone),
            *stretches,
        )


def _instant(at: int, zone: ZoneInfo) -> datetime | None:
    return None if at == NEVER else from_micros(at, zone)


def _stretches(old: Assessment, new: Assessment, zone: ZoneInfo) -> tuple[str, str]:
    """Where the ledgers of an item part, in words; nothing where one of them has no target to judge by."""
    if old.state in OUTSIDE or new.state in OUTSIDE:
        return "", ""
    return sentences_of(old.explain(), new.explain(), zone)


def _state(code: int) -> State | None:
    return None if code == _NONE else STATES[code]
