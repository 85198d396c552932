"""The command line, and what its ends mean.

It is 0 for an answer, 1 for a rule that fails, a receipt that does not hold or a state that `--fail-on` names, 2 and a
line for bad input, and 130 where it was interrupted.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from typing import TextIO

from slaclock.errors import InputError, SlaClockError
from slaclock.formats.safe_texts import one_line

from .pagers import paged
from .parser import parse


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the answer goes to standard output, what is wrong to standard error."""
    if sys.stdout is None:  # it was closed by whoever began this: there is no one to tell
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - to the end
    if isinstance(sys.stdout, TextIOWrapper) and sys.stdout.errors in ("strict", "surrogateescape"):
        sys.stdout.reconfigure(errors="backslashreplace")  # what it cannot show is escaped, as on standard error
    try:
        arguments = parse(sys.argv[1:] if argv is None else argv)
        with paged(wanted=arguments.pager):
            code: int = arguments.run(arguments)
            sys.stdout.flush()
    except SlaClockError as error:
        for part in error.all if isinstance(error, InputError) else (error,):  # bad rows are told one by one
            _tell(one_line(str(part)))
        return 2
    except BrokenPipeError:  # the reader of our output has seen enough
        _close(sys.stdout)
        return 0
    except KeyboardInterrupt:  # what was there is left as it was
        _tell("interrupted")
        return 130
    except OSError as error:  # such as a full disk behind standard output
        _tell(f"the system refused to write ({error.strerror or error})")
        _close(sys.stdout)
        return 2
    return code


def _tell(text: str) -> None:
    """Say what is wrong on standard error; where that is full there is no one to tell."""
    try:
        print(f"slaclock: {text}", file=sys.stderr, flush=True)
    except OSError:
        _close(sys.stderr)


def _close(output: TextIO) -> None:
    """What is still to be written is not: Python would try once more as it ends, and end with a code of its own."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), output.fileno())
