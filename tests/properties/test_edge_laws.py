"""Laws of the parts that other laws reach only by way of larger ones: intervals, far dates, dates of every year."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

import slaclock as sc
from desk import at, desk
from drawn import utc
from oracle import TextRule, text_closures, text_hours
from slaclock import Target, errors
from slaclock.calendar.base import Closure
from slaclock.calendar.hours import parse_day
from slaclock.temporal import intervals
from slaclock.temporal.instants import DAY, to_micros

POINTS = range(14)
PAIRS = st.lists(st.tuples(st.sampled_from(POINTS), st.sampled_from(POINTS)), max_size=5)


def points(run):
    """The whole numbers that intervals cover."""
    return {point for start, end in run for point in range(start, end)}


def is_run(run):
    """In order, none empty, and no two that touch."""
    return all(a < b for a, b in run) and all(x[1] < y[0] for x, y in pairwise(run))


@given(PAIRS)
def test_a_union_covers_what_any_of_its_intervals_covers(pairs):
    found = intervals.union(pairs)
    assert points(found) == points(pairs)
    assert is_run(found)


def test_intervals_are_sets_of_points():
    """For all runs within seven points."""
    sets = [{point for point in range(7) if number >> point & 1} for number in range(128)]
    runs = [intervals.union((point, point + 1) for point in each) for each in sets]
    for a, one in zip(runs, sets, strict=True):
        for b, other in zip(runs, sets, strict=True):
            for found, expected in ((intervals.subtract(a, b), one - other), (intervals.intersect(a, b), one & other)):
                assert points(found) == expected, (a, b)
                assert is_run(found), (a, b)
        for start in (None, *range(8)):
            for end in (None, *range(start or 0, 8)):
                found = intervals.clip(a, start, end)
                assert points(found) == one & set(range(start or 0, 7 if end is None else end)), (a, start, end)
                assert is_run(found), (a, start, end)


@pytest.mark.parametrize(
    ("text", "low", "high", "strict"),
    [("1 wall day", None, 24, False), ("< 2 wall days", None, 48, True), ("1-3 wall days", 24, 72, False),
     ("0.5 wall days", None, 12, False)],
)  # fmt: skip
def test_days_of_the_wall_clock_are_24_hours(text, low, high, strict):
    hour = 3_600_000_000
    expected = Target(high * hour, "time", None if low is None else low * hour, strict, wall=True)
    assert Target.parse(text) == expected
    with pytest.raises(sc.SlaClockError, match="not a whole number of microseconds"):
        Target.parse("1/7 wall days")


WALL_START = at("2018-04-06 15:00")


@pytest.mark.parametrize("hours", [-30, -1, 0, 1, 40])
def test_what_remains_of_a_wall_target_is_wall_time(hours):
    due = utc(WALL_START) + timedelta(hours=31)
    now = due - timedelta(hours=hours)
    if now >= utc(WALL_START):
        left = sc.remaining(WALL_START, "31 wall hours", calendar=desk(), at=now)
        assert left == timedelta(hours=hours)


def test_pauses_as_objects_and_as_pairs_are_one():
    start, end = at("2018-04-09 11:00"), at("2018-04-09 12:30")
    for pauses in ([sc.Pause(start=start, end=end)], [(start, end)], [sc.Pause(start=start, end=end), (start, end)]):
        assert sc.deadline(at("2018-04-09 10:00"), "2 hours", calendar=desk(), pauses=pauses) == at("2018-04-09 13:30")
    until_now = [(at("2018-04-09 08:00"), at("2018-04-09 10:00"))]  # which ends just as the ticket opens
    assert sc.deadline(at("2018-04-09 10:00"), "2 hours", calendar=desk(), pauses=until_now) == at("2018-04-09 12:00")


YEARS = st.integers(2_990, 3_010)


@given(YEARS, YEARS, st.integers(1, 12), st.integers(1, 12))
def test_a_special_range_in_a_far_year_closes_its_days_and_no_others(one, other, month, last_month):
    first, last = sorted((date(one, month, 15), date(other, last_month, 15)))
    plain = sc.WorkingCalendar(timezone="Europe/London", hours=dict.fromkeys(("mon", "tue", "sun"), "08:00-17:00"))
    closed = plain.model_copy(update={"special": {f"{first}/{last}": []}})
    start, end = (datetime(year, 1, 1, tzinfo=UTC) for year in (2_985, 3_015))
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    lost = sum(day.weekday() in (0, 1, 6) for day in days)
    whole, rest = (sc.elapsed(start, end, calendar=calendar) for calendar in (plain, closed))
    assert whole - rest == timedelta(hours=9 * lost)


@given(st.integers(1, 12), st.integers(1, 28), st.integers(1, 12), st.integers(1, 28), st.sampled_from([2023, 2024]))
def test_dates_of_every_year(month, day, last_month, last_day, year):
    names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    text = f"{names[month - 1]} {day:02d}-{names[last_month - 1]} {last_day:02d} off"
    calendar = sc.WorkingCalendar.parse(f"Mo-Su 08:00-17:00; {text}", timezone="UTC")
    first, last = (month, day), (last_month, last_day)
    for number in range(366 if year == 2024 else 365):
        on = date(year, 1, 1) + timedelta(days=number)
        at_date = (on.month, on.day)
        inside = first <= at_date <= last if first <= last else at_date >= first or at_date <= last
        assert calendar.is_working_day(on) is not inside, on


@pytest.mark.parametrize(
    "amount", ["1 hour", "30 hours", "5000 hours", "20000 hours", "1 day", "300 days", "1500 days"]
)
@pytest.mark.parametrize("end", ["2018-01-02 08:00", "2018-04-09 12:34", "2018-12-31 23:59", "2018-01-01 00:00"])
def test_what_is_subtracted_has_elapsed_and_no_less(amount, end):
    start = sc.subtract(at(end), amount, calendar=desk())
    target = Target.parse(amount)
    moment = timedelta(microseconds=1)
    if target.unit == "days":
        days = Fraction(target.high)
        assert sc.elapsed_days(start, at(end), calendar=desk()) >= days
        assert sc.elapsed_days(start + moment, at(end), calendar=desk()) < days
    else:
        length = timedelta(microseconds=int(target.high))
        assert sc.elapsed(start, at(end), calendar=desk()) == length
        assert sc.elapsed(start + moment, at(end), calendar=desk()) < length
    assert sc.subtract(at(end), "0 days", calendar=desk()) == at(end)


@pytest.mark.parametrize(
    ("now", "opening"),
    [
        ("2018-01-02 07:59", "2018-01-02 08:00"),  # the first span of the year's tables
        ("2018-01-02 08:00", "2018-01-02 08:00"),
        ("2018-12-31 16:59", "2018-12-31 16:59"),
        ("2018-12-31 17:00", "2019-01-02 08:00"),  # none is left in the year
        ("2018-12-28 16:30", "2018-12-31 08:00"),  # the last but one is over
        ("2018-01-01 00:00", "2018-01-02 08:00"),
    ],
)
def test_openings_at_the_ends_of_a_year(now, opening):
    assert desk().next_open(at(now)) == at(opening)


WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "08:00-17:00")


@pytest.mark.parametrize(
    ("closed", "day", "why"),
    [
        (("sat", "sun"), "2018-04-07", "weekend"),
        (("fri", "sat"), "2018-04-06", "weekend"),  # as in Egypt
        (("fri", "sat"), "2018-04-07", "weekend"),
        (("fri",), "2018-04-06", "closed weekday"),
        (("fri", "sun"), "2018-04-06", "closed weekday"),
        (("wed", "sun"), "2018-04-04", "closed weekday"),
        (("wed", "sun"), "2018-04-08", "weekend"),
        (("thu", "fri", "sat"), "2018-04-05", "closed weekday"),
        (("mon", "sun"), "2018-04-02", "closed weekday"),
    ],
)
def test_what_a_weekend_is(closed, day, why):
    hours = {name: spans for name, spans in WEEK.items() if name not in closed}
    calendar = sc.WorkingCalendar(timezone="Europe/London", hours=hours)
    assert str(calendar.closed_because(at(f"{day} 12:00"))) == why


def test_the_night_after_a_holiday_is_closed_because_of_it():
    calendar = sc.WorkingCalendar(
        timezone="Europe/London",
        hours={"mon": "22:00-06:00", "tue": "22:00-06:00"},
        holidays={"2018-04-02": "Easter Monday"},
    )
    for moment, why in (
        ("2018-04-02 23:00", "Easter Monday (holiday)"),
        ("2018-04-03 00:00", "Easter Monday (holiday)"),
        ("2018-04-03 05:59", "Easter Monday (holiday)"),
        ("2018-04-03 06:00", "outside hours"),
        ("2018-04-04 06:00", "closed weekday"),
    ):
        assert str(calendar.closed_because(at(moment))) == why
    assert calendar.closed_because(at("2018-04-03 23:00")) is None


def test_a_later_rule_for_a_date_replaces_the_earlier_one():
    text = "Mo-Su 08:00-17:00; 2018 Apr 09 09:00-10:00; 2018 Apr 10 off; 2018 Apr 09 11:00-12:00"
    calendar = sc.WorkingCalendar.parse(text, timezone="Europe/London")
    assert calendar.is_open(at("2018-04-09 11:30"))
    assert not calendar.is_open(at("2018-04-09 09:30"))
    assert not calendar.is_working_day(date(2018, 4, 10))


def test_a_later_range_replaces_what_earlier_dates_say():
    text = "Mo-Su 08:00-17:00; 2021 Jul 14 10:00-12:00; 2021 Jul 1-20 off; 2021 Jul 18-2021 Jul 25 09:00-10:00"
    calendar = sc.WorkingCalendar.parse(text, timezone="UTC")
    assert [day for day in range(1, 32) if not calendar.is_working_day(date(2021, 7, day))] == list(range(1, 18))
    assert calendar.hours_on(date(2021, 7, 18)) == parse_day("09:00-10:00")
    assert [str(special.when) for special in calendar.special] == ["2021-07-01/2021-07-17", "2021-07-18/2021-07-25"]


def test_a_time_at_the_edges_of_a_span_is_held():
    split = sc.WorkingCalendar(
        timezone="Europe/London",
        hours=dict.fromkeys(("mon", "tue"), "08:00-12:00, 13:00-17:00"),
        day_rule="same-time",
    )
    monday = {
        "2018-04-09 08:00": "08:00", "2018-04-09 11:59": "11:59", "2018-04-09 16:59": "16:59",
        "2018-04-09 10:20:30.000040": "10:20:30.000040",
    }  # fmt: skip
    for opened, due in monday.items():
        assert sc.deadline(at(opened), "1 day", calendar=split) == at(f"2018-04-10 {due}")
    for by, due in (("12:00", "12:00"), ("12:30", "12:00"), ("13:00", "13:00"), ("17:00", "17:00"), ("07:00", "08:00")):
        assert sc.deadline(at("2018-04-09 10:00"), f"1 day by {by}", calendar=split) == at(f"2018-04-10 {due}")


def test_the_last_year_of_all_can_be_split():
    start, end = at("9999-05-01 00:00"), at("9999-12-31 12:00")
    ((year, first, last),) = sc.subscription_year(start).split(start, end)
    assert (year.label, first, last) == ("9999/00", start, end)
    assert sc.subscription_year(start).split(start, start) == []


def test_days_of_nothing_and_with_pauses():
    start, end = at("2018-04-09 08:00"), at("2018-04-10 17:00")
    assert sc.elapsed_days(start, start, calendar=desk()) == 0
    assert sc.elapsed_days(start, end, calendar=desk()) == 2
    whole_day = [(at("2018-04-09 08:00"), at("2018-04-09 17:00"))]
    assert sc.elapsed_days(start, end, calendar=desk(), pauses=whole_day) == 1


def test_ranges_that_share_one_date_overlap():
    with pytest.raises(sc.SlaClockError, match="overlap"):
        desk(special={"2018-12-24/2018-12-26": [], "2018-12-26/2018-12-28": []})
    both = desk(special={"2018-12-24/2018-12-26": [], "2018-12-27/2018-12-28": []})
    assert not any(both.is_working_day(date(2018, 12, day)) for day in range(24, 29))


def test_special_days_with_and_without_names():
    named = {"hours": [], "name": "Stocktaking"}
    calendar = desk(
        special={"RRULE:FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=29": named, "2018-06-28": [], "2018-06-27": {"hours": []}}
    )
    said = [str(calendar.closed_because(at(f"2018-06-{day} 12:00"))) for day in (29, 28, 27)]
    assert said == ["Stocktaking (special day)", "special day", "special day"]
    assert calendar.closed_because(at("2018-06-28 12:00")) == Closure("special day")


@pytest.mark.parametrize("when", [3, 2018.5, None, datetime(2018, 12, 24), ("2018-12-24",)])
def test_a_special_day_must_be_a_date(when):
    with pytest.raises(sc.SlaClockError, match="is not a date"):
        desk(special={when: []})


def test_the_first_and_last_openings_of_a_years_tables():
    calendar = desk()
    for moment, is_open in (
        ("2018-01-02 07:59", False), ("2018-01-02 08:00", True), ("2018-12-31 16:59", True),
        ("2018-12-31 17:00", False),
    ):  # fmt: skip
        assert calendar.is_open(at(moment)) is is_open


def test_the_date_of_arrival_is_that_of_the_desks_zone():
    york = sc.WorkingCalendar.parse(
        "Mo-Fr 09:00-17:00", timezone="America/New_York", day_rule="close-of-business", after_hours="same-date"
    )
    thursday = datetime(2018, 4, 6, 2, tzinfo=UTC)  # 22:00 of the day before in New York
    assert sc.deadline(thursday, "1 day", calendar=york) == datetime(2018, 4, 6, 21, tzinfo=UTC)


def test_dates_round_the_whole_year_but_for_some_of_their_month():
    calendar = sc.WorkingCalendar.parse("Mo-Su 08:00-17:00; Dec 24-Dec 02 off", timezone="UTC")
    for year in (2023, 2024):
        days = [date(year, 1, 1) + timedelta(days=number) for number in range(366 if year == 2024 else 365)]
        assert [day for day in days if calendar.is_working_day(day)] == [date(year, 12, day) for day in range(3, 24)]


@pytest.mark.parametrize("moment", ["2018-04-07 12:00", "2018-04-09 08:00", "2018-04-09 12:00", "2018-04-09 17:00"])
def test_nothing_is_counted_where_it_stands(moment):
    timetable, here = desk().timetable, to_micros(at(moment))
    for clock in (timetable.hours, timetable.days):
        assert clock.earliest(here, 0) == clock.latest(here, 0) == here


@pytest.mark.parametrize("asked", [None, "2010-07-01 12:00", "2030-07-01 12:00"])
def test_answers_are_the_same_wherever_a_calendar_was_first_asked(asked):
    calendar = desk()
    if asked:
        calendar.next_open(at(asked))
        sc.elapsed(at(asked), max(at(asked), at("2018-04-09 10:00")), calendar=calendar)
    assert sc.subtract(at("2018-04-09 10:00"), "3000 hours", calendar=calendar) == at("2016-12-05 09:00")
    assert sc.deadline(at("2018-04-09 10:00"), "3000 hours", calendar=calendar) == at("2019-08-07 11:00")
    assert sc.subtract(at("2018-04-09 10:00"), "300 days", calendar=calendar) == at("2017-01-30 10:00")
    assert sc.deadline(at("2018-04-09 10:00"), "300 days", calendar=calendar) == at("2019-06-17 10:00")
    moment = timedelta(microseconds=1)
    assert sc.subtract(at("2018-04-09 10:00"), moment, calendar=calendar) == at("2018-04-09 10:00") - moment
    assert sc.deadline(at("2018-04-09 10:00"), moment, calendar=calendar) == at("2018-04-09 10:00") + moment


@pytest.mark.parametrize(
    ("days", "due"), [(0, "2018-12-31"), (1, "2019-01-02"), (2, "2019-01-03"), (253, "2019-12-31"), (254, "2020-01-02")]
)
def test_working_days_over_the_end_of_a_year(days, due):
    assert sc.deadline(at("2018-12-31 10:00"), f"{days} days by 12:00", calendar=desk()) == at(f"{due} 12:00")


def test_a_day_whose_hours_are_all_the_night_befores_is_no_working_day():
    calendar = sc.WorkingCalendar(timezone="UTC", hours={"mon": "22:00-06:00", "tue": "04:00-06:00"})
    assert calendar.is_working_day(date(2018, 4, 9))
    assert not calendar.is_working_day(date(2018, 4, 10))


def test_the_first_and_last_instants_of_all_lie_in_other_years_elsewhere():
    for zone, edge in (
        ("America/New_York", datetime(1, 1, 1, tzinfo=UTC)),
        ("Pacific/Kiritimati", datetime(9999, 12, 31, 23, tzinfo=UTC)),
    ):
        assert not sc.WorkingCalendar.parse("Mo-Su 08:00-17:00", timezone=zone).is_open(edge)


# Opening-hours text: a later rule replaces an earlier one on every date that it matches, or the text is refused

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
HOURS = st.sampled_from(["off", "09:00-17:00", "10:00-12:00", "22:00-06:00"])
HOLIDAYS = {date(2024, 1, 1), date(2024, 7, 3), date(2024, 7, 14), date(2024, 12, 25), date(2025, 1, 1)}
NEAR = st.one_of(
    st.dates(date(2024, 7, 1), date(2024, 7, 20)),
    st.dates(date(2024, 12, 20), date(2025, 1, 5)),
    st.dates(date(2024, 1, 1), date(2024, 12, 31)),
)


@st.composite
def weekday_rules(draw):
    """Weekdays, alone or with holidays, and holidays alone."""
    holidays = draw(st.booleans())
    first, length = draw(st.integers(0, 6)), draw(st.integers(0 if holidays else 1, 7))
    weekdays = tuple((first + step) % 7 for step in range(length))
    names = [("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")[day] for day in weekdays]
    return TextRule(draw(HOURS), weekdays, holidays), ",".join([*names, *(["PH"] if holidays else [])])


@st.composite
def date_spans(draw, dated):
    """From a date to another, of one year or of every year, and the text of it."""
    first = draw(NEAR)
    last = draw(st.one_of(st.just(first), NEAR))
    if dated and last < first:
        first, last = last, first
    parts = tuple((day.year, day.month, day.day)[0 if dated else 1 :] for day in (first, last))
    texts = [f"{day.year} " * dated + f"{MONTHS[day.month - 1]} {day.day}" for day in (first, last)]
    return parts, texts[0] if first == last else "-".join(texts)


@st.composite
def month_spans(draw, dated):
    """From a month to another, of one year or of every year, and the text of it."""
    first, last = draw(st.integers(1, 12)), draw(st.integers(1, 12))
    if dated and last < first:
        first, last = last, first
    parts = tuple((2024, *day)[0 if dated else 1 :] for day in ((first, 1), (last, monthrange(2024, last)[1])))
    names = MONTHS[first - 1] if first == last else f"{MONTHS[first - 1]}-{MONTHS[last - 1]}"
    return parts, "2024 " * dated + names


@st.composite
def date_rules(draw, dated=None):
    """Lists of dates and ranges, of one year or of every year."""
    dated = draw(st.booleans()) if dated is None else dated
    listed = draw(st.lists(date_spans(dated), min_size=1, max_size=2))
    return TextRule(draw(HOURS), spans=tuple(span for span, _ in listed)), ",".join(text for _, text in listed)


@st.composite
def season_rules(draw, dated=None):
    """Lists of months, with and without weekdays, and of dates with weekdays."""
    dated = draw(st.booleans()) if dated is None else dated
    whole = draw(st.booleans())
    spans = month_spans(dated) if whole else st.one_of(month_spans(dated), date_spans(dated))
    listed = draw(st.lists(spans, min_size=1, max_size=2))
    rule, weekdays = draw(weekday_rules().filter(lambda drawn: drawn[0].weekdays and not drawn[0].holidays))
    named = not whole or draw(st.booleans())
    spoken = rule.weekdays if named else tuple(range(7))
    text = ",".join(text for _, text in listed) + draw(st.sampled_from([" ", ": "])) + weekdays * named
    return TextRule(rule.hours, spoken, spans=tuple(span for span, _ in listed)), text


def closing_rules():
    """Rules of any kind that close some time of the dates that they match."""
    rules = st.one_of(weekday_rules().filter(lambda drawn: not drawn[0].holidays), date_rules(), season_rules())
    times = st.sampled_from(["12:00-13:00", "23:00-01:00", "09:30-10:30", "00:00-02:00"])
    return st.builds(lambda drawn, hours: (replace(drawn[0], hours=hours, closes=True), drawn[1]), rules, times)


def text_of(drawn):
    return "; ".join(f"{selector} {rule.hours}{' off' * rule.closes}" for rule, selector in drawn)


def closed_about(rules, day):
    """What is closed of the hours of a date, as times since its midnight."""
    return intervals.union(
        (a + more * DAY, b + more * DAY)
        for more in (-1, 0, 1)
        for times in text_closures(rules, day + timedelta(days=more), HOLIDAYS)
        for a, b in parse_day(times)
    )


def check_text(drawn):
    calendar = sc.WorkingCalendar.parse(text_of(drawn), timezone="UTC", holidays=sorted(HOLIDAYS))
    rules = [rule for rule, _ in drawn]
    for number in range(date(2023, 12, 20).toordinal(), date(2025, 1, 10).toordinal()):
        day = date.fromordinal(number)
        hours = intervals.subtract(parse_day(text_hours(rules, day, HOLIDAYS)), closed_about(rules, day))
        assert calendar.hours_on(day) == hours, day
    assert sc.WorkingCalendar.from_json(calendar.to_json()) == calendar


@given(st.lists(st.one_of(weekday_rules(), date_rules(), season_rules(), closing_rules()), min_size=1, max_size=5))
def test_a_text_means_what_its_rules_say_in_order_or_is_refused(drawn):
    try:
        check_text(drawn)
    except errors.HoursError as error:
        assert "character " in str(error.path[-1])
        assert error.remedy


RANKS = st.tuples(
    st.lists(weekday_rules().filter(lambda drawn: not drawn[0].holidays), max_size=3),
    st.lists(season_rules(dated=True), max_size=2),
    st.lists(season_rules(dated=False), max_size=3),
    st.lists(HOURS.map(lambda hours: (TextRule(hours, holidays=True), "PH")), max_size=2),
    st.lists(date_rules(dated=False), max_size=2),
    st.lists(date_rules(dated=True), max_size=3),
    st.lists(closing_rules(), max_size=2),
)


@given(RANKS.map(lambda ranks: [rule for rules in ranks for rule in rules]).filter(bool))
def test_a_text_in_the_order_that_can_be_said_is_read(drawn):
    check_text(drawn)
