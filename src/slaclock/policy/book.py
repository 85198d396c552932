"""The policies of a service over the years, and which of them holds for a ticket."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from slaclock.errors import PolicyError
from slaclock.temporal.instants import local_day, to_micros

from .policy import Policy


@dataclass(frozen=True)
class PolicyBook:
    """The policies of a service over the years, each with the date from which it is in force.

    A ticket is judged, however long it stays open, by the policy in force when it opened. Policies usually
    change with the subscription year; one that changes within a year holds for what opens from its date on.
    """

    policies: Sequence[Policy]

    def __post_init__(self) -> None:
        if not self.policies:
            raise PolicyError("a policy book without a policy", "give at least one")
        ordered = tuple(sorted(self.policies, key=lambda policy: policy.in_force_from or date.min))
        dates = [policy.in_force_from or date.min for policy in ordered]
        twice = next((day for day, after in pairwise(dates) if day == after), None)
        if twice is not None:
            raise PolicyError(f"two policies are in force from {twice}", "give each its own in_force_from")
        object.__setattr__(self, "policies", ordered)

    def at(self, opened: datetime) -> Policy:
        """The policy in force when something opened, by the date in that policy's zone."""
        micros = to_micros(opened)
        for policy in reversed(self.policies):
            day = date.fromordinal(local_day(micros, policy.calendar.zone)[0])
            if (policy.in_force_from or date.min) <= day:
                return policy
        raise PolicyError(
            f"no policy is in force at {opened.isoformat()}", f"the first is from {self.policies[0].in_force_from}"
        )


def policies_of(policy: Policy | PolicyBook) -> tuple[Policy, ...]:
    """The policy alone, or all of a book's, the earliest first."""
    return (policy,) if isinstance(policy, Policy) else tuple(policy.policies)


def main_policy(policy: Policy | PolicyBook) -> Policy:
    """The policy whose zone and years answers are in: a book's last."""
    return policies_of(policy)[-1]
