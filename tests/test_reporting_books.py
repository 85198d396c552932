"""The report over a book: each ticket by the policy that is for it, and what it says of several policies at once."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import product

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import slaclock as sc
from desk import EXAMPLE, at, ticket, with_rules
from slaclock import charts, errors
from slaclock.temporal.instants import to_micros

MOMENT = pl.Datetime("us", "Europe/London")
NOW = at("2018-06-29 12:00")


def test_a_report_over_several_policies_is_not_named_after_one_of_them():
    acme, beta = (with_rules(name=name, applies_to={"customer": [name]}) for name in ("ACME", "Beta"))
    rest = with_rules(name="all")
    several = sc.report([], sc.PolicyBook([acme, beta, rest]), at=NOW)
    assert str(several).startswith("Service report: 3 policies\n")
    assert several.to_dict()["name"] == "3 policies"
    renewed = sc.PolicyBook([rest, with_rules(name="all", in_force_from="2018-04-01")])
    for policies in (rest, sc.PolicyBook([rest]), renewed):
        assert sc.report([], policies, at=NOW).name == "all"


def test_policies_of_one_name_are_told_apart_in_the_table_of_calendars():
    always = sc.WorkingCalendar.parse("24/7", timezone="Europe/London")
    own = with_rules(calendars={"always": always}, standards={})
    later = own.model_copy(update={"in_force_from": "2018-05-01"})
    book = sc.PolicyBook([own, later, own.model_copy(update={"name": "ACME", "applies_to": {"site": ["A"]}})])
    policies = {on.policy for on in sc.report([ticket()], book, at=NOW).calendars}
    assert policies == {EXAMPLE.name, f"{EXAMPLE.name} from 2018-05-01", "ACME"}


TARGETS = {"incident": {"resolve": "2 hours"}, "email": {"resolve": "none", "respond": "1 hour"}}
NAMES = ("ACME", "Beta", "")


def policy(name, share=None, **fields):
    """A policy with one target of two hours, and a standard for it where a share is given."""
    promised = {} if share is None else {"quick": {"kind": "incident", "share": share, "measure": "resolve"}}
    return sc.Policy(
        **{"name": name, "calendar": EXAMPLE.calendar, "targets": TARGETS, "standards": promised, **fields}
    )


def customers(name):
    return {"applies_to": {"customer": [name]}}


def done(number, customer, minutes, opened="2018-04-09 10:00", **fields):
    """A ticket of a customer that was resolved after so many minutes of open time."""
    attributes = {"customer": customer} if customer else {}
    opening = at(opened)
    resolved = sc.deadline(opening, timedelta(minutes=minutes), calendar=EXAMPLE.calendar)
    return sc.Ticket(id=f"T{number}", opened=opening, resolved=resolved, attributes=attributes, **fields)


MET, LATE = 60, 180


def figures(report):
    """The service standards of a report: whose each is, of when, what was met and missed, and whether it is kept."""
    return [
        (each.policy, each.name, each.period and each.period.label, each.met, each.missed, each.attained)
        for each in report.standards
    ]


def test_a_standard_is_a_promise_to_those_whose_policy_has_it():
    book = sc.PolicyBook([policy("ACME", 50, **customers("ACME")), policy("all")])
    tickets = [done(1, "ACME", MET), done(2, "ACME", MET), done(3, "Beta", LATE), done(4, None, LATE)]
    report = sc.report(tickets, book, at=NOW)
    assert figures(report) == [("", "quick", None, 2, 0, True), ("", "quick", "2018/19", 2, 0, True)]
    assert report.overall.total == 4
    assert "policy" not in report.to_dict()["standards"][0]
    assert "policy" not in str(report)


def test_of_standards_of_one_name_each_judges_the_tickets_of_its_policy():
    book = sc.PolicyBook([policy("ACME", 100, **customers("ACME")), policy("all", 50)])
    tickets = [done(1, "ACME", MET), done(2, "ACME", LATE), done(3, "Beta", MET), done(4, None, LATE)]
    report = sc.report(tickets, book, at=NOW)
    assert figures(report) == [
        ("ACME", "quick", None, 1, 1, False), ("ACME", "quick", "2018/19", 1, 1, False),
        ("all", "quick", None, 1, 1, True), ("all", "quick", "2018/19", 1, 1, True),
    ]  # fmt: skip
    assert [each["policy"] for each in report.to_dict()["standards"]] == ["ACME", "ACME", "all", "all"]
    assert re.search(r"standard +policy +wanted .*\nquick +ACME +100 .*\nquick +all +50 ", str(report))
    assert sc.Report.from_json(report.to_json()) == report
    chart = charts.compliance(report, "quick", "ACME")
    assert chart.title.text == "The standard 'quick' of ACME was attained in 0 of 1 year"
    assert len(charts.of_report(report)) == 4
    with pytest.raises(errors.PolicyError, match="several policies have .* 'quick'; give as policy one of: ACME, all"):
        charts.compliance(report, "quick")
    with pytest.raises(errors.PolicyError, match="no service standard 'quick' of the policy 'x'; give as policy"):
        charts.compliance(report, "quick", "x")


def test_a_period_is_judged_by_the_standard_that_was_in_force():
    book = sc.PolicyBook([policy("old", 50), policy("new", 100, in_force_from="2018-04-01")])
    tickets = [
        done(number, None, minutes, f"{year}-03-05 10:00")
        for number, (year, minutes) in enumerate(product((2018, 2019), (MET, LATE)))
    ]
    assert figures(sc.report(tickets, book, at=at("2019-06-01 12:00"))) == [
        ("old", "quick", None, 1, 1, True), ("old", "quick", "2017/18", 1, 1, True),
        ("new", "quick", None, 1, 1, False), ("new", "quick", "2018/19", 1, 1, False),
    ]  # fmt: skip


def test_what_only_another_policys_standard_speaks_of_is_no_ticket_and_no_item():
    calls = {"standards": EXAMPLE.standards}
    book = sc.PolicyBook([policy("ACME", **customers("ACME"), **calls), policy("Beta", **customers("Beta"))])
    tickets = [
        sc.Ticket(id=name, kind="call", opened=at("2018-04-09 10:00"), attributes={"customer": name})
        for name in ("ACME", "Beta", "Gamma")
    ]
    report = sc.report(tickets, book, at=NOW)
    assert {each.name: each.items for each in report.standards if each.period is None} == {"calls": 1, "emails": 0}
    assert {state: count for state, count in report.totals.items() if count} == {"not-covered": 1}


POLICIES = [
    policy("ACME", 50, **customers("ACME")),
    policy("ACME", 100, in_force_from="2018-05-01", **customers("ACME")),
    policy("Beta", **customers("Beta"), in_force_from="2018-04-10", standards=EXAMPLE.standards),
    policy("all", 75, standards={"other": {"kind": "email", "share": 80}, **EXAMPLE.standards}),
]
BOOKS = st.lists(st.sampled_from(POLICIES), min_size=1, unique_by=id).map(sc.PolicyBook)
ITEMS = st.tuples(
    st.sampled_from(NAMES), st.sampled_from(["incident", "incident", "email"]), st.sampled_from([MET, LATE]),
    st.sampled_from(["2018-03-05 10:00", "2018-04-09 10:00", "2018-05-01 10:00", "2018-06-04 10:00"]),
)  # fmt: skip


@settings(max_examples=60)
@given(BOOKS, st.lists(ITEMS, max_size=12), st.sampled_from(["opened", "due", "resolved"]))
def test_the_standards_of_a_book_are_those_of_its_policies_reports(book, items, by):
    tickets = [
        done(number, customer, minutes, opened, kind=kind)
        for number, (customer, kind, minutes, opened) in enumerate(items)
    ]
    options = {"at": NOW, "by": by, "period": "month"}
    report = sc.report(tickets, book, **options)
    of_book = Counter(replace(each, policy="") for each in report.standards if each.items or each.period is None)
    of_policies: Counter[sc.StandardResult] = Counter()
    for own in book.policies:
        its_own = [ticket for ticket in tickets if book.choose(to_micros(ticket.opened), ticket.attributes) is own]
        results = sc.report(its_own, own, **options).standards
        of_policies.update(each for each in results if each.items or each.period is None)
    assert of_book == of_policies
    frame = pl.DataFrame({
        "id": [ticket.id for ticket in tickets], "kind": [ticket.kind for ticket in tickets],
        "customer": [ticket.attributes.get("customer") for ticket in tickets],
        "opened": [ticket.opened for ticket in tickets], "resolved": [ticket.resolved for ticket in tickets],
    }, {"id": pl.String, "kind": pl.String, "customer": pl.String, "opened": MOMENT, "resolved": MOMENT})  # fmt: skip
    assert sc.report(frame, book, **options).standards == report.standards


def included(**hours):
    """A policy's allowances, in hours."""
    return {"allowances": {name: {"amount": f"{amount} hours"} for name, amount in hours.items()}}


def use(name, when, hours=1):
    return sc.Usage(allowance=name, at=at(when), amount=timedelta(hours=hours))


def amounts(report):
    """The allowances of a report: whose, of which year, and the hours of its amount, used and overdrawn."""
    hour = timedelta(hours=1)
    return [
        (year.policy, year.name, year.year.label, year.amount / hour, year.used / hour, year.overdrawn / hour)
        for year in report.allowances
    ]


def test_an_allowance_is_that_of_the_policy_in_force_then():
    old, new = policy("old", **included(t=30, old=4)), policy("new", in_force_from="2018-04-01", **included(t=10))
    book = sc.PolicyBook([old, new])
    entries = [use("t", "2018-03-31 23:59", 12), use("t", "2018-04-01 00:00", 12), use("old", "2018-05-01 10:00")]
    assert amounts(sc.report([], book, at=NOW, usage=entries)) == [
        ("", "t", "2017/18", 30, 12, 0), ("", "t", "2018/19", 10, 12, 2),
        ("", "old", "2017/18", 4, 0, 0), ("", "old", "2018/19", 0, 1, 1),
    ]  # fmt: skip
    within = policy("within", in_force_from="2018-05-01", **included(t=20, late=5))
    assert amounts(sc.report([], sc.PolicyBook([old, within]), at=NOW)) == [
        ("", "t", "2018/19", 30, 0, 0), ("", "old", "2018/19", 4, 0, 0), ("", "late", "2018/19", 5, 0, 0),
    ]  # fmt: skip
    assert amounts(sc.report([], sc.PolicyBook([new]), at=at("2018-03-01 10:00"))) == []
    assert amounts(sc.report([], new, at=at("2018-03-01 10:00"))) == [("", "t", "2017/18", 10, 0, 0)]


def test_an_allowance_is_known_if_any_policy_has_it():
    acme, beta = (
        policy(name, **customers(name), **included(own=amount)) for name, amount in (("ACME", 8), ("Beta", 9))
    )
    one = sc.PolicyBook([acme, policy("all")])
    assert amounts(sc.report([], one, at=NOW, usage=[use("own", "2018-05-01 10:00")])) == [
        ("", "own", "2018/19", 8, 1, 0)
    ]
    for_all = sc.PolicyBook([acme, policy("all", **included(own=7))])
    assert amounts(sc.report([], for_all, at=NOW, usage=[use("own", "2018-05-01 10:00")])) == [
        ("", "own", "2018/19", 7, 1, 0)
    ]
    several = sc.PolicyBook([acme, beta, policy("all")])
    report = sc.report([], several, at=NOW)
    assert amounts(report) == [("ACME", "own", "2018/19", 8, 0, 0), ("Beta", "own", "2018/19", 9, 0, 0)]
    assert [year["policy"] for year in report.to_dict()["allowances"]] == ["ACME", "Beta"]
    assert re.search(r"allowance +policy +year .*\nown +ACME +2018/19 +8 h .*\nown +Beta", str(report))
    assert sc.Report.from_json(report.to_json()) == report
    for book, message in (
        (several, "usage 0: several policies have an allowance 'own': ACME, Beta; give each a name of its own"),
        (sc.PolicyBook([policy("all")]), "usage 0: the policy 'all' has no allowance 'own'; use one of: none"),
        (
            sc.PolicyBook([policy("ACME", **customers("ACME"), **included(a=1)), policy("all")]),
            "usage 0: none of the 2 policies has an allowance 'own'; use one of: a",
        ),
    ):
        with pytest.raises(errors.PolicyError, match=message):
            sc.report([], book, at=NOW, usage=[use("own", "2018-05-01 10:00")])


def test_pauses_are_held_against_the_contract_of_each_tickets_policy():
    def waiting(name, minutes):
        begun = at("2018-04-09 11:00")
        pause = sc.Pause(start=begun, end=begun + timedelta(minutes=minutes), reason="supplier")
        return done(name, name, MET, pauses=[pause])

    def contract(name, target, **fields):
        own = policy(
            name, pauses={"supplier": ["resolve"]}, measures={"lab": {"while": {"pause": "supplier"}}}, **fields
        )
        targets = {kind: {**own.model_dump()["targets"][kind], "lab": target} for kind in own.targets}
        return sc.Policy.model_validate({**own.model_dump(), "targets": targets})

    tickets = [waiting("ACME", 90), waiting("Beta", 90), waiting("Gamma", 30), waiting("other", 60)]
    tickets = [ticket.model_copy(update={"resolved": at("2018-04-09 15:00")}) for ticket in tickets]
    strict = [contract(name, "1 hour", **customers(name)) for name in ("ACME", "Gamma")]
    book = sc.PolicyBook([*strict, contract("Beta", "2 hours", **customers("Beta")), contract("all", "none")])
    report = sc.report(tickets, book, at=NOW, measure="lab")
    assert {state: count for state, count in report.totals.items() if count} == {
        "met": 2, "breached": 1, "no-target": 1,
    }  # fmt: skip
    assert [a.ticket_id for a in report.worst] == [tickets[0].id]
    assert [(row.tickets, row.total / timedelta(hours=1)) for row in report.pauses] == [(3, 3.5)]


# Policies whose years differ


def test_each_allowance_is_counted_in_its_own_policys_years():
    acme = policy("ACME", year_starts="01-01", **customers("ACME"), **included(own=8))
    book = sc.PolicyBook([acme, policy("all", **included(t=10))])
    entries = [use("own", "2018-02-01 10:00", 3), use("own", "2018-05-01 10:00", 6), use("t", "2018-02-01 10:00", 2)]
    assert amounts(sc.report([], book, at=NOW, usage=entries)) == [
        ("", "own", "2018", 8, 9, 1), ("", "t", "2017/18", 10, 2, 0), ("", "t", "2018/19", 10, 0, 0),
    ]  # fmt: skip


def test_an_allowance_follows_a_policy_whose_years_begin_on_another_date():
    """The old years end where the new policy comes into force, and so does what they include."""
    old = policy("old", **included(t=10))
    new = policy("new", in_force_from="2018-06-01", year_starts="01-01", **included(t=20))
    book = sc.PolicyBook([old, new])
    entries = [use("t", "2018-05-31 10:00", 1), use("t", "2018-06-01 10:00", 2)]
    assert amounts(sc.report([], book, at=NOW, usage=entries)) == [
        ("", "t", "2018", 20, 2, 0), ("", "t", "2018/19", 10, 1, 0),
    ]  # fmt: skip
    later = sc.report([], book, at=at("2019-05-01 10:00"))
    assert amounts(later) == [("", "t", "2019", 20, 0, 0)]


def test_a_report_says_whose_years_its_periods_are():
    new_york = sc.WorkingCalendar.parse("Mo-Fr 08:00-17:00", timezone="America/New_York")
    acme = policy("ACME", year_starts="01-01", calendar=new_york, **customers("ACME"))
    book = sc.PolicyBook([acme, policy("all")])
    report = sc.report([done("A", "ACME", MET)], book, at=NOW)
    said = (
        "Periods are those of all, whose years begin on 1 April in Europe/London; "
        "those of ACME on 1 January in America/New_York."
    )
    assert [line for line in str(report).splitlines() if line.startswith("Periods")] == [said]
    assert said in report.to_markdown()
    assert said in report.to_html(pictures=False)
    assert report.to_dict()["years"][0] == {"policy": "ACME", "starts": "01-01", "timezone": "America/New_York"}
    assert sc.Report.from_json(report.to_json()) == report
    alike = sc.report([], sc.PolicyBook([policy("ACME", **customers("ACME")), policy("all")]), at=NOW)
    assert alike.years == ()
    assert "Periods" not in str(alike)
