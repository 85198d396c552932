"""Allowances: what of an amount that every subscription year includes was used, is left, or is overdrawn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from slaclock.errors import PolicyError
from slaclock.formats.models import Instant, JsonValue, Length, Model, short_repr
from slaclock.policy.allowances import Allowance
from slaclock.policy.book import PolicyBook, name_within, policies_of
from slaclock.policy.policy import Policy
from slaclock.policy.subscription_years import SubscriptionYear
from slaclock.temporal.instants import duration_micros, to_micros


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
    """One allowance in one subscription year. Used and remaining, less what is overdrawn, make the amount.

    `policy` names the one that includes it, where several of a book include an allowance of the name.

    >>> import slaclock as sc
    >>> used = [sc.Usage(allowance="sims_training", at="2018-05-15T09:30+01:00", amount="6 hours")]
    >>> [training] = sc.allowance_years(used, sc.Policy.example())
    >>> training.year.label, str(training.used), str(training.remaining)
    ('2018/19', '6:00:00', '1 day, 0:00:00')
    """

    name: str
    year: SubscriptionYear
    amount: timedelta
    used: timedelta
    policy: str = ""

    @property
    def remaining(self) -> timedelta:
        """What is left to use; nothing of it carries over."""
        return max(self.amount - self.used, timedelta(0))

    @property
    def overdrawn(self) -> timedelta:
        """What was used beyond the amount."""
        return max(self.used - self.amount, timedelta(0))


def allowance_years(
    usage: Iterable[Usage], policy: Policy | PolicyBook, *, years: Iterable[SubscriptionYear] = ()
) -> tuple[AllowanceYear, ...]:
    """Every allowance of the policy in each subscription year in which any was used, and in the given `years`.

    Years are those of the policy that has the allowance, of a book of the one in force then. The amount of a year is
    that of the policy in force as the year begins, or else of the first that came into force in it and has the
    allowance; a year without one has the allowance only where it was used, all of it overdrawn. What was used is of the
    policies for all, where they have the allowance, and else of those that have it.

    Raises `PolicyError` for an allowance that no policy has, or several that apply to different tickets.

    >>> from slaclock import Policy
    >>> used = [Usage(allowance="sims_training", at="2018-05-14T13:00+01:00", amount="31 hours")]
    >>> training, = allowance_years(used, Policy.example())
    >>> training.year.label, str(training.remaining), str(training.overdrawn)
    ('2018/19', '0:00:00', '1:00:00')
    """
    owners, every = _owners(policy), set(years)
    sums: dict[tuple[str, SubscriptionYear], timedelta] = {}
    for number, entry in enumerate(usage):
        groups = owners.get(entry.allowance, ())
        if len(groups) != 1:
            raise _whose_error(entry.allowance, owners, number, policy)
        year = _in_force(groups[0], entry.at).year(entry.at)
        every.add(year)
        key = entry.allowance, year
        sums[key] = sums.get(key, timedelta(0)) + entry.amount
    in_order = sorted(every, key=lambda year: year.first_day)
    return tuple(
        AllowanceYear(
            name,
            year,
            timedelta(0) if own is None else _amount(own.allowances[name], own, year),
            sums.get((name, year), timedelta(0)),
            name_within(own, policy) if own is not None and len(groups) > 1 else "",
        )
        for name, groups in owners.items()
        for group in groups
        for year in in_order
        for own in [_policy_of_year(group, name, year)]
        if own is not None or (name, year) in sums
    )


def _in_force(group: Sequence[Policy], at: datetime) -> Policy:
    """Of the policies for the same tickets the one in force at an instant, or else the first."""
    return next((own for own in reversed(group) if own.in_force(to_micros(at))), group[0])


def _owners(policy: Policy | PolicyBook) -> Mapping[str, Sequence[Sequence[Policy]]]:
    """For each allowance the policies whose it is, those that apply to the same together; one alone is always in force.

    An entry of usage has no attributes, so that it is of the policies for all where they have the allowance.
    """
    if isinstance(policy, Policy):
        return {name: [[policy.model_copy(update={"in_force_from": None})]] for name in policy.allowances}
    owners: dict[str, Sequence[Sequence[Policy]]] = {}
    for name in dict.fromkeys(name for own in policies_of(policy) for name in own.allowances):
        groups = [group for group in policy.groups if any(name in own.allowances for own in group)]
        owners[name] = [group for group in groups if not group[0].applies_to] or groups
    return owners


def _whose_error(
    name: str, owners: Mapping[str, Sequence[Sequence[Policy]]], number: int, policy: Policy | PolicyBook
) -> PolicyError:
    """The error for an entry of usage of which it cannot be said whose it is."""
    if name in owners:
        whose = ", ".join(name_within(group[-1], policy) for group in owners[name])
        problem, remedy = f"several policies have an allowance {name!r}: {whose}", "give each a name of its own"
    else:
        policies = policies_of(policy)
        alone = f"the policy {short_repr(policies[0].name)} has no"
        who = alone if len(policies) == 1 else f"none of the {len(policies)} policies has an"
        problem, remedy = f"{who} allowance {name!r}", f"use one of: {', '.join(owners) or 'none'}"
    return PolicyError(problem, remedy, f"usage {number}", value=name)


def _policy_of_year(group: Sequence[Policy], name: str, year: SubscriptionYear) -> Policy | None:
    """Of the policies in force in a year, in turn, the first whose year it is and that has an allowance; else None."""
    first = year.first_day
    before = [own for own in group if (own.in_force_from or date.min) <= first]
    within = [own for own in group if first < (own.in_force_from or date.min) < year.next.first_day]
    its_own = (own for own in [*before[-1:], *within] if _is_year_of(own, year))
    return next((own for own in its_own if name in own.allowances), None)


def _is_year_of(policy: Policy, year: SubscriptionYear) -> bool:
    return (policy.year_starts, policy.calendar.zone.key) == (year.starts, year.timezone)


def _amount(allowance: Allowance, policy: Policy, year: SubscriptionYear) -> timedelta:
    """The amount of a year: all of it, or the part that the subscription covers of the year's dates."""
    if not allowance.pro_rata or not policy.coverage:
        return allowance.amount
    period = year.period
    days = [date.fromordinal(day) for day in range(period.first_day.toordinal(), period.end_day.toordinal())]
    covered = sum(any(day in span for span in policy.coverage) for day in days)
    return timedelta(microseconds=duration_micros(allowance.amount) * covered // len(days))
