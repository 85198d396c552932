"""`--engine duckdb`: `assess` and `report` over Parquet that is larger than memory."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

import duckdb

from slaclock.engines import duckdb as engine
from slaclock.engines.batches import check_columns
from slaclock.errors import InputError
from slaclock.policy.book import PolicyBook
from slaclock.policy.measures import Measure
from slaclock.policy.policy import Policy
from slaclock.reporting.model import Report

from .policies import zone_of
from .progress import progress_bar
from .report_options import ReportOptions
from .tally import Tally


def assess_to_parquet(
    tickets: str | None,
    policy: Policy | PolicyBook,
    at: datetime,
    *,
    pauses: str | None,
    measure: Measure,
    out: str | None,
) -> Tally:
    """Write the answers to the tickets that had opened by then, and say how many are in each state."""
    if out is None:
        raise InputError("--engine duckdb needs --out", "name a folder, or a .parquet file")
    if tickets is None:
        raise InputError("--engine duckdb needs TICKETS", "give a .parquet file or a pattern of them")
    zone = zone_of(policy).key
    with _read(tickets, pauses, zone) as relations:
        opened, pauses_of_opened = _opened(relations, at)
        answers = engine.assess(opened, policy, at=at, pauses=pauses_of_opened, measure=measure, timezone=zone)
        with progress_bar(sys.stderr) as show:
            written = engine.write(answers, out, progress=lambda rows: show(rows / relations.rows))
        tally = _tally(relations.connection, out)
        tally.later = _count(relations.tickets) - written
    return tally


def report_of_parquet(
    files: Sequence[str], policy: Policy | PolicyBook, at: datetime, *, pauses: str | None, options: ReportOptions
) -> Report:
    """The report over the tickets of all files."""
    if not files:
        raise InputError("--engine duckdb needs TICKETS", "give .parquet files or a pattern of them")
    zone = zone_of(policy).key
    with _read(list(files), pauses, zone) as relations, progress_bar(sys.stderr) as show:
        return engine.report(
            relations.tickets,
            policy,
            at=at,
            pauses=relations.pauses,
            timezone=zone,
            progress=lambda rows: show(rows / relations.rows),
            **options,
        )


class _Relations(NamedTuple):
    """What is read: the connection, tickets and pauses, and how many tickets there are, or 1 where there are none."""

    connection: duckdb.DuckDBPyConnection
    tickets: duckdb.DuckDBPyRelation
    pauses: duckdb.DuckDBPyRelation | None
    rows: int


@contextmanager
def _read(tickets: str | list[str], pauses: str | None, zone: str) -> Iterator[_Relations]:
    """A connection for a while, with the files as relations."""
    with duckdb.connect() as connection:
        connection.execute(f"SET TimeZone = '{zone}'")
        ticket_rows = _parquet(connection, tickets)
        pause_rows = None if pauses is None else _parquet(connection, pauses)
        yield _Relations(connection, ticket_rows, pause_rows, max(_count(ticket_rows), 1))


def _count(relation: duckdb.DuckDBPyRelation) -> int:
    (count,) = relation.aggregate("count(*)").fetchall()[0]
    return int(count)


def _opened(relations: _Relations, at: datetime) -> tuple[duckdb.DuckDBPyRelation, duckdb.DuckDBPyRelation | None]:
    """The tickets that had opened by then, and the pauses of all but the others."""
    tickets, pauses = relations.tickets, relations.pauses
    check_columns(tickets.columns, ("id", "opened"), "tickets")
    later = f"opened > TIMESTAMPTZ '{at.isoformat()}'"
    if pauses is not None:
        check_columns(pauses.columns, ("ticket",), "pauses")
        others = tickets.filter(later).set_alias("t")
        pauses = pauses.set_alias("p").join(others, 'p."ticket" = t.id', how="anti")
    return tickets.filter(f"NOT coalesce({later}, false)"), pauses


def _parquet(connection: duckdb.DuckDBPyConnection, pattern: str | list[str]) -> duckdb.DuckDBPyRelation:
    try:
        return connection.read_parquet(pattern, union_by_name=True)
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        names = pattern if isinstance(pattern, str) else ", ".join(pattern)
        raise InputError(f"cannot read {names} ({reason})", "give a .parquet file or a pattern of them") from None


def _tally(connection: duckdb.DuckDBPyConnection, out: str) -> Tally:
    """How many tickets of each kind and priority are in each state."""
    answers = _parquet(connection, out if out.lower().endswith(".parquet") else f"{out}/*.parquet")
    names = [name if name in answers.columns else "NULL" for name in ("kind", "priority")]
    tally = Tally(1)
    keys = ", ".join(name for name in (*names, "sla_state") if name != "NULL")
    groups = answers.aggregate(f"{', '.join(names)}, sla_state, count(*)", keys).fetchall()
    for kind, priority, state, count in groups:
        tally.states[kind or "incident", priority or "", state] += count
    return tally
