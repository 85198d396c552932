"""A title, notes and titled tables as one page: plain text, Markdown, or a notebook's cell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

from .cells import cell, paragraph, table_html
from .safe_texts import shown_lines
from .tables import markdown_table, markdown_text, text_table


class TitledTable(Protocol):
    """A table with its title; `right` are the columns that are set to the right."""

    @property
    def title(self) -> str:
        """What stands above it."""
        ...

    @property
    def header(self) -> Sequence[str]:
        """The names of its columns."""
        ...

    @property
    def rows(self) -> Sequence[Sequence[str]]:
        """Its cells."""
        ...

    @property
    def right(self) -> frozenset[int]:
        """The columns of numbers."""
        ...


class PageTable(NamedTuple):
    """A titled table of no more than that."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    right: frozenset[int] = frozenset()


def text_page(title: str, notes: Iterable[str], tables: Iterable[TitledTable]) -> str:
    """The page as plain text."""
    parts = [title, *notes]
    for table in tables:
        parts += ["", table.title, text_table(table.header, table.rows, table.right)]
    return shown_lines("\n".join(parts))


def markdown_page(title: str, notes: Iterable[str], tables: Iterable[TitledTable]) -> str:
    """The page as Markdown."""
    parts = [f"# {markdown_text(title)}", *notes]
    for table in tables:
        parts += [f"## {table.title}", markdown_table(table.header, table.rows, table.right)]
    return "\n\n".join(parts) + "\n"


def cell_page(
    title: str, notes: Iterable[str], tables: Iterable[TitledTable], *, above: str = "", below: str = ""
) -> str:
    """The page for a notebook's cell; a picture as HTML may stand above the tables or below them."""
    lines = (paragraph(note, "note") for note in notes)
    shown = (table_html(table.header, table.rows, table.right, table.title) for table in tables)
    return cell(paragraph(title, "lead"), *lines, above, *shown, below)
