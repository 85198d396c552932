"""The options that columns and engines have in common, refused at once where they are none."""

from __future__ import annotations

from collections.abc import Mapping

from slaclock.errors import ColumnError
from slaclock.formats.models import short_repr
from slaclock.temporal.instants import find_zone

from .threads import workers


def check_options(
    *,
    columns: Mapping[str, str] | None = None,
    prefix: str = "",
    timezone: str | None = None,
    threads: int | None = None,
) -> None:
    """An error for the first option that is of another kind than it should be."""
    if columns is not None and not isinstance(columns, Mapping):
        raise ColumnError(
            f"columns={short_repr(columns)} is no mapping", "name the frame's columns: {'opened': 'Created'}"
        )
    for field, name in (columns or {}).items():
        if not isinstance(name, str):
            raise ColumnError(
                f"columns= has {short_repr(name)} for {field!r}, which is no text",
                "name one of the frame's columns; rename it where its name is no text",
            )
    if not isinstance(prefix, str):
        raise ColumnError(f"prefix={short_repr(prefix)} is no text", "give one, such as 'sla_', or ''")
    if timezone is not None:
        find_zone(timezone)
    workers(threads)
