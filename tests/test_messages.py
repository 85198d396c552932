"""Every error of calendars and clocks says what is wrong, with which value, and what to do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import reduce
from operator import or_
from typing import Any

import slaclock as sc
from desk import at, desk
from messages import Asked, check_messages
from slaclock.temporal.instants import parse_instant

DESK = desk()
OPENED = at("2018-04-09 10:00")
NAIVE = datetime(2018, 4, 9, 10)
NEVER = sc.WorkingCalendar(timezone="Europe/London", hours={})
TOKYO = sc.WorkingCalendar(timezone="Asia/Tokyo", hours="24/7")
ALWAYS = sc.WorkingCalendar(timezone="Europe/London", hours="24/7")


class Unnamed(sc.WorkingCalendar):
    """A kind of calendar that files do not know."""


def hours(text: str) -> Callable[[], Any]:
    return lambda: sc.WorkingCalendar.parse(text, timezone="Europe/London", holidays="GB-ENG")


def calendar(**fields: Any) -> Callable[[], Any]:
    return lambda: sc.WorkingCalendar(**{"timezone": "Europe/London", "hours": {"mon": "08:00-17:00"}, **fields})


def special(when: object, own: object = ()) -> Callable[[], Any]:
    return calendar(special={when: own})


def instant(text: str, form: str) -> Callable[[], Any]:
    return lambda: parse_instant(text, DESK.zone, form)


def due(target: Any, start: datetime = OPENED, of: sc.WorkingCalendar = DESK, **more: Any) -> Callable[[], Any]:
    return lambda: sc.deadline(start, target, calendar=of, **more)


TEXTS = [
    "", "  ", "Mo-Fr", "Mo-Fr 08:00", "Mo 08:00-12:00+", "Mo 08:00-12:00 + 13:00",
    "Mo-Fr 08:00-", "Mo-Fr 08:00+", "Mo-Fr 8-17", "Xx 08:00-17:00", "Mon-Fri 08:00-17:00", "Mo-Fri 08:00-17:00",
    "Mo-Fr 08:00-17:00, Sa", "Mo, 08:00-17:00", "Mo-Fr 08:00-17:00; Sa,",
    "Mo-Fr 08:00-17:00 Sa 09:00-12:00", "PH-Mo off", "Mo-PH off", "24/7 08:00-17:00", "Mo 24/7", "Mo 25:00-26:00",
    "Mo 08:00-08:00", "Dec 24 off; Mo-Fr 08:00-17:00", "2026 Dec 24 off; PH 10:00-12:00", "Feb 30 off",
    "Apr 31-May 2 off", "Jul-Aug Mo 9:00-15:00; Mo off", "PH off; Jul Mo 9:00-15:00", "Jul PH off", "Jul-5 off",
    "12:00-13:00 off; Mo-Fr 08:00-17:00", "PH 12:00-13:00 off", "Dec 24,Mo off", "2026 Dec 24,Dec 31 off",
    "Dec Mo 9:00-15:00; 2026 Dec 21-24 Mo off", "2026 Nov-Feb Mo off", "Mo 9:00-15:00 off off",
    "Dec 24-2018 Dec 26 off", "2018 Feb 29 off", "2018 Dec 26-2018 Dec 24 off", "2018 Dec 24 off; Dec 25 off",
    "easter off", "Dec 24 Mo", "Dec 24 off; 08:00-17:00", "Dec 24 off; Mo,PH off", "2018 Dec 24 08:00-12:00; PH off",
    "PH 08:00-12:00; Dec 24 09:00-10:00; PH 09:00-10:00 off", "PH 10:00-12:00; 2026 Dec 21-24 Mo 09:00-11:00",
    "week 1-10 Mo 08:00-17:00", "sunrise-sunset", "0000 Dec 24 off", "Dec 24 off; Dec Mo 9:00-15:00",
]  # fmt: skip
ASKED: Asked = {
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
    "a backward pause of texts": due("2 hours", pauses=[("2018-04-09T12:00Z", "2018-04-09T11:00Z")]),
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
    "an instant that is none": lambda: parse_instant("soon"),
    "an instant in another format": lambda: parse_instant("2018-04-09 10:00", DESK.zone, "%d/%m/%Y"),
    "an instant that is a date": lambda: parse_instant("2018-04-09", DESK.zone),
    "an instant without an offset": lambda: parse_instant("2018-04-09 10:00"),
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
    "a recurrence with two rules": special("RRULE:FREQ=DAILY RRULE:FREQ=DAILY"),
    "a length longer than any": calendar(day_rule="fixed-hours", day_length="99999999999 hours"),
    "a backward pause without an end": lambda: sc.elapsed(
        OPENED, at("2018-04-09 12:00"), calendar=DESK, pauses=[(NAIVE, None)]
    ),
    "a time zone that is a number": calendar(timezone=5),
    "a weekday that is a number": calendar(hours={5: "08:00-17:00"}),
    "a special day whose name is a number": special("2018-12-24", {"hours": [], "name": 5}),
    "an unknown attribute": lambda: date.fromisoformat(str(DESK.model_copy(update={"colour": "red"}))),
    "a length that is a text": lambda: sc.format_duration("2 hours"),  # type: ignore[arg-type]
    "an instant past the last year in its zone": due("1 wall hour", "9999-12-31T15:30Z", of=TOKYO),  # type: ignore[arg-type]
    **{f"{text!r} in the format {form!r}": instant(text, form) for text, form in (
        ("09 10:00", "%d %H:%M"), ("09 09", "%d %Y %d"), ("9", "%Q"), ("2018-04-09 10:00 CST", "%Y-%m-%d %H:%M %Z"),
        ("in spring", "%Y-%m-%d %H:%M %Z"),
    )},
    "no calendar of a deadline": due("2 hours", of="desk"),  # type: ignore[arg-type]
    "no calendar of a subtraction": lambda: sc.subtract(OPENED, "2 hours", calendar=5),  # type: ignore[arg-type]
    "no calendar of elapsed time": lambda: sc.elapsed(OPENED, OPENED, calendar=5),  # type: ignore[arg-type]
    "no calendar of elapsed days": lambda: sc.elapsed_days(OPENED, OPENED, calendar=5),  # type: ignore[arg-type]
    "no calendar of what remains": lambda: sc.remaining(OPENED, "1 h", calendar=5, at=OPENED),  # type: ignore[arg-type]
    "no calendar of a breach": lambda: sc.is_breached(OPENED, "1 h", calendar=5, at=OPENED),  # type: ignore[arg-type]
    "a policy for a calendar": due("2 hours", of=sc.Policy.example()),  # type: ignore[arg-type]
    "a breach before the start": lambda: sc.is_breached(OPENED, "1 h", calendar=DESK, at=at("2018-04-09 09:00")),
    "pauses that are a text": due("2 hours", pauses="lunch"),
    "a calendar that is a number": lambda: sc.Calendar.of(5),
    "a kind of calendar that there is": lambda: sc.Calendar.type_named("working")(sc.CombinedCalendar),
    "a kind of calendar without a name": Unnamed(timezone="Europe/London", hours={}).to_json,
    "calendars joined without end": lambda: reduce(or_, [DESK] * 65),
    **{f"dates known from {known!r}": calendar(special={"2018-12-24": []}, known_from=known) for known in (
        "soon", {"2018-12-24": 5}, {"2018-12-24": "soon"}, {"2018-12-24": "2018-13-01"}, {"soon": "2018-12-01"},
        {"2018-12-24": "2018-12-01", date(2018, 12, 24): "2018-12-01"}, {"2018-12-27": "2018-12-01"},
    )},
    **{f"closures {closed!r}": calendar(closed=closed) for closed in (
        "2018-04-09", {"2018-04-09": []}, {"2018-04-09": {"hours": "14:00-16:00", "note": "x"}},
        {"2018-04-09": {"hours": "14:00-16:00", "name": 5}}, {"2018-04-09": {"hours": "14:00-16:00", "timezone": 5}},
        {"2018-04-09": "14:00-15:00", date(2018, 4, 9): {"hours": "15:00-16:00", "name": "Fire drill"}},
    )},
    **{f"seasons {seasons!r}": calendar(seasons=seasons) for seasons in (
        "summer", {7: {"mon": []}}, {"07-01/08-31": {}}, {"13-01/14-01": {"mon": []}},
        {"07-01/08-31": {"mon": []}, "08-01/09-30": {"mon": []}},
    )},
    "a recurring special day twice": calendar(special={
        "RRULE:FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24": [],
        "RRULE:FREQ=YEARLY;BYMONTHDAY=24;BYMONTH=12": ["08:00-12:00"],
    }),
    "hours of holidays that are not given": calendar(hours="Mo-Fr 08:00-17:00; PH off"),
    "hours of holidays that are said twice": calendar(
        hours="Mo-Fr 08:00-17:00; PH off", holidays="GB-ENG", holiday_hours="08:00-12:00"
    ),
}  # fmt: skip
VALUELESS = {
    # So much open time, or an answer, is not there, whatever was asked: no one value is at fault.
    "no open time", "no open time before", "no working day", "no opening", "no opening before", "no closing before",
    "no closing of what never closes", "no opening of what never closes", "no working day after",
    "working days before the first year", "past the last year", "past the last year by the wall",
    "days past the last year", "before the first year", "days before the first year",
    "an instant past the last year in its zone",
    # A field that is missing.
    "a fixed day without a length",
    # A target that was put together, and not read.
    "a target of less than nothing",
}  # fmt: skip
"""What goes wrong without a value of which it does."""


def test_what_every_error_says() -> None:
    check_messages("messages.txt", ASKED, VALUELESS)
