"""Availability in service hours: the worked example, a recount by the minute, and every way in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import slaclock as sc
from desk import EXAMPLE, at, desk, with_rules
from slaclock import errors
from slaclock.cli import main
from slaclock.desks import read_outages

APRIL = at("2018-04-01 00:00"), at("2018-05-01 00:00")
FAILURE = sc.Outage(start=at("2018-04-04 16:00"), end=at("2018-04-05 10:00"))
PLANNED = sc.Outage(start=at("2018-04-13 15:00"), end=at("2018-04-13 18:00"), planned=True)
HOUR = timedelta(hours=1)
PROMISE = {"web": {"share": "99.5", "planned": "down"}}


@pytest.mark.parametrize(
    ("rule", "up", "agreed", "percent"),
    [("excluded", 173.5, 176.5, "98.30%"), ("down", 173.5, 178, "97.47%"), ("up", 175, 178, "98.31%")],
)
def test_april_2018_on_the_examples_desk(rule, up, agreed, percent):
    april = sc.availability([FAILURE, PLANNED], *APRIL, calendar=EXAMPLE.calendar, planned=rule, share="98.5")
    assert (april.service, april.agreed, april.up) == (178 * HOUR, agreed * HOUR, up * HOUR)
    assert (f"{float(april.share):.2%}", april.attained) == (percent, False)
    assert (april.failures, april.mttr, april.mtbf) == (1, 3 * HOUR, up * HOUR)
    # 1.5 % of the agreed hours, less those for which it was down.
    down = timedelta(hours=4.5 if rule == "down" else 3)
    assert april.left == agreed * HOUR * 15 / 1000 - down
    assert sc.AvailabilityResult.from_json(april.to_json()) == april


def test_what_is_not_over_counts_to_the_instant_asked_about():
    options = {"calendar": EXAMPLE.calendar, "share": 90}
    still = sc.Outage(start=at("2018-04-04 16:00"))
    now = sc.availability([still, PLANNED], *APRIL, at=at("2018-04-05 10:00"), **options)
    # Two working days and two hours of Thursday; the planned one is not known yet.
    assert (now.service, now.down, now.planned) == (20 * HOUR, 3 * HOUR, timedelta(0))
    assert (now.end, now.whole) == (at("2018-04-05 10:00"), 178 * HOUR)
    assert now.budget == 17.8 * HOUR
    assert now.left == 14.8 * HOUR
    before = sc.availability([still], *APRIL, at=at("2018-03-01 10:00"), **options)
    assert (before.service, before.share, before.attained, before.mttr) == (timedelta(0), None, None, None)
    assert sc.availability([still], *APRIL, calendar=EXAMPLE.calendar).left is None


def test_no_time_counts_twice_and_what_is_down_as_planned_has_not_failed():
    twice = sc.Outage(start=at("2018-04-04 15:00"), end=at("2018-04-04 16:30"))
    april = sc.availability([FAILURE, twice, FAILURE], *APRIL, calendar=EXAMPLE.calendar)
    assert (april.down, april.failures) == (4 * HOUR, 1)
    within = sc.Outage(start=at("2018-04-13 16:00"), end=at("2018-04-14 12:00"))
    april = sc.availability([within, PLANNED], *APRIL, calendar=EXAMPLE.calendar)
    assert (april.down, april.failures, april.planned) == (timedelta(0), 0, 1.5 * HOUR)
    night = sc.Outage(start=at("2018-04-04 18:00"), end=at("2018-04-05 07:00"))
    assert sc.availability([night], *APRIL, calendar=EXAMPLE.calendar).failures == 0


START = datetime(2018, 3, 23, tzinfo=UTC)  # the clocks change on the second day after
MINUTES = st.integers(0, 5 * 24 * 60)
SOME = st.lists(st.tuples(MINUTES, st.one_of(st.none(), MINUTES), st.booleans()), max_size=4)


@settings(max_examples=15)
@given(SOME, MINUTES, st.sampled_from(["excluded", "down", "up"]))
def test_a_recount_by_the_minute(drawn, asked, rule):
    def moment(minute):
        return None if minute is None else START + timedelta(minutes=minute)

    spans = [(start, end if end is None or end >= start else start, planned) for start, end, planned in drawn]
    given_outages = [sc.Outage(start=moment(a), end=moment(b), planned=planned) for a, b, planned in spans]
    calendar, end = desk(), 5 * 24 * 60
    result = sc.availability(
        given_outages, START, moment(end), calendar=calendar, at=moment(asked), planned=rule, share="99.9"
    )
    counts = {"up": 0, "down": 0, "planned": 0}
    for minute in range(asked):
        if calendar.is_open(moment(minute)):
            kinds = {planned for a, b, planned in spans if a <= minute < (asked if b is None else b)}
            counts["planned" if True in kinds else "down" if kinds else "up"] += 1
    agreed = sum(counts.values()) - (counts["planned"] if rule == "excluded" else 0)
    up = counts["up"] + (counts["planned"] if rule == "up" else 0)
    assert result.share == (Fraction(up, agreed) if agreed else None)
    assert result.attained == (up * 1000 >= 999 * agreed if agreed else None)
    assert (result.up, result.down) == (up * timedelta(minutes=1), counts["down"] * timedelta(minutes=1))
    assert (result.failures > 0) == (counts["down"] > 0)


TABLE = {
    "start": ["2018-04-04 16:00", "2018-04-13 15:00"],
    "end": ["2018-04-05 10:00", "2018-04-13 18:00"],
    "planned": ["no", "yes"],
}
OUTAGES = [FAILURE, PLANNED]


def frames():
    records = [dict(zip(TABLE, row, strict=True)) for row in zip(*TABLE.values(), strict=True)]
    yield records
    yield pl.DataFrame(TABLE)
    frame = pd.DataFrame(TABLE).assign(planned=[False, True])
    yield frame
    yield frame.astype({"start": "datetime64[ns]", "end": "datetime64[ns]"})
    yield OUTAGES


@pytest.mark.parametrize("outages", [*frames()], ids=["records", "polars", "texts", "pandas", "objects"])
def test_every_kind_of_table(outages):
    result = sc.availability(outages, *APRIL, calendar=EXAMPLE.calendar, timezone="Europe/London")
    assert result == sc.availability(OUTAGES, *APRIL, calendar=EXAMPLE.calendar)


def test_a_report_has_it_over_all_and_by_period():
    policy = with_rules(availability=PROMISE)
    tickets = [sc.Ticket(id="T1", priority="P1", opened=at("2018-05-09 10:00"), resolved=at("2018-05-09 11:00"))]
    report = sc.report(tickets, policy, at=at("2018-06-01 00:00"), period="month", outages=OUTAGES)
    whole, april, may = report.availability
    assert (str(april.period), april.up, april.agreed) == ("2018-04", 173.5 * HOUR, 178 * HOUR)
    assert (str(may.period), may.share, may.failures) == ("2018-05", 1, 0)
    assert (whole.period, whole.down, whole.agreed) == (None, 3 * HOUR, april.agreed + may.agreed)
    assert (report.to_dict()["availability"][1]["down_seconds"], april.wanted) == (10_800, Fraction(199, 2))
    assert "| web | 2018-04 | 99.5 % | 97.47 % | 178 h | 1 h 30 min | 3 h | 1 | no |" in report.to_markdown()
    assert "Of web, what was planned counts as down." in str(report)
    assert sc.Report.from_json(report.to_json()) == report
    assert sc.report(tickets, policy, at=at("2018-06-01 00:00")).availability == ()
    alone = sc.report([], policy, at=at("2018-04-10 00:00"), period="month", outages=())
    assert [result.share for result in alone.availability] == [1, 1]


def test_what_lies_between_the_periods_asked_for_counts_in_none():
    halves = {"one": "2018-04-03/2018-04-12", "two": "2018-04-16/2018-04-20"}
    policy = with_rules(availability={"web": {"share": 99}}, periods={"halves": halves})
    between = sc.Outage(start=at("2018-04-13 08:00"), end=at("2018-04-13 16:30"))
    outages = [sc.Outage(start=at("2018-04-12 16:00"), end=at("2018-04-13 10:00")), between]
    report = sc.report([], policy, at=APRIL[1], period="halves", outages=outages)
    whole, one, two = report.availability
    assert (whole.service, whole.down) == (one.service + two.service, one.down + two.down)
    assert (one.down, two.down, whole.failures) == (HOUR, timedelta(0), 1)
    assert (whole.left, str(two.period)) == (one.left + two.left, "two")
    # A period that is asked for has it, though nothing happened in it.
    quiet = sc.report([], policy, at=APRIL[1], period=("2018-04-16", "2018-04-21"), outages=outages).availability
    assert {(result.service, result.share) for result in quiet} == {(two.service, 1)}
    early = sc.report([], policy, at=at("2018-04-17 12:00"), period="halves", outages=[])
    assert "May still be down: by the hours of the whole period, also those ahead." in str(early)
    assert "whole period" not in str(report)


def test_each_policy_of_a_book_promises_while_it_is_in_force():
    old = with_rules(name="old", availability=PROMISE, coverage=[{"from": "2018-04-03", "until": "2019-03-31"}])
    new = with_rules(name="new", availability={"web": {"share": 90}}, in_force_from="2018-04-05")
    report = sc.report([], sc.PolicyBook([old, new]), at=APRIL[1], period="month", outages=OUTAGES)
    assert [(r.policy, r.down, r.service) for r in report.availability if r.period is not None] == [
        ("old", HOUR, 18 * HOUR),
        ("new", 2 * HOUR, 160 * HOUR),
    ]


def test_a_file_and_the_command_line(tmp_path, capsys):
    file, policy = tmp_path / "outages.csv", tmp_path / "sla.json"
    rows = zip(*TABLE.values(), strict=True)
    file.write_text("Start;End;Planned\n" + "".join(";".join(row) + "\n" for row in rows))
    assert read_outages(file, EXAMPLE) == OUTAGES
    policy.write_text(with_rules(availability=PROMISE).to_json())
    tickets = tmp_path / "tickets.csv"
    tickets.write_text("id,priority,opened,resolved\nT1,P1,2018-04-09 10:00,2018-04-09 11:00\n")
    words = ["report", str(tickets), "--policy", str(policy), "--at", "2018-05-01 00:00", "--outages", str(file)]
    for engine in ("columns", "duckdb"):
        assert main([*words, "--engine", engine]) == 0
        assert "97.47 %" in capsys.readouterr().out
    file.write_text("start,end,planned\n2018-04-04 16:00,,perhaps\n")
    assert main(words) == 2
    assert "outages.csv, row 2, column 'planned': 'perhaps' does not say whether it was planned" in (
        capsys.readouterr().err
    )


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: sc.Outage(start=APRIL[1], end=APRIL[0]), errors.ModelError, "before it starts"),
        (lambda: sc.availability([{"end": APRIL[0]}], *APRIL, calendar=desk()), errors.ModelError, "outage 0.start"),
        (lambda: sc.availability([FAILURE, 3], *APRIL, calendar=desk()), errors.ModelError, "outage 1: 3 is not an"),
        (lambda: sc.availability([], *APRIL, calendar=EXAMPLE), errors.ModelError, "is not a calendar"),
        (lambda: sc.availability("x", *APRIL, calendar=desk()), errors.ModelError, "the outages are a str"),
        (lambda: sc.availability([], *reversed(APRIL), calendar=desk()), errors.NegativeIntervalError, "swap"),
        (lambda: sc.availability([], *APRIL, calendar=desk(), planned="no"), errors.ModelError, "planned"),
        (lambda: sc.availability([], *APRIL, calendar=desk(), share=101), errors.ModelError, "is no share"),
        (lambda: with_rules(availability={"web": {"share": 99, "calendar": "x"}}), errors.PolicyError, "web.calendar"),
        (
            lambda: sc.report([], EXAMPLE, at=APRIL[1], outages=[FAILURE.model_copy(update={"availability": "web"})]),
            errors.PolicyError,
            "outage 0: no policy promises an availability 'web'",
        ),
    ],
)
def test_what_is_wrong_is_said(call, error, message):
    with pytest.raises(error, match=message):
        call()
