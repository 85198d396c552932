"""Whole documents as TOML."""

from __future__ import annotations

from collections.abc import Mapping

from slaclock.errors import MissingExtraError

from .models import unwritable


def toml_document(data: Mapping[str, object]) -> str:
    """Plain data as a TOML document; what is null in it is left out.

    Raises `ModelError` for half of a character, which no file can hold.
    """
    try:
        import tomli_w
    except ImportError:
        raise MissingExtraError.for_extra("tomli-w", "cli") from None
    error = unwritable(data)
    if error is not None:
        raise error
    return tomli_w.dumps({key: _without_null(part) for key, part in data.items() if part is not None})


def _without_null(part: object) -> object:
    if isinstance(part, Mapping):
        return {key: _without_null(value) for key, value in part.items() if value is not None}
    if isinstance(part, (list, tuple)):
        return [_without_null(item) for item in part]
    return part
