"""`slaclock example`: the files of the packaged example, written to a folder."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from slaclock.cli.example_files import EXAMPLE_AT, EXAMPLE_FILES, EXAMPLE_SIDES, example_file
from slaclock.cli.outputs import check_name
from slaclock.errors import InputError
from slaclock.formats.files import real_path, write_whole
from slaclock.tickets.side_tables import SIDES


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of `example`."""
    parser.add_argument("folder", metavar="FOLDER")


def run(arguments: Namespace) -> int:
    """Write the files."""
    check_name(arguments.folder, "name a folder", "FOLDER")
    folder = Path(arguments.folder)
    real_path(folder, "FOLDER")  # refuses what no folder can be called
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in EXAMPLE_FILES:
            write_whole(folder / name, example_file(name).read_bytes())
    except OSError as error:
        raise InputError(f"cannot write to {folder} ({error.strerror})", "check the path") from None
    print(f"wrote {', '.join(EXAMPLE_FILES)} to {folder}")
    sides = " ".join(f"--{SIDES[side].option or side} {folder}/{name}" for side, name in EXAMPLE_SIDES.items())
    print(f"try: slaclock assess {folder}/tickets.csv {sides} --at '{EXAMPLE_AT}'")
    return 0
