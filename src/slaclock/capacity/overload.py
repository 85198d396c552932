"""`overload`: how many of the open tickets must be late with so many hands, whoever does what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from slaclock.formats.extras import needs_extra

with needs_extra("columns"):
    import numpy as np

from slaclock.calendar.base import Calendar
from slaclock.columns.piecewise import NEVER
from slaclock.columns.tickets import own_fields
from slaclock.errors import PolicyError, SlaClockError
from slaclock.formats.models import short_repr
from slaclock.policy.attributes import FIELDS
from slaclock.policy.book import PolicyBook, PolicyLike, check_measure, given_policy, main_policy
from slaclock.policy.measures import Measure
from slaclock.policy.policy import Policy
from slaclock.reporting.sources import Assessments, TicketSource, source_of
from slaclock.reporting.standard_kinds import only_of_standards
from slaclock.temporal.instants import InstantLike, from_micros, instant_of, to_micros
from slaclock.tickets.states import STATES
from slaclock.tickets.tickets import Ticket

from .certificate import Apart, certificate, checked_hands
from .figures import Job
from .overloads import Overload
from .work import Work, WorkLike

_RUNNING, _BREACHED, _PAUSED = (STATES.index(state) for state in ("running", "breached", "paused"))


def overload(
    tickets: Iterable[Ticket] | Any,
    policy: PolicyLike,
    *,
    work: WorkLike | None = None,
    hands: int = 1,
    at: InstantLike | None = None,
    measure: Measure = "resolve",
    calendar: Calendar | str | None = None,
    work_from: str | None = None,
    pauses: Any = None,
    changes: Any = None,
    reopenings: Any = None,
    events: Any = None,
    columns: Mapping[str, str] | None = None,
    timezone: str | None = None,
    threads: int | None = None,
) -> Overload:
    """How many of the open tickets must be late with so many `hands` from `at`, or now, on, whoever does what.

    `work` is how much each is, in service time: a length for all, or by priority; `work_from` names an attribute, or a
    column, in which a ticket may say its own. All hands work while `calendar` is open, which is one of the policy's by
    its name, or the main one. Nothing that is open was begun; nobody works on two items at once, nor two people on one.

    `least` is proven: in whatever order and by whomever things are done, were work even handed from one to another at
    any moment, at least so many are late. With one person it is exact; with more it is a lower bound, and `enough` says
    how many are late by a plan in which all keep what they began. What is late already, what waits without a due date
    and what is done or promised nothing is counted apart. `tickets` are those of `report`, as are the side frames.

    Raises `PolicyError` for a number of hands below one, for work that nothing says and a calendar that is not known,
    `TargetError` for work that is no length of time, and what `report` raises.

    >>> from slaclock import Policy
    >>> opened = ["2018-04-06T10:00+01:00", "2018-04-06T10:15+01:00"]    # due at 16:00 and at 16:15
    >>> tickets = [Ticket(id=f"T{n}", priority="P2", opened=at) for n, at in enumerate(opened, 1)]
    >>> overload(tickets, Policy.example(), at="2018-04-06T15:00+01:00", work={"P2": "45 minutes"})
    <Overload of 2 items, 1 person: exactly 1 must be late>
    """
    own = given_policy(policy)
    check_measure(own, measure)
    sides = {"pauses": pauses, "changes": changes, "reopenings": reopenings, "events": events}
    amount = Work.of(work, work_from)
    fields = (*own_fields(own), *attribute_of(amount))
    source = source_of(tickets, sides, own=fields, columns=columns, timezone=timezone, threads=threads)
    now = datetime.now(UTC) if at is None else instant_of(at)
    return overload_of(source, own, amount, at=now, measure=measure, hands=hands, calendar=calendar)


def attribute_of(work: Work) -> tuple[str, ...]:
    """The attribute in which tickets say their own work, where there is one beside the fields that all have."""
    return () if work.attribute is None or work.attribute in FIELDS else (work.attribute,)


def overload_of(
    source: TicketSource,
    policy: Policy | PolicyBook,
    work: Work,
    *,
    at: datetime,
    measure: Measure = "resolve",
    hands: int = 1,
    calendar: Calendar | str | None = None,
) -> Overload:
    """How many of the open tickets of a source must be late."""
    hours = _calendar(policy, calendar)
    checked_hands(hands)
    try:
        source.check_attributes(attribute_of(work))
    except SlaClockError as error:  # which speaks of telling tickets apart
        problem = f"no ticket has {short_repr(work.attribute)}, which is to say how much work it is"
        raise PolicyError(problem, error.remedy, "work_from", value=work.attribute) from None
    known = np.flatnonzero(source.opened <= to_micros(at))
    rows = known[~only_of_standards(policy, source.kind, source.policy_numbers(policy))[known]]
    items = source.assess(rows, policy, to_micros(at), measure)
    is_open = items.done == NEVER
    running = is_open & (items.state == _RUNNING)
    apart = Apart(
        overdue=int(np.count_nonzero(is_open & (items.state == _BREACHED))),
        paused=int(np.count_nonzero(items.state == _PAUSED)),
        later=source.count - len(known),
    )
    jobs = [*_jobs(source, items.of(running), work, at, hours.zone)]
    apart = apart._replace(left_out=len(items.row) - len(jobs) - apart.overdue - apart.paused)
    return certificate(jobs, at=at, calendar=hours, hands=hands, apart=apart)


def _jobs(source: TicketSource, items: Assessments, work: Work, at: datetime, zone: ZoneInfo) -> Iterator[Job]:
    """The running items with their due dates and their work."""
    own = None
    if work.attribute is not None:
        own = source.values(items.row, work.attribute, np.full(len(items.row), to_micros(at)))
    ids = source.ids(items.row)
    for number, name in enumerate(ids):
        priority = items.priority.of(number)
        try:
            length = work.of_ticket(None if own is None else own.of(number), priority)
        except SlaClockError as error:
            raise error.within(f"ticket {name}") from None
        due = from_micros(int(items.due[number]), zone)
        yield Job(id=name, due=due, work=length, strict=bool(items.is_strict[number]))


def _calendar(policy: Policy | PolicyBook, calendar: Calendar | str | None) -> Calendar:
    """The calendar by which all hands work."""
    if isinstance(calendar, Calendar):
        return calendar
    first = main_policy(policy)
    if calendar is None:
        return first.calendar
    if isinstance(calendar, str):
        try:
            return first.calendar_named(calendar)
        except SlaClockError as error:
            raise error.within("calendar") from None
    raise PolicyError("the calendar is neither one nor the name of one", "give either", "calendar", value=calendar)
