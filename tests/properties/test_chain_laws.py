"""The chain of years by itself: what stands before a year, and in which year a total is reached, by brute force."""

from __future__ import annotations

from datetime import date
from itertools import accumulate, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk import desk
from slaclock.calendar.special_days import DatedIndex, DateRange
from slaclock.timetable.year_chain import CLOSED, DAYS, HOURS, YearChain

# Years without any open time stand among others; every year but a few has as much as its number says.
EMPTY = {3, 4, 9_996, 9_999}
SPARSE = {1: (5, 1, 1), 2: (0, 0, 0), 2_018: (3, 2, 0), 2_020: (7, 3, 1), 9_998: (2, 1, 1)}


def dense(year):
    return (0, 0, 1) if year in EMPTY else (year % 5 + 1, year % 3 + 1, year % 2)


def sparse(year):
    return SPARSE.get(year, (0, 0, 0))


def never(year):
    return 0, 0, 0


def before(totals, which):
    """What stands before each year, and before the one after the last, counted from the year 1."""
    return [0, *accumulate(totals(year)[which] for year in range(1, 10_000))]


SUMS = {(totals, which): before(totals, which) for totals in (dense, sparse, never) for which in (HOURS, DAYS, CLOSED)}


@settings(max_examples=max(300, settings.default.max_examples))  # they are fast, and many must meet
@given(
    st.sampled_from([dense, sparse, never]),
    st.lists(st.sampled_from([1, 2, 3, 2_016, 2_017, 2_018, 2_021, 5_000, 9_997, 9_999]), min_size=1, max_size=4),
    st.sampled_from([HOURS, DAYS, CLOSED]),
    st.integers(-30, 30),
    st.sampled_from([1, 2, 3, 4, 5, 2_018, 2_019, 2_020, 2_021, 9_996, 9_997, 9_998, 9_999]),
)
def test_the_chain_is_the_sum_of_its_years(totals, asked, which, off, near):
    sums, chain = SUMS[totals, which], YearChain(totals)
    start = chain.before(asked[0])[which] - sums[asked[0] - 1]  # a chain counts from wherever it began
    value = sums[near - 1] + off
    reached = next((year for year in range(1, 10_000) if sums[year - 1] < value <= sums[year]), None)
    held = next((year for year in range(9_999, 0, -1) if sums[year - 1] <= value < sums[year]), None)
    assert chain.reaching(which, value + start) == reached
    assert chain.holding(which, value + start) == held
    for year in asked:
        assert chain.before(year)[which] - start == sums[year - 1]
    assert chain.weight == 120 * len(chain._links.sums[HOURS])


@pytest.mark.parametrize("last", [2_018, 2_019, 2_025])
def test_years_of_one_shape_have_a_range_wholly_or_not_at_all(last):
    index = DatedIndex([(DateRange(date(2_018, 4, 1), date(last, 9, 30)), "closed")])
    for year in range(2_010, 2_035):
        near = {year - 1, year, year + 1}
        inside, edges = near & set(range(2_018, last + 1)), near & {2_018, last}
        expected = "never" if not inside else 0 if not edges else None
        assert index.shape(year) == expected, year


def test_tables_of_a_run_of_years_stand_on_one_chain():
    timetable = desk().timetable
    tables = timetable.tables(2_017, 2_020)
    assert [table.year for table in tables] == [2_017, 2_018, 2_019, 2_020]
    for table, after in pairwise(tables):
        hours, days, closed = table.before_year
        assert after.before_year == (hours + table.total, days + len(table.dates), closed + 1)


def test_years_of_two_calendars_repeat_where_those_of_both_do():
    north, south = desk(), desk(special={"DTSTART:30000101 RRULE:FREQ=YEARLY;INTERVAL=3": ["10:00-12:00"]})
    for year in (2_018, 2_999, 3_000, 3_001, 3_004, 3_010):
        both = (north.repeats(year), south.repeats(year))
        for calendar in (north | south, north & south):
            assert calendar.repeats(year) == (None if None in both else both), year
    # Two years of one layout, of which the rule falls on the first.
    assert south.repeats(3_006) != south.repeats(3_023)
    assert north.repeats(3_006) == north.repeats(3_023)
