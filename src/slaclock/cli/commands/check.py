"""`slaclock check`: a policy, or a book of them, validated, linted, run on its cases, and laid beside a page."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from slaclock.checking import check
from slaclock.checking.renderings import FORMATS, as_json
from slaclock.cli.options import add_cases, add_json
from slaclock.cli.outputs import STANDARD, check_outputs, write_text
from slaclock.errors import InputError

EXAMPLES = (
    "slaclock check sla.toml",
    "slaclock check sla.toml --cases cases.toml --format github",
    "slaclock check sla.toml --json -",
    "slaclock check sla.toml --page sla.html",
)


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of `check`."""
    parser.add_argument(
        "policy",
        nargs="*",
        metavar="SLA.toml",
        help="the policy, such as sla.toml; several, or their folder, for a book; none with --page, which is then "
        "laid beside itself",
    )
    add_cases(parser)
    words = "a page of HTML or Markdown that is published, such as sla.html, laid beside the policy and itself"
    parser.add_argument("--page", metavar="PAGE.html", help=words)
    words = "for people, programs, build servers or GitHub's pull requests (default: text)"
    parser.add_argument("--format", choices=tuple(FORMATS), default="text", help=words)
    add_json(parser, "it")


def run(arguments: Namespace) -> int:
    """Print what is wrong with a policy and its cases; the exit code says whether anything is."""
    if arguments.json is not None:
        check_outputs(arguments, ["json"])  # which no strange name of a policy is to stop
    if not arguments.policy and (arguments.page is None or arguments.cases):
        raise InputError("the following arguments are required: SLA.toml", "see slaclock check --help")
    checked = check(arguments.policy, arguments.cases, arguments.page)
    if arguments.json is not None:
        write_text(as_json(checked) + "\n", arguments.json, "--json")
        if arguments.json == STANDARD:
            return checked.code
    unreadable = checked.code == 2 and arguments.format == "text"
    print(FORMATS[arguments.format](checked), file=sys.stderr if unreadable else None)
    return checked.code
