"""The sheets of a workbook as a table: .xlsx, and what else calamine reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from slaclock.errors import InputError
from slaclock.formats.extras import needs_extra

from .byte_streams import Bytes
from .tables import Table, header_among, of_cells

OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""The first bytes of Excel's files before 2007, and of those that a password protects."""


def workbook_table(source: Bytes, known: Callable[[str], bool]) -> Table:
    """The sheet of a workbook with the most headers that are `known`, or else the first that has any cells.

    A hidden sheet is read where no other has any cells; what other sheets have is noted.
    """
    with needs_extra("cli"):
        from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum
    try:
        with source.seekable() as file, CalamineWorkbook.from_filelike(file) as book:
            sheets = {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}
            seen = {sheet.name for sheet in book.sheets_metadata if sheet.visible == SheetVisibleEnum.Visible}
    except PasswordError:
        raise InputError("a password protects this workbook", "save it without one", source.name) from None
    except (CalamineError, OSError, ValueError) as error:
        remedy = "save it as .xlsx, or as CSV"
        raise InputError(f"this workbook cannot be read ({error})", remedy, source.name) from None
    filled = {name: rows for name, rows in sheets.items() if any(any(map(_is_filled, row)) for row in rows)}
    if not filled:
        return of_cells(source.name, [], [], 1, cell=_cell)
    there = [name for name in filled if name in seen] or [*filled]
    headers = {name: header_among(_texts(filled[name]), known) for name in there}
    sheet = max(headers, key=lambda name: sum(map(known, headers[name].cells)))
    header, rows = headers[sheet], filled[sheet]
    while header.cells and not header.cells[-1]:
        header.cells.pop()
    below = enumerate(rows[header.row :], start=header.row + 1)
    cells = [(number, row) for number, row in below if any(map(_is_filled, row))]
    table = of_cells(source.name, header.cells, cells, header.row, cell=_cell)
    table.notes += header.notes(source.name)
    if len(filled) > 1:
        table.notes.append(f"of the sheets {', '.join(map(repr, filled))} of {source.name} {sheet!r} is read")
    return table


def _texts(rows: Sequence[Sequence[Any]]) -> Iterator[tuple[int, list[str]]]:
    for number, row in enumerate(rows, start=1):
        yield number, [str(cell).strip() if _is_filled(cell) else "" for cell in row]


def _cell(row: Sequence[Any], column: int) -> Any:
    return row[column] if column < len(row) else None


def _is_filled(cell: Any) -> bool:
    return cell is not None and not (isinstance(cell, str) and not cell.strip())
