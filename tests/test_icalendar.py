"""iCalendar files read whole, and written: the same open time comes back."""

from __future__ import annotations

import contextlib
import sys
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import slaclock as sc
from desk import at, desk
from slaclock import errors
from slaclock.calendar import ical_events
from slaclock.calendar.hours import day_text
from slaclock.desks.ical import due_to_ical, holidays_to_ical, open_hours_to_ical


@pytest.fixture
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("ical") / "file.ics"


def write(path, *events):
    body = [line for lines in events for line in ("BEGIN:VEVENT", *lines, "END:VEVENT")]
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//t//EN", *body, "END:VCALENDAR", ""]
    path.write_text("\r\n".join(lines), newline="")
    return sc.Holidays.from_ical(path)


def dates(holidays, year=2018):
    return [date.fromordinal(day).isoformat()[5:] for day in sorted(holidays.in_year(year))]


WEEKLY = ["UID:w", "SUMMARY:Standup", "DTSTART;TZID=Europe/London:20180409T090000", "DURATION:PT30M",
          "RRULE:FREQ=WEEKLY;UNTIL=20180430T080000Z"]  # fmt: skip


def closed_times(holidays):
    return [f"{closed.when} {closed.times[0][0] // 60_000_000}" for closed in holidays.closed]


def test_exceptions_further_dates_and_moved_occurrences(path):
    holidays = write(
        path,
        [*WEEKLY, "EXDATE;TZID=Europe/London:20180416T090000", "RDATE;TZID=Europe/London:20180418T100000"],
        ["UID:w", "RECURRENCE-ID;TZID=Europe/London:20180423T090000", "SUMMARY:Later",
         "DTSTART;TZID=Europe/London:20180424T110000", "DURATION:PT30M"],
        ["UID:w", "RECURRENCE-ID;TZID=Europe/London:20180430T090000", "STATUS:CANCELLED",
         "DTSTART;TZID=Europe/London:20180430T090000", "DURATION:PT30M"],
    )  # fmt: skip
    assert closed_times(holidays) == ["2018-04-09 540", "2018-04-18 600", "2018-04-24 660"]
    assert [closed.name for closed in holidays.closed] == ["Standup", "Standup", "Later"]


@pytest.mark.parametrize(
    ("zone", "until", "last"),
    [
        (";TZID=Europe/London", "20180423T080000Z", "2018-04-23"),  # an instant: 09:00 by the clock of the zone
        (";TZID=Europe/London", "20180423T075959Z", "2018-04-22"),
        (";TZID=Europe/London", "20180423T080000", "2018-04-22"),  # a time by that clock, before 09:00
        (";TZID=Europe/London", "20180423T090000", "2018-04-23"),
        ("", "20180423T090000Z", "2018-04-23"),  # what has no zone is not moved
        ("", "20180423T085959Z", "2018-04-22"),
    ],
)
def test_until_is_an_instant_only_where_times_have_a_zone(path, zone, until, last, far_machine):
    rule = f"RRULE:FREQ=DAILY;UNTIL={until}"
    (closed,) = write(path, ["UID:w", f"DTSTART{zone}:20180409T090000", "DURATION:PT30M", rule]).closed
    assert date.fromordinal(max(closed.when.days(2018))).isoformat() == last


def test_an_event_may_begin_on_one_day_and_end_on_another(path):
    holidays = write(path, ["UID:a", "DTSTART:20180409T150000", "DURATION:PT43H"])
    assert spans(desk().model_copy(update={"holidays": holidays}), last="2018-04-12 00:00") == [
        "09 08:00-09 15:00", "11 10:00-11 17:00",
    ]  # fmt: skip
    holidays = write(path, ["UID:a", "DTSTART:20180409T150000", "DURATION:PT19H"])
    assert spans(desk().model_copy(update={"holidays": holidays}), last="2018-04-11 00:00") == [
        "09 08:00-09 15:00", "10 10:00-10 17:00",
    ]  # fmt: skip
    holidays = write(path, ["UID:a", "DTSTART:20180409T150000", "DURATION:PT26H"])
    always = sc.WorkingCalendar(timezone="Europe/London", hours="24/7", holidays=holidays)
    assert spans(always, last="2018-04-12 00:00") == ["09 00:00-09 15:00", "10 17:00-12 00:00"]


@pytest.mark.parametrize(
    ("length", "closed"),
    [
        ("PT24H", ["2018-04-09 900"]),
        ("PT33H", ["2018-04-09 900", "2018-04-10 0"]),
        ("PT57H", ["2018-04-09 900", "2018-04-10/2018-04-11 0"]),
        ("PT67H", ["2018-04-09 900", "2018-04-10/2018-04-11 0", "2018-04-12 0"]),
    ],
)
def test_an_event_of_more_than_a_day_closes_each_date_on_which_it_has_some_time(path, length, closed):
    holidays = write(path, ["UID:a", "DTSTART:20180409T150000", f"DURATION:{length}"])
    assert sorted(closed_times(holidays)) == closed


def test_an_event_may_last_a_year_and_no_longer(path):
    assert write(path, ["UID:a", "DTSTART:20180409T150000", "DURATION:P366D"]).closed
    with pytest.raises(errors.HolidaysError, match="lasts 366 days, 0:00:01; give it a DTEND"):
        write(path, ["UID:a", "DTSTART:20180409T150000", "DURATION:P366DT1S"])
    with pytest.raises(errors.HolidaysError, match=r"^cannot read nowhere.ics \(.*\); check the path$") as caught:
        sc.Holidays.from_ical("nowhere.ics")
    assert caught.value.value == "nowhere.ics"


def test_an_event_may_end_with_the_last_day(path):
    assert dates(write(path, ["UID:a", "DTSTART;VALUE=DATE:99991230", "DURATION:P2D"]), 9999) == ["12-30", "12-31"]
    assert sorted(closed_times(write(path, ["UID:a", "DTSTART:99991230T150000", "DURATION:PT33H"]))) == [
        "9999-12-30 900", "9999-12-31 0",
    ]  # fmt: skip
    with pytest.raises(errors.HolidaysError, match="runs past the year 9999; let it end sooner"):
        write(path, ["UID:a", "DTSTART:99991230T150000", "DURATION:PT33H1S"])
    assert dates(write(path, ["UID:a", "DTSTART;VALUE=DATE:99991230", "DURATION:P2D"]), 9999) == ["12-30", "12-31"]
    with pytest.raises(errors.HolidaysError, match="runs past the year 9999; let it end sooner"):
        write(path, ["UID:a", "DTSTART;VALUE=DATE:99991230", "DURATION:P3D"])


def test_each_series_of_a_file_has_its_own_moved_occurrences(path):
    series = [
        [f"UID:{day}", f"SUMMARY:{name}", f"DTSTART;TZID=Europe/London:201804{day}T090000", "DURATION:PT30M",
         "RRULE:FREQ=WEEKLY;COUNT=2"]
        for day, name in (("09", "Standup"), ("10", "Review"))
    ]  # fmt: skip
    moved = [
        [f"UID:{day}", f"RECURRENCE-ID;TZID=Europe/London:201804{day}T090000", f"SUMMARY:{name}",
         f"DTSTART;TZID=Europe/London:201804{day}T110000", "DURATION:PT30M"]
        for day, name in (("09", "Standup, later"), ("10", "Review, later"))
    ]  # fmt: skip
    closed = write(path, *series, *moved).closed
    assert [(str(one.when), one.times[0][0] // 60_000_000, one.name) for one in closed] == [
        ("2018-04-09", 660, "Standup, later"), ("2018-04-10", 660, "Review, later"),
        ("2018-04-16", 540, "Standup"), ("2018-04-17", 540, "Review"),
    ]  # fmt: skip


@pytest.mark.parametrize("zone", ["Europe/London", "GMT Standard Time"])
def test_further_dates_may_have_lengths_of_their_own(path, zone):
    once = ["UID:w", "DTSTART;TZID=Europe/London:20180409T090000", "DURATION:PT30M"]
    periods = f"RDATE;TZID={zone};VALUE=PERIOD:20180411T100000/PT2H,20180712T100000/20180712T111500"
    holidays = write(path, [*once, periods])
    calendar = sc.WorkingCalendar.parse("Mo-Fr 08:00-17:00", timezone="Europe/London", holidays=holidays)
    shut = [
        span
        for day in ("04-09", "04-11", "07-12")
        for span in spans(calendar, f"2018-{day} 00:00", f"2018-{day} 23:00")
    ]
    assert shut == [
        "09 08:00-09 09:00", "09 09:30-09 17:00",
        "11 08:00-11 10:00", "11 12:00-11 17:00",
        "12 08:00-12 10:00", "12 11:15-12 17:00",
    ]  # fmt: skip


@pytest.mark.parametrize("zone", ["Europe/Berlin", "W. Europe Standard Time"])
def test_further_dates_may_have_a_zone_of_their_own(path, zone):
    once = ["UID:w", "DTSTART;TZID=Europe/London:20180409T090000", "DURATION:PT30M"]
    holidays = write(path, [*once, f"RDATE;TZID={zone};VALUE=PERIOD:20180411T100000/PT2H"])
    always = sc.WorkingCalendar(timezone="Europe/London", hours="24/7", holidays=holidays)
    assert spans(always, "2018-04-11 00:00", "2018-04-12 00:00") == ["11 00:00-11 09:00", "11 11:00-12 00:00"]


@pytest.mark.parametrize(
    "line", ["RDATE:soon", "EXDATE:never", "EXDATE;TZID=Europe/London:never", "RECURRENCE-ID:which"]
)
def test_what_the_library_cannot_read_is_said_of_its_event(path, line):
    with pytest.raises(
        errors.HolidaysError, match="the event 'Standup' has occurrences that cannot be read .*; export it"
    ):
        write(path, [*WEEKLY, line])


def test_whole_days_with_exceptions(path):
    rule = ["UID:a", "DTSTART;VALUE=DATE:20180410", "RRULE:FREQ=MONTHLY;COUNT=4"]
    assert dates(write(path, [*rule, "EXDATE;VALUE=DATE:20180610"])) == ["04-10", "05-10", "07-10"]
    assert dates(write(path, [*rule, "RDATE;VALUE=DATE:20180411,20180412"])) == [
        "04-10", "04-11", "04-12", "05-10", "06-10", "07-10",
    ]  # fmt: skip


def test_an_until_in_utc_of_whole_days(path):
    event = ["UID:a", "DTSTART;VALUE=DATE:20180410", "RRULE:FREQ=DAILY;UNTIL=20180412T000000Z"]
    assert dates(write(path, event)) == ["04-10", "04-11", "04-12"]


def test_several_days_may_recur(path):
    event = ["UID:a", "DTSTART;VALUE=DATE:20101224", "DTEND;VALUE=DATE:20101227", "RRULE:FREQ=YEARLY"]
    holidays = write(path, event)
    assert dates(holidays) == dates(holidays, 2100) == ["12-24", "12-25", "12-26"]
    assert dates(holidays, 2101) == []  # the horizon
    night = ["UID:n", "DTSTART:20180410T200000", "DURATION:PT36H", "RRULE:FREQ=WEEKLY;COUNT=2"]
    assert len(write(path, night).closed) == 6


def test_a_file_has_no_more_occurrences_than_can_be_read(path, monkeypatch):
    monkeypatch.setattr(ical_events, "MOST", 150)
    daily = ["DTSTART;VALUE=DATE:21001001", "RRULE:FREQ=DAILY", "EXDATE;VALUE=DATE:21001002"]
    assert len(write(path, ["UID:a", *daily]).dates) == 91
    with pytest.raises(errors.HolidaysError, match="the event 'Two' recurs so often .* 150 dates up to 2100-12-31; "):
        write(path, ["UID:a", *daily], ["UID:b", "SUMMARY:Two", *daily])
    with pytest.raises(errors.HolidaysError, match="recurs so often"):  # 91 times two days
        write(path, ["UID:a", "DTEND;VALUE=DATE:21001003", *daily])
    cancelled = ["DTSTART;VALUE=DATE:21001003", "DURATION:P2D", "STATUS:CANCELLED"]
    moved = write(path, ["UID:a", *daily], ["UID:a", "RECURRENCE-ID;VALUE=DATE:21001003", *cancelled])
    assert len(moved.dates) == 90
    daily = ["DTSTART:21001001T090000", "RRULE:FREQ=DAILY", "EXDATE:21001002T090000"]
    assert len(write(path, ["UID:a", "DURATION:PT23H", *daily]).closed) == 91
    with pytest.raises(errors.HolidaysError, match="recurs so often"):  # 91 times on two days
        write(path, ["UID:a", "DURATION:PT25H", *daily])


def test_a_series_without_an_end_is_refused_before_it_is_read(path, monkeypatch):
    monkeypatch.setitem(sys.modules, "recurring_ical_events", None)
    with pytest.raises(errors.HolidaysError, match=r"has a time and no end; give it a DTEND"):
        write(path, ["UID:a", "DTSTART:20180410T090000", "RRULE:FREQ=DAILY", "EXDATE:20180411T090000"])


LINES = [
    "DTSTART;VALUE=DATE:20180410", "DTSTART:20180410T090000Z", "DTSTART:99991231T230000",
    "DTSTART;VALUE=DATE,X:20180410",
    "DTEND;VALUE=DATE:20180412", "DTEND:20180410T100000Z", "DURATION:PT1H", "DURATION:P400D", "DURATION:P99999999999W",
    "RRULE:FREQ=WEEKLY;COUNT=3", "RRULE:FREQ=DAILY;UNTIL=20180420T000000Z", "RRULE:FREQ=DAILY;INTERVAL=0", "RRULE:X",
    "EXDATE:20180411T090000Z", "EXDATE:junk", "RDATE;VALUE=DATE:20180501", "RDATE;TZID=No/Where:20180501T090000",
    "RDATE;VALUE=PERIOD:20180105T090000Z/PT2H", "RECURRENCE-ID:20180417T090000Z", "RECURRENCE-ID:bad", "SEQUENCE:z",
    "UID:a", "STATUS:CANCELLED", "SUMMARY;LANGUAGE=de:y", "\x00\xff", "BEGIN:VEVENT", "END:VEVENT",
]  # fmt: skip


@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.sampled_from(LINES), max_size=7), min_size=1, max_size=3))
@example([["DTSTART;VALUE=DATE,X:20180410"]])
def test_any_lines_are_holidays_or_our_error(path, events):
    for read in (lambda: write(path, *events), lambda: desk().model_copy(update={"special": {"ical": str(path)}})):
        with contextlib.suppress(sc.SlaClockError):
            read()


def test_a_rule_alone_is_good_for_every_year(path):
    assert dates(write(path, ["UID:a", "DTSTART;VALUE=DATE:20180410", "RRULE:FREQ=YEARLY"]), 2400) == ["04-10"]


@pytest.mark.parametrize(
    ("lines", "whole"),
    [
        (["DTSTART;TZID=Europe/London:20180410T000000", "DTEND;TZID=Europe/London:20180412T000000"], True),
        (["DTSTART;TZID=GMT Standard Time:20180410T000000", "DURATION:P2D"], True),
        (["DTSTART:20180410T000000", "DTEND:20180412T000000"], True),
        (["DTSTART:20180410T000000Z", "DURATION:P2D"], False),
        (["DTSTART:20180410T000000Z", "DURATION:P2D", "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE"], True),
        (["DTSTART:20180410T000000", "DURATION:P2D", "X-MICROSOFT-CDO-ALLDAYEVENT:FALSE"], False),
        (["DTSTART:20180410T000000", "DURATION:PT47H"], False),
    ],
)
def test_midnight_to_midnight_is_a_whole_day(path, lines, whole):
    holidays = write(path, ["UID:a", *lines])
    assert (dates(holidays), bool(holidays.closed)) == ((["04-10", "04-11"], False) if whole else ([], True))


ZONE = ["BEGIN:STANDARD", "DTSTART:16010101T020000", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0000",
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10", "END:STANDARD",
        "BEGIN:DAYLIGHT", "DTSTART:16010101T010000", "TZOFFSETFROM:+0000", "TZOFFSETTO:+0100",
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3", "END:DAYLIGHT"]  # fmt: skip


def zoned(path, name, *more):
    """What a file closes whose events are in a zone that it describes itself."""
    zone = ["END:VEVENT", "BEGIN:VTIMEZONE", f"TZID:{name}", *more, *ZONE, "END:VTIMEZONE", "BEGIN:VEVENT"]
    series = ["UID:s", f"DTSTART;TZID={name}:20180409T090000", f"DTEND;TZID={name}:20180409T100000"]
    moved = ["UID:s", f"RECURRENCE-ID;TZID={name}:20180411T090000", f"DTSTART;TZID={name}:20180411T120000"]
    holidays = write(
        path,
        ["UID:z", "DTSTART:20170101T090000Z", "DURATION:PT1H", *zone, "UID:y", "DTSTART;VALUE=DATE:20170101"],
        [*series, "RRULE:FREQ=DAILY;UNTIL=20180413T080000Z", f"EXDATE;TZID={name}:20180410T090000",
         f"RDATE;TZID={name}:20180414T090000"],
        [*moved, "DURATION:PT1H"],
        ["UID:r", f"DTSTART;TZID={name}:20180409T150000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=2"],
    )  # fmt: skip
    always = sc.WorkingCalendar(timezone="Europe/Berlin", hours="24/7", holidays=holidays)
    return [f"{span.end:%d %H:%M}" for span in always.spans("2018-04-09T00:00Z", "2018-04-15T00:00Z")][:-1]


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("Europe/London", []),
        ("GMT Standard Time", []),  # as Outlook writes it
        ("/freeassociation.sourceforge.net/Europe/London", []),
        ("/mozilla.org/20050126_1/Europe/London", []),
        ("Customized Time Zone", ["X-LIC-LOCATION:Europe/London"]),
    ],
)
def test_a_zone_that_the_file_describes_is_known_by_its_name(path, name, more):
    closed = ["09 10:00", "09 16:00", "11 13:00", "12 10:00", "13 10:00", "14 10:00"]
    assert zoned(path, name, *more) == closed


def test_a_zone_of_windows_is_known_though_the_file_has_rules_of_its_own_for_it(path):
    """No other test names it: what icalendar has read of a zone before, it keeps."""
    name = "Romance Standard Time"
    zone = ["END:VEVENT", "BEGIN:VTIMEZONE", f"TZID:{name}", *ZONE, "END:VTIMEZONE", "BEGIN:VEVENT"]
    before = ["UID:z", "DTSTART:20170101T090000Z", "DURATION:PT1H", *zone]
    write(path, [*before, "UID:a", f"DTSTART;TZID={name}:20180409T100000", "DURATION:PT1H"])
    calendar = desk().model_copy(update={"special": {"ical": str(path)}})
    assert spans(calendar, last="2018-04-10 00:00") == ["09 09:00-09 10:00"]


@pytest.mark.parametrize("name", ["Customized Time Zone", "mozilla.org/Europe/London", "/Elsewhere"])
def test_a_zone_of_no_name_that_is_known_is_refused(path, name):
    message = f"the event 'holiday' is in the time zone '{name}', which is not known; name it in the file"
    with pytest.raises(errors.HolidaysError, match=message):
        zoned(path, name)


def spans(calendar, first="2018-04-09 00:00", last="2018-04-16 00:00"):
    return [f"{a:%d %H:%M}-{b:%d %H:%M}" for a, b in calendar.spans(at(first), at(last))]


def test_events_are_the_hours_of_their_dates(path):
    write(
        path,
        ["UID:a", "SUMMARY:Morning", "DTSTART:20180410T100000Z", "DURATION:PT1H"],
        ["UID:b", "DTSTART:20180410T150000", "DURATION:PT1H"],
        ["UID:c", "SUMMARY:Away", "DTSTART;VALUE=DATE:20180411"],
        ["UID:d", "DTSTART:20180413T220000", "DURATION:PT4H", "RRULE:FREQ=WEEKLY;COUNT=2"],
    )
    calendar = desk().model_copy(update={"special": {"ical": str(path), "2018-04-12": "12:00-13:00"}})
    assert spans(calendar) == [
        "09 08:00-09 17:00", "10 11:00-10 12:00", "10 15:00-10 16:00", "12 12:00-12 13:00", "13 22:00-14 02:00",
    ]  # fmt: skip
    assert str(calendar.closed_because(at("2018-04-11 10:00"))) == "Away (special day)"
    assert sc.WorkingCalendar.from_json(calendar.to_json()) == calendar


@pytest.mark.parametrize(
    ("start", "length"),
    [
        (":20180410T150000", "PT67H"),
        (";TZID=Europe/Berlin:20180410T160000", "PT67H"),
        (":20180410T140000Z", "PT67H"),
        (";TZID=Asia/Tokyo:20180410T230000", "PT67H"),
    ],
)
def test_an_event_of_several_days_is_the_hours_of_each_whatever_its_zone(path, start, length):
    write(path, ["UID:a", f"DTSTART{start}", f"DURATION:{length}"])
    calendar = desk().model_copy(update={"special": {"ical": str(path)}})
    assert [day_text(calendar.hours_on(date(2018, 4, day))) for day in range(9, 15)] == [
        ["08:00-17:00"], ["15:00-24:00"], ["00:00-24:00"], ["00:00-24:00"], ["00:00-10:00"], [],
    ]  # fmt: skip


def test_a_file_of_hours_that_cannot_be_read(path):
    with pytest.raises(sc.SlaClockError, match=r"^special\.ical: 5 is not the path of a file"):
        desk().model_copy(update={"special": {"ical": 5}})
    with pytest.raises(sc.SlaClockError, match=r"^special: cannot read .+file.ics \(No such file"):
        desk().model_copy(update={"special": {"ical": str(path)}})
    with pytest.raises(sc.SlaClockError, match=r"^timezone: there is no time zone"):
        sc.WorkingCalendar(timezone="X/Y", special={"ical": str(path)})
    write(path, ["UID:a", "DTSTART:20181028T011500Z", "DURATION:PT1H"])
    with pytest.raises(sc.SlaClockError, match="in the hour that the clocks of Europe/London repeat"):
        desk().model_copy(update={"special": {"ical": str(path)}})
    write(path, ["UID:a", "DTSTART:20180410T100000Z", "DURATION:PT1H"])
    with pytest.raises(sc.SlaClockError, match="the special days 2018-04-10 and 2018-04-10 overlap"):
        desk().model_copy(update={"special": {"ical": str(path), "2018-04-10": []}})


HOURS = ["Mo-Fr 08:00-17:00", "24/7", "Mo-Fr 22:00-06:00", "Mo,We 09:00-12:00,13:00-24:00; Su 00:00-24:00"]


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(HOURS), st.sampled_from(["Europe/London", "America/New_York", "Asia/Kathmandu"]),
    st.dates(date(2017, 1, 1), date(2019, 12, 1)), st.integers(1, 20),
)  # fmt: skip
def test_open_hours_come_back(path, hours, zone, first, days):
    calendar = sc.WorkingCalendar.parse(hours, timezone=zone)
    start = datetime(first.year, first.month, first.day, tzinfo=calendar.zone)
    end = datetime.combine(first + timedelta(days=days), start.timetz())
    path.write_text(open_hours_to_ical(calendar, start, end), newline="")
    try:
        again = sc.WorkingCalendar(timezone=zone, special={"ical": str(path)})
    except errors.HolidaysError as error:
        assert "has no events" in str(error)  # nothing is open
        assert not list(calendar.spans(start, end))
        return
    assert union(again.spans(start, end)) == union(calendar.spans(start, end))


def union(spans):
    joined: list[tuple[datetime, datetime]] = []
    for a, b in sorted((a.astimezone(UTC), b.astimezone(UTC)) for a, b in spans):
        if joined and a <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(b, joined[-1][1])
        else:
            joined.append((a, b))
    return joined


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.sampled_from(["--05-01", "2018-04-10", "GB-ENG", "2018-04-12/2018-04-15"]), min_size=1),
    st.dictionaries(
        st.sampled_from(["2018-04-17", "FREQ=WEEKLY;BYDAY=WE", "2018-04-18/2018-04-20"]),
        st.tuples(
            st.sampled_from(["00:00-24:00", "14:00-16:00", "22:00-06:00"]),
            st.sampled_from(["", "UTC", "America/New_York"]),
        ),
    ),
)
def test_holidays_come_back(path, named, closed):
    holidays = sc.Holidays.parse(named) | sc.Holidays.parse({
        "closed": [{"when": when, "hours": hours} | ({"timezone": zone} if zone else {})
                   for when, (hours, zone) in closed.items()]
    })  # fmt: skip
    path.write_text(holidays_to_ical(holidays, date(2018, 1, 1), date(2018, 12, 31)), newline="")
    nights = sc.WorkingCalendar.parse("Mo-Fr 20:00-08:00; Sa 00:00-24:00", timezone="Europe/London")
    first, last = at("2018-03-01 00:00"), at("2018-12-01 00:00")
    calendar, again = (nights.model_copy(update={"holidays": given}) for given in (holidays, {"ical": str(path)}))
    assert list(again.spans(first, last)) == list(calendar.spans(first, last))


def test_due_dates(path):
    policy = sc.Policy(
        name="a", calendar=desk(), pauses={"third_party": ["resolve"]},
        targets={"incident": {"P2": {"respond": "1 hour", "resolve": "6 hours"}}},
    )  # fmt: skip
    ticket = sc.Ticket(id="T1", priority="P2", opened=at("2018-04-09 10:00"), responded=at("2018-04-09 10:10"))
    waiting = sc.Ticket(
        id="T2", priority="P2", opened=at("2018-04-09 10:00"),
        pauses=[sc.Pause(start=at("2018-04-09 10:30"), reason="third_party")],
    )  # fmt: skip
    now = at("2018-04-09 12:00")
    assessed = [sc.assess(ticket, policy, at=now, measure=name) for name in ("respond", "resolve")]
    assessed.append(sc.assess(waiting, policy, at=now))
    assert assessed[2].due is None
    todo = due_to_ical(assessed, as_="todo")
    assert todo.count("BEGIN:VTODO") == 2
    assert [line for line in todo.splitlines() if line.startswith(("STATUS", "UID"))] == [
        "STATUS:COMPLETED", "UID:T1-respond@slaclock", "STATUS:NEEDS-ACTION", "UID:T1-resolve@slaclock",
    ]  # fmt: skip
    due = assessed[1].due
    assert due is not None
    assert f"DTSTART:{due.astimezone(UTC):%Y%m%dT%H%M%SZ}" in due_to_ical(assessed)
    with pytest.raises(errors.ModelError, match="as_: due dates are written as 'x'; use 'event' or 'todo'"):
        due_to_ical(assessed, as_="x")


@pytest.mark.parametrize("name", ["a\r\nBEGIN:VEVENT", "a\x1b]0;x\x07", "a\x85\ud800", "é;,\\:" + "x" * 200])
def test_a_name_cannot_break_a_file(path, name):
    text = holidays_to_ical(sc.Holidays.parse({"2018-04-10": name}), date(2018, 1, 1), date(2018, 12, 31))
    assert [line.split(":")[0] for line in text.split("\r\n")].count("BEGIN") == 2
    assert all(sign in "\r\n" or ord(sign) > 31 for sign in text)
    path.write_text(text, newline="", encoding="utf-8")
    assert dates(sc.Holidays.from_ical(path)) == ["04-10"]


def test_events_are_known_again_by_their_names_and_times():
    def uids(name, first=date(2018, 1, 1)):
        text = holidays_to_ical(sc.Holidays.parse({"2018-04-10": name}), first, date(2018, 12, 31))
        return [line for line in text.splitlines() if line.startswith("UID")]

    assert uids("A") == uids("A", date(2018, 2, 1)) != uids("B")


def test_without_their_libraries(path, monkeypatch):
    write(path, ["UID:a", "DTSTART;VALUE=DATE:20180410"])
    monkeypatch.setitem(sys.modules, "recurring_ical_events", None)
    assert dates(sc.Holidays.from_ical(path)) == ["04-10"]  # a plain file needs icalendar alone
    with pytest.raises(errors.MissingExtraError, match=r"'recurring-ical-events' .*pip install 'slaclock\[ical\]'"):
        write(path, ["UID:a", "DTSTART;VALUE=DATE:20180410", "RDATE;VALUE=DATE:20180411"])
    monkeypatch.setitem(sys.modules, "icalendar", None)
    with pytest.raises(errors.MissingExtraError, match=r"'icalendar' .*pip install 'slaclock\[ical\]'"):
        due_to_ical([])
