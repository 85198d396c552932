"""What a chain is called, and what it comes to, in a few words."""

from __future__ import annotations

from datetime import timedelta

from slaclock.formats.plain_times import wait_text

from .figures import ChainClock, ChainResult

MOST = 20
"""So many parts of a chain are shown, and so many chains with their clocks, so that a page stays short."""


def whose(result: ChainResult) -> str:
    """Which chain it is, of which kind and priority."""
    return " ".join(filter(None, (result.name, result.kind, result.priority)))


def shown_parts(result: ChainResult) -> tuple[tuple[ChainClock, ...], int]:
    """The parts of which there is room, the last among them, and how many before that are left out."""
    left = max(len(result.parts) - MOST, 0)
    return (*result.parts[: len(result.parts) - left - 1], result.parts[-1]), left


def worst_text(result: ChainResult) -> str:
    """What a chain comes to at its worst opening."""
    if result.excess > timedelta(0):
        return f"{wait_text(result.excess)} late"
    if result.excess < timedelta(0):
        return f"{wait_text(-result.excess)} left"
    return "just when it is due" + ("" if result.kept else ", and so late")
