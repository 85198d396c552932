"""Notes on standard error: what an answer rests on that whoever asked may not have meant."""

from __future__ import annotations

import sys
from collections.abc import Collection, Sequence

from slaclock.errors import printable


def note_attributes(files: str, columns: Collection[str], attributes: Sequence[str]) -> None:
    """Say which of the attributes by which a book chooses no column gives: no ticket then has them."""
    missing = [name for name in attributes if name not in columns]
    if missing:
        names = ", ".join(map(repr, missing))
        what, remedy = f"column {names}", "add it, or rename the column that holds it"
        if len(missing) > 1:
            what, remedy = f"columns {names}", "add them, or rename the columns that hold them"
        _note(f"{printable(files)} has no {what}", remedy)


def note_log(events: str, attributes: Sequence[str]) -> None:
    """Say that a log alone gives no attributes, where a book chooses by them."""
    if attributes:
        names = ", ".join(map(repr, attributes))
        remedy = f"give TICKETS beside it, with the columns id, opened and {names}"
        _note(f"the log {printable(events)} gives no attributes such as {names}", remedy)


def _note(problem: str, remedy: str) -> None:
    result = "by which the policies choose, so that no ticket fits a policy that applies to some values alone"
    print(f"slaclock: note: {problem}, {result}; {remedy}", file=sys.stderr)
