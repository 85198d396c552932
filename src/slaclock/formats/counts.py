"""Numbers of things in words."""

from __future__ import annotations


def count_text(count: int, noun: str) -> str:
    """A number with its noun.

    >>> count_text(1, "ticket"), count_text(1200, "ticket")
    ('1 ticket', '1,200 tickets')
    """
    return f"{count:,} {noun}{'s' * (count != 1)}"


def opened_later_text(count: int) -> str:
    """What is said of tickets that opened after the instant that is asked about.

    >>> opened_later_text(1)
    '1 ticket opened later and is left out'
    """
    return f"{count_text(count, 'ticket')} opened later and {'is' if count == 1 else 'are'} left out"
