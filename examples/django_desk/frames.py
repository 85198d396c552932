"""Tickets by columns: all the open ones of a list at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import pandas as pd

import slaclock as sc
from slaclock import columns

_INSTANTS = ("opened", "responded", "resolved", "cancelled", "start", "end", "at", "reopened")
_SIDES = {
    "pauses": ("start", "end", "reason"), "changes": ("at", "field", "to"), "reopenings": ("resolved", "reopened"),
}  # fmt: skip


def standings(rows: Sequence[Mapping[str, Any]], policy: sc.PolicyBook, at: datetime) -> list[dict[str, object]]:
    """How each ticket of the rows of `models.whole` stands, those that are due first before the others.

    One that no policy knows has no state, and hides no other.
    """
    if not rows:
        return []
    tickets = _frame([{name: cell for name, cell in row.items() if name not in _SIDES} for row in rows])
    pauses, changes, reopenings = (_side(rows, name, fields) for name, fields in _SIDES.items())
    answers = columns.assess(
        tickets, policy, at=at, pauses=pauses, changes=changes, reopenings=reopenings, errors="null"
    )
    latest = changes[(changes["field"] == "priority") & (changes["at"] <= at)].drop_duplicates("row", keep="last")
    answers.loc[latest["row"], "priority"] = latest["to"].to_numpy()
    answers = answers.sort_values(["sla_due", "id"], na_position="last")
    answers = answers[["id", "priority", "sla_state", "sla_due", "sla_remaining"]]
    names = ("id", "priority", "state", "due", "remaining")
    return [dict(zip(names, map(_plain, row), strict=True)) for row in answers.itertuples(index=False)]


def _plain(cell: Any) -> object:
    """A cell as JSON can have it; Django's own would cut the microseconds of an instant."""
    if pd.isna(cell):
        return None
    return cell.isoformat() if isinstance(cell, datetime) else cell


def _side(rows: Sequence[Mapping[str, Any]], name: str, fields: tuple[str, ...]) -> pd.DataFrame:
    """What became of the tickets, with the number of a ticket's row."""
    entries = [{"row": number, **entry} for number, row in enumerate(rows) for entry in row[name]]
    return _frame(entries, columns=["row", *fields])


def _frame(rows: list[dict[str, object]], columns: list[str] | None = None) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=columns)
    for name in frame.columns.intersection(_INSTANTS):
        frame[name] = pd.to_datetime(frame[name], utc=True, format="ISO8601")
    return frame
