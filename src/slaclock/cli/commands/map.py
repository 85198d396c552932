"""`slaclock map`: a draft of the mapping by which a desk's file is read, and what is to be checked in it."""

from __future__ import annotations

import sys
import tomllib
from argparse import ArgumentParser, Namespace
from pathlib import Path

from slaclock.cli.notes import note
from slaclock.cli.options import add_json, add_policy
from slaclock.cli.outputs import STANDARD, check_name, check_outputs, write_json
from slaclock.cli.policies import read_policies
from slaclock.errors import InputError, printable
from slaclock.formats.extras import needs_extra
from slaclock.formats.files import write_whole
from slaclock.formats.safe_texts import one_line

EXAMPLES = (
    "slaclock map events.csv",
    "slaclock map tickets.csv --out map.toml --force",
    "slaclock map tickets.csv --json -",
)


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of `map`."""
    parser.add_argument(
        "file", metavar="FILE", help="tickets, pauses or an event log, such as events.csv (- for standard input)"
    )
    parser.add_argument("--out", metavar="MAP.toml", help="write the draft to a file, such as map.toml")
    parser.add_argument("--force", action="store_true", help="write it over a file that is there")
    add_json(parser, "the mapping, and what is to be checked in it,")
    add_policy(parser)


def run(arguments: Namespace) -> int:
    """Print or write the draft, and say what is to be checked."""
    check_outputs(arguments, ["out", "json"])
    policy, out = read_policies(arguments.policy), arguments.out
    if out is not None:
        check_name(out, "leave out --out", "--out")
        if Path(out).exists() and not arguments.force:
            raise InputError(
                f"{printable(out)} is there already", "name another file, or add --force", "--out", value=out
            )
    with needs_extra("cli"):
        from slaclock.desks.drafting.draft import draft_mapping
    draft = draft_mapping(arguments.file, policy)
    if arguments.json is not None:
        answer = {"of": draft.of, "mapping": tomllib.loads(draft.text), "checks": list(draft.checks)}
        write_json(answer, arguments.json)
    if out is None and arguments.json != STANDARD:
        sys.stdout.write(draft.text)
        for check in draft.checks:
            note(f"check {check}")
        return 0
    if out is None:
        return 0
    write_whole(out, draft.text)
    if arguments.json == STANDARD:
        return 0
    what = {"log": "a log", "tickets": "tickets", "pauses": "pauses"}[draft.of]
    print(f"a mapping of {what} is drafted in {printable(out)}; check:")
    for check in draft.checks:
        print(f"- {one_line(check)}")
    print(f"then: {_next(draft.of, arguments.file, out)}")
    return 0


def _next(of: str, file: str, out: str) -> str:
    """The command that reads the file by the mapping."""
    named = {"log": f"--events {printable(file)}", "pauses": f"TICKETS --pauses {printable(file)}"}
    return f"slaclock assess {named.get(of, printable(file))} --mapping {printable(out)}"
