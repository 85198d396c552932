"""What a chain is called, and what it comes to, in a few words."""

from __future__ import annotations

from datetime import timedelta

from slaclock.formats.plain_times import wait_text

from .figures import ChainResult


def whose(result: ChainResult) -> str:
    """Which chain it is, of which kind and priority."""
    return " ".join(filter(None, (result.name, result.kind, result.priority)))


def worst_text(result: ChainResult) -> str:
    """What a chain comes to at its worst opening."""
    if result.excess > timedelta(0):
        return f"{wait_text(result.excess)} late"
    if result.excess < timedelta(0):
        return f"{wait_text(-result.excess)} left"
    return "just when it is due" + ("" if result.kept else ", and so late")
