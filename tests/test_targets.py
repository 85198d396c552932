"""Targets and durations as text."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slaclock import SlaClockError, Target
from slaclock.temporal.durations import exact_text, parse_duration, short_text

HOUR = 3_600_000_000


@pytest.mark.parametrize(
    ("text", "target", "canonical"),
    [
        ("0-2 hours", Target(2 * HOUR, low=0), "0-2 hours"),
        ("3-5 days", Target(Fraction(5), "days", low=Fraction(3)), "3-5 days"),
        ("< 1 day", Target(Fraction(1), "days", strict=True), "< 1 day"),
        ("< 20 seconds", Target(20_000_000, strict=True), "< 20 seconds"),
        ("<= 90 minutes", Target(HOUR * 3 // 2), "90 minutes"),
        ("10 days", Target(Fraction(10), "days"), "10 days"),
        ("1 day by close", Target(Fraction(1), "days", by="close"), "1 day by close"),
        ("2 days by 16:00", Target(Fraction(2), "days", by=16 * HOUR), "2 days by 16:00"),
        ("< 20 wall seconds", Target(20_000_000, strict=True, wall=True), "< 20 wall seconds"),
        ("2 wall days", Target(48 * HOUR, wall=True), "48 wall hours"),
        ("within 10 service desk days", Target(Fraction(10), "days"), "10 days"),
        ("in less than 1 business day", Target(Fraction(1), "days", strict=True), "< 1 day"),
        ("1.5 hours", Target(HOUR * 3 // 2), "90 minutes"),
        ("1 h 30 min", Target(HOUR * 3 // 2), "90 minutes"),
        ("2h", Target(2 * HOUR), "2 hours"),
        ("0.5 days", Target(Fraction(1, 2), "days"), "0.5 days"),
        ("1/3 days", Target(Fraction(1, 3), "days"), "1/3 days"),
        ("30-90 minutes", Target(HOUR * 3 // 2, low=HOUR // 2), "30-90 minutes"),
        ("0 hours", Target(0), "0 hours"),
        ("0.25 seconds", Target(250_000), "0.25 s"),
    ],
)
def test_text(text, target, canonical):
    assert Target.parse(text) == target
    assert str(target) == canonical
    assert Target.parse(canonical) == target


amounts = st.one_of(st.integers(0, 400 * HOUR), st.integers(0, 400).map(lambda hours: hours * HOUR))
moments = st.one_of(st.none(), st.just("close"), st.integers(0, 1440).map(lambda minute: minute * 60_000_000))


@st.composite
def any_target(draw: st.DrawFn) -> Target:
    strict = draw(st.booleans())
    if draw(st.booleans()):
        by = draw(moments)
        days = st.integers(0, 50).map(Fraction) if by is not None else st.fractions(0, 50)
        high, low = draw(days), draw(st.one_of(st.none(), days))
        low = None if low is None else min(low, high)
        return Target(high, "days", low, strict, by=by)
    high, low = draw(amounts), draw(st.one_of(st.none(), amounts))
    return Target(high, "time", None if low is None else min(low, high), strict, wall=draw(st.booleans()))


@given(any_target())
def test_every_target_round_trips_through_its_text(target):
    assert Target.parse(str(target)) == target
    assert repr(target)


@given(st.text(max_size=30))
def test_any_text_is_a_target_or_a_clear_error(text):
    try:
        assert Target.parse(str(Target.parse(text))) == Target.parse(text)
    except SlaClockError as wrong:
        assert wrong.remedy


@given(st.integers(0, 10**15))
def test_durations_round_trip(micros):
    assert parse_duration(exact_text(micros)) == micros


def test_a_target_from_a_timedelta():
    assert Target.of(timedelta(hours=2)) == Target.parse("2 hours")


@pytest.mark.parametrize(
    ("micros", "text"),
    [
        (0, "0 min"),
        (HOUR, "1 h"),
        (-HOUR * 5 // 2, "-2 h 30 min"),
        (61_000_000, "1 min 1 s"),
        (5_900_000, "5 s"),
        (1234 * HOUR, "1,234 h"),
        (3_599_000_000, "59 min 59 s"),
    ],
)
def test_durations_for_reading(micros, text):
    assert short_text(micros) == text
