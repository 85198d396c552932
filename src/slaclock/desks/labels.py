"""What the labels of an issue tracker say: a priority, or what an issue waits for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby

from slaclock.temporal.instants import to_micros

from .histories import RESOLVED, RUNNING, History, paused

WAITING = (
    "blocked", "on hold", "waiting", "waiting for response", "awaiting response", "needs info", "needs more info",
    "needs feedback", "needs reproduction", "workflow::blocked",
)  # fmt: skip
"""The labels that are taken to say that an issue waits, in any case and with hyphens or spaces."""
_PRIORITY = re.compile(r"(?:priority|prio)\s*(?:::|[:/ _-])\s*(.+)|(P[0-9])", re.IGNORECASE)
Labelling = tuple[datetime, str, bool]
"""When a label was put on (True) or taken off."""


def priority_of(label: str) -> str | None:
    """The priority that a label names; None where it names none.

    >>> priority_of("priority: high"), priority_of("P1"), priority_of("priority::2"), priority_of("bug")
    ('high', 'P1', '2', None)
    """
    match = _PRIORITY.fullmatch(label.strip())
    return None if match is None else match[1] or match[2]


def follow_labels(
    history: History,
    now: Iterable[str],
    labellings: Sequence[Labelling],
    closings: Sequence[tuple[datetime, bool]],
    waiting: Sequence[str] = WAITING,
) -> None:
    """Take the course of an issue's labels and of its closings (True) and reopenings into its history.

    Labels on the issue now of which no event tells were there from the beginning. An issue waits for the label that was
    put on first, as long as it is open.
    """
    words = {_plain(word) for word in waiting}
    spoken = {label for _, label, _ in labellings}
    on = dict.fromkeys(label for label in now if label not in spoken)
    on |= dict.fromkeys(_taken_off_first(labellings))
    steps: list[tuple[datetime, str | None, bool]] = [*labellings, *((at, None, closed) for at, closed in closings)]
    steps.sort(key=lambda step: to_micros(step[0]))
    closed = False
    history.values["priority"] = _priority(on)
    known = history.values["priority"]
    history.state(history.opened, _state(on, words, closed=False))
    for at, several in groupby(steps, key=lambda step: step[0]):
        for _, label, change in several:
            if label is None:
                closed = change
            elif change:
                on[label] = None
            else:
                on.pop(label, None)
        history.state(at, _state(on, words, closed=closed))
        priority = _priority(on)
        if priority != known:
            history.change(at, "priority", priority)
            known = priority


def _taken_off_first(labellings: Sequence[Labelling]) -> list[str]:
    """The labels whose first event takes them off: they were there before."""
    first: dict[str, bool] = {}
    for _, label, change in sorted(labellings, key=lambda labelling: to_micros(labelling[0])):
        first.setdefault(label, change)
    return [label for label, change in first.items() if not change]


def _priority(on: Iterable[str]) -> str | None:
    return next((priority for label in on if (priority := priority_of(label)) is not None), None)


def _state(on: Iterable[str], words: set[str], *, closed: bool) -> str:
    if closed:
        return RESOLVED
    label = next((label for label in on if _plain(label) in words), None)
    return RUNNING if label is None else paused(label)


def _plain(label: str) -> str:
    return " ".join(re.split(r"[\s_-]+", label.strip().lower()))
