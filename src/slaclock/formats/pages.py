"""A title, notes and titled tables as one page: plain text, or Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

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
