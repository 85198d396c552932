"""Service standards: share, attainment, headroom and interval."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import slaclock as sc
from desk import EXAMPLE, at, ticket, with_rules
from slaclock import errors
from slaclock.policy.promises import calendars_of_standard
from slaclock.policy.standards import Standard

COUNTS = st.integers(0, 300)


def result(met, missed, share):
    return sc.StandardResult("calls", Standard(kind="call", share=share, target="< 20 seconds"), None, met, missed)


@given(COUNTS, COUNTS, st.integers(0, 100))
def test_headroom_is_as_far_as_the_share_goes(met, missed, share):
    found = result(met, missed, share)
    if not found.decided:
        assert (found.attained, found.share, found.interval, found.headroom) == (None, None, None, "nothing decided")
        return
    assert found.share == Fraction(met, met + missed)
    assert found.attained == (found.share * 100 >= share)
    low, high = found.interval
    assert 0 <= low <= float(found.share) + 1e-12
    assert float(found.share) - 1e-12 <= high <= 1
    if found.attained:
        assert found.needed == 0
        if found.spare is not None:
            assert result(met, missed + found.spare, share).attained
            assert not result(met, missed + found.spare + 1, share).attained
    else:
        assert found.spare == 0
        if found.needed is None:
            assert share == 100
        else:
            assert result(met + found.needed, missed, share).attained
            assert not result(met + found.needed - 1, missed, share).attained


def test_four_of_five_attains_eighty_percent():
    assert result(4, 1, 80).attained is True
    assert result(79, 21, 80).attained is False


@given(COUNTS, COUNTS.filter(bool))
def test_the_interval_is_wilsons(met, missed):
    # Its ends are the shares that lie 1.96 of their own standard errors from the one that was found.
    found = result(met, missed, 80)
    share, n = found.met / found.decided, found.decided
    for end in found.interval:
        assert (share - end) ** 2 == pytest.approx(1.959963984540054**2 * end * (1 - end) / n, abs=1e-12)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (result(99, 1, 95), "can bear 4 more misses"),
        (result(95, 5, 95), "can bear 0 more misses"),
        (result(19, 2, 95), "needs 19 more hits"),
        (result(5, 1, 100), "out of reach"),
        (result(0, 1, 0), "no miss is too many"),
    ],
)
def test_headroom_in_words(found, words):
    assert found.headroom == words


def call(name, **moments):
    return sc.Ticket(id=name, kind="call", opened=at("2018-04-09 10:00:00"), **moments)


ABANDONED = call("C1", abandoned=at("2018-04-09 10:00:30"))
ANSWERED = call("C2", responded=at("2018-04-09 10:00:10"), abandoned=at("2018-04-09 10:05:00"))


@pytest.mark.parametrize(
    ("rule", "moment", "expected"),
    [
        ("left-out", "2018-04-09 12:00", (1, 0, 0, 1)),
        ("missed", "2018-04-09 12:00", (1, 1, 0, 1)),
        ("left-out", "2018-04-09 10:00:15", (1, 0, 1, 0)),  # that it will be abandoned is not known yet
    ],
)
def test_abandoned_calls(rule, moment, expected):
    calls = {**EXAMPLE.standards["calls"].model_dump(), "abandoned": rule}
    policy = with_rules(standards={"calls": calls})
    found = sc.report([ABANDONED, ANSWERED], policy, at=at(moment)).standards[0]
    assert (found.met, found.missed, found.pending, found.abandoned) == expected


def days_calls():
    """A day's calls: 1000 answered, 860 of them in time, and 60 abandoned, 20 in time, of which 10 sooner than 5 s."""
    waited = {"responded": [5] * 860 + [30] * 140, "abandoned": [2] * 10 + [5] * 10 + [20] * 40}
    seconds = [(name, second) for name, of in waited.items() for second in of]
    opened = at("2018-04-09 10:00:00")
    return [
        call(str(number), **{name: opened + timedelta(seconds=second)}) for number, (name, second) in enumerate(seconds)
    ]


@pytest.mark.parametrize(
    ("rule", "met", "decided", "percent"),
    [
        ({}, 860, 1000, "86 %"),
        ({"abandoned": "missed"}, 860, 1060, "81.1 %"),
        ({"abandoned": "missed-after"}, 860, 1040, "82.6 %"),
        ({"abandoned": "credit"}, 880, 1060, "83 %"),
        ({"abandoned": "missed", "short": "5 s"}, 860, 1050, "81.9 %"),
        ({"short": "5 s"}, 860, 1000, "86 %"),
        ({"abandoned": "credit", "short": "5 s"}, 870, 1050, "82.8 %"),
        ({"abandoned": "missed-after", "short": "5 s"}, 860, 1040, "82.6 %"),
    ],
)
def test_five_readings_of_one_days_calls(rule, met, decided, percent):
    policy = with_rules(standards={"calls": {**EXAMPLE.standards["calls"].model_dump(), **rule}})
    report = sc.report(days_calls(), policy, at=at("2018-04-09 12:00"))
    found = report.standards[0]
    assert (found.met, found.decided, found.items) == (met, decided, 1060)
    assert (found.abandoned, found.abandoned_in_time, found.abandoned_short) == (
        (60, 10, 10) if "short" in rule else (60, 20, 0)
    )
    assert f" {percent} " in str(report)
    assert sc.StandardResult.from_json(found.to_json()) == found


def test_a_share_with_decimals_is_exact():
    standard = Standard(kind="call", share="99.5", target="< 20 seconds")
    assert standard == Standard(kind="call", share=99.5, target="< 20 seconds")
    assert (standard.share, standard.model_dump()["share"]) == (Fraction(199, 2), "99.5")
    assert Standard(kind="call", share="80.0").share == 80

    def results(met, missed):
        return sc.StandardResult("calls", standard, None, met, missed)

    assert (results(199, 1).attained, results(198, 1).attained) == (True, False)
    assert (results(199, 1).spare, results(398, 1).spare, results(198, 1).needed) == (0, 1, 1)
    # A third of a double's digits more, and 0.1 + 0.2 in binary would not be 0.3.
    fine = Standard(kind="call", share=99.999999999)
    assert sc.StandardResult("calls", fine, None, 99_999_999_999, 1).attained
    assert not sc.StandardResult("calls", fine, None, 99_999_999_998, 1).attained


@pytest.mark.parametrize("share", ["100.5", "101", 100.5, -1, Fraction(201, 2), float("nan")])
def test_a_share_lies_between_none_and_all(share):
    with pytest.raises(errors.ModelError, match=r"share: .* is no share; write a number of percent from 0 to 100"):
        Standard(kind="call", share=share, target="< 20 seconds")


def test_a_standard_in_days_on_the_wall_clock_is_of_whole_days():
    standard = Standard(kind="call", share=80, target="1-2 days", clock="wall")
    assert standard.limit == sc.Target.parse("24-48 wall hours")
    assert Standard(kind="call", share=80, target="< 2 days", clock="wall").limit == sc.Target.parse("< 48 wall hours")
    policy = with_rules(standards={"visits": {"kind": "incident", "share": 80, "target": "2 days", "clock": "wall"}})
    friday, late = at("2018-04-06 16:00"), timedelta(microseconds=1)
    answered = [friday + timedelta(days=2), friday + timedelta(days=2) + late]
    tickets = [ticket(id=f"T{n}", priority="P1", opened=friday, responded=done) for n, done in enumerate(answered)]
    (found,) = [own for own in sc.report(tickets, policy, at=at("2018-04-10 12:00")).standards if own.period is None]
    assert (found.met, found.missed) == (1, 1)


def test_a_standard_for_some_priorities_counts_on_their_calendars():
    always = {"timezone": "Europe/London", "hours": "24/7"}
    targets = {"P1": {"calendar": "always", "respond": "1 hour"}, "P2": {"respond": "1 hour"}}
    urgent = {"kind": "incident", "share": "99.5", "priority": ["P1"], "target": "2 hours"}
    policy = with_rules(
        calendars={"always": always}, targets={"incident": targets}, measures={}, priorities={},
        standards={"urgent": urgent, "all": {**urgent, "priority": []}},
    )  # fmt: skip
    opened, answered = at("2018-04-09 16:30"), at("2018-04-09 19:00")
    tickets = [sc.Ticket(id=name, priority=name, opened=opened, responded=answered) for name in ("P1", "P2")]
    report = sc.report(tickets, policy, at=at("2018-04-10 12:00"), measure="respond")
    assert [(r.name, r.met, r.missed) for r in report.standards if r.period is None] == [
        ("urgent", 0, 1),  # 2 h 30 min by the calendar of P1
        ("all", 2, 0),  # half an hour by the desk's
    ]
    assert [(on.whose, on.calendar) for on in report.calendars if "standard" in on.whose] == [
        ("standard urgent", "always"),
        ("standard all", "main"),
    ]
    assert "99.5 % of P1 in 2 hours" in str(report)
    with pytest.raises(errors.UnknownPriorityError, match="standards.urgent.priority"):
        with_rules(standards={"urgent": {**urgent, "priority": ["P9"]}})


def test_a_standard_without_a_target_takes_each_items_own():
    policy = with_rules(standards={"P1s": {"kind": "incident", "share": 90, "measure": "resolve"}})
    opened, quick, slow = at("2018-04-09 10:00"), at("2018-04-09 11:00"), at("2018-04-09 15:00")
    tickets = [
        sc.Ticket(id=name, priority=priority, opened=opened, resolved=resolved)
        for name, priority, resolved in (("A", "P1", quick), ("B", "P1", slow), ("C", "P2", slow))
    ]
    found = sc.report(tickets, policy, at=at("2018-04-10 10:00")).standards[0]
    assert (found.met, found.missed) == (2, 1)
    with pytest.raises(errors.PolicyError, match="clock: 'wall' means nothing without a target"):
        Standard(kind="incident", share=90, clock="wall")


def test_the_own_target_of_a_standard_runs_on_the_calendar_of_its_kind_or_priorities_whatever_one_target_has():
    own = sc.Policy(
        name="nights",
        calendar=EXAMPLE.calendar,
        calendars={"nights": sc.WorkingCalendar.parse("Mo-Su 00:00-24:00", timezone="Europe/London")},
        targets={
            "incident": {
                "P1": {"respond": {"within": "1 hour", "calendar": "nights"}},
                "P2": {"respond": "2 hours", "calendar": "nights"},
            }
        },
        standards={
            priority: {"kind": "incident", "priority": priority, "share": 80, "measure": "respond", "target": "1 hour"}
            for priority in ("P1", "P2")
        },
    )
    calendars = {name: calendars_of_standard(own, standard) for name, standard in own.standards.items()}
    assert calendars == {"P1": ("main",), "P2": ("nights",)}
