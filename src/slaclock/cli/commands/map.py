"""`slaclock map`: a draft of the mapping by which a desk's file is read, and what is to be checked in it."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from slaclock.cli.notes import note
from slaclock.cli.options import add_policy
from slaclock.cli.outputs import check_name, check_outputs
from slaclock.cli.policies import read_policies
from slaclock.errors import InputError, printable
from slaclock.formats.extras import needs_extra
from slaclock.formats.files import write_whole
from slaclock.formats.safe_texts import one_line


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of `map`."""
    parser.add_argument("file", metavar="FILE", help="tickets, pauses or an event log (- for standard input)")
    parser.add_argument("--out", metavar="MAP.toml", help="write the draft to a file")
    parser.add_argument("--force", action="store_true", help="write it over a file that is there")
    add_policy(parser)


def run(arguments: Namespace) -> int:
    """Print or write the draft, and say what is to be checked."""
    policy, out = read_policies(arguments.policy), arguments.out
    if out is not None:
        check_name(out, "leave out --out", "--out")
        check_outputs(arguments, ["out"])
        if Path(out).exists() and not arguments.force:
            raise InputError(
                f"{printable(out)} is there already", "name another file, or add --force", "--out", value=out
            )
    with needs_extra("cli"):
        from slaclock.desks.drafting.draft import draft_mapping
    draft = draft_mapping(arguments.file, policy)
    if out is None:
        sys.stdout.write(draft.text)
        for check in draft.checks:
            note(f"check {check}")
        return 0
    write_whole(out, draft.text)
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
