"""Plain values as TOML has them, on one line."""

from __future__ import annotations

import re
from collections.abc import Mapping

from .models import unwritable

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


def toml_value(value: object) -> str:
    """A text, a list or a table as TOML."""
    if isinstance(value, Mapping):
        pairs = ", ".join(f"{toml_key(key)} = {toml_value(part)}" for key, part in value.items())
        return f"{{ {pairs} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(toml_value, value))}]"
    return toml_string(str(value))


def toml_string(text: str) -> str:
    """A text in quotes, which TOML reads as the same text; what is not for printing is escaped.

    Raises `ModelError` for half of a character, which no file can hold.
    """
    error = unwritable(text)
    if error is not None:
        raise error
    return f'"{"".join(map(_escaped, text))}"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    if character.isprintable():
        return character
    return f"\\u{ord(character):04x}" if ord(character) < 0x1_0000 else f"\\U{ord(character):08x}"


def toml_key(key: str) -> str:
    """A key as TOML has it, in quotes where it must be."""
    return key if _BARE_KEY.fullmatch(key) else toml_string(key)
