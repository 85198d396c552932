"""Some priorities, where a policy speaks of a few of them only."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import WithJsonSchema

from slaclock.errors import PolicyError
from slaclock.formats.models import reads, short_repr

_TEXTS: dict[str, Any] = {"anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "string"}]}


def _priorities(value: object) -> tuple[str, ...]:
    several = (value,) if isinstance(value, str) else value
    if not isinstance(several, (list, tuple)) or not all(isinstance(text, str) and text.strip() for text in several):
        raise PolicyError(f"{short_repr(value)} is no list of priorities", "write ['P1', 'P2']", value=value)
    return tuple(dict.fromkeys(several))


Priorities = Annotated[tuple[str, ...], reads(_priorities), WithJsonSchema(_TEXTS)]
"""A field that holds some priorities, given as a list or as one; none at all stands for every priority."""
