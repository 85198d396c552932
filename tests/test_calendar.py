"""The working calendar: what it reads, what it says of a day, and what it is as a value."""

from __future__ import annotations

import json
import pickle
import threading
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import slaclock as sc
from desk import LONDON, at, desk
from slaclock import errors
from slaclock.calendar.base import Closure
from slaclock.temporal.instants import from_micros

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
GOV_UK = SHARED / "gov-uk-bank-holidays.json"


def spans(calendar, start, end):
    return [(f"{s.start:%a %H:%M}", f"{s.end:%a %H:%M}") for s in calendar.spans(at(start), at(end))]


# A value


def test_equal_calendars_are_equal_hash_alike_and_share_a_set():
    one = sc.WorkingCalendar(
        timezone="Europe/London",
        hours={"mon": ["08:00-12:00", "12:00-17:00"], "tue": "9:00-17:00"},
        special={"2026-12-24": ["08:00-12:00"], date(2026, 12, 29): []},
    )
    two = sc.WorkingCalendar(
        timezone=LONDON,
        hours={"Tuesday": ["09:00-17:00"], "Mo": "08:00-17:00"},
        special={"2026-12-29": None, "2026-12-24": "08:00-12:00"},
    )
    one.is_open(at("2026-12-24 09:00"))  # the tables are no part of the value
    assert one == two
    assert len({one, two}) == 1
    assert one != desk()


def test_a_calendar_cannot_be_changed_and_its_copies_are_checked():
    calendar = desk()
    with pytest.raises(ValueError, match="frozen"):
        calendar.timezone = "UTC"  # type: ignore[misc]
    assert calendar.is_open(at("2018-04-05 16:45"))
    assert not calendar.model_copy(update={"hours": {"thu": "08:00-16:00"}}).is_open(at("2018-04-05 16:45"))
    with pytest.raises(errors.UnknownZoneError):
        calendar.model_copy(update={"timezone": "Mars/Olympus"})


def test_a_pickled_calendar_is_equal_and_leaves_its_tables_behind():
    calendar = desk(special={"FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24": ["08:00-12:00"]})
    empty = len(pickle.dumps(calendar))
    calendar.is_open(at("2018-04-05 16:45"))
    assert len(pickle.dumps(calendar)) == empty
    thawed = pickle.loads(pickle.dumps(calendar))
    assert thawed == calendar
    assert thawed.is_open(at("2018-04-05 16:45"))


RICH = {
    "special": {
        "2026-12-24": {"hours": ["08:00-12:00"], "name": "Christmas Eve"},
        "2026-12-29/2026-12-31": [],
        "DTSTART:20260105 RRULE:FREQ=WEEKLY;INTERVAL=2": ["22:00-06:00"],
    },
    "dated_hours": [{"from": "2026-07-01", "until": "2026-08-31", "hours": {"mon": "09:00-15:00"}}],
    "holiday_hours": ["10:00-12:00"],
    "day_rule": "fixed-hours",
    "day_length": "7 h 30 min",
    "after_hours": "same-date",
}


@pytest.mark.parametrize(
    "fields",
    [{}, RICH, {"cutoff": "15:00"}, {"holidays": ["GB-ENG", "2026-11-30"]}, {"holidays": {"2026-11-30": "St Andrew"}}],
)
def test_a_calendar_round_trips_through_json(fields):
    calendar = sc.WorkingCalendar(
        timezone="Europe/London", hours={"mon": "08:00-17:00", "sun": "20:00-24:00"}, **fields
    )
    assert sc.WorkingCalendar.model_validate(json.loads(calendar.model_dump_json())) == calendar
    assert sc.WorkingCalendar.model_validate_json(calendar.model_dump_json()) == calendar


def test_a_cut_off_is_a_field_like_others():
    calendar = desk(cutoff="15:00")
    assert calendar.cutoff == time(15)
    for alike in (desk(cutoff=time(15)), desk(cutoff=" 15:00:00 "), desk().model_copy(update={"cutoff": "15:00"})):
        assert (alike, hash(alike), repr(alike)) == (calendar, hash(calendar), repr(calendar))
    assert calendar != desk()
    assert calendar != desk(cutoff="15:00:01")
    assert desk(cutoff=None) == desk()
    assert repr(calendar).endswith("cutoff='15:00')")
    assert pickle.loads(pickle.dumps(calendar)) == calendar
    assert json.loads(desk(cutoff="09:05:30").to_json())["cutoff"] == "09:05:30"
    assert "<dd>15:00</dd>" in calendar._repr_html_()
    assert "cut-off" not in desk()._repr_html_()


def test_a_combined_calendar_has_the_left_ones_cut_off():
    late, lunch = desk(cutoff="15:00"), sc.WorkingCalendar.parse("Mo-Fr 12:00-13:00", timezone="UTC", cutoff="09:00")
    thursday = at("2018-04-05 15:00")
    for calendar in (late - lunch, late & late, late | lunch):
        assert sc.deadline(thursday, "1 day by close", calendar=calendar) == at("2018-04-09 17:00")
    assert sc.deadline(thursday, "1 day by close", calendar=desk() - lunch) == at("2018-04-06 16:30")


# Hours, special days, holidays


def test_spans_are_merged_clipped_and_in_order():
    calendar = sc.WorkingCalendar.parse("Mo-Fr 08:00-12:00,12:00-17:00; Sa 22:00-24:00; Su 00:00-02:00", timezone="UTC")
    found = list(calendar.spans(datetime(2018, 4, 6, 9, tzinfo=UTC), datetime(2018, 4, 9, 9, tzinfo=UTC)))
    assert [(f"{s.start:%a %H:%M}", f"{s.end:%a %H:%M}") for s in found] == [
        ("Fri 09:00", "Fri 17:00"), ("Sat 22:00", "Sun 02:00"), ("Mon 08:00", "Mon 09:00"),
    ]  # fmt: skip


def test_a_night_span_owns_what_it_shares_with_the_next_day():
    calendar = sc.WorkingCalendar(timezone="Europe/London", hours={"mon": "22:00-06:00", "tue": "04:00-08:00"})
    assert spans(calendar, "2018-04-09 00:00", "2018-04-11 00:00") == [("Mon 22:00", "Tue 08:00")]
    tuesday = (at("2018-04-10 06:00"), at("2018-04-10 08:00"))
    assert sc.elapsed_days(at("2018-04-09 00:00"), tuesday[0], calendar=calendar) == 1
    assert sc.elapsed_days(*tuesday, calendar=calendar) == 1


def days_of(calendar, first, last):
    """The spans of each working day."""
    days = {}
    for number in range(date.fromisoformat(first).toordinal(), date.fromisoformat(last).toordinal() + 1):
        opened = [
            [f"{from_micros(at, calendar.zone):%a %H:%M}" for at in span]
            for span in calendar.timetable.date_spans(number)
        ]
        if opened:
            days[f"{date.fromordinal(number):%a}"] = [f"{a}-{b}" for a, b in opened]
    return days


def test_a_union_leaves_the_left_calendar_its_own_day():
    def parse(text):
        return sc.WorkingCalendar.parse(text, timezone="Europe/London")

    def joined(left, right):
        return days_of(parse(left) | parse(right), "2018-04-08", "2018-04-12")

    early = joined("Tu 05:00-06:00", "Mo 22:00-06:00")
    assert early == {"Mon": ["Mon 22:00-Tue 05:00"], "Tue": ["Tue 05:00-Tue 06:00"]}
    assert joined("Mo 22:00-06:00", "Tu 05:00-08:00") == {
        "Mon": ["Mon 22:00-Tue 06:00"],
        "Tue": ["Tue 06:00-Tue 08:00"],
    }
    # What is left of the night once the next day has begun is that day's, as the spans of a day lie in a row.
    assert joined("Tu 03:00-04:00", "Mo 22:00-06:00") == {
        "Mon": ["Mon 22:00-Tue 03:00"],
        "Tue": ["Tue 03:00-Tue 06:00"],
    }
    night = parse("Mo 22:00-06:00") - parse("Tu 02:00-04:00")
    assert days_of(night | parse("Tu 02:30-03:00"), "2018-04-08", "2018-04-12") == {
        "Mon": ["Mon 22:00-Tue 02:00", "Tue 02:30-Tue 03:00", "Tue 04:00-Tue 06:00"]
    }


def test_a_span_in_a_gap_of_the_clocks_is_dropped():
    calendar = sc.WorkingCalendar(timezone="Europe/London", hours={"sun": ["01:30-02:00", "03:00-04:00"]})
    assert spans(calendar, "2018-03-25 00:00", "2018-03-26 00:00") == [("Sun 03:00", "Sun 04:00")]


def test_spans_that_the_clocks_bring_together_are_one():
    calendar = sc.WorkingCalendar(timezone="Europe/London", hours={"sun": ["00:30-01:00", "02:00-03:00"]})
    assert spans(calendar, "2018-03-25 00:00", "2018-03-26 00:00") == [("Sun 00:30", "Sun 03:00")]
    assert calendar.next_close(at("2018-03-25 00:45")) == at("2018-03-25 03:00")


def test_spans_that_the_clocks_lay_over_one_another_count_once_and_one_that_they_empty_is_no_working_day():
    over = sc.WorkingCalendar(timezone="Europe/London", hours={"sun": ["00:30-01:45", "02:15-03:00"]})
    assert str(sc.elapsed(at("2018-03-25 00:00"), at("2018-03-25 04:00"), calendar=over)) == "1:30:00"
    empty = sc.WorkingCalendar(timezone="Europe/London", hours={"sun": ["01:30-02:30"]})
    assert empty.working_days(date(2018, 3, 19), date(2018, 4, 2)) == 1
    assert spans(empty, "2018-03-25 00:00", "2018-03-26 00:00") == []


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Pacific/Kiritimati"])
def test_hours_of_the_last_and_the_first_days_are_known_beside_closures(zone):
    closed = {"9999-12-31": ["22:00-24:00"], "0001-01-01": ["00:00-02:00"]}
    calendar = sc.WorkingCalendar(timezone=zone, hours="Mo-Su 08:00-24:00", closed=closed)
    hours = 3600 * 10**6
    assert calendar.hours_on(date(9999, 12, 31)) == ((8 * hours, 22 * hours),)
    assert calendar.hours_on(date(9999, 12, 30)) == calendar.hours_on(date(1, 1, 1)) == ((8 * hours, 24 * hours),)


def test_special_day_outranks_holiday_outranks_dated_hours_outranks_hours():
    calendar = desk(
        special={"2018-05-07": ["10:00-12:00"], "2018-05-07/2018-05-09": [], "FREQ=DAILY;BYMONTH=5": ["06:00-07:00"]},
        dated_hours=[{"from": "2018-08-01", "until": "2018-08-31", "hours": {"mon": "09:00-10:00"}}],
    )
    assert spans(calendar, "2018-05-07 00:00", "2018-05-08 00:00") == [("Mon 10:00", "Mon 12:00")]
    assert spans(calendar, "2018-05-08 00:00", "2018-05-09 00:00") == []
    assert spans(calendar, "2018-05-28 00:00", "2018-05-29 00:00") == [("Mon 06:00", "Mon 07:00")]
    assert spans(calendar, "2018-08-20 00:00", "2018-08-22 00:00") == [("Mon 09:00", "Mon 10:00")]
    assert spans(calendar, "2018-08-27 00:00", "2018-08-28 00:00") == []  # the bank holiday
    assert spans(calendar, "2018-09-03 00:00", "2018-09-04 00:00") == [("Mon 08:00", "Mon 17:00")]


def test_recurrences_of_rfc_5545():
    calendar = desk(
        special={
            "DTSTART:20180103 RRULE:FREQ=WEEKLY;INTERVAL=2": ["08:00-12:00"],  # every other Wednesday
            "FREQ=MONTHLY;BYDAY=-1FR": [],  # the last Friday
            "DTSTART:20180102 RRULE:FREQ=DAILY;COUNT=1": [],
        }
    )
    assert [calendar.is_open(at(f"2018-01-{day} 14:00")) for day in ("03", "10", "17", "24")] == [
        False,
        True,
        False,
        True,
    ]
    assert not calendar.is_working_day(date(2018, 1, 26))
    assert calendar.is_working_day(date(2018, 1, 19))
    assert not calendar.is_working_day(date(2018, 1, 2))
    # The same far away: the rule still counts its fortnights from 2018.
    far = [
        day
        for day in range(1, 29)
        if calendar.hours_on(date(9000, 1, day)) and (date(9000, 1, day) - date(2018, 1, 3)).days % 14 == 0
    ]
    assert all(
        calendar.hours_on(date(9000, 1, day))[0][1] == 12 * 3_600_000_000
        for day in far
        if date(9000, 1, day).weekday() == 2
    )


@pytest.mark.parametrize(
    ("text", "open_at", "closed_at"),
    [
        ("24/7", ["2018-04-07 03:00"], []),
        (" 24/7 ", ["2018-04-07 03:00"], []),
        ("Mo-Fr 08:00-17:00; Dec 24 off; PH off", ["2018-04-10 09:00"], ["2018-12-24 09:00", "2018-05-07 09:00"]),
        ("24/7; We off", ["2018-04-10 03:00"], ["2018-04-11 03:00"]),
        ("Mo-Fr 08:00-17:00;We off;Th 09:00-17:00", ["2018-04-12 09:00"], ["2018-04-11 09:00", "2018-04-12 08:30"]),
        ("Mo,We,Fr 09:00-17:00", ["2018-04-11 09:00"], ["2018-04-10 09:00"]),
        ("Fr-Mo 09:00-17:00", ["2018-04-08 09:00", "2018-04-09 09:00"], ["2018-04-10 09:00"]),
        ("Mo-Fr 08:00-17:00; We off", ["2018-04-10 09:00"], ["2018-04-11 09:00"]),
        ("Mo-Fr 22:00-06:00", ["2018-04-14 05:59"], ["2018-04-14 06:00", "2018-04-09 05:00"]),
        ("Mo-Fr 08:00-17:00; PH 10:00-12:00", ["2018-05-07 11:00"], ["2018-05-07 13:00"]),
        ("Mo-Fr,PH 10:00-14:00", ["2018-05-07 11:00"], ["2018-05-07 15:00"]),
        ("Mo-Fr 08:00-17:00; PH closed; 2018 Apr 10 off", ["2018-04-11 09:00"], ["2018-04-10 09:00"]),
        ("Mo-Fr 08:00-17:00; Dec 24-26 08:00-12:00", ["2018-12-25 09:00"], ["2018-12-24 13:00"]),
        ("Mo-Fr 08:00-17:00; Dec 31-Jan 02 off", ["2018-12-28 09:00"], ["2018-12-31 09:00", "2019-01-02 09:00"]),
        ("Mo-Fr 08:00-17:00; 2018 Apr 09-2018 Apr 10 off", ["2018-04-11 09:00"], ["2018-04-09 09:00"]),
        ("08:00-17:00", ["2018-04-08 09:00"], ["2018-04-08 18:00"]),
        (
            "Mo-Fr 08:00-17:00; Jul-Aug Mo-Fr 09:00-15:00",
            ["2018-07-02 14:00"],
            ["2018-07-02 16:00", "2018-08-27 10:00"],
        ),
        (
            "Mo-Fr 08:00-17:00; Nov-Feb 10:00-12:00; PH off",
            ["2018-01-06 11:00"],
            ["2018-01-06 13:00", "2018-12-26 11:00"],
        ),
        ("Apr-Oct: 10:00-18:00; Mo off", ["2018-04-08 11:00"], ["2018-04-09 11:00", "2018-11-04 11:00"]),
        ("Apr 15-Oct 15 Sa,Su 10:00-18:00", ["2018-04-15 11:00"], ["2018-04-14 11:00", "2018-04-16 11:00"]),
        ("Mo-Su 08:00-17:00; Dec 24,Dec 31 off", ["2018-12-27 09:00"], ["2018-12-24 09:00", "2018-12-31 09:00"]),
        ("Mo-Su 08:00-17:00; Dec 24,31, Jan 2 off", ["2018-12-28 09:00"], ["2018-12-31 09:00", "2019-01-02 09:00"]),
        ("Mo-Su 08:00-17:00; 2018 Dec 24-25,31 off", ["2019-12-24 09:00"], ["2018-12-25 09:00", "2018-12-31 09:00"]),
        ("2018 Jul-Aug Mo-Fr 09:00-15:00", ["2018-08-31 10:00"], ["2018-09-03 10:00", "2019-08-01 10:00"]),
        ("2018 Feb 09:00-15:00", ["2018-02-28 10:00"], ["2018-03-01 10:00"]),
        ("Mo-Fr 08:00-17:00; 12:00-13:00 off", ["2018-04-09 13:00"], ["2018-04-09 12:30"]),
        ("Mo-Su 22:00-06:00; Tu 02:00-03:00 off", ["2018-04-10 03:00"], ["2018-04-10 02:00"]),
        ("Mo-Fr 08:00-17:00; PH 08:00-14:00; PH 10:00-11:00 off", ["2018-05-07 11:00"], ["2018-05-07 10:30"]),
        ("Mo-Fr 08:00-17:00; 2018 Apr 9-13 We 12:00-13:00 off", ["2018-04-18 12:00"], ["2018-04-11 12:00"]),
        ("2018 Apr 9 12:00-13:00 off; 2018 Apr 9 13:00-17:00", ["2018-04-09 13:00"], ["2018-04-09 12:30"]),
        ("2018 Apr 9 12:00-13:00 off; 2018 Apr 10 08:00-17:00", ["2018-04-10 12:30"], ["2018-04-09 12:30"]),
        ("Dec 24 10:00-14:00; PH off", ["2018-12-24 10:00"], ["2018-12-25 10:00"]),
        (
            "Mo-Fr 08:00-17:00; Dec 24 10:00-14:00; PH off",
            ["2018-12-24 10:00", "2018-12-27 16:00", "2018-04-10 08:00"],
            ["2018-12-24 15:00", "2018-12-25 10:00"],
        ),
        ("mo-fr 08:00 - 12:00 , 13:00 - 17:00 ;", ["2018-04-09 13:00"], ["2018-04-09 12:00"]),
    ],
)
def test_opening_hours_text(text, open_at, closed_at):
    calendar = sc.WorkingCalendar.parse(text, timezone="Europe/London", holidays="GB-ENG")
    assert all(calendar.is_open(at(moment)) for moment in open_at)
    assert not any(calendar.is_open(at(moment)) for moment in closed_at)


def test_text_hours_stand_in_a_constructor_too():
    text = "Mo-Th 08:00-17:00; Fr 08:00-16:30; PH off"
    assert sc.WorkingCalendar(timezone="Europe/London", hours=text, holidays="GB-ENG") == desk()


def test_holidays_by_date_and_name():
    calendar = desk().model_copy(update={"holidays": [date(2018, 4, 10), "2018-04-11"]})
    assert not calendar.is_open(at("2018-04-10 09:00"))
    assert calendar.is_open(at("2018-05-07 09:00"))  # no country any more
    both = desk().model_copy(update={"holidays": ["GB-ENG", "2018-04-10"]})
    assert not both.is_open(at("2018-04-10 09:00"))
    assert not both.is_open(at("2018-05-07 09:00"))


ICAL = """BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//test//EN\r
BEGIN:VEVENT\r
UID:1\r
DTSTART;VALUE=DATE:20180410\r
DTEND;VALUE=DATE:20180412\r
SUMMARY:Staff days\r
END:VEVENT\r
BEGIN:VEVENT\r
UID:2\r
DTSTART;VALUE=DATE:20100601\r
RRULE:FREQ=YEARLY\r
SUMMARY:Founders' day\r
END:VEVENT\r
BEGIN:VEVENT\r
UID:3\r
DTSTART;VALUE=DATE:20180413\r
STATUS:CANCELLED\r
SUMMARY:Called off\r
END:VEVENT\r
END:VCALENDAR\r
"""


def test_holidays_from_an_icalendar_file(tmp_path):
    file = tmp_path / "holidays.ics"
    file.write_text(ICAL, newline="")
    calendar = desk().model_copy(update={"holidays": {"ical": str(file)}})
    assert str(calendar.closed_because(at("2018-04-11 09:00"))) == "Staff days (holiday)"
    assert str(calendar.closed_because(at("2018-06-01 09:00"))) == "Founders' day (holiday)"
    assert calendar.is_open(at("2018-04-12 09:00"))
    assert calendar.is_open(at("2018-04-13 09:00"))
    assert sc.WorkingCalendar.model_validate(calendar.model_dump()) == calendar


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("DTSTART;VALUE=DATE:20180413", "DTSTART:20180413T100000Z", "has a time and no end"),
        ("STATUS:CANCELLED", "EXRULE:FREQ=DAILY", "EXRULE, which is not read"),
        ("RRULE:FREQ=YEARLY", "RRULE:FREQ=HOURLY", "no FREQ of whole days"),
        ("DTSTART;VALUE=DATE:20180413", "DTSTART;VALUE=DATE:99991231\r\nDURATION:P5D", "runs past the year 9999"),
    ],
)
def test_icalendar_files_that_cannot_be_read(tmp_path, old, new, message):
    file = tmp_path / "holidays.ics"
    file.write_text(
        ICAL.replace("STATUS:CANCELLED", "STATUS:CONFIRMED").replace(old, new)
        if "STATUS" not in old
        else ICAL.replace(old, new),
        newline="",
    )
    with pytest.raises(sc.SlaClockError, match=message):
        sc.Holidays.from_ical(file)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nonsense", r"is not an iCalendar file \(.+\); export it anew$"),
        ("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "has no events; export it anew, with the holidays in it$"),
        (None, r"^cannot read .+holidays.ics \(No such file or directory\); check the path$"),
    ],
)
def test_files_that_are_no_icalendar(tmp_path, text, said):
    file = tmp_path / "holidays.ics"
    if text is not None:
        file.write_text(text, newline="")
    with pytest.raises(errors.HolidaysError, match=said):
        sc.Holidays.from_ical(file)


LINES = [
    *ICAL.split("\r\n"), "DTSTART:", "DTEND:", "DTEND;VALUE=DATE:99991231", "DTEND;VALUE=DATE:20170101", "DURATION:P1D",
    "DURATION:x", "DTSTART:20180601T100000Z", "DTSTART:20180601T100000", "DTEND:20180601T120000Z", "DURATION:PT90M",
    "RRULE:FREQ=DAILY;UNTIL=20180610T090000Z", "DTSTART;VALUE=DATE:99991231", "DURATION:P5D",
    "RRULE:", "RRULE:FREQ=YEARLY;INTERVAL=0", "RRULE:FREQ=WEEKLY;BYDAY=6MO", "RRULE:FREQ=YEARLY;UNTIL=x",
    "DTSTART;TZID=Nowhere:20180601T000000", "DTSTART;VALUE=DATE:20180410,20180411", "RDATE:x",
    "SUMMARY;LANGUAGE=\"en:x", "EXDATE:20180601T100000Z", "EXDATE;VALUE=DATE:20180601",
    "RDATE;VALUE=DATE:20180601,20190601", "RECURRENCE-ID;VALUE=DATE:20180601", "UID:2",
    "RDATE;VALUE=PERIOD:20190103T120000Z/PT1H", "DTEND;VALUE=DATE:20180603",
    "DTSTART;VALUE=DATE:00000410", "SUMMARY:\\n;,", "STATUS:CANCELLED",
]  # fmt: skip
CHANGES = st.lists(st.tuples(st.integers(0, 30), st.sampled_from(["put", "over", "drop"]), st.sampled_from(LINES)))


@given(CHANGES)
def test_any_lines_of_an_icalendar_are_holidays_or_an_error_of_ours(tmp_path_factory, changes):
    lines = ICAL.split("\r\n")
    for place, how, line in changes:
        lines[place : place + (how != "put")] = [line] if how != "drop" else []
    file = tmp_path_factory.getbasetemp() / "any.ics"
    file.write_text("\r\n".join(lines), newline="")
    try:
        holidays = sc.Holidays.from_ical(file)
    except errors.HolidaysError as wrong:
        assert wrong.remedy
        return
    assert all(date.fromordinal(day).year == 2018 for day in holidays.in_year(2018))


gov_uk_here = pytest.mark.skipif(not GOV_UK.exists(), reason="GOV.UK's bank holidays are not at hand")


# Scotland's holiday for the World Cup was proclaimed after this copy of GOV.UK's list was taken.
PROCLAIMED_LATER = {"GB-SCT": {date(2026, 6, 15).toordinal()}}


@gov_uk_here
@pytest.mark.parametrize(
    ("division", "code"), [("england-and-wales", "GB-ENG"), ("scotland", "GB-SCT"), ("northern-ireland", "GB-NIR")]
)
def test_the_holidays_library_agrees_with_gov_uk(division, code):
    official = sc.Holidays.from_gov_uk(GOV_UK, division)
    library = sc.Holidays.parse(code)
    for year in range(2024, 2028):
        # GOV.UK lists weekdays alone; the library also lists a holiday on its own weekend day.
        weekdays = {day for day in library.in_year(year) if date.fromordinal(day).weekday() < 5}
        assert weekdays - PROCLAIMED_LATER.get(code, set()) == set(official.in_year(year)), year


@gov_uk_here
def test_a_calendar_with_gov_uk_holidays_agrees_with_the_library():
    official = desk().model_copy(update={"holidays": {"gov_uk": str(GOV_UK)}})
    years = datetime(2024, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
    assert sc.elapsed(*years, calendar=official) == sc.elapsed(*years, calendar=desk())


def test_gov_uk_json_that_is_not_as_it_should_be(tmp_path):
    file = tmp_path / "holidays.json"
    for text, message in (
        ("{}", "no division"),
        ("[", "not JSON"),
        ('{"england-and-wales": {"events": [{"date": "2018-13-01", "title": "x"}]}}', "cannot be read"),
    ):
        file.write_text(text)
        with pytest.raises(errors.HolidaysError, match=message):
            sc.Holidays.from_gov_uk(file)
    assert sc.Holidays.from_gov_uk({"scotland": {"events": [{"date": "2018-01-02", "title": "2 January"}]}}, "scotland")


@pytest.mark.parametrize(
    "value", [5, [datetime(2018, 1, 1)], {"2018-13-01": "x"}, ["2018-13-01"], {"gov_uk": "x", "colour": 1}]
)
def test_holidays_that_cannot_be_read(value):
    with pytest.raises(errors.HolidaysError):
        sc.Holidays.parse(value)


# Why closed


@pytest.mark.parametrize(
    ("moment", "why"),
    [
        ("2018-04-05 09:00", None),
        ("2018-04-05 17:00", Closure("outside hours")),
        ("2018-04-07 09:00", Closure("weekend")),
        ("2018-03-30 09:00", Closure("holiday", "Good Friday")),
        ("2018-03-30 22:00", Closure("holiday", "Good Friday")),
        ("2018-12-24 13:00", Closure("special day", "Christmas Eve")),
    ],
)
def test_every_closed_moment_says_why(moment, why):
    calendar = desk(special={"2018-12-24": {"hours": ["08:00-12:00"], "name": "Christmas Eve"}})
    assert calendar.closed_because(at(moment)) == why


def test_why_closed_by_night_in_the_middle_of_the_week_and_in_a_gulf_week():
    night = sc.WorkingCalendar.parse("Mo-Fr 22:00-06:00; PH off", timezone="Europe/London", holidays="GB-ENG")
    assert night.closed_because(at("2018-05-08 02:00")) == Closure("holiday", "May Day")  # Monday's night was off
    assert night.closed_because(at("2018-05-08 12:00")) == Closure("outside hours")
    midweek = sc.WorkingCalendar.parse("Mo,Tu,Th,Fr 09:00-17:00", timezone="Europe/London")
    assert midweek.closed_because(at("2018-04-11 09:00")) == Closure("closed weekday")
    gulf = sc.WorkingCalendar.parse("Su-Th 09:00-17:00", timezone="Asia/Riyadh")
    assert gulf.closed_because(at("2018-04-13 12:00")) == Closure("weekend")


# Two calendars in one


def test_union_and_intersection():
    support = sc.WorkingCalendar.parse("Mo-Su 18:00-22:00", timezone="Europe/London")
    either, both = desk() | support, desk() & sc.WorkingCalendar.parse("Mo-Fr 12:00-14:00", timezone="Europe/London")
    assert spans(either, "2018-04-06 00:00", "2018-04-08 00:00") == [
        ("Fri 08:00", "Fri 16:30"), ("Fri 18:00", "Fri 22:00"), ("Sat 18:00", "Sat 22:00"),
    ]  # fmt: skip
    assert spans(both, "2018-04-06 00:00", "2018-04-09 00:00") == [("Fri 12:00", "Fri 14:00")]
    assert sc.deadline(at("2018-04-06 16:00"), "2 h", calendar=either) == at("2018-04-06 19:30")
    assert str(either.closed_because(at("2018-04-07 12:00"))) == "weekend"
    assert str(both.closed_because(at("2018-04-06 15:00"))) == "outside hours"
    assert either == desk() | support
    assert pickle.loads(pickle.dumps(either)) == either
    assert hash(either) == hash(desk() | support)


def test_a_difference():
    lunch = sc.WorkingCalendar.parse("Mo-Fr 12:00-13:00", timezone="Europe/London", holidays=["2018-04-06"])
    rest = desk() - lunch
    assert spans(rest, "2018-04-05 00:00", "2018-04-07 00:00") == [
        ("Thu 08:00", "Thu 12:00"), ("Thu 13:00", "Thu 17:00"), ("Fri 08:00", "Fri 16:30"),
    ]  # fmt: skip
    assert sc.deadline(at("2018-04-05 11:00"), "2 h", calendar=rest) == at("2018-04-05 14:00")
    assert sc.deadline(at("2018-04-05 11:00"), "1 day", calendar=rest) == at("2018-04-06 11:11:15")
    assert [str(rest.closed_because(at(text))) for text in ("2018-04-05 12:30", "2018-04-05 18:00")] == [
        "taken off", "outside hours",
    ]  # fmt: skip
    # What lunch's own holidays close is lunch, and so the desk is open on them.
    assert rest.holidays == desk().holidays
    assert (desk() & lunch).holidays == desk().holidays | lunch.holidays
    assert pickle.loads(pickle.dumps(rest)) == sc.Calendar.from_json(rest.to_json()) == rest != lunch - desk()
    assert not (desk() - desk()).is_working_day(date(2018, 4, 5))
    with pytest.raises(sc.errors.NoWorkingTimeError):
        (desk() - desk()).next_open(at("2018-04-05 12:00"))


def test_what_opens_between_the_pieces_of_a_night_is_open():
    nights = sc.WorkingCalendar.parse("Mo-Su 22:00-06:00", timezone="Europe/London")
    watch = sc.WorkingCalendar.parse("Mo-Su 00:00-02:00", timezone="Europe/London")
    round_ups = sc.WorkingCalendar.parse("Mo-Su 01:00-01:30", timezone="Europe/London")
    broken = nights - watch
    assert spans(broken, "2018-04-05 12:00", "2018-04-06 12:00") == [
        ("Thu 22:00", "Fri 00:00"),
        ("Fri 02:00", "Fri 06:00"),
    ]
    assert spans(broken | watch, "2018-04-05 12:00", "2018-04-06 12:00") == [("Thu 22:00", "Fri 06:00")]
    assert spans(broken | round_ups, "2018-04-05 12:00", "2018-04-06 12:00") == [
        ("Thu 22:00", "Fri 00:00"), ("Fri 01:00", "Fri 01:30"), ("Fri 02:00", "Fri 06:00"),
    ]  # fmt: skip
    assert sc.elapsed_days(at("2018-12-31 12:00"), at("2019-01-01 12:00"), calendar=broken | round_ups) == 1


def test_a_long_night_of_a_far_zone_is_compared():
    long = sc.WorkingCalendar(timezone="Pacific/Niue", hours={"mon": ["01:00-24:00", "23:30-23:00"]})
    far = sc.WorkingCalendar(timezone="Pacific/Kiritimati", hours={"wed": ["18:00-24:00"], "thu": ["00:00-02:00"]})
    both, only = long & far, long - far
    for hour in range(72):
        when = datetime(2018, 4, 9, 12, tzinfo=UTC) + timedelta(hours=hour)
        assert both.is_open(when) == (long.is_open(when) and far.is_open(when))
        assert only.is_open(when) == (long.is_open(when) and not far.is_open(when))


def test_calendars_of_two_zones():
    york = sc.WorkingCalendar.parse("Mo-Fr 09:00-17:00", timezone="America/New_York")
    follow = desk() | york
    assert spans(follow, "2018-04-05 00:00", "2018-04-06 00:00") == [("Thu 08:00", "Thu 22:00")]
    assert spans(desk() & york, "2018-04-05 00:00", "2018-04-06 00:00") == [("Thu 14:00", "Thu 17:00")]
    kiritimati = sc.WorkingCalendar.parse("Mo 09:00-17:00", timezone="Pacific/Kiritimati")
    assert spans(desk() & kiritimati, "2018-04-08 00:00", "2018-04-10 00:00") == []
    assert spans(desk() | kiritimati, "2018-04-08 00:00", "2018-04-09 07:00") == [("Sun 20:00", "Mon 04:00")]
    whole = (datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC))
    parts = [sc.elapsed(*whole, calendar=calendar) for calendar in (desk(), york, desk() | york, desk() & york)]
    assert parts[0] + parts[1] == parts[2] + parts[3]


def test_a_span_of_another_zone_belongs_to_the_date_on_which_it_opens_here():
    kiritimati = sc.WorkingCalendar.parse("Mo 09:00-17:00", timezone="Pacific/Kiritimati")  # from Sunday 20:00 here
    york = sc.WorkingCalendar.parse("Fr 19:30-21:00", timezone="America/New_York")  # from Saturday 00:30 here
    days = [date(2018, 4, day) for day in range(6, 10)]
    for other, worked in ((kiritimati, [True, False, True, True]), (york, [True, True, False, True])):
        assert [(desk() | other).is_working_day(day) for day in days] == worked


def test_openings_and_closings_about_an_instant():
    for asked, close, opened, closed in (
        ("2018-04-05 08:00", "2018-04-05 17:00", "2018-04-05 08:00", "2018-04-04 17:00"),
        ("2018-04-05 12:00", "2018-04-05 17:00", "2018-04-05 08:00", "2018-04-04 17:00"),
        ("2018-04-05 17:00", "2018-04-06 16:30", "2018-04-05 08:00", "2018-04-04 17:00"),
        ("2018-04-07 12:00", "2018-04-09 17:00", "2018-04-06 08:00", "2018-04-06 16:30"),
        ("2018-04-02 12:00", "2018-04-03 17:00", "2018-03-29 08:00", "2018-03-29 17:00"),  # Easter Monday
        ("2018-01-02 12:00", "2018-01-02 17:00", "2018-01-02 08:00", "2017-12-29 16:30"),  # the first day of a year
        ("2018-01-02 20:00", "2018-01-03 17:00", "2018-01-02 08:00", "2018-01-02 17:00"),
    ):
        assert desk().next_close(at(asked)) == at(close)
        assert desk().previous_open(at(asked)) == at(opened)
        assert desk().previous_close(at(asked)) == at(closed)
    for text in ("2018-04-05T12:00+01:00", at("2018-04-05 12:00").astimezone(UTC)):
        assert str(desk().next_close(text)) == "2018-04-05 17:00:00+01:00"


def test_what_opens_or_closes_a_few_days_from_an_end_of_time_does_so():
    thursdays = sc.WorkingCalendar.parse("Th 00:00-24:00", timezone="UTC")
    assert thursdays.previous_open(datetime(1, 1, 4, 12, tzinfo=UTC)) == datetime(1, 1, 4, tzinfo=UTC)
    tuesdays = sc.WorkingCalendar.parse("Tu 00:00-24:00", timezone="UTC")
    assert tuesdays.next_close(datetime(9999, 12, 28, 12, tzinfo=UTC)) == datetime(9999, 12, 29, tzinfo=UTC)


def test_spans_that_touch_are_one():
    shifts = sc.WorkingCalendar.parse(
        "Mo 06:00-14:00,14:00-22:00,22:00-06:00; Tu 06:00-12:00,13:00-24:00; We 00:00-03:00", timezone="Europe/London"
    )
    assert shifts.next_close(at("2018-04-09 07:00")) == at("2018-04-10 12:00")
    assert shifts.previous_open(at("2018-04-10 11:00")) == at("2018-04-09 06:00")
    assert shifts.previous_close(at("2018-04-10 11:00")) == at("2018-04-04 03:00")
    assert shifts.next_close(at("2018-04-10 12:00")) == at("2018-04-11 03:00")
    assert shifts.previous_close(at("2018-04-11 02:00")) == at("2018-04-10 12:00")


def test_working_days_by_number():
    thursday, saturday, easter = date(2018, 4, 5), date(2018, 4, 7), date(2018, 4, 1)
    assert [desk().working_day(thursday, n).day for n in (-2, -1, 0, 1, 2)] == [3, 4, 5, 6, 9]
    assert [desk().working_day(saturday, n).day for n in (-2, -1, 0, 1, 2)] == [5, 6, 9, 9, 10]
    assert [desk().working_day(easter, n).day for n in (-1, 0, 1)] == [29, 3, 3]
    assert desk().working_day(thursday, np.int64(1)) == date(2018, 4, 6)
    assert desk().working_days(date(2018, 1, 1), date(2018, 12, 31)) == 253
    assert [desk().working_days(thursday, thursday), desk().working_days(saturday, saturday)] == [1, 0]
    assert desk().working_days(date(2018, 1, 1), date(2027, 12, 31)) == sum(
        desk().working_days(date(year, 1, 1), date(year, 12, 31)) for year in range(2018, 2028)
    )


def test_no_span_is_empty():
    assert spans(desk(), "2018-04-05 17:00", "2018-04-06 09:00") == [("Fri 08:00", "Fri 09:00")]
    assert spans(desk(), "2018-04-05 17:00", "2018-04-06 08:00") == []


def test_spans_end_with_the_last_day_that_is_open():
    few = sc.WorkingCalendar(
        timezone="Europe/London", special={"2018-04-09": "08:00-12:00", "2020-02-29": "09:00-10:00"}
    )
    found = [(span.start, span.end) for span in few.spans(at("2017-01-01 00:00"), at("9999-12-31 00:00"))]
    assert found == [
        (at("2018-04-09 08:00"), at("2018-04-09 12:00")), (at("2020-02-29 09:00"), at("2020-02-29 10:00")),
    ]  # fmt: skip
    assert not list(few.spans(at("2020-03-01 00:00"), at("9999-12-31 00:00")))


def test_two_calendars_on_the_first_and_the_last_day():
    day, night = (sc.WorkingCalendar.parse(text, timezone="UTC") for text in ("Mo-Su 08:00-17:00", "Mo-Su 12:00-20:00"))
    for morning in (datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)):
        hours = [morning + timedelta(hours=hour) for hour in range(24)]
        assert [hour for hour in hours if (day & night).is_open(hour)] == hours[12:17]
        assert [hour for hour in hours if (day | night).is_open(hour)] == hours[8:20]
        assert [hour for hour in hours if (day - night).is_open(hour)] == hours[8:12]


@pytest.mark.parametrize(
    ("left", "right"), [("Europe/London", "Asia/Tokyo"), ("Pacific/Kiritimati", "Pacific/Pago_Pago"), ("UTC", "UTC")]
)
def test_a_union_over_the_ends_of_time(left, right):
    """What the right one opens where the left one has no date yet, or none any more, is open all the same."""
    day = sc.WorkingCalendar.parse("Mo-Fr 09:00-17:00", timezone=left)
    long = sc.WorkingCalendar.parse("Mo-Su 06:00-10:00,16:00-23:00", timezone=right)
    either = day | long
    for first in (datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)):
        for hour in (first + timedelta(hours=hour) for hour in range(48)):
            assert either.is_open(hour) == (day.is_open(hour) or long.is_open(hour)), hour
    assert either.working_days(date(1, 1, 1), date(1, 1, 3)) == either.working_days(date(9999, 12, 29), date.max) == 3


def test_a_policy_may_have_a_calendar_of_two():
    policy = sc.Policy.example().model_copy(
        update={"calendar": desk() | sc.WorkingCalendar.parse("Sa 09:00-12:00", timezone="Europe/London")}
    )
    a = sc.assess(sc.Ticket(id="T", priority="P1", opened=at("2018-04-06 16:00")), policy, at=at("2018-04-07 10:00"))
    assert a.due == at("2018-04-07 10:30")


# Tables


def test_threads_share_a_calendar():
    calendar = desk()
    years = [datetime(year, 7, 2, 12, tzinfo=UTC) for year in range(1950, 2050, 7)]
    expected = [sc.elapsed(years[0], end, calendar=desk()) for end in years]
    found: dict[int, list[timedelta]] = {}

    def ask(name: int) -> None:
        found[name] = [sc.elapsed(years[0], end, calendar=calendar) for end in (years if name % 2 else years[::-1])]

    threads = [threading.Thread(target=ask, args=(name,)) for name in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(answers == (expected if name % 2 else expected[::-1]) for name, answers in found.items())


def test_tables_stay_small():
    calendar = desk()
    calendar.is_open(at("2018-04-05 09:00"))
    one = calendar.timetable.weight
    for year in range(1950, 2050):
        calendar.is_open(datetime(year, 7, 2, 12, tzinfo=UTC))
    assert one < 40_000
    assert calendar.timetable.weight < 100 * 40_000
    sc.elapsed(datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC), calendar=calendar)
    assert calendar.timetable.weight < 5_000_000  # between them only totals are kept
