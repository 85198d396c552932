"""The columns of a file as a draft looks at them: their headers, and the texts that they hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from slaclock.desks.cells import text_cells
from slaclock.desks.headers import plain_header
from slaclock.desks.known_columns import TICKETS
from slaclock.desks.look_alikes import MEANT_BY, without_objects
from slaclock.desks.readings import files_of
from slaclock.desks.table_files import open_table
from slaclock.errors import InputError

from .time_guesses import are_times

NOTHING = ("-", "--", "n/a", "na", "null", "none", "nan", "nat", "?", "(empty)", "(blank)", "unknown", "0")
"""Words that stand for nothing, in small letters."""


class FileColumn(NamedTuple):
    """A column: its header, the different texts in it, how many cells are filled, how many rows there are.

    One of lists is not `readable`.
    """

    header: str
    texts: tuple[str, ...]
    filled: int
    rows: int
    readable: bool = True

    @property
    def plain(self) -> str:
        """The header as headers are compared."""
        return plain_header(self.header)

    @property
    def words(self) -> tuple[str, ...]:
        """The texts without those that stand for nothing."""
        return tuple(text for text in self.texts if text.lower() not in NOTHING)

    @property
    def repeats(self) -> bool:
        """Whether a text stands in several rows."""
        return len(self.texts) < self.filled

    def holds_times(self, *, named: bool) -> bool:
        """Whether it holds times; numbers may be, where the header is `named` like one of times."""
        return are_times(self.words, number=named)


class FileColumns(NamedTuple):
    """The columns of the first rows of a file."""

    name: str
    rows: int
    columns: tuple[FileColumn, ...]

    def named(self, names: Iterable[str]) -> list[FileColumn]:
        """The columns with such headers, in the order of the names; else those that stand so within objects."""
        whole: dict[str, list[FileColumn]] = {}
        within: dict[str, list[FileColumn]] = {}
        for column in filter(_is_readable, self.columns):
            whole.setdefault(column.plain, []).append(column)
            within.setdefault(plain_header(without_objects(column.header)), []).append(column)
        return [own[0] for name in names if len(own := whole.get(name) or within.get(name, [])) == 1]


def columns_of_file(source: Any) -> FileColumns:
    """The columns of the first rows of a file, the first of those of a pattern, or a frame."""
    if isinstance(source, str):
        source = files_of(source)[0]
    with open_table(source, "tickets", _is_known) as table:
        named = Counter(table.header)
        alone = [number for number, name in enumerate(table.header) if name and named[name] == 1]
        columns = {name: FileColumn(name, (), 0, 0) for name in table.header if name}
        count = 0
        for rows in table.read(alone):
            count = len(rows.numbers)
            for number, cells in zip(alone, rows.columns, strict=True):
                columns[table.header[number]] = _column(table.header[number], cells)
            break
        return FileColumns(table.name, count, tuple(columns.values()))


def _is_known(header: str) -> bool:
    return TICKETS.knows(header) or plain_header(header) in MEANT_BY


def _is_readable(column: FileColumn) -> bool:
    return column.readable


def _column(name: str, cells: Any) -> FileColumn:
    try:
        texts = text_cells(cells).array
    except InputError:  # lists and the like, which no one reads
        return FileColumn(name, (), 0, len(cells), readable=False)
    different: Sequence[str] = texts.drop_null().unique().to_pylist()
    return FileColumn(name, tuple(different), len(texts) - texts.null_count, len(cells))
