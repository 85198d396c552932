"""The worked examples that the semantics page promises, and more of its sentences."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import polars as pl
import pytest

import slaclock as sc
from desk import EXAMPLE, LONDON, at, desk, pair, ticket, with_rules
from slaclock import columns, errors

NINE = {"day_rule": "fixed-hours", "day_length": "9h"}
CLOSE = {"day_rule": "close-of-business", "cutoff": "15:00"}
EXAMPLES = [
    ("2018-03-30 10:00", "2 h", {}, None, "2018-04-03 10:00"),
    ("2018-04-06 15:00", "2 h", {}, None, "2018-04-09 08:30"),
    ("2018-04-06 14:30", "2 h", {}, None, "2018-04-06 16:30"),
    ("2018-04-05 16:00", "1 day", {}, None, "2018-04-06 15:33:20"),
    ("2018-04-05 16:45", "1 day", {"day_rule": "same-time"}, None, "2018-04-06 16:30"),
    ("2018-04-05 10:00", "1 day", {"day_rule": "close-of-business"}, None, "2018-04-06 16:30"),
    ("2018-04-05 16:00", "1 day", NINE, None, "2018-04-06 16:00"),
    ("2018-04-09 10:00", "6 h", {}, ("2018-04-09 15:00", "2018-04-10 09:00"), "2018-04-10 10:00"),
    ("2018-04-09 10:00", "6 h", {}, ("2018-04-09 16:00", "2018-04-10 09:00"), "2018-04-09 16:00"),
    ("2018-04-09 10:00", "6 h", {}, ("2018-04-09 18:00", "2018-04-10 07:00"), "2018-04-09 16:00"),
    ("2018-04-05 08:00", "1 day", {}, ("2018-04-05 00:00", "2018-04-06 00:00"), "2018-04-06 16:30"),
    ("2018-04-05 08:00", "1 day", NINE, ("2018-04-05 00:00", "2018-04-06 00:00"), "2018-04-09 08:30"),
    ("2018-04-05 14:59", "1 day", CLOSE, None, "2018-04-06 16:30"),
    ("2018-04-05 15:00", "1 day", CLOSE, None, "2018-04-09 17:00"),  # counts as Friday's
    ("2018-04-06 15:30", "1 day", CLOSE, None, "2018-04-10 17:00"),
    ("2018-04-05 15:00", "1 day", CLOSE, ("2018-04-05 15:00", "2018-04-05 17:00"), "2018-04-09 17:00"),
    ("2018-04-05 09:59", "2 days by 16:00", {"cutoff": "10:00"}, None, "2018-04-09 16:00"),
    ("2018-04-05 10:00", "2 days by 16:00", {"cutoff": "10:00"}, None, "2018-04-10 16:00"),
]


@pytest.mark.parametrize(("opened", "target", "rules", "pause", "due"), EXAMPLES)
def test_worked_example(opened, target, rules, pause, due):
    pauses = [] if pause is None else [pair(*pause)]
    assert sc.deadline(at(opened), target, calendar=desk(**rules), pauses=pauses) == at(due)


def test_answers_come_in_the_calendars_zone():
    due = sc.deadline(sc.deadline(at("2018-04-06 15:00"), "0 h", calendar=desk()).astimezone(), "2 h", calendar=desk())
    assert due.tzinfo is LONDON


@pytest.mark.parametrize("arrived", ["2018-04-13 10:00", "2018-04-13 16:40", "2018-04-15 23:00"])
def test_same_date_counts_working_days_after_the_date_of_arrival(arrived):
    calendar = desk(day_rule="close-of-business", after_hours="same-date")
    assert sc.deadline(at(arrived), "1 day", calendar=calendar) == at("2018-04-16 17:00")


@pytest.mark.parametrize(
    ("arrived", "due"),
    [
        ("2018-04-13 10:00", "2018-04-16 17:00"),
        ("2018-04-13 16:40", "2018-04-17 17:00"),
        ("2018-04-15 23:00", "2018-04-17 17:00"),
    ],
)
def test_next_opening_counts_working_days_after_the_day_of_the_next_opening(arrived, due):
    assert sc.deadline(at(arrived), "1 day", calendar=desk(day_rule="close-of-business")) == at(due)


@pytest.mark.parametrize(
    ("arrived", "target", "due"),
    [
        ("2018-04-05 10:00", "1 day by close", "2018-04-06 16:30"),
        ("2018-04-05 10:00", "2 days by 16:00", "2018-04-09 16:00"),
        ("2018-04-05 10:00", "1 day by 17:00", "2018-04-06 16:30"),  # held to Friday's close
        ("2018-04-05 10:00", "1 day by 07:00", "2018-04-06 08:00"),  # held to the opening
        ("2018-04-05 10:00", "0 days by 16:00", "2018-04-05 16:00"),
        ("2018-04-05 16:30", "0 days by 16:00", "2018-04-05 16:30"),  # never before the arrival
        ("2018-04-05 18:00", "0 days by close", "2018-04-06 16:30"),  # day 0 is Friday's opening
    ],
)
def test_a_target_may_name_its_own_moment(arrived, target, due):
    assert sc.deadline(at(arrived), target, calendar=desk()) == at(due)


def test_zero_days_on_a_day_without_hours_is_the_next_working_day():
    calendar = desk(day_rule="close-of-business", after_hours="same-date")
    assert sc.deadline(at("2018-04-08 12:00"), "0 days", calendar=calendar) == at("2018-04-09 17:00")


def test_a_night_shift_keeps_its_place_in_the_shift_under_same_time():
    calendar = sc.WorkingCalendar.parse("Mo-Fr 22:00-06:00", timezone="Europe/London", day_rule="same-time")
    assert sc.deadline(at("2018-04-10 02:00"), "1 day", calendar=calendar) == at("2018-04-11 02:00")
    assert not calendar.is_working_day(date(2018, 4, 14))  # Saturday morning is Friday's night


def test_both_days_are_worth_one_whatever_their_hours():
    whole = sc.elapsed_days(at("2018-04-05 00:00"), at("2018-04-07 00:00"), calendar=desk())
    half_of_friday = sc.elapsed_days(at("2018-04-06 08:00"), at("2018-04-06 12:15"), calendar=desk())
    assert (whole, half_of_friday) == (2, Fraction(1, 2))


def test_within_is_met_at_the_deadline_and_less_than_is_not():
    ask = {"calendar": desk(), "at": at("2018-04-06 16:30")}
    assert not sc.is_breached(at("2018-04-06 14:30"), "2 h", **ask)
    assert sc.is_breached(at("2018-04-06 14:30"), "< 2 h", **ask)


def test_done_on_saturday_is_late_although_no_working_time_passed():
    start, done = at("2018-04-06 14:30"), at("2018-04-07 10:00")
    assert sc.elapsed(start, done, calendar=desk()) == timedelta(hours=2)
    assert sc.is_breached(start, "2 h", calendar=desk(), at=done, done=done)
    assert sc.remaining(start, "2 h", calendar=desk(), at=done) == timedelta(0)


def test_an_open_pause_holds_the_due_date_and_remaining_says_what_is_left():
    start, now, pause = at("2018-04-09 10:00"), at("2018-04-10 12:00"), [pair("2018-04-09 15:00", None)]
    assert sc.deadline(start, "6 h", calendar=desk(), pauses=pause) is None
    assert sc.remaining(start, "6 h", calendar=desk(), at=now, pauses=pause) == timedelta(hours=1)


def test_a_wall_target_runs_day_and_night():
    assert sc.deadline(at("2018-04-06 16:29"), "< 20 wall seconds", calendar=desk()) == at("2018-04-06 16:29:20")
    assert sc.deadline(at("2018-04-06 20:00"), "1 wall day", calendar=desk()) == at("2018-04-07 20:00")


def test_subtract_goes_back_over_years_from_one_that_was_not_the_first_to_be_asked_about():
    calendar = desk()
    assert calendar.is_open(at("2012-06-06 12:00"))
    assert sc.subtract(at("2018-01-02 10:00"), "20 h", calendar=calendar) == at("2017-12-27 16:30")


def test_subtract_says_which_rules_it_cannot_serve():
    assert sc.subtract(at("2018-04-09 08:30"), "2 h", calendar=desk()) == at("2018-04-06 15:00")
    assert sc.subtract(at("2018-04-06 16:30"), "1 day", calendar=desk()) == at("2018-04-06 08:00")
    with pytest.raises(sc.SlaClockError, match="no inverse"):
        sc.subtract(at("2018-04-09 08:30"), "1 day", calendar=desk(day_rule="same-time"))


@pytest.mark.parametrize(
    ("priority", "half", "most"),
    [
        ("P2", "2018-04-05 11:00", "2018-04-05 13:24"),  # 3 of 6 hours, and 9 tenths of them
        ("P3", "2018-04-06 12:15", "2018-04-09 14:18"),  # 1.5 days, of which Friday's are shorter; and 2.7 days
    ],
)
def test_milestones_are_parts_of_the_target_on_its_own_clock(priority, half, most):
    opened = ticket(priority=priority, opened=at("2018-04-05 08:00"))
    found = sc.assess(opened, EXAMPLE, at=at(half)).milestones_at(50, 90)
    assert [(each.percent, each.at, each.reached) for each in found] == [(50, at(half), True), (90, at(most), False)]


@pytest.mark.parametrize(
    ("rule", "pause", "due"),
    [
        ("close-of-business", ("2018-04-05 18:00", "2018-04-06 07:00"), "2018-04-06 16:30"),  # no open time: it stands
        ("close-of-business", ("2018-04-06 16:30", "2018-04-09 09:00"), "2018-04-06 16:30"),
        (
            "close-of-business",
            ("2018-04-05 11:00", "2018-04-05 13:00"),
            "2018-04-09 10:00",
        ),  # 15.5 hours, 2 of them later
        ("close-of-business", ("2018-04-06 16:00", "2018-04-09 09:00"), "2018-04-09 09:30"),
        ("same-time", ("2018-04-05 11:00", "2018-04-05 13:00"), "2018-04-06 12:00"),
        ("same-time", ("2018-04-05 08:00", "2018-04-05 10:00"), "2018-04-06 10:00"),  # before it opened
    ],
)
def test_a_pause_of_open_time_moves_what_a_rule_names(rule, pause, due):
    calendar = desk(day_rule=rule)
    assert sc.deadline(at("2018-04-05 10:00"), "1 day", calendar=calendar, pauses=[pair(*pause)]) == at(due)


# The cut-off


@pytest.mark.parametrize(
    ("rules", "early", "late"),  # the due dates of what arrives an hour before the cut-off, and from it on
    [
        ({}, "2018-04-06 13:40", "2018-04-06 16:30"),
        ({"day_rule": "same-time"}, "2018-04-06 14:00", "2018-04-09 08:00"),
        ({"day_rule": "close-of-business"}, "2018-04-06 16:30", "2018-04-09 17:00"),
        (NINE, "2018-04-06 14:00", "2018-04-09 08:30"),
    ],
)
def test_a_cut_off_holds_under_every_day_rule(rules, early, late):
    calendar = desk(cutoff="15:00", **rules)
    for time, due in (("14:00", early), ("15:00", late), ("16:59", late), ("18:00", late), ("23:59", late)):
        arrived = at(f"2018-04-05 {time}")
        assert sc.deadline(arrived, "1 day", calendar=calendar) == at(due)
        assert sc.deadline(arrived, "2 hours", calendar=calendar) == sc.deadline(arrived, "2 hours", calendar=desk())
        assert sc.deadline(arrived, "3 wall hours", calendar=calendar) == arrived + timedelta(hours=3)


def test_a_cut_off_moves_nothing_on_a_day_without_hours():
    calendar = desk(**CLOSE)
    saturday, easter_monday = at("2018-04-07 16:00"), at("2018-04-02 16:00")
    assert sc.deadline(saturday, "1 day", calendar=calendar) == at("2018-04-10 17:00")
    assert sc.deadline(easter_monday, "1 day", calendar=calendar) == at("2018-04-04 17:00")


def test_a_cut_off_is_of_the_date_of_arrival_and_not_of_the_night_that_is_open():
    calendar = sc.WorkingCalendar.parse("Mo-Th 22:00-06:00", timezone="Europe/London", cutoff="23:00")
    assert sc.deadline(at("2018-04-10 22:59"), "1 day", calendar=calendar) == at("2018-04-11 22:59")
    assert sc.deadline(at("2018-04-10 23:00"), "1 day", calendar=calendar) == at("2018-04-12 06:00")
    # Monday's night on Tuesday's date, before Tuesday's cut-off; and Thursday's on Friday, which has none.
    assert sc.deadline(at("2018-04-10 02:00"), "0.5 days", calendar=calendar) == at("2018-04-10 06:00")
    assert sc.deadline(at("2018-04-13 02:00"), "0.5 days", calendar=calendar) == at("2018-04-13 06:00")


def test_a_cut_off_is_its_first_occurrence_where_the_clocks_repeat_it():
    calendar = sc.WorkingCalendar.parse(
        "Mo-Su 00:00-24:00", timezone="Europe/London", day_rule="close-of-business", cutoff="01:30"
    )
    night = at("2018-10-28 01:15").replace(fold=1)  # after 01:30 summer time
    assert sc.deadline(night, "0 days", calendar=calendar) == at("2018-10-30 00:00")
    assert sc.deadline(night.replace(fold=0), "0 days", calendar=calendar) == at("2018-10-29 00:00")


@pytest.mark.parametrize(
    ("cutoff", "end", "target", "latest"),
    [
        ("15:00", "2018-04-06 11:00", "1/2 days", "2018-04-05 14:59:59.999999"),  # the clock may start later
        ("15:00", "2018-04-05 14:00", "1/2 days", "2018-04-05 09:30"),
        ("08:00", "2018-04-06 16:30", "1 day", "2018-04-06 07:59:59.999999"),
        ("00:00", "2018-04-06 16:30", "1/2 days", "2018-04-05 23:59:59.999999"),  # Thursday's, which count as Friday's
    ],
)
def test_subtract_is_the_latest_arrival_whose_clock_starts_in_time(cutoff, end, target, latest):
    calendar = desk(cutoff=cutoff)
    assert sc.subtract(at(end), target, calendar=calendar) == at(latest)
    column = pl.Series([at(end)])
    assert columns.subtract(column, target, calendar=calendar)[0] == at(latest)
    assert sc.subtract(at(end), "2 hours", calendar=calendar) == sc.subtract(at(end), "2 hours", calendar=desk())


def test_a_cut_off_is_of_the_local_date_where_that_is_another_than_elsewhere():
    calendar = sc.WorkingCalendar.parse("Mo-Fr 08:00-17:00", timezone="Pacific/Auckland", cutoff="15:00")
    zone = calendar.zone
    latest = sc.subtract(datetime(2018, 4, 6, 11, tzinfo=zone), "1/2 days", calendar=calendar)
    assert latest == datetime(2018, 4, 5, 14, 59, 59, 999_999, tzinfo=zone)


def test_subtract_on_the_last_working_day_of_all():
    calendar = sc.WorkingCalendar(timezone="UTC", special={"2018-04-05": ["08:00-17:00"]}, cutoff="10:00")
    end = datetime(2018, 4, 5, 17, tzinfo=UTC)
    for days, latest in (("1/3 days", timedelta(hours=-7, microseconds=-1)), ("8/9 days", timedelta(hours=-8))):
        assert sc.subtract(end, days, calendar=calendar) == end + latest
        assert columns.subtract(pl.Series([end]), days, calendar=calendar)[0] == end + latest
    with pytest.raises(sc.errors.NoWorkingTimeError):
        sc.deadline(end - timedelta(hours=7), "1/3 days", calendar=calendar)


def test_a_clock_that_starts_after_the_cut_off_has_not_run_before():
    policy = with_rules(calendar=desk(**CLOSE), targets={"incident": {"P3": {"resolve": "1-2 days"}}})
    late = ticket(priority="P3", opened=at("2018-04-05 15:00"))
    a = sc.assess(late, policy, at=at("2018-04-05 16:00"))
    assert (a.state, a.started, a.elapsed, a.elapsed_days, a.consumed) == (
        "running", at("2018-04-06 08:00"), timedelta(0), 0, 0.0,
    )  # fmt: skip
    assert (a.expected_from, a.due) == (at("2018-04-09 17:00"), at("2018-04-10 17:00"))
    assert a.remaining == timedelta(hours=1 + 8.5 + 9 + 9)
    assert a.milestones_at(0)[0].at == at("2018-04-06 08:00")
    assert a.explain("now").rows == ()
    assert a.explain().rows[0].start == at("2018-04-06 08:00")
    assert a.explain().title.endswith(
        "from Fri 6 Apr 2018 08:00, since Thu 5 Apr 2018 15:00 is not before the cut-off of 15:00"
    )


def test_the_window_of_a_clock_at_an_opening_after_the_cut_off_is_moved_once():
    policy = with_rules(calendar=desk(cutoff="07:00"), targets={"incident": {"P3": {"resolve": "1-2 days"}}})
    a = sc.assess(ticket(priority="P3", opened=at("2018-04-05 15:00")), policy, at=at("2018-04-05 16:00"))
    assert (a.started, a.expected_from, a.due) == (
        at("2018-04-06 08:00"), at("2018-04-06 16:30"), at("2018-04-09 17:00"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "started", "due"),
    [
        ("from-opening", "2018-04-09 10:00", "2018-04-10 17:00"),
        ("restart", "2018-04-10 08:00", "2018-04-11 17:00"),
        ("carry", "2018-04-09 10:00", "2018-04-10 17:00"),
    ],
)
def test_a_change_that_restarts_a_clock_arrives_when_it_is_made(rule, started, due):
    policy = with_rules(
        calendar=desk(**CLOSE),
        targets={"incident": {"P1": {"resolve": "12 hours"}, "P3": {"resolve": "1 day"}}},
        rules={"priority_change": rule},
    )
    lowered = ticket(
        priority="P1", changes=[sc.Change(at=at("2018-04-09 16:00"), field="priority", to="P3")]
    )  # of the twelve hours six are used
    a = sc.assess(lowered, policy, at=at("2018-04-10 09:00"))
    assert (a.started, a.due) == (at(started), at(due))
    assert sum((row.length for row in a.explain("now")), timedelta(0)) == a.elapsed
    assert ("came after the cut-off" in str(a.explain())) == (rule == "carry")


def test_the_first_span_of_a_year():
    opened = at("2018-01-02 10:00")
    assert sc.deadline(opened, "2 h", calendar=desk()) == at("2018-01-02 12:00")
    assert sc.subtract(opened, "1 h", calendar=desk()) == at("2018-01-02 09:00")
    assert sc.deadline(opened, "1/3 days", calendar=desk()) == at("2018-01-02 13:00")
    assert sc.subtract(opened, "1/9 days", calendar=desk()) == at("2018-01-02 09:00")


# What changes of a ticket do to its clock (the page on what the words mean, changes)

CHANGES = sc.Policy.example().model_copy(update={"targets": {
    "incident": {"P1": {"resolve": "2 hours", "respond": "30 minutes"}, "P4": {"resolve": "5 days"},
                 "P5": {"resolve": "none"}},
}})  # fmt: skip


def under(**rules):
    return CHANGES.model_copy(update={"rules": rules})


def changed(first, *changes, opened="2018-04-09 10:00", **fields):
    """A ticket of some priority, and the priorities that it had from later instants on."""
    later = [sc.Change(at=at(when), field="priority", to=to) for when, to in changes]
    return sc.Ticket(id="T1", priority=first, opened=at(opened), changes=later, **fields)


def test_lowering_a_priority_can_undo_a_breach_or_let_it_stand():
    lowered = changed("P1", ("2018-04-09 14:00", "P4"), resolved=at("2018-04-10 10:00"))
    now = at("2018-04-10 12:00")
    assert sc.assess(lowered, under(breach="of-target"), at=now).state == "met"
    a = sc.assess(lowered, under(breach="stands"), at=now)
    assert (a.state, str(a.target), a.due, a.priority) == ("breached", "2 hours", at("2018-04-09 12:00"), "P4")
    assert a.breached_at == at("2018-04-09 12:00") + timedelta(microseconds=1)
    assert sc.assess(lowered, under(breach="stands"), at=at("2018-04-09 12:00")).state == "running"


@pytest.mark.parametrize(
    ("rule", "due", "state"),
    [
        ("from-opening", "2018-04-09 12:00", "breached"),
        ("restart", "2018-04-09 16:00", "running"),
        ("carry", "2018-04-09 15:49:20", "running"),
    ],
)
def test_raising_a_priority_by_each_rule(rule, due, state):
    raised = changed("P4", ("2018-04-09 14:00", "P1"))
    a = sc.assess(raised, under(priority_change=rule), at=at("2018-04-09 15:00"))
    assert (a.state, a.due) == (state, at(due))
    assert a.breached_at == (at("2018-04-09 14:00") if rule == "from-opening" else None)
    if rule == "carry":
        assert a.elapsed == timedelta(hours=5)
        assert a.consumed == pytest.approx(4 / 45 + 1 / 2)
    wait = sc.Pause(start=at("2018-04-09 11:00"), end=at("2018-04-09 13:00"), reason="third_party")
    paused = raised.model_copy(update={"pauses": [wait]})
    if rule == "from-opening":
        assert sc.assess(paused, under(priority_change=rule), at=at("2018-04-09 15:00")).due == at("2018-04-09 14:00")


def test_a_share_of_all_keeps_the_old_due_date():
    late = changed("P1", ("2018-04-09 14:00", "P4"))
    a = sc.assess(late, under(priority_change="carry"), at=at("2018-04-09 15:00"))
    assert (a.state, a.due, a.breached_at) == ("breached", at("2018-04-09 12:00"), at("2018-04-09 14:00"))


def test_the_first_priority_is_no_change():
    first = changed(None, ("2018-04-09 10:10", "P1"), responded=at("2018-04-09 10:05"))
    for rule in ("from-opening", "restart", "carry"):
        policy = under(priority_change=rule)
        states = [
            sc.assess(first, policy, at=at(f"2018-04-09 {t}"), measure="respond").state for t in ("10:07", "10:10")
        ]
        assert states == ["no-target", "met"]
        a = sc.assess(first, policy, at=at("2018-04-09 11:00"))
        assert (a.state, a.due, a.started) == ("running", at("2018-04-09 12:00"), at("2018-04-09 10:00"))


def test_no_target_is_said_and_not_guessed():
    none = sc.assess(changed("P5"), CHANGES, at=at("2018-04-09 11:00"))
    assert (none.state, none.due, none.why) == ("no-target", None, "there is no resolve target for incident P5")
    assert sc.assess(changed(None), CHANGES, at=at("2018-04-09 11:00")).why == "no priority is set"
    assert sc.assess(changed("P4"), CHANGES, at=at("2018-04-09 11:00"), measure="respond").state == "no-target"
    with pytest.raises(sc.errors.UnknownPriorityError):
        sc.assess(changed("P7"), CHANGES, at=at("2018-04-09 11:00"))
    done = changed("P5", ("2018-04-09 12:00", "P1"), resolved=at("2018-04-09 11:00"))
    assert sc.assess(done, CHANGES, at=at("2018-04-09 13:00")).state == "no-target"


@pytest.mark.parametrize(("rule", "due"), [("restart", "2018-04-09 15:00"), ("carry", "2018-04-09 14:57:20")])
def test_a_target_that_comes_in_a_pause_waits_for_its_end_only(rule, due):
    waits = sc.Pause(start=at("2018-04-09 11:00"), end=at("2018-04-09 13:00"), reason="third_party")
    a = sc.assess(
        changed("P4", ("2018-04-09 12:00", "P1"), pauses=[waits]),
        under(priority_change=rule),
        at=at("2018-04-09 14:00"),
    )
    assert a.due == at(due)
    assert a.remaining == at(due) - at("2018-04-09 14:00")


KINDS = {**CHANGES.targets, "problem": {"R1": {"resolve": "5 hours"}}, "request": {"resolve": "2 hours"}}


@pytest.mark.parametrize("fields", [("kind", "priority"), ("priority", "kind")])
def test_of_several_changes_at_one_instant_the_last_hold_and_nothing_between(fields):
    values = {"kind": "problem", "priority": "R1"}
    changes = [sc.Change(at=at("2018-04-09 11:00"), field=name, to=values[name]) for name in fields]
    ticket = sc.Ticket(id="T1", priority="P1", opened=at("2018-04-09 10:00"), changes=changes)
    assert sc.assess(ticket, with_rules(targets=KINDS), at=at("2018-04-09 12:00")).due == at("2018-04-09 15:00")


def test_only_the_first_priority_judges_what_was_done_before_it():
    changes = [("2018-04-09 10:03", None), ("2018-04-09 10:10", "P4")]
    done = changed("P1", *changes, resolved=at("2018-04-09 10:05"))
    assert sc.assess(done, CHANGES, at=at("2018-04-09 12:00")).state == "no-target"
    twice = changed(None, ("2018-04-09 10:10", "P1"), ("2018-04-09 10:10", "P4"), resolved=at("2018-04-09 10:05"))
    assert sc.assess(twice, CHANGES, at=at("2018-04-09 12:00")).priority == "P4"


def test_a_kind_that_changes_before_there_is_a_priority_is_a_change():
    policy = with_rules(targets=KINDS, rules={"priority_change": "restart"})
    kind = sc.Change(at=at("2018-04-09 11:00"), field="kind", to="request")
    ticket = sc.Ticket(id="T1", opened=at("2018-04-09 10:00"), changes=[kind])
    a = sc.assess(ticket, policy, at=at("2018-04-09 12:00"))
    assert (a.started, a.elapsed) == (at("2018-04-09 11:00"), timedelta(hours=1))
    back = sc.Ticket(
        id="T1", kind="request", opened=at("2018-04-09 10:00"), resolved=at("2018-04-09 11:30"),
        changes=[sc.Change(at=at("2018-04-09 11:00"), field="kind", to="incident"),
                 sc.Change(at=at("2018-04-09 12:00"), field="priority", to="P1")],
    )  # fmt: skip
    a = sc.assess(back, policy, at=at("2018-04-09 13:00"))
    assert (a.state, a.due, a.elapsed) == ("met", at("2018-04-09 12:00"), timedelta(hours=1, minutes=30))


def test_no_breach_begins_while_a_ticket_is_resolved():
    again = sc.Reopening(resolved=at("2018-04-09 13:00"), reopened=at("2018-04-09 14:00"))
    meanwhile = changed("P4", ("2018-04-09 13:20", "P1"), ("2018-04-09 13:40", "P4"), reopenings=[again])
    assert sc.assess(meanwhile, under(breach="stands"), at=at("2018-04-09 13:30")).state == "met"
    assert sc.assess(meanwhile, under(breach="stands"), at=at("2018-04-09 15:00")).state == "running"
    due = sc.Reopening(resolved=at("2018-04-09 12:00"), reopened=at("2018-04-09 14:00"))
    a = sc.assess(changed("P1", reopenings=[due]), CHANGES, at=at("2018-04-09 15:00"))
    assert (a.state, a.breached_at) == ("breached", at("2018-04-09 14:00"))


def test_an_exclusion_for_a_while_undoes_nothing():
    names = [("2018-04-09 13:00", "consumables"), ("2018-04-09 15:00", None)]
    policy = under(breach="stands").model_copy(update={"exclusions": {"consumables": "not covered"}})
    lowered = changed("P1", ("2018-04-09 14:00", "P4"))
    category = [sc.Change(at=at(when), field="category", to=to) for when, to in names]
    ticket = lowered.model_copy(update={"changes": [*lowered.changes, *category]})
    assert sc.assess(ticket, policy, at=at("2018-04-09 14:30")).state == "excluded"
    assert sc.assess(ticket, policy, at=at("2018-04-09 16:00")).state == "breached"


def test_a_cancelled_ticket():
    withdrawn = changed("P1", cancelled=at("2018-04-09 11:00"), responded=at("2018-04-09 10:20"))
    a = sc.assess(withdrawn, CHANGES, at=at("2018-04-09 15:00"))
    assert (a.state, a.due, a.elapsed, a.done) == ("cancelled", None, timedelta(hours=1), None)
    assert sc.assess(withdrawn, CHANGES, at=at("2018-04-09 15:00"), measure="respond").state == "met"
    assert sc.assess(withdrawn, CHANGES, at=at("2018-04-09 10:30")).state == "running"
    at_once = withdrawn.model_copy(update={"resolved": at("2018-04-09 11:00")})
    assert sc.assess(at_once, CHANGES, at=at("2018-04-09 15:00")).state == "cancelled"
    again = sc.Reopening(resolved=at("2018-04-09 11:00"), reopened=at("2018-04-09 12:00"))
    reopened = withdrawn.model_copy(update={"reopenings": [again]})
    assert sc.assess(reopened, CHANGES, at=at("2018-04-09 11:30")).state == "cancelled"
    assert sc.assess(reopened, CHANGES, at=at("2018-04-09 12:30")).due == at("2018-04-09 13:00")


@pytest.mark.parametrize("target", ["1 day", "0 days by 08:00", "2 hours"])
@pytest.mark.parametrize("end", [None, at("2018-04-05 17:00")])
def test_a_ticket_may_wait_before_a_clock_that_a_cut_off_put_off(target, end):
    calendar = desk(cutoff="15:00")
    policy = with_rules().model_copy(
        update={"calendar": calendar, "targets": {"incident": {"P1": {"resolve": target}}}}
    )
    opened = at("2018-04-05 15:30")
    pause = sc.Pause(start=opened, end=end, reason="third_party")
    for now in (opened, at("2018-04-05 16:00"), at("2018-04-05 18:00"), at("2018-04-06 09:00")):
        a = sc.assess(sc.Ticket(id="T1", priority="P1", opened=opened, pauses=[pause]), policy, at=now)
        frame = pl.DataFrame({"id": ["T1"], "priority": ["P1"], "opened": [opened]})
        waits = pl.DataFrame({"ticket": ["T1"], "start": [opened], "end": [end], "reason": ["third_party"]},
                             {"ticket": pl.String, "start": pl.Datetime("us", "UTC"), "end": pl.Datetime("us", "UTC"),
                              "reason": pl.String})  # fmt: skip
        row = columns.assess(frame, policy, at=now, pauses=waits).row(0, named=True)
        assert [row[f"sla_{name}"] for name in ("state", "due", "elapsed", "remaining")] == [
            a.state, a.due, a.elapsed, a.remaining
        ]  # fmt: skip
        assert a.state == "breached" or (a.state == "paused") == (end is None or now < end)


def test_the_first_priority_of_a_kind_without_priorities_is_no_change():
    policy = under(priority_change="restart").model_copy(update={"targets": KINDS})
    change = sc.Change(at=at("2018-04-09 11:00"), field="priority", to="P1")
    ticket = sc.Ticket(id="T1", kind="request", opened=at("2018-04-09 10:00"), changes=[change])
    a = sc.assess(ticket, policy, at=at("2018-04-09 11:30"))
    assert (a.started, a.due) == (at("2018-04-09 10:00"), at("2018-04-09 12:00"))


def test_a_cancelled_ticket_is_judged_by_every_word_that_is_known():
    policy = CHANGES.model_copy(update={"exclusions": {"consumables": "not covered"}})
    withdrawn = changed("P1", cancelled=at("2018-04-09 11:00"))

    def later(field, to):
        change = sc.Change(at=at("2018-04-09 12:00"), field=field, to=to)
        return withdrawn.model_copy(update={"changes": [change]})

    states = [sc.assess(later("category", "consumables"), policy, at=at(f"2018-04-09 {t}:00")).state for t in (11, 12)]
    assert states == ["cancelled", "excluded"]
    assert sc.assess(later("priority", "P9"), policy, at=at("2018-04-09 11:59")).state == "cancelled"
    with pytest.raises(sc.errors.UnknownPriorityError):
        sc.assess(later("priority", "P9"), policy, at=at("2018-04-09 12:00"))
    waits = withdrawn.model_copy(update={"pauses": [sc.Pause(start=at("2018-04-09 12:00"), reason="odd")]})
    with pytest.raises(sc.errors.UnknownReasonError):
        sc.assess(waits, policy, at=at("2018-04-09 12:00"))


def test_a_reopening_ends_a_cancellation_and_what_was_between_counts_for_nothing():
    again = sc.Reopening(resolved=at("2018-04-09 13:00"), reopened=at("2018-04-09 14:00"))
    ticket = changed("P4", cancelled=at("2018-04-09 11:00"), reopenings=[again])
    a = sc.assess(ticket, CHANGES, at=at("2018-04-09 15:00"))
    assert (a.state, a.elapsed) == ("running", timedelta(hours=2))
    assert [row.why for row in a.explain("now").rows] == [
        "service hours", "cancelled, until it was reopened", "service hours"
    ]  # fmt: skip
    at_once = sc.Reopening(resolved=at("2018-04-09 10:30"), reopened=at("2018-04-09 11:00"))
    assert sc.assess(ticket.model_copy(update={"reopenings": [at_once]}), CHANGES, at=at("2018-04-09 15:00")).due


def test_a_ledger_counts_each_target_on_its_own_clock():
    p1 = {"resolve": "8 hours", "calendar": "always"}
    targets = {
        "incident": {
            "P1": p1,
            "P2": {"resolve": "20 hours"},
            "P3": {"resolve": "9 wall hours"},
            "P5": {"resolve": "none"},
        }
    }
    always = sc.WorkingCalendar(timezone="UTC", hours="24/7")
    policy = under(priority_change="carry").model_copy(update={"calendars": {"always": always}, "targets": targets})
    turns = [("2018-04-09 19:00", "P1"), ("2018-04-09 20:00", "P5"), ("2018-04-09 21:00", "P3")]
    a = sc.assess(changed("P2", *turns), policy, at=at("2018-04-09 22:00"))
    rows = [(f"{row.start:%H:%M}", row.why, row.length) for row in a.explain("now").rows]
    hour = timedelta(hours=1)
    assert rows == [
        ("10:00", "service hours", 7 * hour), ("17:00", "outside hours", 0 * hour), ("19:00", "service hours", hour),
        ("20:00", "no target", 0 * hour), ("21:00", "time passes", hour),
    ]  # fmt: skip
    assert a.elapsed == 9 * hour


@pytest.mark.parametrize("number", [0, 2, -1])
def test_a_cycle_that_there_is_not(number):
    a = sc.assess(ticket(), EXAMPLE, at=at("2018-04-09 12:00"))
    assert a.of_cycle(1) == a
    with pytest.raises(errors.ModelError, match=f"number: there is no cycle {number} of resolve; use 1 to 1") as raised:
        a.of_cycle(number)
    assert raised.value.value is number


def test_a_breach_that_stands_is_told_under_its_own_target():
    lowered = sc.assess(changed("P1", ("2018-04-09 14:00", "P4")), under(breach="stands"), at=at("2018-04-10 10:00"))
    assert lowered.priority == "P4"
    assert lowered.explain().title.startswith("T1: incident P1, resolve within 2 hours")


def test_a_reason_must_be_known_whatever_was_agreed():
    pause = sc.Pause(start=at("2018-04-09 11:00"), reason="thrid_party")
    ticket = changed("P1", agreed={"resolve": at("2018-04-12 10:00")}, pauses=[pause])
    with pytest.raises(sc.errors.UnknownReasonError, match="thrid_party"):
        sc.assess(ticket, CHANGES, at=at("2018-04-09 12:00"))


def test_a_resolution_ends_an_open_pause_for_good():
    waits = sc.Pause(start=at("2018-04-09 10:30"), end=None, reason="third_party")
    again = sc.Reopening(resolved=at("2018-04-09 11:00"), reopened=at("2018-04-09 12:00"))
    ticket = changed("P1", pauses=[waits], reopenings=[again])
    a = sc.assess(ticket, CHANGES, at=at("2018-04-09 12:30"))
    assert (a.state, a.due, a.elapsed) == ("running", at("2018-04-09 13:30"), timedelta(hours=1))


AGREED = [
    # A target in the policy's place, which the later change to P4 does not touch: 1 day from Monday 10:00.
    ("1 day", (), "2018-04-10 10:00", "running", "2018-04-10 10:00"),
    ("1 day", (), "2018-04-10 10:00:01", "breached", "2018-04-10 10:00"),
    ("1 day", [("2018-04-09 11:00", "2018-04-09 13:00")], "2018-04-10 11:00", "running", "2018-04-10 12:00"),
    # An instant is the due date as it stands, out of hours and whatever waited.
    ("2018-04-14T12:00+01:00", [("2018-04-09 11:00", None)], "2018-04-14 12:00", "running", "2018-04-14 12:00"),
    ("2018-04-14T12:00+01:00", [("2018-04-09 11:00", None)], "2018-04-14 12:00:01", "breached", "2018-04-14 12:00"),
]


@pytest.mark.parametrize(("agreed", "waits", "now", "state", "due"), AGREED)
def test_what_was_agreed_stands_in_the_targets_place(agreed, waits, now, state, due):
    own = sc.Ticket(
        id="T1",
        priority="P1",
        opened=at("2018-04-09 10:00"),
        agreed={"resolve": agreed},
        changes=[sc.Change(at=at("2018-04-09 10:30"), field="priority", to="P4")],
        pauses=[
            sc.Pause(start=at(start), end=None if end is None else at(end), reason="third_party")
            for start, end in waits
        ],
    )
    assert sc.Ticket.from_json(own.to_json()) == own
    a = sc.assess(own, EXAMPLE, at=at(now))
    assert (a.state, a.due, a.priority) == (state, at(due), "P4")
    assert "as agreed" in str(a.explain())
    done = own.model_copy(update={"resolved": at(due)})
    assert sc.assess(done, EXAMPLE, at=at("2018-05-01 10:00")).state == "met"
    frame = pl.DataFrame(
        {"id": ["T1"], "priority": ["P1"], "opened": [own.opened.astimezone(UTC)], "agreed_resolve": [agreed]}
    )
    when = pl.Datetime("us", "UTC")
    entries = [["T1", p.start, p.end, p.reason] for p in own.pauses]
    frames = {
        "pauses": pl.DataFrame(entries, {"ticket": str, "start": when, "end": when, "reason": str}, orient="row"),
        "changes": pl.DataFrame(
            [["T1", c.at, c.field, c.to] for c in own.changes],
            {"ticket": str, "at": when, "field": str, "to": str},
            orient="row",
        ),
    }
    assert sc.report([own], EXAMPLE, at=at(now)).totals == sc.report(frame, EXAMPLE, at=at(now), **frames).totals
    row = columns.assess(frame, EXAMPLE, at=at(now), **frames).row(0, named=True)
    assert (row["sla_state"], row["sla_due"], row["sla_remaining"]) == (a.state, a.due, a.remaining)


@pytest.mark.parametrize("agreed", ["2 hours", "2018-04-09T12:00+01:00"])
@pytest.mark.parametrize("to", [None, "P4"])
def test_what_was_agreed_is_judged_where_the_policy_sets_no_such_target(agreed, to):
    policy = EXAMPLE.model_copy(update={"targets": {"incident": {"P1": {"resolve": "1 day"}, "P4": {}}}})
    changes = [] if to is None else [sc.Change(at=at("2018-04-09 10:30"), field="priority", to=to)]
    own = sc.Ticket(id="T1", priority="P1", opened=at("2018-04-09 10:00"), agreed={"respond": agreed}, changes=changes)
    cells = {"id": ["T1", "T2"], "priority": ["P1", "P1"], "opened": [own.opened.astimezone(UTC)] * 2}
    rows = [["T1", change.at, change.field, change.to] for change in changes]
    schema = {"ticket": str, "at": pl.Datetime("us", "UTC"), "field": str, "to": str}
    beside = pl.DataFrame(rows, schema, orient="row")
    frame = pl.DataFrame({**cells, "agreed_respond": [agreed, None]})
    for now, state in (("2018-04-09 12:00", "running"), ("2018-04-09 12:00:01", "breached")):
        a = sc.assess(own, policy, at=at(now), measure="respond")
        assert (a.state, a.due) == (state, at("2018-04-09 12:00"))
        one = columns.assess(frame[:1], policy, at=at(now), measure="respond", changes=beside)
        assert one["sla_state"].to_list() == [state]
        assert sc.report(frame[:1], policy, at=at(now), measure="respond", changes=beside).totals[state] == 1
        with pytest.raises(sc.errors.PolicyError, match="sets no respond target for any kind") as raised:
            columns.assess(frame, policy, at=at(now), measure="respond", changes=beside)
        assert raised.value.row == 1  # for which nothing was agreed


def test_what_cannot_be_agreed():
    for agreed, message in [
        ("soon", "agreed.resolve: the target 'soon' cannot be read"),
        ("2018-04-10", "agreed.resolve: '2018-04-10' has no time of day"),
        ("2018-04-10 10:00", "agreed.resolve: "),
        ("2018-04-08T10:00+01:00", "agreed.resolve: due as agreed at 2018-04-08T10:00:00+01:00, before it was opened"),
    ]:
        with pytest.raises(sc.SlaClockError, match=re.escape(message)):
            sc.Ticket(id="T1", priority="P1", opened=at("2018-04-09 10:00"), agreed={"resolve": agreed})


# Calendars by name, and whose policy counts

ALWAYS = sc.WorkingCalendar.parse("24/7", timezone="Europe/London")
AGREED_ON = sc.WorkingCalendar.parse("Mo-Su 07:00-22:00", timezone="Asia/Kolkata", day_rule="close-of-business")


def several(targets, **fields):
    """The example's desk as the main calendar, with two others."""
    table = {"name": "several", "calendar": desk(), "calendars": {"always": ALWAYS, "kolkata": AGREED_ON}}
    pauses = {"third_party": ["resolve"]}
    return sc.Policy.model_validate({**table, "pauses": pauses, "targets": {"incident": targets}, **fields})


def answered(tickets, policy, now):
    """The states and due dates of tickets, which a frame of them has too."""
    answers = [(a.state, a.due) for a in sc.assess_many(tickets, policy, at=now)]
    rows = [{"id": t.id, "priority": t.priority, "opened": t.opened.astimezone(UTC), **t.attributes} for t in tickets]
    frame = columns.assess(pl.DataFrame(rows, infer_schema_length=None), policy, at=now)
    assert list(zip(frame["sla_state"], frame["sla_due"], strict=True)) == answers
    return answers


def test_the_same_target_on_two_calendars():
    policy = several({"P1": {"resolve": "2 hours", "calendar": "always"}, "P2": {"resolve": "2 hours"}})
    tickets = [ticket(id=name, priority=name, opened=at("2018-04-06 16:00")) for name in ("P1", "P2")]
    dues = [due for _, due in answered(tickets, policy, at("2018-04-06 17:00"))]
    assert dues == [at("2018-04-06 18:00"), at("2018-04-09 09:30")]


def test_a_visit_counts_only_while_desk_and_school_are_open():
    term = sc.WorkingCalendar.parse(
        "Mo-Fr 08:30-15:30", timezone="Europe/London", special={"2018-05-28/2018-06-01": []}, day_rule="same-time"
    )
    main = desk(day_rule="same-time")
    targets = {"P1": {"resolve": {"within": "5 days", "calendar": "visits"}}, "P2": {"resolve": "5 days"}}
    policy = several(targets, calendar=main, calendars={"term": term, "visits": "main & term"})
    tickets = [ticket(id=name, priority=name, opened=at("2018-05-24 10:00")) for name in ("P1", "P2")]
    dues = [due for _, due in answered(tickets, policy, at("2018-05-24 10:00"))]
    assert dues == [at("2018-06-07 10:00"), at("2018-06-01 10:00")]


def test_days_and_moments_are_the_targets_calendars_and_the_answer_is_in_the_policys_zone():
    policy = several({"P1": {"resolve": {"within": "1 day", "calendar": "kolkata"}},
                      "P2": {"resolve": {"within": "1 day by 16:00", "calendar": "kolkata"}}})  # fmt: skip
    tickets = [ticket(id=name, priority=name, opened=at("2018-04-06 10:00")) for name in ("P1", "P2")]
    for a, local in zip(sc.assess_many(tickets, policy, at=at("2018-04-06 12:00")), ("22:00", "16:00"), strict=True):
        assert a.due == at(f"2018-04-07 {local}", AGREED_ON.zone)  # Saturday there, where the desk is closed
        assert a.due.tzinfo is LONDON
    answered(tickets, policy, at("2018-04-06 12:00"))


def test_the_calendar_changes_with_the_target():
    policy = several(
        {"P1": {"resolve": "2 hours", "calendar": "always"}, "P4": {"resolve": "10 hours"}},
        rules={"priority_change": "carry"},
    )
    raised = changed("P4", ("2018-04-06 18:30", "P1"), opened="2018-04-06 15:30")  # one hour of ten is used
    a = sc.assess(raised, policy, at=at("2018-04-06 19:30"))
    assert (a.calendar, a.due, a.elapsed) == ("always", at("2018-04-06 20:18"), timedelta(hours=2))
    assert a.consumed == pytest.approx(1 / 10 + 1 / 2)
    assert a.remaining == timedelta(minutes=48)


def test_an_agreed_target_has_the_calendar_that_held_at_the_opening():
    policy = several({"P1": {"resolve": "8 hours", "calendar": "always"}, "P4": {"resolve": "5 days"}})
    for first, later, due in (("P1", "P4", "2018-04-06 18:00"), ("P4", "P1", "2018-04-09 09:30")):
        agreed = changed(first, ("2018-04-06 16:10", later), opened="2018-04-06 16:00", agreed={"resolve": "2 hours"})
        a = sc.assess(agreed, policy, at=at("2018-04-06 17:00"))
        assert (a.calendar, a.due) == ("always" if first == "P1" else "main", at(due))


@pytest.mark.parametrize(
    ("attributes", "opened", "policy"),
    [
        ({"customer": "ACME"}, "2018-04-09 10:00", "acme"),
        ({"customer": "ACME"}, "2018-05-31 23:59", "acme"),
        ({"customer": "ACME"}, "2018-06-01 00:00", "acme from June"),  # of those alike the latest in force
        ({"customer": "ACME", "site": "North"}, "2018-04-09 10:00", "acme"),  # the first in the book's order
        ({"customer": "Initech", "site": "North"}, "2018-04-09 10:00", "north"),
        ({"site": "North"}, "2018-04-09 10:00", "north"),
        ({"site": "South"}, "2018-04-09 10:00", "all"),
        ({}, "2018-04-09 10:00", "all"),  # what it lacks does not fit
        ({}, "2018-03-31 23:59", None),  # before any that it fits
        ({"site": "North"}, "2018-03-31 23:59", "north"),
    ],
)
def test_whose_policy_it_is(attributes, opened, policy):
    def own(name, **fields):
        return several({"P1": {"resolve": "2 hours"}}, name=name, **fields)

    book = sc.PolicyBook([
        own("all", in_force_from="2018-04-01"),
        own("acme from June", applies_to={"customer": ["ACME"]}, in_force_from="2018-06-01"),
        own("acme", applies_to={"customer": ["ACME"]}),
        own("north", applies_to={"site": ["North"]}),
    ])  # fmt: skip
    one = ticket(priority="P1", opened=at(opened), attributes=attributes)
    now = at("2018-06-02 10:00")
    a = sc.assess(one, book, at=now)
    assert (a.policy.name if a.fits else None) == policy
    assert (a.state == "not-covered") == (policy is None)
    answered([one], book, now)
    report = sc.report([one], book, at=now)
    assert report.totals[a.state] == 1
    later = one.model_copy(update={"changes": [sc.Change(at=now, field="customer", to="ACME")]})
    assert sc.assess(later, book, at=now).policy.name == a.policy.name


# Openings, closings and working days


@pytest.mark.parametrize(
    ("asked", "opens", "next_close", "previous_open", "previous_close"),
    [
        ("Fri 16:00", "Fri 16:00", "Fri 16:30", "Fri 08:00", "Thu 17:00"),
        ("Fri 16:30", "Mon 08:00", "Mon 17:00", "Fri 08:00", "Thu 17:00"),  # strictly after, strictly before
        ("Fri 16:31", "Mon 08:00", "Mon 17:00", "Fri 08:00", "Fri 16:30"),
        ("Mon 08:00", "Mon 08:00", "Mon 17:00", "Mon 08:00", "Fri 16:30"),  # the opening itself
    ],
)
def test_openings_and_closings_about_an_instant(asked, opens, next_close, previous_open, previous_close):
    def moment(text):
        name, time = text.split()
        return at(f"2018-04-{ {'Thu': '05', 'Fri': '06', 'Mon': '09'}[name] } {time}")

    column = pl.Series([moment(asked)])
    for name, wanted in (("next_open", opens), ("next_close", next_close), ("previous_open", previous_open),
                         ("previous_close", previous_close)):  # fmt: skip
        assert getattr(desk(), name)(moment(asked)) == moment(wanted)
        assert getattr(columns, name)(column, calendar=desk())[0] == moment(wanted)


def test_where_spans_touch_nothing_ends():
    nights = sc.WorkingCalendar.parse("Mo-Tu 08:00-24:00; We 00:00-12:00", timezone="Europe/London")
    assert nights.next_close(at("2018-04-10 09:00")) == at("2018-04-11 12:00")  # over Tuesday's midnight
    assert nights.previous_open(at("2018-04-11 11:00")) == at("2018-04-10 08:00")
    with pytest.raises(sc.errors.NoWorkingTimeError):
        ALWAYS.next_close(at("2018-04-10 09:00"))


def test_working_days_by_number_and_how_many():
    good_friday, easter_monday = date(2018, 3, 30), date(2018, 4, 2)
    calendar = desk()
    assert calendar.working_day(date(2018, 3, 29), 1) == date(2018, 4, 3)
    assert calendar.working_day(date(2018, 4, 3), -1) == date(2018, 3, 29)
    assert calendar.working_day(date(2018, 4, 3), 0) == date(2018, 4, 3)
    assert calendar.working_day(good_friday, 0) == calendar.working_day(easter_monday, 0) == date(2018, 4, 3)
    assert calendar.working_days(date(2018, 3, 29), date(2018, 4, 3)) == 2  # both included
    assert calendar.working_days(good_friday, easter_monday) == 0


# What opening-hours text says in order


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("PH off; Mo-Fr 09:00-17:00", None),
        ("2021 Jul 14 10:00-12:00; 2021 Jul 1-20 off", None),
        ("Mo-Fr 09:00-17:00; Dec 24-2 off", "write Dec 24-Jan 2"),
    ],
)
def test_a_text_is_right_or_refused(text, problem):
    try:
        calendar = sc.WorkingCalendar.parse(text, timezone="Europe/London", holidays="GB-ENG")
    except sc.SlaClockError as error:
        assert problem is None or problem in str(error)
        return
    assert problem is None
    if text.startswith("PH"):
        assert calendar.is_open(at("2018-03-30 10:00"))  # the later rule replaces the earlier one on Good Friday
    else:
        assert not calendar.is_open(at("2021-07-14 11:00"))
