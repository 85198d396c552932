"""`slaclock check`: a policy, or a book of them, validated, linted, and run on its cases."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from slaclock.checking import check
from slaclock.checking.renderings import FORMATS, as_json
from slaclock.cli.options import add_cases, add_json
from slaclock.cli.outputs import STANDARD, check_outputs, write_text

EXAMPLES = (
    "slaclock check sla.toml",
    "slaclock check sla.toml --cases cases.toml --format github",
    "slaclock check sla.toml --json -",
)


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of `check`."""
    parser.add_argument(
        "policy",
        nargs="+",
        metavar="SLA.toml",
        help="the policy, such as sla.toml; several, or their folder, for a book",
    )
    add_cases(parser)
    words = "for people, programs, build servers or GitHub's pull requests (default: text)"
    parser.add_argument("--format", choices=tuple(FORMATS), default="text", help=words)
    add_json(parser, "it")


def run(arguments: Namespace) -> int:
    """Print what is wrong with a policy and its cases; the exit code says whether anything is."""
    if arguments.json is not None:
        check_outputs(arguments, ["json"])  # which no strange name of a policy is to stop
    checked = check(arguments.policy, arguments.cases)
    if arguments.json is not None:
        write_text(as_json(checked) + "\n", arguments.json, "--json")
        if arguments.json == STANDARD:
            return checked.code
    unreadable = checked.code == 2 and arguments.format == "text"
    print(FORMATS[arguments.format](checked), file=sys.stderr if unreadable else None)
    return checked.code
