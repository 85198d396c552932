"""Recurring dates: those that a plain reading of the rule gives, in any year, and years that are alike are alike."""

from __future__ import annotations

from calendar import isleap, monthrange
from datetime import date, timedelta

import pytest

from slaclock.recurrence import Recurrence

YEARS = [1, 2, 1999, 2017, 2018, 2019, 2020, 2024, 2399, 2401, 5_000, 9_998, 9_999]


def every(step, unit, first, also=lambda _: True):
    """Whether a date lies a whole number of steps after the first."""

    def falls(day):
        if day < first:
            return False
        count = {
            "day": (day - first).days,
            "week": ((day - timedelta(days=day.weekday())) - (first - timedelta(days=first.weekday()))).days // 7,
            "month": (day.year - first.year) * 12 + day.month - first.month,
            "year": day.year - first.year,
        }[unit]
        return count % step == 0 and also(day)

    return falls


LAST_FRIDAY = "FREQ=MONTHLY;BYDAY=-1FR"
RULES = {
    "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24": lambda day: (day.month, day.day) == (12, 24),
    "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;": lambda day: (day.month, day.day) == (2, 29),
    "FREQ=YEARLY;BYMONTH=1,12;BYMONTHDAY=1,31,-31": lambda day: day.month in (1, 12) and day.day in (1, 31),
    "FREQ=MONTHLY;BYMONTHDAY=31": lambda day: day.day == 31,
    LAST_FRIDAY: lambda day: day.weekday() == 4 and day.day + 7 > monthrange(day.year, day.month)[1],
    "FREQ=WEEKLY;BYDAY=WE": lambda day: day.weekday() == 2,
    "FREQ=DAILY;INTERVAL=1;BYDAY=SA": lambda day: day.weekday() == 5,
    "DTSTART:20180105 RRULE:FREQ=WEEKLY;INTERVAL=2": every(
        2, "week", date(2018, 1, 5), lambda day: day.weekday() == 4
    ),
    "DTSTART:20180105 FREQ=WEEKLY;INTERVAL=3": every(3, "week", date(2018, 1, 5), lambda day: day.weekday() == 4),
    "DTSTART;VALUE=DATE:20180105T000000 RRULE:FREQ=DAILY;INTERVAL=10": every(10, "day", date(2018, 1, 5)),
    "DTSTART:20180131 RRULE:FREQ=MONTHLY;INTERVAL=7": every(
        7, "month", date(2018, 1, 31), lambda day: day.day == 31
    ),
    "DTSTART:20180401 RRULE:FREQ=YEARLY;INTERVAL=3": every(
        3, "year", date(2018, 4, 1), lambda day: (day.month, day.day) == (4, 1)
    ),
    "DTSTART:20180105 RRULE:FREQ=WEEKLY;COUNT=60": lambda day: (
        day.weekday() == 4 and 0 <= (day - date(2018, 1, 5)).days < 60 * 7
    ),
    "FREQ=WEEKLY;BYDAY=MO;UNTIL=20180601": lambda day: day.weekday() == 0 and day <= date(2018, 6, 1),
    "DTSTART:20180602 RRULE:FREQ=YEARLY": lambda day: (day.month, day.day) == (6, 2) and day.year >= 2018,
}  # fmt: skip


def dates(year):
    first = date(year, 1, 1).toordinal()
    return [date.fromordinal(first + number) for number in range(366 if isleap(year) else 365)]


@pytest.mark.parametrize("text", RULES)
@pytest.mark.parametrize("year", YEARS)
def test_the_dates_of_a_rule(text, year):
    expected = {day.toordinal() for day in dates(year) if RULES[text](day)}
    assert Recurrence.parse(text).days(year) == expected


@pytest.mark.parametrize("text", RULES)
def test_years_of_one_shape_are_alike(text):
    rule = Recurrence.parse(text)
    alike: dict[object, list[date]] = {}
    for year in [*range(1, 40), *range(1_990, 2_060), *range(9_970, 10_000)]:
        shape = rule.shape(year)
        if shape == "never":
            assert not rule.days(year)
        elif shape is not None:
            layout = (date(year, 1, 1).weekday(), isleap(year), year > 1 and isleap(year - 1))
            found = [date.fromordinal(day).replace(year=2000) for day in sorted(rule.days(year))]
            assert alike.setdefault((shape, layout), found) == found, year


@pytest.mark.parametrize(
    ("text", "shapes"),
    [
        ("FREQ=WEEKLY;BYDAY=WE", {2: None, 3: "always", 2018: "always", 9_999: "always"}),
        ("FREQ=DAILY;INTERVAL=1", {2018: "always"}),
        ("DTSTART:20180105 RRULE:FREQ=DAILY;INTERVAL=10", {2016: "never", 2017: None, 2030: None}),
        ("DTSTART:20180105 RRULE:FREQ=DAILY;INTERVAL=01", {2016: "never", 2017: None, 2019: None, 2020: "always"}),
        ("DTSTART:20180105 RRULE:FREQ=WEEKLY;COUNT=3", {2016: "never", 2017: None, 2030: None}),
        ("FREQ=WEEKLY;BYDAY=MO;UNTIL=20180601", {2016: "always", 2017: None, 2019: None, 2020: "never"}),
    ],
)
def test_shapes(text, shapes):
    rule = Recurrence.parse(text)
    assert {year: rule.shape(year) for year in shapes} == shapes


@pytest.mark.parametrize("text", RULES)
def test_a_rule_is_written_as_it_is_read(text):
    rule = Recurrence.parse(text)
    assert Recurrence.looks_like(text)
    assert Recurrence.looks_like(str(rule).lower())
    assert Recurrence.parse(str(rule)) == rule
    assert str(Recurrence.parse("freq=weekly;byday=we;")) == "RRULE:FREQ=WEEKLY;BYDAY=WE"
    assert str(Recurrence.parse("DTSTART:20180105 FREQ=DAILY")) == "DTSTART:20180105 RRULE:FREQ=DAILY"
    assert not Recurrence.looks_like("2018-01-05")
    assert Recurrence.looks_like("DTSTART:20180105")
