"""DuckDB: the same answers as the columns, whatever the size, and the clock in SQL."""

from __future__ import annotations

import importlib
import subprocess
import sys
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
import synthetic

import slaclock as sc
from desk import EXAMPLE, LONDON, at, with_rules
from engine_desk import NOW, by_id, opened_by_now
from slaclock import columns, errors
from slaclock.cli import main
from slaclock.engines import duckdb as engine
from slaclock.formats.counts import count_text, opened_later_text

DESK = synthetic.desk(30_000)
OPENED, WAITS = opened_by_now(DESK)
EXPECTED = columns.assess(OPENED, EXAMPLE, at=NOW, pauses=WAITS)


@pytest.fixture
def connection():
    with duckdb.connect() as found:
        yield found


def test_a_stream_gives_the_answers_of_the_columns(connection):
    tickets, pauses = connection.from_arrow(OPENED), connection.from_arrow(WAITS)
    found = engine.assess(tickets, EXAMPLE, at=NOW, pauses=pauses).read_all()
    assert found.column_names == EXPECTED.column_names
    assert found.schema.field("sla_due").type == pa.timestamp("us", "Europe/London")
    assert by_id(found).equals(by_id(EXPECTED))
    scalar = {row["id"]: row for row in OPENED.slice(0, 300).to_pylist()}
    waits: dict[str, list[sc.Pause]] = {}
    for row in WAITS.to_pylist():
        waits.setdefault(row["ticket"], []).append(sc.Pause(start=row["start"], end=row["end"], reason=row["reason"]))
    for row in found.filter(pa.compute.is_in(found["id"], pa.array(list(scalar)))).to_pylist():
        a = sc.assess(sc.Ticket(**scalar[row["id"]], pauses=waits.get(row["id"], [])), EXAMPLE, at=NOW)
        assert (row["sla_state"], row["sla_elapsed"], row["sla_remaining"]) == (a.state, a.elapsed, a.remaining)


def test_without_pauses_and_with_other_names(connection):
    tickets = connection.from_arrow(OPENED).project('"id" AS Number, opened AS Created, kind, priority, resolved')
    found = engine.assess(
        tickets, EXAMPLE, at=NOW, columns={"id": "Number", "opened": "Created"}, prefix="x_"
    ).read_all()
    expected = columns.assess(OPENED.drop_columns("category"), EXAMPLE, at=NOW)
    assert found["x_state"].to_pylist() == expected["sla_state"].to_pylist()


def test_from_parquet_to_parquet(connection, tmp_path):
    pq.write_table(OPENED, tmp_path / "t.parquet")
    pq.write_table(WAITS, tmp_path / "p.parquet")
    tickets = connection.read_parquet(str(tmp_path / "t.parquet"))
    pauses = connection.read_parquet(str(tmp_path / "p.parquet"))
    told = []
    rows = engine.write(
        engine.assess(tickets, EXAMPLE, at=NOW, pauses=pauses), tmp_path / "out.parquet", progress=told.append
    )
    assert rows == told[-1] == len(OPENED)
    assert by_id(pq.read_table(tmp_path / "out.parquet")).equals(by_id(EXPECTED))
    engine.write(engine.assess(tickets, EXAMPLE, at=NOW, pauses=pauses), tmp_path / "folder")
    assert by_id(pq.read_table(tmp_path / "folder")).equals(by_id(EXPECTED))
    with pytest.raises(errors.InputError, match="is there already; name a new folder"):
        engine.write(engine.assess(tickets, EXAMPLE, at=NOW), tmp_path / "folder")
    nothing = connection.read_parquet(str(tmp_path / "t.parquet")).filter("false")
    assert engine.write(engine.assess(nothing, EXAMPLE, at=NOW), tmp_path / "none.parquet") == 0
    assert pq.read_table(tmp_path / "none.parquet").column_names[-1] == "sla_consumed"


def bad_rows():
    rows = OPENED.slice(0, 6).to_pylist()
    rows[1]["priority"], rows[1]["kind"] = "P9", "incident"
    rows[4]["resolved"] = rows[4]["opened"] - timedelta(hours=1)
    return pa.Table.from_pylist(rows, OPENED.schema)


def test_bad_rows_are_counted_and_shown(connection, tmp_path):
    tickets = connection.from_arrow(bad_rows())
    with pytest.raises(errors.EngineError, match=r"2 rows of a batch of 6 could not be answered: ticket T\d+: .*P9"):
        engine.write(engine.assess(tickets, EXAMPLE, at=NOW), tmp_path / "out.parquet")
    assert list(tmp_path.iterdir()) == []
    found = engine.assess(tickets, EXAMPLE, at=NOW, errors="null").read_all()
    said = found["sla_error"].to_pylist()
    assert [word is None for word in said] == [True, False, True, True, False, True]
    assert "'P9' is no priority" in said[1]
    assert found["sla_state"].null_count == 2


@pytest.mark.parametrize(
    ("pauses", "error", "message"),
    [
        (
            {"ticket": ["T?"], "start": [NOW], "end": [NOW], "reason": ["x"]},
            errors.EngineError,
            "there is no ticket 'T\\?'",
        ),
        ({"ticket": ["T1"], "start": [NOW], "end": [NOW]}, errors.ColumnError, "the pauses have no column 'reason'"),
    ],
)
def test_bad_pauses(connection, pauses, error, message):
    with pytest.raises(error, match=message):
        engine.assess(connection.from_arrow(OPENED), EXAMPLE, at=NOW, pauses=connection.from_arrow(pa.table(pauses)))


def test_naive_times_and_instants(connection):
    with pytest.raises(errors.NaiveDatetimeError):
        engine.assess(connection.from_arrow(OPENED), EXAMPLE, at=datetime(2020, 1, 1))
    naive = connection.from_arrow(OPENED).project("id, kind, priority, opened::TIMESTAMP AS opened")
    with pytest.raises(errors.NaiveDatetimeError, match="timezone="):
        engine.assess(naive, EXAMPLE, at=NOW).read_all()
    assert len(engine.assess(naive, EXAMPLE, at=NOW + timedelta(days=1), timezone="Europe/London").read_all()) == len(
        OPENED
    )


POLICY = with_rules()
STRICT = with_rules(in_force_from="2019-04-01", targets={**EXAMPLE.targets, "incident": {"P3": {"resolve": "1 hour"}}})
ANSWERED = with_rules(
    targets={"incident": {"resolve": "1 day", "respond": "< 2 hours"}, "service_request": {"respond": "1 day"}}
)
USAGE = [sc.Usage(allowance="sims_training", at=at("2019-05-14 13:00"), amount="31 hours")]
EVERYTHING = pa.concat_tables([DESK.tickets, synthetic.contacts(3_000)], promote_options="default")


@pytest.mark.parametrize(
    ("policy", "options"),
    [
        (POLICY, {"period": "month", "by": "opened"}),
        (POLICY, {"period": "quarter", "by": "due", "worst": 3}),
        (POLICY, {"period": "year", "by": "resolved", "worst": 0}),
        (ANSWERED, {"measure": "respond"}),
        (sc.PolicyBook([with_rules(in_force_from="2015-01-01"), STRICT]), {}),
    ],
)
def test_the_report_is_that_of_a_frame(connection, monkeypatch, policy, options):
    monkeypatch.setattr(engine, "BATCH", 2_048)  # the more batches, the more there is to add up
    tickets, pauses = connection.from_arrow(EVERYTHING), connection.from_arrow(DESK.pauses)
    if isinstance(policy, sc.PolicyBook):  # in which every priority but P3 is unknown from 2019 on
        tickets = tickets.filter("priority IS NULL OR priority = 'P3'")
        pauses = pauses.join(tickets.set_alias("t").project("id AS ticket"), "ticket", how="semi")
    told: list[int] = []
    found = engine.report(tickets, policy, at=NOW, pauses=pauses, usage=USAGE, progress=told.append, **options)
    table, waits = tickets.to_arrow_table(), pauses.to_arrow_table()
    assert found == sc.report(table, policy, at=NOW, pauses=waits, usage=USAGE, **options)
    assert found.standards[0].items
    assert found.overall.total + found.later > 10_000
    assert told[-1] == len(table)


def test_the_report_of_a_book_is_that_of_a_frame(connection, monkeypatch):
    monkeypatch.setattr(engine, "BATCH", 2_048)
    rows = EVERYTHING.filter(pa.compute.field("priority").is_null() | (pa.compute.field("priority") == "P3"))
    customers = pa.array(["ACME", "Beta", None])
    table = rows.append_column("customer", customers.take(pa.array(np.arange(len(rows)) % 3)))
    waits = DESK.pauses.filter(pa.compute.is_in(DESK.pauses["ticket"], rows["id"].combine_chunks()))
    quick = {"quick": {"kind": "incident", "share": 50, "measure": "resolve"}}
    acme = with_rules(name="ACME", applies_to={"customer": ["ACME"]})
    acme = sc.Policy.model_validate(acme.model_dump() | {"calendar": EXAMPLE.calendar, "standards": quick})
    strict = sc.Policy.model_validate(
        STRICT.model_dump()
        | {"name": "strict", "calendar": EXAMPLE.calendar, "standards": {**quick, **EXAMPLE.standards}}
    )
    book = sc.PolicyBook([acme, POLICY, strict])
    options = {"at": NOW, "period": "quarter", "usage": USAGE}
    report = engine.report(connection.from_arrow(table), book, pauses=connection.from_arrow(waits), **options)
    assert report == sc.report(table, book, pauses=waits, **options)
    items = {(part.policy, part.name): part.items for part in report.standards if part.period is None}
    assert items.keys() >= {("ACME", "quick"), ("strict", "quick"), ("strict", "calls"), (POLICY.name, "calls")}
    assert min(items.values()) > 0


def test_a_report_of_nothing_and_of_tickets_without_pauses(connection):
    nothing = connection.from_arrow(EVERYTHING.slice(0, 0))
    assert engine.report(nothing, POLICY, at=NOW) == sc.report(EVERYTHING.slice(0, 0), POLICY, at=NOW)
    alone = connection.from_arrow(EVERYTHING).project('"id" AS Number, kind, priority, opened, resolved')
    options = {"at": NOW, "columns": {"id": "Number"}}
    assert engine.report(alone, POLICY, **options) == sc.report(alone.to_arrow_table(), POLICY, **options)


def test_of_misses_that_are_alike_the_ids_decide(connection, monkeypatch):
    monkeypatch.setattr(engine, "BATCH", 2_048)
    order = np.random.default_rng(1).permutation(5_000)
    table = pa.table({
        "id": [f"T{number}" for number in order.tolist()],
        "priority": ["P1"] * 5_000,
        "opened": [at(f"2018-04-{9 + number % 2:02d} 10:00") for number in range(5_000)],
    })  # fmt: skip
    found = engine.report(connection.from_arrow(table), POLICY, at=NOW, worst=3)
    ids = sorted(row["id"] for row in table.to_pylist() if row["opened"].day == 9)
    assert [each.ticket_id for each in found.worst] == ids[:3]
    assert found == sc.report(table, POLICY, at=NOW, worst=3)
    tickets = [sc.Ticket(**row) for row in table.to_pylist()]
    assert [each.ticket_id for each in sc.report(tickets, POLICY, at=NOW, worst=3).worst] == ids[:3]


def test_what_a_report_refuses(connection):
    tickets = connection.from_arrow(bad_rows())
    with pytest.raises(errors.EngineError, match=r"2 rows of a batch of 6 could not be answered: ticket T\d+: .*P9"):
        engine.report(tickets, POLICY, at=NOW)
    assert tickets.count("*").fetchall() == [(6,)]  # the connection is free again
    with pytest.raises(errors.PolicyError, match="'week' is no length of a period"):
        engine.report(tickets, POLICY, at=NOW, period="week")
    with pytest.raises(errors.PolicyError, match="periods cannot go by 'closed'"):
        engine.report(tickets, POLICY, at=NOW, by="closed")


INSTANT = "TIMESTAMPTZ '2018-04-06 14:00:00+00'"


def _micros(length):
    """A length of time of any library, in microseconds."""
    if isinstance(length, pa.MonthDayNano):
        assert not length.months
        return length.days * 86_400_000_000 + length.nanoseconds // 1_000
    return length // timedelta(microseconds=1) if isinstance(length, timedelta) else length


def test_the_clock_in_sql(connection):
    engine.register(connection, EXAMPLE)
    (row,) = connection.sql("""
        SELECT sla_elapsed(o, TIMESTAMPTZ '2018-04-09 09:00:00+00'), sla_deadline(o, '1 day'),
               sla_due('incident', 'P1', o),
               sla_state('incident', 'P1', o, NULL, TIMESTAMPTZ '2018-04-07 14:00:00+00'),
               sla_state('incident', 'P1', o, TIMESTAMPTZ '2018-04-09 09:00:00+00',
                         TIMESTAMPTZ '2018-04-10 14:00:00+00'),
               subscription_year(TIMESTAMPTZ '2018-03-31 23:30:00+00'), is_open(o), sla_elapsed(NULL, o), is_open(NULL),
               sla_due('incident', 'P1', NULL)
        FROM (SELECT TIMESTAMPTZ '2018-04-06 14:00:00+00' AS o)
    """).fetchall()
    opened = datetime(2018, 4, 6, 15, tzinfo=LONDON)
    desk = EXAMPLE.calendar
    assert row[0] == sc.elapsed(opened, at("2018-04-09 10:00"), calendar=desk)
    assert row[1].astimezone(LONDON) == sc.deadline(opened, "1 day", calendar=desk)
    assert row[2].astimezone(LONDON) == at("2018-04-09 08:30")
    assert row[3:] == ("running", "breached", "2018/19", True, None, None, None)


def test_openings_closings_and_latest_starts_in_sql(connection):
    engine.register(connection, EXAMPLE)
    found = (
        connection.from_arrow(OPENED)
        .project(
            "sla_subtract(opened, '3 days') AS sla_subtract, next_open(opened) AS next_open, "
            "next_close(opened) AS next_close, previous_open(opened) AS previous_open, "
            "previous_close(opened) AS previous_close"
        )
        .to_arrow_table()
    )
    opened, desk = OPENED["opened"], EXAMPLE.calendar
    expected = {
        "sla_subtract": columns.subtract(opened, "3 days", calendar=desk),
        "next_open": columns.next_open(opened, calendar=desk),
        "next_close": columns.next_close(opened, calendar=desk),
        "previous_open": columns.previous_open(opened, calendar=desk),
        "previous_close": columns.previous_close(opened, calendar=desk),
    }
    for name, answers in expected.items():
        assert found[name].cast(pa.int64()).equals(answers.cast(pa.int64())), name
    always = with_rules(calendar=sc.WorkingCalendar.parse("24/7", timezone="Europe/London"))
    engine.register(connection, always)
    with pytest.raises(duckdb.Error, match="NoWorkingTimeError: row 0: the calendar does not close after"):
        connection.sql(f"SELECT next_close({INSTANT})").fetchall()


def test_working_days_in_sql(connection):
    engine.register(connection, EXAMPLE)
    days = [date(2018, 3, 28) + timedelta(days=number) for number in range(14)]
    numbers = [-12, 0, 1, None, *range(-5, 5)]
    rows = connection.from_arrow(pa.table({"day": [None, *days[1:]], "n": pa.array(numbers, pa.int32())}))
    found = rows.project(
        "sla_working_day(day, n) AS day, sla_working_days(DATE '2018-03-01', day) AS days, "
        "sla_working_day(day::TIMESTAMP, n::BIGINT) AS midnight"
    ).to_arrow_table()
    dates, desk = pa.array([None, *days[1:]]), EXAMPLE.calendar
    expected = columns.working_day(dates, pa.array(numbers), calendar=desk)
    assert found["day"].type == pa.date32()
    assert found["day"].to_pylist() == found["midnight"].to_pylist() == expected.to_pylist()
    assert found["days"].to_pylist() == columns.working_days(date(2018, 3, 1), dates, calendar=desk).to_pylist()
    assert connection.sql("SELECT sla_working_day(NULL, 1), sla_working_days(NULL, NULL)").fetchall() == [(None, None)]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("sla_working_days(DATE '2018-04-03', DATE '2018-04-02')", "NegativeIntervalError: row 0: "),
        ("sla_working_day(DATE '2018-04-03', (1::BIGINT << 40))", "OutOfRangeError: row 0: "),
        ("sla_working_day(DATE 'infinity', 1)", "OutOfRangeError: row 0: "),
        ("sla_working_day(TIMESTAMP '2018-04-03 09:00', 1)", "row 0: "),
        (f"sla_working_day({INSTANT}, 1)", "ColumnError: day is a column of instants; give the local dates"),
        ("sla_working_day('2018-04-03', 1)", "ColumnError: day is a column of String; parse it to dates"),
        ("sla_working_day(DATE '2018-04-03', 1.5)", "ColumnError: n is a column of Decimal.*; give whole numbers"),
        ("sla_working_day(DATE '2018-04-03')", "1 arguments are given; give 2: day, n"),
    ],
)
def test_working_days_in_sql_have_the_errors_of_columns(connection, asked, said):
    engine.register(connection, EXAMPLE)
    with pytest.raises(duckdb.Error, match=said):
        connection.sql(f"SELECT {asked}").fetchall()
    if "row 0" in said:
        engine.register(connection, EXAMPLE, errors="null")
        with pytest.warns(errors.BadRowsWarning, match="^1 row"):
            assert connection.sql(f"SELECT {asked}").fetchall() == [(None,)]


def test_the_functions_on_many_rows(connection):
    engine.register(connection, EXAMPLE)
    tickets = connection.from_arrow(OPENED)
    found = tickets.project(
        "id, sla_elapsed(opened, resolved) AS e, sla_due(kind, priority, opened) AS d, "
        "sla_deadline(opened, '6 hours') AS x"
    ).to_arrow_table()
    elapsed = columns.elapsed(OPENED["opened"], OPENED["resolved"], calendar=EXAMPLE.calendar)
    assert [_micros(length) for length in found["e"].to_pylist()] == [_micros(length) for length in elapsed.to_pylist()]
    plain = columns.assess(OPENED.drop_columns(["resolved", "category"]), EXAMPLE, at=NOW)
    assert found["d"].cast(pa.int64()).equals(plain["sla_due"].cast(pa.int64()))
    due = columns.deadline(OPENED["opened"], "6 hours", calendar=EXAMPLE.calendar)
    assert found["x"].cast(pa.int64()).equals(due.cast(pa.int64()))


def test_what_sql_cannot_be_told(connection):
    engine.register(connection, EXAMPLE)
    with pytest.raises(duckdb.Error, match="no priority of the policy"):
        connection.sql("SELECT sla_due('incident', 'P9', now())").fetchall()
    with duckdb.connect() as mild:
        engine.register(mild, EXAMPLE, errors="null")
        with pytest.warns(errors.BadRowsWarning):
            assert mild.sql("SELECT sla_due('incident', 'P9', now()), sla_deadline(now(), 'soon')").fetchall() == [
                (None, None)
            ]


LIMITED = """
import pathlib, re, sys
import duckdb, pyarrow as pa
import slaclock as sc
from datetime import datetime, UTC
from slaclock.engines import duckdb as engine
folder = sys.argv[1]
connection = duckdb.connect(config={"memory_limit": "300MB", "threads": 1, "temp_directory": folder + "/spill"})
connection.sql("SET preserve_insertion_order = false")
connection.sql("SET enable_progress_bar = false")
tickets = connection.read_parquet(folder + "/tickets/*.parquet")
pauses = connection.read_parquet(folder + "/pauses/*.parquet")
answers = engine.assess(tickets, sc.Policy.example(), at=datetime(2026, 1, 1, tzinfo=UTC), pauses=pauses)
rows = engine.write(answers, folder + "/out")
# Not getrusage, whose peak is that of the process that started this one, if that is larger.
print(rows, int(re.search(r"VmHWM:\\s+(\\d+)", pathlib.Path("/proc/self/status").read_text())[1]) << 10)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="limits of memory are Linux's")
def test_data_larger_than_the_memory_that_is_used(tmp_path):
    made = synthetic.desk(200_000)
    for name, table in made._asdict().items():
        (tmp_path / name).mkdir()
        key = "id" if name == "tickets" else "ticket"
        for copy in range(25):
            ids = pc.binary_join_element_wise(str(copy), table[key].cast(pa.string()), "-")
            pq.write_table(
                table.set_column(table.column_names.index(key), key, ids), tmp_path / name / f"{copy}.parquet"
            )
    run = subprocess.run([sys.executable, "-c", LIMITED, str(tmp_path)], capture_output=True, text=True, check=True)
    rows, peak = map(int, run.stdout.split())
    assert rows == 5_000_000
    size = sum(pq.read_table(tmp_path / name).nbytes for name in ("tickets", "pauses", "out"))
    assert size > 850 << 20
    assert peak < 750 << 20
    with duckdb.connect() as connection:
        states = dict(
            connection.sql(f"SELECT sla_state, count(*) FROM '{tmp_path}/out/*.parquet' GROUP BY 1").fetchall()
        )
    expected = columns.assess(made.tickets, EXAMPLE, at=at("2026-01-01 00:00"), pauses=made.pauses)["sla_state"]
    assert states == {each["values"]: 25 * each["counts"] for each in expected.value_counts().to_pylist()}


def seconds(length):
    return None if length is None else length.total_seconds()


ANSWERED = {
    row["id"]: {
        "kind": row["kind"], "priority": row["priority"], "measure": "resolve", "state": row["sla_state"],
        "due": row["sla_due"], "elapsed_seconds": seconds(row["sla_elapsed"]),
        "remaining_seconds": seconds(row["sla_remaining"]), "over_seconds": seconds(row["sla_over"]),
        "note": row["sla_note"], "consumed": row["sla_consumed"],
        "done": row["resolved"] if row["resolved"] is not None and row["resolved"] <= NOW else None,
    }
    for row in EXPECTED.to_pylist()
}  # fmt: skip


def written(place):
    """The answers of a file or folder: those of each ticket."""
    return {row.pop("id"): row for row in pq.read_table(place).to_pylist()}


def test_the_command_line(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("t").mkdir()
    pq.write_table(OPENED.slice(0, 9_000), "t/a.parquet")
    pq.write_table(OPENED.slice(9_000), "t/b.parquet")
    pq.write_table(WAITS, "p.parquet")
    words = ["assess", "--engine", "duckdb", "t/*.parquet", "--pauses", "p.parquet", "--at", "2020-01-10 12:00"]
    assert main([*words, "--out", "assessed"]) == 0
    out = capsys.readouterr().out
    assert f"all {len(OPENED)} written to assessed" in out
    assert written("assessed") == ANSWERED
    counts = EXPECTED.group_by(["kind", "priority"]).aggregate([([], "count_all")]).to_pylist()
    for each in counts:
        assert (
            f"{each['kind']} {each['priority'] or ''}".strip() + f": {count_text(each['count_all'], 'ticket')}" in out
        )
    pq.write_table(DESK.tickets, "all.parquet")
    pq.write_table(DESK.pauses, "waits.parquet")
    everything = ["assess", "all.parquet", "--pauses", "waits.parquet", *words[6:]]
    tables = []
    for engine_words in ([], ["--engine", "duckdb"]):
        assert main([*everything, *engine_words, "--out", "all-assessed.parquet"]) == 0
        tables.append(capsys.readouterr().out)
        assert opened_later_text(len(DESK.tickets) - len(OPENED)) in tables[-1]
        assert written("all-assessed.parquet") == ANSWERED
    assert tables[0] == tables[1]
    words[0] = "report"
    assert main([*words, "--period", "month", "--json", "report.json"]) == 0
    assert "By month" in capsys.readouterr().out
    told = sc.Report.from_json(Path("report.json").read_text()).to_dict()
    assert told == sc.report(OPENED, EXAMPLE, at=NOW, pauses=WAITS, period="month").to_dict()
    assert main(words[:3]) == 2
    assert "--engine duckdb needs TICKETS" in capsys.readouterr().err
    words[0] = "assess"
    assert main([*words, "--out", "assessed"]) == 2
    assert "is there already" in capsys.readouterr().err
    assert main(["assess", "--engine", "duckdb", "none/*.parquet", "--out", "x"]) == 2
    assert "cannot read none/*.parquet" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["assess", "report"])
def test_the_command_line_names_the_row_of_a_ticket(tmp_path, monkeypatch, capsys, command):
    """As it does without the engine; an entry of no ticket and a ticket that stands twice have their rows too."""
    monkeypatch.chdir(tmp_path)
    rows = bad_rows().to_pylist()
    pq.write_table(pa.Table.from_pylist(rows[:2][::-1], OPENED.schema), "a.parquet")
    pq.write_table(OPENED.slice(10, 2), "b.parquet")
    pause = {"start": [NOW], "end": [NOW], "reason": ["third_party"]}
    pq.write_table(pa.table({"ticket": ["T?"], **pause}), "p.parquet")
    words = [command, "--at", "2020-01-10 12:00", *(["--out", "out"] if command == "assess" else [])]
    assert main([*words, "[ab].parquet", "--engine", "duckdb"]) == 2
    assert "a.parquet, row 1: 'P9' is no priority" in capsys.readouterr().err
    assert main([*words, "b.parquet", "--pauses", "p.parquet", "--engine", "duckdb"]) == 2
    assert "p.parquet, row 1: there is no ticket 'T?'; remove the pause, or add the ticket" in capsys.readouterr().err
    pq.write_table(pa.concat_tables([OPENED.slice(10, 2), OPENED.slice(11, 1)]), "b.parquet")
    assert main([*words, "b.parquet", "--engine", "duckdb"]) == 2
    assert f"b.parquet, row 3: the ticket {OPENED['id'][11].as_py()!r} stands twice" in capsys.readouterr().err


@pytest.mark.parametrize(("engine", "library"), [("duckdb", "duckdb"), ("spark", "pyspark")])
def test_an_engine_without_any_library_names_its_own_extra(monkeypatch, engine, library):
    monkeypatch.delitem(sys.modules, f"slaclock.engines.{engine}", raising=False)
    for missing in (library, "numpy", "pyarrow"):
        monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(errors.MissingExtraError) as caught:
        importlib.import_module(f"slaclock.engines.{engine}")
    said = f"the library {library!r} is not installed; pip install 'slaclock[{engine}]'"
    assert str(caught.value) == said


# What SQL is told, and what relations hold

CALLS = {
    "sla_elapsed": ["{at}", INSTANT],
    "sla_deadline": ["{at}", "'1 day'"],
    "sla_subtract": ["{at}", "'1 day'"],
    "sla_elapsed_days": ["{at}", INSTANT],
    "sla_remaining": ["{at}", "'1 day'", INSTANT],
    "sla_breached": ["{at}", "'8.5 hours'", "NULL", INSTANT],
    "sla_due": ["'incident'", "'P1'", "{at}"],
    "sla_state": ["'incident'", "'P1'", "{at}", "NULL", INSTANT],
    "subscription_year": ["{at}"],
    **{name: ["{at}"] for name in ("is_open", "next_open", "next_close", "previous_open", "previous_close")},
}


def call(name, at_):
    return f"{name}({', '.join(CALLS[name]).format(at=at_)})"


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize(
    "naive", ["TIMESTAMP '2018-04-06 09:00'", "TIMESTAMP_S '2018-04-06 09:00'", "DATE '2018-04-06'"]
)
def test_an_instant_without_a_zone_is_refused_or_read_in_the_zone_that_is_named(connection, name, naive):
    connection.execute("SET TimeZone = 'America/New_York'")
    engine.register(connection, EXAMPLE)
    with pytest.raises(duckdb.Error, match="has no time zone; give a TIMESTAMPTZ, or name the zone: regist"):
        connection.sql(f"SELECT {call(name, naive)}").fetchall()
    engine.register(connection, EXAMPLE, timezone="Europe/London")
    aware = f"(({naive})::TIMESTAMP AT TIME ZONE 'Europe/London')"
    assert (
        connection.sql(f"SELECT {call(name, naive)}").fetchall()
        == connection.sql(f"SELECT {call(name, aware)}").fetchall()
    )


def test_texts_are_no_instants_and_arguments_are_counted(connection):
    engine.register(connection, EXAMPLE)
    with pytest.raises(duckdb.Error, match="ColumnError: at is a column of String; parse it"):
        connection.sql("SELECT is_open('2018-04-06 08:00')").fetchall()
    with pytest.raises(
        duckdb.Error, match="1 arguments are given; give 2: start, end, and perhaps pauses and a calendar"
    ):
        connection.sql(f"SELECT sla_elapsed({INSTANT})").fetchall()
    with pytest.raises(duckdb.Error, match="2 arguments are given; give 1: at$"):
        connection.sql(f"SELECT subscription_year({INSTANT}, 'main')").fetchall()


def test_a_calendar_of_the_policy_is_asked_by_its_name(connection):
    """With no name it is the main one; an unknown name is a bad row, whose number is its own."""
    nights = sc.WorkingCalendar.of({"hours": "Mo-Su 22:00-06:00", "timezone": "Europe/London"})
    policy = EXAMPLE.model_copy(update={"calendars": {"night": nights}})
    engine.register(connection, policy)
    calls = [call(name, "x") for name in CALLS.keys() - {"sla_due", "sla_state", "subscription_year"}]
    calls += ["sla_working_day(x::DATE, 2)", "sla_working_days(x::DATE, DATE '2018-04-30')"]
    for asked in (text.removesuffix(")") for text in calls):
        (main_, same, night, nothing) = connection.sql(f"""
            SELECT {asked}), {asked}, 'main'), {asked}, 'night'), {asked}, NULL::VARCHAR)
            FROM (SELECT TIMESTAMPTZ '2018-04-05 14:00:00+00' AS x)
        """).fetchall()[0]  # fmt: skip
        assert main_ == same
        assert night != main_
        assert nothing is None
    rows = f"""
        SELECT sla_subtract({INSTANT}, '1 hour', name)
        FROM (VALUES ('night'), ('main'), (NULL), ('noon'), ('main')) t(name)
    """
    with pytest.raises(duckdb.Error, match="row 3: there is no calendar 'noon'; use one of: main, night"):
        connection.sql(rows).fetchall()
    engine.register(connection, policy, errors="null")
    with pytest.warns(errors.BadRowsWarning, match="^1 row"):
        answered = [answer for (answer,) in connection.sql(rows).fetchall()]
    expected = [sc.subtract(at("2018-04-06 15:00"), "1 hour", calendar=desk) for desk in (nights, EXAMPLE.calendar)]
    assert answered == [expected[0], expected[1], None, None, expected[1]]


def test_to_register_again_replaces(connection):
    engine.register(connection, EXAMPLE)
    engine.register(connection, with_rules(year_starts="09-01"))
    assert connection.sql(f"SELECT subscription_year({INSTANT})").fetchall() == [("2017/18",)]
    with connection.cursor() as other, pytest.raises(errors.EngineError, match="another connection to this database"):
        engine.register(other, EXAMPLE)


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("far", ["'infinity'", "'-infinity'", "'290000-01-01 00:00+00'"])
def test_an_instant_that_no_calendar_has_is_a_bad_row(connection, name, far):
    engine.register(connection, EXAMPLE)
    query = f"SELECT {call(name, 'x')} FROM (VALUES ({INSTANT}), (TIMESTAMPTZ {far}), (NULL)) t(x)"
    with pytest.raises(duckdb.Error, match="OutOfRangeError"):
        connection.sql(query).fetchall()
    engine.register(connection, EXAMPLE, errors="null")
    with pytest.warns(errors.BadRowsWarning, match="^1 row"):
        rows = connection.sql(query).fetchall()
    assert [answer is None for (answer,) in rows] == [False, True, True]


@pytest.mark.parametrize(
    "asked",
    [
        f"sla_due(NULL, 'P1', {INSTANT})", f"sla_state(NULL, 'P1', {INSTANT}, NULL, {INSTANT})",
        f"sla_state('incident', 'P1', {INSTANT}, NULL, NULL)", f"sla_state('incident', 'P1', NULL, NULL, {INSTANT})",
        "sla_due('incident', 'P1', NULL)", f"sla_deadline({INSTANT}, NULL)", "sla_elapsed(NULL, NULL)",
        "sla_due(NULL, NULL, NULL)", "sla_state(NULL, NULL, NULL, NULL, NULL)", "subscription_year(NULL)",
    ],
)  # fmt: skip
def test_null_gives_null(connection, asked):
    engine.register(connection, EXAMPLE)
    assert connection.sql(f"SELECT {asked}").fetchall() == [(None,)]
    assert connection.sql(f"SELECT {asked}, sla_state('service_request', NULL, {INSTANT}, NULL, {INSTANT})").fetchall()


def test_states_and_due_dates_where_some_rows_are_null(connection):
    engine.register(connection, EXAMPLE)
    rows = connection.sql(f"""
        SELECT sla_state(kind, priority, opened, NULL, asked), sla_due(kind, priority, opened) IS NULL
        FROM (VALUES ('incident', 'P1', {INSTANT}, {INSTANT}), (NULL, 'P1', {INSTANT}, {INSTANT}),
                     ('service_request', NULL, {INSTANT}, {INSTANT}), ('incident', 'P1', NULL, {INSTANT}),
                     ('incident', 'P1', {INSTANT}, NULL), ('incident', 'P1', {INSTANT}, {INSTANT} + INTERVAL 30 DAY))
             t(kind, priority, opened, asked)
    """).fetchall()  # fmt: skip
    assert rows == [
        ("running", False), (None, True), ("running", False), (None, True), (None, False), ("breached", False),
    ]  # fmt: skip


TWO = pa.table({
    "id": ["A", "B"], "priority": ["P1", "P1"], "opened": [at("2018-04-09 10:00"), at("2018-04-09 11:00")],
})  # fmt: skip
ONE_PAUSE = pa.table(
    {"ticket": ["A"], "start": [at("2018-04-09 10:30")], "end": [at("2018-04-09 11:30")], "reason": ["third_party"]}
)


def test_a_ticket_that_stands_twice_is_refused(connection, monkeypatch):
    monkeypatch.setattr(engine, "BATCH", 2_048)
    ids = pa.array([f"T{number}" for number in [*range(5_000), 17]])
    many = pa.table({"id": ids, "priority": ["P1"] * 5_001, "opened": [at("2018-04-09 10:00")] * 5_001})
    for tickets, pauses in (
        (many, None),
        (pa.concat_tables([TWO, TWO.slice(0, 1)]), ONE_PAUSE),
    ):
        told = {} if pauses is None else {"pauses": connection.from_arrow(pauses)}
        for ask in (engine.assess, engine.report):
            with pytest.raises(errors.EngineError, match="^the ticket '(T17|A)' stands twice; keep one of its rows"):
                ask(connection.from_arrow(tickets), EXAMPLE, at=NOW, **told)
    nameless = TWO.set_column(0, "id", pa.nulls(2, pa.string()))
    assert len(engine.assess(connection.from_arrow(nameless), EXAMPLE, at=NOW).read_all()) == 2


def test_instants_that_no_calendar_has_are_bad_rows(connection):
    tickets = connection.sql("""
        FROM (VALUES ('A', 'P1', TIMESTAMPTZ '2018-04-09 09:00:00+00', NULL), ('B', 'P1', 'infinity', NULL),
                     ('C', 'P1', '-infinity', NULL), ('D', 'P1', NULL, NULL),
                     ('E', 'P1', TIMESTAMPTZ '2018-04-09 09:00:00+00', TIMESTAMPTZ 'infinity'))
             t(id, priority, opened, resolved)
    """)
    with pytest.raises(errors.EngineError, match="^4 rows of a batch of 5"):
        engine.assess(tickets, EXAMPLE, at=NOW).read_all()
    answers = engine.assess(tickets, EXAMPLE, at=NOW, errors="null").read_all()
    assert [state is None for state in answers["sla_state"].to_pylist()] == [False, True, True, True, True]
    texts = answers["sla_error"].to_pylist()
    assert texts[0] is None
    assert "has no opening" in texts[3]
    assert all("outside the years 1 to 9999" in texts[row] for row in (1, 2, 4))
    with pytest.raises(errors.SlaClockError):
        engine.report(tickets, EXAMPLE, at=NOW)


def test_columns_that_the_answers_are_called_by_are_replaced(connection):
    """As pandas and the columns have it: in their place."""
    earlier = TWO.append_column("sla_state", pa.array([1, 2])).append_column("x", pa.array([1, 2]))
    earlier = earlier.append_column("sla_error", pa.array([1.5, 2.5]))
    answers = engine.assess(connection.from_arrow(earlier), EXAMPLE, at=NOW, errors="null").read_all()
    expected = columns.assess(earlier, EXAMPLE, at=NOW)
    assert answers.column_names == expected.column_names
    assert answers["sla_state"].to_pylist() == expected["sla_state"].to_pylist() == ["breached"] * 2
    assert answers["sla_error"].to_pylist() == [None, None]
    again = engine.assess(connection.from_arrow(expected), EXAMPLE, at=NOW).read_all()
    assert again.column_names == expected.column_names
    assert by_id(again).equals(by_id(expected))


@pytest.mark.parametrize("name", ["_sla_pauses", "_SLA_Ticket"])
def test_names_that_are_used_on_the_way_are_refused(connection, name):
    tickets = connection.from_arrow(TWO.append_column(name, pa.array([1, 2])))
    with pytest.raises(errors.ColumnError, match="a name that is used here"):
        engine.assess(tickets, EXAMPLE, at=NOW)
    with pytest.raises(
        errors.ColumnError, match=f"the tickets have a column '{name}', a name that is used here; rename"
    ):
        engine.assess(tickets, EXAMPLE, at=NOW, pauses=connection.from_arrow(ONE_PAUSE))


@pytest.mark.parametrize("name", ["a.b", 'say "id"', "select"])
def test_ids_by_any_name(connection, name):
    tickets = TWO.rename_columns([name, "priority", "opened"])
    options = {"at": NOW, "columns": {"id": name}}
    answers = engine.assess(
        connection.from_arrow(tickets), EXAMPLE, pauses=connection.from_arrow(ONE_PAUSE), **options
    ).read_all()
    expected = columns.assess(tickets, EXAMPLE, pauses=ONE_PAUSE, **options)
    assert answers.sort_by(name)["sla_elapsed"].to_pylist() == expected["sla_elapsed"].to_pylist()


@pytest.mark.parametrize(("ids", "keys", "same"), [
    (pa.array([1, 2]), pa.array(["1"]), False),
    (pa.array([1, 2]), pa.array(["X"]), False),
    (pa.array(["1", "2"]), pa.array([1]), False),
    (pa.array([1, 2], pa.int32()), pa.array([1], pa.uint64()), True),
    (pa.array(["1", "2"]).dictionary_encode(), pa.array(["1"]), True),
])  # fmt: skip
def test_ids_and_the_keys_of_pauses_are_of_one_sort(connection, ids, keys, same):
    tickets = connection.from_arrow(TWO.set_column(0, "id", ids))
    pauses = connection.from_arrow(ONE_PAUSE.set_column(0, "ticket", keys))
    frames = {"tickets": tickets.to_arrow_table(), "pauses": pauses.to_arrow_table()}
    if same:
        assert len(engine.assess(tickets, EXAMPLE, at=NOW, pauses=pauses).read_all()) == 2
        assert len(columns.assess(frames["tickets"], EXAMPLE, at=NOW, pauses=frames["pauses"])) == 2
        return
    with pytest.raises(errors.ColumnError, match="cast one of them to the type of the other") as refused:
        engine.assess(tickets, EXAMPLE, at=NOW, pauses=pauses)
    with pytest.raises(errors.ColumnError) as alike:
        columns.assess(frames["tickets"], EXAMPLE, at=NOW, pauses=frames["pauses"])
    assert str(alike.value) == str(refused.value)


PLAIN = {"id": ["T1"], "priority": ["P1"], "opened": ["2018-04-09 10:00+01:00"]}


@pytest.mark.parametrize("ask", [engine.assess, engine.report])
@pytest.mark.parametrize("table", [None, 5, pd.DataFrame(PLAIN), [PLAIN]])
def test_what_is_no_relation_is_refused(connection, ask, table):
    kind = type(table).__name__
    with pytest.raises(errors.EngineError, match=f"^the tickets are a {kind}; give a relation"):
        ask(table, EXAMPLE, at=NOW)
    for side in ("pauses", "changes", "reopenings"):
        if table is not None:
            with pytest.raises(errors.EngineError, match=f"^the {side} are a {kind}; give a relation"):
                ask(connection.from_arrow(TWO), EXAMPLE, at=NOW, **{side: table})


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"errors": "drop"}, "errors='drop' is not known"),
        ({"measure": "solve"}, "'solve' is no measure"),
        ({"columns": 5}, "columns=5 is no mapping"),
        ({"prefix": None}, "prefix=None is no text"),
        ({"timezone": 5}, "there is no time zone 5"),
    ],
)  # fmt: skip
def test_options_that_are_none_are_refused_at_once(connection, options, message):
    with pytest.raises(sc.SlaClockError, match=message):
        engine.assess(connection.from_arrow(TWO), EXAMPLE, at=NOW, **options)
    if "errors" in options or "timezone" in options:
        with pytest.raises(sc.SlaClockError, match=message):
            engine.register(connection, EXAMPLE, **options)


def test_names_that_duckdb_takes_for_one_are_refused(connection):
    both = connection.from_arrow(TWO).project("*, 'P9' AS Priority")
    assert {"priority", "Priority"} <= set(both.columns)
    with pytest.raises(errors.EngineError, match="'priority' and 'Priority', which DuckDB does not tell apart"):
        engine.assess(both, EXAMPLE, at=NOW)
    pauses = connection.from_arrow(ONE_PAUSE).project("*, reason AS Reason")
    with pytest.raises(errors.EngineError, match="the pauses have the columns 'reason' and 'Reason'"):
        engine.assess(connection.from_arrow(TWO), EXAMPLE, at=NOW, pauses=pauses)


def test_functions_are_those_of_one_policy(connection):
    with pytest.raises(errors.ModelError, match=r"give one Policy; of a PolicyBook one of its own, such as book\.at"):
        engine.register(connection, sc.PolicyBook([EXAMPLE]))
    with pytest.raises(errors.EngineError, match="^the connection is a NoneType"):
        engine.register(None, EXAMPLE)


def test_two_runs_to_one_place(connection, tmp_path):
    first, second = (engine.assess(connection.cursor().from_arrow(TWO), EXAMPLE, at=NOW) for _ in range(2))
    (tmp_path / "q.part").mkdir()
    (tmp_path / "q.parquet.part").mkdir()
    assert engine.write(first, tmp_path / "q") == engine.write(second, tmp_path / "q.parquet") == 2
    assert {file.name for file in tmp_path.iterdir()} == {"q", "q.part", "q.parquet", "q.parquet.part"}


HISTORIES = pa.table({
    "id": ["raised", "reopened", "twice"],
    "priority": ["P3", "P1", None],
    "opened": pa.array([at("2018-04-09 10:00")] * 3, pa.timestamp("us", "UTC")),
    "resolved": pa.array([None, at("2018-04-12 10:00"), None], pa.timestamp("us", "UTC")),
})  # fmt: skip
CHANGES = pa.table({
    "ticket": ["raised", "twice", "twice"],
    "at": pa.array([at("2018-04-09 11:00")] * 3, pa.timestamp("us", "UTC")),
    "field": ["priority"] * 3,
    "to": ["P1", "P2", "P1"],
    "sequence": [0, 2, 1],
})  # fmt: skip
REOPENINGS = pa.table({
    "ticket": ["reopened"],
    "resolved": pa.array([at("2018-04-09 11:00")], pa.timestamp("us", "UTC")),
    "reopened": pa.array([at("2018-04-12 09:30")], pa.timestamp("us", "UTC")),
})  # fmt: skip


def test_changes_and_reopenings_are_known(connection):
    tickets, changes, again = map(connection.from_arrow, (HISTORIES, CHANGES, REOPENINGS))
    now = at("2018-04-20 10:00")
    own = columns.assess(HISTORIES, EXAMPLE, at=now, changes=CHANGES, reopenings=REOPENINGS)
    assert own["sla_state"].to_pylist() == ["breached", "met", "breached"]
    assert own["sla_due"].to_pylist() == [at("2018-04-09 12:00"), at("2018-04-12 10:30"), at("2018-04-09 16:00")]
    answers = engine.assess(tickets, EXAMPLE, at=now, changes=changes, reopenings=again).read_all()
    assert by_id(answers).equals(by_id(own))
    report = sc.report(HISTORIES, EXAMPLE, at=now, changes=CHANGES, reopenings=REOPENINGS)
    assert engine.report(tickets, EXAMPLE, at=now, changes=changes, reopenings=again) == report
    assert [(group.priority, group.counts["met"]) for group in report.by_priority] == [("P1", 1), ("P2", 0)]


@pytest.mark.parametrize(
    ("side", "table", "message"),
    [
        ("changes", CHANGES.drop_columns("sequence"), "'twice' has two changes of 'priority'"),
        ("changes", CHANGES.drop_columns("to"), "the changes have no column 'to'"),
        ("changes", CHANGES.slice(0, 1).set_column(0, "ticket", [["none"]]), "there is no ticket 'none'"),
        ("reopenings", REOPENINGS.set_column(0, "ticket", [[7]]), "the reopenings' 'ticket' is a whole number"),
    ],
)  # fmt: skip
def test_bad_side_frames(connection, side, table, message):
    entries = {side: connection.from_arrow(table)}
    with pytest.raises(errors.SlaClockError, match=message):
        engine.assess(connection.from_arrow(HISTORIES), EXAMPLE, at=NOW, **entries).read_all()


def test_a_change_without_a_field_is_refused():
    nameless = CHANGES.set_column(CHANGES.column_names.index("field"), "field", pa.array([None] * 3, pa.string()))
    for now in ("2018-04-09 10:30", "2018-04-20 10:00"):
        with pytest.raises(errors.SlaClockError, match="row 0"):
            columns.assess(HISTORIES, EXAMPLE, at=at(now), changes=nameless)


@pytest.mark.parametrize("field", ["priority", "team"])
def test_tickets_are_told_apart_by_what_a_column_has_or_a_change_brings(connection, field):
    tickets = connection.sql(
        "SELECT 'T1' AS id, 'incident' AS kind, 'P2' AS priority, TIMESTAMPTZ '2018-04-09T09:00:00Z' AS opened"
    )
    changes = connection.sql(
        f"SELECT 'T1' AS ticket, TIMESTAMPTZ '2018-04-09T10:00:00Z' AS at, '{field}' AS field, 'P1' AS \"to\""
    )
    options = {"at": at("2018-04-09 12:00"), "split": "team"}
    answers = [
        report_or_error(
            lambda: sc.report(tickets.to_arrow_table(), EXAMPLE, changes=changes.to_arrow_table(), **options)
        ),
        report_or_error(lambda: engine.report(tickets, EXAMPLE, changes=changes, **options)),
    ]
    assert answers[0] == answers[1]
    assert isinstance(answers[0], str) == (field != "team")


def report_or_error(ask):
    try:
        return ask().to_dict()
    except sc.SlaClockError as error:
        return error.problem
