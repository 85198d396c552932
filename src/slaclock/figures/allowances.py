"""Allowances: what of an amount that every subscription year includes was used, is left, or is overdrawn."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from slaclock.errors import PolicyError
from slaclock.formats.models import Instant, JsonValue, Length, Model
from slaclock.policy.allowances import Allowance
from slaclock.policy.policy import Policy
from slaclock.policy.subscription_years import SubscriptionYear
from slaclock.temporal.instants import duration_micros


class Usage(Model):
    """So much of an allowance, used at an instant; the instant says to which subscription year it belongs.

    >>> Usage(allowance="sims_training", at="2018-05-14T13:00+01:00", amount="3 hours").amount
    datetime.timedelta(seconds=10800)
    """

    allowance: str
    at: Instant
    amount: Length

    if TYPE_CHECKING:

        def __init__(self, *, allowance: str, at: datetime | str, amount: timedelta | str) -> None: ...


@dataclass(frozen=True)
class AllowanceYear(JsonValue):
    """One allowance in one subscription year. Used and remaining, less what is overdrawn, make the amount."""

    name: str
    year: SubscriptionYear
    amount: timedelta
    used: timedelta

    @property
    def remaining(self) -> timedelta:
        """What is left to use; nothing of it carries over."""
        return max(self.amount - self.used, timedelta(0))

    @property
    def overdrawn(self) -> timedelta:
        """What was used beyond the amount."""
        return max(self.used - self.amount, timedelta(0))


def allowance_years(
    usage: Iterable[Usage], policy: Policy, *, years: Iterable[SubscriptionYear] = ()
) -> tuple[AllowanceYear, ...]:
    """Every allowance of the policy in each subscription year in which any was used, and in the given `years`.

    Raises `PolicyError` for an allowance that the policy does not have.

    >>> from slaclock import Policy
    >>> used = [Usage(allowance="sims_training", at="2018-05-14T13:00+01:00", amount="31 hours")]
    >>> training, = allowance_years(used, Policy.example())
    >>> training.year.label, str(training.remaining), str(training.overdrawn)
    ('2018/19', '0:00:00', '1:00:00')
    """
    sums: dict[tuple[str, SubscriptionYear], timedelta] = {}
    every = set(years)
    for number, entry in enumerate(usage):
        if entry.allowance not in policy.allowances:
            known = ", ".join(policy.allowances) or "none"
            raise PolicyError(
                f"the policy has no allowance {entry.allowance!r}",
                f"use one of: {known}",
                f"usage {number}",
                value=entry.allowance,
            )
        year = policy.year(entry.at)
        every.add(year)
        key = entry.allowance, year
        sums[key] = sums.get(key, timedelta(0)) + entry.amount
    return tuple(
        AllowanceYear(name, year, _amount(allowance, policy, year), sums.get((name, year), timedelta(0)))
        for name, allowance in policy.allowances.items()
        for year in sorted(every, key=lambda year: year.begins)
    )


def _amount(allowance: Allowance, policy: Policy, year: SubscriptionYear) -> timedelta:
    """The amount of a year: all of it, or the part that the subscription covers of the year's dates."""
    if not allowance.pro_rata or not policy.coverage:
        return allowance.amount
    period = year.period
    days = [date.fromordinal(day) for day in range(period.first_day.toordinal(), period.end_day.toordinal())]
    covered = sum(any(day in span for span in policy.coverage) for day in days)
    return timedelta(microseconds=duration_micros(allowance.amount) * covered // len(days))
