"""Files of what was used of the allowances."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from slaclock.errors import InputError, SlaClockError
from slaclock.figures.allowances import Usage

from .batches import Columns, batches

USAGE = Columns(("allowance", "amount"), ("at",), ("allowance", "at", "amount"))


def read_usage(path: str, zone: ZoneInfo) -> list[Usage]:
    """What was used of the allowances, a use a row."""
    usage = []
    for batch in batches(path, USAGE, zone):
        for row, fields in enumerate(batch.table.to_pylist()):
            try:
                usage.append(Usage(**fields))
            except SlaClockError as error:
                raise InputError(error.problem, error.remedy, batch.place(row, error.where or None)) from None
    return usage
