"""Seasons, and closures of times: what a calendar says of them, reads and refuses."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

import slaclock as sc
from desk import at, desk, with_rules
from slaclock import errors
from slaclock import strategies as drawn
from slaclock.calendar.hours import day_text
from slaclock.calendar.special_days import special_to_text
from slaclock.temporal.instants import DAY, HOUR, to_micros
from slaclock.tickets.clock_parts import ClockPart
from slaclock.tickets.ledger import CLOSED_MONTHS, rows_of

WHOLE = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)


def hours(calendar, *days):
    return [", ".join(day_text(calendar.hours_on(date.fromisoformat(day)))) for day in days]


# Seasons


def test_a_season_speaks_of_the_weekdays_that_it_names_every_year():
    calendar = desk(seasons={"07-01/08-31": {"mon": ["09:00-15:00"], "wed": []}})
    monday, tuesday, wednesday = "2018-08-06", "2018-08-07", "2018-08-08"
    assert hours(calendar, monday, tuesday, wednesday) == ["09:00-15:00", "08:00-17:00", ""]
    assert hours(calendar, "2018-06-25", "2018-07-02", "2018-09-03", "9000-07-07") == [
        "08:00-17:00", "09:00-15:00", "08:00-17:00", "09:00-15:00",
    ]  # fmt: skip
    assert str(calendar.closed_because(at("2018-08-08 10:00"))) == "07-01/08-31 (season)"


def test_a_season_that_closes_a_day_is_named():
    calendar = desk(
        seasons={"07/08": {"wed": [], "sat": []}, "12-28/01-03": {"mon": [], "tue": []}},
        special={"2018-08-15": {"hours": [], "name": "Stocktaking"}},
    )

    def why(moment):
        return str(calendar.closed_because(at(moment)))

    assert why("2018-08-08 10:00") == why("2018-08-08 23:00") == "07-01/08-31 (season)"
    assert why("2018-08-07 23:00") == "outside hours"
    assert why("2018-08-11 10:00") == "weekend"  # closed anyway
    assert why("2018-08-15 10:00") == "Stocktaking (special day)"
    assert why("2018-12-31 10:00") == "12-28/01-03 (season)"
    assert why("2019-01-01 10:00") == "New Year's Day (holiday)"
    ticket = sc.Ticket(id="1", priority="P1", opened=at("2018-08-07 16:00"))
    ledger = sc.assess(ticket, with_rules(calendar=calendar), at=at("2018-08-09 12:00")).explain()
    assert [row.why for row in ledger] == ["service hours", "outside hours", "07-01/08-31 (season)", "outside hours",
                                           "service hours"]  # fmt: skip


def test_a_season_that_closes_a_night_is_named_until_its_end():
    night = sc.WorkingCalendar.parse(
        "Mo-Fr 22:00-06:00", timezone="Europe/London", seasons={"07/08": {"mon": [], "tue": ["10:00-12:00"]}}
    )
    said = {moment: str(night.closed_because(at(f"2018-08-{moment}"))) for moment in
            ("06 05:00", "06 23:00", "07 05:59", "07 06:00", "07 13:00")}  # fmt: skip
    assert said == {
        "06 05:00": "07-01/08-31 (season)", "06 23:00": "07-01/08-31 (season)", "07 05:59": "07-01/08-31 (season)",
        "07 06:00": "outside hours", "07 13:00": "outside hours",
    }  # fmt: skip


def test_a_season_stands_between_holidays_and_dated_hours():
    calendar = desk(
        seasons={"08": {"mon": ["09:00-15:00"], "tue": ["09:00-15:00"]}},
        dated_hours=[
            {"from": "2018-08-01", "until": "2018-08-31", "hours": {"mon": "06:00-07:00", "wed": "06:00-07:00"}}
        ],
        special={"2018-08-14": ["10:00-12:00"]},
    )
    assert hours(calendar, "2018-08-27", "2018-08-06", "2018-08-07", "2018-08-08", "2018-08-14") == [
        "", "09:00-15:00", "09:00-15:00", "06:00-07:00", "10:00-12:00",
    ]  # fmt: skip


def test_a_season_may_run_over_the_years_end_and_begin_or_end_on_leap_day():
    winter = desk(seasons={"12-24/01-02": {"mon": [], "wed": []}, "02-29/02-29": {"thu": ["10:00-11:00"]}})
    assert hours(winter, "2018-12-31", "2019-01-02", "2019-01-07") == ["", "", "08:00-17:00"]
    assert hours(winter, "2024-02-29", "2018-03-01") == ["10:00-11:00", "08:00-17:00"]
    spring = desk(seasons={"02-29/06-30": {"thu": ["10:00-11:00"]}, "01/02-28": {"wed": []}})
    assert hours(spring, "2018-03-01", "2018-02-28", "2024-02-28", "2024-02-29") == [
        "10:00-11:00",
        "",
        "",
        "10:00-11:00",
    ]


@pytest.mark.parametrize(
    ("seasons", "message"),
    [
        ({"07/08": {"mon": []}, "08-31/09-01": {"mon": "9:00-10:00"}}, "both speak of a Monday on 08-31; end the one"),
        ({"12-24/01-02": {"mon": []}, "01-02/01-05": {"mon": []}}, "both speak of a Monday on 01-02"),
        ({"02-30": {"mon": []}}, "seasons.02-30: '02-30' is no date of every year; write month and day"),
        ({"13": {"mon": []}}, "'13' is no date of every year"),
        ({"July": {"mon": []}}, "'July' is no date of every year"),
        ({"07": {}}, "seasons.07: the season speaks of no weekday; give some weekdays hours, or none"),
        ({"07": {"funday": []}}, "seasons.07.funday: 'funday' is not a weekday"),
        ({"07": "Mo-Fr"}, "seasons.07: 'Mo-Fr' is not a table of weekly hours"),
        ({7: {"mon": []}}, "seasons.7: 7 is no season; write its dates like 07-01/08-31"),
        (["07"], "is not a table of seasons; write it like"),
    ],
)
def test_seasons_that_cannot_be_read(seasons, message):
    with pytest.raises(errors.HoursError, match=message):
        desk(seasons=seasons)


def test_equal_seasons_are_equal_however_they_are_written():
    one = desk(seasons={"07/08": {"Monday": "9:00-15:00"}, "07-01..08-31": {"sat": None}})
    two = desk(seasons={"07-01/08-31": {"mon": ["09:00-15:00"], "sat": []}})
    assert one == two
    assert hash(one) == hash(two)
    assert one != desk(seasons={"07-01/08-31": {"mon": ["09:00-15:00"]}})


# Closures


def test_a_closure_closes_its_time_whichever_day_opened_it():
    calendar = sc.WorkingCalendar(
        timezone="Europe/London",
        hours={"mon": "22:00-06:00", "tue": ["04:00-09:00", "10:00-17:00"]},
        closed={"2018-04-10": {"hours": ["02:00-05:00", "14:00-16:00"], "name": "Inset"}},
    )
    spans = [f"{a:%a %H:%M}-{b:%H:%M}" for a, b in calendar.spans(at("2018-04-09 00:00"), at("2018-04-11 00:00"))]
    assert spans == ["Mon 22:00-02:00", "Tue 05:00-09:00", "Tue 10:00-14:00", "Tue 16:00-17:00"]
    assert hours(calendar, "2018-04-10") == ["05:00-09:00, 10:00-14:00, 16:00-17:00"]
    assert calendar.hours_on(date(2018, 4, 9)) == ((22 * HOUR, 26 * HOUR), (29 * HOUR, 30 * HOUR))
    assert str(calendar.closed_because(at("2018-04-10 03:00"))).startswith("Inset")
    assert str(calendar.closed_because(at("2018-04-10 15:00"))).startswith("Inset")
    assert str(calendar.closed_because(at("2018-04-10 09:30"))) == "outside hours"
    # The hour from 5 to 6 is still Monday's.
    assert sc.elapsed_days(at("2018-04-10 05:00"), at("2018-04-10 06:00"), calendar=calendar) * 5 == 1


def test_closures_are_written_as_they_may_be_given():
    closed = {"2018-04-10": {"hours": ["09:00-10:00"], "name": "Drill"}, "2018-04-11": ["09:00-10:00"]}
    assert desk().model_copy(update={"closed": closed}).model_dump(mode="json")["closed"] == closed


def test_a_closure_names_itself_only_where_it_takes_something():
    calendar = desk(closed={"2018-04-09/2018-04-16": {"hours": "16:00-20:00", "name": "Inset"}})
    assert str(calendar.closed_because(at("2018-04-09 16:30"))).startswith("Inset")
    assert str(calendar.closed_because(at("2018-04-09 18:00"))) == "outside hours"
    assert str(calendar.closed_because(at("2018-04-14 16:30"))) == "weekend"


def test_a_day_of_which_closures_leave_nothing_is_no_working_day():
    calendar = desk(closed={"2018-04-09": ["07:00-12:30", "12:00-17:00"]})
    assert not calendar.is_working_day(date(2018, 4, 9))
    assert sc.deadline(at("2018-04-06 16:00"), "1 day", calendar=calendar) == at("2018-04-10 16:28:14.117648")


def test_closures_recur_and_have_zones():
    calendar = desk(
        closed={
            "FREQ=WEEKLY;BYDAY=TU": ["12:00-13:00"],
            "--04-12": ["09:00-10:00"],
            "2018-04-11": {"hours": "12:00-13:00", "timezone": "UTC"},
        }
    )
    assert hours(calendar, "2018-04-10", "2018-04-12", "2019-04-12", "2018-04-11") == [
        "08:00-12:00, 13:00-17:00", "08:00-09:00, 10:00-17:00", "08:00-09:00, 10:00-16:30", "08:00-13:00, 14:00-17:00",
    ]  # fmt: skip
    lunchless = desk(seasons={"07": {"fri": []}})
    assert sc.elapsed(*WHOLE, calendar=lunchless) > sc.elapsed(*WHOLE, calendar=calendar)


def test_a_closure_of_the_hour_that_the_clocks_skip_closes_nothing():
    sunday = at("2018-03-25 00:00"), at("2018-03-25 06:00")
    closed = {"2018-03-25": "01:00-02:00", "2018-03-18": "01:00-02:00"}
    nights = sc.WorkingCalendar(timezone="Europe/London", hours={"sun": "00:00-06:00"}, closed=closed)
    assert sc.elapsed(*sunday, calendar=nights) == timedelta(hours=5)
    assert sc.elapsed(at("2018-03-18 00:00"), at("2018-03-18 06:00"), calendar=nights) == timedelta(hours=5)
    assert nights.closed_because(at("2018-03-18 01:30")) is not None


@pytest.mark.parametrize(
    ("closed", "message"),
    [
        ({"2026-05-12": []}, "2026-05-12: the closure has no times; write them like 14:00-16:00"),
        ({"2026-05-12": "14-16"}, "closed.2026-05-12: '14-16' is not a span of hours"),
        ({"2026-05-12": {"times": "14:00-16:00"}}, "a closure has 'times'; give only hours, name and timezone"),
        ({"2026-05-12": {"hours": "14:00-16:00", "name": 5}}, "12.name: the name of a closure is 5; give a text"),
        ({"2026-05-12": {"hours": "14:00-16:00", "timezone": "Mars"}}, "there is no time zone 'Mars'"),
        ({"May": "14:00-16:00"}, "closed.May: 'May' is not a date"),
        ({"--05": {"hours": "1:00-2:00"}, "FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=" + ",".join(map(str, range(1, 32))):
          {"hours": "1:00-2:00", "name": "x"}}, "stands twice, with different names or time zones; keep one"),
        (["2026-05-12"], "is not a table of closures"),
    ],
)  # fmt: skip
def test_closures_that_cannot_be_read(closed, message):
    with pytest.raises(errors.SlaClockError, match=message):
        desk(closed=closed)


def test_the_ledger_breaks_where_a_closure_does():
    calendar = sc.WorkingCalendar.parse(
        "Mo-Fr 08:00-12:00,13:00-17:00",
        timezone="Europe/London",
        closed={"2018-04-09": {"hours": "11:00-23:00", "name": "Inset"}},
    )
    policy = sc.Policy.example().model_copy(update={"calendar": calendar | sc.WorkingCalendar(timezone="UTC")})
    ticket = sc.Ticket(id="T1", priority="P1", opened=at("2018-04-09 10:00"))
    rows = sc.assess(ticket, policy, at=at("2018-04-10 09:00")).explain().rows
    assert [(f"{row.start:%H:%M}", row.why.partition(" (")[0]) for row in rows] == [
        ("10:00", "service hours"), ("11:00", "Inset"), ("12:00", "outside hours"), ("13:00", "Inset"),
        ("17:00", "outside hours"), ("08:00", "service hours"),
    ]  # fmt: skip


@given(drawn.any_calendars(rules=False), drawn.instants(), st.integers(1, 6), st.data())
def test_a_closed_row_of_a_ledger_has_one_reason_all_along(calendar, start, days, data):
    first = to_micros(start)
    for row in rows_of([ClockPart(first, first + days * DAY, calendar)], calendar.zone):
        if row.kind == "closed" and row.why != CLOSED_MONTHS:
            a, b = to_micros(row.start), to_micros(row.end)
            moments = [a, b - 1, *data.draw(st.lists(st.integers(a, b - 1), max_size=3))]
            assert {str(calendar.closure(moment)) for moment in moments} == {row.why}


def test_recurring_special_days_are_all_tables_where_one_has_a_name():
    own = {"FREQ=WEEKLY;BYDAY=MO": {"hours": "10:00-12:00", "name": "Late"}, "FREQ=WEEKLY;BYDAY=TU": []}
    calendar = sc.WorkingCalendar(timezone="Europe/London", hours="Mo-Fr 08:00-17:00", special=own)
    written = special_to_text(calendar.special)
    assert list(written.values()) == [{"hours": ["10:00-12:00"], "name": "Late"}, {"hours": [], "name": ""}]
    assert sc.WorkingCalendar.from_json(calendar.to_json()) == calendar
