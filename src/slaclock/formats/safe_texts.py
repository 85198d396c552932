"""Texts of someone else's, shown and written so that they can do no harm where they go."""

from __future__ import annotations

import re
from html import escape

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""The first signs by which a spreadsheet takes a cell for a formula."""
HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
"""Control signs, those that turn the direction of a text, and what is no character."""

_MOST_SIGNS = 300
_COMMAND = re.compile(r"(?:^|(?<=[\r\n]))(\s*):(?=:)")
"""How a line begins that GitHub takes for a command."""


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


def html_text(text: str) -> str:
    """A text as HTML shows it, in an attribute too: `shown`, and no part of it is a tag.

    >>> html_text("a < b")
    'a &lt; b'
    """
    return escape(shown(text))


def shortened(text: str) -> str:
    """A text of someone else's where a page must stay light: what is too long ends in `…`."""
    return text if len(text) <= _MOST_SIGNS else f"{text[:_MOST_SIGNS]}…"


def shown_lines(text: str) -> str:
    r"""Lines as a terminal and a build server may show them: `shown`, and none is a command of the server's.

    >>> print(shown_lines("two\n::error::lines"))
    two
    \x3a:error::lines
    """
    lines = (shown(line) for line in text.split("\n"))
    return without_commands("\n".join(lines), "\\x3a")


def without_commands(text: str, colon: str) -> str:
    """A text of which no line is a command to a build server: the colon that would begin one is written as `colon`.

    >>> without_commands("one\\n::two", "&#58;")
    'one\\n&#58;:two'
    """
    return _COMMAND.sub(lambda start: start[1] + colon, text)


def one_line(text: str) -> str:
    """A text on one line, safe to show."""
    return shown(" ".join(text.split()))
