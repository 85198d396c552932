"""Recurring dates: those that a plain reading of the rule gives, in any year, and years that are alike are alike."""

from __future__ import annotations

from calendar import isleap, monthrange
from datetime import date, datetime, timedelta

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from slaclock.calendar.recurrence import Recurrence
from slaclock.errors import HoursError

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
    "FREQ=WEEKLY;BYDAY=SA,SU": lambda day: day.weekday() > 4,
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
    "FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO": lambda day: day.weekday() == 0 and day.month == 5 and day.day > 24,
    "FREQ=MONTHLY;BYDAY=5FR": lambda day: day.weekday() == 4 and day.day > 28,
    "DTSTART:20160229 RRULE:FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=1": every(
        3, "month", date(2016, 2, 29), lambda day: day.day == 1
    ),
    "DTSTART:20160229 RRULE:FREQ=YEARLY;INTERVAL=2": every(
        2, "year", date(2016, 2, 29), lambda day: (day.month, day.day) == (2, 29)
    ),
    "DTSTART:20180602 RRULE:FREQ=YEARLY": lambda day: (day.month, day.day) == (6, 2) and day.year >= 2018,
}  # fmt: skip


def numbers(low, high):
    """One to three numbers of a part, from the end too where it counts from there."""
    one = st.integers(1, high) | st.integers(low, -1) if low < 0 else st.integers(low, high)
    return st.lists(one, min_size=1, max_size=3).map(lambda found: ",".join(map(str, found)))


WEEKDAYS = st.lists(st.sampled_from(["MO", "TU", "FR", "SU"]), min_size=1, max_size=3).map(",".join)
ENDS = st.just({}) | st.fixed_dictionaries({"COUNT": st.integers(1, 500)}) | st.fixed_dictionaries(
    {"UNTIL": st.dates(date(2000, 1, 1), date(2060, 1, 1)).map("{:%Y%m%d}".format)}
)  # fmt: skip


@st.composite
def rules(draw):
    """A rule with a start, of any parts that go together, as text."""
    frequency = draw(st.sampled_from(["YEARLY", "MONTHLY", "WEEKLY", "DAILY"]))
    days = WEEKDAYS
    if frequency in ("YEARLY", "MONTHLY"):
        days |= st.builds("{}{}".format, st.sampled_from([1, 2, 5, -1, -5]), st.sampled_from(["MO", "FR"]))
    yearly = {"BYYEARDAY": numbers(-366, 366), "BYWEEKNO": numbers(-53, 53)} if frequency == "YEARLY" else {}
    parts = draw(
        st.fixed_dictionaries(
            {"FREQ": st.just(frequency), "INTERVAL": st.integers(1, 30)},
            optional={
                "BYMONTH": numbers(1, 12), "BYMONTHDAY": numbers(-31, 31), "BYDAY": days, "BYSETPOS": numbers(-3, 3),
                "WKST": st.sampled_from(["MO", "SU", "WE"]), **yearly,
            },
        )
    )  # fmt: skip
    if parts.keys().isdisjoint({"BYMONTH", "BYMONTHDAY", "BYDAY", "BYYEARDAY", "BYWEEKNO"}):
        parts.pop("BYSETPOS", None)  # it chooses among the others' dates
    parts |= draw(ENDS)
    first = draw(st.dates(date(1996, 1, 1), date(2020, 12, 31)) | st.just(date(2016, 2, 29)))
    return f"DTSTART:{first:%Y%m%d} RRULE:" + ";".join(f"{name}={value}" for name, value in parts.items())


def expanded(text, last_year):
    """The dates of a rule from its start on, as dateutil has them."""
    start, _, rule = text.partition(" RRULE:")
    every_date = rrulestr(rule, dtstart=datetime.strptime(start, "DTSTART:%Y%m%d"))
    return [day.date() for day in every_date.between(datetime(1990, 1, 1), datetime(last_year, 12, 31), inc=True)]


@given(rules(), st.lists(st.integers(1995, 2065), min_size=1, max_size=5))
def test_a_rule_falls_on_the_dates_that_it_has_from_its_start_on(text, years):
    found = expanded(text, 2065)
    try:
        rule = Recurrence.parse(text)
    except HoursError as wrong:
        assert "falls on no date" in str(wrong)
        assert not found
        return
    for year in years:
        assert rule.days(year) == {day.toordinal() for day in found if day.year == year}, year


@given(rules(), st.integers(0, 2_000))
def test_far_years_of_one_shape_are_alike(text, after):
    try:
        rule = Recurrence.parse(text)
    except HoursError:
        return
    alike: dict[object, list[date]] = {}
    for year in range(2_020 + after, 2_060 + after):
        shape = rule.shape(year)
        found = [date.fromordinal(day).replace(year=2000) for day in sorted(rule.days(year))]
        if shape == "never":
            assert not found
        elif shape is not None:
            layout = (date(year, 1, 1).weekday(), isleap(year), isleap(year - 1))
            assert alike.setdefault((shape, layout), found) == found, year


NAMES = [
    "FREQ",
    "INTERVAL",
    "COUNT",
    "UNTIL",
    "WKST",
    "BYMONTH",
    "BYMONTHDAY",
    "BYYEARDAY",
    "BYWEEKNO",
    "BYSETPOS",
    "BYDAY",
]
VALUES = st.sampled_from(
    ["DAILY", "WEEKLY", "MONTHLY", "YEARLY", "0", "1", "-1", "+2", "5", "54", "400", "999999999999", "1,2", ",", "",
     "MO", "1MO", "6FR", "53SU", "54SU", "-5TU", "MO,TU", "XX", "20180601", "20189901", "20180601T000000Z",
     "x", "\u0663"]
)  # fmt: skip


@given(
    st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
    st.lists(st.tuples(st.sampled_from(NAMES), VALUES), max_size=3),
)
def test_any_parts_are_a_rule_or_a_clear_error(frequency, parts):
    text = f"DTSTART:20180105 FREQ={frequency}" + "".join(f";{name}={value}" for name, value in parts)
    try:
        rule = Recurrence.parse(text)
    except HoursError as wrong:
        assert wrong.remedy
        return
    for year in (1, 2017, 2018, 2019, 5_000, 9_999):
        assert all(date.fromordinal(day).year == year for day in rule.days(year))
        assert rule.shape(year) != "never" or not rule.days(year)


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
        ("FREQ=WEEKLY;BYDAY=WE", {2: None, 3: 0, 2018: 0, 9_999: 0}),
        ("FREQ=DAILY;INTERVAL=1", {2018: 0}),
        ("DTSTART:20180105 RRULE:FREQ=DAILY;INTERVAL=10", {2016: "never", 2017: None, 2019: None, 2020: 6, 2021: 2}),
        ("DTSTART:20180105 RRULE:FREQ=DAILY;INTERVAL=01", {2016: "never", 2017: None, 2019: None, 2020: 0}),
        ("DTSTART:20180105 RRULE:FREQ=WEEKLY;INTERVAL=3", {2019: None, 2020: 1, 2021: 0}),
        ("DTSTART:20180105 RRULE:FREQ=MONTHLY;INTERVAL=7", {2019: None, 2020: 3, 2021: 1}),
        ("DTSTART:20180105 RRULE:FREQ=YEARLY;INTERVAL=3", {2019: None, 2020: 2, 2021: 0}),
        ("DTSTART:20180105 RRULE:FREQ=WEEKLY;COUNT=3", {2016: "never", 2017: None, 2019: None, 2020: "never"}),
        ("DTSTART:20180105 RRULE:FREQ=YEARLY;COUNT=5", {2019: None, 2020: 0, 2021: None, 2023: None, 2024: "never"}),
        ("FREQ=WEEKLY;BYDAY=MO;UNTIL=20180601", {2016: 0, 2017: None, 2019: None, 2020: "never"}),
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
