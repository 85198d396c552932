"""Lints of a book: policies that no ticket comes to, and policies that promise the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from slaclock.formats.mappings import FrozenDict
from slaclock.policy.book import whom
from slaclock.policy.own_time import begins, takers_of
from slaclock.policy.policy import Policy

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
    """A policy before which others, in force at least as long, stand for every ticket that it is for."""
    for number, later in enumerate(book):
        since, own = begins(later.policy), whom(later.policy)
        earlier = [entry for entry in book[:number] if whom(entry.policy) != own and begins(entry.policy) <= since]
        titles = {id(entry.policy): entry.title for entry in earlier}
        takers = [titles[id(own)] for own in takers_of(later.policy, [entry.policy for entry in earlier])]
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
