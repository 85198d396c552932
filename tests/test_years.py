"""Subscription years."""

from __future__ import annotations

import calendar
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

import slaclock as sc
from desk import at
from slaclock import errors


def test_a_year_turns_at_local_midnight():
    assert sc.subscription_year(datetime(2018, 3, 31, 22, 59, tzinfo=UTC)).label == "2017/18"
    assert sc.subscription_year(datetime(2018, 3, 31, 23, 30, tzinfo=UTC)).label == "2018/19"


@pytest.mark.parametrize(
    ("moment", "starts", "label", "start"),
    [
        ("2018-07-01 00:00", (1, 1), "2018", "2018-01-01 00:00"),
        ("2019-02-28 12:00", (2, 29), "2019/20", "2019-02-28 00:00"),
        ("2020-02-28 12:00", (2, 29), "2019/20", "2019-02-28 00:00"),
        ("2020-02-29 00:00", (2, 29), "2020/21", "2020-02-29 00:00"),
        ("1999-09-01 00:00", (9, 1), "1999/00", "1999-09-01 00:00"),
    ],
)
def test_other_starts(moment, starts, label, start):
    year = sc.subscription_year(at(moment), starts=starts)
    assert (year.label, year.start) == (label, at(start))
    assert year.next.previous == year
    assert at(moment) in year


@given(
    st.datetimes(datetime(1990, 1, 1), datetime(2050, 1, 1)),
    st.integers(0, 2000),
    st.sampled_from([(4, 1), (2, 29), (1, 1), (12, 31)]),
)
def test_a_split_tiles_the_interval_and_each_part_lies_in_its_year(start, days, starts):
    a, zone = start.replace(tzinfo=UTC), "America/New_York"
    b = a + timedelta(days=days)
    parts = sc.subscription_year(a, zone, starts).split(a, b)
    assert sum((y.astimezone(UTC) - x.astimezone(UTC) for _, x, y in parts), timedelta(0)) == b - a
    assert all(x[2] == y[1] and x[0].next == y[0] for x, y in pairwise(parts))
    assert all(first in year and last - timedelta(microseconds=1) in year for year, first, last in parts)


def test_the_ends_of_time():
    with pytest.raises(errors.OutOfRangeError):
        _ = sc.subscription_year(at("9999-12-31 12:00")).end
    with pytest.raises(errors.PolicyError, match="not a month and day"):
        sc.subscription_year(at("2018-04-01 00:00"), starts=(4, 31))


STARTS = st.tuples(st.integers(1, 12), st.integers(1, 31)).filter(
    lambda start: start[1] <= calendar.monthrange(2000, start[0])[1]
)


@given(st.integers(1900, 2100), STARTS, st.sampled_from(["Europe/London", "America/New_York", "Pacific/Apia"]))
def test_quarters_and_months_tile_the_year(begins, starts, zone):
    year = sc.SubscriptionYear(begins, starts, zone)
    assert len(year.quarters) == 4
    assert len(year.months) == 12
    for length in ("year", "quarter", "month"):
        parts = year.split_into(length)
        assert (parts[0].start, parts[-1].end) == (year.start, year.end)
        assert all(a.end_day == b.first_day and a.first_day < a.end_day for a, b in pairwise(parts))
        assert sum(part.days for part in parts) == year.period.days in (365, 366)
    assert {month.first_day for month in year.months} >= {quarter.first_day for quarter in year.quarters}


@given(
    st.one_of(st.sampled_from([-1, 0, 1, 2, 9_998, 9_999, 10_000]), st.integers()),
    STARTS,
    st.sampled_from(["Europe/London", "UTC", "Pacific/Kiritimati", "America/Los_Angeles"]),
)
def test_every_year_answers_or_lies_out_of_range(begins, starts, zone):
    try:
        year = sc.SubscriptionYear(begins, starts, zone)
    except errors.OutOfRangeError:
        assert not 1 <= begins <= 9_999
        return
    for name in ("first_day", "start", "end", "period", "quarters", "months", "next", "previous"):
        try:
            getattr(year, name)
        except errors.OutOfRangeError:
            assert begins in (1, 9_999)
    assert sc.SubscriptionYear.from_json(year.to_json()) == year


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (("2018",), "begins: '2018' is no year; give its number"),
        ((2018.0,), "begins: 2018.0 is no year"),
        ((True,), "begins: True is no year"),
        ((0,), "begins: there is no year 0"),
        ((2018, (2, 30)), "is not a month and day"),
        ((2018, "April"), "is not a month and day"),
        ((2018, ("4", "1")), "is not a month and day"),
        ((2018, (4.0, 1)), "is not a month and day"),
    ],
)
def test_what_is_no_subscription_year(fields, message):
    with pytest.raises(errors.SlaClockError, match=message):
        sc.SubscriptionYear(*fields)


@pytest.mark.parametrize("length", ["quarter", "month"])
def test_the_last_year_has_no_parts_where_it_ends_after_it(length):
    with pytest.raises(errors.OutOfRangeError, match="the year 9999/00 has no neighbour there"):
        sc.SubscriptionYear(9999).split_into(length)
    ticket = sc.Ticket(id="T1", priority="P1", opened=at("9999-06-01 10:00"))
    with pytest.raises(errors.SlaClockError, match="9999"):
        sc.report([ticket], sc.Policy.example(), at=at("9999-06-03 10:00"), period=length)
    assert sc.SubscriptionYear(1).months[0].label == "0001-04"


def test_names_of_quarters_and_months():
    year = sc.subscription_year(at("2018-07-02 10:00"))
    assert [str(quarter) for quarter in year.quarters] == ["2018/19 Q1", "2018/19 Q2", "2018/19 Q3", "2018/19 Q4"]
    assert [str(month) for month in year.months[:2]] == ["2018-04", "2018-05"]
    assert at("2018-07-01 00:00") in year.quarters[1]
    assert at("2018-06-30 23:59") not in year.quarters[1]
    with pytest.raises(errors.PolicyError, match="'week' is no length of a period"):
        year.split_into("week")


def test_a_year_is_written_as_its_label():
    assert str(sc.subscription_year("2018-05-14T13:00Z")) == "2018/19"


def test_months_of_a_year_that_begins_on_a_29_february():
    year = sc.SubscriptionYear(2019, (2, 29))
    days = [str(month.first_day) for month in year.months]
    assert days[:3] == ["2019-02-28", "2019-03-29", "2019-04-29"]
    assert year.end == at("2020-02-29 00:00")
