"""CSV of any separator: Arrow reads the cells, and what it cannot say of them is worked out here."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, suppress
from typing import Any, NamedTuple

import numpy as np

from slaclock.formats.counts import count_text
from slaclock.formats.extras import pyarrow

from .byte_streams import Utf8
from .tables import Header, Misfit, Rows, Table, header_among

SEPARATORS = {",": "','", ";": "';'", "\t": "a tab", "|": "'|'"}
_OF_WORDS = {*SEPARATORS, *"\"'_-. \r\n\0"}
"""Signs that separate no cells, or are known to."""
_LOOKED_AT = 4  # lines of which it is asked whether a sign separates in them
_BLOCK = 1 << 24  # bytes that are parsed at once


class _Form(NamedTuple):
    """What is known of a CSV file: its separator, how many columns it has, and the number of the header's row."""

    separator: str
    width: int
    header: int


def csv_table(text: Utf8, name: str, known: Callable[[str], bool], stack: ExitStack) -> Table:
    """The table of a text, open as long as `stack` is.

    The separator is that by which the most headers are `known`, or else there are the most.
    """
    separator, header = _header(text, known)
    form = _Form(separator, len(header.cells), header.row)
    table = Table(name, header.cells, lambda columns: _read(text, form, columns, stack), header.row)
    table.notes += header.notes(name)
    if text.legacy:
        table.notes.append(f"{name} is not UTF-8, and is read as Windows-1252")
    return table


def _header(text: Utf8, known: Callable[[str], bool]) -> tuple[str, Header]:
    """The separator, and the header."""
    head = text.head.decode(errors="ignore")
    if head.startswith("sep=") and len(head) > 4:  # as Excel writes it
        separator = head[4]
        return separator, header_among(_first_rows(head, separator, skip=1), known)
    skip = int(head.startswith("#TYPE "))  # as PowerShell writes it
    choices = [
        (separator, header_among(_first_rows(head, separator, skip), known))
        for separator in (*SEPARATORS, *_others(head))
    ]
    # An unusual sign separates where it makes more headers known than the usual ones do, or where these make one
    # column and it as many in the rows below as in the header.
    return max(
        choices,
        key=lambda choice: (
            sum(map(known, set(choice[1].cells))),
            _separates(head, *choice),
            choice[0] in SEPARATORS,
            len(choice[1].cells),
        ),
    )


def _separates(head: str, separator: str, header: Header) -> bool:
    """Whether a sign separates several columns; an unusual one as many in each of the first rows."""
    count = len(header.cells)
    if separator in SEPARATORS or count == 1:
        return count > 1
    lines = [line for line in head.splitlines()[header.row - 1 :] if line.strip()][:_LOOKED_AT]
    return len(lines) > 1 and all(line.count(separator) == count - 1 for line in lines)


def _others(head: str) -> list[str]:
    """The signs in the first line that may separate its words too."""
    first = head.lstrip().partition("\n")[0]
    return [sign for sign in dict.fromkeys(first) if sign.isascii() and not sign.isalnum() and sign not in _OF_WORDS]


def _first_rows(head: str, separator: str, skip: int = 0) -> Iterator[tuple[int, list[str]]]:
    """The first rows with their numbers."""
    with suppress(csv.Error):
        rows = enumerate(csv.reader(io.StringIO(head, newline=""), delimiter=separator), start=1)
        yield from ((number, [cell.strip() for cell in row]) for number, row in rows if number > skip)


def _read(text: Utf8, form: _Form, columns: Sequence[int], stack: ExitStack) -> Iterator[Rows]:
    pa = pyarrow()
    from pyarrow import csv as arrow

    if not form.width:
        return
    misfits: list[tuple[int, str]] = []

    def misfit(row: Any) -> str:
        misfits.append((row.number, row.text))
        return "skip"

    text.put_by(stack)
    names = [str(column) for column in range(form.width)]
    reader = arrow.open_csv(
        text,
        read_options=arrow.ReadOptions(use_threads=False, block_size=_BLOCK, column_names=names),
        parse_options=arrow.ParseOptions(
            delimiter=form.separator, newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=misfit
        ),
        convert_options=arrow.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            strings_can_be_null=False,
        ),
    )
    stack.callback(_brought_to_its_end, text, reader)
    number, yielded = 1, 0
    while True:
        try:
            batch = reader.read_next_batch()
        except StopIteration:
            break
        numbers, number = _numbered(len(batch), number, [row for row, _ in misfits[yielded:]])
        rows = Rows(numbers, [pa.chunked_array([column]) for column in batch.columns])
        chosen = [(row, line) for row, line in misfits[yielded:] if row < number]
        yielded += len(chosen)
        yield _part(rows, chosen, form, columns)
    if yielded < len(misfits):
        nothing = pa.chunked_array([pa.array([], pa.string())])
        yield _part(Rows(np.zeros(0, np.int64), [nothing] * form.width), misfits[yielded:], form, columns)


def _brought_to_its_end(text: Utf8, reader: Iterable[object]) -> None:
    """Let Arrow, which reads ahead in a thread of its own, have nothing left to do.

    Python that ends while a thread is at work in `text` waits for it for ever, or is aborted.
    """
    text.end()
    with suppress(Exception):  # what is wrong with the rest is of no concern to one who stopped
        for _ in reader:
            pass


def _numbered(count: int, first: int, skipped: Sequence[int]) -> tuple[Any, int]:
    """The numbers of so many rows from a first, without those that are skipped; and the number of the next."""
    numbers = np.arange(first, first + count + len(skipped), dtype=np.int64)
    numbers = numbers[~np.isin(numbers, np.array(skipped, np.int64))][:count]
    return numbers, int(numbers[-1]) + 1 if count else first


def _part(rows: Rows, lines: Sequence[tuple[int, str]], form: _Form, columns: Sequence[int]) -> Rows:
    """Some rows below the header that are not empty, with those of the `lines` that have only empty cells too many."""
    pa = pyarrow()
    numbers, arrays = rows.numbers, rows.columns
    misfits: list[Misfit] = []
    mended: list[tuple[int, list[str]]] = []
    for number, line in lines:
        if number <= form.header:
            continue
        cells = next(csv.reader(io.StringIO(line, newline=""), delimiter=form.separator), [])
        if len(cells) > form.width and not any(cell.strip() for cell in cells[form.width :]):
            mended.append((number, cells))
        elif any(cell.strip() for cell in cells):
            misfits.append(_misfit(number, len(cells), line, form))
    if mended:
        numbers = np.concatenate([numbers, np.array([number for number, _ in mended], np.int64)])
        order = np.argsort(numbers, kind="stable")
        numbers = numbers[order]
        late = [
            pa.array(cells, pa.string())
            for cells in list(zip(*(cells for _, cells in mended), strict=False))[: form.width]
        ]
        arrays = [pa.chunked_array([*array.chunks, more]).take(order) for array, more in zip(arrays, late, strict=True)]
    wanted = (numbers > form.header) & ~_empty(pa, arrays)
    arrays = [arrays[column] for column in columns]
    if not wanted.all():
        numbers, arrays = numbers[wanted], [array.filter(pa.array(wanted)) for array in arrays]
    return Rows(numbers, arrays, misfits)


def _empty(pa: Any, arrays: Sequence[Any]) -> Any:
    """Which rows have nothing in any cell, as spreadsheets leave them below the last one."""
    empty = np.ones(len(arrays[0]), bool)
    for array in arrays:
        if empty.any():
            blank = pa.compute.equal(pa.compute.utf8_trim_whitespace(array), "")
            empty &= np.asarray(blank)
    return empty


def _misfit(number: int, count: int, line: str, form: _Form) -> Misfit:
    if line.count('"') % 2:
        problem = "this is not CSV (a quotation mark is opened here and not closed)"
        return Misfit(number, problem, "close it, or double it")
    what = "commas" if form.separator == "," else SEPARATORS.get(form.separator, repr(form.separator))
    remedy = f"quote cells that hold {what}"
    if count < form.width:
        remedy = "give each column its cell, which may be empty, and quote cells that hold line breaks"
    return Misfit(number, f"{count_text(count, 'cell')} under {form.width} columns", remedy)
