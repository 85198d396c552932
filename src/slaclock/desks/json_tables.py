"""JSON lines, and arrays of objects in JSON, as a table."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from slaclock.errors import InputError

from .byte_streams import Utf8
from .tables import Table, of_cells


class _Twice(dict[str, Any]):
    """An object that has a key twice."""


def json_table(text: Utf8, name: str, known: Callable[[str], bool]) -> Table:
    """The table of a text: an array of objects, which are counted from 1, or an object in each line.

    One object without any `known` key, and with a list of objects, is one of which the list was meant.
    """
    data = text.read()
    try:
        whole = data.decode()
        rows = _array(whole, name) if text.head.lstrip()[:1] == b"[" else _lines(whole, name)
        if len(rows) == 1 and not any(map(known, rows[0][1])):
            _check_single(rows[0][1], name)
        if not whole.isascii() or "\\u" in whole:
            json.dumps([row for _, row in rows], ensure_ascii=False).encode()  # halves of characters are no text
    except RecursionError:
        raise InputError("this is not JSON (it is too deep)", "give an array of objects", name) from None
    except UnicodeEncodeError:
        raise InputError("this JSON has half of a character", "correct the text", name) from None
    header = list(dict.fromkeys(key for _, row in rows for key in row))
    return of_cells(name, header, [(number, [row.get(key) for key in header]) for number, row in rows])


def _array(whole: str, name: str) -> list[tuple[int, dict[str, Any]]]:
    try:
        values = json.loads(whole, object_pairs_hook=_of_pairs)
    except ValueError as error:
        raise InputError(f"this is not JSON ({error})", "correct its syntax", name) from None
    return [(number, _object(value, f"{name}, row {number}")) for number, value in enumerate(values, start=1)]


def _lines(whole: str, name: str) -> list[tuple[int, dict[str, Any]]]:
    rows: list[tuple[int, dict[str, Any]]] = []
    for number, line in enumerate(whole.split("\n"), start=1):
        if not line.strip():
            continue
        place = f"{name}, row {number}"
        try:
            value = json.loads(line, object_pairs_hook=_of_pairs)
        except ValueError as error:
            if not rows and (single := _as_object(whole)) is not None:
                _check_single(single, name)
                remedy = "give an array of objects, or one in each line"
                raise InputError("this is one JSON object", remedy, name) from None
            raise InputError(f"this is not JSON ({error})", "give one object in each line", place) from None
        rows.append((number, _object(value, place)))
    return rows


def _object(value: Any, place: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise InputError(f"this is no object of JSON, but a {type(value).__name__}", "name its columns", place)
    if isinstance(value, _Twice):
        raise InputError("a key of the object stands twice", "remove or rename one of them", place)
    return value


def _of_pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    return table if len(table) == len(pairs) else _Twice(table)


def _as_object(whole: str) -> dict[str, Any] | None:
    try:
        value = json.loads(whole)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _check_single(table: dict[str, Any], name: str) -> None:
    """An object that is no row itself, but has rows under one of its keys, is a product's own answer."""
    for key, value in table.items():
        if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
            remedy = "give that list alone, or see slaclock import, which reads the answers of products"
            raise InputError(f"this is one JSON object, with a list under {key!r}", remedy, name)
