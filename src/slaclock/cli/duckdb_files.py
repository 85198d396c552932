"""`--engine duckdb`: `assess` and `report` over tickets that are larger than memory.

The tables are read as they are without the engine, and put by in a database of its own on disk, which joins them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from slaclock.desks.entry_places import LocatedEntry
from slaclock.desks.faults import BadRow, Place
from slaclock.desks.readings import Batch, Reading
from slaclock.desks.ticket_tables import duplicate_ticket, side_batches, ticket_batches, unknown_ticket
from slaclock.engines import duckdb as engine
from slaclock.engines.batches import Sides, table_of
from slaclock.errors import EngineError, InputError
from slaclock.policy.book import PolicyBook
from slaclock.policy.policy import Policy
from slaclock.reporting.bad_tickets import bad_tickets
from slaclock.reporting.facts import FactFinder
from slaclock.reporting.model import Report
from slaclock.tickets.side_tables import SEQUENCE, SIDES

from .answer_tables import TableAssessment, count_into
from .judged_rows import Judge, row_of
from .report_options import ReportOptions, figures_of
from .tally import Tally

_FILE, _ROW = "_sla_file", "_sla_row"
"""The columns in which a row has the number of its file, and its own."""
Progress = Callable[[float], None]
_READING = 0.5
"""The share of the work that it is to read the tickets."""


def answers_of_files(
    tickets: str,
    sides: Mapping[str, str],
    assessment: TableAssessment,
    *,
    reading: Reading,
    tally: Tally,
    progress: Progress = lambda share: None,
) -> Iterator[pa.Table]:
    """The answers to the tickets that had opened by then, batch by batch; the tally learns of all tickets."""
    with _put_by([tickets], sides, assessment.policy, reading, progress) as tables:
        judge = Judge(assessment, tables.entries_of, reading.faults)
        read, count = 0, tables.count  # asked now: while the tickets are read the connection can do nothing else
        for batch in engine.read_batches(*tables.opened(assessment.at)):
            table, own = table_of(batch)
            answers = judge.answers(table, own, tables.places_of(table), threads=1)
            read += len(table)
            count_into(tally, answers)
            yield answers
            progress(_READING + (1 - _READING) * read / max(count, 1))
        tally.later = count - read


def report_of_files(
    files: Sequence[str],
    policy: Policy | PolicyBook,
    at: datetime,
    *,
    sides: Mapping[str, str],
    options: ReportOptions,
    reading: Reading,
    progress: Progress = lambda share: None,
) -> Report:
    """The report over the tickets of all files."""
    if not files:
        raise InputError("--engine duckdb needs TICKETS", "give files of them, or a pattern")
    with _put_by(files, sides, policy, reading, progress) as tables:
        count = tables.count
        if not count:
            raise InputError("there are no tickets", "add rows under the header", files[0])
        while True:
            try:
                made = engine.report(
                    tables.tickets,
                    policy,
                    at=at,
                    timezone=reading.zone.key,
                    progress=lambda rows: progress(_READING + (1 - _READING) * rows / count),
                    **tables.sides,  # type: ignore[arg-type]
                    **options,
                )
            except EngineError:
                if not _told(tables, options, policy, at):
                    raise
            else:
                return dataclasses.replace(made, skipped=reading.faults.count)


def _told(tables: _Tables, options: ReportOptions, policy: Policy | PolicyBook, at: datetime) -> bool:
    """Tell of the tickets that have no answer, and leave them out; False where there are none."""
    finder = FactFinder(policy, figures_of(options, at))
    judge = Judge(
        TableAssessment(policy, at, options["measure"], known=options["known"]),
        tables.entries_of,
        tables.reading.faults,
    )
    bad: list[str] = []
    for batch in engine.read_batches(tables.tickets, Sides(**tables.sides)):
        table, own = table_of(batch)
        problems = bad_tickets(table, finder, own, timezone=tables.reading.zone.key, threads=1)
        judge.tell(problems, table, tables.places_of(table))
        bad += table["id"].take(pa.array([*problems], pa.int64())).to_pylist()
    tables.leave_out(bad)
    return bool(bad)


class _Tables:
    """The tables of a database: the tickets, and what stands beside them, each row with its file and its number."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, reading: Reading) -> None:
        self._connection, self.reading = connection, reading
        self._files: dict[str, int] = {}
        self._headers: list[Mapping[str, str]] = []
        self._sides: list[str] = []

    @property
    def tickets(self) -> duckdb.DuckDBPyRelation:
        """The tickets."""
        return self._connection.table("tickets")

    @property
    def sides(self) -> dict[str, duckdb.DuckDBPyRelation]:
        """What stands beside them."""
        return {side: self._connection.table(side) for side in self._sides}

    @property
    def count(self) -> int:
        """How many tickets there are."""
        return int(self._rows("SELECT count(*) FROM tickets")[0][0])

    def add_tickets(self, batches: Iterable[Batch]) -> None:
        """Put the tickets by; one that stands twice is told of and left out."""
        self._put("tickets", batches)
        twice = self._rows(f"""
            SELECT * FROM (
                SELECT id, {_FILE}, {_ROW}, row_number() OVER (PARTITION BY id ORDER BY {_FILE}, {_ROW}) AS time
                FROM tickets WHERE id IN (SELECT id FROM tickets GROUP BY id HAVING count(*) > 1)
            ) WHERE time > 1 ORDER BY {_FILE}, {_ROW}
        """)
        self.reading.faults.add(BadRow.of(duplicate_ticket(row[0]), self._place(*row[1:3])) for row in twice)
        self._delete("tickets", [row[1:3] for row in twice])

    def add_side(self, side: str, batches: Iterable[Batch]) -> None:
        """Put the entries of a table by; one of no ticket is told of and left out."""
        self._put(side, batches)
        self._sides.append(side)
        unknown = self._rows(
            f"SELECT ticket, {_FILE}, {_ROW} FROM {side} WHERE ticket NOT IN (SELECT id FROM tickets) "
            f"ORDER BY {_FILE}, {_ROW}"
        )
        self.reading.faults.add(BadRow.of(unknown_ticket(row[0], side), self._place(*row[1:])) for row in unknown)
        self._delete(side, [row[1:] for row in unknown])

    def opened(self, at: datetime) -> tuple[duckdb.DuckDBPyRelation, Sides]:
        """The tickets that had opened by then, and their entries."""
        later = f"opened > TIMESTAMPTZ '{at.isoformat()}'"
        others = self.tickets.filter(later).set_alias("t")
        sides = {
            side: entries.set_alias("e").join(others, 'e."ticket" = t.id', how="anti")
            for side, entries in self.sides.items()
        }
        return self.tickets.filter(f"NOT ({later})"), Sides(**sides)

    def places_of(self, table: pa.Table) -> Callable[[int], Place]:
        """Where the rows of a batch of tickets stand."""
        return lambda row: self._place(table[_FILE][row].as_py(), table[_ROW][row].as_py())

    def leave_out(self, tickets: Sequence[str]) -> None:
        """Leave out some tickets, and their entries."""
        for name, key in (("tickets", "id"), *((side, "ticket") for side in self._sides)):
            self._connection.execute(f"DELETE FROM {name} WHERE {key} IN (SELECT unnest(?))", [list(tickets)])

    def _put(self, name: str, batches: Iterable[Batch]) -> None:
        made: set[str] = set()
        count = 0
        for batch in batches:
            file = self._files.setdefault(batch.file, len(self._files))
            self._headers[file:] = self._headers[file:] or [batch.headers]
            table = batch.table.append_column(_FILE, pa.array(np.full(len(batch.table), file), pa.int64()))
            table = table.append_column(_ROW, pa.array(batch.numbers, pa.int64()))
            if name == "changes" and SEQUENCE not in table.column_names:  # their order is that of the rows
                table = table.append_column(SEQUENCE, pa.array(np.arange(count, count + len(table)), pa.int64()))
            count += len(table)
            if made and name == "tickets" and ("kind" in made) != ("kind" in table.column_names):
                raise InputError("there is no column 'kind', which other files have", "add it", batch.file)
            self._connection.register("batch", table)
            if not made:
                self._connection.execute(f"CREATE TABLE {name} AS SELECT * FROM batch")
            else:
                for field in table.schema:
                    if field.name not in made:
                        own = engine.quoted(field.name)
                        self._connection.execute(f"ALTER TABLE {name} ADD COLUMN {own} {_sql_type(field.type)}")
                self._connection.execute(f"INSERT INTO {name} BY NAME SELECT * FROM batch")
            self._connection.unregister("batch")
            made |= {*table.column_names}

    def _place(self, file: int, number: int) -> Place:
        return Place([*self._files][file], number, headers=self._headers[file])

    def entries_of(self, ticket: str) -> Iterator[LocatedEntry]:
        """The entries of one ticket, each with its place."""
        # On a connection of its own, since a stream of tickets may still be open; its zone is its own too.
        connection = self._connection.cursor()
        connection.execute(f"SET TimeZone = '{self.reading.zone.key}'")
        for side in self._sides:
            columns = ", ".join(map(engine.quoted, SIDES[side].columns))
            sql = f"SELECT {_FILE}, {_ROW}, {columns} FROM {side} WHERE ticket = ? ORDER BY {_FILE}, {_ROW}"
            table = connection.sql(sql, params=[ticket]).to_arrow_table()
            for row in range(len(table)):
                fields = row_of(table, row)
                place = self._place(fields.pop(_FILE), fields.pop(_ROW))
                yield LocatedEntry(side, fields, place)

    def _rows(self, sql: str) -> list[Any]:
        return self._connection.execute(sql).fetchall()

    def _delete(self, name: str, rows: Sequence[Sequence[int]]) -> None:
        if rows:
            files, numbers = zip(*rows, strict=True)
            self._connection.register("gone", pa.table({"file": pa.array(files), "number": pa.array(numbers)}))
            self._connection.execute(
                f"DELETE FROM {name} USING gone WHERE {name}.{_FILE} = gone.file AND {name}.{_ROW} = gone.number"
            )
            self._connection.unregister("gone")


def _sql_type(kind: Any) -> str:
    if pa.types.is_timestamp(kind):
        return "TIMESTAMPTZ"
    return "BIGINT" if pa.types.is_integer(kind) else "VARCHAR"


@contextmanager
def _put_by(
    files: Sequence[str], sides: Mapping[str, str], policy: Policy | PolicyBook, reading: Reading, progress: Progress
) -> Iterator[_Tables]:
    """The tables of the files in a database, for a while."""
    with TemporaryDirectory(prefix="slaclock-") as folder, duckdb.connect(f"{folder}/tickets.duckdb") as connection:
        connection.execute(f"SET TimeZone = '{reading.zone.key}'")
        tables = _Tables(connection, reading)

        def read(number: int, path: str) -> Iterator[Batch]:
            def done(share: float) -> None:
                progress(_READING * (number + share) / len(files))

            return ticket_batches(path, reading, policy, done)

        tables.add_tickets(batch for number, path in enumerate(files) for batch in read(number, path))
        for side, path in sides.items():
            tables.add_side(side, side_batches(side, path, reading))
        yield tables
