"""The files that a command writes, none of which may be one that it reads, nor another that it writes."""

from __future__ import annotations

import json
import os
import sys
from argparse import Namespace
from collections.abc import Iterable, Iterator, Sequence
from glob import glob
from pathlib import Path
from typing import Protocol, TextIO

from slaclock.errors import InputError, printable
from slaclock.formats.files import real_path, whole_file
from slaclock.formats.safe_texts import shown_lines

from .inputs import INPUTS, files_given

STANDARD = "-"
"""What stands for standard output where a file is named."""


def check_outputs(arguments: Namespace, names: Sequence[str]) -> None:
    """No file that one of the arguments names is to be written over one that the command reads, or writes too."""
    inputs = {real_path(file) for name in INPUTS for file in _files(getattr(arguments, name, None))}
    outputs: dict[Path, str] = {}
    for name in names:
        path = getattr(arguments, name, None)
        if path is None or (Path(path).exists() and not Path(path).is_file()):
            continue
        real = real_path(path, f"--{name}")
        if real in inputs or any(_is_same(real, file) for file in inputs):
            raise InputError(f"{printable(path)} is read too", "name another file", f"--{name}", value=path)
        if real in outputs:
            raise InputError(
                f"{printable(path)} is the file of --{outputs[real]} too", "name another", f"--{name}", value=path
            )
        outputs[real] = name


def check_standard_output(arguments: Namespace, names: Sequence[str]) -> None:
    """Only one of the answers that the arguments name can stand on standard output."""
    named = [name for name in names if getattr(arguments, name, None) == STANDARD]
    if len(named) > 1:
        problem = "two forms of the answers cannot stand on standard output"
        raise InputError(problem, "name a file", f"--{named[-1]}")


def check_name(name: str, remedy: str, where: str) -> None:
    """An error for `-` where no standard output can be meant: no file or folder is to be called so by mistake."""
    if name == STANDARD:
        problem = f"{STANDARD} stands for standard output, to which nothing is written here"
        raise InputError(problem, remedy, where, value=name)


def _files(given: str | Iterable[str] | None) -> Iterator[str]:
    """The files that an argument names: one or several, by their names, by patterns, or by the folder of policies."""
    for path in files_given(given):
        if Path(path).is_dir():
            yield from (str(file) for file in Path(path).iterdir() if file.suffix.lower() in (".toml", ".json"))
        else:
            yield path
            yield from glob(path, recursive=True)


def _is_same(one: Path, other: Path) -> bool:
    """Whether two paths lead to one file, as two names of it do."""
    try:
        return os.path.samefile(one, other)
    except OSError:
        return False


def write_text(text: str, path: str, where: str) -> None:
    """Write a text to a file, whole or not at all, or to standard output; `where` is the argument that names it."""
    if path == STANDARD:
        sys.stdout.write(text)
        return
    with whole_file(path, where) as part:
        part.write_text(text, encoding="utf-8")


def write_json(data: object, path: str) -> None:
    """Write what a command answers as JSON to the file that `--json` names, or to standard output."""
    text = json.dumps(data, ensure_ascii=False, indent=1, default=lambda moment: moment.isoformat())  # TOML's own
    write_text(text + "\n", path, "--json")


class Page(Protocol):
    """An answer that is shown as text, and goes to JSON and Markdown."""

    def to_json(self) -> str:
        """The answer as JSON text."""
        ...

    def to_markdown(self) -> str:
        """The answer as Markdown."""
        ...


def say_and_write(page: Page, arguments: Namespace, *, html: str | None = None) -> None:
    """Write an answer to the files of --json and --markdown, and print it unless one of them is standard output.

    `html` is what goes to the file of --html, where it is asked for.
    """
    if arguments.json is not None:
        write_text(page.to_json() + "\n", arguments.json, "--json")
    if arguments.markdown is not None:
        write_text(page.to_markdown(), arguments.markdown, "--markdown")
    if html is not None:
        write_text(html, arguments.html, "--html")
    if STANDARD not in (arguments.json, arguments.markdown, None if html is None else arguments.html):
        say(page)  # last, as whoever reads it may have gone: `| head` leaves the files whole


def say(text: object, file: TextIO | None = None) -> None:
    """Print what may hold words of files: signs that would steer a terminal are visible, and no line is a command."""
    print(shown_lines(str(text)), file=file)
