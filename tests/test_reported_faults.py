"""The faults that service desks have reported of other clocks, each as a test of this one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

import slaclock as sc
from desk import EXAMPLE, LONDON, at, desk, pair, ticket, with_rules

THIRD = "third_party"


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def pause(start: str, end: str | None = None, reason: str = THIRD) -> sc.Pause:
    return sc.Pause(start=at(start), end=None if end is None else at(end), reason=reason)


def test_hold_time_is_not_added_by_the_wall_clock():
    held = ticket(opened=at("2018-04-06 15:00"), pauses=[pause("2018-04-06 16:00", "2018-04-09 09:00")])
    a = sc.assess(held, EXAMPLE, at=at("2018-04-09 09:30"))
    # 65 hours on hold, an hour and a half of them service hours: due at 14:00, not 12:30 plus 65 hours.
    assert a.due == at("2018-04-09 14:00")


@pytest.mark.parametrize(
    ("start", "end"), [("2018-04-06 16:30", "2018-04-09 08:00"), ("2018-04-09 17:00", "2018-04-10 08:00")]
)
def test_a_pause_over_a_night_or_a_weekend_moves_nothing(start, end):
    opened = at("2018-04-06 15:30")
    plain = sc.deadline(opened, "20 h", calendar=desk())
    assert sc.deadline(opened, "20 h", calendar=desk(), pauses=[pair(start, end)]) == plain


def test_straight_from_paused_to_resolved_the_last_hold_counts():
    done = ticket(pauses=[pause("2018-04-09 12:00")], resolved=at("2018-04-11 12:00"))
    a = sc.assess(done, EXAMPLE, at=at("2018-05-01 12:00"))
    assert (a.state, a.elapsed, a.due) == ("met", hours(2), at("2018-04-11 16:00"))


def test_a_priority_change_keeps_the_holds_before_it():
    raised = ticket(
        priority="P3",
        pauses=[pause("2018-04-09 11:00", "2018-04-09 15:00")],
        changes=[{"at": at("2018-04-09 16:00"), "field": "priority", "to": "P2"}],
    )
    before = sc.assess(raised, EXAMPLE, at=at("2018-04-09 15:30"))
    after = sc.assess(raised, EXAMPLE, at=at("2018-04-09 16:30"))
    assert (before.priority, str(before.target)) == ("P3", "0-3 days")
    assert (after.priority, after.elapsed, after.due) == ("P2", hours(2.5), at("2018-04-10 11:00"))


def test_a_priority_change_can_restart_the_clock():
    raised = ticket(priority="P3", changes=[{"at": at("2018-04-09 16:00"), "field": "priority", "to": "P2"}])
    a = sc.assess(raised, with_rules(rules={"priority_change": "restart"}), at=at("2018-04-09 16:30"))
    assert (a.started, a.elapsed, a.due) == (at("2018-04-09 16:00"), hours(0.5), at("2018-04-10 13:00"))


def test_a_lunch_break_does_not_count():
    calendar = sc.WorkingCalendar.parse("Mo-Fr 09:00-12:00,13:00-17:00", timezone="Europe/London")
    assert sc.deadline(at("2018-04-10 11:00"), "2 h", calendar=calendar) == at("2018-04-10 14:00")
    assert sc.elapsed(at("2018-04-10 12:15"), at("2018-04-10 12:45"), calendar=calendar) == hours(0)


@pytest.mark.parametrize(
    ("opened", "due"),
    [
        ("2018-04-09 20:00", "2018-04-10 10:00"),  # in the evening
        ("2018-04-10 06:00", "2018-04-10 10:00"),  # before opening
        ("2018-04-07 12:00", "2018-04-09 10:00"),  # on a Saturday
        ("2018-05-07 12:00", "2018-05-08 10:00"),  # on a bank holiday
        ("2018-03-30 12:00", "2018-04-03 10:00"),  # at Easter, with four closed days in a row
    ],
)
def test_opened_out_of_hours_or_on_a_holiday(opened, due):
    assert sc.deadline(at(opened), "2 h", calendar=desk()) == at(due)


def test_a_week_with_a_working_day_missing():
    calendar = desk(special={"2018-04-11": []})
    assert sc.deadline(at("2018-04-10 16:00"), "2 h", calendar=calendar) == at("2018-04-12 09:00")
    assert sc.deadline(at("2018-04-10 08:00"), "2 days", calendar=calendar) == at("2018-04-12 17:00")


def test_a_deadline_does_not_depend_on_the_zone_it_is_asked_in():
    opened = at("2018-04-09 16:30")
    for zone in ("America/New_York", "Asia/Tokyo", "UTC"):
        due = sc.deadline(opened.astimezone(ZoneInfo(zone)), "2 h", calendar=desk())
        assert due == at("2018-04-10 09:30")
        assert due.tzinfo is LONDON


def test_one_day_is_not_24_open_hours():
    assert sc.deadline(at("2018-04-09 08:00"), "1 day", calendar=desk()) == at("2018-04-09 17:00")


@pytest.mark.parametrize(("day", "length"), [("2018-03-25", 23), ("2018-10-28", 25)])
def test_a_day_of_23_or_25_hours(day, length):
    calendar = sc.WorkingCalendar.parse("24/7", timezone="Europe/London")
    midnight = at(f"{day} 00:00")
    due = sc.deadline(midnight, "1 day", calendar=calendar)
    assert sc.elapsed(midnight, due, calendar=calendar) == hours(length)
    assert due.hour == due.minute == 0
    assert due.day == midnight.day + 1


def test_python_would_subtract_these_by_the_wall_clock():
    calendar = sc.WorkingCalendar.parse("24/7", timezone="Europe/London")
    before, after = at("2018-03-25 00:30"), at("2018-03-25 02:30")
    assert after - before == hours(2)  # Python, within one tzinfo
    assert sc.elapsed(before, after, calendar=calendar) == hours(1)


def test_both_hours_of_an_ambiguous_time_are_told_apart():
    calendar = sc.WorkingCalendar.parse("24/7", timezone="Europe/London")
    first = datetime(2018, 10, 28, 1, 30, tzinfo=LONDON)
    assert sc.elapsed(first, first.replace(fold=1), calendar=calendar) == hours(1)


def test_hours_that_differ_by_weekday():
    assert sc.elapsed(at("2018-04-09 00:00"), at("2018-04-14 00:00"), calendar=desk()) == hours(44.5)
    assert sc.deadline(at("2018-04-12 16:00"), "9 h", calendar=desk()) == at("2018-04-13 16:00")
    assert sc.deadline(at("2018-04-12 16:00"), "10 h", calendar=desk()) == at("2018-04-16 08:30")


def test_a_reopened_ticket_goes_on_where_it_stopped():
    reopened = ticket(reopenings=[{"resolved": at("2018-04-09 12:00"), "reopened": at("2018-04-11 09:00")}])
    between = sc.assess(reopened, EXAMPLE, at=at("2018-04-10 12:00"))
    assert (between.state, between.elapsed) == ("met", hours(2))
    after = sc.assess(reopened, EXAMPLE, at=at("2018-04-11 10:00"))
    assert (after.state, after.elapsed, after.due) == ("running", hours(3), at("2018-04-11 13:00"))
    fresh = sc.assess(reopened, with_rules(rules={"reopening": "restart"}), at=at("2018-04-11 10:00"))
    assert (fresh.elapsed, fresh.due) == (hours(1), at("2018-04-11 15:00"))


def test_a_third_party_stops_resolution_and_not_response():
    policy = with_rules(targets={"incident": {"P2": {"respond": "1 hour", "resolve": "6 hours"}}})
    held = ticket(pauses=[pause("2018-04-09 10:15")])
    assert sc.assess(held, policy, at=at("2018-04-09 11:30")).state == "paused"
    assert sc.assess(held, policy, at=at("2018-04-09 11:30"), measure="respond").state == "breached"


def test_a_resolution_is_a_response_where_none_was_recorded():
    policy = with_rules(targets={"incident": {"P2": {"respond": "1 hour"}}})
    done = ticket(resolved=at("2018-04-09 10:40"))
    assert sc.assess(done, policy, at=at("2018-04-10 12:00"), measure="respond").state == "met"


def test_excluded_and_not_covered_are_said_so():
    policy = with_rules(coverage=[{"from": "2018-04-01", "until": "2019-03-31"}])
    toner = sc.assess(ticket(category="consumables"), policy, at=at("2018-04-10 12:00"))
    assert (toner.state, toner.due, toner.remaining, toner.consumed) == ("excluded", None, None, None)
    assert "toner" in str(toner.explain())
    early = ticket(opened=at("2018-03-31 23:59"))
    assert sc.assess(early, policy, at=at("2018-04-10 12:00")).state == "not-covered"
    assert sc.assess(ticket(opened=at("2018-04-01 00:00")), policy, at=at("2018-04-10 12:00")).state == "breached"


def test_work_done_before_a_window_is_no_breach():
    done = ticket(priority="P4", resolved=at("2018-04-09 11:00"))
    a = sc.assess(done, EXAMPLE, at=at("2018-04-10 12:00"))
    assert (a.state, a.expected_from) == ("met", sc.deadline(done.opened, "3 days", calendar=desk()))


def test_the_policy_of_the_year_in_which_a_ticket_opened_judges_it():
    old = with_rules(name="old")
    new = with_rules(name="new", in_force_from="2018-04-01", targets={"incident": {"P2": {"resolve": "1 hour"}}})
    book = sc.PolicyBook([new, old])
    # Half past eleven at night in UTC is half past midnight on 1 April in London, in summer time.
    last = datetime(2018, 3, 31, 22, 59, tzinfo=UTC)
    first = datetime(2018, 3, 31, 23, 30, tzinfo=UTC)
    assert (book.at(last).name, book.at(first).name) == ("old", "new")
    a = sc.assess(ticket(opened=first), book, at=at("2018-04-03 09:30"))
    assert (a.state, a.due) == ("breached", at("2018-04-03 09:00"))
