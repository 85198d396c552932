"""Texts of someone else's, shown and written so that they can do no harm where they go."""

from __future__ import annotations

import re

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""The first signs by which a spreadsheet takes a cell for a formula."""
HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
"""Control signs, those that turn the direction of a text, and halves of characters."""


def cell_text(text: str) -> str:
    """A text as a cell of CSV, which no spreadsheet takes for a formula: one that begins like it has a `'` before it.

    >>> cell_text("=1+1"), cell_text("T1")
    ("'=1+1", 'T1')
    """
    return f"'{text}" if text.startswith(FORMULA) else text


def shown(text: str) -> str:
    r"""A text as a terminal may show it: signs that would steer the terminal or turn the line are visible escapes.

    >>> print(shown("T1\x1b[31m"))
    T1\x1b[31m
    """
    return HIDDEN.sub(lambda sign: sign[0].encode("unicode_escape").decode(), text)


def one_line(text: str) -> str:
    """A text on one line, safe to show."""
    return shown(" ".join(text.split()))
