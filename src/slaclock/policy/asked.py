"""The policies that are asked about a year, of a book each about the openings that are its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from slaclock.errors import PolicyError, placed
from slaclock.formats.models import JsonValue
from slaclock.temporal.instants import local_day
from slaclock.temporal.intervals import Run, clip, union

from .announced import announced_notes, rule_met
from .book import PolicyBook, main_policy, name_within, policies_of
from .openings import days_asked, days_covered, openings_of, period_of
from .own_time import begins, ends
from .periods import Period
from .policy import Policy
from .rules import AnnouncedRule
from .subscription_years import SubscriptionYear


@dataclass(frozen=True, slots=True, eq=False)
class AskedPolicy(JsonValue):
    """A policy whose targets were asked about, and on how many dates of the period what opens is its own.

    `announced` is its rule for what a calendar announces after the first of these openings, None where none does.
    """

    name: str
    days: int
    announced: AnnouncedRule | None = None


class Own(NamedTuple):
    """A policy, what it is called among those of its book, and the openings of a period that are its own."""

    policy: Policy
    name: str
    openings: Run

    def asked(self) -> AskedPolicy:
        """What is said of it."""
        return AskedPolicy(self.name, days_of(self.policy, self.openings), rule_met(self.policy, self.openings))


class Asked(NamedTuple):
    """A period, each policy with its own openings in it, and on how many of its dates any of them has some."""

    period: Period
    policies: tuple[Own, ...]
    days: int


def asked_of(whole: Policy | PolicyBook, year: int | SubscriptionYear | Period) -> Asked:
    """What is asked in a year; `PolicyError` where nothing that opens in it is for a policy."""
    main = main_policy(whole)
    with placed("year"):
        period = period_of(main, year)
        policies = tuple(Own(own, name_within(own, whole), _own_time(own, whole, period)) for own in policies_of(whole))
        if not any(own.openings for own in policies):
            days_covered(main, period)  # which says so, where it is the policy's own doing
            raise PolicyError(
                f"nothing that opens in {period.label} is for a policy of the book",
                "ask of another year",
                value=period.label,
            )
    return Asked(period, policies, days_of(main, union(span for own in policies for span in own.openings)))


def days_of(policy: Policy, openings: Run) -> int:
    """On how many local dates of a policy's zone something opens."""
    zone = policy.calendar.zone
    dates = union((local_day(start, zone)[0], local_day(end - 1, zone)[0] + 1) for start, end in openings)
    return sum(end - first for first, end in dates)


def notes_of_policies(policies: Sequence[AskedPolicy], period: Period) -> Iterator[str]:
    """What a reader must know of the policies that were asked."""
    if len(policies) > 1:
        yield "Each policy is asked about the openings that are its own."
        yield from (f"Nothing opens in {period.label} for {own.name}." for own in policies if not own.days)
    yield from announced_notes(own.announced for own in policies)


def _own_time(policy: Policy, whole: Policy | PolicyBook, period: Period) -> Run:
    """The openings of a period that are a policy's own."""
    days = openings_of(policy, days_asked(policy, period))
    if isinstance(whole, Policy):
        return days
    return clip(days, begins(policy), ends(policy, whole))
