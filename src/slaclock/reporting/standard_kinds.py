"""The kinds of which only a service standard speaks, such as calls: they are no tickets of a report."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from slaclock.columns.categories import Categories
from slaclock.columns.piecewise import Bools, Ints
from slaclock.policy.book import PolicyBook, policies_of
from slaclock.policy.policy import Policy


def only_of_standards(policy: Policy | PolicyBook, kind: Categories, numbers: Ints) -> Bools:
    """What is not among the tickets, since only a standard speaks of it; `numbers` are those of each one's policy."""
    only = np.zeros(len(numbers), bool)
    for number, untargeted in enumerate(_untargeted(policies_of(policy))):
        own = np.array([name in untargeted for name in kind.names] + [False])
        only |= (numbers == number) & own[kind.codes]
    return only


def _untargeted(policies: Sequence[Policy]) -> list[set[str]]:
    """For each policy the kinds that it has no targets for, and a standard.

    So are those that no policy has targets for and any a standard: whom it is not promised to has no items of it.
    """
    targeted = {kind for own in policies for kind in own.targets}
    promised = [{standard.kind for standard in own.standards.values()} for own in policies]
    nowhere = set().union(*promised) - targeted
    return [nowhere | kinds - own.targets.keys() for own, kinds in zip(policies, promised, strict=True)]
