"""Pauses as an argument of the functions of SQL: none, open, wrong, beside a calendar."""

from __future__ import annotations

from datetime import timedelta

import duckdb
import pytest

import slaclock as sc
from desk import EXAMPLE, LONDON, at
from slaclock import errors
from slaclock.engines import duckdb as engine

NIGHTS = sc.WorkingCalendar.parse("Mo-Su 22:00-06:00", timezone="Europe/London")
POLICY = EXAMPLE.model_copy(update={"calendars": {"night": NIGHTS}})
OPENED = "TIMESTAMPTZ '2018-04-09 10:00+01'"
LATER = "TIMESTAMPTZ '2018-04-10 10:00+01'"
LUNCH = "[{'start': TIMESTAMPTZ '2018-04-09 12:00+01', 'end': TIMESTAMPTZ '2018-04-09 13:00+01'}]"
OPEN = "[{'start': TIMESTAMPTZ '2018-04-09 12:00+01', 'end': NULL}]"
OF_SUPPLIER = "[{{'start': TIMESTAMPTZ '2018-04-09 12:00+01', 'end': {end}, 'reason': '{reason}'}}]"


@pytest.fixture
def connection():
    with duckdb.connect() as connected:
        connected.execute("SET TimeZone = 'Europe/London'")
        engine.register(connected, POLICY)
        yield connected


def answers(connection, *asked):
    return connection.sql(f"SELECT {', '.join(asked)}").fetchall()[0]


def test_pauses_stop_the_clock(connection):
    lunch = [(at("2018-04-09 12:00"), at("2018-04-09 13:00"))]
    elapsed, due, start = answers(
        connection,
        f"sla_elapsed({OPENED}, {LATER}, {LUNCH})",
        f"sla_deadline({OPENED}, '6 hours', {LUNCH})",
        f"sla_subtract({LATER}, '6 hours', {LUNCH})",
    )
    desk = POLICY.calendar
    assert elapsed == sc.elapsed(at("2018-04-09 10:00"), at("2018-04-10 10:00"), calendar=desk, pauses=lunch)
    assert due.astimezone(LONDON) == at("2018-04-09 17:00")
    assert start == sc.subtract(at("2018-04-10 10:00"), "6 hours", calendar=desk, pauses=lunch)


@pytest.mark.parametrize("none", ["NULL", "[]", 'NULL::STRUCT(start TIMESTAMPTZ, "end" TIMESTAMPTZ, reason VARCHAR)[]'])
def test_null_and_an_empty_list_are_no_pauses(connection, none):
    asked = (
        f"sla_elapsed({OPENED}, {LATER}",
        f"sla_subtract({LATER}, '6 hours'",
        f"sla_due('incident', 'P1', {OPENED}",
    )
    assert answers(connection, *(f"{call}, {none})" for call in asked)) == answers(
        connection, *(f"{call})" for call in asked)
    )


def test_pauses_stand_before_the_calendar(connection):
    night = "[{'start': TIMESTAMPTZ '2018-04-09 23:00+01', 'end': TIMESTAMPTZ '2018-04-10 01:00+01'}]"
    call = f"sla_elapsed({OPENED}, {LATER}"
    assert answers(connection, f"{call}, {night}, 'night')", f"{call}, NULL, 'night')", f"{call}, {night}, NULL)") == (
        timedelta(hours=6), timedelta(hours=8), None,
    )  # fmt: skip
    rows = f"""
        SELECT sla_elapsed({OPENED}, {LATER}, waits, name)
        FROM (VALUES ({night}, 'night'), ({LUNCH}, 'main'), (NULL, 'night')) t(waits, name)
    """
    assert connection.sql(rows).fetchall() == [(timedelta(hours=6),), (timedelta(hours=8),), (timedelta(hours=8),)]


def test_an_open_pause_holds_the_deadline(connection):
    elapsed, due, start = answers(
        connection,
        f"sla_elapsed({OPENED}, {LATER}, {OPEN})",
        f"sla_deadline({OPENED}, '6 hours', {OPEN})",
        f"sla_subtract({LATER}, '2 hours', {OPEN})",
    )
    assert (elapsed, due) == (timedelta(hours=2), None)
    assert start.astimezone(LONDON) == at("2018-04-09 10:00")


def test_the_policy_says_which_reasons_stop_a_ticket(connection):
    hour = "TIMESTAMPTZ '2018-04-09 13:00+01'"
    lunch, waits, other = (
        OF_SUPPLIER.format(end=end, reason=reason)
        for end, reason in ((hour, "third_party"), ("NULL", "third_party"), (hour, "coffee"))
    )
    due, held = (answers(connection, f"sla_due('incident', 'P3', {OPENED}, {pauses})")[0] for pauses in (lunch, waits))
    pause = sc.Pause(start=at("2018-04-09 12:00"), end=at("2018-04-09 13:00"), reason="third_party")
    ticket = sc.Ticket(id="A", kind="incident", priority="P3", opened=at("2018-04-09 10:00"), pauses=[pause])
    assert due == sc.assess(ticket, POLICY, at=at("2018-04-10 10:00")).due
    assert held is None
    state = f"sla_state('incident', 'P3', {OPENED}, NULL, {hour} - INTERVAL 1 MINUTE"
    assert answers(connection, f"{state})", f"{state}, {lunch})") == ("running", "paused")
    with pytest.raises(duckdb.Error, match="row 0: .*'coffee'"):
        answers(connection, f"sla_due('incident', 'P1', {OPENED}, {other})")


@pytest.mark.parametrize(
    ("pauses", "said"),
    [
        (
            "[{'start': TIMESTAMPTZ '2018-04-09 13:00+01', 'end': TIMESTAMPTZ '2018-04-09 12:00+01'}]",
            "PauseError: row 0",
        ),
        ("[{'start': NULL::TIMESTAMPTZ, 'end': TIMESTAMPTZ '2018-04-09 12:00+01'}]", "row 0.pause 0: its start is mis"),
        ("[NULL]", "row 0.pause 0: its start is missing; give one"),
        ("[{'start': TIMESTAMPTZ '2018-04-09 13:00+01'}]", "the pauses have no column 'end'; there: start"),
        (
            "[{'start': TIMESTAMP '2018-04-09 13:00', 'end': NULL}]",
            "the pauses' start has no time zone; give a TIMESTAM",
        ),
        ("[{'start': '2018-04-09', 'end': NULL}]", "the pauses' start is a column of String"),
        ("[1, 2]", r"the pauses are lists of int32; give a LIST of STRUCT\(start, end\)"),
        ("{'start': TIMESTAMPTZ '2018-04-09 13:00+01'}", r"the pauses are a column of struct.*; give a LIST of STRUCT"),
        (f"'night', {LUNCH}", r"the pauses are a column of string; give a LIST of STRUCT\(start, end\)"),
    ],
)
def test_what_is_no_list_of_pauses(connection, pauses, said):
    with pytest.raises(duckdb.Error, match=said):
        answers(connection, f"sla_elapsed({OPENED}, {LATER}, {pauses})")


def test_pauses_of_local_times_are_read_in_the_zone_that_is_named(connection):
    engine.register(connection, POLICY, timezone="Europe/London")
    local = LUNCH.replace("+01'", "'").replace("TIMESTAMPTZ", "TIMESTAMP")
    call = f"sla_elapsed({OPENED}, {LATER}"
    assert answers(connection, f"{call}, {local})") == answers(connection, f"{call}, {LUNCH})")


def test_a_bad_pause_is_its_own_row_alone(connection):
    backward = "[{'start': TIMESTAMPTZ '2018-04-09 13:00+01', 'end': TIMESTAMPTZ '2018-04-09 12:00+01'}]"
    rows = f"""
        SELECT sla_elapsed(start, {LATER}, waits)
        FROM (VALUES ({OPENED}, {LUNCH}), (NULL, {backward}), ({OPENED}, NULL), ({OPENED}, {backward})) t(start, waits)
    """
    with pytest.raises(duckdb.Error, match="row 3.pause 0"):
        connection.sql(rows).fetchall()
    engine.register(connection, POLICY, errors="null")
    with pytest.warns(errors.BadRowsWarning, match="^1 row"):
        assert [answer for (answer,) in connection.sql(rows).fetchall()] == [
            timedelta(hours=8), None, timedelta(hours=9), None,
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (f"sla_elapsed({OPENED})", "1 arguments are given; give 2: start, end, and perhaps pauses and a calendar"),
        (f"sla_due('incident', 'P1', {OPENED}, NULL, 'night')", "give 3: kind, priority, opened, and perhaps pauses$"),
        (f"sla_due('incident', 'P1', {OPENED}, {LUNCH})", "the pauses have no column 'reason'; there: start, end"),
        (f"is_open({OPENED}, NULL, 'night')", "3 arguments are given; give 1: at, and perhaps a calendar"),
    ],
)
def test_arguments_are_counted(connection, asked, said):
    with pytest.raises(duckdb.Error, match=said):
        answers(connection, asked)


def test_the_first_bad_row_is_the_error_whichever_instant_or_calendar_is_asked_first(connection):
    backward = (
        "[{'start': TIMESTAMPTZ '2018-04-09 13:00+01', 'end': TIMESTAMPTZ '2018-04-09 12:00+01', 'reason': NULL}]"
    )
    states = f"""
        SELECT sla_state('incident', priority, {OPENED}, NULL, seen, {backward})
        FROM (VALUES ('P1', NULL), ('P1', {LATER}), ('P9', {OPENED})) t(priority, seen)
    """
    clocks = f"""
        SELECT sla_elapsed({OPENED}, ended, NULL, name)
        FROM (VALUES ({LATER}, 'main'), ({OPENED} - INTERVAL 1 DAY, 'night'), ({OPENED} - INTERVAL 1 DAY, 'main'))
        t(ended, name)
    """
    for rows, said in ((states, "PauseError: row 1: the pause ends"), (clocks, "NegativeIntervalError: row 1: ")):
        with pytest.raises(duckdb.Error, match=said):
            connection.sql(rows).fetchall()
    dues = "SELECT sla_due('incident', priority, opened) FROM (VALUES ('P1', NULL), ('P9', now())) t(priority, opened)"
    with pytest.raises(duckdb.Error, match="row 1: 'P9' is no priority of the policy"):
        connection.sql(dues).fetchall()
