"""Waits weighted by when tickets open, against a count hour by hour that shares no code with the product."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from itertools import pairwise

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import slaclock as sc
from desk import EXAMPLE, at
from slaclock import errors
from slaclock.cli.main import main
from slaclock.clock.pieces import Piece, least_covering
from slaclock.policy.periods import Period

DESK = EXAMPLE.calendar
NEVER = [[0] * 24 for _ in range(7)]
OFFICE = [[0] * 9 + [1] * 6 + [0] * 9] * 4 + [[0] * 9 + [1] * 5 + [0] * 10] + [[0] * 24] * 2
"""Nine to three, on Fridays to two: whoever opens then has two hours left."""
WEEK = Period("a week", date(2018, 4, 2), date(2018, 4, 9), "Europe/London")


def week(**counts):
    """A week in which nothing opens but so many in some hours: mon9=3."""
    rows = [list(row) for row in NEVER]
    for name, count in counts.items():
        rows[("mon", "tue", "wed", "thu", "fri", "sat", "sun").index(name[:3])][int(name[3:])] = count
    return rows


def wait_of(openings, target="2 hours", period=WEEK, calendar=DESK):
    policy = sc.Policy.model_validate(
        {"name": "one", "calendar": calendar, "targets": {"incident": {"resolve": target}}}
    )
    [wait] = sc.promise(policy, period, openings=openings).waits
    return wait


# What is counted


def test_openings_all_alike_are_those_of_every_hour_weighted_by_one():
    plain = sc.promise(EXAMPLE, WEEK, measure="resolve")
    alike = sc.promise(EXAMPLE, WEEK, measure="resolve", openings=[[3] * 24] * 7)
    for own, weighted in zip(plain.waits, alike.waits, strict=True):
        for name in ("least", "median", "p95", "longest", "worst", "by_hour"):
            assert getattr(own, name) == getattr(weighted, name), name
        assert (own.openings, weighted.openings.count, weighted.openings.whose) == (None, 504, "all kinds")


def test_who_opens_in_time_waits_as_long_as_is_promised():
    wait = sc.promise(EXAMPLE, 2018, measure="resolve", openings=OFFICE).of("incident", "P1")
    assert (wait.least, wait.median) == (timedelta(hours=2), timedelta(hours=2))
    assert wait.longest == timedelta(days=2, hours=1)  # on Christmas Day from nine
    assert [(worst.opened, worst.due) for worst in wait.worst] == [(at("2018-12-25 09:00"), at("2018-12-27 10:00"))]
    assert wait.by_hour[0][8] is None
    assert wait.by_hour[0][9] == timedelta(hours=2)
    assert wait.by_hour[5] == (None,) * 24


def test_a_year_of_which_nothing_is_covered_promises_nothing():
    covered = EXAMPLE.model_copy(update={"coverage": [{"from": "2018-04-01", "until": "2019-03-31"}]})
    assert sc.promise(covered, 2018, measure="resolve").waits
    with pytest.raises(
        errors.PolicyError, match=r"nothing that opens in 2020/21 is covered by the policy .*; ask of a year"
    ):
        sc.promise(covered, 2020, measure="resolve")


def test_what_opens_before_the_last_opening_of_all_waits_for_it():
    """Of the last but one morning two hours are left at ten, and who opens a moment later waits for the last one."""
    few = sc.WorkingCalendar(timezone="Europe/London", special={f"2018-04-{day:02}": ["08:00-12:00"] for day in (2, 9)})
    wait = wait_of(None, period=WEEK, calendar=few)
    assert (wait.least, wait.longest) == (timedelta(hours=2), timedelta(days=7) - timedelta(hours=2))


def test_the_worst_opening_lies_where_something_opens():
    # What opens on Tuesday from 16:00 to 17:00 is due seventeen hours later; on Saturday at noon, on Monday at ten.
    wait = wait_of(week(tue16=99, sat12=1))
    assert wait.least == wait.median == wait.p95 == timedelta(hours=17)
    assert wait.longest == at("2018-04-09 10:00") - at("2018-04-07 12:00")
    assert [worst.opened for worst in wait.worst] == [at("2018-04-07 12:00")]
    assert wait_of(week(tue16=1)).longest == wait_of(week(tue16=7)).longest == timedelta(hours=17)


def test_each_hour_of_the_years_weekdays_counts_as_often():
    # 19 on Wednesdays at nine with two hours, one on Saturdays at noon: 95 of a hundred wait two hours, 96 do not.
    assert wait_of(week(wed9=19, sat12=1)).p95 == timedelta(hours=2)
    assert wait_of(week(wed9=18, sat12=1)).p95 > timedelta(days=1)


def test_the_hour_that_comes_twice_counts_as_long_as_it_is():
    night = Period("a night", date(2018, 10, 28), date(2018, 10, 29), "Europe/London")
    wait = wait_of(week(sun1=1, sun2=1), "1 wall hours", night)
    assert wait.longest == timedelta(hours=1)
    wait = wait_of(week(sun1=1, sun3=1), "2 hours", night, sc.WorkingCalendar.parse("24/7", timezone="Europe/London"))
    assert wait.median == timedelta(hours=2)
    spring = Period("a night", date(2018, 3, 25), date(2018, 3, 26), "Europe/London")
    with pytest.raises(errors.PolicyError, match="no hour of a night is one in which any of all kinds opened"):
        wait_of(week(sun1=1), "2 hours", spring)  # which the clocks skip


# Whose openings


def tickets(*rows):
    return [
        sc.Ticket(id=f"T{number}", kind=kind, priority=priority, opened=at(opened), **more)
        for number, (kind, priority, opened, more) in enumerate(rows)
    ]


SOME = tickets(
    ("incident", "P1", "2017-04-03 09:10", {}),
    ("incident", "P1", "2017-04-03 09:50", {}),
    ("incident", "P2", "2017-04-08 12:00", {}),
    ("incident", None, "2017-04-04 10:30", {"impact": "high", "urgency": "medium"}),
    ("service_request", None, "2017-04-05 11:00", {}),
)


def frame(library):
    rows = [
        {name: getattr(own, name) for name in ("id", "kind", "priority", "opened", "impact", "urgency")} for own in SOME
    ]
    made = pd.DataFrame(rows)
    made["opened"] = pd.to_datetime(made["opened"], utc=True)
    return made if library == "pandas" else pl.from_pandas(made)


@pytest.mark.parametrize("given_as", ["objects", "pandas", "polars"])
def test_tickets_count_for_their_kind_and_priority(given_as):
    openings = SOME if given_as == "objects" else frame(given_as)
    waits = sc.promise(EXAMPLE, WEEK, measure="resolve", openings=openings)
    p1, p2, p3 = (waits.of("incident", name).openings for name in ("P1", "P2", "P3"))
    assert (p1.whose, p1.count, p1.by_hour[0][9]) == ("incident P1", 2, 2)
    assert (p2.whose, p2.count, p2.by_hour[5][12], p2.by_hour[1][10]) == ("incident P2", 2, 1, 1)  # high, medium
    assert (p3.whose, p3.count) == ("incident", 4)  # there is none of its own
    assert waits.of("service_request").openings.count == 1
    text = str(waits)
    assert "2 of incident P1" in text
    assert "4 of incident" in text
    assert "Each hour of the week counts as often as tickets opened in it" in text
    assert "2 of incident P1" in waits.to_markdown()
    assert waits.to_frame()["openings"].tolist() == [2, 2, 4, 4, 1]
    assert sc.PromisedWaits.from_json(waits.to_json()) == waits
    assert json.loads(waits.to_json())["waits"][0]["openings"]["by_hour"][0][9] == 2


def test_instants_are_counted_in_the_policys_zone():
    # Half past eleven at night in summer is half an hour after midnight, a day later, in London.
    for openings in (
        ["2018-06-04T23:30Z"],
        [datetime.fromisoformat("2018-06-04T23:30+00:00")],
        np.array(["2018-06-04T23:30"], "M8[us]"),
        pd.Series(pd.to_datetime(["2018-06-04 23:30Z"])),
        pl.Series([datetime.fromisoformat("2018-06-04T23:30+00:00")]),
    ):
        wait = sc.promise(EXAMPLE, WEEK, measure="resolve", openings=openings).of("incident", "P1")
        assert wait.openings.by_hour[1][0] == wait.openings.count == 1
    naive = pd.Series(pd.to_datetime(["2018-06-04 23:30"]))
    local = sc.promise(EXAMPLE, WEEK, measure="resolve", openings=naive, timezone="Europe/London")
    assert local.of("incident", "P1").openings.by_hour[0][23] == 1


def test_counts_by_kind_and_priority():
    nine, noon = week(mon9=2), week(tue12=5)
    waits = sc.promise(
        EXAMPLE, WEEK, measure="resolve", openings={"incident": {"P1": nine, "P2": noon}, "call": np.array(noon)}
    )
    assert [(wait.openings.whose, wait.openings.count) for wait in waits.waits] == [
        ("incident P1", 2), ("incident P2", 5), ("incident", 7), ("incident", 7), ("all kinds", 12),
    ]  # fmt: skip


def test_what_is_no_opening_is_named():
    for openings, error, words in (
        ([[1] * 24] * 6, errors.PolicyError, "no count of a week's openings"),
        ([[1] * 23] * 7, errors.PolicyError, "row 0: .* no count of a day's openings"),
        (week(mon9=-1), errors.PolicyError, "row 0.hour 9: -1 is no count of openings"),
        (week(mon9=0.5), errors.PolicyError, "0.5 is no count of openings"),
        (NEVER, errors.PolicyError, "nothing has opened"),
        ({"incident": {"P1": 3}}, errors.PolicyError, "incident.P1: 3 is no count of a week's openings"),
        ({"incidnt": OFFICE}, errors.PolicyError, "'incidnt' is no kind of the policy"),
        ({"incident": {"P7": OFFICE}}, errors.PolicyError, "incident: 'P7' is no priority of incident"),
        ([], errors.PolicyError, "nothing has opened"),
        ([at("2018-04-09 10:00"), None], errors.ColumnError, "row 1: the opening is missing"),
        ([datetime(2018, 4, 9)], errors.NaiveDatetimeError, "row 0"),
        (pd.Series(pd.to_datetime(["2018-06-04 23:30"])), errors.NaiveDatetimeError, "openings"),
        ("tickets.csv", errors.ColumnError, "is no list of openings"),
        (SOME[0], errors.ColumnError, "is no list of openings"),
        (pd.DataFrame({"opened": []}), errors.ColumnError, "there are no tickets"),
        (pd.DataFrame({"id": ["T1"]}), errors.ColumnError, "opened"),
        (12, errors.ColumnError, "openings"),
    ):
        with pytest.raises(error, match=words):
            sc.promise(EXAMPLE, WEEK, measure="resolve", openings=openings)


def test_the_command_reads_tickets(tmp_path, capsys):
    file = tmp_path / "tickets.csv"
    file.write_text(
        "id,kind,priority,opened\nT1,incident,P1,2017-04-03 09:10\nT2,incident,P1,2017-04-03 23:50\nT3,incident,P2,\n"
    )
    asked = ["promise", "--year", "2018", "--measure", "resolve", "--openings", str(file)]
    assert main(asked) == 2
    assert "row 4" in capsys.readouterr().err
    assert main([*asked, "--errors", "skip"]) == 0
    assert "2 of incident P1" in capsys.readouterr().out
    assert main([*asked, "--errors", "skip", "--json", str(file)]) == 2  # which it reads
    assert "is read too" in capsys.readouterr().err


# Counted one by one


@settings(max_examples=40, suppress_health_check=list(HealthCheck), deadline=None)
@given(st.data())
def test_the_least_wait_that_covers_a_share_is_counted_one_by_one(data):
    lengths = st.integers(0, 40)
    pieces, weights, opened = [], {}, 0
    for _ in range(data.draw(st.integers(1, 5))):
        size = data.draw(st.integers(1, 30))
        first = data.draw(lengths)
        step = data.draw(st.sampled_from([-1, 0, 1]))
        last = first + step * (size - 1)
        if last < 0:
            first, last = -last, first - step * (size - 1) - last
            last = first - (size - 1)
            first, last = size - 1, 0
        piece = Piece(opened, size, first, last)
        pieces.append(piece)
        weights[piece] = data.draw(st.integers(1, 5))
        opened += size
    waits = sorted(
        wait for piece in pieces for number in range(piece.size) for wait in [_wait(piece, number)] * weights[piece]
    )
    for percent in (1, 50, 95, 100):
        number = -(-len(waits) * percent // 100)
        assert least_covering(pieces, percent, weights.__getitem__) == waits[number - 1]


def _wait(piece, number):
    if piece.size == 1:
        return piece.first
    return piece.first + (piece.last - piece.first) * number // (piece.size - 1)


@settings(max_examples=8, suppress_health_check=list(HealthCheck), deadline=None)
@given(
    st.dictionaries(st.tuples(st.integers(0, 6), st.integers(0, 23)), st.integers(1, 9), min_size=1, max_size=6),
    st.sampled_from(["2 hours", "1 day", "1 day by close", "3 wall hours"]),
    st.sampled_from([{}, {"day_rule": "same-time"}, {"cutoff": "15:00"}]),
)
def test_a_week_minute_by_minute(counts, target, rules):
    calendar = DESK.model_copy(update=rules)
    rows = [[counts.get((day, hour), 0) for hour in range(24)] for day in range(7)]
    wait = wait_of(rows, target, calendar=calendar)
    waits = []
    opened = at("2018-04-02 00:00")
    while opened < at("2018-04-09 00:00"):
        weight = counts.get((opened.weekday(), opened.hour), 0)
        if weight:
            due = sc.deadline(opened, target, calendar=calendar)
            waits += [(due - opened, weight)]
        opened += timedelta(minutes=1)
    waits.sort()
    assert wait.least <= waits[0][0]
    assert wait.longest >= waits[-1][0]
    for worst in wait.worst:
        assert counts.get((worst.opened.weekday(), worst.opened.hour), 0)
        assert sc.deadline(worst.opened, target, calendar=calendar) == worst.due == worst.opened + wait.longest
    total = sum(weight for _, weight in waits)
    for percent, answer in ((50, wait.median), (95, wait.p95)):
        slack = 12 * max(counts.values())  # what a minute more or less of each stretch comes to
        assert sum(weight for own, weight in waits if own <= answer) >= total * percent / 100 - slack
        assert sum(weight for own, weight in waits if own < answer) <= total * percent / 100 + slack
    for day, row in enumerate(wait.by_hour):
        assert [own is not None for own in row] == [bool(counts.get((day, hour))) for hour in range(24)]
    assert all(a <= b for a, b in pairwise([wait.least, wait.median, wait.p95, wait.longest]))
