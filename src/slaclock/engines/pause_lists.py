"""Lists of pauses, one a row, as the functions of SQL are given them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pyarrow as pa
import pyarrow.compute as _compute

from slaclock.columns.frames import check_columns
from slaclock.errors import ColumnError

pc: Any = _compute  # whose functions are made when it is imported, so that no type checker knows them


def is_nested(arrow_type: Any) -> bool:
    """Whether it is a type of lists, or of structs, which are a list of pauses that wants its brackets."""
    return bool(pa.types.is_nested(arrow_type))


def entries_of(lists: Any, names: Collection[str]) -> dict[str, Any] | None:
    """The columns of the entries of all lists, with the number of each one's `row`; None where there are none.

    A list that is null has no entries. An entry that is null has no start.
    """
    wanted = f"LIST of STRUCT({', '.join(names)})"
    if pa.types.is_null(lists.type):
        return None
    if not (pa.types.is_list(lists.type) or pa.types.is_large_list(lists.type) or _is_fixed(lists.type)):
        raise ColumnError(f"the pauses are a column of {lists.type}", f"give a {wanted}")
    flat, rows = pc.list_flatten(lists), pc.list_parent_indices(lists).cast(pa.int64())
    if pa.types.is_null(flat.type):
        flat = pa.nulls(len(flat), pa.struct([(name, pa.null()) for name in names]))
    if not pa.types.is_struct(flat.type):
        raise ColumnError(f"the pauses are lists of {flat.type}", f"give a {wanted}")
    check_columns([field.name for field in flat.type], [*names], "pauses")
    if not len(flat):
        return None
    return {"row": rows, **{name: pc.struct_field(flat, name) for name in names}}


def _is_fixed(arrow_type: Any) -> bool:
    return bool(pa.types.is_fixed_size_list(arrow_type))
