"""The fold of a log in the slow, obvious way: each cell is read alone, and a life is a list of what held when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

Life = list[tuple[datetime, str]]
"""From when on a state holds, and what it means."""


def lives(rows: Sequence[Mapping[str, str]], states: Mapping[str, str], zone: str, time_format: str) -> dict[str, Life]:
    """By ticket what its rows, which are in order, say: one row a state."""
    tickets: dict[str, Life] = {}
    for row in rows:
        at = datetime.strptime(row["at"], time_format).replace(tzinfo=ZoneInfo(zone))
        tickets.setdefault(row["id"], []).append((at, states[row["state"]]))
    return tickets


def pauses(life: Life) -> list[tuple[datetime, datetime | None, str]]:
    """The stretches of one reason."""
    stretches = [(meaning, next(iter(run))[0]) for meaning, run in groupby(life, key=lambda entry: entry[1])]
    ends: list[datetime | None] = [start for _, start in stretches[1:]]
    return [
        (start, end, meaning.removeprefix("paused:").strip())
        for (meaning, start), end in zip(stretches, [*ends, None], strict=True)
        if meaning.startswith("paused")
    ]


def endings(life: Life) -> list[tuple[datetime, datetime | None]]:
    """The stretches for which it was resolved, closed or cancelled, and their ends."""
    over = [(at, meaning in ("resolved", "closed", "cancelled")) for at, meaning in life]
    stretches = [(is_over, next(iter(run))[0]) for is_over, run in groupby(over, key=lambda entry: entry[1])]
    ends: list[datetime | None] = [start for _, start in stretches[1:]]
    return [(start, end) for (is_over, start), end in zip(stretches, [*ends, None], strict=True) if is_over]


def summary(ticket: Any) -> tuple[Any, ...]:
    """What a ticket that was not cancelled has come to, to be compared."""
    ended = [] if ticket.resolved is None else [(ticket.resolved, None)]
    return (
        ticket.opened,
        [(pause.start, pause.end, pause.reason) for pause in ticket.pauses],
        [(reopening.resolved, reopening.reopened) for reopening in ticket.reopenings] + ended,
    )


def expected(life: Life) -> tuple[Any, ...]:
    """The same of what it should be."""
    return life[0][0], pauses(life), endings(life)
