"""The tickets that fit none of the readings, and where the desk's figures first differ from the best reading's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from slaclock.columns.piecewise import NEVER
from slaclock.errors import SlaClockError
from slaclock.temporal.durations import format_duration
from slaclock.temporal.instants import from_micros, to_micros
from slaclock.tickets.assessment import Assessment, assess
from slaclock.tickets.ledger import LedgerRow

from .enumeration import Tried
from .figures import Misfit
from .readings import ADDED, IGNORED, DeskReading

EXPLAINED = 200
"""Of so many misfits it is sought where they first differ."""


def misfits_of(tried: Tried, best: DeskReading, zone: ZoneInfo) -> Iterator[Misfit]:
    """The tickets that no reading fits, in the order of their openings."""
    judged = tried.judged
    rows = np.flatnonzero(~tried.fitted)
    if not len(rows):
        return
    due, late, elapsed, _ = tried.ours(best)
    desk = judged.desk
    ids = judged.source.ids(judged.row[rows])

    def instant(micros: int) -> datetime | None:
        return None if micros == NEVER else from_micros(micros, zone)

    def length(micros: int) -> timedelta | None:
        return None if micros == NEVER else timedelta(microseconds=micros)

    for place, row in enumerate(rows.tolist()):
        flag = -1 if desk.breached is None else int(desk.breached[row])
        has_elapsed = desk.elapsed is not None
        misfit = Misfit(
            ids[place],
            from_micros(int(judged.opened[row]), zone),
            None if desk.due is None else instant(int(desk.due[row])),
            instant(int(due[row])),
            None if flag < 0 else flag == 1,
            None if desk.breached is None else bool(late[row]),
            length(int(desk.elapsed[row])) if desk.elapsed is not None else None,
            length(int(elapsed[row])) if has_elapsed else None,
        )
        yield _explained(tried, row, best, misfit, zone) if place < EXPLAINED else misfit


def _explained(tried: Tried, row: int, best: DeskReading, misfit: Misfit, zone: ZoneInfo) -> Misfit:
    judged = tried.judged
    policy = tried.under.of(best.with_("pauses", IGNORED) if best.pauses == ADDED else best)
    assert policy is not None
    ticket = judged.source.ticket(int(judged.row[row]))
    try:
        whole = assess(ticket, policy, at=from_micros(judged.at, zone), measure=judged.measure)
        stretch = _stretch(whole, misfit, zone)
    except SlaClockError:
        return misfit
    return replace(misfit, stretch=stretch)


def _stretch(whole: Assessment, misfit: Misfit, zone: ZoneInfo) -> str:
    """What the best reading's clock does where the desk's figure first differs from its own, in words."""
    ledger = whole.explain()
    rows = list(ledger.rows)
    if misfit.desk_due is not None and misfit.desk_due != misfit.due:
        dues = [at for at in (misfit.desk_due, misfit.due) if at is not None]
        row = _row_at(rows, min(dues))
        return "" if row is None else ledger.sentence(row.in_zone(zone))
    if misfit.desk_elapsed is not None and misfit.desk_elapsed != misfit.elapsed:
        row = next((row for row in rows if row.counted and row.total > misfit.desk_elapsed), rows[-1] if rows else None)
        return "" if row is None else ledger.sentence(row.in_zone(zone))
    if misfit.desk_breached is not None and whole.remaining is not None:
        left = format_duration(abs(whole.remaining))
        return f"{left} {'over' if whole.remaining < timedelta(0) else 'left'} by this reading"
    return ""


def _row_at(rows: list[LedgerRow], at: datetime) -> LedgerRow | None:
    """The row in which an instant lies, or the last before it."""
    micros = to_micros(at)
    return next((row for row in reversed(rows) if to_micros(row.start) <= micros), rows[0] if rows else None)
