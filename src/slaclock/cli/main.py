"""The command line, and what its ends mean: 0 for an answer, 1 for a rule that fails, 2 and one line for bad input."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper

from slaclock.errors import SlaClockError

from .parser import parse


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the answer goes to standard output, what is wrong to standard error."""
    if isinstance(sys.stdout, TextIOWrapper) and sys.stdout.errors == "strict":
        sys.stdout.reconfigure(errors="backslashreplace")  # what it cannot show is escaped, as on standard error
    try:
        arguments = parse(sys.argv[1:] if argv is None else argv)
        code: int = arguments.run(arguments)
    except SlaClockError as error:
        print(f"slaclock: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader of our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code
