"""Two calendars in one: open exactly where the two say so, piece by piece on the left one's days."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

import drawn
import slaclock as sc
from slaclock import strategies
from slaclock.temporal.instants import to_micros

MICROSECOND = timedelta(microseconds=1)
kinds = strategies.any_calendars(rules=False)
plain = strategies.calendars(rules=False)


def naive(micros: int) -> datetime:
    return datetime(1970, 1, 1) + micros * MICROSECOND


def edges(calendar: sc.Calendar, start: datetime, end: datetime) -> set[datetime]:
    """Where the calendar opens and closes between the two, by the days that it lists."""
    days = calendar.opening(start.toordinal() - 4, end.toordinal() + 4)
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    opened_or_closed = {epoch + edge * MICROSECOND for _, spans in days for span in spans for edge in span}
    return {edge for edge in opened_or_closed if start <= edge <= end}


@given(kinds, kinds, strategies.dates(), st.data())
def test_each_combination_is_open_where_the_two_say_so(
    a: sc.Calendar, b: sc.Calendar, day: date, data: st.DataObject
) -> None:
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(days=2)
    end = start + timedelta(days=5)
    either, both, only = a | b, a & b, a - b
    near = sorted(edges(a, start, end) | edges(b, start, end) | edges(only, start, end) | {start})
    for edge in near:
        for at in (edge - MICROSECOND, edge):
            by_a, by_b = a.is_open(at), b.is_open(at)
            assert either.is_open(at) == (by_a or by_b)
            assert both.is_open(at) == (by_a and by_b)
            assert only.is_open(at) == (by_a and not by_b)
    at = data.draw(st.sampled_from(near))
    for calendar in (either, both, only):
        assert (calendar.closed_because(at) is None) == calendar.is_open(at)
    if not a.is_open(at):
        assert only.closed_because(at) == a.closed_because(at)
    elif b.is_open(at):
        assert only.closed_because(at) == sc.Closure("taken off")


@given(kinds, kinds, strategies.dates())
def test_a_piece_is_of_the_day_that_the_left_calendar_gives_it(a: sc.Calendar, b: sc.Calendar, day: date) -> None:
    for calendar in (a & b, a - b):
        assert (calendar.zone, calendar.rules) == (a.zone, a.rules)
        worked = False
        for start, end in calendar.timetable.date_spans(day.toordinal()):
            assert a.timetable.working_date(start) == a.timetable.working_date(end - 1) == day.toordinal()
            worked = True
        assert calendar.is_working_day(day) == worked


@given(kinds, kinds, strategies.dates())
def test_what_the_left_calendar_opens_is_of_its_day_however_it_is_joined(
    a: sc.Calendar, b: sc.Calendar, day: date
) -> None:
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(days=2)
    end = start + timedelta(days=5)
    for calendar in (a | b, a & b, a - b):
        for edge in edges(a, start, end) | edges(b, start, end):
            for at in map(to_micros, (edge - MICROSECOND, edge)):
                if a.timetable.open_at(at) and calendar.timetable.open_at(at):
                    assert calendar.timetable.working_date(at) == a.timetable.working_date(at)


@given(drawn.calendars(), drawn.calendars(), strategies.dates())
def test_the_days_of_a_union_are_the_oracles(a: drawn.Both, b: drawn.Both, day: date) -> None:
    both = drawn.joined(a, b)
    for number in range(-1, 3):
        date = day + timedelta(days=number)
        spans = both.product.timetable.date_spans(date.toordinal())
        assert [(naive(start), naive(end)) for start, end in spans] == both.oracle.pieces(date)


@given(plain, plain, plain, strategies.dates())
def test_differences_nest_and_travel(a: sc.Calendar, b: sc.Calendar, c: sc.Calendar, day: date) -> None:
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    twice, once = (a - b) - c, a - (b | c)
    assert list(twice.spans(start, start + timedelta(days=7))) == list(once.spans(start, start + timedelta(days=7)))
    assert list(((a - b) | (a & b)).spans(start, start + timedelta(days=7))) == list(
        a.spans(start, start + timedelta(days=7))
    )
    assert pickle.loads(pickle.dumps(twice)) == sc.Calendar.from_json(twice.to_json()) == twice
    assert hash(sc.Calendar.from_json(twice.to_json())) == hash(twice)
    assert twice != once
    assert not list((a - a).spans(start, start + timedelta(days=7)))


@settings(max_examples=max(settings.default.max_examples // 10, 1))  # each compiles three years and more
@given(plain, plain, st.integers(2_500, 9_000))
def test_years_of_a_difference_that_repeat_have_one_open_time(a: sc.Calendar, b: sc.Calendar, year: int) -> None:
    timetable = (a - b).timetable
    for number in (year, year + 11, year + 400):
        table = timetable._compile(number)
        assert timetable._totals(number) == (table.total, len(table.dates), table.closes_at_all)
