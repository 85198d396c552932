"""What every function of columns does: read them, answer by arrays, ask the scalar function where these cannot."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

from numpy.typing import NDArray

from slaclock.calendar.base import Calendar, not_a_calendar
from slaclock.errors import ColumnError

from .chunks import CHUNK, BadRows
from .dates import Numbers
from .frames import kind_of
from .instants import Instants, read_instants
from .options import check_options
from .outputs import Output
from .pause_columns import read_pauses
from .rows import Chunk, Reach, Rows
from .targets import RowTargets
from .threads import all_of, workers


def column_of(
    output: Output,
    kernel: Callable[[Chunk], NDArray[Any]],
    scalar: Callable[..., Any],
    columns: Mapping[str, Any],
    *,
    calendar: Calendar,
    optional: Collection[str] = (),
    read: Callable[[Any, str, str | None], Instants] = read_instants,
    others: Mapping[str, Numbers] = MappingProxyType({}),
    reach: Reach | None = None,
    targets: RowTargets | None = None,
    pauses: Any = None,
    timezone: str | None = None,
    errors: str | BadRows = "raise",
    threads: int | None = None,
) -> Any:
    """A column of answers of the caller's kind.

    `columns` are the instants, by the names that the scalar function has for them; where one is missing the answer
    is, unless it is `optional`, which the kernel and the scalar function see to. `read` reads them, dates too. The
    kernel answers a chunk, and doubts the rows that arrays cannot answer: `scalar` gets the instants of each of these,
    with its numbers of `others`, and its `target` and `pauses` where there are any. Answers lie as far off as `reach`
    says, or else the targets.
    """
    if not isinstance(calendar, Calendar):
        raise not_a_calendar(calendar)
    check_options(timezone=timezone, threads=threads)
    bad = errors if isinstance(errors, BadRows) else BadRows(errors)
    columns = {name: column for name, column in columns.items() if column is not None or name not in optional}
    kind = kind_of(list(columns.values()))
    instants = _read_columns(columns, read, timezone, threads)
    count = _count(instants, targets, others)
    required = [name for name in instants if name not in optional]
    paused = read_pauses(pauses, count, timezone)
    rows = Rows(calendar, instants, count, pauses=paused, targets=targets, required=required, reach=reach)
    (answers,) = rows.answers(
        [output], lambda chunk: (kernel(chunk),), partial(_ask, scalar, rows, others), bad, threads=threads
    )
    bad.warn()
    return output.column(kind, answers, calendar.zone.key)


def _ask(scalar: Callable[..., Any], rows: Rows, others: Mapping[str, Numbers], row: int) -> tuple[Any]:
    """The scalar function's answer for one row, None where its target or number is missing."""
    arguments: dict[str, Any] = {name: other.of(row) for name, other in others.items() if other.size is not None}
    if rows.targets is not None:
        arguments["target"] = rows.targets.of(row)
    if None in arguments.values():
        return (None,)
    arguments |= {name: other.of(row) for name, other in others.items() if other.size is None}
    arguments |= {name: rows.instant(name, row) for name in rows.columns}
    if rows.paused:
        arguments["pauses"] = rows.pairs(row)
    return (scalar(**arguments),)


def _read_columns(
    columns: Mapping[str, Any],
    read_column: Callable[[Any, str, str | None], Instants],
    timezone: str | None,
    threads: int | None,
) -> dict[str, Instants]:
    """The columns of instants; long ones at once, since each is looked through for its ends."""
    instants: dict[str, Instants] = {}

    def read(name: str) -> None:
        instants[name] = read_column(columns[name], name, timezone)

    if workers(threads) > 1 and any(len(column) > CHUNK for column in columns.values() if hasattr(column, "__len__")):
        all_of([partial(read, name) for name in columns])
    else:
        for name in columns:
            read(name)
    return {name: instants[name] for name in columns}


def _count(instants: Mapping[str, Instants], targets: RowTargets | None, others: Mapping[str, Numbers]) -> int:
    """How many rows there are."""
    sizes = [column.size for column in instants.values() if column.size is not None]
    if not sizes:
        raise ColumnError("there is no column among the instants", "use the functions of slaclock for single ones")
    if targets is not None and targets.size not in (None, sizes[0]):
        raise ColumnError(f"there are {targets.size} targets for {sizes[0]} rows", "give one, or one a row")
    for name, other in others.items():
        if other.size not in (None, sizes[0]):
            raise ColumnError(f"{name} has {other.size} rows, and the dates {sizes[0]}", "give one, or one a row")
    return sizes[0]
