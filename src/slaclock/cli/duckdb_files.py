"""`--engine duckdb`: `assess` and `report` over Parquet that is larger than memory."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple

import duckdb
import pyarrow as pa

from slaclock.columns.ticket_ids import TEXT, WHOLE
from slaclock.engines import duckdb as engine
from slaclock.engines.batches import RefusedRows, Sides, sort_of, table_of
from slaclock.errors import EngineError, InputError
from slaclock.policy.book import PolicyBook, attributes_of
from slaclock.policy.policy import Policy
from slaclock.reporting.model import Report
from slaclock.tickets.agreed import AGREED_FOR

from .answer_tables import TableAssessment, count_into
from .batches import Columns, place_of, type_error
from .csv_rows import check_header
from .notes import note_attributes
from .policies import zone_of
from .progress import progress_bar
from .report_options import ReportOptions
from .tally import Tally
from .ticket_files import TICKETS, columns_of, missing_error, needed_of


def answers_of_parquet(
    tickets: str, sides: Mapping[str, str], assessment: TableAssessment, tally: Tally
) -> Iterator[pa.Table]:
    """The answers to the tickets that had opened by then, batch by batch; the tally learns of all tickets."""
    with _read(tickets, sides, assessment.policy) as relations, progress_bar(sys.stderr) as show:
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
    with _read(list(files), sides, policy) as relations, progress_bar(sys.stderr) as show:
        asked: dict[str, Any] = {**relations.sides, **options}
        return engine.report(
            relations.tickets,
            policy,
            at=at,
            timezone=zone_of(policy).key,
            progress=lambda rows: show(rows / max(relations.rows, 1)),
            **asked,
        )


class _Relations(NamedTuple):
    """What is read: the tickets, what stands beside them, and how many tickets there are."""

    tickets: duckdb.DuckDBPyRelation
    sides: dict[str, duckdb.DuckDBPyRelation]
    rows: int


@contextmanager
def _read(tickets: str | list[str], sides: Mapping[str, str], policy: Policy | PolicyBook) -> Iterator[_Relations]:
    """The files as relations, for a while."""
    with duckdb.connect() as connection:
        connection.execute(f"SET TimeZone = '{zone_of(policy).key}'")
        files = _Parquet(connection, tickets)
        rows = files.checked("tickets", TICKETS, TICKETS.required)
        note_attributes(files.names, rows.columns, attributes_of(policy))
        side_files = {side: _Parquet(connection, path) for side, path in sides.items()}
        beside = {
            side: entries.checked(side, columns_of(side), needed_of(side)) for side, entries in side_files.items()
        }
        try:
            yield _Relations(rows, beside, _count(rows))
        except EngineError as error:  # which names a ticket; its row is said as where there is no engine
            columns = [(files, "id"), *((entries, "ticket") for entries in side_files.values())]
            place = next(filter(None, (own.place(column, error.value) for own, column in columns)), None)
            if place is None:
                raise
            raise error.within(place) from error.__cause__


def _count(relation: duckdb.DuckDBPyRelation) -> int:
    (count,) = relation.aggregate("count(*)").fetchall()[0]
    return int(count)


def _opened(relations: _Relations, at: datetime) -> tuple[duckdb.DuckDBPyRelation, Sides]:
    """The tickets that had opened by then, and the entries of all but the others."""
    tickets = relations.tickets
    later = f"opened > TIMESTAMPTZ '{at.isoformat()}'"
    sides = {}
    for side, entries in relations.sides.items():
        others = tickets.filter(later).set_alias("t")
        sides[side] = entries.set_alias("e").join(others, 'e."ticket" = t.id', how="anti")
    return tickets.filter(f"NOT coalesce({later}, false)"), Sides(**sides)


_LOCATED = "read_parquet(?, union_by_name = true, filename = true, file_row_number = true)"


class _Parquet:
    """Files of one pattern, or of several, whose faults are said with their file, row and column."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, pattern: str | list[str]) -> None:
        self._connection, self._pattern = connection, pattern
        self.names = pattern if isinstance(pattern, str) else ", ".join(pattern)
        try:
            self._rows = connection.read_parquet(pattern, union_by_name=True)
        except duckdb.Error as error:
            reason = str(error).splitlines()[0]
            raise InputError(
                f"cannot read {self.names} ({reason})", "give a .parquet file or a pattern of them"
            ) from None

    def checked(self, what: str, columns: Columns, needed: Sequence[str]) -> duckdb.DuckDBPyRelation:
        """The rows, of which each has what is needed, in columns of what can be read."""
        check_header(self._rows.columns, columns.required, self.names)
        for name, kind in zip(self._rows.columns, self._rows.types, strict=True):
            remedy = _remedy(name, kind.id, columns)
            if remedy is not None and (place := self._first(f"{engine.quoted(name)} IS NOT NULL", name)):
                raise type_error(str(kind), remedy, place)
        for name in needed:
            if place := self._first(f"{engine.quoted(name)} IS NULL", name):
                raise missing_error(what, name, place)
        return self._rows

    def place(self, column: str, value: object) -> str | None:
        """Where the first row stands that has a value in a column; None where none has, or it cannot be said."""
        sql = f"""
            SELECT filename, file_row_number FROM {_LOCATED} WHERE CAST({engine.quoted(column)} AS VARCHAR) = ?
            ORDER BY filename, file_row_number LIMIT 1
        """
        try:  # on a connection of its own, since a stream of tickets may still be open
            rows = self._connection.cursor().execute(sql, [self._pattern, str(value)]).fetchall()
        except duckdb.Error:  # there is no such column, or the files have columns of these names
            return None
        return place_of(rows[0][0], rows[0][1] + 1) if rows else None

    def _first(self, condition: str, column: str) -> str | None:
        """Where the first row stands of which a condition is true; None where it is of none."""
        if not self._rows.filter(condition).limit(1).fetchall():
            return None
        sql = f"SELECT filename, file_row_number FROM {_LOCATED} WHERE {condition} LIMIT 1"
        try:
            file, number = self._connection.execute(sql, [self._pattern]).fetchall()[0]
        except duckdb.Error:  # the files have columns of these names
            return f"{self.names}, column {column!r}"
        return place_of(file, number + 1, column)


def _remedy(name: str, kind: str, columns: Columns) -> str | None:
    """What to do about a column of a type that cannot be read; None where it can be."""
    is_instant = kind == "date" or kind.startswith("timestamp")
    if name in columns.instants:
        return None if is_instant else "parse it to datetimes first"
    if name in columns.numbers:
        return None if sort_of(kind) == WHOLE else "number the rows 1, 2, 3"
    if name in columns.texts and not (sort_of(kind) in (TEXT, WHOLE) or (is_instant and name.startswith(AGREED_FOR))):
        return "give texts"
    return None
