"""The policies that the command line names, and the instants that it gives in their zone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import get_args
from zoneinfo import ZoneInfo

from slaclock.errors import InstantTextError, placed
from slaclock.policy.book import PolicyBook, main_policy, policies_at
from slaclock.policy.policy import Policy
from slaclock.policy.subscription_years import SubscriptionYear
from slaclock.temporal.instants import parse_instant
from slaclock.tickets.knowledge import Known


def read_policies(paths: Sequence[str], argument: str = "--policy") -> Policy | PolicyBook:
    """The policy of one file, or without any the packaged example; else the book of several, of a folder or a file."""
    return policies_at(paths, argument) if paths else Policy.example()


def zone_of(policy: Policy | PolicyBook) -> ZoneInfo:
    """The zone in which times without an offset are read."""
    return main_policy(policy).calendar.zone


def read_at(text: str, zone: ZoneInfo, name: str) -> datetime:
    """An instant given as the argument `name`."""
    with placed(name):
        return parse_instant(text, zone)


def read_known(text: str | None, policy: Policy | PolicyBook) -> Known | datetime | None:
    """By what was known of calendars, as `--known` says it: a word, or an instant in the policy's zone."""
    if text in get_args(Known):
        word: Known = text  # type: ignore[assignment]
        return word
    try:
        return None if text is None else read_at(text, zone_of(policy), "--known")
    except InstantTextError as error:
        remedy = f"use {' or '.join(get_args(Known))}, or {error.remedy}"
        raise InstantTextError(error.problem, remedy, error.path, value=error.value) from None


def read_now(text: str | None, policy: Policy | PolicyBook) -> datetime:
    """The instant of `--at` in the policy's zone, or now."""
    return datetime.now(UTC) if text is None else read_at(text, zone_of(policy), "--at")


def year_asked(policy: Policy | PolicyBook, year: int | None) -> int | SubscriptionYear:
    """The year that is asked for: without any, the policy's subscription year of today."""
    main = main_policy(policy)
    return main.year(datetime.now(main.calendar.zone)) if year is None else year
