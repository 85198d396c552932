"""`--engine duckdb`: `assess` and `report` over Parquet that is larger than memory."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple

import duckdb

from slaclock.engines import duckdb as engine
from slaclock.engines.batches import check_columns
from slaclock.errors import InputError
from slaclock.policy.policy import Policy
from slaclock.reporting.model import Report

from .lines import Tally
from .showing import progress_bar


def assess_by_duckdb(arguments: argparse.Namespace, policy: Policy, at: datetime) -> int:
    """Write the answers and print how many tickets are in each state."""
    if arguments.out is None:
        raise InputError("--engine duckdb needs --out", "name a folder, or a .parquet file")
    if arguments.tickets is None:
        raise InputError("--engine duckdb needs TICKETS", "give a .parquet file or a pattern of them")
    zone = policy.calendar.zone.key
    with _read(arguments.tickets, arguments.pauses, zone) as (connection, everything, waits, many):
        tickets, pauses = _opened(everything, waits, at)
        answers = engine.assess(tickets, policy, at=at, pauses=pauses, measure=arguments.measure, timezone=zone)
        with progress_bar(sys.stderr) as told:
            written = engine.write(answers, arguments.out, progress=lambda rows: told(rows / many))
        print(*_tally(connection, arguments.out).summary(), sep="\n")
        later = _count(everything) - written
    if later:
        print(f"{later} tickets opened later and are left out")
    print(f"all {written} written to {arguments.out}; durations are microseconds")
    print(f"policy: {policy.name}; times without an offset are read in {zone}")
    return 0


def report_by_duckdb(files: Sequence[str], policy: Policy, at: datetime, *, pauses: str | None, options: Any) -> Report:
    """The report over the tickets of all files."""
    if not files:
        raise InputError("--engine duckdb needs TICKETS", "give .parquet files or a pattern of them")
    zone = policy.calendar.zone.key
    with _read(list(files), pauses, zone) as (_, tickets, waits, many), progress_bar(sys.stderr) as told:
        return engine.report(
            tickets, policy, at=at, pauses=waits, timezone=zone, progress=lambda rows: told(rows / many), **options
        )


class _Inputs(NamedTuple):
    """What is read: the connection, tickets and pauses, and how many tickets there are, or 1 where there are none."""

    connection: duckdb.DuckDBPyConnection
    tickets: duckdb.DuckDBPyRelation
    pauses: duckdb.DuckDBPyRelation | None
    many: int


@contextmanager
def _read(tickets: str | list[str], pauses: str | None, zone: str) -> Iterator[_Inputs]:
    """A connection for a while, with the files as relations."""
    with duckdb.connect() as connection:
        connection.execute(f"SET TimeZone = '{zone}'")
        found = _parquet(connection, tickets)
        waits = None if pauses is None else _parquet(connection, pauses)
        yield _Inputs(connection, found, waits, max(_count(found), 1))


def _count(relation: duckdb.DuckDBPyRelation) -> int:
    (count,) = relation.aggregate("count(*)").fetchall()[0]
    return int(count)


def _opened(
    tickets: duckdb.DuckDBPyRelation, pauses: duckdb.DuckDBPyRelation | None, at: datetime
) -> tuple[duckdb.DuckDBPyRelation, duckdb.DuckDBPyRelation | None]:
    """The tickets that had opened by then, and the pauses of all but the others."""
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
    except duckdb.Error as wrong:
        said = str(wrong).splitlines()[0]
        named = pattern if isinstance(pattern, str) else ", ".join(pattern)
        raise InputError(f"cannot read {named} ({said})", "give a .parquet file or a pattern of them") from None


def _tally(connection: duckdb.DuckDBPyConnection, out: str) -> Tally:
    """How many tickets of each kind and priority are in each state."""
    found = _parquet(connection, out if out.lower().endswith(".parquet") else f"{out}/*.parquet")
    names = [name if name in found.columns else "NULL" for name in ("kind", "priority")]
    tally = Tally(1)
    keys = ", ".join(name for name in (*names, "sla_state") if name != "NULL")
    for kind, priority, state, count in found.aggregate(f"{', '.join(names)}, sla_state, count(*)", keys).fetchall():
        tally.states[kind or "incident", priority or "", state] += count
    return tally
