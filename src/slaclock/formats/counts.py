"""Numbers of things in words."""

from __future__ import annotations


def count_text(count: int, noun: str, ending: str = "s") -> str:
    """A number with its noun, and the ending that makes it many.

    >>> count_text(1, "ticket"), count_text(1200, "ticket"), count_text(2, "miss", "es")
    ('1 ticket', '1,200 tickets', '2 misses')
    """
    return f"{count:,} {noun}{ending * (count != 1)}"


def opened_later_text(count: int) -> str:
    """What is said of tickets that opened after the instant that is asked about.

    >>> opened_later_text(1)
    '1 ticket opened later and is left out'
    """
    return f"{count_text(count, 'ticket')} opened later and {'is' if count == 1 else 'are'} left out"
