"""The commands about rules: check, cases, diff and schema."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter

from slaclock.checking import Difference, check, compare, schema, suggest
from slaclock.checking.cases import Case, CaseFile
from slaclock.checking.differences import states_of
from slaclock.checking.renderings import FORMATS
from slaclock.errors import InputError, SlaClockError
from slaclock.policy.policy import Policy
from slaclock.policy.subscription_years import SubscriptionYear

from .reading import read_now


def run_check(arguments: argparse.Namespace) -> int:
    """Print what is wrong with a policy and its cases; the exit code says whether anything is."""
    found = check(arguments.policy, arguments.cases)
    print(FORMATS[arguments.format](found), file=sys.stderr if arguments.format == "text" and found.code == 2 else None)
    return found.code


def run_cases(arguments: argparse.Namespace) -> int:
    """Print a draft of the policy's cases."""
    policy = Policy.load(arguments.policy)
    year = None
    if arguments.year is not None:
        year = SubscriptionYear(arguments.year, policy.year_starts, policy.calendar.zone.key)
        try:
            _ = year.period
        except (SlaClockError, ValueError):
            raise InputError(
                f"{arguments.year} is no year to draft cases for", "use one of our days", "--year"
            ) from None
    print(suggest(policy, year), end="")
    return 0


def run_diff(arguments: argparse.Namespace) -> int:
    """Print what a change of policy means."""
    old, new = Policy.load(arguments.old), Policy.load(arguments.new)
    cases: dict[str, Case] | None = None
    for path in arguments.cases:
        cases = {**(cases or {}), **CaseFile.load(path).cases}
    found: Difference = compare(old, new, cases)
    if arguments.tickets is not None:
        found.states = _states(arguments, old, new)
    print(found)
    return 0


def run_schema(arguments: argparse.Namespace) -> int:
    """Print a JSON Schema."""
    print(json.dumps(schema(arguments.of), ensure_ascii=False, indent=2))
    return 0


def _states(arguments: argparse.Namespace, old: Policy, new: Policy) -> Counter[tuple[str, str]]:
    """How many past tickets go from which state to which."""
    from .lines import Tally
    from .streaming import Stream

    at = read_now(arguments.at, old)
    found: Counter[tuple[str, str]] = Counter()
    streams = [Stream(arguments.tickets, arguments.pauses, policy, at, "resolve") for policy in (old, new)]
    both = (stream.answers(Tally(1), lambda share: None) for stream in streams)
    for one, other in zip(*both, strict=True):
        found += states_of(one["state"].to_pylist(), other["state"].to_pylist())
    return found
