"""The policy that the command line names, and the instants that it gives in the policy's zone."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from slaclock.errors import placed
from slaclock.policy.policy import Policy
from slaclock.temporal.instants import parse_instant


def read_policy(path: str | None) -> Policy:
    """The policy of a file, or the packaged example."""
    return Policy.example() if path is None else Policy.load(path)


def read_at(text: str, zone: ZoneInfo, name: str) -> datetime:
    """An instant given as the argument `name`."""
    with placed(name):
        return parse_instant(text, zone)


def read_now(text: str | None, policy: Policy) -> datetime:
    """The instant of `--at` in the policy's zone, or now."""
    return datetime.now(UTC) if text is None else read_at(text, policy.calendar.zone, "--at")
