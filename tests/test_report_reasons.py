"""Why a month went wrong: what a report tells tickets apart by, its periods, and where the time went."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pandas as pd
import pytest

import slaclock as sc
from desk import EXAMPLE, at, ticket
from slaclock import errors
from slaclock.cli.main import main
from slaclock.reporting.sections import sections_of
from slaclock.temporal.instants import to_micros
from slaclock.tickets.pause_lengths import pause_length
from test_reporting import NOW, TICKETS, frames

TEAMS = [
    ticket(id="T1", attributes={"team": "L1"}, resolved=at("2018-04-09 12:00")),
    ticket(
        id="T2",
        attributes={"team": "L1"},
        resolved=at("2018-04-10 12:00"),
        changes=[
            sc.Change(at=at("2018-04-09 12:00"), field="team", to="L2"),
            sc.Change(at=at("2018-04-11 12:00"), field="team", to="L3"),
        ],
    ),
    ticket(id="T3", opened=at("2018-05-09 10:00")),
]
LATER = at("2018-05-12 08:00")


def told(report):
    """The figures, without the days, whose last digits are those of floats."""
    return [(own.values, own.figures.counts, getattr(own.figures.spread, "p90", None)) for own in report.by_split]


def counts(report):
    return {own.values: {state: n for state, n in own.figures.counts.items() if n} for own in report.by_split}


def test_tickets_are_told_apart_by_what_they_had_when_they_were_done():
    report = sc.report(TEAMS, EXAMPLE, at=LATER, split="team")
    assert counts(report) == {("L1",): {"met": 1}, ("L2",): {"breached": 1}, (None,): {"breached": 1}}
    report = sc.report(TEAMS, EXAMPLE, at=LATER, split=["month", "team"])
    assert [*counts(report)] == [("2018-04", "L1"), ("2018-04", "L2"), ("2018-05", None)]
    assert report.by_split[0].figures.spread.median == timedelta(hours=2)
    assert "\nBy month, team\nmonth" in str(report)
    assert report.to_dict()["by_split"][2]["values"] == {"month": "2018-05", "team": None}
    assert list(report.to_frame("polars")["team"]) == ["L1", "L2", None]
    assert sc.Report.from_json(report.to_json()) == report
    early = sc.report(TEAMS[:2], EXAMPLE, at=at("2018-04-09 11:00"), split="team")
    assert counts(early) == {("L1",): {"running": 2}}


def test_the_same_figures_read_the_same_in_every_table():
    """A row of a split by month is that of the month, up to its names, and both tables have one total."""
    report = sc.report(TICKETS, EXAMPLE, at=NOW, period="month", split="month")
    tables = [section for section in sections_of(report) if section.key in ("periods", "split")]
    by_month, by_split = tables
    assert [by_split.header[1:], by_split.lines] == [by_month.header[1:], by_month.lines]
    assert by_split.shares == by_month.shares
    assert by_split.total[0] == "all"
    assert "excluded or not covered are left out" in str(report)


def test_a_frame_is_told_apart_by_any_column():
    frame, pauses = frames(TICKETS)
    options = {"at": NOW, "split": ("category", "quarter"), "by": "resolved"}
    report = sc.report(frame, EXAMPLE, pauses=pauses, **options)
    assert told(report) == told(sc.report(TICKETS, EXAMPLE, **options))
    sites = pd.DataFrame({"opened": [at("2018-04-09 10:00")] * 3, "Site": [1, 2, 2], "priority": ["P1", "P2", "P2"]})
    by_site = sc.report(sites, EXAMPLE, at=NOW, split="site", columns={"site": "Site"})
    assert {own.values: own.figures.total for own in by_site.by_split} == {("1",): 1, ("2",): 2}


def test_engines_and_files_are_told_apart_alike(capsys):
    duckdb = pytest.importorskip("duckdb")
    from slaclock.engines import duckdb as engine

    frame, pauses = frames(TICKETS)
    connection = duckdb.connect()
    relations = connection.from_arrow(frame.to_arrow()), connection.from_arrow(pauses.to_arrow())
    made = engine.report(relations[0], EXAMPLE, at=NOW, pauses=relations[1], split=["category"])
    assert told(made) == told(sc.report(TICKETS, EXAMPLE, at=NOW, split="category"))
    with pytest.raises(errors.ColumnError, match="no column 'team'"):
        engine.report(relations[0], EXAMPLE, at=NOW, split="team")
    assert main(["report", "--split", "category, month", "--json", "-"]) == 0
    parts = json.loads(capsys.readouterr().out)
    assert parts["split"] == ["category", "month"]
    assert parts["by_split"][0]["values"] == {"category": "accounts", "month": "2018-04"}
    assert main(["report", "--split", "team"]) == 2
    assert "no column 'team'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"split": "site"}, "no column 'site' to tell them apart by; .*; there: kind, priority, .*, urgency, team"),
        ({"split": [1]}, "names no columns"),
        ({"split": ""}, "names no columns"),
        ({"by": "team"}, "periods cannot go by 'team'.*give it as split"),
    ],
)
def test_what_cannot_tell_tickets_apart(options, message):
    with pytest.raises(errors.SlaClockError, match=message):
        sc.report(TEAMS, EXAMPLE, at=LATER, **options)


TERMS = sc.Policy.model_validate({
    **dict(EXAMPLE),
    "periods": {
        "April": "2018-04-01/2018-04-30",
        "halves": {"June and July": "2018-06-04/2018-07-20", "May": "2018-04-16..2018-05-25"},
    },
})  # fmt: skip


def test_one_period_is_counted_alone_with_what_it_was_carried_forward_with():
    report = sc.report(TEAMS, EXAMPLE, at=LATER, period=("2018-04-10", "2018-04-11"))
    assert (report.totals["breached"], report.overall.total, report.outside) == (0, 0, 3)
    (flow,) = report.flows
    assert (flow.brought, flow.opened, flow.ended, flow.carried) == (1, 0, 1, 0)
    by_end = sc.report(TEAMS, EXAMPLE, at=LATER, period=("2018-04-10", "2018-04-11"), by="resolved")
    assert (by_end.totals["breached"], by_end.period, by_end.outside) == (1, "period", 2)
    assert "Counted is what lies in 2018-04-10; 2 tickets lie outside and are left out." in str(by_end)
    months = sc.report(TEAMS, EXAMPLE, at=LATER, period="month")
    assert [(own.period.label, own.brought, own.opened, own.ended, own.carried) for own in months.flows] == [
        ("2018-04", 0, 2, 2, 0),
        ("2018-05", 0, 1, 0, 1),
    ]
    assert sc.Report.from_json(by_end.to_json()) == by_end


def test_terms_by_name(capsys, tmp_path):
    halves = sc.report(TICKETS, TERMS, at=NOW, period="halves")
    assert [own.label for own in halves.periods] == ["May", "June and July"]
    half = sc.report(TICKETS, TERMS, at=NOW, period="May")
    assert half.totals == halves.by_period[0].counts
    april = sc.report(TICKETS, TERMS, at=NOW, period="April")
    assert april.totals == sc.report(TICKETS, TERMS, at=NOW, period=("2018-04-01", "2018-05-01")).totals
    assert sc.Policy.from_json(TERMS.to_json()) == TERMS
    (tmp_path / "sla.json").write_text(TERMS.to_json(), encoding="utf-8")
    words = ["report", "--policy", str(tmp_path / "sla.json"), "--json", "-"]
    assert main([*words, "--period", "April"]) == 0
    assert json.loads(capsys.readouterr().out)["totals"] == dict(april.totals)
    assert main([*words, "--from", "2018-04-01", "--to", "2018-05-01"]) == 0
    assert json.loads(capsys.readouterr().out)["totals"] == dict(april.totals)
    for wrong in (["--from", "2018-04-01"], ["--from", "2018-04-01", "--to", "2018-05-01", "--period", "year"]):
        assert main([*words, *wrong]) == 2


@pytest.mark.parametrize(
    ("period", "message"),
    [
        ("autumn", "use year, quarter, month, 'April', 'halves', 'May' or 'June and July'"),
        (("2018-04-01",), "is no period"),
        (("2018-04-01", "soon"), "'soon' is not a date"),
        (("2018-05-01", "2018-05-01"), "let it end later"),
        (7, "is no period"),
    ],
)
def test_what_is_no_period(period, message):
    with pytest.raises(errors.SlaClockError, match=message):
        sc.report(TEAMS, TERMS, at=LATER, period=period)


def test_a_period_of_one_date_and_one_up_to_the_last_date():
    periods = {"a day": date(2018, 4, 10), "from then on": "2018-04-01/9999-12-31"}
    terms = sc.Policy.model_validate({**dict(EXAMPLE), "periods": periods})
    day = sc.report(TEAMS, terms, at=LATER, period="a day")
    assert day.totals == sc.report(TEAMS, EXAMPLE, at=LATER, period=("2018-04-10", "2018-04-11")).totals
    with pytest.raises(errors.ModelError, match="'from then on' ends with the last date there is; let it end sooner"):
        sc.report(TEAMS, terms, at=LATER, period="from then on")


def test_periods_of_several_policies_are_in_the_order_of_their_dates():
    before = TERMS.model_copy(
        update={"name": "before", "periods": {"halves": {"the winter half": "2018-02-01/2018-03-01"}}}
    )
    book = sc.PolicyBook([TERMS, before.model_copy(update={"applies_to": {"customer": ["ACME"]}})])
    halves = sc.report(TICKETS, book, at=NOW, period="halves")
    assert [own.label for own in halves.periods] == ["the winter half", "May", "June and July"]


def test_periods_are_in_the_order_of_their_dates():
    terms = {"easter": "2019-04-20/2019-06-30", "lent": "2019-01-08/2019-03-20", "michaelmas": "2018-09-01/2018-12-20"}
    policy = sc.Policy.model_validate({**dict(EXAMPLE), "periods": {"terms": terms}})
    assert [*policy.periods["terms"]] == ["michaelmas", "lent", "easter"]


@pytest.mark.parametrize(
    ("periods", "message"),
    [
        ({"year": "2018-04-01/2018-05-01"}, "give it another name"),
        ({" ": "2018-04-01"}, "the name of a period is missing"),
        ({"x": 7}, "write its dates, both included"),
        ({"x": "2018-05-01/2018-04-01"}, "end before they start"),
        ({"x": {"a": "2018-04-01/2018-05-01", "b": "2018-05-01/2018-05-07"}}, "'b' begins before 'a' is over"),
        ({"x": {"year": "2018-04-01"}}, "give it another name"),
        (7, "periods"),
    ],
)
def test_what_no_policy_may_say_of_periods(periods, message):
    with pytest.raises(errors.SlaClockError, match=message):
        sc.Policy.model_validate({**dict(EXAMPLE), "periods": periods})


def test_where_the_time_went_of_what_missed_beside_what_met():
    frame, pauses = frames(TICKETS)
    report = sc.report(TICKETS, EXAMPLE, at=NOW, why=True)
    clock, waited, supplier = report.spent
    assert [(own.where, own.name) for own in report.spent] == [
        ("clock", "resolve"),
        ("pause", "third_party"),
        ("while", "supplier"),
    ]
    assert (clock.met.tickets, clock.breached.tickets) == (report.totals["met"], report.totals["breached"])
    # Those who waited in closed hours alone waited for no service time, and are not counted by either.
    assert waited.met == supplier.met
    assert waited.met.mean == waited.met.total / clock.met.tickets
    for state in ("met", "breached"):
        known = [own for own in TICKETS if own.opened <= NOW and own.kind not in ("call", "email")]
        assessed = [a for a in (sc.assess(own, EXAMPLE, at=NOW) for own in known) if a.state == state]
        assert getattr(clock, state).total == sum((a.elapsed for a in assessed), timedelta(0))
        visits = (one for a in assessed for one in sc.assess(a.ticket, EXAMPLE, at=NOW, measure="supplier").items)
        assert getattr(supplier, state).total == sum((one.elapsed for one in visits), timedelta(0))
        waits = (pause_length(a.ticket, EXAMPLE.calendar, "third_party", to_micros(a.done or NOW)) for a in assessed)
        micros = sum(own.hours for own in waits if own is not None)
        assert getattr(waited, state).total == timedelta(microseconds=micros)
    assert "Where the time went" in str(report)
    assert "When breaches fall due" in str(report)
    assert sc.Report.from_json(report.to_json()) == report
    of_frame = sc.report(frame, EXAMPLE, at=NOW, pauses=pauses, why=True)
    assert [own.met.total for own in of_frame.spent] == [own.met.total for own in report.spent]
    assert sc.report(TICKETS, EXAMPLE, at=NOW).spent == ()


def test_an_engine_says_where_the_time_went():
    duckdb = pytest.importorskip("duckdb")
    from slaclock.engines import duckdb as engine

    frame, pauses = frames(TICKETS)
    connection = duckdb.connect()
    tickets, beside = connection.from_arrow(frame.to_arrow()), connection.from_arrow(pauses.to_arrow())
    made = engine.report(tickets, EXAMPLE, at=NOW, pauses=beside, why=True)
    report = sc.report(TICKETS, EXAMPLE, at=NOW, why=True)
    assert [(own.name, own.met.total, own.breached.total) for own in made.spent] == [
        (own.name, own.met.total, own.breached.total) for own in report.spent
    ]
    assert (made.flows, made.untargeted) == (report.flows, report.untargeted)


def test_a_line_says_why_two_measures_count_different_priorities():
    targets = EXAMPLE.model_dump(mode="json")["targets"]
    targets["incident"]["P1"]["respond"] = "30 minutes"
    policy = sc.Policy.model_validate({**dict(EXAMPLE), "targets": targets})
    report = sc.report(TEAMS, policy, at=LATER, measure="respond")
    (own,) = report.untargeted
    assert (own.kind, own.priority, own.items) == ("incident", "P2", 3)
    assert "resolve" in own.others
    said = f"3 tickets have no target to respond, though there is one to {', '.join(own.others)}, and are not decided"
    assert f"{said}: incident P2." in str(report).splitlines()
    assert sc.report(TEAMS, policy, at=LATER).untargeted == ()
