"""A page of HTML as passages and tables, by the standard library's reader; nothing is fetched and nothing runs."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from .passages import Cell, Grid, Page, Passage, PassageMaker

_UNSEEN = frozenset(
    {"script", "style", "template", "head", "svg", "del", "s", "select", "textarea", "iframe", "object"}
)
"""Elements of which nobody reads the text as what the page says."""
_VOID = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr",
})  # fmt: skip
_INLINE = frozenset({
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "dfn", "em", "font", "i", "ins", "kbd", "label", "mark", "q",
    "samp", "small", "span", "strong", "sub", "sup", "time", "u", "var", "img", "wbr", "input",
})  # fmt: skip
"""Elements that break no line."""
_HEADINGS = {f"h{level}": level for level in range(1, 7)} | {"caption": 7, "summary": 7, "dt": 8}
_HIDING = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)\b", re.IGNORECASE)
"""A style that lets an element not be seen."""
_WIDEST, _MOST_CELLS = 200, 50_000


class _Table:
    """A table as it is read: cells that reach into rows to come are laid there as these begin."""

    def __init__(self, headings: tuple[str, ...]) -> None:
        self.headings = headings
        self.rows: list[list[Cell]] = []
        self.cell: tuple[int, int, bool, int] | None = None
        self.maker = PassageMaker()
        self.cells = 0
        self.is_cut = False
        self._down: dict[int, tuple[int, Cell]] = {}

    def new_row(self) -> None:
        self.rows.append([])
        self._fill()

    def open_cell(self, attributes: dict[str, str | None], is_head: bool, line: int) -> None:
        if not self.rows:
            self.new_row()
        across, down = (_count(attributes.get(name)) for name in ("colspan", "rowspan"))
        self.cell = min(across, _WIDEST), down, is_head, line

    def close_cell(self) -> None:
        if self.cell is None:
            return
        across, down, is_head, line = self.cell
        self.cell = None
        passage = self.maker.made(())
        cell = Cell("", line, is_head)
        if passage is not None:
            cell = Cell(passage.text, passage.line, is_head, passage.lines)
        for _ in range(across):
            if len(self.rows[-1]) >= _WIDEST or self.cells >= _MOST_CELLS:
                self.is_cut = True
                return
            if down != 1:
                self._down[len(self.rows[-1])] = (down - 1 if down else _MOST_CELLS, cell)
            self.rows[-1].append(cell)
            self.cells += 1
        self._fill()

    def _fill(self) -> None:
        """The cells from above that stand at the end of the row as it is."""
        row = self.rows[-1]
        while len(row) in self._down and self.cells < _MOST_CELLS:
            left, cell = self._down.pop(len(row))
            if left > 1:
                self._down[len(row)] = (left - 1, cell)
            row.append(cell)
            self.cells += 1

    def grid(self) -> Grid | None:
        rows = [tuple(row) for row in self.rows if any(cell.text for cell in row)]
        return Grid(rows, self.headings) if rows else None


class _Reader(HTMLParser):
    """The walk over the elements: a stack of what is not seen, one of tables, and the headings that stand above."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self._maker = PassageMaker()
        self._headings: dict[int, str] = {}
        self._heading: int | None = None
        self._hidden: list[str] = []
        self._tables: list[_Table] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        is_hidden = "hidden" in attributes or _HIDING.search(attributes.get("style") or "") is not None
        if self._hidden or tag in _UNSEEN or (is_hidden and tag not in _VOID):
            if tag not in _VOID:
                self._hidden.append(tag)
            return
        line = self.getpos()[0]
        table = self._tables[-1] if self._tables else None
        if tag == "br":
            self._own_maker().break_line()
        elif tag == "table":
            self._flush()
            self._tables.append(_Table(self._above()))
        elif table is not None and tag == "tr":
            table.close_cell()
            table.new_row()
        elif table is not None and tag in ("td", "th"):
            table.close_cell()
            table.open_cell(attributes, tag == "th", line)
        elif tag in _HEADINGS:
            self._flush()
            self._heading = _HEADINGS[tag]
        elif tag not in _INLINE:
            self._flush()

    def handle_endtag(self, tag: str) -> None:
        if self._hidden:
            if tag in self._hidden:
                del self._hidden[len(self._hidden) - 1 - self._hidden[::-1].index(tag) :]
            return
        table = self._tables[-1] if self._tables else None
        if tag == "table" and table is not None:
            table.close_cell()
            self._tables.pop()
            grid = table.grid()
            if grid is not None:
                self.page.grids.append(grid)
            if table.is_cut:
                self.page.cut.append(self.getpos()[0])
            self._headings.pop(7, None)
        elif table is not None and tag in ("td", "th", "tr"):
            table.close_cell()
        elif tag not in _INLINE:
            self._flush()
            if tag == "dl":
                self._headings.pop(8, None)

    def handle_data(self, data: str) -> None:
        if self._hidden:
            return
        if self._tables and self._tables[-1].cell is None and self._heading is None:
            return  # between two cells
        self._own_maker().add(data, self.getpos()[0])

    def finish(self) -> Page:
        """The page, once all of it was fed."""
        self.close()
        while self._tables:
            self.handle_endtag("table")
        self._flush()
        return self.page

    def _own_maker(self) -> PassageMaker:
        """What collects the text: of the cell that is open, or of the page."""
        in_cell = self._tables and self._tables[-1].cell is not None and self._heading is None
        return self._tables[-1].maker if in_cell else self._maker

    def _flush(self) -> None:
        """The end of a paragraph; within a cell, of a line of it."""
        if self._tables and self._tables[-1].cell is not None and self._heading is None:
            self._tables[-1].maker.break_line()
            return
        passage = self._maker.made(self._above())
        level, self._heading = self._heading, None
        if passage is None:
            return
        if level is None:
            self.page.passages.append(passage)
            return
        self._headings = {own: text for own, text in self._headings.items() if own < level}
        above = self._above()
        self._headings[level] = passage.text
        if self._tables and level == 7:
            self._tables[-1].headings = self._above()
        self.page.passages.append(Passage(passage.text, passage.lines, above))

    def _above(self) -> tuple[str, ...]:
        return tuple(self._headings[level] for level in sorted(self._headings))


def read_html(text: str) -> Page:
    """The passages and tables of a page."""
    reader = _Reader()
    reader.feed(_without_ends(text))
    return reader.finish()


def _without_ends(text: str) -> str:
    """The text with signs in the place of comments and tags that have no end, which the reader seeks for each anew."""
    for opening, end in (("<!--", "-->"), ("<", ">")):
        last = max(text.rfind(end), 0)
        text = text[:last] + text[last:].replace(opening, f"&lt;{opening[1:]}")
    return text


def _count(text: str | None) -> int:
    """How many rows or columns a cell spans; 0 where it reaches down to the end."""
    text = (text or "1").strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 1
