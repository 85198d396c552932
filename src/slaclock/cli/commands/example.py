"""`slaclock example`: the files of the packaged example, written to a folder."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from pathlib import Path

from slaclock.cli.example_files import EXAMPLE_AT, EXAMPLE_FILES, EXAMPLE_SIDES, example_file
from slaclock.cli.outputs import check_name, say
from slaclock.errors import InputError, printable
from slaclock.formats.files import real_path, write_whole
from slaclock.tickets.side_tables import SIDES

EXAMPLES = (
    "slaclock example desk",
    "slaclock example desk --force",
)


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of `example`."""
    parser.add_argument("folder", metavar="FOLDER", help="a folder, new or not, such as desk")
    parser.add_argument("--force", action="store_true", help="write over files of these names that are there")


def run(arguments: Namespace) -> int:
    """Write the files."""
    check_name(arguments.folder, "name a folder", "FOLDER")
    folder = Path(arguments.folder)
    real_path(folder, "FOLDER")  # refuses what no folder can be called
    try:
        folder.mkdir(parents=True, exist_ok=True)
        there = [name for name in EXAMPLE_FILES if os.path.lexists(folder / name)]
        if there and not arguments.force:
            problem = f"{printable(folder / there[0])} is there already"
            raise InputError(problem, "name another folder, or write over it with --force", "FOLDER")
        for name in EXAMPLE_FILES:
            write_whole(folder / name, example_file(name).read_bytes())
    except OSError as error:
        raise InputError(f"cannot write to {folder} ({error.strerror})", "check the path") from None
    say(f"wrote {', '.join(EXAMPLE_FILES)} to {folder}")
    sides = " ".join(f"--{SIDES[side].option or side} {folder}/{name}" for side, name in EXAMPLE_SIDES.items())
    say(f"try: slaclock assess {folder}/tickets.csv {sides} --at '{EXAMPLE_AT}'")
    return 0
