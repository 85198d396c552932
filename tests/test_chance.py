"""What chance explains: exact for small counts, quick for great ones, and seldom named where it alone was at work."""

from __future__ import annotations

import random
from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slaclock.figures.chance import at_most, low_ones, stands_out


@given(st.integers(0, 60), st.integers(0, 60), st.fractions(0, 1, max_denominator=200))
def test_how_likely_at_most_so_many_are_is_the_binomial_sum(count, trials, share):
    count = min(count, trials)
    exact = sum(comb(trials, n) * share**n * (1 - share) ** (trials - n) for n in range(count + 1))
    assert at_most(count, trials, share) == pytest.approx(float(exact), rel=1e-9, abs=1e-300)


def test_great_counts_are_as_the_normal_distribution_has_them():
    assert at_most(499_000, 1_000_000, Fraction(1, 2)) == pytest.approx(0.0228, abs=0.0003)
    assert at_most(900_000, 1_000_000, Fraction(999, 1000)) == 0.0
    assert stands_out(11_000, 1_000_000, 100)
    assert not stands_out(10_200, 1_000_000, 100)


def test_what_chance_alone_did_is_seldom_named():
    drawn = random.Random(5)
    months = [[(sum(drawn.random() < 0.9 for _ in range(40)), 40) for _ in range(24)] for _ in range(200)]
    assert sum(bool(low_ones(counts)) for counts in months) < 20  # 10 are to be expected
