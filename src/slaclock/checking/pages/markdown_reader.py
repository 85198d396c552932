"""A page of Markdown as passages and tables: headings, paragraphs, items of lists and tables of pipes."""

from __future__ import annotations

import re
from html import unescape

from .html_reader import read_html
from .passages import Cell, Grid, Page, Passage, PassageMaker

_HEADING = re.compile(r" {0,3}(#{1,6})\s+(.*?)\s*#*\s*$")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)\s*$")
_RULE = re.compile(r" {0,3}(?:[-*_]\s*){3,}$")
_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,3}[.)])\s+(?=\S)")
_FENCE = re.compile(r" {0,3}(```|~~~)")
_DASHES = re.compile(r"\s*:?-+:?\s*$")
_LINK = re.compile(r"!?\[([^\[\]]{0,500})\]\([^()\s]{0,500}(?:\s+\"[^\"]{0,200}\")?\)")
_MARKS = re.compile(r"(\*\*|__|~~|`|(?<!\w)[*_](?=\S)|(?<=\S)[*_](?!\w))")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,500}>")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|<>~])")
_PIPE = re.compile(r"(?<!\\)\|")


def read_markdown(text: str) -> Page:
    """The passages and tables of a page."""
    return _Reader(text).read()


class _Reader:
    def __init__(self, text: str) -> None:
        self._lines = _without_comments(text).splitlines()
        self._page = Page()
        self._maker = PassageMaker()
        self._headings: dict[int, str] = {}

    def read(self) -> Page:
        lines, number = self._lines, self._after_front_matter()
        while number < len(lines):
            line = lines[number]
            fence = _FENCE.match(line)
            if fence is not None:
                self._flush()
                number = self._after(number + 1, fence[1])
            elif line.lstrip()[:6].lower() == "<table":
                number = self._html_table(number)
            elif heading := _HEADING.match(line):
                self._flush()
                self._head(len(heading[1]), heading[2], number)
            elif "|" in line and number + 1 < len(lines) and _is_ruler(lines[number + 1], line):
                number = self._table(number)
            elif self._may_be_head(number):
                number += 1
                self._head(1 if "=" in lines[number] else 2, lines[number - 1].strip(), number - 1)
            else:
                self._text(line, number)
            number += 1
        self._flush()
        return self._page

    def _text(self, line: str, number: int) -> None:
        if not line.strip() or _RULE.match(line):
            self._flush()
            return
        item = _ITEM.match(line)
        if item is not None:
            self._flush()
            line = line[item.end() :]
        text = _inline(line.lstrip("> ") if line.lstrip().startswith(">") else line)
        for place, part in enumerate(text.split("\n")):
            if place:
                self._maker.break_line()
            self._maker.add(part + ("" if item is None and place else " "), number + 1)
        if line.endswith(("  ", "\\")):
            self._maker.break_line()

    def _may_be_head(self, number: int) -> bool:
        lines = self._lines
        if number + 1 >= len(lines) or not lines[number].strip() or not _UNDERLINE.match(lines[number + 1]):
            return False
        alone = number == 0 or not lines[number - 1].strip()
        return alone and not _ITEM.match(lines[number])

    def _head(self, level: int, text: str, number: int) -> None:
        passage = Passage(_inline(text).strip() or " ", ((0, number + 1),), ())
        self._headings = {own: above for own, above in self._headings.items() if own < level}
        self._page.passages.append(Passage(passage.text, passage.lines, self._above()))
        self._headings[level] = passage.text

    def _table(self, number: int) -> int:
        """The table that begins on a line, and the number of its last line."""
        self._flush()
        rows = [[Cell(text, number + 1, True) for text in _cells(self._lines[number])]]
        number += 2
        while number < len(self._lines) and "|" in self._lines[number] and self._lines[number].strip():
            rows.append([Cell(text, number + 1) for text in _cells(self._lines[number])])
            number += 1
        if not any(cell.text for cell in rows[0]):
            del rows[0]
        self._page.grids.append(Grid(rows, self._above()))
        return number - 1

    def _html_table(self, number: int) -> int:
        self._flush()
        end = number
        while end + 1 < len(self._lines) and "</table" not in self._lines[end].lower():
            end += 1
        inner = read_html("\n" * number + "\n".join(self._lines[number : end + 1]))
        above = self._above()
        self._page.grids += [Grid(grid.rows, above + grid.headings) for grid in inner.grids]
        self._page.passages += [Passage(own.text, own.lines, above + own.headings) for own in inner.passages]
        self._page.cut += inner.cut
        return end

    def _after(self, number: int, fence: str) -> int:
        """The line that ends a block of code."""
        while number < len(self._lines) and not self._lines[number].lstrip().startswith(fence):
            number += 1
        return number

    def _after_front_matter(self) -> int:
        if self._lines[:1] != ["---"] or "---" not in self._lines[1:]:
            return 0
        return self._lines.index("---", 1) + 1

    def _flush(self) -> None:
        passage = self._maker.made(self._above())
        if passage is not None:
            self._page.passages.append(passage)

    def _above(self) -> tuple[str, ...]:
        return tuple(self._headings[level] for level in sorted(self._headings))


def _without_comments(text: str) -> str:
    """The text without comments of HTML, whose lines stay; one that has no end reaches to the end."""
    parts, start = [], 0
    while (begin := text.find("<!--", start)) >= 0:
        end = text.find("-->", begin)
        end = len(text) if end < 0 else end + 3
        parts += [text[start:begin], "\n" * text.count("\n", begin, end)]
        start = end
    return "".join([*parts, text[start:]])


def _is_ruler(line: str, header: str) -> bool:
    cells = _split(line)
    return "-" in line and all(map(_DASHES.match, cells)) and len(cells) == len(_split(header))


def _split(line: str) -> list[str]:
    line = line.strip()
    cells = _PIPE.split(line)
    return cells[1 if line.startswith("|") else 0 : len(cells) - 1 if line.endswith("|") and len(cells) > 1 else None]


def _cells(line: str) -> list[str]:
    return [" ".join(_inline(cell).split(" ")).strip() for cell in _split(line)]


def _inline(text: str) -> str:
    """A text without the signs of Markdown."""
    text = _LINK.sub(r"\1", _BREAK.sub("\n", text))
    text = _TAG.sub("", _MARKS.sub("", text))
    return unescape(_ESCAPED.sub(r"\1", text)).replace("\xa0", " ")
