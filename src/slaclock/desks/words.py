"""The words of a desk in columns of texts: those that stand for nothing, and those that mean words of the policy."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as _compute

from .cells import text_cells

pc: Any = _compute  # whose functions are made when it is imported, so that no type checker knows them


def without_words(column: Any, words: Collection[str]) -> Any:
    """A column of texts or numbers without what stands for nothing; any other as it is."""
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if not words or pa.types.is_nested(kind) or pa.types.is_temporal(kind):
        return column
    texts = text_cells(column).array
    nothing = pc.is_in(texts, value_set=pa.array([word.strip() for word in words], pa.string()))
    return pc.if_else(nothing, None, texts)


def translated(texts: Any, words: Mapping[str, str]) -> Any:
    """Texts with those that `words` lists replaced by what they mean."""
    if not words:
        return texts
    place = pc.index_in(texts, value_set=pa.array([*words], pa.string()))
    return pc.coalesce(pa.array([*words.values()], pa.string()).take(place), texts)
