"""JSON in one form only, so that equal data are equal texts, and the hash of a text is that of its data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from slaclock.errors import ModelError

from .models import short_repr, unwritable


def canonical_json(data: object) -> str:
    """Plain data as JSON of one line: keys in the order of their code points, no spaces, signs as they are.

    It is what `jq -cS` writes. Raises `ModelError` for half of a character, and for NaN, which JSON does not have.

    >>> canonical_json({"b": [1, None], "a": "é"})
    '{"a":"é","b":[1,null]}'
    """
    try:
        text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
        text.encode()
    except ValueError as error:
        problem = ModelError("NaN and Infinity are no JSON", "leave them out, or write null")
        raise (unwritable(data) if isinstance(error, UnicodeEncodeError) else None) or problem from None
    return text


def digest_of(data: object) -> str:
    """The SHA-256 of plain data, by their canonical JSON in UTF-8, as hexadecimal digits.

    >>> digest_of({})
    '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a'
    """
    return sha256(canonical_json(data).encode()).hexdigest()


def read_once(text: str) -> Any:
    """The data of a JSON text in which no object has a key twice, so that nobody can read another value than we do.

    Raises `ModelError` for what is no JSON.
    """
    try:
        return json.loads(text, object_pairs_hook=_of_pairs)
    except (ValueError, RecursionError) as failure:
        if isinstance(failure, ModelError):
            raise
        raise ModelError(f"this is not JSON ({failure})", "correct its syntax") from None


def _of_pairs(pairs: list[tuple[str, Any]]) -> Mapping[str, Any]:
    table = dict(pairs)
    if len(table) < len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise ModelError(f"an object has the key {short_repr(key)} twice", "leave one of them out", value=key)
            seen.add(key)
    return table
