"""`slaclock due`: when a ticket opened now, or then, would be due."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import NamedTuple

from slaclock.cli.options import add_measure, add_policy
from slaclock.cli.policies import read_at, read_policies, zone_of
from slaclock.clock.deadlines import deadline
from slaclock.clock.targets import Target
from slaclock.errors import InputError, TargetError, UnknownPriorityError, placed
from slaclock.formats.tables import instant_text
from slaclock.policy.calendars import MAIN
from slaclock.policy.measures import Measure
from slaclock.policy.policy import Policy


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of `due`."""
    parser.add_argument(
        "target", metavar="PRIORITY", help="a priority (P2), a kind (service_request) or a target (6 hours)"
    )
    parser.add_argument("opened", metavar="OPENED", help="when it opened, e.g. '2026-11-27 15:40'")
    parser.add_argument("--kind", help="the kind of ticket, where several have that priority")
    add_measure(parser)
    add_policy(parser)


def run(arguments: Namespace) -> int:
    """Print the target and the deadline."""
    policies = read_policies(arguments.policy)
    opened = read_at(arguments.opened, zone_of(policies), "OPENED")
    with placed("OPENED"):
        policy = policies.at(opened)
    zone = policy.calendar.zone
    asked = _asked(arguments, policy)
    case, target = asked.case, asked.target
    due = deadline(opened, target, calendar=policy.calendar_named(asked.calendar))
    print(f"{case}, {arguments.measure} {target}" if target.strict else f"{case}, {arguments.measure} within {target}")
    print(f"opened {instant_text(opened.astimezone(zone))}")
    assert due is not None  # nothing is paused
    due = due.astimezone(zone)
    print(f"due    {instant_text(due)}" + (f", by the calendar {asked.calendar}" if policy.calendars else ""))
    print(f"       {due.isoformat()} ({zone.key})")
    return 0


class _Asked(NamedTuple):
    """What is asked about: the case in words, its target, and the name of the calendar that its clock runs on."""

    case: str
    target: Target
    calendar: str


def _asked(arguments: Namespace, policy: Policy) -> _Asked:
    """What the word names, and its target: a priority of a kind, a kind of its own, or a target's text."""
    word: str = arguments.target
    if arguments.kind is not None:
        return _of_policy(policy, arguments.kind, word, arguments.measure)
    if word in policy.targets:
        return _of_policy(policy, word, None, arguments.measure)
    kinds = [kind for kind, targets in policy.targets.items() if word in targets.priorities]
    if len(kinds) > 1:
        raise InputError(f"the kinds {', '.join(kinds)} all have a priority {word!r}", "choose one with --kind")
    if kinds:
        return _of_policy(policy, kinds[0], word, arguments.measure)
    try:
        return _Asked("any ticket", Target.parse(word), MAIN)
    except TargetError:
        priorities = dict.fromkeys(name for targets in policy.targets.values() for name in targets.priorities)
        raise UnknownPriorityError(
            f"{word!r} is no priority, kind or target", "use one of: " + ", ".join([*priorities, *policy.targets])
        ) from None


def _of_policy(policy: Policy, kind: str, priority: str | None, measure: Measure) -> _Asked:
    case = kind if priority is None else f"{kind} {priority}"
    target = policy.target(kind, priority, measure)
    return _Asked(case, target, policy.targets[kind].calendar(priority, measure))
