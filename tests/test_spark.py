"""Spark: the same answers as the columns on a real local Spark, also when a worker is killed."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import synthetic

import slaclock as sc
from desk import EXAMPLE, at, with_rules
from engine_desk import NOW, by_id, opened_by_now
from javas import NO_JAVA, OPTIONS, java_for_spark, local_spark, spark_engine
from slaclock import columns, errors

pytestmark = [
    pytest.mark.skipif(not java_for_spark(), reason=NO_JAVA),
    pytest.mark.xdist_group("spark"),  # a Spark takes long to start: one process does all of these
    pytest.mark.filterwarnings("ignore"),  # Spark's own, of the libraries that it does not know yet
]

DESK = synthetic.desk(20_000)
OPENED, WAITS = opened_by_now(DESK)
EXPECTED = columns.assess(OPENED, EXAMPLE, at=NOW, pauses=WAITS)


@pytest.fixture(scope="module")
def engine():
    return spark_engine()


@pytest.fixture(scope="module")
def session():
    yield from local_spark()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    where = tmp_path_factory.mktemp("desk")
    for name, table in (("tickets", OPENED), ("pauses", WAITS)):
        (where / name).mkdir()
        for part in range(4):
            size = -(-len(table) // 4)
            pq.write_table(table.slice(part * size, size), where / name / f"{part}.parquet")
    return where


def test_the_answers_are_those_of_the_columns(engine, session, folder):
    tickets, pauses = (session.read.parquet(str(folder / name)) for name in ("tickets", "pauses"))
    found = engine.assess(tickets, EXAMPLE, at=NOW, pauses=pauses).toArrow()
    assert found.column_names == EXPECTED.column_names
    assert by_id(found).equals(by_id(EXPECTED))
    alone = engine.assess(tickets, EXAMPLE, at=NOW).toArrow()
    assert by_id(alone).equals(by_id(columns.assess(OPENED, EXAMPLE, at=NOW)))


def test_cycles_are_those_of_the_columns(engine, session):
    tickets = session.createDataFrame(OPENED.slice(0, 40))
    expected = columns.cycles(OPENED.slice(0, 40), EXAMPLE, at=NOW, measure="resolve").sort_by("ticket")
    cycles = engine.cycles(tickets, EXAMPLE, at=NOW, measure="resolve").toArrow()
    assert cycles.column_names == expected.column_names
    assert cycles.sort_by("ticket").to_pylist() == expected.to_pylist()
    wrong = OPENED.slice(0, 2).to_pylist()
    wrong[1]["kind"] = "misspelt"
    frame = session.createDataFrame(pa.Table.from_pylist(wrong, OPENED.schema))
    first, second = engine.cycles(frame, EXAMPLE, at=NOW, measure="resolve", errors="null").sort("ticket").collect()
    assert (first.cycle, first.error, second.cycle) == (1, None, None)
    assert "misspelt" in second.error


def test_bad_rows_are_counted_and_shown(engine, session):
    rows = OPENED.slice(0, 6).to_pylist()
    rows[1]["priority"], rows[1]["kind"] = "P9", "incident"
    frame = session.createDataFrame(pa.Table.from_pylist(rows, OPENED.schema))
    with pytest.raises(Exception, match=r"1 row of a batch of .* could not be answered: ticket T\d+: .*P9"):
        engine.assess(frame.coalesce(1), EXAMPLE, at=NOW).toArrow()
    found = engine.assess(frame, EXAMPLE, at=NOW, errors="null").toArrow()
    assert [word is None for word in found["sla_error"].to_pylist()] == [True, False, True, True, True, True]
    stray = session.createDataFrame([("T?", NOW, NOW, "third_party")], ["ticket", "start", "end", "reason"])
    with pytest.raises(errors.EngineError, match="there is no ticket 'T\\?'"):
        engine.assess(frame, EXAMPLE, at=NOW, pauses=stray)
    with pytest.raises(errors.ColumnError, match="the pauses have no column 'reason'"):
        engine.assess(frame, EXAMPLE, at=NOW, pauses=stray.drop("reason"))
    with pytest.raises(errors.NaiveDatetimeError):
        engine.assess(frame, EXAMPLE, at=datetime(2020, 1, 1))


def test_the_clock_in_sql(engine, session):
    engine.register(
        session,
        EXAMPLE.model_copy(
            update={"calendars": {"always": sc.WorkingCalendar.parse("24/7", timezone="Europe/London")}}
        ),
    )
    (row,) = (
        session.sql("""
        SELECT sla_elapsed(o, timestamp'2018-04-09 09:00') e, sla_deadline(o, '1 day') l,
               sla_due('incident', 'P1', o) d,
               sla_state('incident', 'P1', o, NULL, timestamp'2018-04-07 14:00') s,
               subscription_year(timestamp'2018-03-31 23:30') y, is_open(o) p,
               sla_subtract(o, '1 day') b, next_close(o) nc, previous_open(o) po, previous_close(o) pc, next_open(o) no,
               sla_elapsed(o, timestamp'2018-04-09 09:00', 'always') a,
               sla_working_day(date'2018-03-29', 1) wd, sla_working_days(date'2018-04-01', date'2018-04-30') wds
        FROM (SELECT timestamp'2018-04-06 14:00' AS o)
    """)
        .toArrow()
        .to_pylist()
    )
    opened = at("2018-04-06 15:00")
    assert (
        row["e"]
        == timedelta(hours=3, minutes=30)
        == sc.elapsed(opened, at("2018-04-09 10:00"), calendar=EXAMPLE.calendar)
    )
    assert row["l"] == sc.deadline(opened, "1 day", calendar=EXAMPLE.calendar)
    assert row["d"] == at("2018-04-09 08:30")
    assert row["a"] == timedelta(hours=67)
    assert (row["s"], row["y"], row["p"]) == ("running", "2018/19", True)
    desk = EXAMPLE.calendar
    assert row["b"] == sc.subtract(opened, "1 day", calendar=desk)
    assert (row["no"], row["nc"]) == (opened, at("2018-04-06 16:30"))
    assert (row["wd"], row["wds"]) == (date(2018, 4, 3), 20)
    assert (row["po"], row["pc"]) == (at("2018-04-06 08:00"), at("2018-04-05 17:00"))


def test_pauses_in_sql(engine, session):
    nights = sc.WorkingCalendar.parse("Mo-Su 22:00-06:00", timezone="Europe/London")
    engine.register(session, EXAMPLE.model_copy(update={"calendars": {"night": nights}}))
    (row,) = session.sql("""
        SELECT sla_elapsed(a, b, w) e, sla_elapsed(a, b, NULL) n, sla_elapsed(a, b, array()) x,
               sla_elapsed(a, b, w, 'night') i,
               sla_elapsed(a, b, 'night') j, sla_deadline(a, '6 hours', w) d, sla_subtract(b, '6 hours', w) s,
               sla_elapsed_days(a, b, w) y, sla_remaining(a, '6 hours', b, w) m, sla_breached(a, '6 hours', c, b, w) k,
               sla_due('incident', 'P3', a, r) u, sla_state('incident', 'P3', a, NULL, timestamp'2018-04-09 11:30', r) t
        FROM (SELECT *, array(named_struct('start', c, 'end', d)) w,
                     array(named_struct('start', c, 'end', NULL, 'reason', 'third_party')) r
              FROM VALUES (timestamp'2018-04-09 09:00', timestamp'2018-04-10 09:00', timestamp'2018-04-09 11:00',
                           timestamp'2018-04-09 12:00') AS t(a, b, c, d))
    """).toArrow().to_pylist()  # fmt: skip
    start, end = at("2018-04-09 10:00"), at("2018-04-10 10:00")
    options = {"calendar": EXAMPLE.calendar, "pauses": [(at("2018-04-09 12:00"), at("2018-04-09 13:00"))]}
    assert row["e"] == sc.elapsed(start, end, **options) == timedelta(hours=8)
    assert row["n"] == row["x"] == timedelta(hours=9)
    assert row["i"] == row["j"] == timedelta(hours=8)
    assert row["d"] == sc.deadline(start, "6 hours", **options)
    assert row["s"] == sc.subtract(end, "6 hours", **options)
    assert (row["u"], row["t"]) == (None, "paused")
    assert row["y"] == pytest.approx(float(sc.elapsed_days(start, end, **options)))
    assert (row["m"], row["k"]) == (sc.remaining(start, "6 hours", at=end, **options), False)
    with pytest.raises(Exception, match=r"PauseError: row 0.pause 0: the pause ends at"):
        session.sql("""
            SELECT sla_elapsed(timestamp'2018-04-09 09:00', timestamp'2018-04-10 09:00', array(named_struct(
                'start', timestamp'2018-04-09 12:00', 'end', timestamp'2018-04-09 11:00')))
        """).collect()


def test_null_gives_null_and_an_instant_without_a_zone_is_refused(engine, session):
    engine.register(session, EXAMPLE)
    rows = session.sql("""
        SELECT sla_due(k, 'P1', o) IS NULL d, sla_state(k, 'P1', o, NULL, a) s, is_open(o) p, subscription_year(o) y,
               sla_working_day(to_date(o), 0) wd, sla_working_days(to_date(o), date'2018-04-09') wds
        FROM VALUES ('incident', timestamp'2018-04-06 14:00', timestamp'2018-04-06 15:00'),
                    (NULL, timestamp'2018-04-06 14:00', timestamp'2018-04-06 15:00'),
                    ('incident', NULL, timestamp'2018-04-06 15:00') AS t(k, o, a)
    """).collect()
    assert [tuple(row) for row in rows] == [
        (False, "running", True, "2018/19", date(2018, 4, 6), 2), (True, None, True, "2018/19", date(2018, 4, 6), 2),
        (True, None, None, None, None, None),
    ]  # fmt: skip
    naive = "SELECT is_open(timestamp_ntz'2018-04-06 09:00') p, is_open(date'2018-04-06') q"
    with pytest.raises(Exception, match="NaiveDatetimeError: at has no time zone; give a TIMESTAMPTZ, or name"):
        session.sql(naive).collect()
    engine.register(session, EXAMPLE, timezone="Europe/London")
    assert tuple(session.sql(naive).first()) == (True, False)


def test_what_stands_twice_or_is_called_like_ours(engine, session):
    opened = [at("2018-04-09 10:00"), at("2018-04-09 11:00")]
    two = pa.table({"a.b": ["A", "B"], "priority": ["P1", "P1"], "opened": opened, "sla_state": [1, 2]})
    pause = {"ticket": ["A"], "start": [at("2018-04-09 10:30")], "end": [at("2018-04-09 11:30")]}
    pauses = pa.table(pause | {"reason": ["third_party"]})
    options = {"at": NOW, "columns": {"id": "a.b"}}
    tickets, waits = session.createDataFrame(two), session.createDataFrame(pauses)
    answers = engine.assess(tickets, EXAMPLE, pauses=waits, **options).toArrow()
    expected = columns.assess(two, EXAMPLE, pauses=pauses, **options)
    assert answers.column_names == expected.column_names
    for name in ("a.b", "sla_state", "sla_elapsed"):
        assert answers.sort_by("a.b")[name].to_pylist() == expected[name].to_pylist()
    twice = tickets.union(tickets.limit(1))
    for ask in (engine.assess, engine.report):
        for beside in ({}, {"pauses": waits}):
            with pytest.raises(errors.EngineError, match="^the ticket 'A' stands twice; keep one of its rows"):
                ask(twice, EXAMPLE, **beside, **options)
    nameless = tickets.selectExpr("CAST(NULL AS STRING) AS id", "priority", "opened")
    assert engine.assess(nameless, EXAMPLE, at=NOW).count() == 2
    with pytest.raises(errors.ColumnError, match="have a column '_sla_pauses', a name that is used here"):
        engine.assess(tickets.withColumnRenamed("sla_state", "_sla_pauses"), EXAMPLE, **options)
    numbered = waits.selectExpr("1 AS ticket", "start", "end", "reason")
    with pytest.raises(errors.ColumnError, match="'a.b' is text, and the pauses' 'ticket' is a whole number; cast one"):
        engine.assess(tickets, EXAMPLE, pauses=numbered, **options)


@pytest.mark.parametrize("by", ["opened", "due"])
def test_the_report_is_that_of_a_frame(engine, session, folder, by):
    tickets, pauses = (session.read.parquet(str(folder / name)) for name in ("tickets", "pauses"))
    everything = pa.concat_tables([OPENED, synthetic.contacts(2_000)], promote_options="default")
    calls = session.createDataFrame(everything.slice(len(OPENED)))
    both = tickets.unionByName(calls, allowMissingColumns=True)
    policy = with_rules()
    options = {"at": NOW, "by": by, "period": "quarter", "worst": 4}
    found = engine.report(both, policy, pauses=pauses, **options).to_dict()
    expected = sc.report(everything, policy, pauses=WAITS, **options).to_dict()
    of_spread = {"median_seconds": 7_200, "p90_seconds": 7_200, "median_days": 0.3, "p90_days": 0.3}
    estimates = of_spread | {f"first_{name}": most for name, most in of_spread.items()}

    def without(told):
        """Everything but the estimates, which are within so much of the truth."""
        if isinstance(told, dict):
            left_out = (*estimates, "approximate", "first_approximate")
            return {key: without(each) for key, each in told.items() if key not in left_out}
        return [without(each) for each in told] if isinstance(told, list) else told

    assert without(found) == without(expected)
    assert found["overall"]["decided"] > 5_000
    assert sum(each["met"] for each in found["standards"]) > 1_000
    for name in ("groups", "by_priority", "by_period", "pauses"):
        for one, other in zip(found[name], expected[name], strict=True):
            assert one["approximate"] is (None if other["approximate"] is None else True)
            for key, most in (of_spread if name == "pauses" else estimates).items():
                assert (one[key] is None) == (other[key] is None)
                assert other[key] is None or abs(one[key] - other[key]) < most
    assert not session.catalog.listTables()
    assert not session.sparkContext._jsc.getPersistentRDDs()


def test_a_report_refuses_bad_rows_and_says_how_many(engine, session):
    rows = OPENED.slice(0, 6).to_pylist()
    rows[1]["priority"], rows[1]["kind"] = "P9", "incident"
    frame = session.createDataFrame(pa.Table.from_pylist(rows, OPENED.schema)).coalesce(1)
    with pytest.raises(Exception, match=r"1 row of a batch of .* could not be answered: ticket T\d+: .*P9"):
        engine.report(frame, EXAMPLE, at=NOW)
    with pytest.raises(errors.PolicyError, match="'week' is no length of a period"):
        engine.report(frame, EXAMPLE, at=NOW, period="week")


KILLED = """
import os, sys, signal, pathlib
from datetime import datetime, UTC
from pyspark.sql import SparkSession
import slaclock as sc
from slaclock.engines import spark as engine
folder, options = sys.argv[1], eval(sys.argv[2])
builder = SparkSession.builder.master("local-cluster[2,1,1024]").appName("killed")
for name, value in options.items():
    builder = builder.config(name, value)
session = builder.getOrCreate()
session.sparkContext.setLogLevel("OFF")
marker = folder + "/killed"

def once(batches):
    for number, batch in enumerate(batches):
        yield batch
        try:
            os.close(os.open(marker, os.O_CREAT | os.O_EXCL))  # whoever comes first
        except FileExistsError:
            continue
        os.kill(os.getppid(), signal.SIGKILL)  # the daemon of the workers
        os.kill(os.getpid(), signal.SIGKILL)

tickets = session.read.parquet(folder + "/tickets")
pauses = session.read.parquet(folder + "/pauses")
found = engine.assess(tickets, sc.Policy.example(), at=datetime.fromisoformat(sys.argv[3]), pauses=pauses)
found.mapInArrow(once, found.schema).write.parquet(folder + "/answers")
session.stop()
assert pathlib.Path(marker).exists()
print("done")
"""


def test_a_killed_worker_leaves_a_right_and_whole_answer(folder):
    environment = {**os.environ, "PYSPARK_PYTHON": sys.executable}
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", KILLED, str(folder), repr(OPTIONS), NOW.isoformat()],
        capture_output=True, text=True, check=False, env=environment, timeout=300,
    )  # fmt: skip
    assert run.stdout.strip().endswith("done"), run.stderr[-3_000:]
    assert by_id(pq.read_table(folder / "answers")).equals(by_id(EXPECTED))
    assert Path(folder / "killed").exists()
