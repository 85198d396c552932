"""The pager that long answers go to, as git has it."""

from __future__ import annotations

import io
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from typing import Any

from .notes import note

VARIABLES = ("SLACLOCK_PAGER", "PAGER")
"""What names the pager, the first that is set; an empty one, or `cat`, is none."""
_USUAL = "less"
_SETTINGS = {"LESS": "FRX", "LV": "-c"}
"""What pagers are told where the user has not: a text that fits is not paged, colours are, and it stays on screen."""


@contextmanager
def paged(*, wanted: bool) -> Iterator[None]:
    """A pager in the place of standard output, where that is a terminal and the user has not said that there is none.

    The pager starts with the first sign that is written, so that what comes before, such as a bar, has the terminal.
    Once it ends, the rest goes nowhere, and nothing is wrong.
    """
    command = _command() if wanted and sys.stdout.isatty() else None
    if command is None:
        yield
        return
    pipe = _Pager(command)
    output = io.TextIOWrapper(io.BufferedWriter(pipe), sys.stdout.encoding, "backslashreplace")
    sys.stdout.flush()
    try:
        with redirect_stdout(output):
            yield
    finally:
        output.close()


def _command() -> str | None:
    """The pager's command; None where there is to be none, or where it is not installed."""
    named = next((name for name in VARIABLES if name in os.environ), None)
    command = _USUAL if named is None else os.environ[named].strip()
    if command in ("", "cat"):
        return None
    try:
        program = shlex.split(command)[0]
    except ValueError:  # which the shell may know to read
        return command
    if "=" not in program and shutil.which(program) is None:
        if named is not None:
            note(f"there is no pager {program!r}, which {named} names")
        return None
    return command


class _Pager(io.RawIOBase):
    """A pager to write to; it stands for the terminal that it writes to."""

    def __init__(self, command: str) -> None:
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None
        self._ended = False

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        if self._process is None:
            environment = {**_SETTINGS, **os.environ}
            self._process = subprocess.Popen(self._command, shell=True, stdin=subprocess.PIPE, env=environment)
        if not self._ended:
            assert self._process.stdin is not None
            try:
                self._process.stdin.write(data)
                self._process.stdin.flush()
            except OSError:  # its user has seen enough
                self._ended = True
        return len(data)

    def close(self) -> None:
        if not self.closed and self._process is not None:
            assert self._process.stdin is not None
            try:
                self._process.stdin.close()
            except OSError:
                self._ended = True
            while True:
                try:
                    self._process.wait()
                    break
                except KeyboardInterrupt:  # the pager's to answer: it may stop a search
                    continue
        super().close()
