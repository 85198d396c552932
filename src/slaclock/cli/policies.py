"""The policies that the command line names, and the instants that it gives in their zone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from slaclock.errors import placed
from slaclock.policy.book import PolicyBook, is_one_file, main_policy, policies_of, policy_files, policy_or_book
from slaclock.policy.policy import Policy
from slaclock.temporal.instants import parse_instant


def read_policies(paths: Sequence[str], argument: str = "--policy") -> Policy | PolicyBook:
    """The policy of one file, or without any the packaged example; else the book of several, of a folder or a file."""
    if not paths:
        return Policy.example()
    with placed(argument):
        files = policy_files(paths)
    if is_one_file(paths, files):
        return policy_or_book(files[0])
    policies = [policy for file in files for policy in policies_of(policy_or_book(file))]
    with placed(argument):
        return PolicyBook(policies)


def zone_of(policy: Policy | PolicyBook) -> ZoneInfo:
    """The zone in which times without an offset are read."""
    return main_policy(policy).calendar.zone


def read_at(text: str, zone: ZoneInfo, name: str) -> datetime:
    """An instant given as the argument `name`."""
    with placed(name):
        return parse_instant(text, zone)


def read_now(text: str | None, policy: Policy | PolicyBook) -> datetime:
    """The instant of `--at` in the policy's zone, or now."""
    return datetime.now(UTC) if text is None else read_at(text, zone_of(policy), "--at")
