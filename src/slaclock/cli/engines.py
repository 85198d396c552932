"""`assess --engine duckdb`: Parquet larger than memory to Parquet, and a line a priority."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime

import duckdb

from slaclock.engines import duckdb as engine
from slaclock.errors import InputError
from slaclock.policy import Policy

from .lines import Tally
from .showing import progress_bar


def assess_by_duckdb(arguments: argparse.Namespace, policy: Policy, at: datetime) -> int:
    """Write the answers and print how many tickets are in each state."""
    if arguments.out is None:
        raise InputError("--engine duckdb needs --out", "name a folder, or a .parquet file")
    if arguments.tickets is None:
        raise InputError("--engine duckdb needs TICKETS", "give a .parquet file or a pattern of them")
    zone = policy.calendar.zone.key
    with duckdb.connect() as connection:
        connection.execute(f"SET TimeZone = '{zone}'")
        tickets = _read(connection, arguments.tickets)
        pauses = None if arguments.pauses is None else _read(connection, arguments.pauses)
        (count,) = tickets.aggregate("count(*)").fetchall()[0]
        answers = engine.assess(tickets, policy, at=at, pauses=pauses, measure=arguments.measure, timezone=zone)
        with progress_bar(sys.stderr) as told:
            written = engine.write(answers, arguments.out, progress=lambda rows: told(rows / max(count, 1)))
        print(*_summary(connection, arguments.out).summary(), sep="\n")
    print(f"all {written} written to {arguments.out}; durations are microseconds")
    print(f"policy: {policy.name}; times without an offset are read in {zone}")
    return 0


def _read(connection: duckdb.DuckDBPyConnection, pattern: str) -> duckdb.DuckDBPyRelation:
    try:
        return connection.read_parquet(pattern)
    except duckdb.Error as wrong:
        said = str(wrong).splitlines()[0]
        raise InputError(f"cannot read {pattern} ({said})", "give a .parquet file or a pattern of them") from None


def _summary(connection: duckdb.DuckDBPyConnection, out: str) -> Tally:
    """How many tickets of each kind and priority are in each state."""
    found = _read(connection, out if out.lower().endswith(".parquet") else f"{out}/*.parquet")
    names = [name if name in found.columns else "NULL" for name in ("kind", "priority")]
    tally = Tally(1)
    keys = ", ".join(name for name in (*names, "sla_state") if name != "NULL")
    for kind, priority, state, count in found.aggregate(f"{', '.join(names)}, sla_state, count(*)", keys).fetchall():
        tally.states[kind or "incident", priority or "", state] += count
    return tally
