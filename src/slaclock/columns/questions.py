"""What a question over columns is asked of."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from slaclock.calendar.base import Calendar
from slaclock.errors import ColumnError

from .chunks import CHUNK, Answers
from .frames import ColumnKind
from .instants import Instants, read_instants
from .pause_columns import read_pauses
from .piecewise import NEVER, Bools, Ints
from .rows import Rows
from .targets import RowTargets
from .threads import all_of, workers


class Asked(NamedTuple):
    """What a question is asked of, and the kind of column its answer is to be."""

    rows: Rows
    kind: ColumnKind
    targets: RowTargets


def asked(
    columns: dict[str, Any],
    calendar: Calendar,
    pauses: Any,
    timezone: str | None,
    threads: int | None,
    *,
    targets: RowTargets | None = None,
) -> Asked:
    """The columns read, and put beside their pauses and targets."""
    targets = targets or RowTargets([])
    kind = ColumnKind(list(columns.values()))
    read = _read(columns, timezone, threads)
    sizes = [column.size for column in read.values() if column.size is not None]
    if targets.size is not None:
        sizes.append(targets.size)
        if sizes[0] != targets.size:
            raise ColumnError(f"there are {targets.size} targets for {sizes[0]} rows", "give one, or one a row")
    if not sizes or all(column.size is None for column in read.values()):
        raise ColumnError("there is no column among the instants", "use the functions of slaclock for single ones")
    rows = Rows(calendar, read, sizes[0], read_pauses(pauses, sizes[0], timezone), targets)
    return Asked(rows, kind, targets)


def _read(columns: dict[str, Any], timezone: str | None, threads: int | None) -> dict[str, Instants]:
    """The columns of instants; long ones at once, since each is looked through for its ends."""
    found: dict[str, Instants] = {}

    def read(name: str) -> None:
        found[name] = read_instants(columns[name], name, timezone)

    if workers(threads) > 1 and any(len(column) > CHUNK for column in columns.values() if hasattr(column, "__len__")):
        all_of([partial(read, name) for name in columns])
    else:
        for name in columns:
            read(name)
    return {name: found[name] for name in columns}


def judged(rows: Rows, trouble: Bools | None, answers: Answers, *instants: Ints) -> Bools | None:
    """The trouble without the rows that miss an instant, whose answers are made missing."""
    missing = rows.missing(*instants)
    if missing is None:
        return trouble
    for answer in answers:
        answer[missing] = -1 if answer.dtype == np.int8 else NEVER
    return None if trouble is None else trouble & ~missing


def known(rows: Rows, name: str, row: int) -> datetime:
    """The instant of a row that is known to have one."""
    at = rows.instant(name, row)
    assert at is not None  # rows that miss one are no trouble
    return at
