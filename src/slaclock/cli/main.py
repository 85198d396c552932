"""The commands, and what their ends mean: 0 for an answer, 1 for a rule that fails, 2 and one line for bad input."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from slaclock.clock.deadlines import deadline
from slaclock.clock.targets import Target
from slaclock.errors import (
    InputError,
    MissingExtraError,
    NegativeIntervalError,
    SlaClockError,
    TargetError,
    UnknownPriorityError,
)
from slaclock.formats.tables import instant_text
from slaclock.policy.policy import Policy
from slaclock.tickets.assessment import Assessment, assess

from .arguments import parser
from .lines import Line, Tally
from .reading import EXAMPLE_AT, EXAMPLE_FILES, Placed, example_file, read_at, read_now, read_policy, read_tickets
from .showing import print_table, progress_bar
from .writing import Answers


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the answer goes to standard output, what is wrong to standard error."""
    try:
        arguments = parser().parse_args(argv)
        return _COMMANDS[arguments.command](arguments)
    except SlaClockError as wrong:
        print(f"slaclock: {' '.join(str(wrong).split())}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader of our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _assess(arguments: argparse.Namespace) -> int:
    if arguments.limit < 1:
        raise InputError(f"{arguments.limit} tickets cannot be shown", "give 1 or more", "--limit")
    policy = read_policy(arguments.policy)
    if arguments.engine == "duckdb":
        code: int = _loaded("engines", "duckdb").assess_by_duckdb(arguments, policy, read_now(arguments.at, policy))
        return code
    tally = Tally(arguments.limit)
    with ExitStack() as stack:
        out = None if arguments.out is None else stack.enter_context(Answers(arguments.out))
        if arguments.events is None and arguments.mapping is None:
            tickets, pauses, at = _files(arguments, policy)
            stream = _loaded("streaming", "cli").Stream(tickets, pauses, policy, at, arguments.measure)
            for found in stream.answers(tally, stack.enter_context(progress_bar(sys.stderr))):
                if out is not None:
                    out.write_table(found)
        else:
            policy, placed, at = _inputs(arguments)
            opened = [each for each in placed if each.ticket.opened <= at]
            tally.later = len(placed) - len(opened)
            lines = [Line.of(_assessed(each, policy, at, arguments.measure)) for each in opened]
            tally.add(lines)
            if out is not None:
                out.write(lines)
    _show(tally, policy, at)
    if arguments.out is not None:
        print(f"all {tally.count} written to {arguments.out}")
    return 0


def _show(tally: Tally, policy: Policy, at: datetime) -> None:
    print_table(tally.worst, sys.stdout)
    print()
    for line in tally.summary():
        print(line)
    print(
        f"{len(tally.worst)} of {tally.count} tickets shown, as of {instant_text(at.astimezone(policy.calendar.zone))}"
    )
    if tally.later:
        print(f"{tally.later} tickets opened later and are left out")
    print(f"policy: {policy.name}; times without an offset are read in {policy.calendar.zone.key}")


def _report(arguments: argparse.Namespace) -> int:
    reports = _loaded("reports", "cli")
    policy = read_policy(arguments.policy)
    options = {"by": arguments.by, "period": arguments.period, "measure": arguments.measure, "worst": arguments.worst}
    files, pauses, usage, at = arguments.tickets, arguments.pauses, arguments.usage, arguments.at
    if arguments.events is not None or arguments.mapping is not None:
        found = reports.report_of_log(arguments, policy, read_now(at, policy), options)
    elif arguments.engine == "duckdb":
        engines = _loaded("engines", "duckdb")
        options["usage"] = [] if usage is None else reports.read_usage(usage, policy.calendar.zone)
        found = engines.report_by_duckdb(files, policy, read_now(at, policy), pauses=pauses, options=options)
    elif not files and (pauses is not None or usage is not None):
        raise InputError("files are given without TICKETS", "give the tickets too")
    else:
        if not files:
            names = ("tickets.csv", "contacts.csv", "pauses.csv", "training.csv")
            *files, pauses, usage = (str(example_file(name)) for name in names)
            at = at or EXAMPLE_AT
        found = reports.read_report(files, policy, read_now(at, policy), pauses=pauses, usage=usage, options=options)
    reports.print_report(found, sys.stdout)
    for path, kind in ((arguments.html, ".html"), (arguments.markdown, ".md"), (arguments.json, ".json")):
        if path is not None:
            found.save(path, kind)
            print(f"written to {path}")
    return 0


def _explain(arguments: argparse.Namespace) -> int:
    policy, placed, at = _inputs(arguments)
    wanted = next((each for each in placed if each.ticket.id == arguments.ticket), None)
    if wanted is None:
        some = ", ".join(each.ticket.id for each in placed[:3])
        raise InputError(f"there is no ticket {arguments.ticket!r}", f"use an id of the file, such as {some}")
    print(_assessed(wanted, policy, at, arguments.measure).explain(arguments.to))
    return 0


def _due(arguments: argparse.Namespace) -> int:
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
    return 0


def _example(arguments: argparse.Namespace) -> int:
    folder = Path(arguments.folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in EXAMPLE_FILES:
            (folder / name).write_bytes(example_file(name).read_bytes())
    except OSError as wrong:
        raise InputError(f"cannot write to {folder} ({wrong.strerror})", "check the path") from None
    print(f"wrote {', '.join(EXAMPLE_FILES)} to {folder}")
    print(f"try: slaclock assess {folder}/tickets.csv --pauses {folder}/pauses.csv --at '{EXAMPLE_AT}'")
    return 0


def _inputs(arguments: argparse.Namespace) -> tuple[Policy, list[Placed], datetime]:
    """The policy, the tickets and the instant; without any file, the packaged example's."""
    policy = read_policy(arguments.policy)
    zone = policy.calendar.zone
    if arguments.events is None and arguments.mapping is None:
        tickets, pauses, at = _files(arguments, policy)
        return policy, read_tickets(tickets, pauses, None, None, zone), at
    placed = read_tickets(arguments.tickets, arguments.pauses, arguments.events, arguments.mapping, zone)
    return policy, placed, read_now(arguments.at, policy)


def _files(arguments: argparse.Namespace, policy: Policy) -> tuple[str, str | None, datetime]:
    """The files of tickets and pauses, and the instant; without any file, the packaged example's."""
    if arguments.tickets is not None:
        return arguments.tickets, arguments.pauses, read_now(arguments.at, policy)
    if arguments.pauses is not None:
        raise InputError("--pauses is given without TICKETS", "give the tickets too")
    tickets, pauses = str(example_file("tickets.csv")), str(example_file("pauses.csv"))
    return tickets, pauses, read_now(arguments.at or EXAMPLE_AT, policy)


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


def _loaded(module: str, extra: str) -> Any:
    """A module of this package that needs more than the core, or an error that names the extra to install."""
    try:
        return import_module(f".{module}", __package__)
    except MissingExtraError:
        raise
    except ImportError as missing:
        raise MissingExtraError.for_extra(missing.name or module, extra) from None


def _rules(command: str) -> Callable[[argparse.Namespace], int]:
    """A command about rules, which is loaded when it is asked for."""

    def run(arguments: argparse.Namespace) -> int:
        from . import rules

        code: int = getattr(rules, f"run_{command}")(arguments)
        return code

    return run


_COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "assess": _assess,
    "explain": _explain,
    "due": _due,
    "report": _report,
    "example": _example,
    **{command: _rules(command) for command in ("check", "cases", "diff", "schema")},
}
