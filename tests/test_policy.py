"""The policy as a file, and its questions."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

import slaclock as sc
from desk import EXAMPLE, at, desk
from slaclock import errors


def test_the_example_is_the_schools_service():
    assert EXAMPLE.calendar == desk()
    targets = {
        (k, p): str(EXAMPLE.target(k, p))
        for k, p in [("incident", f"P{n}") for n in range(1, 5)] + [("service_request", None)]
    }
    assert list(targets.values()) == ["0-2 hours", "0-6 hours", "0-3 days", "3-5 days", "10 days"]
    assert EXAMPLE.priority("low", "high") == "P3"
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
            errors.ModelError,
            r"targets\.incident\.P1\.resolv: this field",
        ),
        (
            "name = 'x'\n[targets.incident]\nresolve = 5\n" + BASE,
            errors.TargetError,
            "targets.incident.resolve: 5 is not a target",
        ),
        ("name = 'x'\n[targets.incident]\nP1 = '1 h'\n" + BASE, errors.PolicyError, "neither respond, resolve nor"),
        ("name = 'x'\n[targets]\n[pauses]\nx = ['fix']\n" + BASE, errors.ModelError, r"pauses\.x\.0"),
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


def test_impact_and_urgency_give_the_priority_of_a_ticket_without_one():
    ticket = sc.Ticket(id="T", opened=at("2018-04-09 10:00"), impact="high", urgency="medium")
    assert sc.assess(ticket, EXAMPLE, at=at("2018-04-09 11:00")).priority == "P2"
