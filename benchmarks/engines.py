"""The same million tickets through columns, DuckDB and Spark: equal row by row, and how long each takes, as ratios.

    pip install -e '.[all]' --group bench && python benchmarks/engines.py [--rows 1000000]

Ratios are of medians over repeats that take turns. Spark's times are of jobs on local[1] and local[2], which write
nothing ("noop"), against a `mapInArrow` that passes its batches on; it needs Java 17 or newer.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import sys
import tempfile
import timeit
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

import slaclock as sc
from slaclock import columns
from slaclock.engines import duckdb as duck

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "examples"))
import synthetic

NOW = datetime(2026, 1, 1, tzinfo=UTC)
POLICY = sc.Policy.example()
ANSWERS = ("sla_state", "sla_due", "sla_elapsed", "sla_remaining", "sla_consumed")
REPEATS = 3
SAMPLE = 1_000


def median(question: Callable[[], object], repeats: int = REPEATS) -> float:
    question()
    return statistics.median(timeit.repeat(question, number=1, repeat=repeats))


def by_id(table: Any) -> Any:
    """The answers by the tickets' ids, in microseconds and texts."""

    def plain(column: Any) -> Any:
        if pa.types.is_timestamp(column.type):
            column = column.cast(pa.timestamp("us", column.type.tz))
        moment = pa.types.is_timestamp(column.type) or pa.types.is_duration(column.type)
        return column.cast(pa.int64()) if moment else column

    return pa.table({name: plain(table[name]) for name in ("id", *ANSWERS)}).sort_by("id").combine_chunks()


def check_scalar(desk: synthetic.Desk, expected: Any) -> None:
    """A sample of the answers are those of the plain functions."""
    waits: dict[str, list[sc.Pause]] = {}
    some = desk.tickets.slice(0, SAMPLE).to_pylist()
    ids = {row["id"] for row in some}
    for row in desk.pauses.to_pylist():
        if row["ticket"] in ids:
            waits.setdefault(row["ticket"], []).append(
                sc.Pause(start=row["start"], end=row["end"], reason=row["reason"])
            )
    for row, answer in zip(some, expected.slice(0, SAMPLE).to_pylist(), strict=True):
        a = sc.assess(sc.Ticket(**row, pauses=waits.get(row["id"], [])), POLICY, at=NOW)
        given = (answer["sla_state"], answer["sla_due"], answer["sla_elapsed"], answer["sla_remaining"])
        if given != (a.state, a.due, a.elapsed, a.remaining):
            raise AssertionError(f"{row['id']}: {given}")


def with_duckdb(folder: Path, desk: synthetic.Desk, expected: Any) -> None:
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute("SET enable_progress_bar = false")
        tickets, pauses = (connection.read_parquet(f"{folder}/{name}.parquet") for name in ("tickets", "pauses"))
        found = duck.assess(tickets, POLICY, at=NOW, pauses=pauses).read_all()
        if not by_id(found).equals(by_id(expected)):
            raise AssertionError("DuckDB does not agree")
        print("DuckDB: equal to the columns, row by row")
        report = sc.report(desk.tickets, POLICY, at=NOW, pauses=desk.pauses, threads=1)
        if duck.report(tickets, POLICY, at=NOW, pauses=pauses) != report:
            raise AssertionError("DuckDB's report is another")
        joined = duck._joined(tickets, "pauses", pauses, "id")  # what is read, without an answer

        def scan() -> None:
            for _ in joined.to_arrow_reader(duck.BATCH):
                pass

        def whole() -> None:
            for _ in duck.assess(tickets, POLICY, at=NOW, pauses=pauses):
                pass

        def kernel() -> None:
            columns.assess(desk.tickets, POLICY, at=NOW, pauses=desk.pauses, threads=1)

        def reported() -> None:
            duck.report(tickets, POLICY, at=NOW, pauses=pauses)

        scanned, answered, alone = median(scan), median(whole), median(kernel)
        rows = len(desk.tickets)
        print(f"columns.assess on the tables in memory: {alone / rows * 1e6:.2f} us a row")
        print(f"DuckDB's scan and join of its own: {scanned / rows * 1e6:.2f} us a row")
        print(
            f"assess on DuckDB: {answered / rows * 1e6:.2f} us a row, {answered / (alone + scanned):.2f} times the two"
        )
        print(f"report on DuckDB, equal to that of the frame: {median(reported) / rows * 1e6:.2f} us a row")


def with_spark(folder: Path, expected: Any) -> None:
    from pyspark.sql import SparkSession

    from slaclock.engines import spark as engine

    os.environ["PYSPARK_PYTHON"] = sys.executable
    rows = expected.num_rows
    times: dict[int, tuple[float, float, float]] = {}
    for workers in (1, 2):
        builder = SparkSession.builder.master(f"local[{workers}]")
        options = {
            "spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false",
            "spark.sql.session.timeZone": "UTC", "spark.sql.shuffle.partitions": "8",
            "spark.driver.memory": "4g", "spark.sql.files.maxPartitionBytes": "4m",
        }  # fmt: skip
        for name, value in options.items():
            builder = builder.config(name, value)
        session = builder.getOrCreate()
        session.sparkContext.setLogLevel("OFF")
        tickets, pauses = (session.read.parquet(f"{folder}/{name}.parquet") for name in ("tickets", "pauses"))
        if workers == 1:
            found = engine.assess(tickets, POLICY, at=NOW, pauses=pauses).toArrow()
            if not by_id(found).equals(by_id(expected)):
                raise AssertionError("Spark does not agree")
            print("Spark: equal to the columns, row by row")
        joined = engine._joined(tickets, "pauses", pauses, "id")
        shape = joined.schema

        def passed_on(batches: Iterator[Any]) -> Iterator[Any]:
            yield from batches

        def noop(frame: Any) -> Callable[[], None]:
            return lambda: frame.write.format("noop").mode("overwrite").save()

        questions = (joined, joined.mapInArrow(passed_on, shape), engine.assess(tickets, POLICY, at=NOW, pauses=pauses))
        times[workers] = tuple(median(noop(each)) for each in questions)  # type: ignore[assignment]
        session.stop()
        scanned, idle, answered = (each / rows * 1e6 for each in times[workers])
        print(f"Spark on {workers}: scan and join {scanned:.2f}, with a mapInArrow that passes on {idle:.2f}, ", end="")
        print(f"with assess {answered:.2f} us a row: {answered / idle:.2f} times passing on")
    print(f"assess on two workers: {times[1][2] / times[2][2]:.2f} times as fast as on one")


def main() -> None:
    words = argparse.ArgumentParser(description="the engines beside the columns, as ratios")
    words.add_argument("--rows", type=int, default=1_000_000)
    rows = words.parse_args().rows
    desk = synthetic.desk(rows)
    print(f"Python {platform.python_version()}, DuckDB {duckdb.__version__}, {platform.machine()}, {platform.system()}")
    print(f"{rows:,} tickets with {len(desk.pauses):,} pauses")
    expected = columns.assess(desk.tickets, POLICY, at=NOW, pauses=desk.pauses)
    check_scalar(desk, expected)
    print(f"columns: equal to the plain functions on {SAMPLE:,} of them")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part, table in desk._asdict().items():
            pq.write_table(table, folder / f"{part}.parquet", row_group_size=100_000)
        with_duckdb(folder, desk, expected)
        with_spark(folder, expected)


if __name__ == "__main__":
    main()
