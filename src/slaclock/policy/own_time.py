"""From when until when what opens is a policy's own, among those of its book."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import prod

from slaclock.temporal.instants import DAY, FIRST_INSTANT, wall_to_micros

from .book import PolicyBook, whom
from .policy import Policy

_MOST_TICKETS = 4_096
"""So many combinations of the values that a policy names are looked at, where no one policy takes all of them."""


def begins(policy: Policy) -> int:
    """The instant from which a policy is in force."""
    if policy.in_force_from is None:
        return FIRST_INSTANT - DAY
    return wall_to_micros(policy.in_force_from.toordinal(), 0, policy.calendar.zone)


def ends(policy: Policy, book: PolicyBook) -> int | None:
    """The instant from which nothing that opens is a policy's own any more, None where there is none.

    A later one for the same tickets is in force from then on, or policies that stand before it take all of its tickets.
    """
    number = next(number for number, own in enumerate(book.policies) if own is policy)
    alike = whom(policy)
    ended = [begins(own) for own in book.policies[number + 1 :] if whom(own) == alike]
    earlier = [own for own in book.policies[:number] if whom(own) != alike]
    for since in sorted({begins(own) for own in earlier}):
        if takers_of(policy, [own for own in earlier if begins(own) <= since]):
            ended.append(since)
            break
    return min(ended, default=None)


def takers_of(policy: Policy, earlier: Sequence[Policy]) -> list[Policy]:
    """Those of some policies, one if it will do, that fit every ticket that a policy fits; none where some are left."""
    alone = next((own for own in earlier if _takes_all(own, policy)), None)
    if alone is not None:
        return [alone]
    named = policy.applies_to
    if prod(map(len, named.values())) > _MOST_TICKETS:
        return []
    takers: list[Policy] = []
    for pairs in product(*([(name, value) for value in values] for name, values in named.items())):
        ticket = dict(pairs)
        taker = next((own for own in earlier if own.fits(ticket)), None)
        if taker is None:
            return []
        takers += [taker] * (not any(taker is own for own in takers))
    return takers


def _takes_all(earlier: Policy, later: Policy) -> bool:
    """Whether the earlier one fits every ticket that the later one fits."""
    narrow = later.applies_to
    return all(name in narrow and set(narrow[name]) <= set(wide) for name, wide in earlier.applies_to.items())
