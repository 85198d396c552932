"""Where two ledgers part: the first instant of which they do not say the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from slaclock.temporal.instants import from_micros, to_micros

from .ledger import COUNTED_BETWEEN, Ledger, LedgerRow


class Parting(NamedTuple):
    """The stretches of two ledgers from the instant on at which they part; None where a ledger has none there."""

    old: LedgerRow | None
    new: LedgerRow | None


def parting_of(old: Ledger, new: Ledger) -> Parting | None:
    """Where two ledgers part; None where they say the same of all time.

    They part where one counts and the other does not, where one does not count for another reason, and where one goes
    on after the other has ended: one of a target of two hours parts from one of four when two are over. How a stretch
    is broken up into rows is no difference.
    """
    rows, others = list(old.rows), list(new.rows)
    edges = sorted({to_micros(at) for row in (*rows, *others) for at in (row.start, row.end)})
    for edge in edges:
        before, after = _row_at(rows, edge), _row_at(others, edge)
        if _label(before) != _label(after):
            return Parting(_from(before, edge), _from(after, edge))
    return None


def sentences_of(old: Ledger, new: Ledger, zone: ZoneInfo) -> tuple[str, str]:
    """Where two ledgers part, in words and in a zone: the stretch of each, empty where it has none there."""
    parting = parting_of(old, new)
    if parting is None:
        return "", ""
    of_old, of_new = (None if row is None else row.in_zone(zone) for row in parting)
    return "" if of_old is None else old.sentence(of_old), "" if of_new is None else new.sentence(of_new)


def in_one_line(old: str, new: str) -> str:
    """Both sentences in one line: what the new ledger says, and what the old one said."""
    if not old:
        return new
    return f"{new or 'due before'}; it was: {old}"


def _row_at(rows: list[LedgerRow], at: int) -> LedgerRow | None:
    """The row in which an instant lies; those that end before it are dropped, since instants come in order."""
    while rows and to_micros(rows[0].end) <= at:
        del rows[0]
    return rows[0] if rows and to_micros(rows[0].start) <= at else None


def _label(row: LedgerRow | None) -> tuple[str, str] | None:
    return None if row is None else (row.kind, row.why)


def _from(row: LedgerRow | None, at: int) -> LedgerRow | None:
    """The rest of a row from an instant on."""
    if row is None or to_micros(row.start) >= at:
        return row
    zone = row.start.tzinfo
    assert isinstance(zone, ZoneInfo)  # which the rows of a ledger have
    start = from_micros(at, zone)
    whole = not row.counted or row.why == COUNTED_BETWEEN
    passed = timedelta(0) if whole else timedelta(microseconds=at - to_micros(row.start))
    return replace(row, start=start, length=row.length - passed)
