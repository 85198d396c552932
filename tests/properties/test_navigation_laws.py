"""Openings, closings and working days about an instant: by the spans, and as the oracle has them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import oracle
import slaclock as sc
from drawn import Both, any_calendars, instants, near
from slaclock import strategies
from slaclock.errors import NegativeIntervalError, NoWorkingTimeError, OutOfRangeError

MICROSECOND = timedelta(microseconds=1)
QUESTIONS = ("next_close", "previous_open", "previous_close")


def answer_of(question: Callable[[], datetime]) -> datetime | None:
    """The answer in UTC; None where the calendar has none to give, or only beyond the years that there are."""
    try:
        return question().astimezone(UTC).replace(tzinfo=None)
    except (NoWorkingTimeError, OutOfRangeError):
        return None


def check_edge(both: Both, question: str, at: datetime) -> datetime | None:
    """The answer, which must be the oracle's; what lies farther than the oracle looks it must not have."""
    answer = answer_of(lambda: getattr(both.product, question)(at))
    expected = getattr(oracle, question)(both.oracle, oracle.utc(at))
    if answer is not None and abs(answer - oracle.utc(at)) >= oracle.EDGE_REACH:
        assert expected is None
    else:
        assert answer == expected
    return answer


@given(any_calendars(), instants(), st.sampled_from(QUESTIONS))
def test_openings_and_closings_are_the_oracles(both: Both, at: datetime, question: str) -> None:
    check_edge(both, question, at)


@given(any_calendars(), instants(), st.sampled_from(QUESTIONS))
def test_an_edge_is_found_from_itself_and_from_both_sides(both: Both, at: datetime, question: str) -> None:
    edge = answer_of(lambda: getattr(both.product, question)(at))
    for off in (-1, 0, 1):
        if edge is not None:
            check_edge(both, question, edge.replace(tzinfo=UTC) + off * MICROSECOND)


@given(strategies.any_calendars(rules=False), instants())
def test_openings_and_closings_are_those_of_the_spans(calendar: sc.Calendar, at: datetime) -> None:
    # All in UTC: Python calls no time of a repeated hour equal to one in another zone.
    at = at.astimezone(UTC)
    spans = [
        (span.start.astimezone(UTC), span.end.astimezone(UTC))
        for span in calendar.spans(at - timedelta(days=20), at + timedelta(days=20))
    ]
    # What is cut off at the ends of the twenty days is none.
    opens = [start for start, _ in spans if start > at - timedelta(days=20)]
    closes = [end for _, end in spans if end < at + timedelta(days=20)]
    if later := [end for end in closes if end > at]:
        assert calendar.next_close(at).astimezone(UTC) == later[0]
    if earlier := [start for start in opens if start <= at]:
        assert calendar.previous_open(at).astimezone(UTC) == earlier[-1]
    if before := [end for end in closes if end < at]:
        assert calendar.previous_close(at).astimezone(UTC) == before[-1]


@given(any_calendars(), near(), st.integers(-25, 25), st.integers(0, 90))
def test_working_days_are_counted_by_is_working_day(both: Both, day: date, n: int, length: int) -> None:
    last = day + timedelta(days=length)
    worked = [
        each for each in (day + timedelta(days=k) for k in range(length + 1)) if both.product.is_working_day(each)
    ]
    assert both.product.working_days(day, last) == len(worked) == oracle.working_days(both.oracle, day, last)
    if any(both.oracle.works(day + timedelta(days=k)) for k in range(-40, 41)):
        try:
            answer = both.product.working_day(day, n)
        except NoWorkingTimeError:
            return
        assert answer == oracle.working_day(both.oracle, day, n)
    if last > day:
        with pytest.raises(NegativeIntervalError):
            both.product.working_days(last, day)


@settings(max_examples=max(settings.default.max_examples // 10, 1))
@given(strategies.any_calendars(rules=False), st.dates(date(1900, 1, 1), date(2150, 1, 1)), st.integers(-400, 400))
def test_a_working_day_lies_so_many_working_days_off(calendar: sc.Calendar, day: date, n: int) -> None:
    try:
        there = calendar.working_day(day, n)
    except NoWorkingTimeError:
        return
    assert calendar.is_working_day(there)
    if n > 0:
        assert calendar.working_days(day + timedelta(days=1), there) == n
    elif n < 0:
        assert calendar.working_days(there, day - timedelta(days=1)) == -n
    else:
        assert calendar.working_days(day, there) == 1


def always(**fields: Any) -> sc.WorkingCalendar:
    return sc.WorkingCalendar.parse("24/7", timezone="Europe/London", **fields)


def test_what_is_always_open_never_closes() -> None:
    at = datetime(2018, 4, 5, 12, tzinfo=UTC)
    for calendar in (always(), always() & always().model_copy(update={"timezone": "Pacific/Kiritimati"})):
        for when in (at, datetime(1, 1, 1, 12, tzinfo=UTC), datetime(9999, 12, 31, 12, tzinfo=UTC)):
            for question in QUESTIONS:
                if calendar.is_open(when - MICROSECOND if question == "previous_close" else when):
                    with pytest.raises(NoWorkingTimeError, match="does not close after|was not closed before"):
                        getattr(calendar, question)(when)


def test_spans_that_touch_over_midnights_and_years_are_one() -> None:
    at = datetime(2018, 4, 5, 12, tzinfo=UTC)
    calendar = always(special={"2001-05-05": [], "2041-12-31": [], "2044-01-01": []})
    assert str(calendar.next_close(at)) == "2041-12-31 00:00:00+00:00"
    assert str(calendar.previous_open(at)) == "2001-05-06 00:00:00+01:00"
    assert str(calendar.previous_close(at)) == "2001-05-05 00:00:00+01:00"
    late = datetime(2043, 1, 1, tzinfo=UTC)
    assert str(calendar.next_close(late)) == "2044-01-01 00:00:00+00:00"
    assert str(calendar.previous_open(late)) == "2042-01-01 00:00:00+00:00"
    assert str(calendar.previous_close(late)) == "2041-12-31 00:00:00+00:00"
    for question in ("previous_open", "previous_close"):
        with pytest.raises(NoWorkingTimeError, match="was not closed before"):
            getattr(calendar, question)(datetime(2000, 1, 1, tzinfo=UTC))
