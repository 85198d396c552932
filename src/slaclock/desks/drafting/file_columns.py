"""The columns of a file as a draft looks at them: their headers, and the texts that they hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from slaclock.desks.cells import text_cells
from slaclock.desks.headers import plain_header
from slaclock.desks.known_columns import TICKETS
from slaclock.desks.look_alikes import MEANT_BY, without_objects
from slaclock.desks.readings import files_of
from slaclock.desks.table_files import open_table
from slaclock.errors import InputError
from slaclock.temporal.time_looks import stands_for_nothing

from .time_guesses import are_times, forms_like


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
        return tuple(text for text in self.texts if not stands_for_nothing(text))

    @property
    def repeats(self) -> bool:
        """Whether a text stands in several rows."""
        return len(self.texts) < self.filled

    def holds_times(self, *, named: bool) -> bool:
        """Whether it holds times; numbers may be, where the header is `named` like one of times."""
        return are_times(self.words, number=named)

    @property
    def no_times(self) -> list[str]:
        """The words that are no times."""
        return [word for word in self.words if not forms_like(word, number=True)]


class FileColumns(NamedTuple):
    """The columns of the first rows of a file, and the cells of those that are readable, by their headers."""

    name: str
    rows: int
    columns: tuple[FileColumn, ...]
    cells: Mapping[str, Any]

    def named(self, names: Iterable[str]) -> list[FileColumn]:
        """The columns with such headers, in the order of the names; else those that stand so within objects."""
        whole: dict[str, list[FileColumn]] = {}
        within: dict[str, list[FileColumn]] = {}
        for column in filter(_is_readable, self.columns):
            whole.setdefault(column.plain, []).append(column)
            within.setdefault(plain_header(without_objects(column.header)), []).append(column)
        return [own[0] for name in names if len(own := whole.get(name) or within.get(name, [])) == 1]

    def texts_by(self, column: FileColumn, others: Iterable[FileColumn]) -> dict[str, tuple[str, ...]]:
        """The different texts of other columns in the rows of each text of a column."""
        beside: dict[str, dict[str, None]] = {text: {} for text in column.texts}
        for other in others:
            pairs = zip(self.cells[column.header].to_pylist(), self.cells[other.header].to_pylist(), strict=True)
            for text, cell in dict.fromkeys(pairs):
                if text is not None and cell is not None:
                    beside[text][cell] = None
        return {text: tuple(cells) for text, cells in beside.items()}


def columns_of_file(source: Any) -> FileColumns:
    """The columns of the first rows of a file, the first of those of a pattern, or a frame."""
    if isinstance(source, str):
        source = files_of(source)[0]
    with open_table(source, "tickets", _is_known) as table:
        named = Counter(table.header)
        alone = [number for number, name in enumerate(table.header) if name and named[name] == 1]
        columns = {name: FileColumn(name, (), 0, 0) for name in table.header if name}
        texts: dict[str, Any] = {}
        count = 0
        for rows in table.read(alone):
            count = len(rows.numbers)
            for number, cells in zip(alone, rows.columns, strict=True):
                name = table.header[number]
                try:
                    texts[name] = text_cells(cells).array
                except InputError:  # lists and the like, which no one reads
                    columns[name] = FileColumn(name, (), 0, count, readable=False)
                else:
                    columns[name] = _column(name, texts[name])
            break
        return FileColumns(table.name, count, tuple(columns.values()), texts)


def _is_known(header: str) -> bool:
    return TICKETS.knows(header) or plain_header(header) in MEANT_BY


def _is_readable(column: FileColumn) -> bool:
    return column.readable


def _column(name: str, texts: Any) -> FileColumn:
    different: Sequence[str] = texts.drop_null().unique().to_pylist()
    return FileColumn(name, tuple(different), len(texts) - texts.null_count, len(texts))
