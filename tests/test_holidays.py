"""Holidays of countries and markets, by categories and language; dates, ranges, and events with times."""

from __future__ import annotations

import re
from datetime import date

import pytest

import slaclock as sc
from desk import at, desk
from slaclock import errors


def days(value, year):
    return {date.fromordinal(day).isoformat()[5:]: name for day, name in sc.Holidays.parse(value).in_year(year).items()}


def test_categories_and_languages_of_the_library():
    german = {"countries": "DE-BY", "language": "en_US"}
    assert days(german, 2026)["01-01"] == "New Year's Day"
    assert days("DE-BY", 2026)["01-01"] == "Neujahr"
    half = {"countries": ["NYSE"], "categories": ["public", "half_day"]}
    assert set(days(half, 2026)) - set(days("NYSE", 2026)) == {"11-27", "12-24"}
    mixed = {"countries": ["GB-ENG", {"code": "DE", "language": "uk"}], "language": "en_US"}
    assert [source.language for source in sc.Holidays.parse(mixed).sources] == ["en_US", "uk"]


def test_markets_are_known_by_name():
    assert days("NYSE", 2026)["11-26"] == "Thanksgiving Day"
    assert days(["XNYS", "GB-ENG"], 2026).keys() >= {"11-26", "12-28"}


@pytest.mark.parametrize(
    "value",
    [
        "NYSE",
        ["GB-ENG", "ECB"],
        {"countries": "DE", "categories": "public", "language": "en_US"},
        {"countries": ["GB-ENG"], "language": "en_US", "dates": {"2026-12-24/2026-12-31": "a break", "--05-01": "May"}},
        ["2026-12-24/2026-12-26", "--12-24/--01-02"],
        {"countries": [], "closed": [{"when": "2026-05-12", "hours": "14:00-16:00", "name": "a"},
                                     {"when": "2026-05-12", "hours": "14:00-15:00", "name": "b", "timezone": "UTC"}]},
    ],
)  # fmt: skip
def test_holidays_go_to_text_and_back(value):
    holidays = sc.Holidays.parse(value)
    assert sc.Holidays.parse(holidays.to_text()) == holidays
    assert sc.Holidays.from_json(holidays.to_json()) == holidays
    calendar = desk().model_copy(update={"holidays": value})
    assert sc.WorkingCalendar.from_json(calendar.to_json()) == calendar
    assert (holidays | holidays) == holidays


def test_ranges_and_yearly_dates():
    named = {"2026-12-24/2026-12-31": "a break", "2026-12-25": "Christmas Day", "--05-01": "May Day"}
    for order in (named, dict(reversed(named.items()))):  # of a date in a range its own name holds
        assert days(order, 2026) == {
            "05-01": "May Day", "12-24": "a break", "12-25": "Christmas Day",
            **{f"12-{day}": "a break" for day in range(26, 32)},
        }  # fmt: skip
    assert days(named, 2030) == {"05-01": "May Day"}
    assert set(days(["--12-31/--01-01"], 2030)) == {"01-01", "12-31"}


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("NYSEX1", "'NYSEX1' is not an ISO 3166 code; write it like GB or GB-ENG, or a market like NYSE"),
        ("XXXX", "the holidays library knows no 'XXXX'; use a code such as GB-ENG, or NYSE, or give the dates"),
        ({"countries": "GB", "categories": ["nope"]}, "knows no category 'nope' of GB; use one of: public"),
        ({"countries": "GB", "language": "xx"}, "knows no language 'xx' of GB; use one of: en_GB"),
        ({"countries": "GB", "language": 5}, "language: the language is 5; give a text"),
        ({"countries": "GB", "categories": 5}, "categories: 5 are no categories; give names such as public"),
        ({"countries": "GB", "categories": [5]}, "5 is no category"),
        ({"categories": ["public"]}, "categories and languages are those of countries; add countries"),
        ({"countries": {"GB": 1}}, "are no countries; give codes such as GB-ENG"),
        ({"countries": 5}, "5 are no countries; give codes"),
        ({"countries": [{"code": "GB", "x": 1}]}, "a country has 'x'; give only code, categories and language"),
        ({"countries": [{"language": "en_GB"}]}, "None is no country; give a code such as GB-ENG"),
        ({"countries": ["--12-25"]}, "'--12-25' is no country; give it among dates"),
        ({"dates": ["GB"]}, "dates: 'GB' is not a date; give it among countries"),
        (["2026-01-01/2027-12-31"], "the dates 2026-01-01/2027-12-31 are too many; let a range of holidays have 366"),
        (["--13-01"], "'--13-01' is no date of every year"),
        ({"closed": ["2026-05-12"]}, "is no list of closures; write"),
        ({"closed": [{"when": "2026-05-12"}]}, "closed.0: the closure has no times"),
        ({"closed": [{"hours": "1:00-2:00"}]}, "closed.0: None is not a date"),
    ],
)
def test_holidays_that_cannot_be_read(value, message):
    with pytest.raises(errors.HolidaysError, match=message):
        sc.Holidays.parse(value)


def ical(tmp_path, *events):
    file = tmp_path / "days.ics"
    body = [line for lines in events for line in ("BEGIN:VEVENT", "UID:1", *lines, "END:VEVENT")]
    file.write_text(
        "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//t//EN", *body, "END:VCALENDAR", ""]), newline=""
    )
    return sc.Holidays.from_ical(file)


def test_events_with_times_close_those_times(tmp_path):
    holidays = ical(
        tmp_path,
        ["SUMMARY:Inset", "DTSTART;TZID=Europe/London:20180410T140000", "DTEND;TZID=Europe/London:20180410T160000"],
        ["SUMMARY:Call", "DTSTART:20180411T120000Z", "DURATION:PT1H"],
        [
            "SUMMARY:Standup",
            "DTSTART:20180412T090000",
            "DTEND:20180412T091500",
            "RRULE:FREQ=WEEKLY;UNTIL=20180426T085959",
        ],
        ["SUMMARY:Move", "DTSTART:20180417T160000", "DTEND:20180419T100000"],
        ["SUMMARY:Closed", "DTSTART;VALUE=DATE:20180413"],
        ["SUMMARY:Off", "DTSTART:20180420T120000Z", "DURATION:PT1H", "STATUS:CANCELLED"],
    )
    calendar = desk().model_copy(update={"holidays": holidays})
    spans = [f"{a:%d %H:%M}-{b:%H:%M}" for a, b in calendar.spans(at("2018-04-10 00:00"), at("2018-04-21 00:00"))]
    assert spans == [
        "10 08:00-14:00", "10 16:00-17:00", "11 08:00-13:00", "11 14:00-17:00", "12 08:00-09:00", "12 09:15-17:00",
        "16 08:00-17:00", "17 08:00-16:00", "19 10:00-17:00", "20 08:00-16:30",
    ]  # fmt: skip
    assert str(calendar.closed_because(at("2018-04-10 15:00"))).startswith("Inset")
    assert str(calendar.closed_because(at("2018-04-19 09:05"))).startswith("Move")
    assert calendar.is_open(at("2018-04-26 09:05"))  # the standup ended before
    assert sc.WorkingCalendar.from_json(calendar.to_json()) == calendar


def test_an_event_recurs_until_an_instant_of_its_zone(tmp_path):
    start, end = ("DTSTART;TZID=America/New_York:20180402T200000", "DTEND;TZID=America/New_York:20180402T210000")
    rule = "RRULE:FREQ=DAILY;UNTIL=20180405T000000Z"  # 4 April, 20:00 there
    (closed,) = ical(tmp_path, [start, end, rule]).closed
    assert (str(closed.when), closed.timezone) == (
        "DTSTART:20180402 RRULE:FREQ=DAILY;UNTIL=20180404",
        "America/New_York",
    )
    (closed,) = ical(tmp_path, [start, end, rule.replace("000000Z", "000000Z").replace("0405", "0404")]).closed
    assert str(closed.when).endswith("UNTIL=20180403")


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["DTSTART:20180410T140000"], "has a time and no end; give it a DTEND after its DTSTART"),
        (["DTSTART:20180410T140000", "DTEND:20180410T130000"], "lasts -1 day, 23:00:00"),
        (["DTSTART:20180410T140000", "DTEND:20180410T150000Z"], "begins and ends in different ways"),
        (["DTSTART:20180410T140000", "DTEND;VALUE=DATE:20180411"], "begins and ends in different ways"),
        (
            ["DTSTART;TZID=Nowhere:20180410T140000", "DURATION:PT1H"],
            "is in the time zone 'Nowhere', which is not known",
        ),
        (["DTSTART:20180410T140000", "DURATION:PT1H", "EXRULE:FREQ=DAILY"], "has EXRULE, which is not read"),
        (
            ["DTSTART:21010410T140000", "DURATION:PT1H", "RDATE:21010411T140000"],
            "begins after 2100-12-31, up to when its occurrences are read",
        ),
        (
            ["DTSTART:20180410T140000", "DURATION:PT1H", "RRULE:FREQ=HOURLY", "EXDATE:20180411T140000"],
            "no FREQ of whole days",
        ),
        (["DTSTART:99991230T140000", "DURATION:P5D"], "runs past the year 9999"),
        (["DTSTART;VALUE=DATE:20180410", "DTEND:20180410T150000Z"], "is no day and no time of one"),
        (
            ["DTSTART:20180410T140000", "DURATION:PT1H", "RRULE:FREQ=DAILY;UNTIL=20189910T140000"],
            "cannot be read: .*UNTIL=20189910T140000",
        ),
    ],
)
def test_events_with_times_that_cannot_be_read(tmp_path, lines, message):
    with pytest.raises(errors.HolidaysError, match=message):
        ical(tmp_path, lines)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"country": "GB", "categories": 5},
            "holidays have no 'country' (got 'GB'); write countries = ['GB-ENG'], and",
        ),
        (
            {"code": "GB"},
            "holidays have no 'code' (got 'GB'); write countries = ['GB-ENG'], and categories = ['public']",
        ),
        ({"categories": ["bank"], "nation": 5}, "holidays have no 'nation' (got 5); write countries = ['GB-ENG'], and"),
        (
            {"2018-01-01": "New Year", "countries": 5},
            "dates stand beside 'countries'; give each under dates: dates = {",
        ),
        ({"countries": "GB", "categories": 5}, "categories: 5 are no categories; give names such as public"),
        ({"New Year": "2018-01-01"}, "'New Year' is not a date; write it like 2026-12-24"),
    ],
)
def test_a_table_of_holidays_is_of_one_sort(given, message):
    with pytest.raises(errors.HolidaysError, match=re.escape(message)):
        sc.Holidays.parse(given)
    policy = {"name": "x", "targets": {}, "calendar": {"timezone": "UTC", "hours": "24/7", "holidays": given}}
    with pytest.raises(errors.SlaClockError, match=r"^calendar\.holidays\b.*" + re.escape(message)):
        sc.Policy.model_validate(policy)
