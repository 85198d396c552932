"""Allowances by subscription year."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

import slaclock as sc
from desk import EXAMPLE, at, with_rules
from slaclock import errors

ENTRIES = st.lists(
    st.builds(
        lambda day, minutes: sc.Usage(
            allowance="sims_training",
            at=datetime(2016, 1, 1, tzinfo=UTC) + timedelta(days=day),
            amount=timedelta(minutes=minutes),
        ),
        st.integers(0, 1500),
        st.integers(1, 2000),
    )
)


@given(ENTRIES)
def test_used_and_remaining_less_overdrawn_make_the_amount(entries):
    found = sc.allowance_years(entries, EXAMPLE)
    for each in found:
        assert each.used + each.remaining - each.overdrawn == each.amount == timedelta(hours=30)
        assert each.remaining == timedelta(0) or each.overdrawn == timedelta(0)
        assert each.used == sum((e.amount for e in entries if e.at in each.year), timedelta(0))
    assert sum((each.used for each in found), timedelta(0)) == sum((e.amount for e in entries), timedelta(0))
    assert [each.year.begins for each in found] == sorted({EXAMPLE.year(e.at).begins for e in entries})


def test_nothing_carries_over():
    use = sc.Usage(allowance="sims_training", at=at("2018-03-31 23:59"), amount="10 hours")
    more = sc.Usage(allowance="sims_training", at=at("2018-04-01 00:00"), amount="31 hours")
    before, after = sc.allowance_years([use, more], EXAMPLE)
    assert (before.year.label, before.remaining, before.overdrawn) == ("2017/18", timedelta(hours=20), timedelta(0))
    assert (after.year.label, after.remaining, after.overdrawn) == ("2018/19", timedelta(0), timedelta(hours=1))


def test_a_year_without_use_is_shown_where_it_is_asked_for():
    (found,) = sc.allowance_years([], EXAMPLE, years=[EXAMPLE.year(at("2018-05-01 10:00"))])
    assert (found.name, found.used, found.remaining) == ("sims_training", timedelta(0), timedelta(hours=30))


@pytest.mark.parametrize(
    ("pro_rata", "coverage", "amount"),
    [
        (False, [{"from": "2018-10-01"}], timedelta(hours=30)),
        (True, [], timedelta(hours=30)),
        (True, [{"from": "2018-10-01"}], timedelta(hours=30) * 182 // 365),
        (
            True,
            [{"from": "2018-04-01", "until": "2018-04-10"}, {"from": "2019-03-31"}],
            timedelta(hours=30) * 11 // 365,
        ),
        (True, [{"from": "2018-10-02"}], timedelta(hours=14, minutes=52, seconds=36, microseconds=164_383)),  # .56, cut
        (True, [{"from": "2020-04-01"}], timedelta(0)),
    ],
)
def test_a_customer_who_joins_within_the_year(pro_rata, coverage, amount):
    policy = with_rules(allowances={"sims_training": {"amount": "30 hours", "pro_rata": pro_rata}}, coverage=coverage)
    (found,) = sc.allowance_years([], policy, years=[policy.year(at("2018-05-01 10:00"))])
    assert found.amount == amount


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"amount": "-1 hour"}, "amount: '-1 hour' is not a duration"),
        ({"amount": "3 days"}, "amount: '3 days' is not a duration"),
        ({"at": "2018-05-01T10:00"}, "at: '2018-05-01T10:00' has no offset from UTC"),
        ({"spent": 1}, "spent: this field is not known"),
    ],
)
def test_bad_entries(fields, message):
    with pytest.raises(errors.SlaClockError, match=message):
        sc.Usage(**{"allowance": "sims_training", "at": at("2018-05-01 10:00"), "amount": "1 hour", **fields})
