"""The policies that the command line names, and the instants that it gives in their zone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from slaclock.errors import InputError, placed
from slaclock.policy.book import PolicyBook, main_policy
from slaclock.policy.policy import Policy
from slaclock.temporal.instants import parse_instant


def read_policies(paths: Sequence[str]) -> Policy | PolicyBook:
    """The policy of one file, the book of several, or without any the packaged example."""
    if not paths:
        return Policy.example()
    policies = [Policy.load(file) for path in paths for file in _files(Path(path))]
    if len(policies) == 1:
        return policies[0]
    with placed("--policy"):
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


def _files(path: Path) -> list[Path]:
    """The file itself, or the policies of a folder by their names."""
    if not path.is_dir():
        return [path]
    try:
        files = sorted(file for file in path.iterdir() if file.suffix in (".toml", ".json") and file.is_file())
    except OSError as error:
        raise InputError(f"cannot read {path} ({error.strerror})", "check the path", "--policy") from None
    if not files:
        raise InputError(f"the folder {path} has no .toml or .json file", "name a policy's file", "--policy")
    return files
