"""The one reading of tables: a file of any form, as batches of columns whose rows have their own numbers.

Rows are counted as a spreadsheet does: a header is row 1, and a row whose cells have line breaks is one row. Of Parquet
and Feather, which have no row of headers, the first row is 1.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from slaclock.errors import InputError
from slaclock.formats.extras import pyarrow

from .byte_streams import Bytes, Utf8, opened
from .column_files import frame_table, ipc_table, parquet_table
from .csv_tables import csv_table
from .json_tables import json_table
from .tables import Table
from .workbooks import OLD, workbook_table

_PARQUET, _FEATHER, _ARROW_STREAM, _ZIP = b"PAR1", b"ARROW1", b"\xff\xff\xff\xff", b"PK\x03\x04"
_OF_WORKBOOKS = (b"xl/", b"[Content_Types]", b"opendocument")
"""What the first bytes of a ZIP archive name that is a workbook."""
_PACKED = {b"BZh": "bzip2", b"\xfd7zXZ": "xz", b"\x28\xb5\x2f\xfd": "zstd", b"7z\xbc\xaf": "7-Zip"}
_PAGE = re.compile(rb"(\xef\xbb\xbf)?\s*<(!doctype|html|head|body|table|\?xml|meta|!--)", re.IGNORECASE)
"""How pages begin that products call .xls, since spreadsheets open them."""
_NAMED = {
    ".parquet": "Parquet", ".pq": "Parquet", ".feather": "Feather", ".arrow": "Feather", ".xlsx": "a workbook",
    ".xls": "a workbook", ".ods": "a workbook",
}  # fmt: skip
"""Names that say what a file is; all others are known by their content alone."""


@contextmanager
def open_table(source: Any, what: str = "tickets", known: Callable[[str], bool] = bool) -> Iterator[Table]:
    """The table of a file, which is known by its content, `-` for standard input; or `what` a frame holds.

    `known` says whether a header is one, by which the separator of CSV is told.
    """
    if not isinstance(source, str):
        yield frame_table(what, source)
        return
    pa = pyarrow()
    with opened(source) as file, ExitStack() as stack:
        try:
            yield _table(file, source, what, known, stack)
        except (pa.ArrowException, UnicodeDecodeError, OSError) as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise
            reason = " ".join(str(error).split())[:200]
            raise InputError(f"this is not {_form(file)} ({reason})", "make the file anew", file.name) from None


def _form(file: Bytes) -> str:
    head = file.head
    if head.startswith(_PARQUET):
        return "whole Parquet"
    return "whole Feather" if head.startswith((_FEATHER, _ARROW_STREAM)) else "CSV"


def _table(file: Bytes, path: str, what: str, known: Callable[[str], bool], stack: ExitStack) -> Table:
    head = file.head
    if head.startswith(_PARQUET):
        return parquet_table(file.name, stack.enter_context(file.seekable()))
    if head.startswith((_FEATHER, _ARROW_STREAM)):
        seekable = stack.enter_context(file.seekable())
        return ipc_table(file.name, seekable, stream=head.startswith(_ARROW_STREAM))
    if head.startswith(OLD) or (head.startswith(_ZIP) and any(name in head for name in _OF_WORKBOOKS)):
        return workbook_table(file, known)
    packed = next((kind for mark, kind in {_ZIP: "ZIP", **_PACKED}.items() if head.startswith(mark)), None)
    if packed is not None:
        raise InputError(f"this is packed by {packed}", "unpack it first", file.name)
    if _PAGE.match(head):
        remedy = "open it in a spreadsheet, and save it as .xlsx or CSV"
        raise InputError("this is a page of HTML or XML, and no table", remedy, file.name)
    named = next((kind for end, kind in _NAMED.items() if path.lower().endswith(end)), None)
    if named is not None:
        raise InputError(f"this is not {named}, as its name says", f"make it {named}, or rename it", file.name)
    text = Utf8(file)
    if text.head.lstrip()[:1] in (b"{", b"["):
        return json_table(text, file.name, what)
    table = csv_table(text, file.name, known, stack)
    table.share = file.share
    return table
