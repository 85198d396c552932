"""The words of the command line, read with the arguments of the one command that they name."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from importlib import import_module
from keyword import iskeyword
from typing import NoReturn

from slaclock import __version__
from slaclock.errors import InputError
from slaclock.formats.extras import needs_extra

from .commands import COMMANDS

_EPILOG = """\
examples:
  slaclock assess
  slaclock assess tickets.csv --pauses pauses.csv --policy sla.toml
  slaclock explain T0041
  slaclock report --period month --html report.html

ends:
  0  an answer
  1  a rule or a case fails (check), a receipt does not hold (verify), or --fail-on names the state of a ticket
  2  bad input, with a line on standard error that says which

On a terminal, long answers go to a pager, as git has it: SLACLOCK_PAGER or PAGER names it, or else it is less.
NO_COLOR and FORCE_COLOR leave out colours and force them. For words that complete themselves with the Tab key, put
this into the start of your shell (bash here; zsh and fish: slaclock completion --help):
  eval "$(slaclock completion bash)"
"""


class OneLineParser(argparse.ArgumentParser):
    """A parser whose errors are one line, as for every other bad input."""

    def error(self, message: str) -> NoReturn:
        """One line that says what is wrong."""
        raise InputError(message, f"see {self.prog} --help")


def parse(words: Sequence[str]) -> argparse.Namespace:
    """The arguments; `run` among them is the command's. Only the file of the command that is named is imported.

    Without any word the help is asked for. Where a shell asks how a line may go on, it is told, and this ends here.
    """
    completing = "_ARGCOMPLETE" in os.environ
    if completing:
        words = os.environ.get("COMP_LINE", "").split()[1:]
    parser, parsers = _parsers()
    named = next((word for word in words if not word.startswith("-")), None)
    if named is not None and named in parsers:
        add_command(parsers[named], named)
    if completing:
        with needs_extra("cli"):
            import argcomplete
        argcomplete.autocomplete(parser, always_complete_options=False)
    return parser.parse_args(words or ["--help"])


def whole_parser() -> tuple[argparse.ArgumentParser, dict[str, argparse.ArgumentParser]]:
    """The parser with the arguments of every command, and those of the commands by their names."""
    parser, parsers = _parsers()
    for name, own in parsers.items():
        add_command(own, name)
    return parser, parsers


def add_command(parser: argparse.ArgumentParser, name: str) -> None:
    """Add what a command takes, and its examples, to its parser."""
    command = import_module(f".commands.{name.replace('-', '_')}{'_' * iskeyword(name)}", __package__)
    command.add_arguments(parser)
    parser.epilog = "\n".join(["examples:", *(f"  {example}" for example in command.EXAMPLES)])
    parser.set_defaults(run=command.run)


def _parsers() -> tuple[argparse.ArgumentParser, dict[str, argparse.ArgumentParser]]:
    raw = argparse.RawDescriptionHelpFormatter
    words = "Service-level clocks in business hours: when a ticket is due, how long its clock has run, and why."
    parser = OneLineParser(prog="slaclock", description=words, epilog=_EPILOG, formatter_class=raw)
    parser.add_argument("--version", action="version", version=f"slaclock {__version__}", help="say the version")
    _add_no_pager(parser, default=True)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=OneLineParser)
    parsers: dict[str, argparse.ArgumentParser] = {}
    for name, summary in COMMANDS.items():
        description = f"{summary[0].upper()}{summary[1:]}."
        parsers[name] = commands.add_parser(name, help=summary, description=description, formatter_class=raw)
        _add_no_pager(parsers[name], default=argparse.SUPPRESS)
    return parser, parsers


def _add_no_pager(parser: argparse.ArgumentParser, default: object) -> None:
    """Which may stand before the command, as git has it, or after it."""
    words = "print to the terminal itself, however long the answer is"
    parser.add_argument("--no-pager", dest="pager", action="store_false", default=default, help=words)
