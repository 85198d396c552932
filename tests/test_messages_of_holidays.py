"""Every error of holidays and their files says what is wrong, with which value, and what to do."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import slaclock as sc
from desk import at
from messages import Asked, check_messages
from slaclock.errors import HolidaysError, MissingExtraError

OPENED = at("2018-04-09 10:00")
FILES: dict[str, str] = {}
ICAL = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\n{}END:VCALENDAR\r\n"


def holidays(value: object) -> Callable[[], Any]:
    return lambda: sc.Holidays.parse(value)


def hours_of(file: str) -> Callable[[], Any]:
    return lambda: sc.WorkingCalendar(timezone="Europe/London", hours={}, special={"ical": file})


def written(name: str, text: str) -> str:
    """The name of a file, which the test writes before it asks."""
    FILES[name] = text
    return name


def event(name: str, *lines: str) -> str:
    """The name of an iCalendar file with one event."""
    inner = "\r\n".join(["BEGIN:VEVENT", f"UID:{name}", f"SUMMARY:The {name}", *lines, "END:VEVENT", ""])
    return written(f"{name}.ics", ICAL.format(inner))


ASKED: Asked = {
    "holidays that are a number": holidays(7),
    "a holiday that is a moment": holidays([OPENED]),
    "a holiday in words": holidays(["2 May"]),
    "a holiday that is a moment, by name": holidays({OPENED: "Monday"}),
    "a holiday of no date": holidays(["2018-02-30"]),
    "a holiday that is a number": holidays([7]),
    "a country by its name": holidays("England"),
    "a country that is none": holidays(["GB", "XX"]),
    "a division of no country": holidays("GB-XX"),
    "holidays of no division": lambda: sc.Holidays.from_gov_uk({"wales": {}, "england": {}}, "scotland"),
    "bank holidays that are a list": holidays({"gov_uk": written("list.json", "[]")}),
    "a bank holiday without a title": lambda: sc.Holidays.from_gov_uk(
        {"scotland": {"events": [{"date": "2018-01-02"}]}}, "scotland"
    ),
    "a bank holiday of no date": lambda: sc.Holidays.from_gov_uk(
        {"england-and-wales": {"events": [{"date": "2018-02-30", "title": "x"}]}}
    ),
    "bank holidays that are not JSON": holidays({"gov_uk": written("no.json", "{")}),
    "bank holidays that are not there": holidays({"gov_uk": "nowhere.json"}),
    "holidays by two files": holidays({"gov_uk": "a.json", "ical": "b.ics"}),
    "an iCalendar that is not there": holidays({"ical": "nowhere.ics"}),
    "an iCalendar without events": holidays({"ical": written("none.ics", ICAL.format(""))}),
    "an iCalendar with a timed event": holidays({"ical": event("timed", "DTSTART:20180413T100000Z")}),
    "an iCalendar with an event that ends at a time": holidays(
        {"ical": event("ends", "DTSTART;VALUE=DATE:20180413", "DTEND:20180413T100000Z")}
    ),
    "an iCalendar with an event without a date": holidays({"ical": event("undated", "STATUS:CONFIRMED")}),
    "an iCalendar with a rule of exceptions": holidays(
        {"ical": event("except", "DTSTART;VALUE=DATE:20180413", "RRULE:FREQ=DAILY", "EXRULE:FREQ=WEEKLY")}
    ),
    "an iCalendar past its horizon": holidays(
        {"ical": event("late", "DTSTART;VALUE=DATE:21010413", "RDATE;VALUE=DATE:21010414")}
    ),
    "an iCalendar with a length": holidays({"ical": event("long", "DTSTART;VALUE=DATE:20180413", "DURATION:PT36H")}),
    "an iCalendar with an event that ends before it starts": holidays(
        {"ical": event("backward", "DTSTART;VALUE=DATE:20180413", "DTEND;VALUE=DATE:20180412")}
    ),
    "an iCalendar with an event of two starts": holidays(
        {"ical": event("starts", "DTSTART;VALUE=DATE:20180413", "DTSTART;VALUE=DATE:20180414")}
    ),
    "an iCalendar with an event of two names": holidays(
        {"ical": event("named", "SUMMARY:A", "SUMMARY:B", "DTSTART;VALUE=DATE:20180413")}
    ),
    "an iCalendar with an event of two rules": holidays(
        {"ical": event("rules", "DTSTART;VALUE=DATE:20180413", "RRULE:FREQ=YEARLY", "RRULE:FREQ=DAILY")}
    ),
    "an iCalendar with an event of no rule": holidays(
        {"ical": event("never", "DTSTART;VALUE=DATE:20180413", "RRULE:FREQ=HOURLY")}
    ),
    "an iCalendar with an event that ends nowhere": holidays(
        {"ical": event("broken", "DTSTART;VALUE=DATE:20180413", "DTEND:")}
    ),
    "an iCalendar with an event of a century": holidays(
        {"ical": event("century", "DTSTART;VALUE=DATE:20180413", "DTEND;VALUE=DATE:21180413")}
    ),
    "recurring holidays without names": holidays({"recurring": [["FREQ=DAILY"]]}),
    "recurring holidays of no rule": holidays({"recurring": [["FREQ=NEVER", "x"]]}),
    "recurring holidays that are a number": holidays({"recurring": 7}),
    "a holiday whose name is a number": holidays({"dates": {"2018-12-24": 5}}),
    "a division that is a number": lambda: sc.Holidays.from_gov_uk({}, 5),  # type: ignore[arg-type]
    **{f"holidays {value!r}": holidays(value) for value in (
        {"countries": [{"code": "GB", "year": 2018}]}, {"countries": [{"code": 5}]},
        {"countries": ["GB"], "language": 5}, {"countries": ["GB", {"code": "FR", "language": 5}]}, {"countries": "Xx"},
        {"countries": ["AQ"], "language": "en"},
        {"countries": ["GB"], "categories": 5}, {"countries": ["GB"], "categories": [5]},
        {"countries": ["GB"], "from": 2018},
        {"country": "GB", "until": 2018}, {"2018-12-24": "Christmas Eve", "countries": ["GB"]}, {"dates": "GB"},
        {"countries": 5}, {"countries": {"GB": "ENG"}}, {"categories": ["public"]}, {"countries": ["2018-12-24"]},
        {"closed": "14:00"}, {"closed": [{"when": "2018-04-09"}]},
        {"closed": [{"when": "soon", "hours": "14:00-16:00"}]},
        {"closed": [{"when": "2018-04-09", "hours": "14:00-16:00", "name": 5}]},
        ["2018-01-01/2020-01-01"],
    )},
    "an iCalendar with an event that recurs without end": holidays(
        {"ical": event("endless", "DTSTART;VALUE=DATE:20180101", "DURATION:P366D", "RRULE:FREQ=DAILY;COUNT=550")}
    ),
    "an iCalendar with a rule from a time of no day": holidays(
        {"ical": event("timeless", "DTSTART;VALUE=TIME:100000", "RRULE:FREQ=DAILY")}
    ),
    "an iCalendar with days past the last year": holidays(
        {"ical": event("last", "DTSTART;VALUE=DATE:99991231", "DURATION:P3D")}
    ),
    "an iCalendar with times past the last year": holidays(
        {"ical": event("lasting", "DTSTART;TZID=Europe/London:99991230T100000", "DURATION:P3DT1H")}
    ),
    "an iCalendar in no time zone": holidays(
        {"ical": event("nowhere", "DTSTART;TZID=Nowhere/Land:20180409T100000", "DURATION:PT1H")}
    ),
    "an iCalendar with an event of two clocks": holidays(
        {"ical": event("clocks", "DTSTART:20180409T100000", "DTEND:20180409T110000Z")}
    ),
    "an iCalendar of hours in the hour that is repeated": hours_of(
        event("repeated", "DTSTART:20181028T011500Z", "DURATION:PT1H")
    ),
}  # fmt: skip
VALUELESS = {
    # The whole of a file, which the message names.
    "bank holidays that are not JSON", "bank holidays that are not there",
}  # fmt: skip
"""What goes wrong without a value of which it does."""


def write_files(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    for name, text in FILES.items():
        Path(name).write_text(text, encoding="utf-8", newline="")


def test_what_every_error_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_files(tmp_path, monkeypatch)
    check_messages("messages-of-holidays.txt", ASKED, VALUELESS)


@pytest.mark.parametrize(
    ("holidays", "value", "said", "remedy"),
    [
        (
            {"countries": ["GB"], "language": "xx"}, "xx",
            "countries.0: the holidays library knows no language 'xx' of GB", "use one of: en_GB, ",
        ),
        (
            {"countries": ["GB"], "categories": ["festive"]}, "festive",
            "countries.0: the holidays library knows no category 'festive' of GB", "use one of: public",
        ),
        ({"ical": written("none.txt", "x")}, "none.txt", "none.txt is not an iCalendar file (", "export it anew"),
        (
            {"ical": event("soon", "DTSTART;VALUE=DATE:20180409", "RDATE:soon")}, "The soon",
            "soon.ics: the event 'The soon' has occurrences that cannot be read (", "export it anew",
        ),
    ],
)  # fmt: skip
def test_what_is_said_in_the_words_of_a_library(
    holidays: object, value: str, said: str, remedy: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_files(tmp_path, monkeypatch)
    with pytest.raises(HolidaysError) as caught:
        sc.Holidays.parse(holidays)
    assert str(caught.value).startswith(said)
    assert caught.value.remedy.startswith(remedy)
    assert caught.value.value == value


@pytest.mark.parametrize("library", ["icalendar", "recurring_ical_events"])
def test_an_icalendar_file_without_its_library(library: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "late.ics"
    path.write_text(FILES[event("recurring", "DTSTART;VALUE=DATE:20180413", "RDATE;VALUE=DATE:20180414")], newline="")
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(sc.SlaClockError) as caught:
        sc.Holidays.from_ical(path)
    assert str(caught.value) == str(MissingExtraError.for_extra(library.replace("_", "-"), "ical"))
    assert "pip install 'slaclock[ical]'" in str(caught.value)
