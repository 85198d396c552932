"""Lints of a book: policies that no ticket comes to, and policies that promise the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from slaclock.errors import SlaClockError
from slaclock.formats.mappings import FrozenDict
from slaclock.policy.policy import Policy
from slaclock.temporal.instants import DAY, FIRST_INSTANT, wall_to_micros

from .hints import Hint

_WHOSE = ("name", "applies_to", "in_force_from")
"""What tells apart policies that promise the same."""


class Entry(NamedTuple):
    """A policy of a book, and what it is called beside the others."""

    title: str
    policy: Policy


BookLint = Callable[[Sequence[Entry]], Iterator[tuple[Entry, Hint]]]
"""What a lint has to say of the policies of a book, in the book's order, and of which of them."""


def policy_never_reached(book: Sequence[Entry]) -> Iterator[tuple[Entry, Hint]]:
    """A policy before which another one, in force at least as long, stands for every ticket that it is for."""
    for number, later in enumerate(book):
        for earlier in book[:number]:
            if _takes_all(earlier.policy, later.policy) and _begins(earlier.policy) <= _begins(later.policy):
                hint = Hint(
                    "applies_to",
                    f"no ticket comes to this policy: {earlier.title} stands before it and is for the same tickets",
                    "put the narrower policy first, or correct whom the two are for",
                )
                yield later, hint
                break


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


def _takes_all(earlier: Policy, later: Policy) -> bool:
    """Whether the earlier one, of another group, fits every ticket that the later one fits."""
    wide, narrow = ({name: set(of.applies_to[name]) for name in of.applies_to} for of in (earlier, later))
    return wide != narrow and all(narrow.get(name) and narrow[name] <= values for name, values in wide.items())


def _begins(policy: Policy) -> int:
    """The instant from which a policy is in force."""
    if policy.in_force_from is None:
        return FIRST_INSTANT - DAY
    day = policy.in_force_from.toordinal()
    try:
        return wall_to_micros(day, 0, policy.calendar.zone)
    except SlaClockError:  # the first date, east of Greenwich
        return FIRST_INSTANT
