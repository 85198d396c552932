"""Notes on standard error: what an answer rests on that whoever asked may not have meant."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from slaclock.errors import printable
from slaclock.formats.safe_texts import one_line


def note(text: str) -> None:
    """Say something on standard error."""
    print(f"slaclock: note: {one_line(text)}", file=sys.stderr)


class Notes:
    """Notes of which none is said twice."""

    def __init__(self) -> None:
        self._said: set[str] = set()

    def add(self, text: str) -> None:
        """Say something, unless it was said."""
        if text not in self._said:
            self._said.add(text)
            note(text)


def note_log(events: str, attributes: Sequence[str]) -> None:
    """Say that a log alone gives no attributes, where a book chooses by them."""
    if attributes:
        names = ", ".join(map(repr, attributes))
        result = "by which the policies choose, so that no ticket fits a policy that applies to some values alone"
        remedy = f"give TICKETS beside it, with the columns id, opened and {names}"
        note(f"the log {printable(events)} gives no attributes such as {names}, {result}; {remedy}")
