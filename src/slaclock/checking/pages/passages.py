"""What is on a page, whatever form it has: passages of text under headings, and tables, each with its line."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

_SAME_SIGNS = str.maketrans(dict.fromkeys("‐‑‒–—−", "-") | {"\u2019": "'"})
# A stop ends a sentence, but not within a number, nor after one letter, as in "a.m." and "e.g.".
_STOP = re.compile(r"(?<=[.!?;])(?<![\s.][a-z]\.)(?<!^[a-z]\.)\s+|\s*\n\s*|\s*[\u2022\u00b7|]\s*", re.IGNORECASE)


def plain(text: str) -> str:
    """A text to be read by patterns: in small letters, with one kind of dash; as many signs as before."""
    folded = text.translate(_SAME_SIGNS)
    lowered = folded.lower()
    return lowered if len(lowered) == len(folded) else folded


@dataclass(frozen=True)
class Passage:
    """A paragraph, an item of a list or a cell: its text, the lines of its parts, and the headings above it."""

    text: str
    lines: tuple[tuple[int, int], ...]
    headings: tuple[str, ...] = ()

    @property
    def line(self) -> int:
        """The line on which it begins."""
        return self.lines[0][1]

    def line_at(self, place: int) -> int:
        """The line of one of its signs."""
        return self.lines[max(0, bisect_right(self.lines, (place, 1 << 60)) - 1)][1]

    def sentences(self) -> Iterator[Passage]:
        """Its sentences, each as a passage of its own."""
        start = 0
        for stop in [*_STOP.finditer(self.text), None]:
            end = len(self.text) if stop is None else stop.start()
            text = self.text[start:end].strip()
            if text:
                start += len(self.text[start:end]) - len(self.text[start:end].lstrip())
                rest = ((place - start, line) for place, line in self.lines if start < place < end)
                yield Passage(text, ((0, self.line_at(start)), *rest), self.headings)
            start = end if stop is None else stop.end()


@dataclass(frozen=True)
class Cell:
    """A cell of a table; `is_head` where the page says that it is a heading, `lines` those of its parts."""

    text: str
    line: int
    is_head: bool = False
    lines: tuple[tuple[int, int], ...] = ()

    def passage(self, headings: tuple[str, ...] = ()) -> Passage:
        """Its text as a passage."""
        return Passage(self.text, self.lines or ((0, self.line),), headings)


@dataclass(frozen=True)
class Grid:
    """A table: rows of cells, each cell in every row and column that it spans."""

    rows: Sequence[Sequence[Cell]]
    headings: tuple[str, ...] = ()


@dataclass
class Page:
    """The passages and tables of a page, in order; `cut` says where a table was too large to be read."""

    passages: list[Passage] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)
    cut: list[int] = field(default_factory=list)


class PassageMaker:
    """Pieces of text put together to a passage, with white space made one space."""

    def __init__(self) -> None:
        self._text = ""
        self._lines: list[tuple[int, int]] = []

    def add(self, text: str, line: int) -> None:
        """A piece, which begins on a line and may go on over others."""
        parts: list[str] = []
        length = len(self._text)
        spaced = self._text[-1:] in ("", " ", "\n")
        for number, row in enumerate(text.split("\n")):
            if number and not spaced:
                parts.append(" ")
                length, spaced = length + 1, True
            words = " ".join(row.split())
            if not words:
                if row and not spaced:
                    parts.append(" ")
                    length, spaced = length + 1, True
                continue
            lead = " " if row[0].isspace() and not spaced else ""
            tail = " " if row[-1].isspace() else ""
            self._lines.append((length + len(lead), line + number))
            parts.append(lead + words + tail)
            length += len(lead) + len(words) + len(tail)
            spaced = bool(tail)
        self._text += "".join(parts)

    def break_line(self) -> None:
        """A line that the page breaks."""
        if self._text.strip():
            self._text = self._text.rstrip(" ") + "\n"

    def made(self, headings: tuple[str, ...]) -> Passage | None:
        """The passage, None where there is no text; what comes next begins another."""
        text, lines = self._text.rstrip(), tuple(self._lines)
        self._text, self._lines = "", []
        return Passage(text, lines, headings) if text.strip() else None
