"""What analysts have at hand is taken as it is: lists, indexes, lazy frames, relations, and paths of policies."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import slaclock as sc
from desk import LONDON
from slaclock import checking, columns, desks
from slaclock.cli.example_files import example_file
from slaclock.engines import duckdb as duckdb_engine

POLICY = sc.Policy.example()
DESK = POLICY.calendar
NOW = datetime(2018, 4, 9, 10, tzinfo=UTC)
TEXTS = ["2018-04-06T15:00+01:00", None, "2018-04-09T09:00+01:00"]
STARTS = [None if text is None else datetime.fromisoformat(text) for text in TEXTS]
ARRAY = np.array([None if at is None else at.astimezone(UTC).replace(tzinfo=None) for at in STARTS], "M8[us]")


def test_lists_are_answered_by_lists():
    for given in (STARTS, tuple(STARTS), TEXTS):
        assert columns.elapsed(given, NOW, calendar=DESK) == [timedelta(hours=4, minutes=30), None, timedelta(hours=2)]
        assert columns.elapsed(given, [NOW] * 3, calendar=DESK, unit="hours") == [4.5, None, 2.0]
        due = [None if at is None else sc.deadline(at, "2 hours", calendar=DESK) for at in STARTS]
        assert columns.deadline(given, "2 hours", calendar=DESK) == due
        assert columns.is_breached(given, "2 hours", at=NOW, calendar=DESK) == [True, None, False]
        assert columns.is_open(given, calendar=DESK) == [True, None, True]
    walls = [None if at is None else at.astimezone(LONDON).replace(tzinfo=None) for at in STARTS]
    assert columns.deadline(walls, "2 hours", calendar=DESK, timezone="Europe/London") == due
    days = [date(2018, 4, 6), None]
    assert columns.working_day(days, 1, calendar=DESK) == [date(2018, 4, 9), None]
    assert columns.working_days(days, date(2018, 4, 9), calendar=DESK) == [2, None]
    assert columns.elapsed([], NOW, calendar=DESK) == []


def test_a_list_beside_a_column_is_read_as_one():
    series = pd.Series(ARRAY).dt.tz_localize("UTC")
    for first, second in ((series, STARTS), (STARTS, series)):
        answer = columns.elapsed(first, second, calendar=DESK)
        assert isinstance(answer, pd.Series)
        assert answer.dropna().tolist() == [timedelta(0)] * 2
    assert isinstance(columns.elapsed(STARTS, ARRAY, calendar=DESK), np.ndarray)


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ([STARTS[0], datetime(2018, 4, 9)], r"start.row 1: the datetime 2018-04-09T00:00:00 has no time zone"),
        ([STARTS[0], "2018-04-09 10:00"], r"start.row 1: .*offset.*name the zone: timezone='Europe/London'"),
        ([STARTS[0], 5], "start.row 1: 5 is not a datetime"),
    ],
)
def test_cells_of_a_list_that_are_no_instants(cells, problem):
    with pytest.raises(sc.SlaClockError, match=problem) as caught:
        columns.elapsed(cells, NOW, calendar=DESK)
    assert caught.value.row == 1


def test_an_index_of_pandas_is_a_column():
    index = pd.DatetimeIndex(ARRAY[[0, 2]], tz="UTC", name="opened")
    expected = columns.elapsed(ARRAY[[0, 2]], NOW, calendar=DESK).tolist()
    alone = columns.elapsed(index, NOW, calendar=DESK)
    assert alone.index is index or alone.index.equals(index)
    assert alone.tolist() == expected
    frame = pd.DataFrame({"end": [pd.Timestamp(NOW)] * 2}, index=index)
    assert columns.elapsed(frame.index, frame["end"], calendar=DESK).equals(alone.rename("end"))
    reset = frame.reset_index(drop=True)
    assert columns.elapsed(index, reset["end"], calendar=DESK).index.equals(reset.index)


def tickets() -> pl.DataFrame:
    opened = pl.Series("opened", ARRAY[[0, 2]]).dt.replace_time_zone("UTC")
    return pl.DataFrame({"id": ["T1", "T2"], "priority": ["P1", "P2"], "opened": opened})


def test_lazy_frames_and_relations_are_collected():
    frame, options = tickets(), {"at": NOW}
    pauses = pl.DataFrame({"ticket": ["T1"], "start": [STARTS[2]], "end": [NOW], "reason": ["third_party"]})
    relation = duckdb.connect().from_arrow(frame.to_arrow())
    wanted = columns.assess(frame, POLICY, pauses=pauses, **options)
    lazy = columns.assess(frame.lazy(), POLICY, pauses=pauses.lazy(), **options)
    assert isinstance(lazy, pl.LazyFrame)
    assert lazy.collect().equals(wanted)
    table = columns.assess(relation, POLICY, pauses=pauses, **options)
    assert isinstance(table, pa.Table)
    assert pl.from_arrow(table)["sla_state"].to_list() == wanted["sla_state"].to_list()
    cycles = columns.cycles(frame, POLICY, measure="inform", pauses=pauses, **options)
    for given in (frame.lazy(), relation):
        assert len(columns.due_within(given, POLICY, **options)) == 2
        answer = columns.cycles(given, POLICY, measure="inform", pauses=pauses, **options)
        assert (answer if isinstance(answer, pl.DataFrame) else pl.from_arrow(answer)).equals(cycles)
        report = sc.report(given, POLICY, pauses=pauses, **options)
        assert report.to_dict() == sc.report(frame, POLICY, pauses=pauses, **options).to_dict()


def test_the_path_of_a_policy_is_one(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("sla.toml").write_text(example_file("sla.toml").read_text())
    Path("years").mkdir()
    Path("years/2018.toml").write_text(example_file("sla.toml").read_text())
    ticket = sc.Ticket(id="T1", priority="P1", opened=TEXTS[0])
    wanted = sc.assess(ticket, POLICY, at=NOW)
    connection = duckdb.connect()
    for path in ("sla.toml", Path("sla.toml"), tmp_path / "sla.toml"):
        assert sc.assess(ticket, path, at=NOW) == wanted
        assert [*sc.assess_many([ticket], path, at=NOW)] == [wanted]
        assert sc.timeline(ticket, path, at=NOW) == sc.timeline(ticket, POLICY, at=NOW)
        assert sc.due_within([ticket], path, at=NOW) == sc.due_within([ticket], POLICY, at=NOW)
        assert sc.report([ticket], path, at=NOW) == sc.report([ticket], POLICY, at=NOW)
        assert columns.assess(tickets(), path, at=NOW).equals(columns.assess(tickets(), POLICY, at=NOW))
        assert columns.cycles(tickets(), path, at=NOW, measure="inform").height == 0
        assert columns.next_turns(tickets(), path, at=NOW).height == columns.due_within(tickets(), path, at=NOW).height
        duckdb_engine.register(connection, path)
        relation = connection.from_arrow(tickets().to_arrow())
        assert duckdb_engine.assess(relation, path, at=NOW).read_all().num_rows == 2
    assert not checking.compare("sla.toml", POLICY).rules
    assert checking.suggest("sla.toml") == checking.suggest(POLICY)
    Path("tickets.csv").write_text("id,opened\nT1,2018-04-06 15:00\n")
    assert desks.read_tickets("tickets.csv", "sla.toml") == desks.read_tickets("tickets.csv", POLICY)
    assert sc.assess(ticket, "years", at=NOW).state == wanted.state  # a folder of policies is a book
    with pytest.raises(sc.SlaClockError, match="cannot read none.toml"):
        sc.assess(ticket, "none.toml", at=NOW)


def test_a_calendar_in_the_place_of_a_policy_is_said_to_be_one():
    ticket = sc.Ticket(id="T1", priority="P1", opened=TEXTS[0])
    for call in (
        lambda: sc.assess(ticket, DESK, at=NOW),
        lambda: sc.report([ticket], DESK, at=NOW),
        lambda: columns.assess(tickets(), DESK, at=NOW),
        lambda: duckdb_engine.register(duckdb.connect(), DESK),
    ):
        with pytest.raises(sc.errors.ModelError, match="a calendar is not a policy, since it says when"):
            call()


@pytest.mark.parametrize("listed", [False, True])
def test_a_report_leaves_out_what_has_no_answer(listed):
    rows = [
        {"id": "T1", "priority": "P1", "opened": STARTS[0]},
        {"id": "T2", "priority": "P9", "opened": STARTS[0]},
        {"id": "T3", "priority": "P1", "opened": STARTS[2]},
        {"id": "T4", "priority": "P1", "opened": STARTS[2], "resolved": STARTS[0]},
        {"id": "C1", "kind": "call", "opened": STARTS[2], "responded": NOW},
        {"id": "T6", "priority": "P1", "opened": STARTS[2], "cancelled": NOW},
    ]
    if listed:
        rows[3]["priority"], rows[3]["resolved"] = "P7", None
        given = [sc.Ticket(**row) for row in rows]
        good = [given[number] for number in (0, 2, 4, 5)]
    else:
        rows += [{"id": "T5", "priority": "P1", "opened": None}]
        schema = dict.fromkeys(("id", "kind", "priority"), pl.String)
        schema |= dict.fromkeys(("opened", "resolved", "responded", "cancelled"), pl.Datetime("us", "UTC"))
        given = pl.DataFrame(rows, schema)
        given = given.with_columns(pl.col("kind").fill_null("incident"))
        good = given[[0, 2, 4, 5]]
    with pytest.raises(sc.SlaClockError):
        sc.report(given, POLICY, at=NOW)
    count = len(rows) - 4
    with pytest.warns(sc.errors.BadRowsWarning, match=rf"{count} rows could not be answered; the first: row 1.*'P9'"):
        report = sc.report(given, POLICY, at=NOW, errors="skip")
    assert report.skipped == count
    assert report.to_dict() | {"skipped": 0} == sc.report(good, POLICY, at=NOW, errors="skip").to_dict()
    with pytest.raises(sc.errors.ColumnError, match="errors='null' is not known; use 'raise' or 'skip'"):
        sc.report(given, POLICY, at=NOW, errors="null")
