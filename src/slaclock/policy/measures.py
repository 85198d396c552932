"""The measures: which stretch of a ticket's life a clock counts."""

from __future__ import annotations

from typing import Literal, get_args

from slaclock.errors import PolicyError

Measure = Literal["respond", "resolve"]
"""`respond` is done at the first response, `resolve` at the resolution."""
MEASURES: tuple[Measure, ...] = get_args(Measure)
ENDS: dict[Measure, tuple[str, ...]] = {"respond": ("responded", "resolved"), "resolve": ("resolved",)}
"""The instants of a ticket at which a measure is done, whichever comes first; the first of them is its own."""
WHEN_DONE: dict[Measure, str] = {"respond": "were responded to", "resolve": "were resolved"}
"""What tickets were when a measure of theirs was done, in words."""


def check_measure(measure: str) -> None:
    """An error for a word that is no measure."""
    if measure not in MEASURES:
        raise PolicyError(f"{measure!r} is no measure", "use " + " or ".join(MEASURES), value=measure)
