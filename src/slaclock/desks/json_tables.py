"""JSON lines, and arrays of objects in JSON, as a table."""

from __future__ import annotations

import json
from typing import Any

from slaclock.errors import InputError

from .byte_streams import Utf8
from .tables import Table, of_cells


def json_table(text: Utf8, name: str) -> Table:
    """The table of a text: an array of objects, which are counted from 1, or an object in each line."""
    data = text.read()
    try:
        whole = data.decode()
        rows = _array(whole, name) if text.head.lstrip()[:1] == b"[" else _lines(whole, name)
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
        values = json.loads(whole)
    except ValueError as error:
        raise InputError(f"this is not JSON ({error})", "correct its syntax", name) from None
    return [(number, _object(value, f"{name}, row {number}")) for number, value in enumerate(values, start=1)]


def _lines(whole: str, name: str) -> list[tuple[int, dict[str, Any]]]:
    rows = []
    for number, line in enumerate(whole.split("\n"), start=1):
        if not line.strip():
            continue
        place = f"{name}, row {number}"
        try:
            rows.append((number, _object(json.loads(line), place)))
        except ValueError as error:
            if not rows and _is_object(whole):
                remedy = "give an array of objects, or one in each line"
                raise InputError("this is one JSON object", remedy, name) from None
            raise InputError(f"this is not JSON ({error})", "give one object in each line", place) from None
    return rows


def _object(value: Any, place: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise InputError(f"this is no object of JSON, but a {type(value).__name__}", "name its columns", place)
    return value


def _is_object(whole: str) -> bool:
    try:
        return isinstance(json.loads(whole), dict)
    except ValueError:
        return False
