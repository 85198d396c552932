"""The desk's tables: rows of a connection as policies, as tickets, and as frames."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, Self

import polars as pl
import psycopg
from psycopg.rows import DictRow, dict_row

import slaclock as sc
from slaclock import columns

SCHEMA = Path(__file__).with_name("schema.sql").read_bytes()

_INSTANT = pl.Datetime("us", "UTC")
_TEXT = pl.String()
_TICKET: dict[str, pl.DataType] = {
    "id": _TEXT, "kind": _TEXT, "priority": _TEXT, "opened": _INSTANT, "responded": _INSTANT, "resolved": _INSTANT,
    "cancelled": _INSTANT,
}  # fmt: skip
_SIDES: dict[str, dict[str, pl.DataType]] = {
    "pauses": {"start": _INSTANT, "end": _INSTANT, "reason": _TEXT},
    "changes": {"at": _INSTANT, "field": _TEXT, "to": _TEXT},
    "reopenings": {"resolved": _INSTANT, "reopened": _INSTANT},
}


def connect(conninfo: str | None = None) -> psycopg.Connection[DictRow]:
    """A connection to the desk's database, that of DESK_DATABASE unless another is named; its times are UTC's."""
    if conninfo is None:
        conninfo = os.environ.get("DESK_DATABASE", "dbname=desk")
    return psycopg.Connection[DictRow].connect(
        conninfo, autocommit=True, row_factory=dict_row, options="-c TimeZone=UTC"
    )


def policies(connection: psycopg.Connection[DictRow]) -> sc.PolicyBook:
    """The policies of the desk: the same book while none of them changes, whose calendars are compiled already."""
    rows = connection.execute("SELECT document::text AS text FROM policies ORDER BY name").fetchall()
    return _book(tuple(row["text"] for row in rows))


@lru_cache(maxsize=4)
def _book(texts: tuple[str, ...]) -> sc.PolicyBook:
    return sc.PolicyBook([sc.Policy.from_json(text) for text in texts])


def ticket(connection: psycopg.Connection[DictRow], name: str) -> sc.Ticket | None:
    """A ticket with all that became of it."""
    row = connection.execute("SELECT * FROM whole_tickets WHERE id = %s", [name]).fetchone()
    return None if row is None else sc.Ticket.model_validate(row)


def open_tickets(connection: psycopg.Connection[DictRow], at: datetime) -> list[DictRow]:
    """The rows of the tickets that were open as of an instant, in one query."""
    return connection.execute(
        "SELECT * FROM whole_tickets WHERE opened <= %(at)s AND coalesce(least(resolved, cancelled) > %(at)s, true)"
        " ORDER BY opened, id",
        {"at": at},
    ).fetchall()


class Frames(NamedTuple):
    """Tickets as a frame, and what became of them as side frames, which have the number of a ticket's row."""

    tickets: pl.DataFrame
    pauses: pl.DataFrame
    changes: pl.DataFrame
    reopenings: pl.DataFrame

    @classmethod
    def of(cls, rows: Sequence[DictRow]) -> Self:
        """The frames of rows of whole tickets."""
        tickets = pl.DataFrame({name: [row[name] for row in rows] for name in _TICKET}, schema=_TICKET)
        return cls(tickets, *(_side(rows, name, kinds) for name, kinds in _SIDES.items()))


def _side(rows: Sequence[DictRow], name: str, kinds: dict[str, pl.DataType]) -> pl.DataFrame:
    entries = [{"row": number, **entry} for number, row in enumerate(rows) for entry in row[name]]
    texts = pl.DataFrame(entries, schema={"row": pl.UInt32(), **dict.fromkeys(kinds, _TEXT)})
    instants = [kind for kind in kinds if kinds[kind] == _INSTANT]
    read = pl.col(instants).str.to_datetime("%+", time_unit="us", time_zone="UTC")  # as JSON has them
    return texts.with_columns(read)


def assessed(rows: Sequence[DictRow], policy: sc.PolicyBook, at: datetime) -> pl.DataFrame:
    """How each ticket of the rows stands: `columns.assess`. One that no policy knows has no state."""
    tickets, pauses, changes, reopenings = Frames.of(rows)
    answers = columns.assess(
        tickets, policy, at=at, pauses=pauses, changes=changes, reopenings=reopenings, errors="null"
    )
    latest = changes.filter(pl.col("field") == "priority", pl.col("at") <= at.astimezone(UTC))
    latest = latest.unique("row", keep="last", maintain_order=True)
    known = answers.with_row_index("row").join(latest, on="row", how="left", maintain_order="left")
    return known.with_columns(priority=pl.when(pl.col("at").is_null()).then("priority").otherwise("to"))


def next_turns(rows: Sequence[DictRow], policy: sc.PolicyBook, at: datetime) -> dict[str, datetime]:
    """When something turns next for each ticket of the rows, for which something does: `columns.next_turns`."""
    tickets, pauses, changes, reopenings = Frames.of(rows)
    turns = columns.next_turns(
        tickets, policy, at=at, pauses=pauses, changes=changes, reopenings=reopenings, errors="null"
    ).drop_nulls("at")
    return dict(zip(turns["ticket"], turns["at"], strict=True))
