"""Plain rows to text; knows no class of this library, so that any floor may use it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def instant_text(at: datetime | None, none: str = "") -> str:
    """A local date and time for reading, such as `Fri 6 Apr 2018 16:30`; seconds where there are any, cut short."""
    if at is None:
        return none
    seconds = f":{at.second:02d}" if at.second else ""
    day = f"{_WEEKDAYS[at.weekday()]} {at.day} {_MONTHS[at.month - 1]} {at.year:04d}"
    return f"{day} {at.hour:02d}:{at.minute:02d}{seconds}"


def text_table(header: Sequence[str], rows: Iterable[Sequence[str]], right: frozenset[int] = frozenset()) -> str:
    """Rows as aligned columns under a header; `right` names the columns that are aligned to the right."""
    lines = [header, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(header))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )
