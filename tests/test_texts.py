"""Texts that are read by people, or read back: lengths of time, targets, hours, special days; and ends that touch."""

from __future__ import annotations

import json
import re
from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import slaclock as sc
from desk import at, desk
from slaclock import Target
from slaclock.calendar.hours import parse_day
from slaclock.calendar.special_days import DateRange
from slaclock.temporal.durations import days_text, exact_text, parse_duration, parse_length, plain_seconds, short_text
from slaclock.temporal.instants import duration_micros, to_micros
from slaclock.temporal.intervals import subtract
from slaclock.temporal.time_hints import hint_of
from slaclock.temporal.time_looks import formats_like

SECOND, MINUTE, HOUR = 1_000_000, 60_000_000, 3_600_000_000


@pytest.mark.parametrize(
    ("micros", "short", "exact"),
    [
        (0, "0 min", "0 hours"),
        (1, "0.000001 s", "0.000001 s"),
        (SECOND, "1 s", "1 second"),
        (59 * SECOND, "59 s", "59 seconds"),
        (MINUTE, "1 min", "1 minute"),
        (MINUTE + SECOND, "1 min 1 s", "61 seconds"),
        (90 * MINUTE, "1 h 30 min", "90 minutes"),
        (90 * MINUTE + SECOND // 2, "1 h 30 min", "1 h 30 m 0.5 s"),
        (HOUR, "1 h", "1 hour"),
        (HOUR + 59 * SECOND, "1 h", "3659 seconds"),
        (2_000 * HOUR, "2,000 h", "2000 hours"),
    ],
)
def test_lengths(micros, short, exact):
    assert short_text(micros) == short
    assert exact_text(micros) == exact
    if micros:
        assert short_text(-micros) == f"-{short}"


@pytest.mark.parametrize(
    "text",
    ["2 hours", "1 hour", "90 minutes", "0-2 hours", "30-90 minutes", "0.5-1.5 seconds", "< 20 wall seconds",
     "1-2 wall hours", "1 h 1.5 s", "2.25 days", "1/3 days", "1-1.5 days", "0.00000000000000000001 days",
     "1 day by 16:30:15"],
)  # fmt: skip
def test_targets_are_written_as_they_are_read(text):
    target = Target.parse(text)
    assert Target.parse(str(target)) == target
    assert repr(target) == f"Target.parse({str(target)!r})"


def test_targets_in_their_own_words():
    said = [
        str(Target.parse(text)) for text in ("60-90 minutes", "60-120 minutes", "1 h 30 s", "1 wall h 30 s", "3/2 days")
    ]
    assert said == ["60-90 minutes", "1-2 hours", "3630 seconds", "3630 wall seconds", "1.5 days"]


def test_calendars_are_written_as_they_are_read():
    given = sc.WorkingCalendar(
        timezone="Europe/London",
        hours={"mon": ["00:00-24:00"], "tue": ["08:00:30-12:00", "22:00-06:00"]},
        special={"2018-12-24": {"hours": ["08:00-12:00"], "name": "Eve"}, "2018-12-27/2018-12-28": [],
                 "2018-12-31": []},
        dated_hours=[{"from": "2018-07-01", "until": "2018-07-31", "hours": {"mon": "09:00-10:00"}},
                     {"from": "2018-09-01", "hours": {}}],
        holiday_hours="10:00-12:00",
    )  # fmt: skip
    plain = given.model_dump(mode="json")
    assert plain["hours"] == {"mon": ["00:00-24:00"], "tue": ["08:00:30-12:00", "22:00-06:00"]}
    assert plain["special"] == {
        "2018-12-24": {"hours": ["08:00-12:00"], "name": "Eve"}, "2018-12-31": [], "2018-12-27/2018-12-28": [],
    }  # fmt: skip
    assert plain["dated_hours"] == [
        {"from": "2018-07-01", "until": "2018-07-31", "hours": {"mon": ["09:00-10:00"]}},
        {"from": "2018-09-01", "hours": {}},
    ]
    assert sc.WorkingCalendar.model_validate(plain) == given
    assert given.holiday_hours == parse_day("10:00-12:00")
    assert given.model_copy(update={"holiday_hours": ("10:00-12:00",)}) == given
    assert str(DateRange(date(2018, 1, 1), date(2018, 1, 1))) == "2018-01-01"


def test_months_over_the_years_end_are_one_season():
    text = "Mo-Fr 08:00-17:00; Nov-Feb Mo 09:00-15:00"
    read = sc.WorkingCalendar.parse(text, timezone="Europe/London").model_dump(mode="json")
    assert read["seasons"] == {"11-01/02-29": {"mon": ["09:00-15:00"]}}


def test_a_closing_of_weekdays_between_two_dates_begins_with_the_first():
    text = "Mo-Fr 08:00-17:00; 2018 Apr 09-2018 Apr 30 Mo 12:00-13:00 off"
    calendar = sc.WorkingCalendar.parse(text, timezone="Europe/London")
    noons = {
        day: calendar.is_open(at(f"{day} 12:30")) for day in ("2018-03-26", "2018-04-09", "2018-04-30", "2018-05-14")
    }
    assert list(noons.values()) == [True, False, False, True]


@pytest.mark.parametrize(
    ("text", "is_read"),
    [
        ("2018 Dec 23 12:00-13:00 off; Dec 24 10:00-14:00", True),
        ("Dec 23 12:00-13:00 off; 2018 Dec 24 10:00-14:00", True),
        ("2018 Dec 24 12:00-13:00 off; Dec 24 10:00-14:00", False),
        ("2018 Dec 22-23 12:00-13:00 off; 2018 Dec 24-26 10:00-14:00", True),
        ("2018 Dec 22-24 12:00-13:00 off; 2018 Dec 24-26 10:00-14:00", False),
        ("2018 Dec 24-26 12:00-13:00 off; 2018 Dec 22-24 10:00-14:00", False),
        ("Feb 29 12:00-13:00 off; 2017 Mar 01-2020 Feb 28 10:00-14:00", True),
        ("Feb 29 12:00-13:00 off; 2017 Mar 01-2020 Mar 31 10:00-14:00", False),
        ("Dec 24 12:00-13:00 off; Mo 10:00-14:00", False),
        ("Mo 12:00-13:00 off; Dec 24 10:00-14:00", False),
        ("Dec 24 08:00-12:00; Jun-Aug Mo 09:00-15:00", True),
    ],
)
def test_what_opens_again_some_of_the_time_that_was_closed_shares_dates_with_it(text, is_read):
    with nullcontext() if is_read else pytest.raises(sc.errors.HoursError, match="that a rule before it closes"):
        sc.WorkingCalendar.parse(text, timezone="Europe/London")


def test_a_closing_leaves_the_nights_of_other_weekdays():
    text = "Mo-Fr 08:00-17:00; Mo 00:00-02:00 off; Sa 20:00-02:00"
    read = sc.WorkingCalendar.parse(text, timezone="Europe/London").model_dump(mode="json")
    assert (read["hours"]["sat"], read["closed"]) == (["20:00-02:00"], {"RRULE:FREQ=WEEKLY;BYDAY=MO": ["00:00-02:00"]})


def test_a_closing_of_every_day_recurs_daily():
    text = "Mo-Fr 08:00-17:00; Mo-Su 12:00-13:00 off"
    read = sc.WorkingCalendar.parse(text, timezone="Europe/London").model_dump(mode="json")
    assert read["closed"] == {"RRULE:FREQ=DAILY": ["12:00-13:00"]}


@pytest.mark.parametrize(
    ("text", "formats"),
    [
        ("1/13/2018", ["%m/%d/%Y"]), ("13/1/2018", ["%d/%m/%Y"]), ("12/31/2018", ["%m/%d/%Y"]),
        ("31/12/2018", ["%d/%m/%Y"]), ("12/1/2018", ["%d/%m/%Y", "%m/%d/%Y"]), ("1/12/2018", ["%d/%m/%Y", "%m/%d/%Y"]),
        ("13/13/2018", []), ("0/1/2018", []), ("1/0/2018", []), ("32/1/2018", []), ("1/32/2018", []),
        ("5/5/2018", ["%d/%m/%Y"]),
    ],
)  # fmt: skip
def test_dates_with_slashes_are_days_first_or_months_first_or_may_be_either(text, formats):
    hint = hint_of(text)
    assert (re.findall(r"'(%[^' ]*) %H:%M'", hint[1]) if hint else []) == formats


def test_forms_of_times_end_with_what_their_zones_are_written_as():
    for zone, ending in (("", ""), (" UTC", " %Z"), (" GMT", " %Z"), (" +0100", " %z"), ("+01:00", "%z"), ("Z", "%z")):
        assert formats_like(f"2018-04-09 10:00{zone}") == (f"%Y-%m-%d %H:%M{ending}",), zone


def test_forms_of_times_begin_with_the_day_of_the_week_as_it_is_written():
    assert formats_like("Mon 9 April 2018 10:00") == ("%a %d %B %Y %H:%M",)
    assert formats_like("Mon, 09 Apr 2018 10:00:00 GMT") == ("%a, %d %b %Y %H:%M:%S %Z",)


def test_days_that_are_closed_in_so_many_words():
    hours = {"mon": "08:00-17:00", "tue": "off", "wed": " Closed ", "thu": "", "fri": None, "sat": [], "sun": "OFF"}
    assert sc.WorkingCalendar(timezone="UTC", hours=hours).hours.to_text() == {"mon": ["08:00-17:00"]}


def test_the_hours_of_a_date():
    calendar = desk(special={"2018-04-10": ["10:00-11:00"], "2018-04-11": []})
    assert calendar.hours_on(date(2018, 4, 9)) == parse_day("08:00-17:00")
    assert calendar.hours_on(date(2018, 4, 10)) == parse_day("10:00-11:00")
    assert calendar.hours_on(date(2018, 4, 11)) == ()
    assert calendar.hours_on(date(2018, 4, 2)) == ()  # Easter Monday
    assert calendar.hours_on(date(2018, 4, 14)) == ()


def test_work_that_is_done_as_it_opens():
    opened = at("2018-04-09 10:00")
    assert not sc.is_breached(opened, "1 h", calendar=desk(), at=opened, done=opened)
    assert sc.subtract(opened, "1 wall hour", calendar=desk()) == at("2018-04-09 09:00")


def test_the_end_of_a_period_is_the_next_ones():
    first, second = sc.subscription_year(at("2018-04-09 10:00")).months[:2]
    assert first.end == second.start
    assert first.end not in first
    assert first.end in second
    year = sc.subscription_year(at("2018-04-09 10:00"))
    assert year.end not in year
    assert year.end in year.next


def test_years_in_the_zone_that_is_named():
    eve = datetime(2018, 3, 31, 23, 30, tzinfo=UTC)
    assert sc.subscription_year(eve, "America/New_York").label == "2017/18"
    assert sc.subscription_year(eve, "America/New_York").timezone == "America/New_York"
    assert sc.SubscriptionYear(2).previous.label == "1/02"
    assert sc.SubscriptionYear(9_998).next.label == "9999/00"


def test_holes_within_one_interval():
    assert list(subtract(((0, 10),), ((1, 2), (3, 4), (5, 6)))) == [(0, 1), (2, 3), (4, 5), (6, 10)]
    assert list(subtract(((0, 2), (4, 6), (8, 10)), ((1, 5), (9, 12)))) == [(0, 1), (5, 6), (8, 9)]
    assert subtract(((0, 1), (10, 12)), ((2, 3), (4, 5), (6, 7), (11, 12))) == ((0, 1), (10, 11))


@pytest.mark.parametrize("last", ["2999-12-30", "2999-12-31", "3000-01-01"])
def test_nights_after_a_far_closure(last):
    weekdays = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    nights = sc.WorkingCalendar(
        timezone="UTC", hours=dict.fromkeys(weekdays, "22:00-06:00"), special={f"2990-06-01/{last}": []}
    )
    start, end = datetime(2980, 1, 1, tzinfo=UTC), datetime(3020, 1, 1, tzinfo=UTC)
    open_nights = (end - start).days - (date.fromisoformat(last) - date(2990, 6, 1)).days - 1
    assert sc.elapsed(start, end, calendar=nights) == timedelta(hours=8 * (open_nights + 1) - 2 - 6)


def test_targets_in_parts_of_a_second_and_on_the_wall_clock():
    assert str(Target.parse("0.5-1.5 seconds")) == "0.5-1.5 seconds"
    assert str(Target.parse("1 wall h 30 min 0.5 s")) == "1 wall h 30 m 0.5 s"
    assert Target.parse("1-2 day") == Target.parse("1-2 days") == Target.parse("1-2 d")
    assert [days_text(Fraction(*days)) for days in ((1, 1), (5, 2), (0, 1), (10, 1), (1, 3), (100, 1))] == [
        "1 day", "2.5 days", "0 days", "10 days", "0.33 days", "100 days",
    ]  # fmt: skip


def test_lengths_are_exact_however_long():
    longest = timedelta(days=999_999_999, hours=23, minutes=59, seconds=59, microseconds=999_999)
    assert duration_micros(longest) == 86_399_999_999_999_999_999
    assert type(duration_micros(longest)) is int
    assert parse_length(timedelta(microseconds=1)) == timedelta(microseconds=1)


def test_what_remains_and_is_breached_from_the_very_start():
    opened, two = at("2018-04-09 10:00"), timedelta(hours=2)
    assert sc.remaining(opened, two, calendar=desk(), at=opened) == two
    held = [(at("2018-04-09 09:00"), at("2018-04-09 11:00"))]  # of which an hour came before it opened
    asked = {"calendar": desk(), "pauses": held}
    assert sc.remaining(opened, two, at=at("2018-04-09 12:00"), **asked) == timedelta(hours=1)
    assert not sc.is_breached(opened, two, at=at("2018-04-09 13:00"), **asked)
    assert sc.is_breached(opened, two, at=at("2018-04-09 13:01"), **asked)


def test_years_begin_by_the_date_of_their_own_zone():
    eve = datetime(2017, 12, 31, 11, tzinfo=UTC)  # 1 January, by then, in Auckland
    assert sc.subscription_year(eve, "Pacific/Auckland", (1, 1)).begins == 2018
    assert sc.subscription_year(eve - timedelta(seconds=1), "Pacific/Auckland", (1, 1)).begins == 2017
    months = sc.subscription_year(at("2018-05-09 10:00"), starts=(1, 31)).months
    assert [month.first_day.day for month in months[:4]] == [31, 28, 31, 30]


@pytest.mark.parametrize(
    ("first", "second", "fine"),
    [
        ("2018-12-24/2018-12-26", "2018-12-26/2018-12-28", False),
        ("2018-12-24/2018-12-26", "2018-12-27/2018-12-28", True),
        ("2018-12-24..2018-12-26", "2018-12-25", True),  # a date speaks before a range
    ],
)
def test_special_days_that_touch(first, second, fine):
    given = {second: [], first: []}
    if fine:
        assert len(desk(special=given).special) == 2
        return
    with pytest.raises(sc.SlaClockError, match="overlap; let only one speak"):
        desk(special=given)


def test_dated_hours_in_any_order_with_open_ends():
    calendar = desk(
        dated_hours=[
            {"from": "2018-06-01", "hours": {"mon": "12:00-13:00"}},
            {"from": "2018-04-09", "until": "2018-04-09", "hours": {"mon": "10:00-11:00"}},
            {"until": "2018-03-31", "hours": {"mon": "08:00-09:00"}},
            {"from": "2018-04-10", "until": "2018-05-31", "hours": {}},
        ]
    )
    assert [each.first for each in calendar.dated_hours] == [
        None, date(2018, 4, 9), date(2018, 4, 10), date(2018, 6, 1),
    ]  # fmt: skip
    assert sc.WorkingCalendar.model_validate(calendar.model_dump(mode="json")) == calendar
    mondays = ["1000-01-06", "2018-03-26", "2018-04-09", "2018-04-16", "2018-06-04", "9999-12-27"]
    assert [calendar.hours_on(date.fromisoformat(day)) for day in mondays] == [
        parse_day(hours)
        for hours in ("08:00-09:00", "08:00-09:00", "10:00-11:00", "", "12:00-13:00", "12:00-13:00")
    ]  # fmt: skip


def test_why_either_of_two_calendars_is_closed():
    north, south = desk(special={"2018-04-10": {"hours": [], "name": "North's day"}}), desk(
        special={"2018-04-11": {"hours": [], "name": "South's day"}}
    )  # fmt: skip
    both = north & south
    assert str(both.closed_because(at("2018-04-10 10:00"))) == "North's day (special day)"
    assert str(both.closed_because(at("2018-04-11 10:00"))) == "South's day (special day)"
    assert both.closed_because(at("2018-04-12 10:00")) is None


def test_why_a_night_is_closed():
    nights = sc.WorkingCalendar(
        timezone="UTC", hours={"mon": "22:00-06:00", "tue": "22:00-06:00"}, special={"2018-04-09": []}
    )

    def why(text):
        return str(nights.closed_because(datetime.fromisoformat(text).replace(tzinfo=UTC)))

    assert why("2018-04-09 23:00") == "special day"
    assert why("2018-04-10 00:00") == "special day"  # the night of a Monday that was closed
    assert why("2018-04-10 05:59:59.999999") == "special day"
    assert why("2018-04-10 06:00") == "outside hours"
    assert nights.closed_because(datetime(2018, 4, 10, 22, tzinfo=UTC)) is None
    first = sc.WorkingCalendar(timezone="UTC", hours={"sun": "22:00-06:00"}, special={"0001-01-01": []})
    assert str(first.closed_because(datetime(1, 1, 1, 5, tzinfo=UTC))) == "special day"
    plain = sc.WorkingCalendar(timezone="UTC", hours={"sun": "22:00-06:00", "tue": "22:00-06:00"})
    assert str(plain.closed_because(datetime(1, 1, 1, 5, tzinfo=UTC))) == "closed weekday"  # no night came before it
    second = nights.model_copy(update={"special": {"0001-01-01": {"hours": [], "name": "The first"}}})
    assert str(second.closed_because(datetime(1, 1, 2, 5, tzinfo=UTC))) == "The first (special day)"
    two = {day: {"hours": [], "name": day} for day in ("2018-04-09", "2018-04-10")}
    night = nights.model_copy(update={"special": two}).closed_because(datetime(2018, 4, 10, 5, tzinfo=UTC))
    assert str(night) == "2018-04-10 (special day)"  # a date that is special itself


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (["GB-ENG"], "GB-ENG"),
        (["GB-ENG", "FR"], ["GB-ENG", "FR"]),
        (["GB-ENG", "2018-04-10"], {"countries": ["GB-ENG"], "dates": {"2018-04-10": "holiday"}, "recurring": []}),
        (None, {}),
        ({"2018-04-10": "Staff day"}, {"2018-04-10": "Staff day"}),
        (
            {"countries": ["FR"], "recurring": [["FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=1", "Founders"]]},
            {"countries": ["FR"], "dates": {}, "recurring": [["RRULE:FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=1", "Founders"]]},
        ),
    ],
)
def test_holidays_are_written_as_they_are_read(given, text):
    holidays = sc.Holidays.parse(given)
    assert holidays.to_text() == text
    assert sc.Holidays.parse(holidays.to_text()) == holidays


def test_lengths_to_the_last_digit():
    assert (short_text(0), short_text(-1), short_text(10 * SECOND)) == ("0 min", "-0.000001 s", "10 s")
    assert [exact_text(micros) for micros in (100_000, 10 * SECOND + 1, 1_500_000)] == ["0.1 s", "10.000001 s", "1.5 s"]
    assert days_text(Fraction(20)) == "20 days"


def test_seconds_are_whole_where_they_are():
    found = [plain_seconds(timedelta(microseconds=micros)) for micros in (0, 90 * SECOND, -SECOND, 1_500_000)]
    assert found == [0, 90, -1, 1.5]
    assert [type(seconds) for seconds in found] == [int, int, int, float]


def test_bank_holidays_of_a_division_by_a_file(tmp_path):
    file = tmp_path / "bank-holidays.json"
    title = "St Andrew\u2019s Day"
    events = {name: {"events": [{"date": f"2018-11-{day}", "title": title}]} for name, day in
              (("england-and-wales", "29"), ("scotland", "30"))}  # fmt: skip
    file.write_text(json.dumps(events, ensure_ascii=False), encoding="utf-8")
    assert sc.Holidays.parse({"gov_uk": str(file)}).dates == ((date(2018, 11, 29), title),)
    assert sc.Holidays.parse({"gov_uk": str(file), "division": "scotland"}).dates == ((date(2018, 11, 30), title),)
    both = {"dates": {"2018-11-30": title}, "recurring": []}
    assert sc.Holidays.parse(both).dates == ((date(2018, 11, 30), title),)
    assert sc.Holidays.parse({"countries": ["FR"]}).countries == ("FR",)


def test_an_icalendar_file_with_a_cancelled_day_first(tmp_path):
    file = tmp_path / "days.ics"
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN",
        "BEGIN:VEVENT", "UID:1", "DTSTART;VALUE=DATE:20180410", "STATUS:CANCELLED", "END:VEVENT",
        "BEGIN:VEVENT", "UID:2", "DTSTART;VALUE=DATE:20180411", "END:VEVENT",
        "BEGIN:VEVENT", "UID:3", "DTSTART;VALUE=DATE:20180412", "DTEND;VALUE=DATE:20180412", "END:VEVENT",
        "BEGIN:VEVENT", "UID:4", "SUMMARY:Two", "DTSTART;VALUE=DATE:20180501", "DURATION:P2D", "END:VEVENT",
        "BEGIN:VEVENT", "UID:5", "SUMMARY:Old", "DTSTART;VALUE=DATE:09990601", "RRULE:FREQ=YEARLY", "END:VEVENT",
        "END:VCALENDAR", "",
    ]  # fmt: skip
    file.write_text("\r\n".join(lines), newline="")
    found = sc.Holidays.from_ical(file)
    assert found.dates == (
        (date(2018, 4, 11), "holiday"), (date(2018, 4, 12), "holiday"), (date(2018, 5, 1), "Two"),
        (date(2018, 5, 2), "Two"),
    )  # fmt: skip
    year = "\r\n".join(lines).replace("DTSTART;VALUE=DATE:20180501", "DTSTART;VALUE=DATE:20200101")
    file.write_text(year.replace("DURATION:P2D", "DTEND;VALUE=DATE:20210101"), newline="")
    assert len(sc.Holidays.from_ical(file).in_year(2020)) == 366
    assert [(str(rule), name) for rule, name in found.recurring] == [("DTSTART:09990601 RRULE:FREQ=YEARLY", "Old")]


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2018-04-09 10:00", "2018-04-09 09:00"), ("2018-12-31 16:00", "2018-12-31 16:00"),
        ("2018-01-01 00:00", "2019-01-01 00:00"), ("2018-12-31 23:59", "2019-01-02 08:01"),
        ("2018-04-09 17:00", "2018-04-10 08:00"), ("2018-04-09 08:00", "2018-04-09 17:00"),
        ("2017-12-30 12:00", "2021-01-01 12:00"), ("2018-04-09 12:00", "2018-04-16 12:00"),
    ],
)  # fmt: skip
def test_open_time_minute_by_minute(start, end):
    a, b = at(start), at(end)
    if b < a:
        with pytest.raises(sc.SlaClockError):
            sc.elapsed(a, b, calendar=desk())
        a, b = b, a
    whole = sum((span.end - span.start for span in desk().spans(a, b)), timedelta(0))
    assert sc.elapsed(a, b, calendar=desk()) == whole
    timetable = desk().timetable
    assert timetable.hours_between(to_micros(b), to_micros(a)) == -duration_micros(whole)
    hours = 0
    day = a.date()
    while day <= b.date():
        for opened, closed in desk().hours_on(day):
            midnight = datetime.combine(day, datetime.min.time())
            ends = [
                min(max(midnight + timedelta(microseconds=each), a.replace(tzinfo=None)), b.replace(tzinfo=None))
                for each in (opened, closed)
            ]
            hours += duration_micros(ends[1] - ends[0])
        day += timedelta(days=1)
    assert duration_micros(whole) == hours


@given(st.integers(-(10**17), 10**17))
def test_a_length_for_reading_is_cut_and_an_exact_one_is_read_again(micros):
    length = timedelta(microseconds=micros)
    exact, cut = sc.format_duration(length, exact=True), sc.format_duration(length)
    assert ("day" in cut, cut.startswith("-")) == (False, micros < 0)
    assert parse_duration(exact.removeprefix("-")) == abs(micros)
    at_least = parse_duration(cut.removeprefix("-").replace(",", ""))
    assert 0 <= abs(micros) - at_least < (MINUTE if at_least >= HOUR else SECOND if at_least >= SECOND else 1)


def test_a_part_of_a_second_is_written_to_its_last_digit():
    lengths = [timedelta(seconds=1.5), timedelta(microseconds=50_000), timedelta(hours=2, microseconds=1)]
    assert [sc.format_duration(length, exact=True) for length in lengths] == ["1.5 s", "0.05 s", "2 h 0.000001 s"]


def test_missing_lengths_and_what_is_none():
    assert [sc.format_duration(None), sc.format_duration(None, none="-")] == ["", "-"]
    with pytest.raises(sc.errors.ModelError, match="90 is no length of time; give a timedelta"):
        sc.format_duration(90)  # type: ignore[arg-type]


def test_lengths_of_other_libraries():
    np, pd = pytest.importorskip("numpy"), pytest.importorskip("pandas")
    long = np.timedelta64(1_000_000_000, "s"), np.timedelta64(1 << 62, "us")
    assert sc.format_duration(np.timedelta64(90, "m")) == sc.format_duration(pd.Timedelta(minutes=90)) == "1 h 30 min"
    assert [sc.format_duration(length) for length in long] == ["277,777 h 46 min", "1,281,023,894 h"]
    missing = (pd.NaT, np.timedelta64("NaT", "us"))
    assert [sc.format_duration(length, none="-") for length in missing] == ["-"] * 2
