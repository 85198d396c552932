"""JSON as a table: objects in lines, in an array, or in the one list of a document, as a product's API answers.

An object within an object is columns of dotted names: `{"fields": {"priority": {"name": "P1"}}}` has the column
`fields.priority.name`. A value beside how it is shown, `{"value": "1", "display_value": "1 - Critical"}` as ServiceNow
answers, is that value, and what is shown has a column of its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from slaclock.errors import InputError

from .byte_streams import Utf8
from .headers import plain_header
from .known_columns import TICKETS
from .tables import Table, of_cells

Row = dict[str, Any]
_VALUE, _SHOWN = "value", {"value", "display_value", "link"}


class _Twice(dict[str, Any]):
    """An object that has a key twice."""


def json_table(text: Utf8, name: str, what: str) -> Table:
    """The table of a text: an array of objects, which are counted from 1, an object in each line, or a document.

    Of a document that has several lists of objects the one that is called `what` is meant.
    """
    data = text.read()
    notes: list[str] = []
    try:
        whole = data.decode()
        rows = _array(whole, name) if text.head.lstrip()[:1] == b"[" else _lines(whole, name, what, notes)
        if not whole.isascii() or "\\u" in whole:
            json.dumps([row for _, row in rows], ensure_ascii=False).encode()  # halves of characters are no text
        flat = [(number, _flat(row, f"{name}, row {number}")) for number, row in rows]
    except RecursionError:
        raise InputError("this is not JSON (it is too deep)", "give an array of objects", name) from None
    except UnicodeEncodeError:
        raise InputError("this JSON has half of a character", "correct the text", name) from None
    header = _header(flat)
    table = of_cells(name, header, flat, cell=lambda row, column: row.get(header[column]))
    table.notes += notes
    return table


def _array(whole: str, name: str) -> list[tuple[int, Row]]:
    try:
        values = json.loads(whole, object_pairs_hook=_of_pairs)
    except ValueError as error:
        raise InputError(f"this is not JSON ({error})", "correct its syntax", name) from None
    return _numbered(values, name)


def _numbered(values: list[Any], name: str) -> list[tuple[int, Row]]:
    return [(number, _object(value, f"{name}, row {number}")) for number, value in enumerate(values, start=1)]


def _lines(whole: str, name: str, what: str, notes: list[str]) -> list[tuple[int, Row]]:
    """The objects of lines, or those of a document, which is one object, in however many lines."""
    rows: list[tuple[int, Row]] = []
    for number, line in enumerate(whole.split("\n"), start=1):
        if not line.strip():
            continue
        place = f"{name}, row {number}"
        try:
            value = json.loads(line, object_pairs_hook=_of_pairs)
        except ValueError as error:
            if not rows and (document := _document(whole)) is not None:
                return _records(document, name, what, notes)
            raise InputError(f"this is not JSON ({error})", "give one object in each line", place) from None
        rows.append((number, _object(value, place)))
    if len(rows) == 1 and not any(map(TICKETS.knows, rows[0][1])) and [*_lists(rows[0][1])]:
        return _records(rows[0][1], name, what, notes)
    return rows


def _object(value: Any, place: str) -> Row:
    if not isinstance(value, dict):
        raise InputError(f"this is no object of JSON, but a {type(value).__name__}", "name its columns", place)
    if isinstance(value, _Twice):
        raise InputError("a key of the object stands twice", "remove or rename one of them", place)
    return value


def _of_pairs(pairs: list[tuple[str, Any]]) -> Row:
    row = dict(pairs)
    return row if len(row) == len(pairs) else _Twice(row)


def _document(whole: str) -> Row | None:
    try:
        value = json.loads(whole, object_pairs_hook=_of_pairs)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _records(document: Row, name: str, what: str, notes: list[str]) -> list[tuple[int, Row]]:
    """The objects of a document's one list of them, or of that which is called `what`; others are noted."""
    lists = [*_lists(document)]
    named = [one for one in lists if plain_header(one[0].rpartition(".")[2]) == what]
    filled = [one for one in lists if one[1]]
    for choice in (lists, named, filled):
        if len(choice) == 1:
            [(path, values)] = choice
            if others := [other for other, own in filled if own is not values]:
                notes.append(f"{name}: of its lists only {path!r} is read, and not {', '.join(map(repr, others))}")
            return _numbered(values, name)
    if not lists:
        remedy = "give an array of objects, one in each line, or a list of them under a name"
        raise InputError("this is one JSON object", remedy, name)
    names = ", ".join(repr(path) for path, _ in lists)
    raise InputError(f"this JSON has several lists of objects: {names}", "keep the one that is meant", name)


def _lists(document: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, list[Any]]]:
    """The lists of objects in a document, each with its path; empty ones too, but none of what a list has in it."""
    for key, value in document.items():
        if isinstance(value, dict):
            yield from _lists(value, f"{path}{key}.")
        elif isinstance(value, list) and all(isinstance(item, dict) for item in value):
            yield f"{path}{key}", value


def _flat(row: Row, place: str) -> Row:
    """The cells of an object, those of the objects within it by dotted names."""
    if not any(isinstance(value, dict) for value in row.values()):
        return row
    cells: Row = {}
    for path, value in _parts(row, ""):
        if path in cells:
            raise InputError(f"the column {path!r} stands twice", "remove or rename one of them", place)
        cells[path] = value
    return cells


def _parts(row: Row, path: str) -> Iterator[tuple[str, Any]]:
    for key, value in row.items():
        own = f"{path}{key}"
        if not isinstance(value, dict):
            yield own, value
        elif _VALUE in value and value.keys() <= _SHOWN and not isinstance(value[_VALUE], dict):
            yield own, value[_VALUE]
            yield from ((f"{own}.{name}", part) for name, part in value.items() if name != _VALUE)
        else:
            yield from _parts(value, f"{own}.")


def _header(rows: list[tuple[int, Row]]) -> list[str]:
    """The columns in the order in which they come; none for what is an object or else nothing."""
    header = dict.fromkeys(key for _, row in rows for key in row)
    above = {key[:end] for key in header for end, sign in enumerate(key) if sign == "."}
    filled = {key for _, row in rows for key in above.intersection(row) if row[key] is not None} if above else above
    return [key for key in header if key not in above or key in filled]
