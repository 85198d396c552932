"""Measures of cycles as `slaclock check` lints them and runs their cases."""

from __future__ import annotations

import xml.etree.ElementTree as Xml
from pathlib import Path

import pytest

import slaclock as sc
from corpus import BASE, changed, measured
from slaclock import errors
from slaclock.checking import CaseFile, check, compare, run_case, suggest
from slaclock.checking.lints import hints_of
from slaclock.checking.measure_lints import third_party_stops_updates, while_named_nowhere_else
from slaclock.checking.renderings import FORMATS

EXAMPLE_DATA = {"name": "a desk", "calendar": {"timezone": "Europe/London", "hours": "Mo-Fr 08:00-17:00"}}
UPDATES = changed(BASE, measured('update = "2 hours"', '[measures.update]\nnext = "due"'))
OTHER = UPDATES.replace('next = "due"', 'next = "event"')
REPLIES = changed(BASE, measured('reply = "2 hours"', '[measures.reply]\nfrom = "oldest"'))
CALLS = changed(
    BASE,
    measured(
        'call = "2 hours"', '[measures.call]\nstarts = "asked"\nends = "called"\nfrom = "newest"\ncycles = "each"'
    ),
)
CASES = """\
[cases."an early update, and a late one"]
opened = "2018-04-09 10:00"
priority = "P2"
measure = "update"
events = ["answered 2018-04-09 11:00", "answered 2018-04-09 14:30"]
cycles = ["2018-04-09 12:00 met", "2018-04-09 12:00/2018-04-09 14:00 breached", { due = "2018-04-09 16:30" }]
"""


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def checked(policy: str, cases: str = CASES):
    Path("sla.toml").write_text(policy, encoding="utf-8")
    Path("cases.toml").write_text(cases, encoding="utf-8")
    return check("sla.toml", ["cases.toml"])


def without_case(policy: str, *events: str) -> list[str]:
    hints = hints_of(sc.Policy.parse(policy), None, None, set(events))
    return [hint.problem for name, hint in hints if name == "measure-without-case"]


def test_cycles_come_out_as_expected():
    result = checked(UPDATES)
    assert (result.code, result.findings) == (0, [])
    assert "measure-without-case" in result.lints
    assert "measure-without-case" not in check("sla.toml").lints  # of no cases nothing is to be said


def test_the_cycle_that_came_out_otherwise_is_told_with_its_ledger():
    result = checked(OTHER)
    assert [(finding.path, finding.line) for finding in result.findings] == [
        ("cases.an early update, and a late one.cycles.1.start", 6),
        ("cases.an early update, and a late one.cycles.1.due", 6),
    ]
    assert result.findings[1].problem.startswith(
        "cycle 2, due: expected Mon 9 Apr 2018 14:00, got Mon 9 Apr 2018 13:00; the first stretch that tells: "
    )
    failure = Xml.fromstring(FORMATS["junit"](result)).find(".//failure[@message]")
    assert "T" not in str(failure.text).split(":")[0]
    assert "update within 2 hours, from Mon 9 Apr 2018 11:00" in str(
        failure.text
    )  # of the second cycle, not of the last


def test_there_are_as_many_cycles_as_expected():
    fewer = CASES.replace(', { due = "2018-04-09 16:30" }', "")
    (finding,) = checked(UPDATES, fewer).findings
    assert finding.problem == "cycles: expected 2, got 3"
    none = CASES.replace("update", "reply").replace("answered", "note").partition("cycles")[0] + "cycles = []\n"
    case = CaseFile.parse(none).cases["an early reply, and a late one"]
    assert run_case("a", case, sc.Policy.parse(REPLIES)).passed


def test_a_case_is_assessed_as_of_its_last_event():
    case = CaseFile.parse(CASES).cases["an early update, and a late one"]
    result = run_case("a", case, sc.Policy.parse(UPDATES))
    assert f"{result.assessment.at:%H:%M}" == "14:30"
    assert [event.name for event in result.assessment.ticket.events] == ["answered", "answered"]


def test_a_change_of_reading_shows_in_the_cycles():
    old, new = sc.Policy.parse(UPDATES), sc.Policy.parse(OTHER)
    (changed_case,) = compare(old, new, CaseFile.parse(CASES).cases).cases
    (change,) = changed_case.changes
    assert (change.name, change.new) == (
        "cycles",
        "Mon 9 Apr 2018 12:00 met, Mon 9 Apr 2018 13:00 breached, Mon 9 Apr 2018 16:30 running",
    )


@pytest.mark.parametrize(
    ("policy", "events", "said"),
    [
        (UPDATES, [], ["'update' starts at 'answered', and no case has such an event"]),
        (UPDATES, ["answered"], []),
        (REPLIES, ["answered"], ["'reply' starts at 'asked', and no case has such an event"]),
        (REPLIES, ["asked"], ["'reply' ends at 'answered', and no case has such an event"]),
        (REPLIES, ["asked", "answered"], []),
        (CALLS, ["asked", "answered"], ["'call' ends at 'called', and no case has such an event"]),
        (CALLS, ["asked", "called"], []),
        (BASE, [], []),
    ],
)
def test_a_measure_whose_events_no_case_has(policy, events, said):
    assert without_case(policy, *events) == said


def test_a_measure_whose_events_no_case_has_is_said_where_there_are_cases():
    case = '[cases]\na = { opened = "2018-04-09 10:00", priority = "P1", due = "2018-04-09 12:00" }\n'
    (finding,) = checked(UPDATES, case).findings
    assert (finding.name, finding.path) == ("measure-without-case", "measures.update")
    silenced = UPDATES + '[silence]\nmeasure-without-case = "they are tried elsewhere"\n'
    assert checked(silenced, case).findings == []
    assert check("sla.toml").findings == []  # nor is the silence idle where there are no cases
    response = case.replace("due =", 'responded = "2018-04-09 11:00", due =')
    assert checked(UPDATES, response).findings == []  # it is an answer


@pytest.mark.parametrize("policy", [UPDATES, OTHER, REPLIES, CALLS])
def test_cases_are_drafted_before_at_and_after_the_due_date(policy):
    drafted = CaseFile.parse(suggest(sc.Policy.parse(policy)))
    measure = next(case.measure for case in drafted.cases.values() if case.cycles)
    states = {
        name.partition(", ")[2]: case.cycles[0].state
        for name, case in drafted.cases.items()
        if name.startswith(f"incident P2 {measure}, a") and "limit" in name
    }
    states |= {"exactly": drafted.cases[f"incident P2 {measure}, exactly at the limit"].cycles[0].state}
    assert states == {
        "a second before the limit": "met", "exactly": "met", "a second after the limit": "breached",
    }  # fmt: skip
    assert without_case(policy, *drafted.events) == []
    for name, case in drafted.cases.items():
        assert run_case(name, case, sc.Policy.parse(policy)).passed, name


@pytest.mark.parametrize(
    ("while_", "due"), [('{ pause = "third_party" }', "pauses"), ('{ team = "L2" }', "attributes")]
)
def test_cases_are_drafted_of_what_counts_while_something_holds(while_, due):
    text = changed(BASE, measured('l2 = "1 hour"', f"[measures.l2]\nwhile = {while_}"))
    drafted = CaseFile.parse(suggest(sc.Policy.parse(text))).cases
    late = drafted["incident P2 l2, a second after the limit"]
    assert (late.state, bool(getattr(late, due))) == ("breached", True)
    for name, case in drafted.items():
        assert run_case(name, case, sc.Policy.parse(text)).passed, name


def test_a_cycle_of_a_grid_names_its_target_and_its_calendar():
    night = '[calendars.night]\ntimezone = "Europe/London"\nhours = "20:00-24:00"\n[targets.change]\n'
    policy = OTHER.replace('"event"', '"grid"').replace("[targets.incident]", night + 'calendar = "night"\n'
        'resolve = "1 hour"\n[targets.incident]', 1)  # fmt: skip
    result = checked(policy, CASES.replace("14:00 breached", "15:00 breached"))
    assert {case.calendar for case in result.cases} == {"main"}
    assert result.findings
    assert all(finding.problem.endswith(", by the calendar main") for finding in result.findings)
    assert "incident P2, update within 2 hours by the calendar main, from Mon 9 Apr 2018 12:00" in FORMATS["junit"](
        result
    )


def test_a_grid_of_an_agreed_target_of_no_length_is_refused_as_that_of_a_policy_is():
    policy = sc.Policy.parse(OTHER.replace('"event"', '"grid"'))
    opened = "2018-04-09T10:00+01:00"
    ticket = sc.Ticket(id="a", priority="P2", opened=opened, agreed={"update": "0 hours"})
    with pytest.raises(errors.PolicyError, match="a grid of '0 hours' has no end; give the target a length") as raised:
        sc.assess(ticket, policy, at=opened, measure="update")
    assert raised.value.value == "0 hours"


def named(*hints):
    return [(hint.path, hint.problem.split(",")[0]) for hint in hints]


def test_updates_that_nothing_stops_since_their_target_says_so_are_not_spoken_of():
    def of(update):
        data = EXAMPLE_DATA | {
            "targets": {"incident": {"update": update}}, "measures": {"update": {"next": "event"}},
            "pauses": {"third_party": ["resolve", "update"]},
        }  # fmt: skip
        return sc.Policy.model_validate(data)

    assert named(*third_party_stops_updates(of({"within": "4 hours", "pauses": []}))) == []
    assert [path for path, _ in named(*third_party_stops_updates(of("4 hours")))] == ["pauses.third_party"]
    own = of({"within": "4 hours", "pauses": ["third_party"]})
    assert [path for path, _ in named(*third_party_stops_updates(own))] == ["targets.incident.update.pauses"]


@pytest.mark.parametrize("holds", [{"priority": "P1"}, {"kind": "incident"}, {"category": "toner"}])
def test_a_measure_may_count_while_a_field_has_a_value_that_the_policy_knows(holds):
    targets = {"incident": {"P1": {"resolve": "2 hours", "own": "1 hour"}}}
    data = EXAMPLE_DATA | {"targets": targets, "measures": {"own": {"while": holds}}, "exclusions": {"toner": "no"}}
    assert named(*while_named_nowhere_else(sc.Policy.model_validate(data))) == []


def test_a_measure_that_counts_while_nothing_holds_is_refused():
    data = EXAMPLE_DATA | {"targets": {}, "measures": {"own": {"while": {"team": []}}}}
    with pytest.raises(sc.errors.PolicyError, match="measures.own.while.team: while team has no value"):
        sc.Policy.model_validate(data)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (["third_party"], [], "pauses of incident resolve: none, no longer third_party"),
        (["third_party"], ["user"], "pauses of incident resolve: user, no longer third_party"),
        (None, [], "pauses of incident resolve: none, which is new"),
    ],
)
def test_a_difference_of_a_targets_own_pauses_is_said(before, after, said):
    def of(pauses):
        target = "2 hours" if pauses is None else {"within": "2 hours", "pauses": pauses}
        data = {"targets": {"incident": {"resolve": target}}, "pauses": {"third_party": ["resolve"], "user": []}}
        return sc.Policy.model_validate(EXAMPLE_DATA | data)

    assert list(compare(of(before), of(after), {}).rules) == [said]
