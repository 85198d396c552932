"""The commands, and what their ends mean: 0 for an answer, 2 and one line for bad input."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from slaclock.assessment import Assessment, assess
from slaclock.deadlines import deadline
from slaclock.errors import InputError, NegativeIntervalError, SlaClockError, TargetError, UnknownPriorityError
from slaclock.policy import Policy
from slaclock.render import instant_text
from slaclock.targets import Target

from .arguments import parser
from .reading import EXAMPLE_AT, EXAMPLE_FILES, Placed, example_file, read_at, read_policy, read_tickets
from .showing import print_table, summary, worst_first, write_file


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the answer goes to standard output, what is wrong to standard error."""
    try:
        arguments = parser().parse_args(argv)
        {"assess": _assess, "explain": _explain, "due": _due, "example": _example}[arguments.command](arguments)
    except SlaClockError as wrong:
        print(f"slaclock: {' '.join(str(wrong).split())}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader of our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return 0


def _assess(arguments: argparse.Namespace) -> None:
    if arguments.limit is not None and arguments.limit < 1:
        raise InputError(f"{arguments.limit} tickets cannot be shown", "give 1 or more", "--limit")
    policy, placed, at = _inputs(arguments)
    opened = [each for each in placed if each.ticket.opened <= at]
    found = worst_first([_assessed(each, policy, at, arguments.measure) for each in opened])
    print_table(found[: arguments.limit], sys.stdout)
    shown = len(found) if arguments.limit is None else min(arguments.limit, len(found))
    print()
    for line in summary(found):
        print(line)
    print(f"{shown} of {len(found)} tickets shown, as of {instant_text(at.astimezone(policy.calendar.zone))}")
    if len(opened) < len(placed):
        print(f"{len(placed) - len(opened)} tickets opened later and are left out")
    print(f"policy: {policy.name}; times without an offset are read in {policy.calendar.zone.key}")
    if arguments.out is not None:
        write_file(found, arguments.out)
        print(f"all {len(found)} written to {arguments.out}")


def _explain(arguments: argparse.Namespace) -> None:
    policy, placed, at = _inputs(arguments)
    wanted = next((each for each in placed if each.ticket.id == arguments.ticket), None)
    if wanted is None:
        some = ", ".join(each.ticket.id for each in placed[:3])
        raise InputError(f"there is no ticket {arguments.ticket!r}", f"use an id of the file, such as {some}")
    print(_assessed(wanted, policy, at, arguments.measure).explain(arguments.to))


def _due(arguments: argparse.Namespace) -> None:
    policy = read_policy(arguments.policy)
    zone = policy.calendar.zone
    opened = read_at(arguments.opened, zone, "OPENED")
    name, target = _target(arguments, policy)
    due = deadline(opened, target, calendar=policy.calendar)
    print(
        f"{name}, {arguments.measure} within {target}" if not target.strict else f"{name}, {arguments.measure} {target}"
    )
    print(f"opened {instant_text(opened.astimezone(zone))}")
    print(f"due    {instant_text(due)}")
    assert due is not None  # nothing is paused
    print(f"       {due.isoformat()} ({zone.key})")


def _example(arguments: argparse.Namespace) -> None:
    folder = Path(arguments.folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in EXAMPLE_FILES:
            (folder / name).write_bytes(example_file(name).read_bytes())
    except OSError as wrong:
        raise InputError(f"cannot write to {folder} ({wrong.strerror})", "check the path") from None
    print(f"wrote {', '.join(EXAMPLE_FILES)} to {folder}")
    print(f"try: slaclock assess {folder}/tickets.csv --pauses {folder}/pauses.csv --at '{EXAMPLE_AT}'")


def _inputs(arguments: argparse.Namespace) -> tuple[Policy, list[Placed], datetime]:
    """The policy, the tickets and the instant; without any file, the packaged example's."""
    policy = read_policy(arguments.policy)
    zone = policy.calendar.zone
    tickets, pauses, at = arguments.tickets, arguments.pauses, arguments.at
    if tickets is None and arguments.events is None:
        if pauses is not None:
            raise InputError("--pauses is given without TICKETS.csv", "give the tickets too")
        tickets, pauses = str(example_file("tickets.csv")), str(example_file("pauses.csv"))
        at = at or EXAMPLE_AT
    instant = datetime.now(UTC) if at is None else read_at(at, zone, "--at")
    return policy, read_tickets(tickets, pauses, arguments.events, arguments.mapping, zone), instant


def _assessed(placed: Placed, policy: Policy, at: datetime, measure: str) -> Assessment:
    try:
        return assess(placed.ticket, policy, at=at, measure="respond" if measure == "respond" else "resolve")
    except NegativeIntervalError:
        raise InputError("the ticket opened after the instant asked about", "give a later --at", placed.place) from None
    except SlaClockError as wrong:
        raise wrong.within(placed.place) from None


def _target(arguments: argparse.Namespace, policy: Policy) -> tuple[str, Target]:
    """The target that the words mean, and its name: a priority of a kind, a kind of its own, or a target's text."""
    word: str = arguments.target
    if arguments.kind is not None:
        return f"{arguments.kind} {word}", policy.target(arguments.kind, word, arguments.measure)
    if word in policy.targets:
        return word, policy.target(word, None, arguments.measure)
    kinds = [kind for kind, targets in policy.targets.items() if word in targets.priorities]
    if len(kinds) > 1:
        raise InputError(f"the kinds {', '.join(kinds)} all have a priority {word!r}", "choose one with --kind")
    if kinds:
        return f"{kinds[0]} {word}", policy.target(kinds[0], word, arguments.measure)
    try:
        return "any ticket", Target.parse(word)
    except TargetError:
        known = dict.fromkeys(name for targets in policy.targets.values() for name in targets.priorities)
        raise UnknownPriorityError(
            f"{word!r} is no priority, kind or target", "use one of: " + ", ".join([*known, *policy.targets])
        ) from None
