"""`--engine duckdb`: `assess` and `report` over Parquet that is larger than memory."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple

import duckdb
import pyarrow as pa

from slaclock.engines import duckdb as engine
from slaclock.engines.batches import RefusedRows, Sides, check_columns, table_of
from slaclock.errors import InputError
from slaclock.policy.book import PolicyBook
from slaclock.policy.policy import Policy
from slaclock.reporting.model import Report

from .answer_tables import TableAssessment, count_into
from .policies import zone_of
from .progress import progress_bar
from .report_options import ReportOptions
from .tally import Tally


def answers_of_parquet(
    tickets: str, sides: Mapping[str, str], assessment: TableAssessment, tally: Tally
) -> Iterator[pa.Table]:
    """The answers to the tickets that had opened by then, batch by batch; the tally learns of all tickets."""
    with _read(tickets, sides, zone_of(assessment.policy).key) as relations, progress_bar(sys.stderr) as show:
        read = 0
        for batch in engine.read_batches(*_opened(relations, assessment.at)):
            table, own = table_of(batch)
            answers = assessment.answers(table, own, RefusedRows(table, "id"), threads=1)
            count_into(tally, answers)
            yield answers
            read += len(table)
            show(read / max(relations.rows, 1))
        tally.later = relations.rows - read


def report_of_parquet(
    files: Sequence[str],
    policy: Policy | PolicyBook,
    at: datetime,
    *,
    sides: Mapping[str, str],
    options: ReportOptions,
) -> Report:
    """The report over the tickets of all files."""
    if not files:
        raise InputError("--engine duckdb needs TICKETS", "give .parquet files or a pattern of them")
    zone = zone_of(policy).key
    with _read(list(files), sides, zone) as relations, progress_bar(sys.stderr) as show:
        asked: dict[str, Any] = {**relations.sides, **options}
        return engine.report(
            relations.tickets,
            policy,
            at=at,
            timezone=zone,
            progress=lambda rows: show(rows / max(relations.rows, 1)),
            **asked,
        )


class _Relations(NamedTuple):
    """What is read: the tickets, what stands beside them, and how many tickets there are."""

    tickets: duckdb.DuckDBPyRelation
    sides: dict[str, duckdb.DuckDBPyRelation]
    rows: int


@contextmanager
def _read(tickets: str | list[str], sides: Mapping[str, str], zone: str) -> Iterator[_Relations]:
    """The files as relations, for a while."""
    with duckdb.connect() as connection:
        connection.execute(f"SET TimeZone = '{zone}'")
        rows = _parquet(connection, tickets)
        beside = {side: _parquet(connection, path) for side, path in sides.items()}
        yield _Relations(rows, beside, _count(rows))


def _count(relation: duckdb.DuckDBPyRelation) -> int:
    (count,) = relation.aggregate("count(*)").fetchall()[0]
    return int(count)


def _opened(relations: _Relations, at: datetime) -> tuple[duckdb.DuckDBPyRelation, Sides]:
    """The tickets that had opened by then, and the entries of all but the others."""
    tickets = relations.tickets
    check_columns(tickets.columns, ("id", "opened"), "tickets")
    later = f"opened > TIMESTAMPTZ '{at.isoformat()}'"
    sides = {}
    for side, entries in relations.sides.items():
        check_columns(entries.columns, ("ticket",), side)
        others = tickets.filter(later).set_alias("t")
        sides[side] = entries.set_alias("e").join(others, 'e."ticket" = t.id', how="anti")
    return tickets.filter(f"NOT coalesce({later}, false)"), Sides(**sides)


def _parquet(connection: duckdb.DuckDBPyConnection, pattern: str | list[str]) -> duckdb.DuckDBPyRelation:
    try:
        return connection.read_parquet(pattern, union_by_name=True)
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        names = pattern if isinstance(pattern, str) else ", ".join(pattern)
        raise InputError(f"cannot read {names} ({reason})", "give a .parquet file or a pattern of them") from None
