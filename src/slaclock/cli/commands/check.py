"""`slaclock check`: a policy, or a book of them, validated, linted, and run on its cases."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from slaclock.checking import check
from slaclock.checking.renderings import FORMATS
from slaclock.cli.options import add_cases


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of `check`."""
    parser.add_argument(
        "policy", nargs="+", metavar="SLA.toml", help="the policy; several, or their folder, for a book"
    )
    add_cases(parser)
    parser.add_argument("--format", choices=tuple(FORMATS), default="text", help="how the findings are written (text)")


def run(arguments: Namespace) -> int:
    """Print what is wrong with a policy and its cases; the exit code says whether anything is."""
    checked = check(arguments.policy, arguments.cases)
    unreadable = checked.code == 2 and arguments.format == "text"
    print(FORMATS[arguments.format](checked), file=sys.stderr if unreadable else None)
    return checked.code
