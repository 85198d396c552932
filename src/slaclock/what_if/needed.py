"""`needed`: the least target under which a share of past tickets would have been kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from slaclock.clock.targets import Target
from slaclock.columns.categories import Categories, combined
from slaclock.columns.least_targets import CLOCKS, clocks_and_steps
from slaclock.columns.piecewise import NEVER, Ints
from slaclock.columns.tickets import own_fields
from slaclock.errors import PolicyError, placed
from slaclock.formats.models import short_repr
from slaclock.policy.book import PolicyBook, PolicyLike, check_measure, given_policy, main_policy, name_of, policies_of
from slaclock.policy.measures import Measure
from slaclock.policy.policy import Policy
from slaclock.policy.promises import promises_of
from slaclock.policy.shares import Percent, percent_number, read_percent
from slaclock.reporting.sources import Assessments, TicketSource, source_of
from slaclock.reporting.standard_kinds import only_of_standards
from slaclock.temporal.instants import InstantLike, from_micros, instant_of, to_micros
from slaclock.tickets.least_targets import LeastClock, target_of
from slaclock.tickets.states import PENDING, STATES
from slaclock.tickets.tickets import Ticket

from .needed_figures import NeededTarget
from .needed_targets import NeededTargets

Share: TypeAlias = int | float | str | Decimal | Fraction
"""A share in percent, such as 80 or "99.5"."""
_MET, _BREACHED = STATES.index("met"), STATES.index("breached")
_PENDING = [STATES.index(state) for state in PENDING]


def needed(
    tickets: Iterable[Ticket] | Any,
    policy: PolicyLike,
    share: Share,
    *,
    at: InstantLike | None = None,
    measure: Measure = "resolve",
    pauses: Any = None,
    changes: Any = None,
    reopenings: Any = None,
    events: Any = None,
    columns: Mapping[str, str] | None = None,
    timezone: str | None = None,
    threads: int | None = None,
) -> NeededTargets:
    """The least target under which so many percent of past tickets would have been kept, by kind and priority.

    Each is counted as its target is: in service hours (told in whole seconds), by the wall clock, in service days
    (hundredths of a day), or in whole days where a day rule names a moment. Counted are the tickets that are decided as
    of `at`, or now: done, or still open and late, which count as never done. Where more are never done than the share
    allows there is no such target, and `target` is None. `tickets` are those of `report`, as are the side frames.

    Raises `PolicyError` for a share that is none and for a measure whose cycles end at the lines of a grid, and what
    `report` raises.

    >>> from slaclock import Policy
    >>> from datetime import timedelta
    >>> opened = datetime.fromisoformat("2018-04-09T08:00+01:00")
    >>> tickets = [
    ...     Ticket(id=f"T{n}", priority="P2", opened=opened, resolved=opened + timedelta(hours=hours))
    ...     for n, hours in enumerate([1, 2, 2, 3, 3, 4, 5, 5, 6, 9])]
    >>> [str(needed(tickets, Policy.example(), share, at="2018-04-10T08:00+01:00").target) for share in (80, 90, "95")]
    ['5 hours', '6 hours', '9 hours']
    """
    policy = given_policy(policy)
    check_measure(policy, measure)
    sides = {"pauses": pauses, "changes": changes, "reopenings": reopenings, "events": events}
    source = source_of(tickets, sides, own=own_fields(policy), columns=columns, timezone=timezone, threads=threads)
    return needed_of(source, policy, share, at=datetime.now(UTC) if at is None else instant_of(at), measure=measure)


def needed_of(
    source: TicketSource, policy: Policy | PolicyBook, share: Share, *, at: datetime, measure: Measure = "resolve"
) -> NeededTargets:
    """The least targets over the tickets of a source."""
    wanted = share_of(share)
    rules = [own.measure(measure) for own in policies_of(policy) if own.has_measure(measure)]
    if any(rule.next == "grid" and rule.cycles == "each" for rule in rules):
        raise PolicyError(
            f"the cycles of {measure} end at the lines of a grid, which the target itself draws",
            "ask of a measure without a grid",
            "measure",
            value=measure,
        )
    known = np.flatnonzero(source.opened <= to_micros(at))
    rows = known[~only_of_standards(policy, source.kind, source.policy_numbers(policy))[known]]
    items = source.assess(rows, policy, to_micros(at), measure, least=True)
    groups = [*_groups(items)]
    return NeededTargets(
        name=name_of(policy),
        at=from_micros(to_micros(at), main_policy(policy).calendar.zone),
        measure=measure,
        items="cycles" if any(rule.cycles == "each" for rule in rules) else "tickets",
        wanted=Fraction(wanted),
        by_priority=tuple(_needed(group, policy, measure, wanted) for group in groups),
        overall=tuple(_needed(group, policy, measure, wanted) for group in _by_clock(groups)),
        apart=len(items.row) - sum(len(group.steps) + group.never + group.pending for group in groups),
        later=source.count - len(known),
    )


def share_of(share: Share) -> Percent:
    """A share in percent, exact: at least one percent, and at most 100."""
    with placed("share"):
        wanted = read_percent(share.strip().removesuffix("%").strip() if isinstance(share, str) else share)
        if wanted < 1:
            remedy = f"give percent, such as {percent_number(wanted * 100)}" if wanted else "give percent, such as 80"
            raise PolicyError(f"{short_repr(share)} is less than one percent", remedy, value=share)
    return wanted


class _Group(NamedTuple):
    """Items whose targets count on one clock: the steps of the done ones in order, how many are never, and pending."""

    kinds: frozenset[tuple[str | None, str | None]]
    clock: LeastClock
    steps: Ints
    met: int
    never: int
    pending: int


def _groups(items: Assessments) -> Iterator[_Group]:
    """The items by kind, priority and clock, in their order."""
    assert items.least_target is not None  # it was asked for
    clock, steps = clocks_and_steps(items.least_target)
    decided = np.isin(items.state, [_MET, _BREACHED])
    rows = np.flatnonzero((clock >= 0) & (decided | np.isin(items.state, _PENDING)))
    columns = [items.kind.take(rows), items.priority.take(rows), Categories(clock[rows], CLOCKS)]
    codes, cases = combined(columns)
    by_case = {case: rows[codes == number] for number, case in enumerate(cases)}
    for kind, priority, name in sorted(by_case, key=lambda case: tuple(word or "" for word in case)):
        own = by_case[kind, priority, name]
        done = np.sort(steps[own[decided[own] & (steps[own] != NEVER)]])
        met = int(np.count_nonzero(items.state[own] == _MET))
        all_decided = int(np.count_nonzero(decided[own]))
        never, pending = all_decided - len(done), len(own) - all_decided
        number = CLOCKS.index(name)
        yield _Group(frozenset({(kind, priority)}), CLOCKS[number], done, met, never, pending)


def _by_clock(groups: Iterable[_Group]) -> Iterator[_Group]:
    """All items whose targets count on one clock."""
    by_clock: dict[LeastClock, list[_Group]] = {}
    for group in groups:
        by_clock.setdefault(group.clock, []).append(group)
    for clock, own in by_clock.items():
        kinds = frozenset(kind for group in own for kind in group.kinds)
        steps = np.sort(np.concatenate([group.steps for group in own]))
        yield _Group(
            kinds,
            clock,
            steps,
            sum(group.met for group in own),
            sum(group.never for group in own),
            sum(group.pending for group in own),
        )


def _needed(group: _Group, policy: Policy | PolicyBook, measure: Measure, wanted: Percent) -> NeededTarget:
    targets = _targets_of(group, policy, measure)
    decided = len(group.steps) + group.never
    kept = ceil(Fraction(wanted) * decided / 100)
    target = None
    if decided and kept <= len(group.steps):
        strict = bool(targets) and all(own.strict for own in targets)
        target = target_of(group.clock, int(group.steps[kept - 1]), strict=strict)
    one = next(iter(group.kinds)) if len(group.kinds) == 1 else (None, None)
    return NeededTarget(*one, group.clock, targets, group.met, decided, group.never, group.pending, target)


def _targets_of(group: _Group, policy: Policy | PolicyBook, measure: Measure) -> tuple[Target, ...]:
    """The targets that the policies have for the kinds and priorities of a group, in their order."""
    kinds = {kind for kind, _ in group.kinds}
    counts = {"hours": ("time", False), "wall": ("time", True)}.get(group.clock, ("days", False))
    return tuple(
        dict.fromkeys(
            promise.target
            for own in policies_of(policy)
            for promise in promises_of(own)
            if promise.measure == measure
            and (promise.target.unit, promise.target.wall) == counts
            and (
                (promise.kind, promise.priority) in group.kinds or (promise.priority is None and promise.kind in kinds)
            )
        )
    )
