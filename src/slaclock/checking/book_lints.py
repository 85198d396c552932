"""Lints of a book: policies that no ticket comes to, and policies that promise the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import product
from math import prod
from typing import NamedTuple

from slaclock.errors import SlaClockError
from slaclock.formats.mappings import FrozenDict
from slaclock.policy.book import whom
from slaclock.policy.policy import Policy
from slaclock.temporal.instants import DAY, FIRST_INSTANT, wall_to_micros

from .hints import Hint

_WHOSE = ("name", "applies_to", "in_force_from")
"""What tells apart policies that promise the same."""
_MOST_TICKETS = 4_096
"""So many combinations of the values that a policy names are looked at, where no one policy takes all of them."""


class Entry(NamedTuple):
    """A policy of a book, and what it is called beside the others."""

    title: str
    policy: Policy


BookLint = Callable[[Sequence[Entry]], Iterator[tuple[Entry, Hint]]]
"""What a lint has to say of the policies of a book, in the book's order, and of which of them."""


def policy_never_reached(book: Sequence[Entry]) -> Iterator[tuple[Entry, Hint]]:
    """A policy before which others, in force at least as long, stand for every ticket that it is for."""
    for number, later in enumerate(book):
        begins, own = _begins(later.policy), whom(later.policy)
        earlier = [entry for entry in book[:number] if whom(entry.policy) != own and _begins(entry.policy) <= begins]
        takers = _takers(later.policy, earlier)
        if takers:
            stand = "stands before it and is" if len(takers) == 1 else "stand before it and are together"
            hint = Hint(
                "applies_to",
                f"no ticket comes to this policy: {' and '.join(takers)} {stand} for the same tickets",
                "put the narrower policy first, or correct whom they are for",
            )
            yield later, hint


def policies_alike(book: Sequence[Entry]) -> Iterator[tuple[Entry, Hint]]:
    """A policy that promises what an earlier one of the book does."""
    first: dict[Policy, Entry] = {}
    for entry in book:
        promises = entry.policy.model_copy(
            update={"name": "", "applies_to": FrozenDict(), "in_force_from": None, "silence": FrozenDict()}
        )
        other = first.setdefault(promises, entry)
        if other is not entry:
            apart = [name for name in _WHOSE if getattr(other.policy, name) != getattr(entry.policy, name)]
            hint = Hint(
                "name",
                f"the policy promises what {other.title} does; only {' and '.join(apart)} differ",
                "correct what it promises, or make one policy of the two",
            )
            yield entry, hint


BOOK_LINTS: dict[str, BookLint] = {
    "policy-never-reached": policy_never_reached,
    "policies-alike": policies_alike,
}


def _takers(policy: Policy, earlier: Sequence[Entry]) -> list[str]:
    """Those of some policies, one if it will do, that fit every ticket that a policy fits; none where some are left."""
    alone = next((entry for entry in earlier if _takes_all(entry.policy, policy)), None)
    if alone is not None:
        return [alone.title]
    named = policy.applies_to
    if prod(map(len, named.values())) > _MOST_TICKETS:
        return []
    takers: list[str] = []
    for values in product(*named.values()):
        ticket = dict(zip(named, values, strict=True))
        taker = next((entry for entry in earlier if entry.policy.fits(ticket)), None)
        if taker is None:
            return []
        takers.append(taker.title)
    return list(dict.fromkeys(takers))


def _takes_all(earlier: Policy, later: Policy) -> bool:
    """Whether the earlier one fits every ticket that the later one fits."""
    narrow = later.applies_to
    return all(name in narrow and set(narrow[name]) <= set(wide) for name, wide in earlier.applies_to.items())


def _begins(policy: Policy) -> int:
    """The instant from which a policy is in force."""
    if policy.in_force_from is None:
        return FIRST_INSTANT - DAY
    day = policy.in_force_from.toordinal()
    try:
        return wall_to_micros(day, 0, policy.calendar.zone)
    except SlaClockError:  # the first date, east of Greenwich
        return FIRST_INSTANT
