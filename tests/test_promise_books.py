"""How long the policies of a book let wait: each over the openings that are its own."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import slaclock as sc
from desk import EXAMPLE, at
from slaclock import errors
from slaclock.cli.main import main
from slaclock.temporal.instants import to_micros

HOURS = "2 hours"


def policy(name, target=HOURS, **changes):
    plain = {"name": name, "calendar": EXAMPLE.calendar, "targets": {"incident": {"resolve": target}}}
    return sc.Policy.model_validate({**plain, **changes})


OLD = policy("old")
NEW = policy("new", "4 hours", in_force_from=date(2018, 10, 1))
ACME = policy("ACME", "1 hour", applies_to={"customer": ["ACME"]})


def waits_of(*policies, year=2018, **options):
    return sc.promise(sc.PolicyBook(policies), year, **options)


def by_name(waits):
    return {own.name: own.days for own in waits.policies}


def test_a_change_within_the_year_parts_its_openings():
    waits = waits_of(OLD, NEW)
    assert (waits.name, waits.days, by_name(waits)) == ("2 policies", 365, {"old": 183, "new": 182})
    old, new = (waits.of("incident", policy=name) for name in ("old", "new"))
    assert (str(old.target), str(new.target)) == ("2 hours", "4 hours")
    first = sc.Period("first", date(2018, 4, 1), date(2018, 10, 1))
    second = sc.Period("second", date(2018, 10, 1), date(2019, 4, 1))
    for own, alone, period in ((old, OLD, first), (new, NEW, second)):
        [wait] = sc.promise(alone, period).waits
        for name in ("least", "median", "p95", "longest", "worst", "by_hour"):
            assert getattr(own, name) == getattr(wait, name), name
    book = sc.PolicyBook([OLD, NEW])
    for wait in waits.waits:
        for worst in wait.worst:
            assert book.at(worst.opened).name == wait.policy
            ticket = sc.Ticket(id="T1", opened=worst.opened)
            assert sc.assess(ticket, book, at=worst.opened).due == worst.due


def test_policies_for_some_customers_stand_under_their_names():
    waits = waits_of(ACME, OLD, NEW)
    assert by_name(waits) == {"ACME": 365, "old": 183, "new": 182}
    assert waits.of("incident", policy="ACME").longest == sc.promise(ACME, 2018).waits[0].longest
    with pytest.raises(errors.PolicyError, match="several policies have a resolve target for incident"):
        waits.of("incident")
    with pytest.raises(errors.PolicyError, match="no resolve target of 'nobody' for incident"):
        waits.of("incident", policy="nobody")
    text = str(waits)
    assert "ACME, 365 days: the waits" in text
    assert "new, 182 days: who waits the longest" in text
    assert "## old, 183 days: the waits" in waits.to_markdown()
    assert sc.PromisedWaits.from_json(waits.to_json()) == waits
    assert waits.to_frame()["policy"].tolist() == ["ACME", "old", "new"]
    assert waits.heatmap("incident", policy="old").startswith("<svg")


def test_a_policy_without_an_opening_in_the_year_is_named():
    waits = waits_of(OLD, NEW, year=2019)
    assert by_name(waits) == {"old": 0, "new": 366}  # of which 29 February is one
    assert [wait.policy for wait in waits.waits] == ["new"]
    assert "Nothing opens in 2019/20 for old." in str(waits)
    late = policy("late", in_force_from=date(2030, 1, 1), applies_to={"customer": ["A"]})
    with pytest.raises(errors.PolicyError, match="nothing that opens in 2018/19"):
        waits_of(late, NEW.model_copy(update={"in_force_from": date(2031, 1, 1)}))


def test_what_stands_before_takes_the_openings():
    wide = policy("wide", applies_to={"customer": ["A", "B"]}, in_force_from=date(2018, 7, 1))
    narrow = policy("narrow", applies_to={"customer": ["A"]})
    waits = waits_of(wide, narrow, OLD)
    assert by_name(waits) == {"wide": 274, "narrow": 91, "old": 365}
    parts = [policy(name, applies_to={"customer": [name]}, in_force_from=day) for name, day in
             (("A", date(2018, 5, 1)), ("B", date(2018, 6, 1)))]  # fmt: skip
    both = policy("both", applies_to={"customer": ["A", "B"]})
    assert by_name(waits_of(*parts, both, OLD))["both"] == 61  # from June on, neither of them is left


def test_the_date_of_a_change_is_that_of_the_new_policys_zone():
    tokyo = NEW.model_copy(update={"calendar": EXAMPLE.calendar.model_copy(update={"timezone": "Asia/Tokyo"})})
    waits = waits_of(OLD, tokyo)
    book = sc.PolicyBook([OLD, tokyo])
    change = at("2018-09-30 16:00")  # midnight in Tokyo
    assert [book.at(change + step).name for step in (timedelta(microseconds=-1), timedelta())] == ["old", "new"]
    assert by_name(waits)["old"] == 183  # its last date is cut short
    assert max(worst.opened for worst in waits.of("incident", policy="old").worst) < change


def test_each_policy_is_weighted_by_the_tickets_of_those_whom_it_is_for():
    tickets = [
        sc.Ticket(id="T1", opened=at("2017-04-03 09:10"), attributes={"customer": "ACME"}),
        sc.Ticket(id="T2", opened=at("2017-04-04 10:10")),
        sc.Ticket(id="T3", opened=at("2018-12-04 10:10"), attributes={"customer": "other"}),
    ]
    waits = waits_of(ACME, OLD, NEW, openings=tickets)
    counts = {wait.policy: wait.openings for wait in waits.waits}
    assert (counts["ACME"].count, counts["ACME"].by_hour[0][9]) == (1, 1)
    assert counts["old"] == counts["new"]  # of last year and of this one: those of the same customers
    assert counts["old"].count == 2
    none = waits_of(ACME, OLD, openings=tickets[1:])
    assert none.of("incident", policy="ACME").openings.count == 2  # nobody's of theirs


def test_the_command_takes_a_book(tmp_path, capsys):
    for own in (OLD, NEW):
        (tmp_path / f"{own.name}.json").write_text(own.to_json())
    assert main(["promise", *map(str, sorted(tmp_path.iterdir())), "--year", "2018"]) == 0
    out = capsys.readouterr().out
    assert "old, 183 days: the waits" in out
    assert main(["promise", str(tmp_path), "--year", "2018", "--json", "-"]) == 0
    assert '"policy":"new"' in capsys.readouterr().out.replace(": ", ":")


# Date by date, and ticket by ticket

_NAMED = {"customer": ["A", "B"], "site": ["X", "Y"]}
_FORTNIGHT = sc.Period("a fortnight", date(2018, 4, 1), date(2018, 4, 15))


@st.composite
def books(draw):
    policies = []
    for number in range(draw(st.integers(1, 5))):
        applies_to = {
            name: draw(st.lists(st.sampled_from(values), min_size=1, unique=True))
            for name, values in _NAMED.items()
            if draw(st.booleans())
        }
        since = draw(st.none() | st.dates(date(2018, 3, 30), date(2018, 4, 18)))
        policies.append(policy(f"policy {number}", applies_to=applies_to, in_force_from=since))
    try:
        return sc.PolicyBook(policies)
    except errors.PolicyError:
        assume(False)


@settings(max_examples=60, deadline=None)
@given(books())
def test_a_policys_own_dates_are_those_on_which_some_ticket_is_its(book):
    tickets = [
        {name: value for name, value in zip(_NAMED, values, strict=True) if value is not None}
        for values in product(*([*named, "another", None] for named in _NAMED.values()))
    ]
    days = dict.fromkeys((own.name for own in book.policies), 0)
    for number in range(14):
        opened = to_micros(at("2018-04-01 12:00") + number * timedelta(days=1))
        chosen = {own.name for ticket in tickets if (own := book.choose(opened, ticket)) is not None}
        for name in chosen:
            days[name] += 1
    if any(days.values()):
        assert by_name(sc.promise(book, _FORTNIGHT)) == days
    else:
        with pytest.raises(errors.PolicyError, match="nothing that opens in a fortnight"):
            sc.promise(book, _FORTNIGHT)
