"""The policy as a file, and its questions."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta

import pandas as pd
import polars as pl
import pytest

import slaclock as sc
from desk import EXAMPLE, at, desk, with_rules
from slaclock import columns, errors
from slaclock.cli import main
from slaclock.policy.own_time import takers_of


def test_the_example_is_the_schools_service():
    assert EXAMPLE.calendar == desk()
    targets = {
        (k, p): str(EXAMPLE.target(k, p))
        for k, p in [("incident", f"P{n}") for n in range(1, 5)] + [("service_request", None)]
    }
    assert list(targets.values()) == ["0-2 hours", "0-6 hours", "0-3 days", "3-5 days", "10 days"]
    assert EXAMPLE.priority("low", "high") == "P3"


def test_the_words_of_impact_and_urgency_are_checked_alike_by_every_door():
    policy = with_rules(priorities={"high": {"high": "P1", "odd": "P2"}, "low": {"high": "P3"}})
    for impact, urgency, said in (
        ("huge", "odd", "'huge' is no impact"),
        ("low", "now", "'now' is no urgency"),
        ("low", "odd", "'odd' is no urgency"),
    ):
        with pytest.raises(errors.PolicyError, match=said) as alone:
            policy.priority(impact, urgency)
        ticket = sc.Ticket(id="1", opened=at("2018-04-09 10:00"), impact=impact, urgency=urgency)
        with pytest.raises(errors.PolicyError) as asked:
            sc.assess(ticket, policy, at=at("2018-04-09 11:00"))
        assert alone.value.problem == asked.value.problem
        assert alone.value.remedy == asked.value.remedy
    both = sc.Ticket(id="1", opened=at("2018-04-09 10:00"), priority="P1", impact="low", urgency="odd")
    assert sc.assess(both, policy, at=at("2018-04-09 11:00")).priority == "P1"  # no other is looked up
    assert EXAMPLE.stops("third_party", "resolve")
    assert not EXAMPLE.stops("third_party", "respond")
    calls, emails = EXAMPLE.standards["calls"], EXAMPLE.standards["emails"]
    assert (calls.share, str(calls.limit)) == (80, "< 20 wall seconds")
    assert (emails.share, str(emails.limit)) == (95, "< 1 day")
    assert EXAMPLE.allowances["sims_training"].amount == timedelta(hours=30)
    assert EXAMPLE.year(at("2018-04-01 00:00")).label == "2018/19"


def test_a_policy_round_trips_through_json(tmp_path):
    text = EXAMPLE.model_dump_json()
    assert sc.Policy.parse(text, "json") == EXAMPLE
    file = tmp_path / "sla.json"
    file.write_text(text)
    assert sc.Policy.load(file) == EXAMPLE
    full = EXAMPLE.model_copy(
        update={
            "coverage": [{"from": "2018-04-01", "until": "2019-03-31"}],
            "in_force_from": "2018-04-01",
            "rules": {"reopening": "restart"},
        }
    )
    assert sc.Policy.model_validate(json.loads(full.model_dump_json())) == full


def test_a_policy_file_names_its_holiday_file_beside_it(tmp_path):
    (tmp_path / "days.json").write_text(
        '{"england-and-wales": {"events": [{"date": "2018-04-10", "title": "Staff day"}]}}'
    )
    (tmp_path / "sla.toml").write_text(
        'name = "x"\n[calendar]\ntimezone = "Europe/London"\nhours = "Mo-Fr 08:00-17:00"\n'
        'holidays = { gov_uk = "days.json" }\n[targets.incident]\nresolve = "2 hours"\n'
    )
    policy = sc.Policy.load(tmp_path / "sla.toml")
    assert str(policy.calendar.closed_because(at("2018-04-10 09:00"))) == "Staff day (holiday)"


BASE = '[calendar]\ntimezone = "Europe/London"\nhours = "Mo-Fr 08:00-17:00"\n'


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("name = = 1\n", errors.PolicyError, "not TOML .*line 1"),
        ("name = 'x'\ncolour = 1\n[targets]\n" + BASE, errors.ModelError, "colour: this field is not known"),
        ("name = 'x'\n" + BASE, errors.ModelError, "targets: this field is missing"),
        (
            "name = 'x'\n[targets.incident.P1]\nresolv = '1 h'\n" + BASE,
            errors.PolicyError,
            r"targets\.incident\.P1\.resolv: 'resolv' is no measure; use one of: respond, resolve, reply, update",
        ),
        (
            "name = 'x'\n[targets.incident]\nresolve = 5\n" + BASE,
            errors.TargetError,
            "targets.incident.resolve: 5 is not a target",
        ),
        (
            "name = 'x'\n[targets.incident]\nP1 = '1 h'\n" + BASE,
            errors.PolicyError,
            "'P1' is no measure; write P1 = { resolve",
        ),
        ("name = 'x'\n[targets]\n[pauses]\nx = ['fix']\n" + BASE, errors.PolicyError, r"pauses\.x: 'fix' is no"),
        (
            "name = 'x'\nyear_starts = '13-01'\n[targets]\n" + BASE,
            errors.PolicyError,
            "year_starts: '13-01' is not a month and day",
        ),
        (
            "name = 'x'\nyear_starts = '99999999999999999999-01'\n[targets]\n" + BASE,
            errors.PolicyError,
            "year_starts: '9+-01' is not a month and day",
        ),
        (
            "name = 'x'\n[targets]\n[coverage]\nfrom = 2019-01-01\nuntil = 2018-01-01\n" + BASE,
            errors.PolicyError,
            "ends on 2018-01-01, before",
        ),
        (
            "name = 'x'\n[targets]\n[calendar]\ntimezone = 'X/Y'\nhours = '24/7'\n",
            errors.UnknownZoneError,
            "calendar.timezone: there is no",
        ),
        (
            "name = 'x'\n[targets]\n[calendar]\ntimezone = 'UTC'\nhours = 'Mo-Xx'\n",
            errors.HoursError,
            "calendar.hours.'Mo-Xx', character",
        ),
        (
            "name = 'x'\n[targets]\n[standards.c]\nkind='call'\nshare=101\ntarget='1 h'\n" + BASE,
            errors.ModelError,
            r"standards\.c\.share",
        ),
        ("name = 'x'\n[targets]\n[allowances.a]\namount='-3 h'\n" + BASE, errors.TargetError, r"allowances\.a\.amount"),
    ],
)
def test_a_bad_policy_file_is_said_with_its_path(tmp_path, text, error, message):
    file = tmp_path / "sla.toml"
    file.write_text(text)
    with pytest.raises(error, match=f"sla.toml.*{message}"):
        sc.Policy.load(file)


def test_a_policy_that_is_not_there(tmp_path):
    with pytest.raises(errors.PolicyError, match="check the path"):
        sc.Policy.load(tmp_path / "none.toml")


def test_a_book_wants_one_policy_at_a_time():
    new = EXAMPLE.model_copy(update={"in_force_from": date(2019, 4, 1)})
    book = sc.PolicyBook([new])
    with pytest.raises(errors.PolicyError, match="no policy is in force"):
        book.at(at("2019-03-31 23:00"))
    with pytest.raises(errors.PolicyError, match="two policies"):
        sc.PolicyBook([new, new])
    with pytest.raises(errors.PolicyError, match="at least one"):
        sc.PolicyBook([])


def whose(name, applies_to=None, since=None, hours="2 hours"):
    """A policy of a book: the example's with one target."""
    fields = {"name": name, "applies_to": applies_to or {}, "in_force_from": since}
    return sc.Policy.model_validate(
        EXAMPLE.model_dump(exclude={"targets", "rules"})
        | fields
        | {"calendar": EXAMPLE.calendar, "targets": {"incident": {"P1": {"resolve": hours}}}}
    )


ACME = whose("acme", {"customer": "ACME"}, hours="1 hour")
NORTH = whose("north", {"site": ["North", "East"]}, hours="3 hours")
BOTH = whose("both", {"customer": ["ACME"], "site": ["North"]}, hours="4 hours")


def chosen(book, opened="2018-04-09 10:00", **fields):
    ticket = sc.Ticket(id="T1", priority="P1", opened=at(opened), **fields)
    a = sc.assess(ticket, book, at=at("2018-04-20 10:00"))
    return a.policy.name if a.fits else a.state


def test_a_book_chooses_by_attributes_and_date_the_first_that_fits():
    book = sc.PolicyBook([whose("all"), ACME, NORTH, whose("new", {"customer": ["ACME"]}, date(2018, 5, 1))])
    assert [policy.name for policy in book.policies] == ["acme", "new", "north", "all"]
    assert chosen(book) == chosen(book, attributes={"customer": "Initech"}) == "all"
    assert chosen(book, attributes={"customer": "ACME", "site": "North"}) == "acme"
    assert chosen(book, attributes={"site": "East"}) == "north"
    a = sc.Ticket(id="T1", priority="P1", opened=at("2018-05-01 10:00"), attributes={"customer": "ACME"})
    assert sc.assess(a, book, at=at("2018-05-02 10:00")).policy.name == "new"
    assert book.at(at("2018-05-01 10:00"), {"customer": "ACME"}).name == "new"
    assert sc.PolicyBook.from_json(book.to_json()) == book


def test_a_book_chooses_by_what_a_ticket_was_as_it_opened():
    book = sc.PolicyBook([ACME, whose("all")])
    for when, name in (("2018-04-09 10:00", "acme"), ("2018-04-09 10:01", "all")):
        change = sc.Change(at=at(when), field="customer", to="ACME")
        assert chosen(book, changes=[change]) == name
    left = sc.Change(at=at("2018-04-09 10:00"), field="customer", to=None)
    assert chosen(book, attributes={"customer": "ACME"}, changes=[left]) == "all"


def test_what_no_policy_is_for_is_not_covered_whatever_its_words():
    book = sc.PolicyBook([ACME, whose("late", since=date(2018, 5, 1))])
    a = sc.assess(
        sc.Ticket(id="T1", kind="odd", priority="P9", opened=at("2018-04-09 10:00")), book, at=at("2018-04-09 12:00")
    )
    assert (a.state, a.why, a.kind, a.priority) == ("not-covered", "no policy of the book is for it", "odd", "P9")
    assert (a.due, a.elapsed) == (None, timedelta(hours=2))
    assert "T1: odd P9, resolve, from Mon 9 Apr 2018 10:00, no policy of the book" in str(a.explain())
    assert sc.Assessment.from_json(a.to_json()) == a
    with pytest.raises(errors.PolicyError, match="there are: acme for customer ACME, late from 2018-05-01"):
        book.at(at("2018-04-09 10:00"))


def test_a_ledger_names_the_policy_and_why_it_was_chosen():
    book = sc.PolicyBook([NORTH, whose("late", since=date(2018, 4, 1))])
    ticket = sc.Ticket(id="T1", priority="P1", opened=at("2018-04-09 10:00"), attributes={"site": "East"})
    a = sc.assess(ticket, book, at=at("2018-04-09 12:00"))
    assert a.explain().title.endswith("from Mon 9 Apr 2018 10:00, by the policy 'north' for site North or East")
    late = sc.assess(ticket.model_copy(update={"attributes": {}}), book, at=at("2018-04-09 12:00"))
    assert late.explain().title.endswith(", by the policy 'late' for all, in force from 2018-04-01")
    alone = sc.assess(ticket, NORTH, at=at("2018-04-09 12:00"))
    assert "policy" not in alone.explain().title
    assert (alone.state, alone.due) == (a.state, a.due)
    assert sc.Assessment.from_json(a.to_json()) == a != alone


def test_what_a_policy_does_not_set():
    targets = {"P1": {"resolve": "2 hours", "respond": "none"}, "respond": "1 hour"}
    own = with_rules(name="own", targets={"incident": targets, "service_request": {"resolve": "10 days"}})
    for kind, priority, name in [("incident", "P1", "incident P1"), ("service_request", None, "service_request")]:
        problem = f"the policy 'own' sets no respond target for {name}; add respond = '...' to its targets"
        with pytest.raises(errors.PolicyError, match=f"^{re.escape(problem)}$"):
            own.target(kind, priority, "respond")
    with pytest.raises(
        errors.PolicyError, match=r"has no priorities by impact and urgency; add a \[priorities\] table"
    ):
        with_rules(priorities={}).priority("high", "low")


def test_policies_that_together_take_every_ticket_are_sought_among_so_many():
    def of(number):
        return with_rules(applies_to={f"a{n}": ["x", "y"] for n in range(number)})

    halves = [with_rules(applies_to={"a0": [value]}) for value in ("x", "y")]
    assert takers_of(of(12), halves) == halves  # 4,096 combinations of values
    assert takers_of(of(12), halves[:1]) == []
    assert takers_of(of(13), halves) == []
    for alone in (EXAMPLE, of(13)):
        assert takers_of(of(13), [*halves, alone]) == [alone]


@pytest.mark.parametrize("text", ["[1, 2]", "7", '"a policy"', "null"])
def test_a_file_that_holds_no_policy(tmp_path, text):
    (tmp_path / "sla.json").write_text(text)
    with pytest.raises(errors.SlaClockError, match="sla.json"):
        sc.Policy.load(tmp_path / "sla.json")


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"Priority": ["P1"]}, "applies_to.Priority: 'Priority' is a field of a ticket's own"),
        ({"": ["x"]}, "the name of an attribute is missing"),
        ({"customer": []}, "applies_to.customer: an attribute without a value"),
        ({"customer": [""]}, "applies_to.customer: an attribute without a value"),
        ({"customer": 5}, "applies_to.customer: 5 is no list of values; write customer = "),
        ({"customer": ["ACME", 5]}, "is no list of values"),
        ("ACME", "applies_to: "),
    ],
)
def test_bad_attributes_of_a_policy_are_said(table, message):
    with pytest.raises(sc.SlaClockError, match=re.escape(message)):
        whose("x", table)


def test_two_policies_for_the_same_may_not_be_in_force_from_one_day():
    with pytest.raises(errors.PolicyError, match="in force from the beginning for customer ACME"):
        sc.PolicyBook([ACME, whose("x", {"customer": ["ACME", "ACME"]})])
    assert len(sc.PolicyBook([ACME, BOTH, whose("all")]).policies) == 3


def test_columns_reports_and_engines_choose_as_assess_does():
    book = sc.PolicyBook([ACME, NORTH, whose("late", since=date(2018, 4, 1))])
    tickets = [
        sc.Ticket(id=f"T{n}", priority="P1", opened=at(opened), attributes=attributes)
        for n, (opened, attributes) in enumerate(
            [("2018-04-09 10:00", {"customer": "ACME"}), ("2018-03-09 10:00", {"site": "North"}),
             ("2018-04-09 10:00", {}), ("2018-03-09 10:00", {}), ("2018-03-09 10:00", {"customer": "x", "site": "y"})]
        )
    ]  # fmt: skip
    data = {
        "id": [ticket.id for ticket in tickets],
        "priority": ["P1"] * 5,
        "opened": [ticket.opened for ticket in tickets],
        "Client": [ticket.attributes.get("customer") for ticket in tickets],
        "site": [ticket.attributes.get("site") for ticket in tickets],
    }
    now = at("2018-04-09 12:00")
    expected = [(a.state, a.due) for a in sc.assess_many(tickets, book, at=now)]
    assert [state for state, _ in expected] == ["breached", "breached", "running", "not-covered", "not-covered"]
    asked = {"at": now, "columns": {"customer": "Client"}}
    answered = columns.assess(pd.DataFrame(data), book, **asked)
    assert list(answered["sla_state"]) == [state for state, _ in expected]
    assert [None if pd.isna(due) else due for due in answered["sla_due"]] == [due for _, due in expected]
    listed, framed = sc.report(tickets, book, at=now), sc.report(pl.DataFrame(data), book, **asked)
    assert listed.totals == framed.totals
    without = columns.assess(pl.DataFrame(data).drop("Client", "site"), book, at=now)
    assert without["sla_state"].to_list() == ["running", "not-covered", "running", "not-covered", "not-covered"]


def test_impact_and_urgency_give_the_priority_of_a_ticket_without_one():
    ticket = sc.Ticket(id="T", opened=at("2018-04-09 10:00"), impact="high", urgency="medium")
    assert sc.assess(ticket, EXAMPLE, at=at("2018-04-09 11:00")).priority == "P2"


CALENDARS = """
name = "x"
[calendar]
timezone = "Europe/London"
hours = "Mo-Th 08:00-17:00; Fr 08:00-16:30; PH off"
holidays = "GB-ENG"
day_rule = "same-time"
[calendars]
visits = "main & term"
[calendars.always]
timezone = "Europe/London"
hours = "24/7"
[calendars.term]
timezone = "Europe/London"
hours = "Mo-Fr 08:30-15:30"
special = { "2018-05-28/2018-06-01" = [] }
[targets.incident]
calendar = "visits"
resolve = "5 days"
respond = { within = "1 hour", calendar = "main" }
[targets.incident.P1]
calendar = "always"
resolve = "2 hours"
[targets.incident.P3]
resolve = { within = "2 hours", calendar = "main" }
[targets.incident.P4]
"""


@pytest.mark.parametrize(
    ("priority", "measure", "opened", "calendar", "due"),
    [
        ("P1", "resolve", "2018-04-06 16:00", "always", "2018-04-06 18:00"),
        ("P1", "respond", "2018-04-06 16:00", "main", "2018-04-09 08:30"),  # the target's own calendar is the nearest
        ("P3", "resolve", "2018-04-06 16:00", "main", "2018-04-09 09:30"),
        ("P4", "resolve", "2018-05-24 10:00", "visits", "2018-06-07 10:00"),
        ("P4", "respond", "2018-05-24 10:00", "main", "2018-05-24 11:00"),
    ],
)
def test_the_nearest_calendar_counts(priority, measure, opened, calendar, due):
    policy = sc.Policy.parse(CALENDARS)
    assert sc.Policy.from_json(policy.to_json()) == policy
    ticket = sc.Ticket(id="T1", priority=priority, opened=at(opened))
    a = sc.assess(ticket, policy, at=at("2018-05-24 12:00"), measure=measure)
    assert (a.calendar, a.due) == (calendar, at(due))
    assert f"by the calendar {calendar}, from" in str(a.explain())


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('a = "a"', "calendars.a: the calendars go round in a circle: a -> a; write one as a table"),
        ('a = "b | term"\nb = "a"', "calendars.a: the calendars go round in a circle: a -> b -> a"),
        (
            "\n".join(f'c{number} = "c{(number + 1) % 12}"' for number in range(12)),
            "circle: c0 -> c1 -> c2 -> c3 -> c4 -> c5 -> c6 -> c7 -> c8 -> ... -> c0 (and 11 more); write",
        ),
        ('a = "main &"', "calendars.a: 'main &' is no expression of calendars: it ends too soon"),
        ('a = "main term"', "calendars.a: 'main term' is no expression of calendars: 'term' cannot stand there"),
        ('a = "main + term"', "calendars.a: 'main + term' is no expression of calendars: '+ term' cannot stand there"),
        ('a = "(main | term"', "calendars.a: '(main | term' is no expression of calendars: it ends too soon"),
        ('a = "main-term"', "calendars.a: there is no calendar 'main-term'; use one of: main"),
        ('main = "term"', "calendars.main: a calendar is named 'main', as [calendar] is; give it another name"),
        ("a = 5", "calendars.a: a calendar is a table (got 5)"),
        ('"a b" = "main"', "calendars.a b: 'a b' cannot name a calendar"),
    ],
)  # fmt: skip
def test_calendars_that_are_none(line, message):
    with pytest.raises(sc.SlaClockError, match=re.escape(message)):
        sc.Policy.parse(CALENDARS.replace('visits = "main & term"', f'visits = "main & term"\n{line}'))


def with_calendars(lines):
    return sc.Policy.parse(CALENDARS.replace('visits = "main & term"', f'visits = "main & term"\n{lines}'))


@pytest.mark.parametrize("n", [2, 60, 200, 3_000])
def test_calendars_are_read_however_deep_they_lie(n):
    chain = "\n".join(f'c{number} = "c{number + 1}"' for number in range(n))
    policy = with_calendars(f'{chain}\nc{n} = "term"\nbrackets = "{"(" * n}term{")" * n}"')
    assert policy.calendars["c0"] == policy.calendars["brackets"] == policy.calendars["term"]
    with pytest.raises(
        errors.PolicyError, match=r"^calendars\.c0: the calendars go round in a circle: c0 -> c1"
    ) as caught:
        with_calendars(f'{chain}\nc{n} = "c0"')
    assert len(str(caught.value)) < 300
    for text in ("(" * n, "(" * n + "main", "main" + ")" * n, "main & (" * n):
        with pytest.raises(
            errors.PolicyError, match=r"^calendars\.a: .* is no expression of calendars: .*; write names"
        ):
            with_calendars(f'a = "{text}"')
    joined = ("main & (" * n + "term" + ")" * n, " | ".join(["main"] * (n + 1)))
    for text in joined:
        if n < 64:
            assert isinstance(with_calendars(f'a = "{text}"').calendars["a"], sc.Calendar)
            continue
        with pytest.raises(errors.ModelError, match=r"^calendars\.a: more than 64 calendars are joined to one; write"):
            with_calendars(f'a = "{text}"')


@pytest.mark.parametrize("n", [30, 100, 480, 900])
@pytest.mark.parametrize("name", ["x.json", "book.json"])
def test_files_of_calendars_in_calendars_are_read_or_refused(tmp_path, name, n):
    table = '{"timezone": "Europe/London", "hours": "24/7"}'
    deep = f'{{"type": "combined", "how": "union", "right": {table}, "left": ' * n + table + "}" * n
    text = f'{{"name": "x", "targets": {{"incident": {{"resolve": "1 h"}}}}, "calendar": {deep}}}'
    file = tmp_path / name
    file.write_text(text if name == "x.json" else f'{{"policies": [{text}]}}', encoding="utf-8")
    if n < 64:
        assert len(sc.PolicyBook.load(file).policies) == 1
        return
    for read in (sc.Policy.load, sc.PolicyBook.load):
        with pytest.raises(errors.SlaClockError) as caught:
            read(file)
        assert caught.value.path[0] == file


def test_what_is_wrong_in_a_file_of_a_book_is_placed_in_the_policy_it_is_of(tmp_path):
    right = json.loads(EXAMPLE.to_json())
    file = tmp_path / "book.json"
    file.write_text(json.dumps({"policies": [right, {**right, "name": 5}]}), encoding="utf-8")
    with pytest.raises(errors.SlaClockError) as caught:
        sc.PolicyBook.load(file)
    assert caught.value.path == (file, "policies", 1, "name")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("main & term | always", "(main & term) | always"),
        ("always | main & term", "always | (main & term)"),
        ("always - main - term", "(always - main) - term"),
        ("always - main | term", "(always - main) | term"),
        ("always | main - term", "(always | main) - term"),
        ("always - main & term", "always - (main & term)"),
        ("((always) - (main | term))", "always - (main | term)"),
    ],
)
def test_signs_of_calendars_bind_as_they_do_in_python(text, meant):
    policy = with_calendars(f'a = "{text}"\nb = "{meant}"')
    names = {"main": policy.calendar, **policy.calendars}
    assert policy.calendars["a"] == policy.calendars["b"] == eval(meant, {}, names)


@pytest.mark.parametrize(
    ("text", "instead", "message"),
    [
        ('calendar = "always"', 'calendar = "night"', "targets.incident.P1.calendar: there is no calendar 'night'"),
        ('calendar = "always"', "calendar = 7", "targets.incident.P1.calendar: 7 does not name a calendar"),
        ('within = "1 hour", ', "", "targets.incident.respond: the target is missing"),
        ('within = "1 hour"', 'with = "1 hour"', "targets.incident.respond.with: this field is not known"),
        ('within = "1 hour"', 'within = "soon"', "targets.incident.respond.within: "),
    ],
)  # fmt: skip
def test_names_of_calendars_that_are_none(text, instead, message):
    with pytest.raises(sc.SlaClockError, match=re.escape(message)):
        sc.Policy.parse(CALENDARS.replace(text, instead))


def test_due_and_diff_speak_of_the_calendar(tmp_path, capsys):
    old, new = tmp_path / "old.toml", tmp_path / "new.toml"
    old.write_text(CALENDARS)
    new.write_text(CALENDARS.replace('calendar = "always"', 'calendar = "visits"').replace('"1 hour"', '"none"'))
    assert main(["due", "P1", "2018-04-06 16:00", "--policy", str(old)]) == 0
    assert "due    Fri 6 Apr 2018 18:00, by the calendar always\n" in capsys.readouterr().out
    assert main(["due", "2 hours", "2018-04-06 16:00", "--policy", str(old)]) == 0
    assert "due    Mon 9 Apr 2018 09:30, by the calendar main\n" in capsys.readouterr().out
    assert main(["diff", str(old), str(new)]) == 0
    out = capsys.readouterr().out
    assert "incident P1: by the calendar visits, no longer by the calendar always\n" in out
    assert "incident: respond without a target, no longer within 1 hour\n" in out
    assert "cases change their answers" in out
