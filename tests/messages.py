"""How the tests of the messages ask, and hold what is said against the snapshot of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

import slaclock as sc
from reviewed import check_reviewed
from slaclock.formats.models import short_repr

SNAPSHOTS = Path(__file__).parent / "snapshots"
Asked = Mapping[str, Callable[[], Any]]
"""What goes wrong, by what it is called in the snapshot."""


def check_messages(snapshot: str, asked: Asked, valueless: Collection[str] = ()) -> None:
    """Every question ends in the error of the snapshot: its type, place, text and remedy, and the value at fault.

    The value stands on a line of its own where the text does not have it; an error of several says each of them. What
    goes wrong without a value is named as `valueless`.
    """
    said = []
    for name, ask in asked.items():
        try:
            answer = ask()
        except sc.SlaClockError as wrong:
            said += [name, f"    {type(wrong).__name__}: {wrong}"]
            for one in wrong.all:
                assert (one.value is None) == (name in valueless), (name, one)
                assert one.remedy, (name, one)
                if one is not wrong:
                    said.append(f"    - {type(one).__name__}: {one}")
                if one.value is not None and short_repr(one.value) not in str(one):
                    said.append(f"    value: {short_repr(one.value)}")
        else:
            raise AssertionError(f"{name}: {answer!r}")
    text = "".join(f"{line}\n" for line in said)
    path = SNAPSHOTS / snapshot
    check_reviewed(path, text)
