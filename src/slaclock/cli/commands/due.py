"""`slaclock due`: when a ticket opened now, or then, would be due."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from typing import NamedTuple

from slaclock.cli.options import add_json, add_measure, add_policy
from slaclock.cli.outputs import STANDARD, check_outputs, say, write_json
from slaclock.cli.policies import read_at, read_policies, zone_of
from slaclock.clock.deadlines import deadline
from slaclock.clock.targets import Target
from slaclock.errors import InputError, TargetError, UnknownPriorityError, placed
from slaclock.formats.tables import instant_text
from slaclock.policy.book import attributes_of, chosen_because
from slaclock.policy.calendars import MAIN
from slaclock.policy.measures import Measure
from slaclock.policy.policy import Policy
from slaclock.temporal.instants import is_missing

EXAMPLES = (
    "slaclock due P2 '2026-11-27 15:40'",
    "slaclock due service_request '2026-11-27 15:40' --measure resolve --json -",
    "slaclock due '6 hours' '2026-11-27 15:40' --policy sla.toml",
)


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of `due`."""
    parser.add_argument(
        "target", metavar="PRIORITY", help="a priority (P2), a kind (service_request) or a target (6 hours)"
    )
    parser.add_argument("opened", metavar="OPENED", help="when it opened, such as '2026-11-27 15:40'")
    parser.add_argument(
        "--kind", metavar="KIND", help="the kind of ticket, where several have that priority, such as incident"
    )
    add_measure(parser)
    parser.add_argument(
        "--attribute",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="an attribute by which policies are chosen, such as customer=ACME; may be given several times",
    )
    add_policy(parser)
    add_json(parser, "it")


def run(arguments: Namespace) -> int:
    """Print the target and the deadline."""
    check_outputs(arguments, ["json"])
    policies = read_policies(arguments.policy)
    opened = read_at(arguments.opened, zone_of(policies), "OPENED")
    attributes = _attributes(arguments.attribute, attributes_of(policies))
    with placed("OPENED"):
        policy = policies.at(opened, attributes)
    zone = policy.calendar.zone
    asked = _asked(arguments, policy)
    target = asked.target
    due = deadline(opened, target, calendar=policy.calendar_named(asked.calendar))
    assert due is not None  # nothing is paused
    due, opened = due.astimezone(zone), opened.astimezone(zone)
    chosen = chosen_because(policy) if policy is not policies else None
    if arguments.json is not None:
        answer = {
            **{name: getattr(asked, name) for name in ("kind", "priority", "calendar")},
            "measure": arguments.measure,
            "target": str(target),
            "opened": opened.isoformat(),
            "due": due.isoformat(),
            "policy": policy.name,
        }
        write_json(answer, arguments.json)
        if arguments.json == STANDARD:
            return 0
    case = asked.case
    say(f"{case}, {arguments.measure} {target}" if target.strict else f"{case}, {arguments.measure} within {target}")
    say(f"opened {instant_text(opened)}")
    say(f"due    {instant_text(due)}" + (f", by the calendar {asked.calendar}" if policy.calendars else ""))
    say(f"       {due.isoformat()} ({zone.key})")
    if chosen is not None:
        say(f"       {chosen}")
    return 0


def _attributes(words: Sequence[str], known: Sequence[str]) -> dict[str, str]:
    """The attributes that are given, each of which some policy must ask for."""
    attributes: dict[str, str] = {}
    for word in words:
        name, equals, value = word.partition("=")
        with placed("--attribute"):
            if not equals or is_missing(name) or is_missing(value):
                raise InputError(f"{word!r} is no attribute", "write it like customer=ACME", value=word)
            if name not in known:
                remedy = f"there are: {', '.join(known)}" if known else "leave it out, or give a book of policies"
                raise InputError(f"no policy is chosen by {name!r}", remedy, value=word)
            if name in attributes:
                raise InputError(f"{name!r} is given twice", "give one value", value=word)
        attributes[name] = value
    return attributes


class _Asked(NamedTuple):
    """What is asked about: a kind and a priority, the target, and the name of the calendar that its clock runs on."""

    kind: str | None
    priority: str | None
    target: Target
    calendar: str

    @property
    def case(self) -> str:
        """What is asked about, in words."""
        return " ".join(filter(None, (self.kind, self.priority))) or "any ticket"


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
        return _Asked(None, None, Target.parse(word), MAIN)
    except TargetError:
        priorities = dict.fromkeys(name for targets in policy.targets.values() for name in targets.priorities)
        raise UnknownPriorityError(
            f"{word!r} is no priority, kind or target", "use one of: " + ", ".join([*priorities, *policy.targets])
        ) from None


def _of_policy(policy: Policy, kind: str, priority: str | None, measure: Measure) -> _Asked:
    target = policy.target(kind, priority, measure)
    return _Asked(kind, priority, target, policy.targets[kind].calendar(priority, measure))
