"""Every error of the clock says what is wrong, with which value, and what to do: all of them, as reviewed."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import slaclock as sc
from desk import EXAMPLE, at, desk, ticket, with_rules
from slaclock.errors import MissingExtraError
from slaclock.policy.standards import Standard
from slaclock.temporal.instants import parse_instant

SNAPSHOT = Path(__file__).parent / "snapshots" / "messages.txt"
DESK = desk()
OPENED = at("2018-04-09 10:00")
NAIVE = datetime(2018, 4, 9, 10)
NEVER = sc.WorkingCalendar(timezone="Europe/London", hours={})
ALWAYS = sc.WorkingCalendar(timezone="Europe/London", hours="24/7")


def hours(text: str) -> Callable[[], Any]:
    return lambda: sc.WorkingCalendar.parse(text, timezone="Europe/London", holidays="GB-ENG")


def calendar(**fields: Any) -> Callable[[], Any]:
    return lambda: sc.WorkingCalendar(**{"timezone": "Europe/London", "hours": {"mon": "08:00-17:00"}, **fields})


def special(when: object, own: object = ()) -> Callable[[], Any]:
    return calendar(special={when: own})


def due(target: Any, start: datetime = OPENED, of: sc.WorkingCalendar = DESK, **more: Any) -> Callable[[], Any]:
    return lambda: sc.deadline(start, target, calendar=of, **more)


def holidays(value: object) -> Callable[[], Any]:
    return lambda: sc.Holidays.parse(value)


def written(name: str, text: str) -> str:
    """The name of a file, which the test writes before it asks."""
    FILES[name] = text
    return name


def event(name: str, *lines: str) -> str:
    """The name of an iCalendar file with one event."""
    inner = "\r\n".join(["BEGIN:VEVENT", f"UID:{name}", f"SUMMARY:The {name}", *lines, "END:VEVENT", ""])
    return written(f"{name}.ics", ICAL.format(inner))


def allowances(given: dict[str, Any]) -> Any:
    used = [sc.Usage(allowance="beer", at=OPENED, amount="1 hour")]
    return sc.allowance_years(used, with_rules(allowances=given))


def warning(given: object) -> Callable[[], Any]:
    return lambda: with_rules(warnings={"nearly": given})


def targets(given: object) -> Callable[[], Any]:
    return lambda: with_rules(targets={"incident": given})


def measure(given: object) -> Callable[[], Any]:
    return lambda: with_rules(measures={**EXAMPLE.measures, "own": given})


FILES: dict[str, str] = {}
ICAL = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\n{}END:VCALENDAR\r\n"
TEXTS = [
    "", "  ", "Mo-Fr", "Mo-Fr 08:00", "Mo 08:00-12:00+", "Mo 08:00-12:00 + 13:00",
    "Mo-Fr 08:00-", "Mo-Fr 08:00+", "Mo-Fr 8-17", "Xx 08:00-17:00",
    "Mo-Fr 08:00-17:00, Sa", "Mo, 08:00-17:00", "Mo-Fr 08:00-17:00; Sa,",
    "Mo-Fr 08:00-17:00 Sa 09:00-12:00", "PH-Mo off", "Mo-PH off", "24/7 08:00-17:00", "Mo 24/7", "Mo 25:00-26:00",
    "Mo 08:00-08:00", "Dec 24 off; Mo-Fr 08:00-17:00", "2026 Dec 24 off; PH 10:00-12:00", "Feb 30 off",
    "Apr 31-May 2 off", "Jul-Aug Mo 9:00-15:00; Mo off", "PH off; Jul Mo 9:00-15:00", "Jul PH off", "Jul-5 off",
    "12:00-13:00 off; Mo-Fr 08:00-17:00", "PH 12:00-13:00 off", "Dec 24,Mo off", "2026 Dec 24,Dec 31 off",
    "Dec Mo 9:00-15:00; 2026 Dec 21-24 Mo off", "2026 Nov-Feb Mo off", "Mo 9:00-15:00 off off",
    "Dec 24-2018 Dec 26 off", "2018 Feb 29 off", "2018 Dec 26-2018 Dec 24 off", "2018 Dec 24 off; Dec 25 off",
    "easter off", "Dec 24 Mo", "Dec 24 off; 08:00-17:00", "Dec 24 off; Mo,PH off", "2018 Dec 24 08:00-12:00; PH off",
    "week 1-10 Mo 08:00-17:00", "sunrise-sunset",
]  # fmt: skip
ASKED: dict[str, Callable[[], Any]] = {
    **{f"hours {text!r}": hours(text) for text in TEXTS},
    **{f"target {text!r}": due(text) for text in (
        "", "2", "hours", "2 fortnights", "-2 hours", "5-3 hours", "5-3 days", "2 hours by close", "1 day by 25:00",
        "0.5 days by close", "1/7 seconds", "1/7 wall days", "< ", "1 day by dawn", "1 wall day by close",
        "1-2 wall days by 16:00",
    )},
    "a target that is a number": due(2),
    "a target of less than nothing": due(timedelta(hours=-1)),
    "half days by a rule that names moments": due("0.5 days", of=desk(day_rule="close-of-business")),
    "a naive start": due("2 hours", NAIVE),
    "a start that is a text": due("2 hours", "2018-04-09"),  # type: ignore[arg-type]
    "no open time": due("2 hours", of=NEVER),
    "no open time before": lambda: sc.subtract(OPENED, "2 hours", calendar=NEVER),
    "no working day": due("1 day by close", of=NEVER),
    "no opening": lambda: NEVER.next_open(OPENED),
    "no opening before": lambda: NEVER.previous_open(OPENED),
    "no closing before": lambda: NEVER.previous_close(OPENED),
    "no closing of what never closes": lambda: ALWAYS.next_close(OPENED),
    "no opening of what never closes": lambda: ALWAYS.previous_open(OPENED),
    "no working day after": lambda: NEVER.working_day(OPENED.date(), 1),
    "working days before the first year": lambda: DESK.working_day(OPENED.date(), -9_999_999),
    "half a working day": lambda: DESK.working_day(OPENED.date(), 0.5),  # type: ignore[arg-type]
    "a moment for a first date": lambda: DESK.working_days(OPENED, OPENED.date()),
    "backward dates": lambda: DESK.working_days(OPENED.date(), date(2018, 4, 8)),
    "past the last year": due("99999999 hours"),
    "past the last year by the wall": due("99999999 wall hours"),
    "days past the last year": due("9999999 days"),
    "before the first year": lambda: sc.subtract(OPENED, "99999999 hours", calendar=DESK),
    "days before the first year": lambda: sc.subtract(OPENED, "9999999 days", calendar=DESK),
    "no inverse": lambda: sc.subtract(OPENED, "1 day by close", calendar=DESK),
    "backward": lambda: sc.elapsed(OPENED, at("2018-04-09 09:00"), calendar=DESK),
    "backward days": lambda: sc.elapsed_days(OPENED, at("2018-04-09 09:00"), calendar=DESK),
    "backward spans": lambda: DESK.spans(OPENED, at("2018-04-09 09:00")),
    "asked before the start": lambda: sc.remaining(OPENED, "1 h", calendar=DESK, at=at("2018-04-09 09:00")),
    "done before the start": lambda: sc.is_breached(
        OPENED, "1 h", calendar=DESK, at=OPENED, done=at("2018-04-09 09:00")
    ),
    "a moment for a date": lambda: DESK.is_working_day(OPENED),
    "a text for a date": lambda: DESK.is_working_day("2018-04-09"),  # type: ignore[arg-type]
    "a backward pause": due("2 hours", pauses=[(at("2018-04-09 12:00"), at("2018-04-09 11:00"))]),
    "a backward Pause": lambda: sc.Pause(start=at("2018-04-09 12:00"), end=at("2018-04-09 11:00")),
    "no pause": due("2 hours", pauses=["lunch"]),
    "an unknown zone": calendar(timezone="Europe/Londn"),
    "an unknown weekday": calendar(hours={"funday": "08:00-17:00"}),
    "a weekday twice": calendar(hours={"mon": "08:00-12:00", "Monday": "13:00-17:00"}),
    "hours that are a list": calendar(hours=["08:00-17:00"]),
    "a day that is a number": calendar(hours={"mon": 8}),
    "a span in words": calendar(hours={"mon": ["all day"]}),
    "a span that is a number": calendar(hours={"mon": [8]}),
    "a span from a sixtieth minute": calendar(hours={"mon": "08:60-17:00"}),
    "a span to a sixtieth second": calendar(hours={"mon": "08:00-17:00:60"}),
    "a span that opens at 24:00": calendar(hours={"mon": "24:00-03:00"}),
    "a time of no day": calendar(hours={"mon": "08:61-17:00"}),
    "special days that are a list": calendar(special=["2018-04-09"]),
    "special days that are a tuple": calendar(special=("2018-04-09",)),
    "a special day twice": calendar(special={"2018-12-24": [], "2018-12-24/2018-12-24": ["08:00-12:00"]}),
    "a special day that is no date": special("tomorrow"),
    "a special day without a month": special("2018-13-01"),
    "a special range that is backward": special("2018-12-28/2018-12-24"),
    "a special day with a note": special("2018-12-24", {"hours": [], "note": "Eve"}),
    "special days that overlap": calendar(special={"2018-12-24/2018-12-28": [], "2018-12-27/2018-12-31": []}),
    "a recurrence without FREQ": special("RRULE:BYMONTH=12"),
    "a recurrence by the hour": special("RRULE:FREQ=HOURLY"),
    "a recurrence that counts from nowhere": special("RRULE:FREQ=DAILY;INTERVAL=2"),
    "a recurrence of a thirteenth month": special("RRULE:FREQ=YEARLY;BYMONTH=13;BYMONTHDAY=1"),
    "a recurrence of 30 February": special("RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"),
    "a recurrence with more": special("RRULE:FREQ=DAILY EXDATE:20180409"),
    "a recurrence with an unknown part": special("RRULE:FREQ=DAILY;BYSPRING=1"),
    "a recurrence from no date": special("DTSTART:20180231 RRULE:FREQ=DAILY;INTERVAL=2"),
    "dated hours that are a table": calendar(dated_hours={"from": "2018-04-09"}),
    "dated hours with a note": calendar(dated_hours=[{"from": "2018-04-09", "hours": {}, "note": "x"}]),
    "dated hours without hours": calendar(dated_hours=[{"from": "2018-04-09"}]),
    "dated hours without dates": calendar(dated_hours=[{"hours": {}}]),
    "dated hours that are backward": calendar(dated_hours=[{"from": "2018-04-09", "until": "2018-04-08", "hours": {}}]),
    "dated hours that overlap": calendar(
        dated_hours=[{"from": "2018-04-09", "hours": {}}, {"from": "2018-05-01", "hours": {}}]
    ),
    "a fixed day without a length": calendar(day_rule="fixed-hours"),
    "a length for no fixed day": calendar(day_length="9h"),
    "a length that is none": calendar(day_rule="fixed-hours", day_length="soon"),
    "a length of nothing": calendar(day_rule="fixed-hours", day_length="0 h"),
    "a length of a number": calendar(day_rule="fixed-hours", day_length=9),
    "a length in parts of a microsecond": calendar(day_rule="fixed-hours", day_length="1/7 s"),
    **{f"a cut-off {cutoff!r}": calendar(cutoff=cutoff) for cutoff in (
        "24:00", "25:00", "3 pm", "", 15, True, time(15, tzinfo=UTC), time(15, 0, 0, 1),
    )},
    "a cut-off with arrivals on their own dates": calendar(cutoff="15:00", after_hours="same-date"),
    "an unknown length of a period": lambda: sc.subscription_year(OPENED).split_into("week"),  # type: ignore[arg-type]
    "a year that starts nowhere": lambda: sc.subscription_year(OPENED, starts=(4, 31)),
    "a year after the last": lambda: sc.subscription_year(at("9999-12-31 12:00")).next,
    "a year before the first": lambda: sc.SubscriptionYear(1).previous,
    "a backward split": lambda: sc.subscription_year(OPENED).split(OPENED, at("2018-04-09 09:00")),
    "an instant that is none": lambda: parse_instant("soon"),
    "an instant in another format": lambda: parse_instant("2018-04-09 10:00", DESK.zone, "%d/%m/%Y"),
    "an instant that is a date": lambda: parse_instant("2018-04-09", DESK.zone),
    "an instant without an offset": lambda: parse_instant("2018-04-09 10:00"),
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
    "a recurrence of a month that is none": special("RRULE:FREQ=YEARLY;BYMONTH=x;BYMONTHDAY=1"),
    "a recurrence of the day after the last": special("RRULE:FREQ=YEARLY;BYMONTH=4,6;BYMONTHDAY=31"),
    "a recurrence of day 32": special("RRULE:FREQ=YEARLY;BYMONTHDAY=32"),
    "a recurrence of day 0": special("RRULE:FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=0,-32"),
    "a recurrence until no date": special("RRULE:FREQ=DAILY;UNTIL=soon"),
    "a recurrence that counts": special("RRULE:FREQ=DAILY;COUNT=2"),
    "a recurrence by no interval": special("DTSTART:20180409 RRULE:FREQ=DAILY;INTERVAL=0"),
    "a recurrence of a sixth Friday": special("RRULE:FREQ=MONTHLY;BYDAY=MO,6FR"),
    "a recurrence of a 54th Sunday": special("RRULE:FREQ=YEARLY;BYDAY=54SU"),
    "a recurrence of a second Monday of the week": special("RRULE:FREQ=WEEKLY;BYDAY=2MO"),
    "a recurrence of a sixth Monday of a month of the year": special("RRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=6MO"),
    "a recurrence with a part that is twice equal": special("RRULE:FREQ=DAILY;BYMONTH=1=2"),
    "a recurrence with a part twice": special("RRULE:FREQ=DAILY;BYMONTH=1;BYMONTH=2"),
    "a recurrence with an empty part": special("RRULE:FREQ=DAILY;;BYMONTH=1"),
    "a recurrence with two ends": special("DTSTART:20180409 RRULE:FREQ=DAILY;COUNT=2;UNTIL=20180601"),
    "a recurrence until a moment": special("RRULE:FREQ=DAILY;UNTIL=20180601T000000Z"),
    "a recurrence until 31 June": special("RRULE:FREQ=DAILY;UNTIL=20180631"),
    "a recurrence of weeks from no day": special("RRULE:FREQ=WEEKLY;WKST=XX"),
    "a recurrence of leap days in other years": special(
        "DTSTART:20170101 RRULE:FREQ=YEARLY;INTERVAL=2;BYMONTH=2;BYMONTHDAY=29"
    ),
    "a window of weeks": lambda: sc.Target.parse("2-3 weeks"),
    "a window of hours by close": lambda: sc.Target.parse("2-3 hours by close"),
    "a recurrence with two rules": special("RRULE:FREQ=DAILY RRULE:FREQ=DAILY"),
    "an amount of days by a moment in hours": lambda: sc.Target(Fraction(1), "time", by="close"),
    "wall days": lambda: sc.Target(Fraction(1), "days", wall=True),
    "a target of negative days": lambda: sc.Target(Fraction(-3), "days"),
    "a target from negative hours": lambda: sc.Target(Fraction(7_200_000_000), "time", Fraction(-3_600_000_000)),
    "a length longer than any": calendar(day_rule="fixed-hours", day_length="99999999999 hours"),
    "an unknown allowance": lambda: allowances({"sims_training": {"amount": "30 hours"}, "paper": {"amount": "1 h"}}),
    "an allowance of a policy without any": lambda: allowances({}),
    "a warning without a moment": warning({"at": "soon"}),
    "a warning of no length": warning({"at": "2 fortnights before due"}),
    "a warning of a window": warning({"at": "1-2 hours before due"}),
    "a warning that is a number": warning({"at": 75}),
    "a warning of an unknown measure": warning({"at": "75%", "measure": "resolv"}),
    "a warning of an unknown priority": warning({"at": "75%", "priority": "P9"}),
    "a warning of priorities that are none": warning({"at": "75%", "priority": [1]}),
    "no percentages": lambda: sc.timeline(ticket(), EXAMPLE, at=OPENED, percents=50),  # type: ignore[arg-type]
    "a percentage that is none": lambda: sc.timeline(ticket(), EXAMPLE, at=OPENED, percents=(-50,)),
    "what falls due within a bound": lambda: sc.due_within([ticket()], EXAMPLE, at=OPENED, within="< 4 hours"),
    "what falls due of one ticket": lambda: sc.due_within(ticket(), EXAMPLE, at=OPENED),  # type: ignore[arg-type]
    "targets that are a text": targets("2 hours"),
    "a target that is a number in a policy": targets({"resolve": 2}),
    "a priority that is a text": targets({"P1": "2 hours"}),
    "a priority with a wrong target": targets({"P1": {"resolve": "soon"}, "respond": "later"}),
    "a priority that is unknown": lambda: EXAMPLE.target("incident", "P9", "resolve"),
    "a measure without a target": lambda: EXAMPLE.target("incident", "P1", "respond"),
    "a measure without a target of a kind": lambda: EXAMPLE.target("service_request", None, "respond"),
    "a standard on the wall clock without a target": lambda: Standard(kind="call", share=80, clock="wall"),
    "a backward pause without an end": lambda: sc.elapsed(
        OPENED, at("2018-04-09 12:00"), calendar=DESK, pauses=[(NAIVE, None)]
    ),
    "a time zone that is a number": calendar(timezone=5),
    "a weekday that is a number": calendar(hours={5: "08:00-17:00"}),
    "a special day whose name is a number": special("2018-12-24", {"hours": [], "name": 5}),
    "a holiday whose name is a number": holidays({"dates": {"2018-12-24": 5}}),
    "a division that is a number": lambda: sc.Holidays.from_gov_uk({}, 5),  # type: ignore[arg-type]
    "attributes that are a list": lambda: ticket(attributes=["site"]),
    "an attribute whose name is a number": lambda: ticket(attributes={5: "x"}),
    "a coverage that is a number": lambda: with_rules(coverage=5),
    "a measure of nothing": measure({}),
    "a measure of two kinds": measure({"starts": "asked", "while": {"pause": "third_party"}}),
    "a measure of what holds, with an end": measure({"while": {"pause": "third_party"}, "ends": "resolved"}),
    "a measure of what holds, with a next": measure({"while": {"pause": "third_party"}, "next": "due"}),
    "a measure of what never holds": measure({"while": {"team": []}}),
    "a measure that starts with an end": measure({"starts": "resolved"}),
    "a measure of one cycle and a next": measure({"starts": "opened", "ends": "answered", "next": "grid"}),
    "a measure with events that are a number": measure({"starts": 5}),
    "a grid of no length": lambda: with_rules(
        measures={"update": {"next": "grid"}}, targets={"incident": {"update": "0 hours"}}
    ),
    "a measure that is called as a key": lambda: with_rules(
        measures={**EXAMPLE.measures, "within": {"starts": "opened"}}
    ),
    "an unknown attribute": lambda: date.fromisoformat(str(DESK.model_copy(update={"colour": "red"}))),
}  # fmt: skip


VALUELESS = {
    # So much open time, or an answer, is not there, whatever was asked: no one value is at fault.
    "no open time", "no open time before", "no working day", "no opening", "no opening before", "no closing before",
    "no closing of what never closes", "no opening of what never closes", "no working day after",
    "working days before the first year", "past the last year", "past the last year by the wall",
    "days past the last year", "before the first year", "days before the first year",
    # A target that was put together, and not read.
    "a target of less than nothing", "an amount of days by a moment in hours", "wall days", "a target of negative days",
    "a target from negative hours",
    # The whole of a file, which the message names.
    "bank holidays that are not JSON", "bank holidays that are not there",
}  # fmt: skip
"""What goes wrong without a value of which it does."""


def test_what_every_error_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        Path(name).write_text(text, encoding="utf-8", newline="")
    said = []
    for name, asked in ASKED.items():
        try:
            answer = asked()
        except sc.SlaClockError as wrong:
            said.append(f"{name}\n    {type(wrong).__name__}: {wrong}\n")
            assert all((one.value is None) == (name in VALUELESS) for one in wrong.all), (name, wrong.all)
        else:
            raise AssertionError(f"{name}: {answer!r}")
    text = "".join(said)
    if os.environ.get("UPDATE_SNAPSHOTS"):
        SNAPSHOT.write_text(text, encoding="utf-8")
    assert text == SNAPSHOT.read_text(encoding="utf-8")


def test_an_icalendar_file_without_its_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "icalendar", None)
    with pytest.raises(sc.SlaClockError) as caught:
        sc.Holidays.from_ical("holidays.ics")
    assert str(caught.value) == str(MissingExtraError.for_extra("icalendar", "ical"))
    assert "pip install 'slaclock[ical]'" in str(caught.value)
