"""The words of the command line, read with the arguments of the one command that they name."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from importlib import import_module
from keyword import iskeyword
from types import ModuleType
from typing import NoReturn

from slaclock import __version__
from slaclock.errors import InputError

from .commands import COMMANDS


class OneLineParser(argparse.ArgumentParser):
    """A parser whose errors are one line, as for every other bad input."""

    def error(self, message: str) -> NoReturn:
        """One line that says what is wrong."""
        raise InputError(message, f"see {self.prog} --help")


def parse(words: Sequence[str]) -> argparse.Namespace:
    """The arguments; `run` among them is the command's. Only the file of the command that is named is imported."""
    parser = OneLineParser(prog="slaclock", description="Service-level clocks in business hours.")
    parser.add_argument("--version", action="version", version=f"slaclock {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=OneLineParser)
    parsers = {name: commands.add_parser(name, help=summary) for name, summary in COMMANDS.items()}
    named = next((word for word in words if not word.startswith("-")), None)
    if named is not None and named in parsers:
        parsers[named].set_defaults(run=_add_arguments(parsers[named], named).run)
    return parser.parse_args(words)


def parser_of(name: str) -> argparse.ArgumentParser:
    """The parser of one command, as its page describes it."""
    parser = OneLineParser(prog=f"slaclock {name}")
    _add_arguments(parser, name)
    return parser


def _add_arguments(parser: argparse.ArgumentParser, name: str) -> ModuleType:
    """Adds the arguments of a command, whose file it imports."""
    command = import_module(f".commands.{name.replace('-', '_')}{'_' * iskeyword(name)}", __package__)
    command.add_arguments(parser)
    return command
