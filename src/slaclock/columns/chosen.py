"""Which policy of a book each ticket belongs to: the one that was for it as it opened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from slaclock.policy.book import PolicyBook, attributes_of, number_of
from slaclock.policy.policy import Policy

from .categories import Categories
from .piecewise import Bools, Ints
from .tickets import Tickets
from .zones import local_dates


def by_policy(tickets: Tickets, book: Policy | PolicyBook) -> Iterator[tuple[Policy | None, Ints]]:
    """Each policy, and the rows that it was for as they opened; None for those that none was for."""
    if isinstance(book, Policy):
        yield book, np.arange(tickets.count)
        return
    number = np.full(tickets.count, -1)
    attributes = _opening_attributes(tickets, attributes_of(book))
    policies = [policy for group in reversed(book.groups) for policy in group]
    for index, policy in enumerate(policies):  # what comes first comes last, so that the last that fits stays
        number[_fits(policy, attributes, tickets.count) & _in_force(policy, tickets.opened)] = index
    for index in np.unique(number).tolist():
        yield None if index < 0 else policies[index], np.flatnonzero(number == index)


def policy_numbers(tickets: Tickets, policy: Policy | PolicyBook) -> Ints:
    """The number of the policy that each ticket belongs to; -1 where it is none."""
    numbers = np.full(tickets.count, -1)
    for own, rows in by_policy(tickets, policy):
        if own is not None:
            numbers[rows] = number_of(own, policy)
    return numbers


def _in_force(policy: Policy, opened: Ints) -> Bools:
    """Which instants lie on a local date from which the policy holds, or on a later one."""
    if policy.in_force_from is None:
        return np.ones(len(opened), bool)
    return local_dates(opened, policy.calendar.zone) >= policy.in_force_from.toordinal()


def _fits(policy: Policy, attributes: Mapping[str, Categories], count: int) -> Bools:
    """Which tickets have the attributes of those that a policy applies to."""
    rows = np.ones(count, bool)
    for name, values in policy.applies_to.items():
        column = attributes[name]
        rows &= np.array([value in values for value in column.names] + [False])[column.codes]
    return rows


def _opening_attributes(tickets: Tickets, names: Iterable[str]) -> dict[str, Categories]:
    """Some attributes as the tickets opened: what changed at that very instant had never been otherwise."""
    nothing = Categories(np.full(tickets.count, -1), ())
    attributes = {name: tickets.attributes.get(name, nothing) for name in names}
    if tickets.changes is None:
        return attributes
    opened = tickets.opened[tickets.changes.row] == tickets.changes.at
    return {name: tickets.changes.applied(column, name, opened) for name, column in attributes.items()}
