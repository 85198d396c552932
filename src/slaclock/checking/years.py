"""The years and days of a policy: where its lints look, and where its cases are drafted."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from slaclock.policy.periods import Period
from slaclock.policy.policy import Policy
from slaclock.policy.subscription_years import SubscriptionYear
from slaclock.temporal.instants import HOUR, wall_to_micros


def first_year(policy: Policy) -> SubscriptionYear:
    """The subscription year in which the policy begins; of one that says nothing of it, one of our days."""
    day = policy.in_force_from or (min(policy.coverage).first if policy.coverage else date.min)
    noon = datetime(day.year, day.month, day.day, 12) if day != date.min else datetime(2026, 6, 1, 12)
    return policy.year(noon.replace(tzinfo=policy.calendar.zone))


def last_day(policy: Policy) -> date | None:
    """The last date of the policy; None where it says nothing of an end."""
    if policy.coverage:
        return max(span.last for span in policy.coverage)
    if policy.in_force_from is not None:
        return first_year(policy).next.first_day - timedelta(days=1)
    return None


def dates_of(period: Period) -> list[date]:
    """The dates of a period."""
    return [period.first_day + timedelta(days=number) for number in range(period.days)]


def instant_on(policy: Policy, day: date, hour: int = 0) -> int:
    """The instant of an hour of a date, by the wall clock of the policy's zone."""
    return wall_to_micros(day.toordinal(), hour * HOUR, policy.calendar.zone)
