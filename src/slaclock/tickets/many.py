"""Many tickets assessed one by one, each with its answer or its error."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, get_args, overload

from slaclock.errors import ModelError, NotYetOpenedError, SlaClockError
from slaclock.formats.models import short_repr
from slaclock.policy.book import PolicyLike, check_measure, given_policy
from slaclock.policy.measures import Measure
from slaclock.temporal.instants import InstantLike, instant_of

from .assessment import Assessment, assess
from .knowledge import KnownLike
from .tickets import Ticket

Errors = Literal["raise", "return"]


@overload
def assess_many(
    tickets: Iterable[Ticket],
    policy: PolicyLike,
    *,
    at: InstantLike,
    measure: Measure = ...,
    known: KnownLike | None = ...,
    errors: Literal["raise"] = ...,
) -> Iterator[Assessment]: ...


@overload
def assess_many(
    tickets: Iterable[Ticket],
    policy: PolicyLike,
    *,
    at: InstantLike,
    measure: Measure = ...,
    known: KnownLike | None = ...,
    errors: Errors,
) -> Iterator[Assessment | SlaClockError]: ...


def assess_many(
    tickets: Iterable[Ticket],
    policy: PolicyLike,
    *,
    at: InstantLike,
    measure: Measure = "resolve",
    known: KnownLike | None = None,
    errors: Errors = "raise",
) -> Iterator[Assessment | SlaClockError]:
    """The assessments of tickets, one by one and in their order, as `assess` makes them.

    With `errors="return"` the error of a ticket that cannot be assessed comes in its place, with its number as `row`;
    otherwise it is raised. Either names the ticket.

    >>> from slaclock import Policy, Ticket
    >>> tickets = [Ticket(id=f"T{n}", priority=f"P{n}", opened="2018-04-09T10:00+01:00") for n in (4, 9)]
    >>> from datetime import datetime
    >>> now = datetime.fromisoformat("2018-04-10T09:30+01:00")
    >>> [getattr(x, "state", None) or x.code for x in assess_many(tickets, Policy.example(), at=now, errors="return")]
    ['running', 'unknown-priority']
    """
    if errors not in get_args(Errors):
        raise ModelError(f"errors={errors!r} is not known", "use 'raise' or 'return'", "errors", value=errors)
    if isinstance(tickets, (Ticket, str)) or not isinstance(tickets, Iterable):
        raise ModelError(
            f"{short_repr(tickets)} is not a list of tickets", "give one, such as [ticket]", "tickets", value=tickets
        )
    policy = given_policy(policy)
    check_measure(policy, measure)
    instant = instant_of(at)

    def assessments() -> Iterator[Assessment | SlaClockError]:
        for row, ticket in enumerate(tickets):
            try:
                yield assess(ticket, policy, at=instant, measure=measure, known=known)
            except SlaClockError as error:
                name = f"ticket {ticket.id}" if isinstance(ticket, Ticket) else f"item {row}"
                placed = error if isinstance(error, NotYetOpenedError) else error.within(name)
                placed.row = row
                if errors == "raise":
                    raise placed from None
                yield placed

    return assessments()
