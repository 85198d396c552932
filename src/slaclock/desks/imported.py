"""What an importer makes of a product's export, and what it could not keep of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from slaclock.errors import PathPart
from slaclock.policy.book import PolicyBook
from slaclock.policy.policy import Policy
from slaclock.tickets.tickets import Ticket

T = TypeVar("T")
MANY = "*"
"""What stands in a path for the numbers of several items of which one thing is said."""


@dataclass(frozen=True, slots=True)
class Lost:
    """A part of an export that could not be kept: the way to it, from the outside in, and why in plain words.

    >>> print(Lost(("sla_policies", 0, "filter", "any"), "a choice of conditions cannot be said"))
    sla_policies.0.filter.any: a choice of conditions cannot be said
    """

    path: tuple[PathPart, ...]
    why: str

    def __str__(self) -> str:
        return f"{'.'.join(map(str, self.path))}: {self.why}"


@dataclass(frozen=True, slots=True)
class Imported(Generic[T]):
    """A value made of an export, and everything in the export that it does not keep.

    >>> Imported("a calendar").lost
    ()
    """

    value: T
    lost: tuple[Lost, ...] = ()


class Desk(NamedTuple):
    """A whole desk: what it promises, and its tickets."""

    policy: Policy | PolicyBook
    tickets: tuple[Ticket, ...]


class Losses:
    """What could not be kept, collected while an export is read; what is said of several items is said once."""

    def __init__(self) -> None:
        self._entries: list[Lost] = []

    def add(self, path: tuple[PathPart, ...], why: str) -> None:
        """Note a part that could not be kept."""
        self._entries.append(Lost(path, why))

    @property
    def lost(self) -> tuple[Lost, ...]:
        """All that was noted, in the order in which it was; items of one list with one and the same reason are one."""
        keys = [(_without_numbers(lost.path), lost.why) for lost in self._entries]
        number = Counter(keys)
        first = dict(zip(reversed(keys), reversed(self._entries), strict=True))
        return tuple(
            first[key] if number[key] == 1 else Lost(key[0], f"{key[1]} ({number[key]} times)")
            for key in dict.fromkeys(keys)
        )


def _without_numbers(path: tuple[PathPart, ...]) -> tuple[PathPart, ...]:
    return tuple(MANY if isinstance(part, int) else part for part in path)
