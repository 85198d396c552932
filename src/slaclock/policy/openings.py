"""The openings of a year that a policy is asked about: the dates that it covers, on which it is in force."""

from __future__ import annotations

from slaclock.errors import PolicyError
from slaclock.formats.models import short_repr
from slaclock.temporal.instants import wall_to_micros
from slaclock.temporal.intervals import Run, clip, union

from .periods import Period
from .policy import Policy
from .subscription_years import SubscriptionYear


def period_of(policy: Policy, year: int | SubscriptionYear | Period) -> Period:
    """The period that is asked for: itself, or the subscription year of a policy that begins in a year."""
    if isinstance(year, Period):
        return year
    if not isinstance(year, SubscriptionYear):
        year = SubscriptionYear(year, policy.year_starts, policy.calendar.zone.key)
    return year.period


def days_asked(policy: Policy, period: Period) -> Run:
    """The local dates of the period on which openings are covered and find the policy in force, if any, as ordinals."""
    covered = union((dates.first.toordinal(), dates.last.toordinal() + 1) for dates in policy.coverage)
    first, end = period.first_day.toordinal(), period.end_day.toordinal()
    in_force = policy.in_force_from
    return clip(
        covered if policy.coverage else ((first, end),),
        first if in_force is None else max(first, in_force.toordinal()),
        end,
    )


def days_covered(policy: Policy, period: Period) -> Run:
    """The dates of `days_asked`; `PolicyError` where there are none."""
    days = days_asked(policy, period)
    if not days:
        raise PolicyError(
            f"nothing that opens in {period.label} is covered by the policy {short_repr(policy.name)}",
            "ask of a year that lies in its coverage, and after the date from which it is in force",
            value=period.label,
        )
    return days


def openings_of(policy: Policy, days: Run) -> Run:
    """The instants of some local dates, which are told as ordinals."""
    zone = policy.calendar.zone
    return tuple((wall_to_micros(first, 0, zone), wall_to_micros(end, 0, zone)) for first, end in days)
