"""Files of rules as text and as data: UTF-8, TOML and JSON, or an error of the kind that the reader wants."""

from __future__ import annotations

import json
import os
import re
import tomllib
from pathlib import Path
from typing import Any, Literal

from slaclock.errors import ModelError, SlaClockError, placed, printable

Form = Literal["toml", "json"]
# Python's reader of TOML takes memory by the square of the parts of a dotted key: a long one would take all there is.
_MOST_PARTS = 64
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""The first bytes of workbooks."""
_LONG_KEY = re.compile(rf"""(?<![\w-])(?:(?:[\w-]+|"[^"\n]*"|'[^'\n]*')[ \t]*\.[ \t]*){{{_MOST_PARTS}}}""")
_ESCAPED_HALF = re.compile(r"\\u[dD][89a-fA-F]")


def form_of(path: Path) -> Form:
    """The form of a file by its name; TOML unless it ends with .json."""
    return "json" if path.suffix.lower() == ".json" else "toml"


def read_text(path: Path, error: type[SlaClockError]) -> str:
    """The text of a file."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as failure:
        raise error(f"cannot read {printable(path)} ({failure.strerror})", "check the path") from None
    except UnicodeDecodeError as failure:
        if failure.object.startswith(_WORKBOOKS):
            problem = f"cannot read {printable(path)} (this looks like an Excel workbook)"
            raise error(problem, "save it as text in UTF-8") from None
        raise error(f"cannot read {printable(path)} ({failure})", "save it as UTF-8") from None
    except ValueError as failure:  # a path that no file can have
        raise error(f"cannot read {printable(path)} ({failure})", "check the path", value=str(path)) from None


def json_text(given: object) -> str:
    """A JSON text that may be given as its bytes, which are UTF-8; `ModelError` for others, and for what is no text."""
    if isinstance(given, str):
        return given
    if not isinstance(given, (bytes, bytearray)):
        raise ModelError(f"this is a {type(given).__name__}, and no JSON", "give a text or its bytes", value=given)
    try:
        return given.decode()
    except UnicodeDecodeError as failure:
        raise ModelError(f"this is not UTF-8 ({failure})", "save it as UTF-8", value=given) from None


def path_of(value: object, key: str, error: type[SlaClockError]) -> Path:
    """The path of a file that a key names."""
    with placed(key):
        return given_path(value, error)


def given_path(value: object, error: type[SlaClockError]) -> Path:
    """The path of a file that a caller gives."""
    if not isinstance(value, (str, os.PathLike)):
        raise error(f"{value!r} is not the path of a file", "give it as a text", value=value)
    return Path(value)


def read_data(text: str, form: Form, error: type[SlaClockError]) -> Any:
    """The data of a text."""
    if form == "toml" and _LONG_KEY.search(text):
        raise error(f"this has a key of more than {_MOST_PARTS} parts", "correct the file's syntax")
    try:
        data = tomllib.loads(text) if form == "toml" else json.loads(text)
        if not text.isascii() or _ESCAPED_HALF.search(text):
            json.dumps(data, ensure_ascii=False, default=str).encode()  # halves of characters are no text
    except (ValueError, RecursionError) as failure:
        raise error(f"this is not {form.upper()} ({failure})", "correct the file's syntax") from None
    return data
