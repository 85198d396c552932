"""What falls due within some service time from now, over all measures of a policy and their cycles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Self, TypeAlias

from slaclock.clock.budgets import budget_from
from slaclock.clock.targets import Target
from slaclock.errors import ModelError, NoWorkingTimeError, OutOfRangeError, SlaClockError, TargetError, placed
from slaclock.formats.cells import cell, paragraph, table_html
from slaclock.formats.models import Instant, JsonValue, short_repr
from slaclock.formats.tables import instant_text
from slaclock.policy.book import PolicyBook, PolicyLike, given_policy
from slaclock.policy.measures import Measure
from slaclock.policy.policy import Policy
from slaclock.temporal.durations import format_duration
from slaclock.temporal.instants import DAY, LAST_INSTANT, InstantLike, from_micros, instant_of, to_micros

from .answers import due_now
from .assessment import Assessment, assess, question_of
from .chosen import policy_for
from .in_force import TargetInForce
from .tickets import Ticket
from .verdicts import verdict_of

Within: TypeAlias = Target | timedelta | str
"""A length of service time, such as `4 hours`."""


@dataclass(frozen=True, slots=True, eq=False)
class DueItem(JsonValue):
    """A measure of a ticket that falls due, with the number of its cycle.

    `due` is the due date; of one that is paused that which it would have if the pause ended now. `remaining` is the
    open time until then, negative once it is overdue.

    >>> import slaclock as sc
    >>> ticket = sc.Ticket(id="T1", priority="P1", opened="2018-04-06T15:00+01:00")
    >>> [item] = sc.due_within([ticket], sc.Policy.example(), at="2018-04-06T15:00+01:00", within="4 hours").due
    >>> item.ticket, item.measure, str(item.due), str(item.remaining)
    ('T1', 'resolve', '2018-04-09 08:30:00+01:00', '2:00:00')
    """

    ticket: str
    measure: Measure
    cycle: int
    priority: str | None
    due: Instant
    remaining: timedelta


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class DueWithin(JsonValue):
    """What falls `due` within some service time after `at`, each list in order of the due dates; made by `due_within`.

    `overdue` is what is breached and not done yet; `paused` what waits, and would fall due within the time if its pause
    ended now.

    >>> import slaclock as sc
    >>> ticket = sc.Ticket(id="T1", priority="P1", opened="2018-04-05T09:00+01:00")
    >>> soon = sc.due_within([ticket], sc.Policy.example(), at="2018-04-06T15:00+01:00", within="4 hours")
    >>> len(soon.due), [item.ticket for item in soon.overdue], len(soon.paused)
    (0, ['T1'], 0)
    """

    at: Instant
    within: Target
    due: tuple[DueItem, ...] = ()
    overdue: tuple[DueItem, ...] = ()
    paused: tuple[DueItem, ...] = ()

    @classmethod
    def joined(cls, at: Instant, within: Target, parts: Iterable[DueWithin]) -> Self:
        """What falls due of several lists of tickets, each by itself."""
        every = tuple(parts)
        return cls(
            at,
            within,
            _in_order(item for part in every for item in part.due),
            _in_order(item for part in every for item in part.overdue),
            _in_order(item for part in every for item in part.paused),
        )

    def _repr_html_(self) -> str:
        header = ("ticket", "measure", "cycle", "priority", "due", "remaining")
        parts = {"Overdue": self.overdue, f"Due within {self.within}": self.due, "Due once a pause ends": self.paused}
        tables = [
            table_html(header, list(map(_row, items)), frozenset({len(header) - 1}), title)
            for title, items in parts.items()
            if items
        ]
        return cell(*(tables or [paragraph(f"Nothing falls due within {self.within}", "lead")]))

    def __repr__(self) -> str:
        counts = f"{len(self.due)} due, {len(self.overdue)} overdue, {len(self.paused)} paused"
        return f"<DueWithin {self.within} of {self.at.isoformat()}: {counts}>"


def _row(item: DueItem) -> tuple[str, ...]:
    cycle, left = str(item.cycle), format_duration(item.remaining)
    return item.ticket, item.measure, cycle, item.priority or "-", instant_text(item.due), left


def due_within(
    tickets: Iterable[Ticket],
    policy: PolicyLike,
    *,
    at: InstantLike,
    within: Within = "4 hours",
) -> DueWithin:
    """What falls due within so much service time from `at` on, each by its own target's clock.

    Every measure is asked for which the ticket's policy sets a target, or for which one was agreed, and of one with
    many cycles the cycle that runs. Four hours from a Friday 15:00 on are over on the Monday at 10:30, by the hours
    of the packaged example; by the wall clock of a wall target they are over at 19:00. Tickets that opened after
    `at` are left out.

    Raises what `assess` raises, with the ticket's place, and `TargetError` for what is no length of time.

    >>> tickets = [Ticket(id=f"T{n}", priority=f"P{n}", opened="2018-04-06T15:00+01:00") for n in (1, 2)]
    >>> soon = due_within(tickets, Policy.example(), at="2018-04-06T15:00+01:00", within="4 hours")
    >>> soon
    <DueWithin 4 hours of 2018-04-06T15:00:00+01:00: 1 due, 0 overdue, 0 paused>
    >>> [(item.ticket, item.measure, str(item.due)) for item in soon.due]
    [('T1', 'resolve', '2018-04-09 08:30:00+01:00')]
    """
    if isinstance(tickets, (Ticket, str)) or not isinstance(tickets, Iterable):
        raise ModelError(
            f"{short_repr(tickets)} is not a list of tickets", "give one, such as [ticket]", "tickets", value=tickets
        )
    policy = given_policy(policy)
    now, length = instant_of(at), length_of(within)
    items: dict[str, list[DueItem]] = {"due": [], "overdue": [], "paused": []}
    for row, ticket in enumerate(tickets):
        if not isinstance(ticket, Ticket):
            problem = f"{short_repr(ticket)} is not a ticket"
            raise ModelError(problem, "give a Ticket", ("tickets", row), value=ticket)
        if to_micros(ticket.opened) > to_micros(now):
            continue
        for measure in _measures(ticket, policy):
            try:
                a = assess(ticket, policy, at=now, measure=measure)
                for name, item in _items(a, length):
                    items[name].append(item)
            except SlaClockError as error:
                raise error.within(f"ticket {ticket.id}") from None
    return DueWithin(now, length, **{name: _in_order(own) for name, own in items.items()})


def _in_order(items: Iterable[DueItem]) -> tuple[DueItem, ...]:
    return tuple(sorted(items, key=lambda item: (to_micros(item.due), item.ticket, item.measure)))


def length_of(within: Within) -> Target:
    """So much time, on the clock of each target; `TargetError` for a window, a bound, a moment, or the wall clock."""
    with placed("within"):
        length = Target.of(within)
        if length.strict or length.low is not None or length.by is not None or length.wall:
            raise TargetError(
                f"{str(length)!r} has more than a length, which is counted on each target's own clock",
                "give a length, such as '4 hours' or '1 day'",
                value=within,
            )
    return length


def _measures(ticket: Ticket, policy: Policy | PolicyBook) -> Iterator[Measure]:
    """The measures that are set for the ticket's policy, or agreed for the ticket."""
    own = policy_for(ticket, policy)
    if own is not None:
        yield from dict.fromkeys((*own.measures_set, *ticket.agreed))


def _items(a: Assessment, length: Target) -> Iterator[tuple[str, DueItem]]:
    """Whether a measure is overdue, falls due within the time, or would if its pause ended now; nothing if neither."""
    if a.state not in ("running", "paused", "breached") or a.done is not None:
        return
    now, verdict = to_micros(a.at), verdict_of(question_of(a), a.at)
    judged = verdict.judged
    assert judged is not None  # by which it is in this state
    due = due_now(judged, now)
    assert a.remaining is not None
    assert a.cycle is not None  # that runs
    item = DueItem(a.ticket_id, a.measure, a.cycle, a.priority, from_micros(due, a.policy.calendar.zone), a.remaining)
    if a.state == "breached":
        yield "overdue", item
    elif due <= _until(judged, now, length):
        yield "due" if judged.due is not None else "paused", item


def _until(judged: TargetInForce, now: int, length: Target) -> int:
    """Where so much of a target's own clock has passed from now on; the end of time where there is not so much."""
    if judged.target.wall:
        amount = length.high if length.unit == "time" else length.high * DAY
        length = Target(int(amount), wall=True)
    try:
        due = budget_from(judged.terms.calendar, length, now, length.high).due()
    except (NoWorkingTimeError, OutOfRangeError):
        return LAST_INSTANT
    assert due is not None  # nothing is paused
    return due
